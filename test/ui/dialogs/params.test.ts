import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { drawDialog } from '../../../src/ui/dialogs/registry.ts';
import { PASTE } from '../../../src/ui/input/action.ts';
import { type Model, createModel } from '../../../src/ui/model.ts';
import { editOf, rangeText, readParam } from '../../../src/ui/edit/params.ts';
import { shown } from '../../support/rows.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { aParam, aStrategy } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';

const INFOS = [
  aParam({ name: 'fast', value: 10, standard: 10, min: 2, max: 500, description: 'candles' }),
  aParam({ name: 'width', kind: 'number', value: 2, standard: 2, min: 0.1, max: 10 }),
  aParam({ name: 'trail', kind: 'boolean', value: true, standard: false, min: null, max: null }),
  aParam({
    name: 'direction',
    kind: 'choice',
    value: 'long',
    standard: 'long',
    choices: ['both', 'long', 'short'],
    min: null,
    max: null,
  }),
];
const strategy = aStrategy({ paramInfo: INFOS });
const view = aView({ strategies: [strategy] });
const model: Partial<Model> = { focus: 'strategies' };
const press = (...keys: Parameters<typeof pressKeys>[0]) => pressKeys(keys, { model, view });
const text = (dialog: Model['dialog']): string =>
  dialog === null
    ? ''
    : shown(
        drawDialog(dialog, aScene({ view, model: { ...createModel(), ...model, dialog } }), {
          width: 76,
          maxHeight: 20,
        }).rows,
      );

describe('editing parameters', () => {
  it('sends every parameter with the changed ones, once, after y', () => {
    const keys = [
      'e',
      'ctrl+u',
      ...letters('12'),
      'down',
      'down',
      'space',
      'down',
      'right',
      'enter',
    ];
    const asked = press(...keys);
    expect(asked.commands).toEqual([]);
    expect(text(asked.model.dialog)).toContain('fast            10 → 12');
    expect(text(asked.model.dialog)).toContain('direction       long → short');
    expect(text(asked.model.dialog)).toContain('written to the journal; u takes it back');
    expect(text(asked.model.dialog)).toContain('its position stays: 0.03100 BTC/USDT');
    const done = press(...keys, 'y', 'y', 'y', 'enter');
    expect(done.commands).toEqual([
      {
        kind: 'changeParams',
        strategyId: 'sma-cross',
        params: { fast: 12, width: 2, trail: false, direction: 'short' },
      },
    ]);
    expect(done.model.dialog?.kind).not.toBe('params');
  });

  it('says what is wrong as it is typed, and goes there instead of on', () => {
    const low = press('e', 'ctrl+u', '1');
    expect(text(low.model.dialog)).toContain('fast is at least 2');
    const high = press('e', ...letters('00'), 'down', 'enter');
    expect(high.model.dialog).toMatchObject({ step: 'edit', active: 0 });
    expect(text(high.model.dialog)).toContain('fast is at most 500');
    expect(press('e', ...letters('00'), 'enter', 'y', 'enter', 'y').commands).toEqual([]);
  });

  it('asks for nothing while nothing differs', () => {
    expect(text(press('e', 'enter').model.dialog)).toContain('nothing is changed yet');
    expect(press('e', 'backspace', '0', 'enter', 'y').commands).toEqual([]);
  });

  it.each([
    { name: '', text: 'y' },
    { name: '', text: 'yy' },
    { name: PASTE, text: 'y' },
  ])('is not confirmed by text that came at once: %o', (key) => {
    const keys = ['e', 'ctrl+u', ...letters('12'), 'enter', key, key];
    const done = press(...keys);
    expect(done.commands).toEqual([]);
    expect(done.model.dialog).toMatchObject({ kind: 'params', step: 'confirm' });
  });

  it('leaves all as it is with Esc in either step', () => {
    for (const keys of [
      ['e', '5', 'escape'],
      ['e', 'ctrl+u', '9', 'enter', 'escape'],
    ]) {
      expect(press(...keys)).toMatchObject({ commands: [], model: { dialog: null } });
    }
  });

  it('takes the last change back through the same question', () => {
    const changed = aView({
      strategies: [aStrategy({ paramInfo: INFOS, previousParams: { fast: 8, width: 2 } })],
    });
    const asked = pressKeys(['u'], { model, view: changed });
    expect(asked.commands).toEqual([]);
    const done = pressKeys(['u', 'y', 'y'], { model, view: changed });
    expect(done.commands).toEqual([
      {
        kind: 'changeParams',
        strategyId: 'sma-cross',
        params: { fast: 8, width: 2, trail: true, direction: 'long' },
      },
    ]);
    expect(pressKeys(['e', 'u', 'y'], { model, view: changed }).commands).toHaveLength(1);
    expect(press('u').model.note).toBe('its parameters were not changed');
  });

  it('lets only Ctrl+X halt while values are typed, and H while it asks', () => {
    expect(press('e', 'H').commands).toEqual([]);
    expect(press('e', 'ctrl+x').commands).toMatchObject([{ kind: 'halt' }]);
    expect(press('e', 'ctrl+u', '9', 'enter', 'H').commands).toMatchObject([{ kind: 'halt' }]);
  });
});

describe('a typed value', () => {
  test.each([
    ['12', 12],
    ['500', 500],
    ['2', 2],
  ])('%s is one of the schema', (typed, value) => {
    expect(readParam(aParam(), typed)).toEqual({ ok: true, value });
  });

  test.each(['', '-', '1e', '1.5', '501', '1', 'NaN', '0x10', '1e400', '١٢'])(
    '%s is none',
    (typed) => {
      expect(readParam(aParam(), typed).ok).toBe(false);
    },
  );

  it('never leaves its range, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ noNaN: true }), (letters_, value) => {
        for (const typed of [letters_, String(value)]) {
          const read = readParam(aParam({ kind: 'number', min: -3, max: 8 }), typed);
          if (read.ok) {
            expect(Number(read.value)).toBeGreaterThanOrEqual(-3);
            expect(Number(read.value)).toBeLessThanOrEqual(8);
          }
        }
      }),
    );
  });

  it('keeps lists lists and nothing nothing', () => {
    const list = aParam({ kind: 'text', value: ['a'], standard: [], min: null, max: null });
    expect(readParam(list, 'a, b,')).toEqual({ ok: true, value: ['a', 'b'] });
    const none = aParam({ kind: 'text', value: null, standard: null, min: null, max: null });
    expect(readParam(none, '')).toEqual({ ok: true, value: null });
    expect(editOf([list, none], {}).params).toEqual({ fast: null });
    expect(rangeText(none)).toBe('');
  });
});
