import { describe, expect, test } from 'vitest';

import { createOrderId, simulatedRunId } from '../../src/domain/ids.ts';

describe('client order ids', () => {
  const run = simulatedRunId(1, 0);

  test('are 19 short letters and digits and tell the role', () => {
    for (const [role, letter] of [
      ['entry', 'e'],
      ['exit', 'x'],
      ['protective', 'p'],
    ] as const) {
      expect(createOrderId(run, 7, role)).toMatch(new RegExp(`^td[0-9a-z]{11}00007${letter}$`));
    }
  });

  test('end before they would repeat', () => {
    const last = 36 ** 5 - 1;
    expect(createOrderId(run, last, 'entry')).toMatch(/zzzzze$/);
    expect(() => createOrderId(run, last + 1, 'entry')).toThrow(/used up/);
  });
});

test('runs differ by seed and by the record they begin after', () => {
  const ids = new Set<string>();
  for (let seed = 0; seed < 50; seed += 1) {
    for (let last = 0; last < 50; last += 1) ids.add(simulatedRunId(seed, last));
  }
  expect(ids.size).toBe(2500);
});
