import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { BookLevel } from '../../src/domain/book.ts';
import { OrderBook } from '../../src/market/order-book.ts';

const level = (price: number, quantity: number): BookLevel => ({ price, quantity });

function bookOf(
  bids: readonly (readonly [number, number])[],
  asks: readonly (readonly [number, number])[],
): OrderBook {
  const book = new OrderBook();
  book.replace({ bids: bids.map((at) => level(...at)), asks: asks.map((at) => level(...at)) });
  return book;
}

describe('order book', () => {
  test('knows its best prices, and none while a side is empty', () => {
    const book = bookOf([[99, 1], [98, 2]], [[101, 3]]); // prettier-ignore
    expect([book.bestBid, book.bestAsk]).toEqual([99, 101]);
    expect([book.bestFor('buy'), book.bestFor('sell')]).toEqual([101, 99]);
    expect(new OrderBook().bestBid).toBeNull();
  });

  test('a snapshot replaces everything, whatever the order of its levels', () => {
    const book = bookOf([[99, 1]], [[101, 1]]);
    book.replace({ bids: [level(50, 1), level(60, 2)], asks: [level(80, 1), level(70, 2)] });
    expect(book.levels(5)).toEqual({
      bids: [level(60, 2), level(50, 1)],
      asks: [level(70, 2), level(80, 1)],
    });
  });

  test('changes set, add and remove levels', () => {
    const book = bookOf([[99, 1], [98, 2]], [[101, 3]]); // prettier-ignore
    book.change([level(99, 0), level(98, 5), level(97, 1)], [level(100.5, 2), level(200, 0)]);
    expect(book.levels(5)).toEqual({
      bids: [level(98, 5), level(97, 1)],
      asks: [level(100.5, 2), level(101, 3)],
    });
    expect(book.quantityAt('buy', 98)).toBe(5);
    expect(book.quantityAt('buy', 98.5)).toBe(0);
  });

  test('ignores levels that are no numbers', () => {
    const { NaN: nothing, POSITIVE_INFINITY: endless } = Number;
    const book = bookOf([[nothing, 1], [99, 1]], [[-5, 1], [101, endless]]); // prettier-ignore
    expect(book.levels(5)).toEqual({ bids: [level(99, 1)], asks: [] });
  });

  test('walks the side a taker meets, level by level, up to a limit', () => {
    const book = bookOf([[99, 1], [98, 2]], [[101, 1], [102, 2], [103, 5]]); // prettier-ignore
    expect(book.walk('buy', 2.5)).toEqual([level(101, 1), level(102, 1.5)]);
    expect(book.walk('buy', 9, 102)).toEqual([level(101, 1), level(102, 2)]);
    expect(book.walk('sell', 9)).toEqual([level(99, 1), level(98, 2)]);
    expect(book.walk('sell', 9, 99.5)).toEqual([]);
  });

  test('what is consumed is gone until the level is spoken of again', () => {
    const book = bookOf([[99, 1]], [[101, 1], [102, 2]]); // prettier-ignore
    book.consume('buy', level(101, 1));
    book.consume('buy', level(102, 0.5));
    expect(book.levels(5).asks).toEqual([level(102, 1.5)]);
    book.change([], [level(101, 4)]);
    expect(book.bestAsk).toBe(101);
  });

  test('measures imbalance between -1 and 1, and none of an empty book', () => {
    expect(bookOf([[99, 3], [98, 100]], [[101, 1]]).imbalance(1)).toBe(0.5); // prettier-ignore
    expect(bookOf([[99, 3]], []).imbalance(5)).toBe(1);
    expect(new OrderBook().imbalance(5)).toBeNull();
  });

  test('says when it is crossed', () => {
    expect(bookOf([[99, 1]], [[101, 1]]).isCrossed()).toBe(false);
    expect(bookOf([[101, 1]], [[101, 1]]).isCrossed()).toBe(true);
    expect(bookOf([[101, 1]], []).isCrossed()).toBe(false);
  });
});

const price = fc.integer({ min: 1, max: 60 });
const quantity = fc.integer({ min: 0, max: 9 });
const changes = fc.array(fc.tuple(fc.constantFrom('bid', 'ask'), price, quantity), {
  maxLength: 60,
});

test('after any changes it equals a map of the last word on each level', () => {
  fc.assert(
    fc.property(changes, (list) => {
      const book = new OrderBook();
      const model = { bid: new Map<number, number>(), ask: new Map<number, number>() };
      for (const [side, at, size] of list) {
        book.change(
          side === 'bid' ? [level(at, size)] : [],
          side === 'ask' ? [level(at, size)] : [],
        );
        if (size === 0) model[side].delete(at);
        else model[side].set(at, size);
      }
      const sorted = (side: 'bid' | 'ask', sign: number): BookLevel[] =>
        [...model[side]].map((at) => level(...at)).sort((a, b) => sign * (a.price - b.price));
      expect(book.levels(99)).toEqual({ bids: sorted('bid', -1), asks: sorted('ask', 1) });
    }),
  );
});

test('a walk is never better than the best price, never out of order, never more than shown', () => {
  fc.assert(
    fc.property(changes, fc.constantFrom('buy' as const, 'sell' as const), (list, side) => {
      const book = new OrderBook();
      for (const [half, at, size] of list) {
        book.change(
          half === 'bid' ? [level(at, size)] : [],
          half === 'ask' ? [level(at, size)] : [],
        );
      }
      const sign = side === 'buy' ? 1 : -1;
      const walked = book.walk(side, 20);
      let worst = (book.bestFor(side) ?? 0) * sign;
      for (const step of walked) {
        expect(step.price * sign).toBeGreaterThanOrEqual(worst);
        expect(step.quantity).toBeLessThanOrEqual(
          book.quantityAt(side === 'buy' ? 'sell' : 'buy', step.price),
        );
        worst = step.price * sign;
      }
      expect(walked.reduce((sum, step) => sum + step.quantity, 0)).toBeLessThanOrEqual(20);
    }),
  );
});
