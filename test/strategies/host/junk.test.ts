import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isOnGrid, isPositive } from '../../../src/domain/decimal.ts';
import { intentsOf, parseReply } from '../../../src/strategies/host/messages.ts';
import { Desk, SPOT, puppet } from '../../support/builders.ts';

/** Numbers that break arithmetic, and those that only look as if they did. */
const number = fc.oneof(
  fc.double(),
  fc.constantFrom(NaN, Infinity, -0, 1e9, 1e-12, Number.MAX_VALUE, 5e-324, -1),
);
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom('1e9', '-1', '0', '9'.repeat(18)),
);
const anything = fc.oneof(number, text, fc.boolean(), fc.constant(null), fc.jsonValue());
const symbol = fc.oneof(
  { weight: 5, arbitrary: fc.constant(SPOT.symbol) },
  { weight: 1, arbitrary: text },
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const price = fc.oneof(number, fc.double({ min: 50, max: 150, noNaN: true }));
const place = fc.record({
  kind: fc.constant('place'),
  symbol,
  side: fc.constantFrom('buy', 'buy', 'sell', 'up'),
  type: fc.constantFrom('market', 'limit', 'limit', 'stop', 'takeProfit', 'iceberg'),
  price: optional(price),
  triggerPrice: optional(price),
  stopPrice: optional(price),
  share: optional(number),
  quantity: optional(fc.oneof(text, fc.constantFrom('1', '2.5', '0.0001', '1000000000'))),
  reason: text,
});
const target = fc.record({
  kind: fc.constant('target'),
  symbol,
  positionSide: fc.constantFrom('long', 'short', 'flat', 'up'),
  stopPrice: optional(price),
  reason: text,
});
const nearlyIntent = fc.oneof(
  { weight: 6, arbitrary: place },
  { weight: 3, arbitrary: target },
  { weight: 1, arbitrary: anything },
);

/** As an honest strategy's process would write it. */
const lineOf = (intents: unknown) =>
  JSON.stringify({ kind: 'answer', intents, thought: null, levels: [] });

test('F49 any line is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        anything.map((value) => lineOf([value])),
      ),
      (line) => {
        const parsed = parseReply(line);
        if (!parsed.ok) expect(parsed.fault).toMatch(/^its answer is /);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('F49 whatever passes, no order leaves that is not finite, above zero and on the grid (I6)', () => {
  let passed = 0;
  let orders = 0;
  fc.assert(
    fc.property(fc.array(nearlyIntent, { maxLength: 2 }), (wanted) => {
      const parsed = parseReply(lineOf(wanted));
      if (!parsed.ok || parsed.reply.kind !== 'answer') return;
      passed += 1;
      const desk = new Desk({ strategies: [{ id: 'a', puppet: puppet() }] });
      desk.candle(100);
      const { now } = desk.run.state.market;
      const from = { strategyId: 'a', symbol: SPOT.symbol, time: now, basis: now };
      desk.run.post({ kind: 'intents', ...from, list: intentsOf(parsed.reply) });
      for (const { request } of desk.of('orderCreated')) {
        orders += 1;
        expect(request.symbol).toBe(SPOT.symbol);
        expect(isPositive(request.quantity) && isOnGrid(request.quantity, SPOT.stepSize)).toBe(
          true,
        );
        for (const price of [request.price, request.triggerPrice]) {
          if (price === null) continue;
          expect(isPositive(price) && isOnGrid(price, SPOT.tickSize)).toBe(true);
        }
      }
    }),
    { numRuns: 3_000 },
  );
  // Not empty: some of it was good enough to become an order.
  expect(passed).toBeGreaterThan(100);
  expect(orders).toBeGreaterThan(10);
});
