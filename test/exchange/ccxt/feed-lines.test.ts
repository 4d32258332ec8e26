// What the lines of a market's feed keep out, each alone and without a client.
import { describe, expect, test } from 'vitest';

import { CandleLine } from '../../../src/exchange/ccxt/candle-line.ts';
import { Pulse, SILENCE_MS } from '../../../src/exchange/ccxt/feed-health.ts';
import { TradeLine } from '../../../src/exchange/ccxt/trade-line.ts';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import { minuteAt, START, SYMBOL } from './stream-kit.ts';

const print = (id: string | undefined, price: number) => ({
  id,
  symbol: SYMBOL,
  side: 'buy',
  price,
  amount: 1,
  timestamp: START,
});
const pricesOf = (line: TradeLine, list: unknown): number[] =>
  line.take(list, START).map(({ price }) => price);

describe('prints', () => {
  test('without numbers of their own come once', () => {
    const line = new TradeLine(SYMBOL);
    const list = [print(undefined, 101), print(undefined, 102)];
    expect(pricesOf(line, list)).toEqual([101, 102]);
    expect(pricesOf(line, list)).toEqual([]);
  });

  test('that a break hid behind known ones are found however long the stream had worked', () => {
    const line = new TradeLine(SYMBOL);
    for (let look = 0; look < 50; look++) pricesOf(line, [print('1', 101)]);
    line.broke();
    expect(pricesOf(line, [print('2', 102), print('1', 101)])).toEqual([102]);
  });
});

describe('minutes', () => {
  const row = (at: number, close = 100) => [minuteAt(at), 100, 100, 100, close, 1];
  const candle = (at: number) => ({
    openTime: minuteAt(at),
    open: 100,
    high: 100,
    low: 100,
    close: 100,
    volume: 1,
  });

  test('that were handed on never come again, also where everything before is known', () => {
    const line = new CandleLine(minuteAt(0));
    line.fill([candle(1), candle(2)], minuteAt(3));
    const now = minuteAt(3);
    expect(line.take(now).map(({ openTime }) => openTime)).toEqual([minuteAt(1), minuteAt(2)]);
    line.hear([row(1), row(2)], now);
    expect(line.take(now)).toEqual([]);
  });
});

describe('how data come', () => {
  test('a stream of books that is silent for too long is stale', () => {
    const pulse = new Pulse('book');
    pulse.streamed(1_000);
    expect(pulse.by(1_000 + SILENCE_MS.book)).toBe('stream');
    expect(pulse.by(1_001 + SILENCE_MS.book)).toBe('stale');
  });

  test('a quiet market has no prints, and its stream works', () => {
    const pulse = new Pulse('trades');
    pulse.streamed(1_000);
    expect(pulse.by(1_000 + 60 * MINUTE_MS)).toBe('stream');
  });
});
