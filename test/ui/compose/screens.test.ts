import { describe, expect, it, test } from 'vitest';

import { compose, paneOf } from '../../../src/ui/compose/compose.ts';
import { PANES } from '../../../src/ui/layout/panes.ts';
import { type Model, createModel } from '../../../src/ui/model.ts';
import type { Scene } from '../../../src/ui/scene.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { shown } from '../../support/rows.ts';
import { NOW, aMarket, anOrder } from '../account-fixture.ts';
import { DIALOGS } from '../dialog-states.ts';
import { aScene, aPreview, aView } from '../session-fixture.ts';
import { doubtful } from '../truth-fixture.ts';

describe('screens', () => {
  const at = (cols: number, rows: number, change: Partial<Scene> = {}): string =>
    `\n${shown(compose(aScene(change), { width: cols, height: rows }))}\n`;

  test.each([
    [80, 24],
    [120, 40],
    [200, 50],
    [40, 12],
  ])('shows a busy account at %s×%s', async (cols, rows) => {
    const name = `../screens/busy-${String(cols)}x${String(rows)}.txt`;
    await expect(at(cols, rows)).toMatchFileSnapshot(name);
  });

  it.each(['orders', 'positions'] as const)(
    'shows every doubt at 120×40 in the %s',
    async (focus) => {
      const model = { ...createModel(), focus };
      const name = `../screens/doubtful-${focus}-120x40.txt`;
      await expect(at(120, 40, { model, view: doubtful() })).toMatchFileSnapshot(name);
    },
  );

  test.each(PANES)('shows %s focused at 80×24', async (focus) => {
    const model = { ...createModel(), focus };
    await expect(at(80, 24, { model })).toMatchFileSnapshot(`../screens/${focus}-80x24.txt`);
  });

  test.each(DIALOGS.map((dialog, i) => [dialog.kind, i, dialog] as const))(
    'shows the dialog %s (%i) at 80×24',
    async (kind, i, dialog) => {
      const model: Model = { ...createModel(), dialog };
      const name = `../screens/dialog-${kind}-${String(i)}.txt`;
      const view = kind === 'decide' ? doubtful() : aView();
      await expect(at(80, 24, { model, view, preview: aPreview() })).toMatchFileSnapshot(name);
    },
  );

  it('says what an empty, paused session can do first', () => {
    const view = aView({
      positions: [],
      orders: [],
      log: [],
      account: { ...aView().account, tradingState: 'paused' },
    });
    const text = at(80, 24, { view, model: { ...createModel(), focus: 'positions' } });
    expect(text).toContain('r starts trading on paper, o places an order, ? shows all keys');
    expect(text).toContain('no positions; strategies that are on: 5');
    expect(text).toContain('■ PAUSED');
    expect(text).toContain('r resume');
    const live = at(80, 24, { view: { ...view, mode: 'live' } });
    expect(live).toContain('r opens the live gate, o places an order');
  });

  it('keeps state, P&L and the halt key on one line where nothing else fits', () => {
    expect(at(29, 5).split('\n')[1]).toBe('RUNNING ▲+112.40 H halts');
    expect(at(20, 5)).toContain('RUNNING H halts');
    expect(at(12, 1)).toContain('RUNNING');
  });

  it('says since when data is stale, and what that means', () => {
    expect(at(120, 40, { ageMs: 12_000 })).toContain('data 12 s stale: no new entries');
    expect(at(80, 24, { ageMs: 12_000 })).toContain('data 12 s stale');
    expect(at(80, 24, { ageMs: null })).toContain('data none yet');
    const old = aView({ markets: [aMarket({ dataTime: NOW - 600_000 })] });
    expect(at(80, 24, { view: old })).toContain('10 min');
  });

  it('never cuts a number: columns leave whole', () => {
    for (let width = 1; width <= 120; width++) {
      const pane = paneOf('positions', aScene(), { width, height: 6 });
      const line = rowText(pane.rows[1] ?? []);
      for (const number of line.match(/[0-9][0-9,.]*/g) ?? []) {
        expect([
          '0.0310',
          '67,260.00',
          '67,412.30',
          '4.72',
          '0.6',
          '66,980.00',
          '68,100.00',
          '13.40',
        ]).toContain(number);
      }
    }
  });

  it('moves nothing of the ticket when a quantity is typed', () => {
    const ticket = DIALOGS.find((one) => one.kind === 'ticket');
    const at = (preview: Scene['preview']): readonly string[] =>
      compose(aScene({ model: { ...createModel(), dialog: ticket ?? null }, preview }), {
        width: 120,
        height: 40,
      }).map(rowText);
    const corners = (rows: readonly string[]) => [
      rows.findIndex((row) => row.includes('━ Order ━')),
      rows.findIndex((row) => row.includes('enter submit')),
    ];
    expect(corners(at(aPreview()))).toEqual(corners(at('type a quantity')));
  });

  it('keeps its columns whatever the rows hold', () => {
    const titles = (symbol: string, type: 'stop' | 'trailingStop'): string => {
      const inner = { width: 75, height: 6 };
      const view = aView({ orders: [anOrder({ symbol, type })] });
      return rowText(paneOf('orders', aScene({ view }), inner).rows[0] ?? []);
    };
    expect(titles('BTC/USDT:USDT', 'trailingStop')).toBe(titles('BTC/USDT', 'stop'));
  });

  it('keeps mode, state and the halt key on the smallest screen with panes', () => {
    const lines = at(30, 8).split('\n');
    expect(lines[1]).toContain('DEMO 60×  ● RUNNING');
    expect(lines[8]).toContain('H HALT');
  });

  it('frames the whole screen when real money is behind it', () => {
    const rows = compose(aScene({ view: aView({ mode: 'live' }) }), { width: 80, height: 24 });
    const tokens = rows.flatMap((row) => row).filter((one) => /[┏│╭━]/.test(one.text));
    expect(new Set(tokens.map((one) => one.token))).toEqual(new Set(['border.live']));
    expect(rows[0]?.some((one) => one.text === 'LIVE' && one.token === 'mode.live')).toBe(true);
  });
});
