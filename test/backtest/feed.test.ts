import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type DataFile, openDataFile } from '../../src/backtest/data-file.ts';
import { createFileFeed, type FileFeed } from '../../src/backtest/feed.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import { TradeCandleBuilder } from '../../src/market/candle-builder.ts';

const START = Date.UTC(2024, 0, 31, 12);
const MINUTE = 60_000;
let folder = '';
let candleFile: DataFile;
let tradeFile: DataFile;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapedeck-feed-'));
  const candles = Array.from({ length: 10 }, (_, n) =>
    [START + n * MINUTE, 10 + n, 12 + n, 9 + n, 11 + n, n].join(','),
  );
  candleFile = open('candles.csv', ['time,open,high,low,close,volume', ...candles]);
  const trades = Array.from({ length: 40 }, (_, n) =>
    // Two trades share each moment; moments are 25 s apart.
    [START + Math.floor(n / 2) * 25_000, 100 + ((n * 7) % 5), 1 + n, n % 3 ? 'buy' : 'sell'].join(
      ',',
    ),
  );
  tradeFile = open('trades.csv', ['time,price,quantity,side', ...trades]);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(name: string, lines: readonly string[]): DataFile {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return openDataFile(path, { symbol: 'BTC/USDT', timeframe: '1m' });
}

/** All events that are left, copied because a feed may reuse them. */
function drain(feed: FileFeed): MarketEvent[] {
  const events: MarketEvent[] = [];
  for (let event = feed.next(); event !== null; event = feed.next()) {
    events.push(structuredClone(event));
  }
  return events;
}

describe('file feed of candles', () => {
  test('emits every candle at its close', () => {
    const feed = createFileFeed(candleFile);
    const events = drain(feed);
    expect(feed.length).toBe(10);
    expect(events).toHaveLength(10);
    expect(events[3]).toEqual({
      kind: 'candle',
      symbol: 'BTC/USDT',
      time: START + 4 * MINUTE,
      timeframe: '1m',
      candle: { openTime: START + 3 * MINUTE, open: 13, high: 15, low: 12, close: 14, volume: 3 },
    });
    expect(feed.next()).toBeNull();
  });

  test('reuses one event and one candle, so a pull allocates nothing', () => {
    const feed = createFileFeed(candleFile);
    expect(feed.next()).toBe(feed.next());
  });

  test('continues after the events already applied, warm with what lies before', () => {
    const all = drain(createFileFeed(candleFile));
    for (const from of [0, 1, 6, 10]) {
      const feed = createFileFeed(candleFile, { from });
      expect([...feed.history(4)]).toEqual(all.slice(Math.max(0, from - 4), from));
      expect(feed.unfinished()).toEqual([]);
      expect(drain(feed)).toEqual(all.slice(from));
    }
  });

  test('refuses a place beyond the end', () => {
    expect(() => createFileFeed(candleFile, { from: 11 })).toThrow(
      'at event 11, but the file has 10',
    );
  });
});

describe('file feed of trades', () => {
  test('emits the trades of one moment as one event', () => {
    const feed = createFileFeed(tradeFile);
    const events = drain(feed);
    expect(feed.length).toBe(20);
    expect(events).toHaveLength(20);
    expect(events[1]).toEqual({
      kind: 'trades',
      symbol: 'BTC/USDT',
      time: START + 25_000,
      trades: [
        { time: START + 25_000, price: 104, quantity: 3, side: 'buy' },
        { time: START + 25_000, price: 101, quantity: 4, side: 'sell' },
      ],
    });
  });

  test('continues in place, with the finished and the open candle of the past', () => {
    const all = drain(createFileFeed(tradeFile));
    for (const from of [0, 1, 2, 3, 7, 20]) {
      const feed = createFileFeed(tradeFile, { from });
      const finished: unknown[] = [];
      const builder = new TradeCandleBuilder(MINUTE, (candle) => finished.push({ ...candle }));
      for (const event of all.slice(0, from)) {
        if (event.kind === 'trades') for (const trade of event.trades) builder.add(trade);
      }
      expect([...feed.history(100)].map((event) => event.candle)).toEqual(finished);
      expect([...feed.history(2)].map((event) => event.candle)).toEqual(finished.slice(-2));
      expect(feed.unfinished()[0]?.candle ?? null).toEqual(builder.unfinished);
      expect(drain(feed)).toEqual(all.slice(from));
    }
  });

  test('refuses a place beyond the end', () => {
    expect(() => createFileFeed(tradeFile, { from: 21 })).toThrow(
      'at event 21, but the file has 20',
    );
  });
});
