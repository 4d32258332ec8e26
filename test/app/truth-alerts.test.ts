// Doubts as alerts: raised by their records, active until they are settled.
import { describe, expect, test } from 'vitest';

import { AlertBoard } from '../../src/app/alerts.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { ACCOUNT, Desk, SPOT } from '../support/builders.ts';
import { RECORDS } from '../support/records.ts';

/** A desk whose books and board take records as a venue outside would cause them. */
function listening() {
  const desk = new Desk();
  desk.candle(100);
  const board = new AlertBoard(desk.run.state, desk.journal);
  let heard = desk.journal.length;
  return {
    desk,
    tell: (...bodies: readonly RecordBody[]) => {
      for (const body of bodies) desk.run.context.record(body);
      for (const record of desk.journal.slice(heard)) board.onRecord(record);
      heard = desk.journal.length;
      return board.views();
    },
  };
}

describe('a drift', () => {
  const drifted = { ...RECORDS.drifted, ours: decimal('1'), theirs: decimal('0.4') };

  test('is an error until somebody decides about it', () => {
    const { tell } = listening();
    expect(tell(drifted)).toMatchObject([
      {
        source: 'truth',
        level: 'error',
        active: true,
        symbol: SPOT.symbol,
        text: `${SPOT.symbol} is 1 here, 0.4 at the venue: sold elsewhere`,
      },
    ]);
    const ended = { ...RECORDS.driftEnded, accountId: ACCOUNT, how: 'ignored' } as const;
    expect(tell(ended)).toMatchObject([{ active: false }]);
  });
});

describe('orders that are not ours', () => {
  test('are named, and hold as long as one is undecided', () => {
    const { tell } = listening();
    const [order] = RECORDS.externalOrders.orders;
    if (order === undefined) throw new Error('no order');
    const two = [order, { ...order, venueOrderId: '10' }];
    const [alert] = tell({ ...RECORDS.externalOrders, orders: two });
    expect(alert).toMatchObject({ source: 'truth', level: 'warn', active: true });
    expect(alert?.text).toContain('not ours: sell');
    expect(alert?.text).toContain('and 1 more');
    expect(tell(RECORDS.externalIgnored)).toMatchObject([{ active: true }]);
    const second = { ...RECORDS.externalIgnored, venueOrderId: '10' };
    expect(tell(second)).toMatchObject([{ active: false }]);
  });

  test('raise nothing when they are gone', () => {
    expect(listening().tell({ ...RECORDS.externalOrders, orders: [] })).toEqual([]);
  });
});

describe('an order without an answer', () => {
  test('holds until the venue has said what became of it', () => {
    const { desk, tell } = listening();
    desk.order({ type: 'limit', price: decimal('50') });
    const [order] = desk.run.state.money.working.values();
    if (order === undefined) throw new Error('no order');
    const orderId = order.id;
    expect(tell({ kind: 'outcomeUnknown', orderId, reason: 'timeout' })).toMatchObject([
      { level: 'warn', active: true, symbol: order.symbol },
    ]);
    const [never] = tell({ kind: 'neverPlaced', orderId, reason: 'denied four times' });
    expect(never).toMatchObject({ active: false });
    expect(never?.text).toContain('never placed: buy');
    const [back] = tell({ kind: 'resurfaced', orderId, venueOrderId: '9' });
    expect(back).toMatchObject({ level: 'error' });
    expect(back?.text).toContain('at the venue after all');
  });
});
