import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import {
  type EquityCurve,
  cagrOf,
  dailyReturns,
  equityStats,
  sharpe,
  sortino,
  standardDeviation,
  volatilityAnnual,
} from '../../src/portfolio/stats.ts';

const START = Date.UTC(2024, 0, 1);
const ROOT_365 = Math.sqrt(365);

/** One sample a day. */
function daily(...values: number[]): EquityCurve {
  return {
    times: Float64Array.from(values, (_, i) => START + i * DAY_MS),
    values: Float64Array.from(values),
  };
}

describe('the equity 100, 120, 90, 108 another program pins (RESEARCH 1.3)', () => {
  const curve = daily(100, 120, 90, 108);
  const returns = dailyReturns(curve);
  const stats = equityStats(curve, 100);

  test('falls 25 % from its peak', () => {
    expect(stats?.maxDrawdownFraction).toBe(0.25);
  });

  test('has the un-annualized Sharpe 0.235702, there with n instead of n − 1', () => {
    const asPinned = (sharpe(returns) ?? 0) / ROOT_365 / Math.sqrt(2 / 3);
    expect(asPinned).toBeCloseTo(0.235702, 6);
    // mean 0.05, sum of squares 0.135, sd √(0.135 / 2) = 0.259808
    expect(stats?.sharpe).toBeCloseTo((0.05 / 0.2598076211353316) * 19.1049731745428, 10);
  });

  test('has the un-annualized Sortino 0.34641', () => {
    expect((sortino(returns) ?? 0) / ROOT_365).toBeCloseTo(0.34641, 5);
    // one losing day of 0.25 in three: √(0.0625 / 3) = 0.144338
    expect(stats?.sortino).toBeCloseTo((0.05 / 0.14433756729740643) * 19.1049731745428, 10);
  });

  test('has volatility, growth and Calmar worked out by hand', () => {
    expect(stats?.volatilityAnnual).toBeCloseTo(0.2598076211353316 * 19.1049731745428, 10);
    // 8 % in three days
    expect(stats?.cagr).toBeCloseTo(Math.exp((Math.log(1.08) * 365) / 3) - 1, 6);
    expect(stats?.calmar).toBeCloseTo((Math.exp((Math.log(1.08) * 365) / 3) - 1) / 0.25, 6);
  });
});

describe('daily sampling', () => {
  test('takes the last value of each UTC day', () => {
    const times = [0, 5, 23, 24, 30, 47, 48].map((hour) => START + hour * HOUR_MS);
    const values = [100, 500, 110, 7, 8, 121, 60.5];
    const returns = dailyReturns({
      times: Float64Array.from(times),
      values: Float64Array.from(values),
    });
    expect([...returns].map((one) => Number(one.toFixed(12)))).toEqual([0.1, -0.5]);
  });

  test('spans days without a sample with one return', () => {
    const times = Float64Array.of(START, START + 3 * DAY_MS);
    expect([...dailyReturns({ times, values: Float64Array.of(100, 150) })]).toEqual([0.5]);
  });

  test('has no returns once equity reached zero', () => {
    expect(dailyReturns(daily(100, 0, 50))).toHaveLength(0);
  });
});

describe('what is undefined is null', () => {
  test.each([
    ['one day', daily(100)],
    ['one return', daily(100, 110)],
    ['no change', daily(100, 100, 100, 100)],
    ['the same growth every day', daily(100, 110, 121, 133.1, 146.41, 161.051)],
  ])('Sharpe of %s', (_, curve) => {
    expect(sharpe(dailyReturns(curve))).toBeNull();
  });

  test('Sortino and Calmar when the only fall is a rounding error', () => {
    const stats = equityStats(daily(1.0000000000000004, 1, 1.5), 1.0000000000000004);
    expect(stats?.sortino).toBeNull();
    expect(stats?.calmar).toBeNull();
  });

  test('Sortino without a losing day, or with one return', () => {
    expect(sortino(dailyReturns(daily(100, 110, 130)))).toBeNull();
    expect(sortino(dailyReturns(daily(100, 90)))).toBeNull();
  });

  test('volatility below two returns; it is zero when nothing changes', () => {
    expect(volatilityAnnual(dailyReturns(daily(100, 110)))).toBeNull();
    expect(volatilityAnnual(dailyReturns(daily(100, 100, 100)))).toBe(0);
  });

  test('growth below one day, after a loss of more than everything, and past overflow', () => {
    expect(cagrOf({ startEquity: 100, endEquity: 110, days: 0.999 })).toBeNull();
    expect(cagrOf({ startEquity: 100, endEquity: -1, days: 10 })).toBeNull();
    expect(cagrOf({ startEquity: 1, endEquity: 1e9, days: 1 })).toBeNull();
    expect(cagrOf({ startEquity: 100, endEquity: 0, days: 10 })).toBe(-1);
    expect(cagrOf({ startEquity: 100, endEquity: 121, days: 730 })).toBeCloseTo(0.1, 12);
  });

  test('Calmar without a drawdown', () => {
    const stats = equityStats(daily(100, 110, 121), 100);
    expect(stats?.calmar).toBeNull();
    expect(stats?.cagr).toBeGreaterThan(0);
  });

  test('everything of an empty curve', () => {
    expect(equityStats(daily(), 100)).toBeNull();
  });
});

test('the risk-free rate lowers Sharpe by rate / 365 a day', () => {
  const returns = dailyReturns(daily(100, 102, 101, 104));
  const spread = standardDeviation(returns) ?? 0;
  const lower = ((sharpe(returns, 0) ?? 0) - (sharpe(returns, 0.0365) ?? 0)) / ROOT_365;
  expect(lower * spread).toBeCloseTo(0.0001, 12);
});

describe('for any equity above zero', () => {
  // Whole cents: falls are falls, not the rounding of a division.
  const cents = fc.integer({ min: 100, max: 1e8 }).map((value) => value / 100);
  const values = fc.array(cents, { minLength: 1, maxLength: 60 });

  test('every figure is null or finite, and ratios do not depend on the currency', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 1000 }), (list, factor) => {
        const one = equityStats(daily(...list), list[0] ?? 1);
        const other = equityStats(daily(...list.map((v) => v * factor)), (list[0] ?? 1) * factor);
        for (const key of ['sharpe', 'sortino', 'calmar', 'cagr', 'volatilityAnnual'] as const) {
          const a = one?.[key] ?? null;
          const b = other?.[key] ?? null;
          if (a === null || b === null) continue;
          expect(Number.isFinite(a)).toBe(true);
          expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(a)));
        }
      }),
    );
  });

  test('Sharpe has the sign of the mean return, Sortino the same', () => {
    fc.assert(
      fc.property(values, (list) => {
        const returns = dailyReturns(daily(...list));
        const sum = [...returns].reduce((a, b) => a + b, 0);
        for (const ratio of [sharpe(returns), sortino(returns)]) {
          if (ratio !== null && Math.abs(sum) > 1e-9) expect(Math.sign(ratio)).toBe(Math.sign(sum));
        }
      }),
    );
  });
});
