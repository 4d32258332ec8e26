import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SeededRng } from '../../src/domain/rng.ts';

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number =>
  values.reduce((total, one) => total + one, 0) / values.length;

describe('SeededRng', () => {
  test('gives the same numbers for the same seed', () => {
    const numbers = draw(5, () => 0).map(() => new SeededRng(42).next());
    expect(new Set(numbers).size).toBe(1);
  });

  test('gives other numbers for a neighboring seed, a negative and a large one', () => {
    const firsts = [1, 2, 3, -1, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((seed) =>
      new SeededRng(seed).next(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('is uniform in [0, 1)', () => {
    const rng = new SeededRng(7);
    const values = draw(100_000, () => rng.next());
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(1);
    const counts = Array.from({ length: 10 }, () => 0);
    for (const value of values) {
      const slot = Math.floor(value * 10);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  test('draws standard normals', () => {
    const rng = new SeededRng(7);
    const values = draw(200_000, () => rng.normal());
    const kurtosis = mean(values.map((one) => one ** 4));
    expect(mean(values)).toBeCloseTo(0, 2);
    expect(mean(values.map((one) => one ** 2))).toBeCloseTo(1, 1);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.1);
  });

  test('continues exactly from its state, also between the two normals of a pair', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.boolean(), { maxLength: 20 }), (seed, calls) => {
        const rng = new SeededRng(seed);
        for (const isNormal of calls)
          if (isNormal) rng.normal();
          else rng.next();
        const state = JSON.parse(JSON.stringify(rng.state())) as number[];
        const resumed = SeededRng.resume(state);
        expect(draw(7, () => resumed.normal())).toEqual(draw(7, () => rng.normal()));
        expect(resumed.next()).toBe(rng.next());
      }),
    );
  });

  test('refuses a state of another length', () => {
    expect(() => SeededRng.resume([1, 2, 3])).toThrow('3 numbers, not 6');
  });
});
