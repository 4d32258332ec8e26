import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import { isWorking } from '../../src/domain/order.ts';
import type { AccountRecord } from '../../src/domain/record.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { CLOSED_MOST, CLOSED_ORDERS, TOMBSTONES } from '../../src/execution/money.ts';
import { ETH, SPOT, START, fill, request } from '../support/builders.ts';
import { Books } from '../execution/books.ts';
import { Outside } from './outside.ts';

const SYMBOL = `symbol ${SPOT.symbol}`;

describe('an order of unknown outcome (F1, F2, F3, F18)', () => {
  function lost() {
    const outside = Outside.ready();
    const order = outside.order({ type: 'limit', price: decimal('90') });
    outside.tell({ kind: 'outcomeUnknown', orderId: order.id, reason: 'timeout' });
    return { outside, order };
  }

  test('works for every rule: its whole size stays reserved', () => {
    const { outside, order } = lost();
    expect(order.status).toBe('unknown');
    expect(isWorking(order)).toBe(true);
    expect(outside.sent.filter((what) => what === `submit ${order.id}`)).toHaveLength(1);
  });

  test('can be canceled, and the wish outlives another lost answer', () => {
    const { outside, order } = lost();
    outside.command({ kind: 'cancelOrder', orderId: order.id });
    expect(outside.sent).toContain(`cancel ${order.id}`);
    expect(order.status).toBe('pendingCancel');
    outside.tell({ kind: 'outcomeUnknown', orderId: order.id, reason: 'timeout' });
    expect(order.status).toBe('pendingCancel');
  });

  test('that was never placed gives its room back and leaves a tombstone', () => {
    const { outside, order } = lost();
    outside.tell({ kind: 'neverPlaced', orderId: order.id, reason: 'denied four times' });
    expect(outside.working()).toEqual([]);
    expect([...outside.money.tombstones.keys()]).toEqual([order.id]);
    expect(outside.find(order.id)?.status).toBe('canceled');
  });

  test('that appears after all works again, with an alarm', () => {
    const { outside, order } = lost();
    outside.tell({ kind: 'neverPlaced', orderId: order.id, reason: 'denied four times' });
    outside.tell({ kind: 'resurfaced', orderId: order.id, venueOrderId: 'v9' });
    expect(outside.find(order.id)).toMatchObject({ status: 'accepted', venueOrderId: 'v9' });
    expect(outside.money.tombstones.size).toBe(0);
    expect(outside.money.closed.has(order.id)).toBe(false);
    expect(outside.notices.at(-1)).toMatch(/^error at the venue after all/);
  });

  test('that appears while halted is canceled at once', () => {
    const { outside, order } = lost();
    outside.tell({ kind: 'neverPlaced', orderId: order.id, reason: 'denied four times' });
    outside.command({ kind: 'halt', reason: 'x' });
    outside.take();
    outside.tell({ kind: 'resurfaced', orderId: order.id, venueOrderId: 'v9' });
    expect(outside.take()).toContain(`cancel ${order.id}`);
  });

  test('that the venue acknowledged is not taken for never placed', () => {
    const { outside, order } = lost();
    outside.accept(order);
    outside.tell({ kind: 'neverPlaced', orderId: order.id, reason: 'denied four times' });
    expect(order.status).toBe('accepted');
    expect(outside.money.tombstones.size).toBe(0);
  });

  test('a fill of it is the proof that it was placed', () => {
    const { outside, order } = lost();
    outside.fill(order);
    expect(order.status).toBe('filled');
  });
});

describe('tombstones', () => {
  const bury = (books: Books, name: string, time: number): OrderId => {
    const orderId = books.order(name);
    books.put({ kind: 'outcomeUnknown', orderId, reason: 'timeout' }, time);
    books.put({ kind: 'neverPlaced', orderId, reason: 'denied' }, time);
    return orderId;
  };

  test('go after a day', () => {
    const books = new Books();
    bury(books, 'o1', START);
    bury(books, 'o2', START + DAY_MS - 1);
    expect(books.money.tombstones.size).toBe(2);
    bury(books, 'o3', START + DAY_MS);
    expect([...books.money.tombstones.keys()]).toEqual(['o2', 'o3']);
  });

  test(`are ${TOMBSTONES} at most, the newest`, () => {
    const books = new Books();
    for (let n = 0; n < TOMBSTONES + 3; n += 1) bury(books, `o${n}`, START);
    expect(books.money.tombstones.size).toBe(TOMBSTONES);
    expect(books.money.tombstones.has('o2' as OrderId)).toBe(false);
  });

  test('keep their order findable through any rush of ended orders', () => {
    const books = new Books();
    const orderId = bury(books, 'lost', START);
    for (let n = 0; n < 2 * CLOSED_MOST; n += 1) {
      books.put({ kind: 'canceled', orderId: books.order(`o${n}`), reason: 'x' });
    }
    expect(books.find('lost')?.status).toBe('canceled');
    books.put({ kind: 'resurfaced', orderId, venueOrderId: 'v' });
    expect(books.find('lost')?.status).toBe('accepted');
  });
});

describe('a fill after the end of its order', () => {
  test(`is booked for a day, beyond the newest ${CLOSED_ORDERS} ended orders`, () => {
    const books = new Books();
    const orderId = books.order('early');
    books.put({ kind: 'canceled', orderId, reason: 'x' });
    for (let n = 0; n < CLOSED_MOST - 1; n += 1) {
      books.put({ kind: 'canceled', orderId: books.order(`o${n}`), reason: 'x' }, START + n);
    }
    books.fill({ id: 'late', orderId }, START + HOUR_MS);
    expect(books.money.positions.get(SPOT.symbol)?.quantity).toBe(decimal('1'));
  });

  test(`of more than ${CLOSED_MOST} ended orders the oldest are forgotten`, () => {
    const books = new Books();
    for (let n = 0; n <= CLOSED_MOST; n += 1) {
      books.put({ kind: 'canceled', orderId: books.order(`o${n}`), reason: 'x' });
    }
    expect(books.money.closed.size).toBe(CLOSED_MOST);
    expect(books.find('o0')).toBeUndefined();
  });

  test('a rush of a day leaves again', () => {
    const books = new Books();
    for (let n = 0; n < CLOSED_MOST; n += 1) {
      books.put({ kind: 'canceled', orderId: books.order(`o${n}`), reason: 'x' });
    }
    for (let n = 0; n < CLOSED_ORDERS; n += 1) {
      const time = START + 2 * DAY_MS + n * HOUR_MS;
      books.put({ kind: 'canceled', orderId: books.order(`p${n}`), reason: 'x' }, time);
    }
    expect(books.money.closed.size).toBe(CLOSED_ORDERS);
  });
});

describe('fill, cancel and acknowledgement in any order (F9, F10, F12, F13, F15)', () => {
  test('books the same fills, and the order ends once', () => {
    const orderId = 'o1' as OrderId;
    const said: readonly AccountRecord[] = [
      { kind: 'accepted', orderId, venueOrderId: 'v' },
      { kind: 'fill', ...fill({ id: 'f1', quantity: '0.4' }) },
      { kind: 'fill', ...fill({ id: 'f2', quantity: '0.3' }) },
      { kind: 'cancelRejected', orderId, reason: 'unknown order' },
      { kind: 'canceled', orderId, reason: 'canceled' },
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(said.length - 1), { minLength: 10, maxLength: 40 }), (order) => {
        const books = new Books();
        books.order('o1');
        let filled = '0';
        for (const at of [...order, 0, 1, 2, 3, 4]) {
          const record = said[at];
          if (record) books.put(record);
          const now = books.find('o1')?.filled ?? decimal('0');
          expect(now >= decimal(filled)).toBe(true);
        }
        filled = '0.7';
        expect(books.find('o1')).toMatchObject({ filled: decimal(filled), status: 'canceled' });
        expect(books.money.positions.get(SPOT.symbol)?.quantity).toBe(decimal('0.7'));
      }),
    );
  });
});

describe('more filled than asked for (F42)', () => {
  test('is booked, alarmed, and the symbol only gets smaller', () => {
    const outside = Outside.ready();
    const order = outside.order({});
    outside.accept(order);
    outside.fill(order, { quantity: '1' });
    outside.fill(order, { quantity: '0.5' });
    expect(outside.money.positions.get(SPOT.symbol)?.quantity).toBe(decimal('1.5'));
    expect(outside.scope(SYMBOL)).toBe('reducing');
    expect(outside.notices.some((text) => text.startsWith('error OVERFILL'))).toBe(true);
    expect(() => outside.order({})).toThrow(/TRADING_STATE reducing/);
  });
});

describe('data of another account, symbol or order (F45)', () => {
  test.each([
    ['symbol', { symbol: ETH.symbol }],
    ['side', { side: 'sell' }],
    ['account', { accountId: 'other' }],
  ] as const)('a fill of another %s is not booked; the symbol is reducing', (_, change) => {
    const outside = Outside.ready({ markets: [SPOT, ETH] });
    const order = outside.order({});
    outside.accept(order);
    outside.fill(order, change);
    expect(outside.of('fill')).toEqual([]);
    expect(outside.scope(SYMBOL)).toBe('reducing');
    expect(outside.notices.some((text) => text.startsWith('error not booked'))).toBe(true);
  });

  test('a fill of no order of ours is not booked', () => {
    const outside = Outside.ready();
    outside.tell({ kind: 'fill', ...fill({ orderId: 'unheard' as OrderId }) });
    expect(outside.of('fill')).toEqual([]);
    expect(request({}).symbol).toBe(SPOT.symbol);
  });
});
