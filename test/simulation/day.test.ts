import { describe, expect, test } from 'vitest';

import { HOUR_MS } from '../../src/domain/time.ts';
import { STORMY_WEATHER } from '../../src/exchange/practice/weather.ts';
import { simulateInDirectory } from './one-day.ts';

const QUARTER = { lengthMs: 6 * HOUR_MS };
const STORM = {
  trouble: { crash: 24, clockJump: 4, diskFailure: 2 },
  weather: { ...STORMY_WEATHER, overfill: 2, outsideClose: 2 },
};

describe('a simulated day', () => {
  test('the same seed gives the same day, bit for bit', async () => {
    const once = await simulateInDirectory({ seed: 11, ...QUARTER, ...STORM });
    const again = await simulateInDirectory({ seed: 11, ...QUARTER, ...STORM });
    const other = await simulateInDirectory({ seed: 12, ...QUARTER, ...STORM });
    expect(again).toEqual(once);
    expect(other.digest).not.toBe(once.digest);
  });

  test('oracles hold through crashes, lost messages, full disks and hands on the web', async () => {
    const { fault, figures } = await simulateInDirectory({ seed: 1, ...QUARTER, ...STORM });
    expect(fault).toBeNull();
    expect(figures['orders']).toBeGreaterThan(50);
    expect(figures['crashes']).toBeGreaterThan(1);
    expect(figures['faults']).toBeGreaterThan(3);
  });

  test('oracles hold at an exchange that changes no order and holds no target beside a stop', async () => {
    const abilities = {
      stops: true,
      trailingStops: false,
      oco: false,
      amend: false,
      deadMan: null,
      holdsCoins: true,
    };
    for (const seed of [1, 2, 3]) {
      const day = await simulateInDirectory({ seed, ...QUARTER, ...STORM, rules: { abilities } });
      expect(day.fault).toBeNull();
      expect(day.figures['orders']).toBeGreaterThan(50);
    }
  });
});
