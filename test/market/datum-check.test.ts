import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { MarketEvent } from '../../src/domain/event.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { type KnownFeed, checkDatum, isGoodCandle } from '../../src/market/datum-check.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const KNOWN: KnownFeed = { newest: NOW, lastOpen: NOW - MINUTE_MS, reference: null };
const symbol = 'BTC/USDT';

const candle = (change: object = {}, more: object = {}): MarketEvent => ({
  kind: 'candle',
  symbol,
  time: NOW + MINUTE_MS,
  timeframe: '1m',
  candle: { openTime: NOW, open: 100, high: 102, low: 99, close: 101, volume: 5, ...change },
  ...more,
});
const trades = (...list: readonly object[]): MarketEvent => ({
  kind: 'trades',
  symbol,
  time: NOW,
  trades: list.map((one) => ({ time: NOW, price: 100, quantity: 1, side: 'buy', ...one })),
});
const book = (bid: object = {}, ask: object = {}): MarketEvent => ({
  kind: 'book',
  symbol,
  time: NOW,
  levels: {
    bids: [{ price: 100, quantity: 1, ...bid }],
    asks: [{ price: 101, quantity: 1, ...ask }],
  },
});
const change = (level: object): MarketEvent => ({
  kind: 'bookChange',
  symbol,
  time: NOW,
  bids: [{ price: 100, quantity: 1, ...level }],
  asks: [],
});
const mark = (more: object): MarketEvent => ({
  kind: 'mark',
  symbol,
  time: NOW,
  markPrice: 100,
  fundingRate: null,
  ...more,
});
const faultOf = (event: MarketEvent, known: Partial<KnownFeed> = {}): string | undefined =>
  checkDatum(event, { ...KNOWN, ...known }).faults[0];

/** What no price and no quantity may be. */
const IMPOSSIBLE = [0, -1, NaN, Infinity, -Infinity, 1e308, null, undefined, '100'];

describe('F39 numbers that cannot be', () => {
  test('good data pass as they are', () => {
    for (const event of [candle(), trades({}), book(), change({}), mark({})]) {
      const checked = checkDatum(event, KNOWN);
      expect(checked).toEqual({ event, faults: [] });
      expect(checked.event, 'handed on, not copied').toBe(event);
    }
    expect(faultOf(change({ quantity: 0 })), 'a removed level').toBeUndefined();
    expect(faultOf(candle({ volume: 0 })), 'nobody traded').toBeUndefined();
    expect(faultOf(mark({ fundingRate: -0.01 }))).toBeUndefined();
  });

  test.each(IMPOSSIBLE)('%s is no price, wherever it stands', (value) => {
    for (const event of [
      ...['open', 'high', 'low', 'close'].map((name) => candle({ [name]: value })),
      trades({ price: value }),
      book({ price: value }),
      book({}, { price: value }),
      change({ price: value }),
      mark({ markPrice: value }),
    ]) {
      const checked = checkDatum(event, KNOWN);
      expect(event.kind === 'candle' && isGoodCandle(event, KNOWN)).toBe(false);
      expect(checked.event, JSON.stringify(event)).toBeNull();
      expect(checked.faults).toHaveLength(1);
    }
  });

  test.each(IMPOSSIBLE)('%s is no quantity', (value) => {
    expect(faultOf(trades({ quantity: value }))).toMatch(/quantity/);
    expect(faultOf(book({ quantity: value }))).toMatch(/quantity/);
    if (value !== 0) {
      expect(faultOf(candle({ volume: value }))).toMatch(/volume/);
      expect(faultOf(change({ quantity: value }))).toMatch(/quantity/);
    }
    if (value !== null && value !== 0) {
      expect(faultOf(mark({ fundingRate: value }))).toMatch(/rate/);
    }
  });

  test('a book whose bid is not below its ask, a candle whose high is below its low', () => {
    expect(faultOf(book({ price: 101 }))).toBe('book is crossed: bid 101, ask 101');
    expect(faultOf(book({ price: 102 }))).toMatch(/crossed/);
    expect(faultOf(candle({ high: 98 }))).toMatch(/do not hold/);
    expect(faultOf(candle({ high: 100.5 }))).toMatch(/do not hold/);
    expect(faultOf(candle({ low: 100.5 }))).toMatch(/do not hold/);
  });

  test('of a list of trades the others pass', () => {
    const checked = checkDatum(trades({}, { price: -1 }, { price: 101 }, { quantity: NaN }), KNOWN);
    expect(checked.faults).toHaveLength(2);
    expect(checked.event).toEqual(trades({}, { price: 101 }));
  });
});

describe('F41 times that cannot be', () => {
  test('weeks old, in the future of the machine, or none', () => {
    const weeks = NOW - 21 * 24 * 60 * MINUTE_MS;
    expect(faultOf({ ...book(), time: weeks })).toMatch(/older than the newest/);
    expect(faultOf(trades({ time: weeks }))).toMatch(/older/);
    expect(faultOf({ ...book(), time: NOW - MINUTE_MS })).toBeUndefined();
    expect(faultOf({ ...book(), time: NOW + 2 * MINUTE_MS }, { reference: NOW })).toMatch(/future/);
    expect(faultOf(trades({ time: NOW + 2 * MINUTE_MS }), { reference: NOW })).toMatch(/future/);
    expect(faultOf({ ...book(), time: NOW + MINUTE_MS }, { reference: NOW })).toBeUndefined();
    expect(faultOf({ ...book(), time: NOW + 1e9 }), 'events move the clock').toBeUndefined();
    for (const time of [NaN, -1, Infinity, 1e300]) {
      expect(faultOf({ ...book(), time })).toMatch(/is none/);
    }
  });

  test('a candle is never written again, nor before the newest', () => {
    expect(faultOf(candle({}, {}), { lastOpen: NOW })).toMatch(/comes after/);
    expect(faultOf(candle({ openTime: NOW - 5 * MINUTE_MS }))).toMatch(/comes after/);
    expect(faultOf(candle({ openTime: NOW + MINUTE_MS }))).toMatch(/opens at/);
    expect(faultOf(candle(), { lastOpen: NaN })).toBeUndefined();
  });
});

describe('F39 anything at all', () => {
  const wild = fc.oneof(
    fc.double(),
    fc.double({ min: 90, max: 110 }),
    fc.integer(),
    fc.constantFrom<unknown>(...IMPOSSIBLE, 1e-320, Number.MAX_VALUE),
  );
  const level = fc.record({ price: wild, quantity: wild });
  const time = fc.oneof(fc.double(), fc.integer({ min: NOW - 1e5, max: NOW + 1e5 }));
  const events = fc.oneof(
    fc
      .record({ open: wild, high: wild, low: wild, close: wild, volume: wild, openTime: time })
      .map((one) => candle(one)),
    fc
      .array(fc.record({ price: wild, quantity: wild, time }), { maxLength: 3 })
      .map((list) => trades(...list)),
    fc.tuple(level, level).map(([bid, ask]) => book(bid, ask)),
    level.map(change),
    wild.map((markPrice) => mark({ markPrice })),
  );

  /** Everything a strategy, a mark or an order could be computed from. */
  function isSound(event: MarketEvent): boolean {
    const price = (value: number): boolean => Number.isFinite(value) && value > 0;
    switch (event.kind) {
      case 'candle': {
        const { open, high, low, close, volume } = event.candle;
        const isOrdered = high >= Math.max(open, close) && low <= Math.min(open, close);
        return [open, high, low, close].every(price) && isOrdered && volume >= 0;
      }
      case 'trades':
        return event.trades.every((one) => price(one.price) && price(one.quantity));
      case 'book': {
        const [bid, ask] = [event.levels.bids[0], event.levels.asks[0]];
        return !!bid && !!ask && price(bid.price) && price(ask.price) && bid.price < ask.price;
      }
      case 'bookChange':
        return event.bids.every((one) => price(one.price) && one.quantity >= 0);
      case 'mark':
        return price(event.markPrice);
      default:
        return true;
    }
  }

  test('a hundred thousand events: what passes is sound, what is held back says why', () => {
    let passed = 0;
    let held = 0;
    fc.assert(
      fc.property(events, (event) => {
        const checked = checkDatum(event, KNOWN);
        if (event.kind === 'candle' && isGoodCandle(event, KNOWN) !== (checked.event !== null)) {
          throw new Error('the short way differs');
        }
        if (checked.event === null) {
          held += 1;
          // An empty list of trades is no datum and no fault.
          if (checked.faults.length === 0) throw new Error('held back without a reason');
        } else {
          passed += 1;
          if (!isSound(checked.event)) throw new Error('not sound');
        }
      }),
      { numRuns: 100_000 },
    );
    expect(Math.min(passed, held)).toBeGreaterThan(1000);
  });
});
