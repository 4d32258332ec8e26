import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import type { FillMark } from '../../../src/app/session-types.ts';
import type { Trade } from '../../../src/domain/trade.ts';
import { createModel } from '../../../src/ui/model.ts';
import { PANE_TABLE } from '../../../src/ui/panes/registry.ts';
import { tapeRows } from '../../../src/ui/panes/tape.ts';
import { rowText, rowWidth } from '../../../src/ui/text/rows.ts';
import { NOW } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';
import { aWatched } from '../watched-fixture.ts';
import { shown } from '../../support/rows.ts';
import { type PaneScene, drawn, pressIn, sceneOf, textOf } from './pane-kit.ts';

const print = (change: Partial<Trade> = {}): Trade => ({
  time: NOW,
  price: 67_412.3,
  quantity: 0.1,
  side: 'buy',
  ...change,
});

const fill = (change: Partial<FillMark> = {}): FillMark => ({
  time: NOW - 1500,
  side: 'buy',
  price: 67_260,
  quantity: 0.031,
  opens: true,
  strategyId: 'grid',
  ...change,
});

const filtered = (filter: string) => ({
  panes: { ...createModel().panes, tape: { ...createModel().panes.tape, filter } },
});

const SIZE = { width: 38, height: 9 };

describe('the tape', () => {
  test.each([
    [38, 9],
    [20, 5],
    [70, 14],
  ])('is drawn at %s×%s', async (width, height) => {
    const pane = drawn('tape', { width, height }, { watched: { fills: [fill()] } });
    const title = `${pane.title}   ${rowText(pane.summary)}`;
    await expect(`\n${title}\n${shown(pane.rows)}\n`).toMatchFileSnapshot(
      `../screens/tape-${String(width)}x${String(height)}.txt`,
    );
  });

  it('says the newest print first, its side by arrow', () => {
    const trades = [print({ side: 'sell' }), print({ time: NOW - 9000, price: 67_000 })];
    const rows = textOf(drawn('tape', SIZE, { watched: { trades, fills: [] } }));
    expect(rows[1]).toContain('14:02:31  ▼ 67,412.30  0.10000');
    expect(rows[2]).toContain('14:02:22  ▲ 67,000.00  0.10000');
  });

  it('sums buys and sells of the public, ours apart', () => {
    const trades = [
      print({ quantity: 1.5 }),
      print({ quantity: 0.25, side: 'sell' }),
      print({ quantity: 2, time: NOW - 1000 }),
      print({ quantity: 9, time: NOW - 2000, side: 'sell' }),
    ];
    const pane = drawn('tape', SIZE, { watched: { trades, fills: [fill({ quantity: 100 })] } });
    expect(rowText(pane.summary)).toBe('▲ 3.50  ▼ 9.25');
  });

  it('marks our fills: the print that is ours, or a row of their own in order of time', () => {
    const trades = [print(), print({ time: NOW - 3000, price: 67_260, quantity: 0.031 })];
    const printed = tapeRows({ trades, fills: [fill({ time: NOW - 2500 })] });
    expect(printed.map((row) => row.fill !== null)).toEqual([false, true]);
    const silent = tapeRows({ trades, fills: [fill({ price: 1 }), fill({ time: NOW - 1e6 })] });
    expect(silent.map(({ price }) => price)).toEqual([67_412.3, 1, 67_260]);
    const rows = textOf(drawn('tape', SIZE, { watched: { trades, fills: [fill({ price: 1 })] } }));
    expect(rows[2]).toContain('◂');
  });

  it('keeps the key of a row while equal prints come', () => {
    const same = print({ time: NOW - 500 });
    const before = tapeRows({ trades: [same, same], fills: [] });
    const after = tapeRows({ trades: [print(), same, same, same].toSpliced(1, 1), fills: [] });
    expect(after.slice(1).map(({ key }) => key)).toEqual(before.map(({ key }) => key));
    const more = tapeRows({ trades: [same, same, same], fills: [] });
    expect(new Set(more.map(({ key }) => key)).size).toBe(3);
    expect(more.slice(1).map(({ key }) => key)).toEqual(before.map(({ key }) => key));
  });

  it('filters by side, least quantity and ours, and sums what is left', () => {
    const trades = [
      print({ quantity: 0.5 }),
      print({ quantity: 0.6, side: 'sell' }),
      print({ quantity: 2 }),
    ];
    const left = (filter: string): string =>
      rowText(
        drawn('tape', SIZE, { model: filtered(filter), watched: { trades, fills: [] } }).summary,
      );
    expect(left('sell')).toBe('▲ 0  ▼ 0.60');
    expect(left('>0.6')).toBe('▲ 2.00  ▼ 0.60');
    expect(left('buy >=1')).toBe('▲ 2.00  ▼ 0');
    const none = drawn('tape', SIZE, { model: filtered('ours'), watched: { trades, fills: [] } });
    expect(textOf(none)[0]).toContain('nothing here matches ours; Esc shows');
  });

  it('follows the newest print until a row is chosen, which then stays', () => {
    const { model } = pressIn('tape', ['down', 'down']);
    const { selected } = model.panes.tape;
    expect(selected).not.toBe(null);
    const trades = [print({ time: NOW + 1000 }), ...(aWatched().trades ?? [])];
    const rows = (change: PaneScene): readonly string[] => textOf(drawn('tape', SIZE, change));
    expect(rows({ model })[3]).toMatch(/^›/);
    expect(rows({ model, watched: { trades } })[4]).toMatch(/^›/);
    expect(rows({}).join('')).not.toContain('›');
  });

  it('explains a print', () => {
    const scene = sceneOf({ watched: { trades: [print({ quantity: 0.2 })], fills: [] } });
    const [key = ''] = PANE_TABLE.tape.rowKeys(scene);
    const text = (PANE_TABLE.tape.why(key, scene, 60) ?? []).map(rowText).join('\n');
    expect(text).toContain('13,482.46');
    expect(text).toContain('bought: lifted an ask');
    expect(PANE_TABLE.tape.why('gone', scene, 60)).toBe(null);
  });
});

describe('states of the tape', () => {
  const first = (scene: PaneScene): string => textOf(drawn('tape', SIZE, scene))[0]?.trim() ?? '';

  it('says what is missing', () => {
    expect(first({ view: { watched: null } })).toBe('loading the tape');
    expect(first({ model: { symbol: 'ETH/USDT' } })).toBe('loading the tape');
    expect(first({ view: { mode: 'replay', watched: aWatched({ trades: null }) } })).toBe(
      'no tape in this recording',
    );
    expect(first({ watched: { trades: null } })).toBe('this market gives no tape');
    expect(first({ watched: { trades: [] } })).toBe('no prints yet');
  });

  it('loses its colors when it is old', () => {
    const watched = aWatched({ trades: [print({ time: NOW - 60_000 })], fills: [] });
    const pane = drawn('tape', SIZE, { view: aView({ mode: 'paper', watched }) });
    const tokens = pane.rows.slice(0, 2).flatMap((row) => row.map(({ token }) => token));
    expect(new Set(tokens)).toEqual(new Set(['text.muted']));
  });
});

it('fills exactly its cells from 1×1 on, whatever is printed', () => {
  const number = fc.oneof(
    fc.constantFrom(0, -3, 1e21, Number.NaN, Infinity),
    fc.double({ noNaN: true, min: 0.01, max: 1e6 }),
  );
  const side = fc.constantFrom('buy' as const, 'sell' as const);
  const one = fc.record({ time: number, price: number, quantity: number, side });
  const width = fc.integer({ min: 1, max: 90 });
  const height = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 50 }), width, height, (trades, w, h) => {
      const pane = drawn('tape', { width: w, height: h }, { watched: { trades } });
      expect(pane.rows).toHaveLength(h);
      for (const row of pane.rows) expect(rowWidth(row)).toBe(w);
    }),
    { numRuns: 200 },
  );
});
