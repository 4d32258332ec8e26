// The account's panes and dialogs under values that break careless layouts, at any size.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { AlertView, SessionView } from '../../../src/app/session-types.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { LimitView } from '../../../src/engine/view.ts';
import { drawDialog } from '../../../src/ui/dialogs/registry.ts';
import type { PaneId } from '../../../src/ui/layout/panes.ts';
import { type Dialog, type Model, createModel } from '../../../src/ui/model.ts';
import { PANE_TABLE } from '../../../src/ui/panes/registry.ts';
import { fitRows, rowText, rowWidth } from '../../../src/ui/text/rows.ts';
import { aParam, aPosition, aStrategy, anAlert, anOrder } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';
import { wildDecimal as exact, wildNumber as number, wildText as text } from '../wild.ts';
import { aBreaker } from '../breaker-fixture.ts';

const PANES: readonly PaneId[] = [
  'positions',
  'orders',
  'pnl',
  'strategies',
  'risk',
  'alerts',
  'log',
];

const units = fc.constantFrom('fraction', 'bps', 'quote', 'count', 'seconds');
const limit: fc.Arbitrary<LimitView> = fc.record({
  code: fc.oneof(text, fc.constantFrom('OPEN_RISK', 'dailyLoss', 'constructor')),
  group: fc.constantFrom('breaker', 'account', 'symbol', 'order', 'rate'),
  setting: text,
  value: fc.option(number),
  limit: number,
  unit: units,
  symbol: fc.option(text),
});
const alert: fc.Arbitrary<AlertView> = fc
  .record({ text, clears: text, time: number, count: fc.nat(), active: fc.boolean(), symbol: text })
  .map((change) => anAlert({ ...change, id: change.count }));

const view: fc.Arbitrary<SessionView> = fc
  .record({
    limits: fc.array(limit, { maxLength: 6 }),
    alerts: fc.array(alert, { maxLength: 4 }),
    numbers: fc.array(number, { minLength: 6, maxLength: 6 }),
    texts: fc.array(text, { minLength: 3, maxLength: 3 }),
    amount: exact,
    rows: fc.nat(5),
  })
  .map((of) => {
    const { limits, alerts, numbers, texts, amount, rows } = of;
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
    const [t = '', u = '', w = ''] = texts;
    const many = <T>(make: (i: number) => T): T[] =>
      Array.from({ length: rows }, (_, i) => make(i));
    const row = (key: string) => ({
      key,
      realizedPnl: a,
      feesPaid: b,
      fundingPaid: c,
      netPnl: d,
      roundTrips: e,
    });
    return aView({
      limits,
      alerts,
      breakers: many((i) =>
        aBreaker({ name: t, value: a, limit: b, tripped: i % 2 === 0, clears: u }),
      ),
      scopes: many(() => ({
        kind: 'symbol',
        name: t,
        state: 'paused',
        since: d,
        reason: u,
        by: 'engine',
      })),
      clusters: many(() => ({ symbols: [t, u], exposureFraction: a })),
      account: { ...aView().account, stateReason: t, stateClears: u, tradingState: 'halted' },
      store: { failed: rows > 3 ? t : null, commitMs: null, waiting: 0 },
      pnl: {
        ...aView().pnl,
        netPnl: a,
        unrealizedPnl: b,
        winRate: c,
        sharpe: d,
        valueAtRisk: e,
        maxDrawdownFraction: f,
        feesPaid: amount,
        byStrategy: many(() => row(t)),
        byDay: many(() => row(u)),
        equityCurve: numbers.map((value, i) => [i, value]),
      },
      positions: many((i) =>
        aPosition({
          symbol: `${t}${String(i)}`,
          quantity: amount,
          unrealizedPnl: a,
          maxFavorable: b,
          maxFavorableR: c,
          maxAdverseR: d,
          exposureFraction: e,
          openedTime: f,
          strategyIds: [u, w],
        }),
      ),
      orders: many((i) =>
        anOrder({
          id: `o${String(i)}` as OrderId,
          symbol: t,
          price: amount,
          reason: w,
          createdTime: a,
          decisionPrice: b,
        }),
      ),
      strategies: many((i) =>
        aStrategy({
          id: `s${String(i)}`,
          summary: w,
          warmingUp: i,
          paramInfo: [
            aParam({ name: t, description: u, kind: 'number', value: a, min: b, max: c }),
            aParam({ name: `${t}x`, kind: 'choice', value: u, choices: [u, w] }),
            aParam({ name: `${t}y`, kind: 'text', value: [t, u], standard: null }),
          ],
          lastDecision: {
            time: d,
            symbol: t,
            what: u,
            reason: w,
            inputs: { [t]: a, [u]: w },
            verdicts: [{ code: 'OPEN_RISK', ok: false, value: a, limit: b, setting: t }],
            orderId: 'o0' as OrderId,
          },
        }),
      ),
    });
  });

const DIALOGS: readonly Dialog[] = [
  { kind: 'quit' },
  { kind: 'params', strategyId: 's0', active: 1, texts: {}, step: 'edit', problem: null },
  {
    kind: 'params',
    strategyId: 's0',
    active: 9,
    texts: { x: '1' },
    step: 'confirm',
    problem: null,
  },
  {
    kind: 'amend',
    orderId: 'o0',
    active: 'price',
    from: { price: '1', quantity: '2' },
    texts: { price: '9'.repeat(24), quantity: '' },
    pressId: 'x',
    problem: null,
  },
  { kind: 'limit', code: 'OPEN_RISK', text: '9'.repeat(24), problem: null },
  { kind: 'limit', code: 'gone', text: '', problem: null },
  {
    kind: 'ask',
    title: 'x',
    lines: ['y'.repeat(300)],
    yes: 'a',
    no: 'b',
    command: { kind: 'cancelAll', symbol: null },
  },
  ...PANES.map((pane): Dialog => ({ kind: 'why', pane, key: 's0', scroll: 3 })),
];
const side = fc.integer({ min: 1, max: 200 });

describe('the account on the screen', () => {
  it('fills every size exactly', () => {
    fc.assert(
      fc.property(view, side, side, fc.boolean(), (one, width, height, filtered) => {
        const model: Model = createModel();
        for (const id of PANES) {
          const panes = filtered
            ? { ...model.panes, [id]: { selected: 'x', filter: 'a' } }
            : model.panes;
          const scene = aScene({ view: one, model: { ...model, panes } });
          const { rows } = PANE_TABLE[id].draw(scene, { width, height }, []);
          expect(rows, id).toHaveLength(height);
          for (const row of rows) expect(rowWidth(row), id).toBe(width);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('answers Enter on every row, and no answer carries a control character', () => {
    fc.assert(
      fc.property(view, side, (one, width) => {
        const scene = aScene({ view: one });
        for (const id of PANES) {
          const { rowKeys, why } = PANE_TABLE[id];
          for (const key of rowKeys(scene)) {
            const rows = why(key, scene, width);
            expect(rows, id).not.toBeNull();
            const all = (rows ?? []).map(rowText).join('');
            expect(all).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{M}]/u);
          }
          expect(why('gone\u0000', scene, width)).toBeNull();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('draws every dialog in the width it is given', () => {
    fc.assert(
      fc.property(
        view,
        fc.constantFrom(...DIALOGS),
        side,
        side,
        (one, dialog, width, maxHeight) => {
          const scene = aScene({ view: one, model: { ...createModel(), dialog } });
          const { rows, title } = drawDialog(dialog, scene, { width, maxHeight });
          expect(title).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{M}]/u);
          for (const row of fitRows(rows, { width, height: rows.length })) {
            expect(rowWidth(row)).toBe(width);
            expect(rowText(row)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{M}]/u);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
