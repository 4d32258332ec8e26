import { expect, test } from 'vitest';

import { FIGURES, bestOf, gateFailures, isBeyondGate } from './screen-figures.ts';
import { slope } from './screen-measure.ts';

const every = (factor: number) =>
  Object.fromEntries(FIGURES.map(({ id, must }) => [id, must * factor]));

test('the gate lets twice of what must be pass, and nothing worse or missing', () => {
  expect(gateFailures(every(2), true)).toEqual([]);
  expect(gateFailures(every(2.01), true)).toHaveLength(FIGURES.length);
  expect(gateFailures({ ...every(1), keyP99: 31 }, true)).toEqual([
    'key → paint p99 is 31.0 ms, beyond 30 ms',
  ]);
  expect(gateFailures({ ...every(1), cpu: NaN }, true)).toEqual([
    'CPU of one core, 200×50 was not measured',
  ]);
  expect(gateFailures({}, true)).toHaveLength(FIGURES.length);
});

test('of two attempts the better figure counts, each by itself', () => {
  const best = bestOf({ keyP50: 5, keyP99: 40 }, { keyP50: 7, keyP99: 20 });
  expect(best).toEqual({ keyP50: 5, keyP99: 20 });
  expect(isBeyondGate(best)).toBe(false);
  expect(isBeyondGate({ keyP99: 40 })).toBe(true);
});

test('a slope is the rise of the line through the points', () => {
  expect(slope([0, 1, 2, 3].map((x) => [x, 7 - 2 * x]))).toBeCloseTo(-2, 12);
  expect(slope([[0, 0], [1, 3], [2, 0]])).toBeCloseTo(0, 12); // prettier-ignore
});
