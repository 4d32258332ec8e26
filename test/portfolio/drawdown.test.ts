import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HOUR_MS } from '../../src/domain/time.ts';
import { drawdownStats } from '../../src/portfolio/drawdown.ts';
import type { EquityCurve } from '../../src/portfolio/stats.ts';

/** One sample an hour. */
function hourly(values: readonly number[]): EquityCurve {
  return {
    times: Float64Array.from(values, (_, i) => i * HOUR_MS),
    values: Float64Array.from(values),
  };
}

/** Every figure straight from its words, in quadratic time. */
function naive(values: readonly number[], start: number) {
  const peaks = values.map((_, i) => Math.max(start, ...values.slice(0, i + 1)));
  const falls = values.map((value, i) => 1 - value / (peaks[i] ?? 1));
  const atPeak = falls.flatMap((fall, i) => (fall === 0 ? [i] : []));
  const marks = [...new Set([0, ...atPeak, values.length - 1])];
  const depths: number[] = [];
  let longest: number | null = null;
  marks.slice(1).forEach((to, i) => {
    const from = marks[i] ?? 0;
    const depth = Math.max(...falls.slice(from, to + 1));
    if (depth === 0) return;
    depths.push(depth);
    longest = Math.max(longest ?? 0, (to - from) * HOUR_MS);
  });
  if (values.length === 1 && falls[0] !== 0) {
    depths.push(falls[0] ?? 0);
    longest = 0;
  }
  return {
    max: Math.max(0, ...falls),
    average: depths.length === 0 ? null : depths.reduce((a, b) => a + b) / depths.length,
    longest,
  };
}

describe('drawdown', () => {
  test.each([
    // values, max, average, hours of the longest, still open
    ['a fall and its recovery', [100, 80, 90, 100, 110], 0.2, 0.2, 3, false],
    ['two falls', [100, 90, 100, 50, 60, 120], 0.5, 0.3, 3, false],
    ['a fall that never recovers', [100, 120, 60, 90, 110], 0.5, 0.5, 3, true],
    ['the open fall being the longest', [100, 90, 100, 99, 98, 97], 0.1, 0.065, 3, true],
    ['a fall of everything', [100, 0, 0], 1, 1, 2, true],
  ] as const)('of %s', (_, values, max, average, hours, open) => {
    const stats = drawdownStats(hourly(values), 100);
    expect(stats?.maxDrawdownFraction).toBeCloseTo(max, 12);
    expect(stats?.avgDrawdownFraction).toBeCloseTo(average, 12);
    expect(stats?.maxDrawdownDurationMs).toBe(hours * HOUR_MS);
    expect(stats?.longestIsOpen).toBe(open);
  });

  test('of equity that never falls is zero deep and has no average and no duration', () => {
    expect(drawdownStats(hourly([100, 100, 130]), 100)).toEqual({
      maxDrawdownFraction: 0,
      avgDrawdownFraction: null,
      maxDrawdownDurationMs: null,
      longestIsOpen: false,
    });
  });

  test('counts from the start equity when the first bar already lost', () => {
    expect(drawdownStats(hourly([90, 95, 101]), 100)?.maxDrawdownFraction).toBeCloseTo(0.1, 12);
  });

  test('of nothing is null', () => {
    expect(drawdownStats(hourly([]), 100)).toBeNull();
  });

  test('agrees with its definition worked out naively', () => {
    const list = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(list, (values) => {
        const start = values[0] ?? 1;
        const stats = drawdownStats(hourly(values), start);
        const expected = naive(values, start);
        expect(stats?.maxDrawdownFraction).toBeCloseTo(expected.max, 12);
        expect(stats?.maxDrawdownDurationMs).toBe(expected.longest);
        if (expected.average === null) expect(stats?.avgDrawdownFraction).toBeNull();
        else expect(stats?.avgDrawdownFraction).toBeCloseTo(expected.average, 12);
      }),
    );
  });
});
