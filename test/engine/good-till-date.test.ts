import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import { createSimulatedClock } from '../../src/engine/clock.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { createRun } from '../../src/engine/run.ts';
import { startRun } from '../../src/engine/start.ts';
import { createEngineState } from '../../src/engine/state.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import type { VenueAbilities } from '../../src/ports.ts';
import { ACCOUNT, Desk, SPOT, START, WIDE, place, puppet, ticket } from '../support/builders.ts';

const MINUTE = 60_000;
const till = (minutes: number, price = '90') => ({
  type: 'limit' as const,
  price: decimal(price),
  timeInForce: 'GTD' as const,
  expireTime: START + minutes * MINUTE,
});
const ends = (desk: Desk) =>
  desk.journal.flatMap((one) => (one.kind === 'expired' ? [[one.t - START, one.reason]] : []));

describe('an order good till a date, at the simulated venue', () => {
  test('ends at its date, not before, and gives its money back', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ ...till(5), quantity: decimal('100') });
    for (let n = 0; n < 3; n += 1) desk.candle(100);
    expect(desk.working()).toHaveLength(1);
    desk.candle(100);
    expect(ends(desk)).toEqual([[5 * MINUTE, 'good till 2026-03-02T00:05:00.000Z']]);
    expect([...desk.money.closed.values()][0]).toMatchObject({ status: 'expired' });
    desk.order({ quantity: decimal('99') });
    desk.candle(100);
    expect(desk.held('manual')).toBe(99);
  });

  test('between two candles ends at its own time', () => {
    const desk = new Desk();
    desk.book([[99, 5]], [[101, 5]]);
    desk.order({ ...till(0), expireTime: START + 90_500 });
    desk.drive({
      kind: 'trades',
      symbol: SPOT.symbol,
      time: START + 200_000,
      trades: [{ time: START + 200_000, price: 80, quantity: 50, side: 'sell' }],
    });
    expect(ends(desk)).toEqual([[90_500, 'good till 2026-03-02T00:01:30.500Z']]);
    expect(desk.held('manual'), 'a price after the date fills nothing').toBe(0);
  });

  test('fills before its date like any other, in part too; the rest ends', () => {
    const desk = new Desk();
    desk.book([[99, 5]], [[101, 5]]);
    desk.order({ ...till(2, '100'), quantity: decimal('5') });
    desk.drive({
      kind: 'trades',
      symbol: SPOT.symbol,
      time: START + MINUTE,
      trades: [{ time: START + MINUTE, price: 99.5, quantity: 2, side: 'sell' }],
    });
    expect(desk.held('manual')).toBe(2);
    desk.book([[99, 5]], [[101, 5]]);
    desk.wait(5 * MINUTE);
    desk.book([[99, 5]], [[101, 5]]);
    expect(ends(desk)).toHaveLength(1);
    expect([...desk.money.closed.values()][0]).toMatchObject({
      status: 'expired',
      filled: decimal('2'),
    });
  });

  test('keeps its date over a restart; one whose date passed meanwhile ends at once', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order(till(4));
    desk.order(till(30, '91'));
    const next = new Desk({ money: desk.money, last: desk.records.length });
    for (let n = 0; n < 3; n += 1) next.candle(100);
    expect(ends(next)).toEqual([[4 * MINUTE, 'good till 2026-03-02T00:04:00.000Z']]);
    const late = new Desk({
      money: next.money,
      last: 100,
      startTime: START + 60 * MINUTE,
    });
    expect(ends(late)).toEqual([[60 * MINUTE, 'good till 2026-03-02T00:30:00.000Z']]);
    expect(late.money.working.size).toBe(0);
  });

  test('is denied without a date, with one that is over, and a date alone is none', () => {
    const desk = new Desk();
    desk.candle(100);
    const { expireTime, ...without } = till(5);
    desk.order(without);
    desk.order(till(1));
    desk.order({ ...till(5), timeInForce: 'GTC', expireTime });
    expect(desk.of('denied').map(({ code, value }) => [code, value])).toEqual([
      ['EXPIRE_TIME', 'none'],
      ['EXPIRE_TIME', '2026-03-02T00:01:00.000Z'],
      ['EXPIRE_TIME', '2026-03-02T00:05:00.000Z'],
    ]);
  });

  test('may be post-only, and may come from a strategy, whose junk is no date', () => {
    const a = puppet();
    const desk = new Desk({ strategies: [{ id: 'a', puppet: a }] });
    const resting = { type: 'limit', price: 90, timeInForce: 'GTD', postOnly: true } as const;
    a.next = [
      place({ ...resting, expireTime: START + 3 * MINUTE }),
      place({ ...resting, expireTime: NaN }),
      place({ ...resting, expireTime: 1e300 }),
    ];
    desk.candle(100);
    expect(desk.denials()).toEqual(['INVALID_NUMBER']);
    expect(desk.working()).toHaveLength(1);
    for (let n = 0; n < 2; n += 1) desk.candle(100);
    expect(ends(desk)).toHaveLength(1);
  });

  test('of many dates each ends at its own, whatever is canceled in between', () => {
    const dates = fc.array(fc.integer({ min: 2, max: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(dates, fc.nat({ max: 11 }), (minutes, canceled) => {
        const desk = new Desk();
        desk.candle(100);
        for (const [n, minute] of minutes.entries()) {
          desk.order({ ...till(minute, `${50 + n}`), quantity: decimal('0.1') });
        }
        const gone = desk.working()[canceled];
        if (gone) desk.command({ kind: 'cancelOrder', orderId: gone.id });
        for (let n = 0; n < 31; n += 1) desk.candle(100);
        const left = minutes.filter((_minute, n) => gone === undefined || n !== canceled);
        expect(ends(desk).map(([time]) => time)).toEqual(
          left.map((minute) => minute * MINUTE).toSorted((a, b) => a - b),
        );
      }),
      { numRuns: 30 },
    );
  });
});

/** An engine at a venue that accepts everything and ends nothing by itself. */
function atVenue(abilities: Partial<VenueAbilities>, money?: MoneyState) {
  const canceled: OrderId[] = [];
  const clock = createSimulatedClock(START);
  const state = createEngineState({
    markets: [SPOT],
    runtimes: [],
    settings: { limits: WIDE, leverage: 1 },
    now: START,
    ...(money === undefined ? {} : { money }),
  });
  const run = createRun({
    state,
    journal: createMemoryJournal({ update: () => undefined, hex: () => '' }),
    clock,
    venue: (post) => ({
      inProcess: true,
      abilities: { stops: true, trailingStops: true, oco: true, amend: true, ...abilities },
      submit: ({ id }) =>
        post({
          kind: 'account',
          time: START,
          record: { kind: 'accepted', orderId: id, venueOrderId: id },
        }),
      cancel: (id) => canceled.push(id),
      amend: () => undefined,
      report: () => ({
        openOrders: [...state.money.working.keys()],
        positions: new Map(),
        balances: new Map([['USDT', decimal('10000')]]),
      }),
    }),
  });
  const feed = { next: () => null, history: () => [], unfinished: () => [], length: null };
  startRun(run, feed, {
    run: 'abcdefghijk' as never,
    version: 'test',
    mode: 'paper',
    accountId: ACCOUNT,
    currency: 'USDT',
    seed: 1,
    markets: [SPOT],
    cash: decimal('10000'),
    start: money === undefined,
  });
  /** A minute of the market ends. */
  const candle = (minute: number): void => {
    const openTime = START + (minute - 1) * MINUTE;
    const price = { open: 100, high: 100, low: 100, close: 100, volume: 1 };
    run.drive({
      kind: 'candle',
      symbol: SPOT.symbol,
      time: openTime + MINUTE,
      timeframe: '1m',
      candle: { openTime, ...price },
    });
  };
  const order = (minutes: number): void =>
    run.post({
      kind: 'command',
      time: state.market.now,
      command: { kind: 'placeOrder', ticket: ticket(till(minutes)), pressId: String(minutes) },
    });
  return { run, state, canceled, candle, order };
}

describe('an order good till a date, where the venue does not know dates', () => {
  test('is canceled by our own timer, once, at the first event behind its date', () => {
    const desk = atVenue({});
    desk.candle(1);
    desk.order(3);
    desk.order(5);
    desk.candle(2);
    expect(desk.canceled).toEqual([]);
    desk.candle(3);
    desk.candle(4);
    const [first, second] = [...desk.state.money.working.values()];
    expect(desk.canceled).toEqual([first?.id]);
    expect(first).toMatchObject({
      status: 'pendingCancel',
      statusReason: 'good till 2026-03-02T00:03:00.000Z: it is over',
    });
    desk.candle(5);
    expect(desk.canceled).toEqual([first?.id, second?.id]);
  });

  test('after a restart too', () => {
    const before = atVenue({});
    before.candle(1);
    before.order(3);
    const desk = atVenue({}, before.state.money);
    desk.candle(4);
    expect(desk.canceled).toHaveLength(1);
  });

  test('is left to a venue that ends it by itself', () => {
    const desk = atVenue({ gtd: true });
    desk.candle(1);
    desk.order(3);
    for (const minute of [3, 4, 5]) desk.candle(minute);
    expect(desk.canceled).toEqual([]);
  });
});
