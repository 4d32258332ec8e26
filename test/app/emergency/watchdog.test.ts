import { describe, expect, test } from 'vitest';

import { LOOK_MS, createWatchdog } from '../../../src/app/emergency/watchdog.ts';

const LIMIT_MS = 5_000;

/** Looks every 100 ms from `from` on; the times at which it bit. */
function lookAt(
  watchdog: ReturnType<typeof createWatchdog>,
  of: { readonly from: number; readonly to: number; readonly beats: (time: number) => number },
): number[] {
  const bites: number[] = [];
  for (let time = of.from; time <= of.to; time += LOOK_MS) {
    if (watchdog.look(time, of.beats(time))) bites.push(time);
  }
  return bites;
}

describe('F51: a main loop that stands still', () => {
  test('is noticed once, after five seconds without a heartbeat', () => {
    const watchdog = createWatchdog(LIMIT_MS);
    expect(lookAt(watchdog, { from: 0, to: 20_000, beats: () => 0 })).toEqual([LIMIT_MS]);
    expect(watchdog.silentMs()).toBe(20_000);
  });

  test('is noticed again after it moved and stopped once more', () => {
    const watchdog = createWatchdog(LIMIT_MS);
    const beats = (time: number): number => (time < 8_000 ? 0 : 1);
    const bites = lookAt(watchdog, { from: 0, to: 20_000, beats });
    expect(bites).toEqual([LIMIT_MS, 8_000 + LIMIT_MS]);
  });

  test('is not one that beats late, but beats', () => {
    const watchdog = createWatchdog(LIMIT_MS);
    const beats = (time: number): number => Math.floor(time / 4_900);
    expect(lookAt(watchdog, { from: 0, to: 60_000, beats })).toEqual([]);
  });

  test('is not a process that was stopped, or a machine that slept', () => {
    const watchdog = createWatchdog(LIMIT_MS);
    lookAt(watchdog, { from: 0, to: 1_000, beats: () => 0 });
    // An hour later, and the main loop has not had its first turn yet.
    const after = { from: 3_600_000, to: 3_603_000, beats: () => 0 };
    expect(lookAt(watchdog, after)).toEqual([]);
    expect(watchdog.silentMs()).toBeLessThan(LIMIT_MS);
  });
});
