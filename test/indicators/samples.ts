import type { Candle } from '../../src/domain/candle.ts';

/** A small seeded generator (mulberry32), so that every run sees the same market. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Bar {
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number;
}

/** Candles from highs, lows and closes alone; opens at the close, volume 1 unless given. */
export function candlesOf(bars: readonly Bar[]): Candle[] {
  return bars.map(({ high, low, close, volume = 1 }, i) => {
    return { openTime: i * 60_000, open: close, high, low, close, volume };
  });
}

/** Candles that do not move inside themselves: open = high = low = close. */
export function stillCandles(closes: readonly number[], volume: number = 1): Candle[] {
  return candlesOf(closes.map((close) => ({ high: close, low: close, close, volume })));
}

/** A seeded random walk of well-formed candles around `start`, moving about `step` per candle. */
export function walk(count: number, { seed = 42, start = 100, step = 1 } = {}): Candle[] {
  const random = seededRandom(seed);
  const candles: Candle[] = [];
  let close = start;
  for (let i = 0; i < count; i += 1) {
    const open = close;
    close = open + (random() - 0.5) * step;
    const high = Math.max(open, close) + random() * step * 0.5;
    const low = Math.min(open, close) - random() * step * 0.5;
    candles.push({ openTime: i * 60_000, open, high, low, close, volume: random() * 10 });
  }
  return candles;
}

/** Difference relative to the larger of 1 and the expected size. */
export function distance(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
}
