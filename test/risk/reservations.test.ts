import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decimal, toNumber } from '../../src/domain/decimal.ts';
import type { Order } from '../../src/domain/order.ts';
import type { RiskLimits } from '../../src/domain/limits.ts';
import { Desk, ETH, PERPETUAL, SPOT, hold, market, place, puppet } from '../support/builders.ts';

const PERPETUAL_ETH = market({ ...PERPETUAL, symbol: 'ETH/USDT:USDT', base: 'ETH' });
const FEE = decimal('0.001');
const MARKETS = {
  spot: [market({ ...SPOT, takerFeeRate: FEE }), market({ ...ETH, takerFeeRate: FEE })],
  perpetual: [
    market({ ...PERPETUAL, takerFeeRate: FEE }),
    market({ ...PERPETUAL_ETH, takerFeeRate: FEE }),
  ],
} as const;
const PRICE = 100;

/** What strategy `which` wants on the next candle of market `of`. */
const wish = fc.record({
  which: fc.nat({ max: 2 }),
  of: fc.nat({ max: 1 }),
  kind: fc.constantFrom(
    'long' as const,
    'short' as const,
    'flat' as const,
    'buy' as const,
    'sell' as const,
  ),
  limit: fc.constantFrom(null, 90, 95, 105, 110),
  quantity: fc.integer({ min: 1, max: 40 }),
});
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;
/** Wishes by step: all of one step are reviewed before anything can fill. */
const script = fc.array(fc.array(wish, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 6,
});

const left = (order: Order): number => toNumber(order.quantity) - toNumber(order.filled);

/** Signed quote of a market if every working order of one side filled, and nothing of the other. */
function extremes(desk: Desk, symbol: string, working: readonly Order[]) {
  const held = toNumber(desk.money.positions.get(symbol)?.quantity ?? decimal('0')) * PRICE;
  let [bought, sold] = [held, held];
  for (const order of working) {
    if (order.symbol !== symbol || order.role === 'protective') continue;
    const value = left(order) * (order.price === null ? PRICE : toNumber(order.price));
    if (order.side === 'buy') bought += value;
    else sold -= value;
  }
  return { bought, sold };
}

/**
 * What was known when each entry was let through: the working orders up to it. An exit that came
 * later may take the account beyond a limit (two strategies offset each other, and exits are
 * never blocked).
 */
function atEntries(desk: Desk): readonly (readonly Order[])[] {
  const working = desk.working();
  const { now } = desk.run.state.market;
  return working.flatMap((order, n) =>
    order.role === 'entry' && order.createdTime === now ? [working.slice(0, n + 1)] : [],
  );
}

/** Plays the script and looks at the account after every step, before the market moves. */
function play(
  kind: 'spot' | 'perpetual',
  steps: readonly (readonly Wish[])[],
  of: { limits: Partial<RiskLimits>; cash?: string; check: (desk: Desk) => void },
): void {
  const markets = MARKETS[kind];
  const puppets = [0, 1, 2].flatMap((n) =>
    markets.map(({ symbol }) => ({
      id: `s${n}`,
      symbol,
      puppet: puppet({ worstCaseFraction: 0.1 }),
    })),
  );
  const desk = new Desk({
    markets,
    strategies: puppets,
    limits: of.limits,
    cash: of.cash ?? '10000',
    model: { leverage: kind === 'spot' ? 1 : 3 },
  });
  for (const { symbol } of markets) desk.candle(PRICE, symbol);
  for (const step of steps) {
    for (const one of puppets) one.puppet.next = [];
    for (const { which, of: place_, kind: wanted, limit, quantity } of step) {
      const one = puppets[which * 2 + place_];
      if (!one) continue;
      const { symbol } = one;
      const intent =
        wanted === 'buy' || wanted === 'sell'
          ? place({
              symbol,
              side: wanted,
              quantity: String(quantity),
              ...(limit === null ? {} : { type: 'limit' as const, price: limit }),
            })
          : hold(wanted, { symbol });
      one.puppet.next = [...one.puppet.next, intent];
    }
    for (const { symbol } of markets) {
      desk.candle(PRICE, symbol);
      of.check(desk);
    }
  }
}

const EQUITY = 10_000;
/** Fees paid lower equity a little; limits are fractions of it. */
const slack = 1.02;

describe.each(['spot', 'perpetual'] as const)('on %s, orders of one step together', (kind) => {
  const all = (desk: Desk) =>
    atEntries(desk).map((orders) => ({
      sides: MARKETS[kind].map(({ symbol }) => extremes(desk, symbol, orders)),
      entry: orders.at(-1),
    }));

  test('never pass the largest position of a market', () => {
    fc.assert(
      fc.property(script, (steps) => {
        play(kind, steps, {
          limits: { maxPositionFraction: 0.3 },
          check: (desk) => {
            for (const { sides, entry } of all(desk)) {
              const own = MARKETS[kind].findIndex(({ symbol }) => symbol === entry?.symbol);
              const { bought = 0, sold = 0 } = sides[own] ?? {};
              const reached = entry?.side === 'buy' ? bought : -sold;
              expect(reached).toBeLessThanOrEqual(0.3 * EQUITY * slack);
            }
          },
        });
      }),
    );
  });

  test('never pass gross and net exposure', () => {
    fc.assert(
      fc.property(script, (steps) => {
        play(kind, steps, {
          limits: { grossExposureFraction: 0.5, netExposureFraction: 0.25 },
          check: (desk) => {
            for (const { sides, entry } of all(desk)) {
              const gross = sides.reduce(
                (sum, one) => sum + Math.max(Math.abs(one.bought), Math.abs(one.sold)),
                0,
              );
              const net = sides.reduce(
                (sum, one) => sum + (entry?.side === 'buy' ? one.bought : -one.sold),
                0,
              );
              expect(gross, 'gross').toBeLessThanOrEqual(0.5 * EQUITY * slack);
              expect(net, 'net').toBeLessThanOrEqual(0.25 * EQUITY * slack);
            }
          },
        });
      }),
    );
  });

  test('never open more positions than allowed', () => {
    fc.assert(
      fc.property(script, (steps) => {
        play(kind, steps, {
          limits: { maxPositions: 1 },
          check: (desk) => {
            const open = MARKETS[kind].filter(({ symbol }) => {
              const isHeld =
                toNumber(desk.money.positions.get(symbol)?.quantity ?? decimal('0')) !== 0;
              return isHeld || desk.working('entry').some((order) => order.symbol === symbol);
            });
            expect(open.length).toBeLessThanOrEqual(1);
          },
        });
      }),
    );
  });

  test('never spend the same money twice', () => {
    fc.assert(
      fc.property(script, (steps) => {
        // Strategies that offset each other on a perpetual need margin when one of them leaves.
        const alone = steps.map((step) =>
          step.filter(({ which }) => kind === 'spot' || which === 0),
        );
        play(kind, alone, {
          cash: '3000',
          limits: {},
          check: (desk) => {
            // What our review let through never fails at the venue for want of money.
            const entries = desk.of('rejected').filter(({ orderId }) => orderId.endsWith('e'));
            expect(entries.filter(({ code }) => code.startsWith('INSUFFICIENT'))).toEqual([]);
          },
        });
      }),
    );
  });

  test('never risk more than allowed at the worst case', () => {
    fc.assert(
      fc.property(script, (steps) => {
        play(kind, steps, {
          limits: { openRiskFraction: 0.03 },
          check: (desk) => {
            let risk = 0;
            for (const ledger of desk.money.ledgers.values()) {
              risk += Math.abs(toNumber(ledger.position.quantity)) * PRICE * 0.1;
            }
            for (const order of desk.working('entry')) risk += left(order) * PRICE * 0.1;
            // A resting entry counts at its own price, at most a tenth away.
            expect(risk).toBeLessThanOrEqual(0.03 * EQUITY * 1.12);
          },
        });
      }),
    );
  });
});

describe('by hand', () => {
  test('a resting sell makes no room for a buy', () => {
    const [a, b] = [puppet(), puppet()];
    const { symbol } = PERPETUAL;
    const desk = new Desk({
      markets: [PERPETUAL],
      strategies: [
        { id: 'a', puppet: a, symbol },
        { id: 'b', puppet: b, symbol },
      ],
      limits: { maxPositionFraction: 0.1 },
      model: { leverage: 10 },
    });
    desk.candle(100, symbol);
    a.next = [place({ symbol, side: 'sell', type: 'limit', price: 110, quantity: '9' })];
    b.next = [place({ symbol, quantity: '15' })];
    desk.candle(100, symbol);
    expect(desk.of('denied')).toEqual([
      expect.objectContaining({ strategyId: 'b', code: 'MAX_POSITION', value: 1500, limit: 1000 }),
    ]);
  });

  test('a reversal is measured by where it ends, not by where it begins', () => {
    const a = puppet();
    const { symbol } = PERPETUAL;
    const desk = new Desk({
      markets: [PERPETUAL],
      strategies: [{ id: 'a', puppet: a, symbol, sizing: { kind: 'risk', value: 1 } }],
      limits: { maxPositionFraction: 0.3 },
      model: { leverage: 10 },
    });
    desk.candle(100, symbol);
    a.next = [hold('long', { symbol, stopPrice: 95 })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect(desk.held('a', symbol)).toBe(20);
    // Twice as near a stop sizes twice as large: 40 short is 4,000 of 3,000 allowed.
    a.next = [hold('short', { symbol, stopPrice: 102.5 })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect(desk.denials()).toEqual(['MAX_POSITION']);
    expect(desk.held('a', symbol)).toBe(0);
  });

  test('strategies that offset each other still hold a position', () => {
    const [a, b, c] = [puppet(), puppet(), puppet()];
    const { symbol } = PERPETUAL;
    const other = PERPETUAL_ETH.symbol;
    const desk = new Desk({
      markets: [PERPETUAL, PERPETUAL_ETH],
      strategies: [
        { id: 'a', puppet: a, symbol },
        { id: 'b', puppet: b, symbol },
        { id: 'c', puppet: c, symbol: other },
      ],
      limits: { maxPositions: 1 },
    });
    a.next = [hold('long', { symbol })];
    b.next = [hold('short', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect([desk.held('a', symbol), desk.held('b', symbol)]).toEqual([1, -1]);
    c.next = [hold('long', { symbol: other })];
    desk.candle(100, other);
    expect(desk.denials()).toEqual(['MAX_POSITIONS']);
  });

  test('coins that only rest for sale pay for nothing', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ quantity: decimal('90') });
    desk.candle(100);
    desk.order({ side: 'sell', type: 'limit', price: decimal('150'), quantity: decimal('90') });
    desk.order({ quantity: decimal('20') });
    expect(desk.of('denied').at(-1)).toMatchObject({ code: 'BALANCE', value: 2000, limit: 1000 });
  });
});
