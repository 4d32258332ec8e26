import { describe, expect, it, test } from 'vitest';

import type { LimitView } from '../../../src/engine/view.ts';
import { readLimit, settingOf, settingText } from '../../../src/ui/limit-edit.ts';
import { type Model, PASTE } from '../../../src/ui/model.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { aView } from '../session-fixture.ts';

const view = aView();
const risk = (selected: string): Partial<Model> => ({
  focus: 'risk',
  panes: { ...pressKeys([]).model.panes, risk: { selected, filter: '', scroll: 0 } },
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
    expect(settingText(setting, setting.value)).toBe('50');
    expect(readLimit('40', shown, setting)).toEqual({ ok: true, to: 0.4, loosens: false });
    expect(readLimit('60', shown, setting)).toEqual({ ok: true, to: 0.6, loosens: true });
    expect(readLimit('50', shown, setting).ok).toBe(false);
    expect(readLimit('40', shown, settingOf(shown, 0)).ok).toBe(false);
  });

  it('knows which limits tighten upward', () => {
    const cooldown = limit({ setting: 'risk.cooldownSeconds', unit: 'seconds', limit: 300 });
    const setting = settingOf(cooldown, 1);
    expect(readLimit('600', cooldown, setting)).toMatchObject({ loosens: false });
    expect(readLimit('0', cooldown, setting)).toMatchObject({ ok: true, loosens: true });
  });

  test.each(['', '0', '.', '1e99999', '5 0'])('takes no %s for a limit', (text) => {
    const shown = limit({});
    expect(readLimit(text, shown, settingOf(shown, 1)).ok).toBe(false);
  });

  it('takes whole numbers where things are counted', () => {
    const shown = limit({ setting: 'risk.maxPositions', unit: 'count', limit: 5, value: 2 });
    expect(readLimit('2.5', shown, settingOf(shown, 1)).ok).toBe(false);
    expect(readLimit('3', shown, settingOf(shown, 1))).toMatchObject({ to: 3, loosens: false });
  });

  it('reads percent without binary dust', () => {
    const shown = limit({});
    const read = readLimit('1.1', shown, settingOf(shown, 1));
    expect(read.ok && read.to).toBe(0.011);
  });
});

describe('clearing a breaker', () => {
  const tripped = aView({
    breakers: [{ name: 'dailyLoss', value: 0.06, limit: 0.05, tripped: true, clears: 'r' }],
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
