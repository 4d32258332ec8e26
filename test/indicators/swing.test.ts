import { describe, expect, test } from 'vitest';

import { Swing } from '../../src/indicators/swing.ts';
import { candlesOf, stillCandles, walk } from './samples.ts';

function highs(values: readonly number[], left: number, right: number): (number | null)[] {
  const swing = new Swing(left, right);
  return stillCandles(values).map((candle) => {
    swing.push(candle);
    return swing.highAge === right ? swing.high : null;
  });
}

describe('swing', () => {
  test('reports a pivot high exactly `right` candles after it', () => {
    expect(highs([1, 2, 5, 3, 2, 1], 2, 2)).toEqual([null, null, null, null, 5, null]);
  });

  test('counts the last of equal highs, and only once', () => {
    expect(highs([1, 5, 5, 5, 2, 1, 1], 1, 1)).toEqual([null, null, null, null, 5, null, null]);
  });

  test('does not take a step up that never turned for a pivot', () => {
    expect(highs([1, 5, 5, 5, 5, 5], 1, 1)).toEqual([null, null, null, null, null, null]);
  });

  test('keeps the last pivot and its age', () => {
    const swing = new Swing(1, 1);
    const bars = [
      { high: 2, low: 1, close: 1 },
      { high: 4, low: 3, close: 3 },
      { high: 3, low: 2, close: 2 },
      { high: 3.5, low: 2.5, close: 3 },
      { high: 3.6, low: 2.6, close: 3 },
    ];
    const outputs = candlesOf(bars).map((candle) => swing.update(candle));
    expect(outputs).toEqual([
      null,
      null,
      { high: 4, highAge: 1, low: null, lowAge: null },
      { high: 4, highAge: 2, low: 2, lowAge: 1 },
      { high: 4, highAge: 3, low: 2, lowAge: 2 },
    ]);
  });

  test('agrees with a search over the whole history', () => {
    const candles = walk(500);
    const [left, right] = [3, 2];
    const swing = new Swing(left, right);
    candles.forEach((candle, now) => {
      const value = swing.update(candle);
      let expected: number | null = null;
      for (let i = now - right; i >= left && expected === null; i -= 1) {
        const low = candles[i]?.low ?? NaN;
        const before = candles.slice(i - left, i).every((one) => one.low >= low);
        if (before && candles.slice(i + 1, i + 1 + right).every((one) => one.low > low)) {
          expected = i;
        }
      }
      if (value === null) return;
      expect(value.lowAge).toBe(expected === null ? null : now - expected);
      expect(value.low).toBe(expected === null ? null : candles[expected]?.low);
    });
  });
});
