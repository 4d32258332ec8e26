import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';

import type { LimitView } from '../../../src/engine/view.ts';
import { type LimitResult, readLimit, settingOf, settingText } from '../../../src/ui/edit/limit.ts';
import { PASTE } from '../../../src/ui/input/action.ts';
import type { Model } from '../../../src/ui/model.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { aBreaker } from '../breaker-fixture.ts';
import { aView } from '../session-fixture.ts';

const view = aView();
const risk = (selected: string): Partial<Model> => ({
  focus: 'risk',
  panes: { ...pressKeys([]).model.panes, risk: { selected, filter: '' } },
});
const press = (code: string, ...keys: Parameters<typeof pressKeys>[0]) =>
  pressKeys(keys, { model: risk(code), view });

const limit = (change: Partial<LimitView>): LimitView => ({
  code: 'OPEN_RISK',
  group: 'account',
  setting: 'risk.openRiskFraction',
  value: 0.016,
  limit: 0.1,
  unit: 'fraction',
  symbol: null,
  ...change,
});

interface Range {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}
/** As an editor reads them. */
function committedRanges(): Readonly<Record<string, Range>> {
  const path = join(import.meta.dirname, '../../../config/schema/tapedeck.schema.json');
  const schema = JSON.parse(readFileSync(path, 'utf8')) as {
    properties: { risk: { properties: Record<string, Range> } };
  };
  return schema.properties.risk.properties;
}

const read = (text: string, shown: LimitView, equity = 1): LimitResult => {
  const setting = settingOf(shown, equity);
  return setting === null ? { ok: false, problem: 'no setting' } : readLimit(text, setting);
};

describe('changing a limit', () => {
  it('tightens at once, once', () => {
    const done = press('dailyLoss', 'e', '3', 'enter', 'enter', 'enter');
    expect(done.commands).toEqual([{ kind: 'changeRisk', changes: { dailyLossFraction: 0.03 } }]);
    expect(done.model.dialog).toBeNull();
  });

  it('loosens only with the typed phrase', () => {
    const asked = press('dailyLoss', 'e', '8', 'enter');
    expect(asked.commands).toEqual([]);
    expect(asked.model.dialog).toMatchObject({ kind: 'phrase', purpose: 'loosen' });
    const keys = ['e', '8', 'enter', ...letters('LOOSEN'), 'enter', 'enter'];
    expect(press('dailyLoss', ...keys).commands).toEqual([
      { kind: 'changeRisk', changes: { dailyLossFraction: 0.08 } },
    ]);
    for (const wrong of [letters('loosen'), [], ['y'], [{ name: PASTE, text: 'LOOSEN' }]]) {
      expect(press('dailyLoss', 'e', '8', 'enter', ...wrong, 'enter').commands).toEqual([]);
    }
  });

  it('takes the fraction that stands behind a limit shown in quote', () => {
    const { equity } = view.account;
    const shown = limit({
      code: 'MAX_NOTIONAL',
      setting: 'risk.maxNotionalFraction',
      unit: 'quote',
      limit: equity * 0.5,
    });
    const setting = settingOf(shown, equity);
    expect(setting).toMatchObject({ name: 'maxNotionalFraction', value: 0.5 });
    expect(setting && settingText(setting, setting.value)).toBe('50');
    expect(read('40', shown, equity)).toEqual({ ok: true, to: 0.4, loosens: false });
    expect(read('60', shown, equity)).toEqual({ ok: true, to: 0.6, loosens: true });
    expect(read('50', shown, equity).ok).toBe(false);
    expect(read('40', shown, 0).ok).toBe(false);
  });

  it('knows which limits tighten upward', () => {
    const cooldown = limit({ setting: 'risk.cooldownSeconds', unit: 'seconds', limit: 300 });
    expect(read('600', cooldown)).toMatchObject({ loosens: false });
    expect(read('0', cooldown)).toMatchObject({ ok: true, loosens: true });
  });

  test.each(['', '0', '.', '1e99999', '5 0'])('takes no %s for a limit', (text) => {
    expect(read(text, limit({})).ok).toBe(false);
  });

  it('takes whole numbers where things are counted', () => {
    const shown = limit({ setting: 'risk.maxPositions', unit: 'count', limit: 5, value: 2 });
    expect(read('2.5', shown).ok).toBe(false);
    expect(read('3', shown)).toMatchObject({ to: 3, loosens: false });
  });

  it('stays within what the configuration file may hold', () => {
    for (const [name, range] of Object.entries(committedRanges())) {
      const { minimum, exclusiveMinimum, maximum } = range;
      if (maximum === undefined) continue;
      const unit = name.endsWith('Fraction') ? 'fraction' : 'seconds';
      const shown = limit({ setting: `risk.${name}`, unit, limit: maximum / 2 });
      const scale = unit === 'fraction' ? 100 : 1;
      expect(read(String(maximum * scale), shown), name).toMatchObject({ ok: true, to: maximum });
      expect(read(String(maximum * scale + 1), shown).ok, name).toBe(false);
      const least = minimum ?? exclusiveMinimum ?? NaN;
      expect(read(String(least * scale), shown).ok, name).toBe(exclusiveMinimum === undefined);
    }
  });

  it('reads percent without binary dust', () => {
    expect(read('1.1', limit({}))).toMatchObject({ to: 0.011 });
  });
});

describe('clearing a breaker', () => {
  const tripped = aView({
    breakers: [aBreaker({ name: 'dailyLoss', value: 0.06, limit: 0.05, tripped: true })],
  });

  it('asks, and clears once', () => {
    const model = risk('dailyLoss');
    expect(pressKeys(['c'], { model, view: tripped }).commands).toEqual([]);
    expect(pressKeys(['c', 'y', 'y', 'enter'], { model, view: tripped }).commands).toEqual([
      { kind: 'clearBreaker', breaker: 'dailyLoss' },
    ]);
    for (const key of [{ name: '', text: 'y' }, { name: PASTE, text: 'y' }, 'escape', 'n']) {
      expect(pressKeys(['c', key], { model, view: tripped }).commands).toEqual([]);
    }
  });

  it('says why it cannot', () => {
    expect(press('dailyLoss', 'c').model.note).toBe('this breaker has not tripped');
    expect(press('OPEN_RISK', 'c').model.note).toBe(
      'this limit is no breaker: it clears by itself',
    );
  });
});
