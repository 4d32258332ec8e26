import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import type { Candle } from '../../../src/domain/candle.ts';
import { candleFault } from '../../../src/domain/candle.ts';
import { decimal, toNumber, toText } from '../../../src/domain/decimal.ts';
import type { MarketEvent } from '../../../src/domain/event.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/domain/time.ts';
import { type SimulatedClock, createSimulatedClock } from '../../../src/engine/clock.ts';
import { LiveMarket } from '../../../src/exchange/emulator/market.ts';
import { LISTED_SINCE } from '../../../src/exchange/emulator/past.ts';
import { OrderBook } from '../../../src/market/order-book.ts';
import { EMULATOR_START } from '../../support/emulator.ts';

const BTC = 'BTC/USDT';

interface Live {
  readonly market: LiveMarket;
  readonly clock: SimulatedClock;
  readonly events: MarketEvent[];
}

function live(seed = 7, start = EMULATOR_START): Live {
  const clock = createSimulatedClock(start);
  const market = new LiveMarket({ seed, clock, scheduler: clock });
  const events: MarketEvent[] = [];
  market.listen((event) => events.push(event));
  return { market, clock, events };
}

function advance(clock: SimulatedClock, ms: number): void {
  const until = clock.now() + ms;
  while (clock.nextDue() <= until) clock.fireNext();
  clock.observe(until);
}

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

const minutes = (market: LiveMarket, since: number, limit: number): readonly Candle[] =>
  market.candles(BTC, '1m', { since, until: null, limit });

test('the same seed and start tell the same market, another seed another one', () => {
  const digest = (seed: number): string => {
    const { clock, events } = live(seed);
    advance(clock, 90_000);
    return digestOf(events);
  };
  expect(digest(7)).toBe(digest(7));
  expect(digest(7)).not.toBe(digest(8));
});

test('candles that ended before the start are the same at every start', () => {
  const [early, late] = [live(7, EMULATOR_START), live(7, EMULATOR_START + 3 * HOUR_MS + 4_321)];
  const since = EMULATOR_START - 2 * DAY_MS;
  expect(minutes(early.market, since, 1_000)).toEqual(minutes(late.market, since, 1_000));
  const weeks = { since: LISTED_SINCE, until: EMULATOR_START - 7 * DAY_MS, limit: 5 };
  expect(early.market.candles(BTC, '1w', weeks)).toEqual(late.market.candles(BTC, '1w', weeks));
});

test('45 days of minutes, page by page, have no gap and end with the open candle', () => {
  const { market, clock } = live(7, EMULATOR_START + 17_000);
  advance(clock, 5 * MINUTE_MS);
  const first = EMULATOR_START - 45 * DAY_MS;
  let since = first;
  let before: Candle | undefined;
  for (;;) {
    const page = minutes(market, since, 1_000);
    const broken = page.find((candle) => {
      const expected = before === undefined ? first : before.openTime + MINUTE_MS;
      before = candle;
      return candle.openTime !== expected || candleFault(candle) !== null;
    });
    expect(broken).toBeUndefined();
    if (page.length < 1_000) break;
    since = (before?.openTime ?? 0) + MINUTE_MS;
  }
  expect(before?.openTime).toBe(Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS);
});

test('the first printed minute goes on where the past ends', () => {
  const { market, clock } = live();
  advance(clock, 2 * MINUTE_MS);
  const [past, printed] = minutes(market, EMULATOR_START - 2 * MINUTE_MS, 2);
  expect(Math.abs((printed?.open ?? 0) / (past?.close ?? 1) - 1)).toBeLessThan(0.002);
});

test.for(['5m', '1h', '4h', '1d', '1w'] as const)('a %s candle is its minutes', (timeframe) => {
  const { market, clock } = live(7, EMULATOR_START + 30 * MINUTE_MS);
  advance(clock, 7 * MINUTE_MS);
  const [closed, open] = market.candles(BTC, timeframe, { since: null, until: null, limit: 2 });
  for (const candle of [closed, open]) {
    if (!candle) throw new Error('no candle');
    const end = candle === closed ? (open?.openTime ?? 0) : Infinity;
    const parts = minutes(market, candle.openTime, 5_000).concat(
      minutes(market, candle.openTime + 5_000 * MINUTE_MS, 5_000),
      minutes(market, candle.openTime + 10_000 * MINUTE_MS, 5_000),
    );
    const own = parts.filter((one) => one.openTime < end);
    expect(candle.open).toBe(own[0]?.open);
    expect(candle.close).toBe(own.at(-1)?.close);
    expect(candle.high).toBe(Math.max(...own.map((one) => one.high)));
    expect(candle.low).toBe(Math.min(...own.map((one) => one.low)));
    expect(candle.volume).toBeCloseTo(
      own.reduce((sum, one) => sum + one.volume, 0),
      6,
    );
  }
});

test('candles are chosen by since, until and limit', () => {
  const { market } = live();
  const at = (n: number): number => EMULATOR_START + n * MINUTE_MS;
  const opens = (of: { since?: number; until?: number; limit: number }): number[] =>
    market
      .candles(BTC, '1m', { since: of.since ?? null, until: of.until ?? null, limit: of.limit })
      .map(({ openTime }) => openTime);
  expect(opens({ limit: 2 })).toEqual([at(-1), at(0)]);
  expect(opens({ until: at(-5), limit: 2 })).toEqual([at(-6), at(-5)]);
  expect(opens({ since: at(-9), limit: 2 })).toEqual([at(-9), at(-8)]);
  expect(opens({ since: at(-9) + 1, until: at(-7), limit: 9 })).toEqual([at(-8), at(-7)]);
  expect(opens({ since: at(5), limit: 9 })).toEqual([]);
  expect(opens({ since: 0, until: LISTED_SINCE, limit: 9 })).toEqual([LISTED_SINCE]);
});

test('changes applied to a snapshot give the book, and the numbers have no gap', () => {
  const { market, clock } = live();
  const copy = new OrderBook();
  const start = market.book(BTC);
  copy.replace(start);
  let number = start.updateId;
  market.listen((event) => {
    if (event.kind !== 'bookChange' || event.symbol !== BTC) return;
    const update = market.lastUpdate(BTC);
    expect(update.firstUpdateId).toBe(number + 1);
    expect(event.bids).toBe(update.bids);
    number = update.updateId;
    copy.change(event.bids, event.asks);
    expect(copy.isCrossed()).toBe(false);
  });
  advance(clock, 3 * MINUTE_MS);
  const { bids, asks, updateId } = market.book(BTC);
  expect(copy.levels(1_000)).toEqual({ bids, asks });
  expect(number).toBe(updateId);
  expect(number).toBeGreaterThan(start.updateId + 100);
});

test('prints are numbered without a gap, never in the future, and make the candles', () => {
  const { market, clock, events } = live();
  advance(clock, MINUTE_MS - 1);
  const prints = events.flatMap((event) =>
    event.kind === 'trades' && event.symbol === BTC ? event.trades : [],
  );
  const told = market.trades(BTC, 5_000);
  // A minute was printed before anybody could listen.
  expect(told.slice(-prints.length)).toEqual(prints);
  told.forEach(({ id }, i) => expect(id).toBe((told[0]?.id ?? 0) + i));
  expect(Math.max(...told.map(({ time }) => time))).toBeLessThanOrEqual(clock.now());
  const [candle] = minutes(market, EMULATOR_START, 1);
  const prices = told.flatMap(({ price, time }) => (time < EMULATOR_START ? [] : [price]));
  expect(candle).toMatchObject({
    open: prices[0],
    close: prices.at(-1),
    high: Math.max(...prices),
    low: Math.min(...prices),
  });
});

test('the day has the figures of its candles', () => {
  const { market, clock } = live();
  advance(clock, 61_000);
  const day = market.day(BTC);
  const parts = minutes(market, day.openTime, 5_000);
  expect(parts).toHaveLength(24 * 60);
  expect(day.high).toBe(Math.max(...parts.map(({ high }) => high)));
  expect(day.low).toBe(Math.min(...parts.map(({ low }) => low)));
  expect(day.open).toBe(parts[0]?.open);
  expect(day.last).toBe(market.trades(BTC, 1)[0]?.price);
});

test('a price that is set is printed at once and stays the price of what follows', () => {
  const { market, clock, events } = live();
  market.setPrice(BTC, 50_000);
  expect(events.map(({ kind }) => kind)).toEqual(['bookChange', 'trades']);
  expect(market.trades(BTC, 1)[0]?.price).toBe(50_000);
  const { bids, asks } = market.book(BTC);
  expect(bids[0]?.price).toBeLessThan(50_000);
  expect(asks[0]?.price).toBeGreaterThanOrEqual(50_000);
  advance(clock, MINUTE_MS);
  expect(Math.abs((market.trades(BTC, 1)[0]?.price ?? 0) / 50_000 - 1)).toBeLessThan(0.02);
});

test('a market order for an amount of quote takes what the book gives for it', () => {
  const { market } = live();
  const [best] = market.book(BTC).asks;
  const quote = decimal('1000');
  const quantity = toNumber(market.quantityFor(BTC, 'buy', quote));
  expect(quantity * (best?.price ?? 0)).toBeGreaterThan(990);
  expect(quantity * (best?.price ?? 0)).toBeLessThanOrEqual(1_000);
});

test('a halted market shows its last price and nothing moves; reopened, it goes on', () => {
  const { market, clock, events } = live();
  const symbol = 'LUNA/USDT';
  const { last } = market.day(symbol);
  advance(clock, MINUTE_MS);
  expect(market.status(symbol)).toBe('halted');
  expect(events.filter((event) => event.symbol === symbol)).toEqual([]);
  expect(market.day(symbol).last).toBe(last);
  market.setStatus(symbol, 'trading');
  advance(clock, MINUTE_MS);
  expect(market.trades(symbol, 5).length).toBeGreaterThan(0);
  market.setStatus(symbol, 'delisted');
  expect(market.status(symbol)).toBeUndefined();
  expect(market.markets.map((one) => one.symbol)).not.toContain(symbol);
});

test('a coin of a fraction of a cent keeps its eight decimals', () => {
  const { market } = live();
  const [best] = market.book('PEPE/USDT').bids;
  expect(best?.price).toBeGreaterThan(0.000001);
  expect((best?.price ?? 0) * 1e8).toBeCloseTo(Math.round((best?.price ?? 0) * 1e8), 6);
});

test('after a sleep of hours the candles are whole and only the last minute is told', () => {
  const { market, clock, events } = live();
  clock.observe(EMULATOR_START + 5 * HOUR_MS);
  clock.fireNext();
  const times = events.map(({ time }) => time);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(EMULATOR_START + 5 * HOUR_MS - 61_000);
  const candles = minutes(market, EMULATOR_START, 1_000);
  expect(candles).toHaveLength(301);
  expect(candles.slice(0, -1).every(({ volume }) => volume > 0)).toBe(true);
});

test('other grids hold from the next book on', () => {
  const { market, clock } = live();
  const found = market.markets.find(({ symbol }) => symbol === BTC);
  if (!found) throw new Error('no market');
  market.setGrids(BTC, { ...found, tickSize: decimal('0.5'), stepSize: decimal('0.01') });
  expect(toText(found.tickSize)).toBe('0.5');
  advance(clock, 10_000);
  for (const { price } of market.book(BTC).bids) expect(price % 0.5).toBe(0);
  expect((market.trades(BTC, 1)[0]?.price ?? 1) % 0.5).toBe(0);
});

test('a flood tells so many messages a second, the book stays whole', () => {
  const { market, clock, events } = live();
  market.flood(4_000);
  advance(clock, 2_000);
  const usual = live();
  advance(usual.clock, 2_000);
  expect(events.length - usual.events.length).toBeGreaterThan(7_900);
  expect(events.length - usual.events.length).toBeLessThan(8_100);
  market.flood(0);
  const before = events.length;
  advance(clock, 1_000);
  expect(events.length - before).toBeLessThan(30);
});
