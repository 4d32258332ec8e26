import { describe, expect, test } from 'vitest';

import { type Decimal, ONE, ZERO, add, decimal, toText } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { CLOSED_ORDERS, DAYS, EQUITY_SAMPLES, ROUND_TRIPS } from '../../src/execution/money.ts';
import { ACCOUNT, PERPETUAL, SPOT, START } from '../support/builders.ts';
import { RECORDS } from '../support/records.ts';
import { Books } from './books.ts';

const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((a, b) => add(a, b), ZERO);

describe('messages that come twice', () => {
  test('a fill is counted once', () => {
    const books = new Books();
    books.order('o1', { quantity: decimal('2') });
    books.fill({ id: 'f1', fee: '0.1' });
    const before = books.reread();
    books.fill({ id: 'f1', fee: '0.1' });
    books.fill({ id: 'f1', fee: '0.1' });
    expect({ ...books.money, cursor: null }).toEqual({ ...before, cursor: null });
    expect(books.find('o1')).toMatchObject({ filled: ONE, status: 'partiallyFilled' });
  });

  test('a second fill of the same price and quantity is another one', () => {
    const books = new Books();
    books.order('o1', { quantity: decimal('2') });
    books.fill({ id: 'f1' });
    books.fill({ id: 'f2' });
    expect(books.find('o1')).toMatchObject({ filled: decimal('2'), status: 'filled' });
  });

  test.each(
    Object.values(RECORDS).filter((body) => 'orderId' in body && body.kind !== 'orderCreated'),
  )('the second $kind of an order changes nothing', (record) => {
    for (const status of ['submitted', 'accepted', 'pendingCancel'] as const) {
      const books = new Books();
      const orderId = books.order('o1', { quantity: decimal('5') });
      if (status !== 'submitted') books.put({ ...RECORDS.accepted, orderId });
      if (status === 'pendingCancel') books.put({ ...RECORDS.cancelRequested, orderId });
      const body = { ...record, orderId, symbol: SPOT.symbol };
      books.put(body);
      const once = books.reread();
      books.put(body);
      expect({ ...books.money, cursor: null }).toEqual({ ...once, cursor: null });
    }
  });

  test('words about an order nobody knows change nothing', () => {
    const books = new Books();
    const before = books.reread();
    for (const kind of [
      'accepted',
      'rejected',
      'canceled',
      'expired',
      'amended',
      'fill',
    ] as const) {
      books.put({ ...RECORDS[kind], orderId: 'unheard' as OrderId });
    }
    expect({ ...books.money, cursor: null }).toEqual({ ...before, cursor: null });
  });
});

describe('fills that come late', () => {
  const ends = [
    ['canceled', RECORDS.canceled],
    ['expired', RECORDS.expired],
    ['rejected', RECORDS.rejected],
  ] as const;

  test.each(ends)('after %s a fill is booked, and a whole one says filled', (status, record) => {
    const books = new Books();
    const orderId = books.order('o1', { quantity: decimal('2') });
    books.put({ ...record, orderId });
    books.fill({ id: 'f1' });
    expect(books.find('o1')).toMatchObject({ status, filled: ONE });
    expect(books.money.positions.get(SPOT.symbol)?.quantity).toBe(ONE);
    books.fill({ id: 'f2' });
    expect(books.find('o1')).toMatchObject({ status: 'filled' });
    expect(books.money.working.size).toBe(0);
    expect(books.money.closed.size).toBe(1);
  });

  test('an order made smaller ends when what filled before the news is all of it', () => {
    const books = new Books();
    const orderId = books.order('o1', { quantity: decimal('2') });
    books.fill({ id: 'f1' });
    const asked = { quantity: ONE, price: null, triggerPrice: null, reason: 'smaller' };
    books.put({ kind: 'amendRequested', orderId, ...asked });
    books.put({ kind: 'amended', orderId, ...asked });
    expect(books.find('o1')).toMatchObject({ status: 'filled', filled: ONE });
    expect(books.money.working.size).toBe(0);
  });

  test('a fill overtakes the acknowledgement, which then changes nothing but the venue id', () => {
    const books = new Books();
    const orderId = books.order('o1', { quantity: decimal('2') });
    books.fill({ id: 'f1' });
    books.put({ kind: 'accepted', orderId, venueOrderId: 'v1' });
    expect(books.find('o1')).toMatchObject({ status: 'partiallyFilled', venueOrderId: 'v1' });
  });

  test.each([
    ['a refused cancel', [RECORDS.cancelRequested, RECORDS.cancelRejected]],
    ['a lost and found order', [RECORDS.outcomeUnknown, RECORDS.accepted]],
  ])('%s with fills is partially filled, not untouched', (_, records) => {
    const books = new Books();
    const orderId = books.order('o1', { quantity: decimal('2') });
    books.put({ ...RECORDS.accepted, orderId });
    books.fill({ id: 'f1' });
    for (const record of records) books.put({ ...record, orderId });
    expect(books.find('o1')).toMatchObject({ status: 'partiallyFilled', filled: ONE });
  });
});

describe('funding', () => {
  test('is shared by signed parts; the last part takes the rest, so that they sum exactly', () => {
    const books = new Books();
    const { symbol } = PERPETUAL;
    const held = [
      ['a', 'buy', '0.3'],
      ['b', 'buy', '0.3'],
      ['c', 'sell', '0.3'],
      ['d', 'buy', '0.6'],
    ] as const;
    for (const [strategyId, side, quantity] of held) {
      const change = { strategyId, symbol, side, quantity: decimal(quantity) };
      const orderId = books.order(`o-${strategyId}`, change);
      books.fill({ id: 'f', orderId, symbol, side, quantity });
    }
    books.put({ ...RECORDS.funding, amount: decimal('0.1') });
    const paid = [...books.money.ledgers.values()].map(({ position }) => position.fundingPaid);
    // Thirds of 0.1; what the short one gets back; and what is left for the last.
    expect(paid.map(toText)).toEqual([
      '0.033333333333333333',
      '0.033333333333333333',
      '-0.033333333333333333',
      '0.066666666666666667',
    ]);
    expect(sum(paid)).toBe(decimal('0.1'));
    expect(books.money.balances.get('USDT')?.total).toBe(decimal('9999.9'));
    expect(books.money.totals.fundingPaid).toBe(decimal('0.1'));
  });
});

describe('bounds', () => {
  test(`of the finished orders the newest ${CLOSED_ORDERS} are kept`, () => {
    const books = new Books();
    for (let n = 0; n < CLOSED_ORDERS + 20; n += 1) {
      const orderId = books.order(`o${n}`);
      // Two a day: what ended yesterday can fill no more.
      books.put({ ...RECORDS.canceled, orderId }, START + n * HOUR_MS * 12);
    }
    const kept = [...books.money.closed.keys()];
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([
      CLOSED_ORDERS,
      'o20',
      `o${CLOSED_ORDERS + 19}`,
    ]);
    expect(books.money.counts.orders).toBe(CLOSED_ORDERS + 20);
  });

  test('a round trip ends where a fee in coins leaves less than a step', () => {
    const books = new Books();
    const entry = books.order('tdentry', { side: 'buy', quantity: decimal('1') });
    books.fill({ id: 'f1', orderId: entry, quantity: '1', fee: '0.0005', feeAsset: 'BTC' });
    const exit = books.order('tdexit', { side: 'sell', role: 'exit', quantity: decimal('0.999') });
    const sold = { orderId: exit, side: 'sell', price: '110' } as const;
    books.fill({ id: 'f2', ...sold, quantity: '0.5' });
    expect(books.money.roundTrips).toEqual([]);
    books.fill({ id: 'f3', ...sold, quantity: '0.499' });
    expect(books.money.roundTrips.map(({ closeTime, quantity }) => [closeTime, quantity])).toEqual([
      [START, decimal('1')],
    ]);
    const again = books.order('tdagain', { side: 'buy', quantity: decimal('1') });
    books.fill({ id: 'f4', orderId: again, quantity: '1' });
    expect([...books.money.ledgers.values()][0]?.trip?.quantity).toBe(decimal('1'));
  });

  test('round trips, days and hourly samples keep their newest', () => {
    const books = new Books();
    const days = Math.max(DAYS, ROUND_TRIPS) + 5;
    for (let n = 0; n < days; n += 1) {
      const time = START + n * DAY_MS;
      books.order(`a${n}`);
      books.fill({ id: 'f', orderId: `a${n}` as OrderId, time }, time);
      books.order(`b${n}`, { role: 'exit', side: 'sell' });
      books.fill({ id: 'f', orderId: `b${n}` as OrderId, side: 'sell', price: '101', time }, time);
    }
    for (let n = 0; n < EQUITY_SAMPLES + 5; n += 1) {
      books.put({ kind: 'equitySample', accountId: ACCOUNT, hour: START + n * HOUR_MS, equity: n });
    }
    const { money } = books;
    expect([money.roundTrips.length, money.days.size, money.samples.length]).toEqual([
      ROUND_TRIPS,
      DAYS,
      EQUITY_SAMPLES,
    ]);
    expect(money.samples[0]?.[1]).toBe(5);
    expect([...money.days.keys()][0]).toBe(START + (days - DAYS) * DAY_MS);
    // What was dropped stays counted.
    expect(money.totals.roundTrips).toBe(days);
    expect(toText(money.totals.realizedPnl)).toBe(String(days));
  });
});

describe('brackets', () => {
  const bracket = { stopPrice: decimal('95'), targetPrice: null, trailFraction: null };

  test('belong to the position once the entry that brings them fills', () => {
    const books = new Books();
    const orderId = books.order('o1', { bracket });
    expect(books.money.ledgers.get(`s ${SPOT.symbol}`)?.bracket ?? null).toBeNull();
    books.fill({ orderId });
    expect(books.money.ledgers.get(`s ${SPOT.symbol}`)?.bracket).toEqual(bracket);
  });

  test('of a position stay when an entry without one adds to it', () => {
    const books = new Books();
    books.fill({ orderId: books.order('o1', { bracket }), id: 'f1' });
    books.fill({ orderId: books.order('o2', {}), id: 'f2' });
    expect(books.money.ledgers.get(`s ${SPOT.symbol}`)?.bracket).toEqual(bracket);
  });

  test('end with the position', () => {
    const books = new Books();
    books.fill({ orderId: books.order('o1', { bracket }), id: 'f1' });
    books.fill({
      orderId: books.order('o2', { role: 'exit', side: 'sell' }),
      id: 'f2',
      side: 'sell',
    });
    books.fill({ orderId: books.order('o3', {}), id: 'f3' });
    expect(books.money.ledgers.get(`s ${SPOT.symbol}`)?.bracket).toBeNull();
  });
});
