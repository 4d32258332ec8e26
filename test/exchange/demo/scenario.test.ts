import { describe, expect, test } from 'vitest';

import type { BookLevel, BookLevels } from '../../../src/domain/book.ts';
import { candleFault } from '../../../src/domain/candle.ts';
import { isOnGrid, parseDecimal } from '../../../src/domain/decimal.ts';
import { required } from '../../../src/domain/errors.ts';
import type { CandleEvent, MarketEvent } from '../../../src/domain/event.ts';
import { createDemoFeed, DEMO_START } from '../../../src/exchange/demo/scenario.ts';
import { DEMO_SYMBOLS, demoMarkets } from '../../../src/exchange/demo/markets.ts';
import { TradeCandleBuilder } from '../../../src/market/candle-builder.ts';
import type { FeedCursor } from '../../../src/ports.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Everything a session would have to know to continue: events so far and the checkpoint. */
class Watcher {
  events = 0;
  cursor: FeedCursor = { checkpoint: null, events: 0 };
  readonly candles: CandleEvent[] = [];
  readonly builders = new Map(DEMO_SYMBOLS.map((symbol) => [symbol, this.#builder(symbol)]));

  see(event: MarketEvent): void {
    this.events += 1;
    // As the engine does: a candle ends with the next event of its own symbol.
    const builder = this.builders.get(event.symbol);
    if (event.kind === 'trades') for (const trade of event.trades) builder?.add(trade);
    else builder?.advanceTo(event.time);
    const checkpoint = event.kind === 'checkpoint' ? event.checkpoint : this.cursor.checkpoint;
    this.cursor = { checkpoint, events: this.events };
  }

  #builder(symbol: string): TradeCandleBuilder {
    return new TradeCandleBuilder(MINUTE, (candle) => {
      const time = candle.openTime + MINUTE;
      this.candles.push({ kind: 'candle', symbol, time, timeframe: '1m', candle: { ...candle } });
    });
  }
}

/** Through disk and back. */
const saved = (cursor: FeedCursor): FeedCursor => JSON.parse(JSON.stringify(cursor)) as FeedCursor;

function faultOfSide(levels: readonly BookLevel[], isBid: boolean): string | null {
  if (levels.length < 25) return `${levels.length} levels`;
  for (const [i, level] of levels.entries()) {
    if (!(level.quantity > 0) || !(level.price > 0)) return `level ${i} is ${level.price}`;
    const before = levels[i - 1]?.price;
    if (before === undefined) continue;
    if (isBid ? level.price >= before : level.price <= before) return `level ${i} is not in order`;
  }
  return null;
}

/** What is wrong with an event, given the books published so far; null when it is sound. */
function faultOf(event: MarketEvent, books: Map<string, BookLevels>): string | null {
  if (event.kind === 'book') {
    const { bids, asks } = event.levels;
    books.set(event.symbol, event.levels);
    if (!((bids[0]?.price ?? 0) < (asks[0]?.price ?? 0))) return 'crossed';
    return faultOfSide(bids, true) ?? faultOfSide(asks, false);
  }
  if (event.kind !== 'trades') return null;
  const book = books.get(event.symbol);
  if (event.trades.length < 1 || event.trades.length > 3) return `${event.trades.length} trades`;
  const eaten = new Map<number, number>();
  for (const trade of event.trades) {
    const level = book?.[trade.side === 'buy' ? 'asks' : 'bids'].find(
      (one) => one.price === trade.price,
    );
    if (!(trade.quantity > 0)) return 'an empty trade';
    if (!level) return `a ${trade.side} at ${trade.price}, where nothing rests`;
    eaten.set(trade.price, (eaten.get(trade.price) ?? 0) + trade.quantity);
    if ((eaten.get(trade.price) ?? 0) > level.quantity * (1 + 1e-9)) return 'more than rests';
    if (trade.time > event.time) return 'a trade after its event';
  }
  return null;
}

describe('demo feed', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))(
    'seed %i: books uncrossed and 25 deep, tape on their levels, time in order, for an hour',
    (seed) => {
      const feed = createDemoFeed({ seed });
      const books = new Map<string, BookLevels>();
      const updates = new Map<string, number>();
      let last = DEMO_START;
      for (;;) {
        const event = required(feed.next(), 'event');
        if (event.time >= DEMO_START + HOUR) break;
        if (event.time < last) throw new Error(`time goes back at ${event.time}`);
        last = event.time;
        const fault = faultOf(event, books);
        if (fault !== null) throw new Error(`${event.symbol} at ${event.time}: ${fault}`);
        const key = `${event.kind} ${event.symbol}`;
        updates.set(key, (updates.get(key) ?? 0) + 1);
      }
      for (const symbol of DEMO_SYMBOLS) {
        expect(updates.get(`book ${symbol}`), symbol).toBe(3_600);
        expect(updates.get(`trades ${symbol}`), symbol).toBeGreaterThan(500);
      }
    },
  );

  test('gives the same events for the same seed and others for another', () => {
    const [one, same, other] = [3, 3, 4].map((seed) => createDemoFeed({ seed }));
    let differs = false;
    for (let i = 0; i < 3_000; i++) {
      const text = JSON.stringify(one?.next());
      expect(JSON.stringify(same?.next())).toBe(text);
      if (JSON.stringify(other?.next()) !== text) differs = true;
    }
    expect(differs).toBe(true);
  });

  test('prices and quantities lie on the grids of its markets', () => {
    const feed = createDemoFeed({ seed: 5 });
    const markets = new Map(demoMarkets().map((market) => [market.symbol, market]));
    const onGrid = (value: number, grid: Parameters<typeof isOnGrid>[1]): boolean =>
      isOnGrid(required(parseDecimal(String(value)), String(value)), grid);
    for (let i = 0; i < 400; i++) {
      const event = required(feed.next(), 'event');
      if (event.kind !== 'book' && event.kind !== 'trades') continue;
      const market = required(markets.get(event.symbol), event.symbol);
      const rows =
        event.kind === 'trades' ? event.trades : [...event.levels.bids, ...event.levels.asks];
      for (const { price, quantity } of rows) {
        expect(onGrid(price, market.tickSize), `${event.symbol} ${price}`).toBe(true);
        expect(onGrid(quantity, market.stepSize), `${event.symbol} ${quantity}`).toBe(true);
      }
    }
  });

  test('marks the perpetual near spot and pays funding every eight hours', () => {
    const feed = createDemoFeed({ seed: 6 });
    const paid: number[] = [];
    let spot = 0;
    for (;;) {
      const event = required(feed.next(), 'event');
      if (event.time > DEMO_START + 17 * HOUR) break;
      if (event.kind === 'book' && event.symbol === 'BTC/USDT') {
        spot = event.levels.bids[0]?.price ?? 0;
      }
      if (event.kind !== 'mark') continue;
      expect(event.symbol).toBe('BTC/USDT:USDT');
      if (spot > 0) expect(Math.abs(event.markPrice / spot - 1)).toBeLessThan(0.02);
      if (event.fundingRate === null) continue;
      paid.push((event.time - DEMO_START) / HOUR);
      expect(Math.abs(event.fundingRate)).toBeLessThan(0.0075);
    }
    expect(paid).toEqual([0, 8, 16]);
  });

  test('continues with exactly the event after the cursor, wherever it was left', () => {
    const feed = createDemoFeed({ seed: 9 });
    const watcher = new Watcher();
    const stops = [1, 2, 17, 1_000, 30_003, 64_321].map((events) => ({ events, from: watcher }));
    for (const stop of stops) {
      while (watcher.events < stop.events) watcher.see(required(feed.next(), 'event'));
      const resumed = createDemoFeed({ seed: 9, cursor: saved(watcher.cursor) });
      for (let i = 0; i < 40; i++) {
        const event = required(feed.next(), 'event');
        expect(JSON.stringify(resumed.next()), `after ${stop.events}`).toBe(JSON.stringify(event));
        watcher.see(event);
      }
    }
  });

  test('continues through checkpoints of a continued feed as the first one would have', () => {
    const first = createDemoFeed({ seed: 10 });
    const watcher = new Watcher();
    while (watcher.events < 70_000) watcher.see(required(first.next(), 'event'));
    let resumed = createDemoFeed({ seed: 10, cursor: saved(watcher.cursor) });
    const second = new Watcher();
    second.events = watcher.events;
    second.cursor = watcher.cursor;
    for (let i = 0; i < 30_000; i++) second.see(required(resumed.next(), 'event'));
    expect(second.cursor.checkpoint).not.toEqual(watcher.cursor.checkpoint);
    resumed = createDemoFeed({ seed: 10, cursor: saved(second.cursor) });
    for (let i = 0; i < 30_000; i++) first.next();
    for (let i = 0; i < 100; i++) {
      expect(JSON.stringify(resumed.next())).toBe(JSON.stringify(first.next()));
    }
  });

  test('is warm at the first start: finished minutes up to the first event', () => {
    const feed = createDemoFeed({ seed: 11 });
    const history = feed.history(300);
    expect(history).toHaveLength(300 * DEMO_SYMBOLS.length);
    expect(history.at(-1)?.time).toBe(DEMO_START);
    expect(feed.history(10_000).length / DEMO_SYMBOLS.length).toBeGreaterThanOrEqual(300);
    expect(feed.history(0)).toEqual([]);
    expect(feed.unfinished()).toEqual([]);
    for (const symbol of DEMO_SYMBOLS) {
      const times = history.filter((one) => one.symbol === symbol).map((one) => one.time);
      expect(times.every((time, i) => i === 0 || time - (times[i - 1] ?? 0) === MINUTE)).toBe(true);
    }
    expect(history.every((one) => candleFault(one.candle) === null)).toBe(true);
  });

  test('history equals the candles built of the events, and the open ones go on', () => {
    const feed = createDemoFeed({ seed: 12 });
    const watcher = new Watcher();
    const before = feed.history(1_000);
    for (const stop of [400, 40_000, 75_000]) {
      while (watcher.events < stop) watcher.see(required(feed.next(), 'event'));
      const resumed = createDemoFeed({ seed: 12, cursor: saved(watcher.cursor) });
      const history = resumed.history(400);
      for (const symbol of DEMO_SYMBOLS) {
        const own = (events: readonly CandleEvent[]): CandleEvent[] =>
          events.filter((one) => one.symbol === symbol);
        expect(own(history), symbol).toEqual(own([...before, ...watcher.candles]).slice(-400));
      }
      const times = history.map((one) => one.time);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const open = [...watcher.builders.values()].map((builder) => builder.unfinished);
      expect(resumed.unfinished().map((one) => one.candle)).toEqual(
        open.filter((candle) => candle !== null && candle.volume > 0),
      );
    }
  });

  test('knows a day of minutes after a restart, once a day has passed', () => {
    const feed = createDemoFeed({ seed: 16 });
    let count = 0;
    let cursor: FeedCursor = { events: 0, checkpoint: null };
    const prices: number[] = [];
    while (cursor.events === 0) {
      const event = required(feed.next(), 'event');
      count += 1;
      if (event.kind === 'trades' && event.symbol === 'BTC/USDT') {
        const minute = Math.floor((event.time - DEMO_START) / MINUTE);
        for (const { price } of event.trades) prices[minute] = price;
      }
      if (event.kind !== 'checkpoint' || event.time < DEMO_START + 26 * 60 * MINUTE) continue;
      cursor = { events: count, checkpoint: event.checkpoint };
    }
    const resumed = createDemoFeed({ seed: 16, cursor: saved(cursor) });
    // The last minute's own symbol has said nothing since: it is still open.
    const closes = [...resumed.history(1_500), ...resumed.unfinished()]
      .filter(({ symbol }) => symbol === 'BTC/USDT')
      .map(({ candle }) => candle.close);
    expect(closes).toEqual(prices.slice(-1_500));
    expect(closes).toHaveLength(1_500);
  });

  test('leaves a minute open until an event of its own symbol ends it, wherever it was left', () => {
    const feed = createDemoFeed({ seed: 13 });
    const watcher = new Watcher();
    let event = required(feed.next(), 'event');
    let checked = 0;
    while (event.time < DEMO_START + 5 * MINUTE + 300) {
      if (event.time >= DEMO_START + 5 * MINUTE) {
        const resumed = createDemoFeed({ seed: 13, cursor: saved(watcher.cursor) });
        const ended = resumed.history(1).filter((one) => one.time === DEMO_START + 5 * MINUTE);
        expect(ended.map((one) => one.symbol).sort()).toEqual(
          watcher.candles
            .slice(4 * DEMO_SYMBOLS.length)
            .map((one) => one.symbol)
            .sort(),
        );
        expect(ended.length + resumed.unfinished().length).toBe(DEMO_SYMBOLS.length);
        expect(JSON.stringify(resumed.next())).toBe(JSON.stringify(event));
        checked += 1;
      }
      watcher.see(event);
      event = required(feed.next(), 'event');
    }
    expect(checked).toBeGreaterThan(3);
  });

  test('keeps checkpoints small and plain', () => {
    const feed = createDemoFeed({ seed: 14 });
    const event = required(feed.next(), 'event');
    expect(event.kind).toBe('checkpoint');
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    expect(JSON.stringify(event).length).toBeLessThan(2_000);
  });

  test('refuses a checkpoint of another seed, and a damaged one', () => {
    const feed = createDemoFeed({ seed: 15 });
    const watcher = new Watcher();
    for (let i = 0; i < 10; i++) watcher.see(required(feed.next(), 'event'));
    const { cursor } = watcher;
    expect(() => createDemoFeed({ seed: 16, cursor })).toThrow('seed 15, not 16: use --seed 15');
    for (const damage of [
      { path: [] },
      { path: 7 },
      { second: NaN },
      { events: 99 },
      { format: 9 },
    ]) {
      const checkpoint = { ...cursor.checkpoint, ...damage } as FeedCursor['checkpoint'];
      expect(() => createDemoFeed({ seed: 15, cursor: { ...cursor, checkpoint } })).toThrow();
    }
  });
});
