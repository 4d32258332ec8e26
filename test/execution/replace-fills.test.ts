import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ZERO, add, decimal, sub } from '../../src/domain/decimal.ts';
import type { Fill } from '../../src/domain/fill.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { Market } from '../../src/domain/market.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import { PERPETUAL, SPOT, START, fill } from '../support/builders.ts';
import { RECORDS } from '../support/records.ts';
import { Books } from './books.ts';

const INFERRED = 'inferred-1';

/** One order that fills: its real fills, and perhaps one inferred of them that they replace. */
interface Part {
  readonly side: 'buy' | 'sell';
  readonly strategyId: string;
  readonly fills: readonly {
    readonly price: number;
    readonly size: number;
    readonly fee: number;
  }[];
}

const part = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  strategyId: fc.constantFrom('a', 'b'),
  fills: fc.array(
    fc.record({
      price: fc.integer({ min: 5000, max: 15_000 }),
      size: fc.integer({ min: 1, max: 900 }),
      fee: fc.integer({ min: -20, max: 80 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

function fillsOf(one: Part, n: number, market: Market): Fill[] {
  return one.fills.map(({ price, size, fee }, k) =>
    fill({
      id: `f${n}-${k}`,
      orderId: `o${n}` as OrderId,
      symbol: market.symbol,
      side: one.side,
      price: (price / 100).toFixed(2),
      quantity: (size / 1000).toFixed(3),
      fee: (fee / 1000).toFixed(3),
      time: START + n * HOUR_MS,
    }),
  );
}

/** The orders one after another; of the one named, an inferred fill comes and later its own. */
function play(
  parts: readonly Part[],
  of: { market: Market; inferred: number | null; replaceAfter: number; guess: number },
): MoneyState {
  const books = new Books();
  const symbol = of.market.symbol;
  const late: { readonly at: number; readonly fills: Fill[]; readonly orderId: OrderId }[] = [];
  parts.forEach((one, n) => {
    const time = START + n * HOUR_MS;
    const fills = fillsOf(one, n, of.market);
    const quantity = fills.reduce((sum, { quantity: q }) => add(sum, q), ZERO);
    const { side, strategyId } = one;
    const orderId = books.order(`o${n}`, { symbol, side, strategyId, quantity });
    if (n === of.inferred) {
      const price = decimal((of.guess / 100).toFixed(2));
      const [first] = fills;
      if (!first) return;
      const made = { ...first, id: INFERRED, price, quantity, fee: ZERO, feeQuote: ZERO };
      books.put({ kind: 'fill', ...made, inferred: true }, time);
      late.push({ at: n + of.replaceAfter, fills, orderId });
    } else {
      for (const each of fills) books.put({ kind: 'fill', ...each }, time);
    }
    if (of.market.kind === 'perpetual' && n % 3 === 2 && books.money.positions.has(symbol)) {
      books.put({ ...RECORDS.funding, symbol, amount: decimal('0.37') }, time);
    }
    for (const { fills: own, orderId: id } of late.filter((each) => each.at === n)) {
      books.put({ kind: 'fillsReplaced', orderId: id, inferredId: INFERRED, fills: own }, time);
    }
  });
  for (const { fills: own, orderId } of late.filter((each) => each.at >= parts.length)) {
    const time = START + parts.length * HOUR_MS;
    books.put({ kind: 'fillsReplaced', orderId, inferredId: INFERRED, fills: own }, time);
  }
  expect(books.refolded()).toEqual(books.money);
  expect(books.reread()).toEqual(books.money);
  return books.money;
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** What must be the same; sums of floats up to their last digits. */
function comparable(money: MoneyState) {
  const { positions, ledgers, balances, deposits, totals, days, counts, working, closed } = money;
  const round = (of: typeof totals) => ({
    ...of,
    grossProfit: rounded(of.grossProfit),
    grossLoss: rounded(of.grossLoss),
  });
  const orders = [...working.values(), ...closed.values()];
  return {
    positions,
    ledgers: new Map(
      [...ledgers].map(([key, own]) => [key, { ...own, ...round({ ...totals, ...own }) }]),
    ),
    balances,
    deposits,
    totals: round(totals),
    days: new Map([...days].map(([day, own]) => [day, round(own)])),
    roundTrips: money.roundTrips,
    counts,
    orders: orders.map(({ id, filled, filledNotional, fillIds, status }) => {
      return { id, filled, filledNotional, status, fillIds };
    }),
  };
}

describe.each([SPOT, PERPETUAL])('fills that were inferred first, on $symbol (F16)', (market) => {
  test('leave no trace once the venue tells its own, however late they come', () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 5000, max: 15_000 }),
        (parts, pick, replaceAfter, guess) => {
          const at = pick % parts.length;
          const guessed = play(parts, { market, inferred: at, replaceAfter, guess });
          const real = play(parts, { market, inferred: null, replaceAfter: 0, guess });
          expect(comparable(guessed)).toEqual(comparable(real));
          expect(guessed.provisional.size).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('replacing', () => {
  const real = (id: string, price: string) => fill({ id, price, quantity: '0.5', fee: '0.1' });

  function inferred(): Books {
    const books = new Books();
    books.order('o1');
    books.put({ kind: 'fill', ...fill({ id: INFERRED, price: '100' }), inferred: true });
    return books;
  }

  test('twice changes nothing the second time', () => {
    const books = inferred();
    const fills = [real('a', '99'), real('b', '98')];
    const record = {
      kind: 'fillsReplaced',
      orderId: 'o1' as OrderId,
      inferredId: INFERRED,
      fills,
    } as const;
    books.put(record);
    const once = books.reread();
    books.put(record);
    expect({ ...books.money, cursor: null }).toEqual({ ...once, cursor: null });
    expect(books.money.balances.get('USDT')?.total).toBe(decimal('9901.3'));
    expect(books.find('o1')?.fillIds).toEqual(['a', 'b']);
  });

  test('a fill that came by itself in the meantime is counted once', () => {
    const books = inferred();
    books.put({
      kind: 'fillsReplaced',
      orderId: 'o1' as OrderId,
      inferredId: INFERRED,
      fills: [real('a', '99'), real('b', '98')],
    });
    books.fill({ id: 'a', price: '99', quantity: '0.5', fee: '0.1' });
    expect(books.money.counts.fills).toBe(2);
    expect(books.find('o1')?.filled).toBe(decimal('1'));
  });

  test('of an inferred fill older than a day only the ids change', () => {
    const books = inferred();
    books.order('o2');
    books.fill({ id: 'late', orderId: 'o2' as OrderId }, START + 25 * HOUR_MS);
    const cash = books.money.balances.get('USDT')?.total;
    books.put({
      kind: 'fillsReplaced',
      orderId: 'o1' as OrderId,
      inferredId: INFERRED,
      fills: [real('a', '99'), real('b', '98')],
    });
    expect(books.money.balances.get('USDT')?.total).toBe(cash);
    expect(books.find('o1')?.fillIds).toEqual(['a', 'b']);
    expect(sub(books.find('o1')?.filled ?? ZERO, decimal('1'))).toBe(ZERO);
  });
});
