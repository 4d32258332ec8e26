import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Sma } from '../../src/indicators/sma.ts';
import { seededRandom } from './samples.ts';

/** The mean of doubles that are whole multiples of 2^-60, through big integers, rounded once. */
function exactMean(values: readonly number[]): number {
  let sum = 0n;
  for (const value of values) sum += BigInt(value * 2 ** 60);
  return Number((sum << 100n) / BigInt(values.length)) / 2 ** 160;
}

test('equals the naive mean of each window', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const run = (values: number[], period: number): void => {
    const sma = new Sma(period);
    values.forEach((input, i) => {
      const output = sma.update(input);
      if (i + 1 < period) return expect(output).toBeNull();
      const window = values.slice(i + 1 - period, i + 1);
      const mean = window.reduce((sum, one) => sum + one, 0) / period;
      const size = Math.max(...window.map(Math.abs));
      expect(Math.abs((output ?? NaN) - mean)).toBeLessThanOrEqual(1e-15 * period * size);
    });
  };
  fc.assert(fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), run));
});

test('forgets an outlier completely once it left the window', () => {
  for (const outlier of [1e16, 6e4, -1e50, 1e100]) {
    for (let period = 1; period < 12; period += 1) {
      for (let lead = 0; lead <= period; lead += 1) {
        const sma = new Sma(period);
        for (let i = 0; i < lead; i += 1) sma.update(1e-5);
        sma.update(outlier);
        for (let i = 0; i < period; i += 1) sma.update(1.1);
        expect(sma.value, `outlier ${outlier}, period ${period}, lead ${lead}`).toBe(1.1);
      }
    }
  }
});

test('does not drift over a million inputs', () => {
  const random = seededRandom(3);
  const sma = new Sma(50);
  const inputs: number[] = [];
  for (let i = 0; i < 1_000_000; i += 1) {
    // Jumps between 60,000 and 0.00001, as when a series changes its unit.
    const input = random() < 0.001 ? 6e4 : 11 / 2 ** 20 + Math.floor(random() * 1e6) / 2 ** 40;
    sma.update(input);
    inputs.push(input);
    if (inputs.length > 200) inputs.splice(0, 150);
    if (i % 997 !== 0 || i < 50) continue;
    const exact = exactMean(inputs.slice(-50));
    expect(Math.abs((sma.value ?? NaN) - exact)).toBeLessThanOrEqual(4e-16 * exact);
  }
});

test('depends on its window alone, not on where the run began', () => {
  const random = seededRandom(5);
  const inputs = Array.from({ length: 400 }, () => 40_000 + random() * 1000);
  for (const skip of [1, 7, 20, 133]) {
    const whole = new Sma(20);
    const late = new Sma(20);
    inputs.forEach((input, i) => {
      const output = whole.update(input);
      if (i < skip) return;
      const restarted = late.update(input);
      if (restarted !== null) expect(restarted).toBe(output);
    });
  }
});
