import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import type { SessionView } from '../../src/app/session-types.ts';
import { compose, paneOf } from '../../src/ui/compose/compose.ts';
import { framed } from '../../src/ui/text/frame.ts';
import { PANES } from '../../src/ui/layout/panes.ts';
import { type Dialog, type Model, createModel } from '../../src/ui/model.ts';
import type { Scene } from '../../src/ui/scene.ts';
import { footerLine, noticeLine } from '../../src/ui/panes/footer.ts';
import { headerLine, statusLine, tabLine, tinyLine } from '../../src/ui/panes/header.ts';
import { fitRow, rowText, rowWidth, span } from '../../src/ui/text/rows.ts';
import { emptyTicket } from '../../src/ui/edit/ticket.ts';
import { shown } from '../support/rows.ts';
import { NOW, aMarket, aPosition, aStrategy, anOrder } from './account-fixture.ts';
import { aScene, aPreview, aView } from './session-fixture.ts';
import { wildDecimal, wildNumber, wildText } from './wild.ts';

const DIALOGS: readonly Dialog[] = [
  { kind: 'help', scroll: 0 },
  { kind: 'quit' },
  { kind: 'why', pane: 'strategies', key: 'sma-cross', scroll: 0 },
  { kind: 'why', pane: 'positions', key: 'BTC/USDT', scroll: 1 },
  { kind: 'why', pane: 'markets', key: 'BTC/USDT', scroll: 0 },
  { kind: 'why', pane: 'orders', key: 'gone', scroll: 9 },
  { kind: 'close', symbol: 'BTC/USDT', pressId: 'a-1' },
  { kind: 'close', symbol: 'gone', pressId: 'a-1' },
  { kind: 'phrase', purpose: 'flatten', expects: 'FLATTEN', typed: 'FLA', wrong: false },
  { kind: 'phrase', purpose: 'resume', expects: 'paper', typed: '', wrong: true },
  {
    kind: 'ticket',
    fields: { ...emptyTicket('BTC/USDT'), type: 'stopLimit', quantity: '0.031' },
    active: 'stop',
    pressId: 'a-1',
    refused: true,
  },
];

const digits = fc.integer({ min: -1, max: 20 });

const wildView: fc.Arbitrary<SessionView> = fc
  .record({
    numbers: fc.array(fc.option(wildNumber), { minLength: 6, maxLength: 6 }),
    texts: fc.array(wildText, { minLength: 4, maxLength: 4 }),
    exact: wildDecimal,
    digits,
    count: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ numbers, texts, exact, digits: priceDigits, count }) => {
    const [a = null, b = null, c = null, d = null] = numbers;
    const [t = '', u = '', v = '', w = ''] = texts;
    const many = <T>(make: (i: number) => T): T[] =>
      Array.from({ length: count }, (_, i) => make(i));
    const base = aView();
    return aView({
      account: {
        ...base.account,
        equity: a ?? 0,
        dayPnl: b ?? 0,
        drawdownFraction: c ?? 0,
        drawdownLimit: d ?? 0,
        stateReason: t,
        stateClears: u,
        tradingState: count % 2 === 0 ? 'halted' : 'running',
      },
      markets: many((i) =>
        aMarket({
          symbol: `${t}${String(i)}`,
          lastPrice: a,
          bid: b,
          changeFraction: c,
          volumeQuote: d,
          dayReachMs: a,
          priceDigits,
          closes: numbers.filter((one) => one !== null),
          dataTime: i % 2 === 0 ? NOW - 1e9 : null,
        }),
      ),
      positions: many((i) =>
        aPosition({
          symbol: `${u}${String(i)}`,
          quantity: exact,
          entryPrice: exact,
          markPrice: a,
          unrealizedPnl: b,
          rMultiple: c,
          priceDigits,
          strategyIds: [v, w],
          protection: {
            stopPrice: i % 2 === 0 ? exact : null,
            targetPrice: null,
            trailFraction: d,
            rests: null,
            worstCase: c,
          },
        }),
      ),
      orders: many(() =>
        anOrder({
          symbol: t,
          strategyId: u,
          reason: v,
          statusReason: w,
          price: exact,
          priceDigits,
        }),
      ),
      strategies: many((i) =>
        aStrategy({
          id: `${t}${String(i)}`,
          symbols: [u, v],
          netPnl: a ?? 0,
          thoughts: [
            { symbol: u, text: v, inputs: {} },
            { symbol: w, text: t, inputs: {} },
          ],
        }),
      ),
      log: many((i) => ({ time: (a ?? 0) + i, level: 'warn', category: 'risk', message: t })),
      notices: many((i) => ({ id: i, time: NOW, level: 'error', text: u })),
      store: { failed: count > 3 ? v : null, commitMs: d, waiting: 0 },
    });
  });

describe('sizes', () => {
  const size = fc.integer({ min: 1, max: 200 });

  it('gives every row of every pane exactly its width', () => {
    fc.assert(
      fc.property(wildView, size, size, (view, width, height) => {
        const scene = aScene({ view });
        for (const id of PANES) {
          const pane = paneOf(id, scene, { width, height });
          expect(pane.rows).toHaveLength(height);
          for (const row of pane.rows) expect(rowWidth(row), id).toBe(width);
          for (const row of framed(pane, { width: width + 2, height: height + 2, focused: true })) {
            expect(rowWidth(row), id).toBe(width + 2);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives header, tabs, notice and footer exactly their width', () => {
    fc.assert(
      fc.property(wildView, size, wildText, (view, width, note) => {
        const model = { ...createModel(), note };
        const notice = { id: 1, time: NOW, level: 'warn', text: note } as const;
        const rows = [
          headerLine(view, 5e9, width),
          statusLine(view, null, width),
          tabLine(aScene({ view }), width),
          tinyLine(view, width),
          footerLine(aScene({ view, model }), width),
          noticeLine({ view, model, notice: null }, width),
          noticeLine({ view, model: createModel(), notice }, width),
        ];
        for (const row of rows) expect(rowWidth(row)).toBe(width);
      }),
      { numRuns: 60 },
    );
  });

  it('fills the whole screen exactly, with every dialog, from 1×1 to 200×60', () => {
    fc.assert(
      fc.property(
        wildView,
        size,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(null, ...DIALOGS),
        (view, width, height, dialog) => {
          const model: Model = { ...createModel(), dialog };
          const rows = compose(aScene({ view, model, preview: aPreview() }), { width, height });
          expect(rows).toHaveLength(height);
          for (const row of rows) expect(rowWidth(row)).toBe(width);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('never lets outside text carry a control character to the terminal', () => {
    fc.assert(
      fc.property(wildView, fc.constantFrom(null, ...DIALOGS), (view, dialog) => {
        const model: Model = { ...createModel(), dialog };
        const rows = compose(aScene({ view, model }), { width: 120, height: 40 });
        expect(rows.map(rowText).join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{M}]/u);
      }),
      { numRuns: 60 },
    );
  });
});

describe('screens', () => {
  const at = (cols: number, rows: number, change: Partial<Scene> = {}): string =>
    `\n${shown(compose(aScene(change), { width: cols, height: rows }))}\n`;

  test.each([
    [80, 24],
    [120, 40],
    [200, 50],
    [40, 12],
  ])('shows a busy account at %s×%s', async (cols, rows) => {
    const name = `./screens/busy-${String(cols)}x${String(rows)}.txt`;
    await expect(at(cols, rows)).toMatchFileSnapshot(name);
  });

  test.each(PANES)('shows %s focused at 80×24', async (focus) => {
    const model = { ...createModel(), focus };
    await expect(at(80, 24, { model })).toMatchFileSnapshot(`./screens/${focus}-80x24.txt`);
  });

  test.each(DIALOGS.map((dialog, i) => [dialog.kind, i, dialog] as const))(
    'shows the dialog %s (%i) at 80×24',
    async (kind, i, dialog) => {
      const model: Model = { ...createModel(), dialog };
      const name = `./screens/dialog-${kind}-${String(i)}.txt`;
      await expect(at(80, 24, { model, preview: aPreview() })).toMatchFileSnapshot(name);
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
  });

  it('keeps state, P&L and the halt key on one line where nothing else fits', () => {
    expect(at(29, 5).split('\n')[1]).toBe('RUNNING ▲+112.40 H halts');
    expect(at(20, 5)).toContain('RUNNING H halts');
    expect(at(12, 1)).toContain('RUNNING');
  });

  it('says first that the journal failed, and of a recording what it lacks', () => {
    const line = (change: Partial<SessionView>): string =>
      rowText(statusLine(aView(change), 100, 120));
    const { store, feed } = aView();
    expect(line({ store: { ...store, failed: 'ENOSPC: no space left on device' } })).toContain(
      'data 0.1 s   journal failed: ENOSPC: no space left on device',
    );
    const replay = line({
      mode: 'replay',
      feed: { ...feed, hasBook: false, length: 1000, events: 20 },
    });
    expect(replay).toContain('no book in this recording');
    expect(replay).toContain('2 % of recording  2026-03-02 14:02:31 UTC');
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

  it('keeps the danger keys in their place while others come and go', () => {
    const places = PANES.flatMap((focus) =>
      (['running', 'paused', 'halted'] as const).map((tradingState) => {
        const view = aView({ account: { ...aView().account, tradingState } });
        const text = rowText(footerLine(aScene({ view, model: { ...createModel(), focus } }), 80));
        return `${String(text.indexOf('H HALT'))} ${String(text.indexOf('F flatten'))}`;
      }),
    );
    expect(new Set(places).size).toBe(1);
  });

  it('names only the halt below a dialog, in its place, and with Ctrl where letters are text', () => {
    const below = (dialog: Dialog): string =>
      rowText(footerLine(aScene({ model: { ...createModel(), dialog } }), 80)).trimEnd();
    const place = rowText(footerLine(aScene(), 80)).indexOf('H HALT');
    expect(below({ kind: 'quit' })).toBe(`${' '.repeat(place)}H HALT`);
    const phrase = { kind: 'phrase', purpose: 'flatten', expects: '', typed: '', wrong: false };
    expect(below(phrase as Dialog)).toBe(`${' '.repeat(place)}Ctrl+X HALT`);
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

  it('cuts texts before a number, never inside it', () => {
    const cut = (text: string, width: number): string => rowText(fitRow([span(text)], width));
    expect(cut('bands 3,614.91 to 3,630.51', 24)).toBe('bands 3,614.91 to …     ');
    expect(cut('fee 0.4987 USDT', 12)).toBe('fee 0.4987 …');
    expect(cut('fee 0.4987', 9)).toBe('fee …    ');
    expect(cut('order td0001', 10)).toBe('order td0…');
    expect(cut('above · EMA −12.50', 17)).toBe('above · EMA …    ');
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
