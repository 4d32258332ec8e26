import { describe, expect, test } from 'vitest';

import { Board } from '../../../src/app/emergency/board.ts';
import type { StopOutcome } from '../../../src/app/emergency/control-protocol.ts';
import type { Books, FromThread, StopKind } from '../../../src/app/emergency/messages.ts';
import { Stops } from '../../../src/app/emergency/stops.ts';
import { decimal } from '../../../src/domain/decimal.ts';

import { FakeVenue, SYMBOL, cleared, orderId } from './emergency-kit.ts';

const BOOKS: Books = {
  tradingState: 'halted',
  reason: 'tapedeck panic',
  open: 0,
  kept: 0,
  canceled: 1,
  holdings: [],
  problem: null,
};

/** `hears`: the main loop turns and answers. */
function open(venue: FakeVenue | null, hears: boolean) {
  const clock = venue ?? new FakeVenue();
  const board = new Board();
  const posted: FromThread[] = [];
  const recorded: string[] = [];
  const stops = new Stops({
    board,
    client: venue,
    after: clock.after,
    now: clock.now,
    record: (stop: StopKind, by) => {
      recorded.push(`${stop} ${by}`);
      return null;
    },
    post: (message) => {
      posted.push(message);
      if (!hears || message.kind !== 'stop') return;
      const { id } = message;
      clock.after(1, () => stops.heard(id));
      clock.after(20, () => stops.stopped(id, BOOKS));
    },
  });
  return { stops, board, posted, recorded, clock };
}

describe('I8: a stop', () => {
  test('closes the gate and sends the cancels in the same turn, then tells the main loop', () => {
    const venue = new FakeVenue();
    const { stops, board, posted } = open(venue, true);
    stops.mayExist(orderId(1), SYMBOL);
    stops.mayExist(orderId(2), SYMBOL);
    stops.gone(orderId(2));
    stops.stop('halt', 'H on the keyboard');
    expect(board.isClosed).toBe(true);
    expect(venue.asked).toEqual([`cancel ${orderId(1)}`, 'look']);
    expect(posted).toMatchObject([{ kind: 'stop', stop: 'halt', by: 'H on the keyboard' }]);
  });

  test('ends with what the books and the venue say', () => {
    const venue = new FakeVenue();
    const { stops, recorded, posted } = open(venue, true);
    const told: StopOutcome[] = [];
    venue.place(orderId(1));
    stops.mayExist(orderId(1), SYMBOL);
    stops.stop('halt', 'tapedeck panic', (outcome) => told.push(outcome));
    venue.advance(60_000);
    const books = BOOKS;
    expect(told).toEqual([{ books, cleared: cleared({ canceled: 1 }), stopFile: 'notNeeded' }]);
    expect(recorded).toEqual([]);
    expect(posted.at(-1)).toMatchObject({ kind: 'cleared', isAlone: false });
  });

  test('a venue in the process is stopped by the main loop alone', () => {
    const { stops, clock } = open(null, true);
    const told: StopOutcome[] = [];
    stops.mayExist(orderId(1), SYMBOL);
    expect(stops.knownOrders).toBeNull();
    stops.stop('halt', 'tapedeck panic', (outcome) => told.push(outcome));
    clock.advance(60_000);
    expect(told).toEqual([{ books: BOOKS, cleared: null, stopFile: 'notNeeded' }]);
  });

  test('leaves what the engine makes after it was heard, until the next stop', () => {
    const venue = new FakeVenue();
    const { stops } = open(venue, true);
    stops.stop('flatten', 'tapedeck panic');
    venue.advance(5);
    const closing = orderId(9, 'exit');
    stops.mayExist(closing, SYMBOL);
    venue.place(closing);
    venue.advance(60_000);
    expect(venue.asked).not.toContain(`cancel ${closing}`);
    // The first cancel comes to nothing: the look has to find it.
    venue.isDown = true;
    stops.stop('halt', 'tapedeck panic');
    venue.isDown = false;
    venue.advance(60_000);
    expect(venue.open.size).toBe(0);
  });

  test('several at once all end with what the newest one came to', () => {
    const venue = new FakeVenue();
    const { stops } = open(venue, true);
    const told: StopOutcome[] = [];
    stops.stop('halt', 'one', (outcome) => told.push(outcome));
    venue.advance(500);
    stops.stop('halt', 'two', (outcome) => told.push(outcome));
    venue.advance(60_000);
    expect(told).toHaveLength(2);
    expect(told.map((one) => one.cleared)).toEqual([cleared(), cleared()]);
  });
});

describe('F51: a stop while the main loop stands still', () => {
  test('is recorded for the next start, and answered without the books', () => {
    const venue = new FakeVenue();
    const { stops, recorded, board, posted } = open(venue, false);
    const told: StopOutcome[] = [];
    stops.stop('halt', 'tapedeck panic', (outcome) => told.push(outcome));
    venue.advance(60_000);
    expect(recorded).toEqual(['halt tapedeck panic']);
    expect(told).toEqual([{ books: null, cleared: cleared(), stopFile: 'written' }]);
    expect(posted.at(-1)).toMatchObject({ kind: 'cleared', isAlone: true });
    expect(board.isClosed, 'it stays closed until the main loop has halted').toBe(true);
  });

  test('a flattening closes by itself what is held', () => {
    const venue = new FakeVenue();
    venue.positions.set(SYMBOL, decimal('1'));
    const { stops } = open(venue, false);
    stops.stop('flatten', 'tapedeck panic');
    expect(venue.asked).not.toContain(`close ${SYMBOL}`);
    venue.advance(60_000);
    expect(venue.positions.size).toBe(0);
  });

  test('a main loop that answers closes by itself: nobody closes twice', () => {
    const venue = new FakeVenue();
    venue.positions.set(SYMBOL, decimal('1'));
    const { stops } = open(venue, true);
    stops.stop('flatten', 'tapedeck panic');
    venue.advance(60_000);
    expect(venue.asked).not.toContain(`close ${SYMBOL}`);
  });

  test('the watchdog cancels entries, keeps stops and says how long it was silent', () => {
    const venue = new FakeVenue();
    const { stops, board, posted } = open(venue, false);
    stops.mayExist(orderId(1), SYMBOL);
    stops.mayExist(orderId(2, 'protective'), SYMBOL);
    stops.stopForStall(5_100);
    expect(board.isClosed).toBe(true);
    expect(venue.asked).toEqual([`cancel ${orderId(1)}`, 'look']);
    expect(posted).toMatchObject([
      { kind: 'stalled', silentMs: 5_100 },
      { kind: 'stop', by: 'the console stood still for 5.1 s' },
    ]);
  });
});
