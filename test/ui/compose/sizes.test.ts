import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SessionView } from '../../../src/app/session-types.ts';
import { compose, paneOf } from '../../../src/ui/compose/compose.ts';
import { framed } from '../../../src/ui/text/frame.ts';
import { PANES } from '../../../src/ui/layout/panes.ts';
import { type Model, createModel } from '../../../src/ui/model.ts';
import { footerLine, noticeLine } from '../../../src/ui/panes/footer.ts';
import { headerLine, statusLine, tabLine, tinyLine } from '../../../src/ui/panes/header.ts';
import { rowText, rowWidth } from '../../../src/ui/text/rows.ts';
import { NOW, aMarket, aPosition, aStrategy, anOrder } from '../account-fixture.ts';
import { DIALOGS } from '../dialog-states.ts';
import { aScene, aPreview, aView } from '../session-fixture.ts';
import { wildDecimal, wildNumber, wildText } from '../wild.ts';

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
            slippageBps: null,
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
