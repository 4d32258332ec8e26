import { expect, test } from 'vitest';

import { VOLATILITY_RETURNS, VolatilityMeter } from '../../src/risk/volatility.ts';

const WAVE = Array.from(
  { length: 121 },
  (_, i) => 100 + 5 * Math.sin(i / 7) + 0.01 * ((i * i) % 13),
);
const fed = (closes: readonly number[]): VolatilityMeter => {
  const meter = new VolatilityMeter();
  for (const close of closes) meter.add(close);
  return meter;
};

// The recursion of the definition, computed outside this program.
test('the ratio is that of the definition, before and after a jump', () => {
  const last = WAVE.at(-1) ?? NaN;
  expect(fed(WAVE).ratio).toBeCloseTo(1.0068718783181223, 12);
  expect(fed([...WAVE, last * 1.05, last * 1.02]).ratio).toBeCloseTo(2.3939398134024024, 12);
});

test('it is unknown before enough returns, and where nothing moves', () => {
  expect(fed(WAVE.slice(0, VOLATILITY_RETURNS)).ratio).toBeNull();
  expect(fed(WAVE.slice(0, VOLATILITY_RETURNS + 1)).ratio).not.toBeNull();
  expect(fed(Array.from({ length: 300 }, () => 7)).ratio).toBeNull();
  expect(fed([]).ratio).toBeNull();
});

test('a long storm becomes usual, and a settled meter waits for a new one', () => {
  const meter = fed(WAVE);
  const calm = meter.ratio ?? NaN;
  let price = 100;
  const storm = (count: number, size: number): void => {
    for (let i = 0; i < count; i += 1) meter.add((price *= 1 + (i % 2 === 0 ? size : -size)));
  };
  storm(20, 0.05);
  const high = meter.ratio ?? NaN;
  expect(high).toBeGreaterThan(3 * calm);
  meter.settle();
  expect(meter.ratio).toBeLessThanOrEqual(1);
  storm(2000, 0.05);
  expect(meter.ratio).toBeCloseTo(1, 1);
});
