import { describe, expect, test } from 'vitest';

import { Clearance, type Cleared } from '../../../src/app/emergency/clearance.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import type { OrderId } from '../../../src/domain/ids.ts';

import { FakeVenue, SYMBOL, cleared, orderId, refOf } from './emergency-kit.ts';

const [ENTRY, EXIT, STOP] = [orderId(1), orderId(2, 'exit'), orderId(3, 'protective')];

function start(
  venue: FakeVenue,
  known: readonly OrderId[],
  isLater: (id: OrderId) => boolean = () => false,
) {
  const done: Cleared[] = [];
  const clearance = new Clearance({
    client: venue,
    known: known.map(refOf),
    isLater,
    after: venue.after,
    now: venue.now,
    onDone: (one) => done.push(one),
  });
  clearance.start();
  return { clearance, done };
}

describe('a stop at the venue', () => {
  test('cancels what is known before it looks, and spares what protects', () => {
    const venue = new FakeVenue();
    for (const id of [ENTRY, EXIT, STOP]) venue.place(id);
    const { done } = start(venue, [ENTRY, EXIT, STOP]);
    expect(venue.asked).toEqual([`cancel ${ENTRY}`, `cancel ${EXIT}`, 'look']);
    venue.advance(60_000);
    expect(done).toEqual([cleared({ canceled: 2, kept: 1 })]);
    expect([...venue.open.keys()]).toEqual([STOP]);
  });

  test('looks until nothing of ours is open twice, a second apart', () => {
    const venue = new FakeVenue();
    const { done } = start(venue, []);
    venue.advance(1_000);
    expect(done).toEqual([]);
    venue.advance(1_000);
    expect(done).toEqual([cleared()]);
    expect(venue.asked).toEqual(['look', 'look']);
  });

  test('finds an order that surfaces late, and then looks twice again', () => {
    const venue = new FakeVenue();
    const { done } = start(venue, []);
    venue.advance(900);
    venue.place(ENTRY);
    venue.advance(600);
    expect(venue.asked).toContain(`cancel ${ENTRY}`);
    expect(done).toEqual([]);
    venue.advance(60_000);
    expect(done).toEqual([cleared({ canceled: 1 })]);
  });

  test('leaves orders that are not ours, and those of the engine after the stop', () => {
    const venue = new FakeVenue();
    venue.place('somebody-else');
    venue.place(EXIT);
    const { done } = start(venue, [], (id) => id === EXIT);
    venue.advance(60_000);
    expect(done).toEqual([cleared()]);
    expect(venue.open.size).toBe(2);
  });

  test('an answer that was lost is settled by the next look', () => {
    const venue = new FakeVenue();
    venue.losesAnswers = true;
    venue.place(ENTRY);
    const { done } = start(venue, [ENTRY]);
    venue.advance(60_000);
    expect(done).toEqual([cleared()]);
  });

  test('an order that is not open any more counts as gone', () => {
    const venue = new FakeVenue();
    const { done } = start(venue, [ENTRY]);
    venue.advance(60_000);
    expect(done).toEqual([cleared({ canceled: 1 })]);
  });

  test('a venue that does not answer is said, not guessed', () => {
    const venue = new FakeVenue();
    venue.isDown = true;
    const { done } = start(venue, [ENTRY, EXIT]);
    venue.advance(60_000);
    const problem = 'open orders: maintenance';
    expect(done).toEqual([cleared({ unknown: 2, verified: false, problem })]);
  });

  test('goes on when the venue comes back', () => {
    const venue = new FakeVenue();
    venue.isDown = true;
    venue.place(ENTRY);
    const { done } = start(venue, [ENTRY]);
    venue.advance(5_000);
    venue.isDown = false;
    venue.advance(10_000);
    expect(venue.open.size).toBe(0);
    expect(done).toEqual([cleared({ canceled: 1 })]);
  });

  test('ends without a word when it is abandoned', () => {
    const venue = new FakeVenue();
    const { clearance, done } = start(venue, [ENTRY]);
    clearance.abandon();
    venue.advance(60_000);
    expect(done).toEqual([]);
  });
});

describe('a flattening without a main loop', () => {
  test('closes what is held, then takes its stops along', () => {
    const venue = new FakeVenue();
    venue.positions.set(SYMBOL, decimal('2'));
    venue.place(STOP);
    const { clearance, done } = start(venue, [STOP]);
    clearance.closeAll();
    venue.advance(60_000);
    expect(done).toEqual([cleared({ canceled: 1, holdings: [] })]);
    expect(venue.asked.indexOf(`close ${SYMBOL}`)).toBeLessThan(
      venue.asked.indexOf(`cancel ${STOP}`),
    );
    expect(venue.open.size).toBe(0);
  });

  test('keeps the stop of what cannot be closed, tries three times and says what is held', () => {
    const venue = new FakeVenue();
    venue.refusesCloses = true;
    venue.positions.set(SYMBOL, decimal('-2'));
    venue.place(STOP);
    const { clearance, done } = start(venue, [STOP]);
    clearance.closeAll();
    venue.advance(60_000);
    expect(done).toEqual([cleared({ kept: 1, holdings: [SYMBOL] })]);
    expect(venue.asked.filter((one) => one === `close ${SYMBOL}`)).toHaveLength(3);
    expect([...venue.open.keys()]).toEqual([STOP]);
  });

  test('lets the stop make way that has locked what is to be sold', () => {
    const venue = new FakeVenue();
    venue.locksCoins = true;
    venue.positions.set(SYMBOL, decimal('2'));
    venue.place(STOP);
    const { clearance, done } = start(venue, [STOP]);
    clearance.closeAll();
    venue.advance(60_000);
    expect(done).toMatchObject([{ verified: true, kept: 0, holdings: [] }]);
    expect(venue.open.size).toBe(0);
  });
});
