import { describe, expect, test } from 'vitest';

import { HOUR_MS } from '../../src/domain/time.ts';
import { STORMY_WEATHER } from '../../src/exchange/practice/weather.ts';
import { simulateInDirectory } from './one-day.ts';
import { VENUES } from './venue-kinds.ts';

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

  test.each([144, 156])(
    'what is watched closes the coins there are where another ledger owes some: seed %i',
    async (seed) => {
      expect((await simulateInDirectory({ seed, ...QUARTER })).fault).toBeNull();
    },
  );

  test('a stop refused for coins that another one held is placed soon after these are free', async () => {
    const day = await simulateInDirectory({ seed: 371, lengthMs: 2 * QUARTER.lengthMs });
    expect(day.fault).toBeNull();
  });

  test.each(Object.values(VENUES))('oracles hold at $row.title', async (venue) => {
    const day = await simulateInDirectory({ seed: 8, ...QUARTER, ...STORM, venue });
    expect(day.fault).toBeNull();
    const { orders = 0, marketsChanged = 0 } = day.figures;
    expect(orders).toBeGreaterThan(50);
    expect(marketsChanged).toBeGreaterThan(0);
    // What is watched here was reached there.
    const fired = ['stop fired', 'target fired', 'trail fired'].map((name) => day.figures[name]);
    expect(fired.some((count) => count !== undefined)).toBe(true);
  });
});
