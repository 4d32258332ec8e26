import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { stateCodec } from '../../src/app/state/codec.ts';
import {
  type Decimal,
  ZERO,
  add,
  decimal,
  isZero,
  neg,
  sub,
  toText,
} from '../../src/domain/decimal.ts';
import type { Fill } from '../../src/domain/fill.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import { type OrderStatus, isWorking } from '../../src/domain/order.ts';
import { netPnl, unrealizedPnl } from '../../src/domain/position.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import { PERPETUAL, SPOT, START, fill } from '../support/builders.ts';
import { RECORDS } from '../support/records.ts';
import { Books } from './books.ts';

/** Any life of a few orders of three strategies on a spot and a perpetual market. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('order' as const),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    symbol: fc.constantFrom(SPOT.symbol, PERPETUAL.symbol),
    strategyId: fc.constantFrom('a', 'b', 'manual'),
    quantity: fc.integer({ min: 1, max: 3000 }),
  }),
  fc.record({
    kind: fc.constant('fill' as const),
    pick: fc.nat(),
    part: fc.constantFrom(1, 2, 3),
    price: fc.integer({ min: 1, max: 20_000 }),
    fee: fc.constantFrom('quote', 'base', 'third', 'rebate'),
  }),
  fc.record({
    kind: fc.constantFrom(
      'accepted' as const,
      'canceled' as const,
      'rejected' as const,
      'expired' as const,
      'cancelRequested' as const,
      'cancelRejected' as const,
      'outcomeUnknown' as const,
      'neverSent' as const,
    ),
    pick: fc.nat(),
  }),
  fc.record({ kind: fc.constant('funding' as const), amount: fc.integer({ min: -500, max: 500 }) }),
  fc.record({ kind: fc.constant('other' as const), pick: fc.nat() }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const script = fc.array(step, { minLength: 1, maxLength: 60 });

const OTHERS = Object.values(RECORDS).filter(
  ({ kind }) => !['runStarted', 'deposited', 'fill', 'funding', 'orderCreated'].includes(kind),
);

function play(books: Books, steps: readonly Step[]): void {
  const ids: OrderId[] = [];
  steps.forEach((one, n) => {
    const time = START + n * 7 * HOUR_MS;
    const orderId = 'pick' in one ? ids[one.pick % Math.max(1, ids.length)] : undefined;
    const order = orderId && books.find(orderId);
    if (one.kind === 'order') {
      const quantity = decimal((one.quantity / 1000).toFixed(3));
      const { side, symbol, strategyId } = one;
      ids.push(books.order(`o${n}`, { quantity, side, symbol, strategyId }));
    } else if (one.kind === 'other') {
      const body = OTHERS[one.pick % OTHERS.length];
      if (body) books.put(body, time);
    } else if (one.kind === 'funding') {
      const held = books.money.positions.get(PERPETUAL.symbol);
      if (!held || isZero(held.quantity)) return;
      const amount = decimal((one.amount / 100).toFixed(2));
      books.put({ ...RECORDS.funding, amount }, time);
    } else if (order && one.kind === 'fill') {
      const quantity = one.part === 1 ? sub(order.quantity, order.filled) : decimal('0.001');
      if (!(quantity > ZERO)) return;
      const { side, symbol } = order;
      const price = (one.price / 100).toFixed(2);
      const worth = toText(decimal((one.price / 100_000_000).toFixed(8)));
      const isBase = one.fee === 'base' && side === 'buy' && symbol === SPOT.symbol;
      const fee = one.fee === 'rebate' ? `-${worth}` : worth;
      books.put(
        {
          kind: 'fill',
          ...fill({ id: `f${n}`, orderId: order.id, side, symbol, price, time }),
          quantity,
          // A millionth of a coin is worth a millionth of the price.
          fee: decimal(isBase ? '0.000001' : fee),
          feeQuote: decimal(fee),
          feeAsset: isBase ? 'BTC' : one.fee === 'third' ? 'BNB' : 'USDT',
        },
        time,
      );
    } else if (orderId && one.kind !== 'fill') {
      books.put({ ...RECORDS[one.kind], orderId }, time);
    }
  });
}

const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((a, b) => add(a, b), ZERO);
const marks = fc.integer({ min: 1, max: 20_000 }).map((n) => decimal((n / 100).toFixed(2)));

describe('any journal', () => {
  test('folds to the same state, line by line or through a snapshot', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const books = new Books();
        play(books, steps);
        expect(books.refolded()).toEqual(books.money);
        expect(books.reread()).toEqual(books.money);
      }),
    );
  });

  test('snapshot and rest of the journal give what the whole journal gives', () => {
    fc.assert(
      fc.property(script, fc.nat(), (steps, cut) => {
        const books = new Books();
        play(books, steps);
        const codec = stateCodec();
        const at = cut % (books.lines.length + 1);
        let money = createMoneyState();
        books.lines.forEach((line, n) => {
          if (n === at) money = codec.decodeState(codec.encodeState(money));
          codec.fold(money, codec.decode(line));
        });
        expect(money).toEqual(books.money);
      }),
    );
  });

  test('ledgers sum to the account: quantity, and net P&L at any mark, exactly', () => {
    fc.assert(
      fc.property(script, marks, (steps, mark) => {
        const books = new Books();
        play(books, steps);
        for (const symbol of [SPOT.symbol, PERPETUAL.symbol]) {
          const account = books.money.positions.get(symbol);
          const own = [...books.money.ledgers.values()]
            .filter((ledger) => ledger.symbol === symbol)
            .map((ledger) => ledger.position);
          if (!account) continue;
          expect(sum(own.map((p) => p.quantity))).toBe(account.quantity);
          expect(sum(own.map((p) => p.feesPaid))).toBe(account.feesPaid);
          expect(sum(own.map((p) => p.fundingPaid))).toBe(account.fundingPaid);
          const gross = (p: typeof account): Decimal => add(p.realizedPnl, unrealizedPnl(p, mark));
          expect(toText(sum(own.map(gross)))).toBe(toText(gross(account)));
        }
      }),
    );
  });

  test('totals are the sums of positions; days sum to totals', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const books = new Books();
        play(books, steps);
        const positions = [...books.money.positions.values()];
        const days = [...books.money.days.values()];
        for (const key of ['realizedPnl', 'feesPaid', 'fundingPaid'] as const) {
          expect(sum(positions.map((p) => p[key]))).toBe(books.money.totals[key]);
          expect(sum(days.map((day) => day[key]))).toBe(books.money.totals[key]);
        }
      }),
    );
  });

  test('closed and open round trips of a ledger sum to its P&L, fees and funding', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const books = new Books();
        play(books, steps);
        for (const ledger of books.money.ledgers.values()) {
          const { strategyId, symbol, position, trip } = ledger;
          const trips = books.money.roundTrips.filter(
            (one) => one.strategyId === strategyId && one.symbol === symbol,
          );
          expect(trips).toHaveLength(ledger.roundTrips);
          const open = trip ? sub(sub(trip.realizedPnl, trip.feesPaid), trip.fundingPaid) : ZERO;
          const net = sub(sub(position.realizedPnl, position.feesPaid), position.fundingPaid);
          expect(toText(add(sum(trips.map(netPnl)), open))).toBe(toText(net));
          expect(trip === null).toBe(isZero(position.quantity));
        }
      }),
    );
  });

  test('working holds what works, closed what ended, and no order is in both', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const books = new Books();
        play(books, steps);
        const { working, closed } = books.money;
        for (const order of working.values()) expect(isWorking(order), order.status).toBe(true);
        for (const [id, order] of closed) {
          expect(isWorking(order), order.status).toBe(false);
          expect(working.has(id)).toBe(false);
        }
        const statuses: OrderStatus[] = [...working.values(), ...closed.values()].map(
          (o) => o.status,
        );
        expect(statuses).toHaveLength(books.money.counts.orders);
      }),
    );
  });
});

test('the sum of signed fills is the holding, less fees taken in the coin', () => {
  fc.assert(
    fc.property(script, (steps) => {
      const books = new Books();
      play(books, steps);
      const records = books.lines.map((line) => stateCodec().decode(line));
      const seen = new Set<string>();
      let held = ZERO;
      const book = (one: Fill): void => {
        if (one.symbol !== SPOT.symbol || seen.has(one.id)) return;
        seen.add(one.id);
        held = add(held, one.side === 'buy' ? one.quantity : neg(one.quantity));
        if (one.feeAsset === 'BTC') held = sub(held, one.fee);
      };
      for (const record of records as readonly JournalRecord[]) {
        if (record.kind === 'fill') book(record);
        if (record.kind === 'orderAdopted') seen.add('adopted order');
        // The inferred fill of it was never booked: its own ones are.
        if (record.kind === 'fillsReplaced' && seen.has('adopted order')) record.fills.map(book);
        if (record.kind === 'positionAdopted') held = add(held, record.quantity);
      }
      expect(books.money.positions.get(SPOT.symbol)?.quantity ?? ZERO).toBe(held);
    }),
  );
});
