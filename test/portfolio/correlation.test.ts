import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { MINUTE_MS } from '../../src/domain/time.ts';
import { CandleSeries } from '../../src/market/series.ts';
import {
  CORRELATION_CANDLES,
  CORRELATION_RETURNS,
  clustersOf,
  correlation,
} from '../../src/portfolio/correlation.ts';

/** Candles of one price each, a minute apart; `skip` leaves some out. */
function series(closes: readonly number[], skip: readonly number[] = []): CandleSeries {
  const made = new CandleSeries(600);
  closes.forEach((close, i) => {
    if (skip.includes(i)) return;
    made.push({ openTime: i * MINUTE_MS, open: close, high: close, low: close, close, volume: 1 });
  });
  return made;
}

const wave = (make: (i: number) => number, count = 121): number[] =>
  Array.from({ length: count }, (_, i) => make(i));
const A = wave((i) => 100 + 5 * Math.sin(i / 7) + 0.01 * ((i * i) % 13));
const B = wave((i) => 50 + 2 * Math.sin(i / 7 + 0.5) + 0.02 * ((i * i) % 11));
const C = wave((i) => 30 + Math.cos(i / 3));

describe('the correlation of candle returns', () => {
  // From the definition in two passes, computed outside this program.
  test.each([
    ['A and B', A, B, 0.827560742772021],
    ['A and C', A, C, -0.0809904354500878],
    ['B and C', B, C, -0.0892259069105216],
  ])('of %s is that of the definition', (_name, a, b, wanted) => {
    expect(correlation(series(a), series(b))).toBeCloseTo(wanted, 12);
    expect(correlation(series(b), series(a))).toBeCloseTo(wanted, 12);
  });

  test('is 1 for the same moves at any price, and -1 for opposite ones', () => {
    const moves = wave((i) => (i % 3) - 1);
    const compound = (sign: number): number[] => {
      let price = 100;
      return moves.map((move) => (price *= 1 + (sign * move) / 1000));
    };
    expect(correlation(series(A), series(A.map((x) => x * 7)))).toBeCloseTo(1, 12);
    expect(correlation(series(compound(1)), series(compound(-1)))).toBeCloseTo(-1, 12);
  });

  test('is unknown with too few shared returns, or where one never moved', () => {
    const enough = CORRELATION_RETURNS + 1;
    expect(correlation(series(A.slice(0, enough)), series(B.slice(0, enough)))).not.toBeNull();
    expect(correlation(series(A.slice(0, enough - 1)), series(B))).toBeNull();
    expect(correlation(series(A), series(A.map(() => 5)))).toBeNull();
    expect(correlation(series([]), series(B))).toBeNull();
  });

  test('a candle that one of them lacks makes no return of two candles', () => {
    const gaps = [30, 31, 77];
    const spiked = B.map((price, i) => (gaps.includes(i) ? price * 100 : price));
    const known = correlation(series(A, gaps), series(spiked));
    expect(known).toBeCloseTo(correlation(series(A, gaps), series(B)) ?? NaN, 12);
  });

  test('looks back so many candles and no further', () => {
    const far = wave((i) => 100 + Math.sin(i), CORRELATION_CANDLES + 51);
    const other = far.map((price, i) => (i < 50 ? 1000 - price : price));
    expect(correlation(series(far), series(other))).toBeCloseTo(1, 12);
  });

  test('lies between -1 and 1, whatever the prices', () => {
    const prices = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), {
      minLength: 70,
      maxLength: 90,
    });
    fc.assert(
      fc.property(prices, prices, (a, b) => {
        const value = correlation(series(a), series(b));
        expect(value === null || (value >= -1 && value <= 1)).toBe(true);
      }),
    );
  });
});

describe('clusters', () => {
  const known = new Map([
    ['A B', 0.9],
    ['B C', 0.85],
    ['A C', 0.5],
    ['C D', 0.2],
  ]);
  const of = (a: string, b: string): number | null =>
    known.get(a < b ? `${a} ${b}` : `${b} ${a}`) ?? null;

  test('join what hangs together, by any link, in a fixed order', () => {
    expect(clustersOf(['A', 'B', 'C', 'D'], of, 0.8)).toEqual([['A', 'B', 'C'], ['D']]);
    expect(clustersOf(['D', 'C', 'A', 'B'], of, 0.8)).toEqual([['D'], ['C', 'B', 'A']]);
    expect(clustersOf(['A', 'B', 'C'], of, 0.88)).toEqual([['A', 'B'], ['C']]);
  });

  test('at its limit a correlation joins; an unknown one joins nothing', () => {
    expect(clustersOf(['A', 'B'], of, 0.9)).toEqual([['A', 'B']]);
    expect(clustersOf(['A', 'D'], of, 0.01)).toEqual([['A'], ['D']]);
    expect(clustersOf([], of, 0.8)).toEqual([]);
  });
});
