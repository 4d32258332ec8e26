// What is booked or counted once, however often and in whatever order it is told.
import { expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import { fill } from '../support/builders.ts';
import { Books } from './books.ts';

const own = (id: string) => fill({ id, orderId: 'o1' as OrderId, quantity: '0.5' });

test('F16: a fill that came before its replacement is not booked with it', () => {
  const books = new Books();
  const orderId = books.order('o1');
  const inferredId = 'o1~0';
  books.put({ kind: 'fill', ...fill({ id: inferredId, orderId }), inferred: true });
  const [a, b] = ['a', 'b'].map((id) => own(id));
  if (!a || !b) throw new Error('no fills');
  books.put({ kind: 'fill', ...a });
  books.put({ kind: 'fillsReplaced', orderId, inferredId, fills: [a, b] });
  expect(books.find('o1')?.fillIds.toSorted()).toEqual(['a', 'b']);
  expect(books.find('o1')?.filled).toBe(decimal('1'));
});

test('F2: an order of which a part filled is not given up', () => {
  const books = new Books();
  const orderId = books.order('o1');
  books.put({ kind: 'fill', ...own('a') });
  books.put({ kind: 'neverPlaced', orderId, reason: 'denied' });
  expect(books.find('o1')?.status).toBe('partiallyFilled');
  expect(books.money.working.has(orderId)).toBe(true);
});

test('an outcome that is lost twice counts once', () => {
  const books = new Books();
  const orderId = books.order('o1');
  for (let times = 0; times < 2; times += 1) {
    books.put({ kind: 'outcomeUnknown', orderId, reason: 'no answer' });
  }
  expect(books.money.incidents).toHaveLength(1);
});
