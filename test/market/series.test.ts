import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import { CandleSeries } from '../../src/market/series.ts';

const candle = (n: number): Candle => ({
  openTime: n * 60_000,
  open: n + 1,
  high: n + 3,
  low: n + 0.5,
  close: n + 2,
  volume: n,
});

describe('CandleSeries', () => {
  test('is empty at first', () => {
    const series = new CandleSeries(3);
    expect(series.length).toBe(0);
    expect(series.at(0)).toBeUndefined();
    expect(series.closeAt(0)).toBeNaN();
    expect(series.newest(5)).toEqual([]);
  });

  test('agrees with a plain list of the newest candles at any fill', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 40 }),
        (size, count) => {
          const series = new CandleSeries(size);
          const all = Array.from({ length: count }, (_, n) => candle(n));
          for (const one of all) series.push(one);
          const kept = all.slice(-size);
          expect(series.length).toBe(kept.length);
          expect(series.total).toBe(count);
          expect(series.newest(size + 5)).toEqual(kept);
          expect(series.newest(2)).toEqual(kept.slice(-2));
          for (let back = -1; back <= size; back++) {
            const expected = back < 0 ? undefined : kept.at(-1 - back);
            expect(series.at(back)).toEqual(back < kept.length ? expected : undefined);
            if (back >= 0 && back < kept.length) {
              expect(series.closeAt(back)).toBe(expected?.close);
              expect(series.openTimeAt(back)).toBe(expected?.openTime);
            }
          }
        },
      ),
    );
  });

  test('copies: a candle changed after the push, or a read one, leaves the series as it is', () => {
    const series = new CandleSeries(2);
    const reused = { ...candle(1) };
    series.push(reused);
    reused.close = 99;
    expect(series.at(0)).toEqual(candle(1));
    expect(series.at(0)).not.toBe(series.at(0));
  });

  test('refuses a capacity that is none', () => {
    for (const capacity of [0, -1, 1.5, NaN]) {
      expect(() => new CandleSeries(capacity)).toThrow('series of');
    }
  });
});
