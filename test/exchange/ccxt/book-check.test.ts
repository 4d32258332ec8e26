import { expect, test } from 'vitest';

import { checkBook } from '../../../src/exchange/ccxt/book-check.ts';

const BIDS = [
  [100, 1],
  [99, 2],
];
const ASKS = [
  [101, 1],
  [102, 2],
];

test('a sound book is copied, best levels first', () => {
  const checked = checkBook({ bids: BIDS, asks: ASKS });
  expect(checked).toEqual({
    kind: 'book',
    levels: {
      bids: [
        { price: 100, quantity: 1 },
        { price: 99, quantity: 2 },
      ],
      asks: [
        { price: 101, quantity: 1 },
        { price: 102, quantity: 2 },
      ],
    },
  });
});

test('a side without levels is not filled yet', () => {
  expect(checkBook({ bids: [], asks: ASKS })).toEqual({ kind: 'empty' });
});

test.each([
  ['bids that rise', { bids: BIDS.toReversed(), asks: ASKS }, 'bids: level 1 is out of order'],
  ['asks that fall', { bids: BIDS, asks: ASKS.toReversed() }, 'asks: level 1 is out of order'],
  ['a level twice', { bids: [BIDS[0], BIDS[0]], asks: ASKS }, 'bids: level 1 is out of order'],
  ['sides that cross', { bids: [[101, 1]], asks: ASKS }, 'crossed: bid 101, ask 101'],
  ['a size of zero', { bids: [[100, 0]], asks: ASKS }, 'bids: level 0 is no price and size'],
  ['no list', { bids: 'many', asks: ASKS }, 'bids: no list'],
])('a fault is named: %s', (_what, book, why) => {
  expect(checkBook(book)).toEqual({ kind: 'fault', why });
});
