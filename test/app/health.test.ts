import { expect, it } from 'vitest';

import { Health } from '../../src/app/health.ts';
import type { MarketEvent } from '../../src/domain/event.ts';

const EVENT: MarketEvent = { kind: 'trades', symbol: 'BTC/USDT', time: 0, trades: [] };

/** A loop whose delays the test says, and a clock that it moves. */
function kit() {
  let now = 0;
  let delays: number[] = [];
  const loop = {
    get count() {
      return delays.length;
    },
    percentile: (share: number) =>
      delays.toSorted((a, b) => a - b)[Math.ceil((share / 100) * delays.length) - 1] ?? 0,
    reset: () => void (delays = []),
    enable: () => true,
    disable: () => true,
  };
  const health = new Health(
    () => now,
    () => loop,
  );
  return {
    health,
    pass: (ms: number) => void (now += ms),
    /** As the monitor records it: with its own interval of 10 ms, in nanoseconds. */
    delayed: (ms: number) => void delays.push((ms + 10) * 1e6),
    events: (count: number, eachMs: number) => {
      for (let i = 0; i < count; i++) health.drive({ drive: () => void (now += eachMs) }, EVENT);
    },
  };
}

it('knows nothing before the first span is over', () => {
  const { health, events, delayed, pass } = kit();
  health.view();
  events(100, 0.004);
  delayed(2);
  expect(health.view()).toEqual({ eventMicros: null, loopDelayMs: null });
  pass(5_000);
  expect(health.view().eventMicros).toBeCloseTo(4, 6);
  expect(health.view().loopDelayMs).toBeCloseTo(2, 6);
});

it('tells the mean of the measured events and the delay that one of a hundred exceeds', () => {
  const { health, events, delayed, pass } = kit();
  health.view();
  events(160, 0.002);
  events(160, 0.01);
  for (let i = 1; i <= 200; i++) delayed(i / 10);
  pass(5_000);
  expect(health.view().eventMicros).toBeCloseTo((2 + 10) / 2, 6);
  expect(health.view().loopDelayMs).toBeCloseTo(19.8, 6);
});

it('forgets a span with the next, and keeps one object within it', () => {
  const { health, events, delayed, pass } = kit();
  health.view();
  events(32, 1);
  delayed(50);
  pass(5_000);
  const bad = health.view();
  pass(100);
  expect(health.view()).toBe(bad);
  pass(5_000);
  expect(health.view()).toEqual({ eventMicros: null, loopDelayMs: null });
});

it('measures nothing while nobody reads', () => {
  const { health, events, delayed, pass } = kit();
  events(160, 1);
  delayed(50);
  health.view();
  pass(5_000);
  expect(health.view().eventMicros).toBeNull();
});

it('runs every event once, measured or not', () => {
  const { health } = kit();
  health.view();
  let ran = 0;
  for (let i = 0; i < 100; i++) health.drive({ drive: () => void (ran += 1) }, EVENT);
  expect(ran).toBe(100);
});

it('reads the loop of this process', async () => {
  let now = 0;
  const health = new Health(() => now);
  for (let i = 0; i < 200 && health.view().loopDelayMs === null; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    now += 5_000;
  }
  health.close();
  expect(health.view().loopDelayMs).toBeGreaterThanOrEqual(0);
});
