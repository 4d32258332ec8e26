import { afterAll, expect, test } from 'vitest';

import { runHeadless } from '../../src/app/headless.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import { demoOptions, removeAll, replayOptions, writeCandles } from '../support/session-kit.ts';

afterAll(removeAll);

const path = writeCandles(generatedCandles(300, { seed: 3 }));

test('a recording ends the run before a --for of a month, which no timer can hold, is up', async () => {
  const { summary } = await runHeadless(
    replayOptions(path, { speed: 120_000, durationMs: 30 * DAY_MS }),
  );
  expect(summary.events).toBe(300);
});

test('--for ends an endless market, and what was played is summed up', async () => {
  const { summary, interrupted } = await runHeadless(demoOptions({ durationMs: 2_500 }));
  expect(interrupted).toBe(false);
  expect(summary.events).toBeGreaterThan(1_000);
  expect(summary.durationMs).toBeGreaterThan(2_490);
  expect(summary).toMatchObject({ mode: 'demo', equityStart: '10000', recovered: null });
});

test('events per second count this process alone', async () => {
  const first = demoOptions({ durationMs: 200 });
  await runHeadless(first);
  const { summary } = await runHeadless({ ...first, durationMs: 100 });
  const played = summary.events - (summary.recovered?.events ?? 0);
  expect(summary.eventsPerSecond).toBeCloseTo((played / summary.durationMs) * 1000, 3);
});

test('leaves no signal handler behind', async () => {
  const count = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name));
  const before = count();
  await runHeadless(replayOptions(path));
  expect(count()).toEqual(before);
});

test('a second signal cuts nothing short', async () => {
  const before = process.listenerCount('SIGINT');
  let whileClosing = 0;
  const { interrupted } = await runHeadless(demoOptions(), {
    onOpen: () => {
      setTimeout(() => process.emit('SIGINT', 'SIGINT'), 50);
      return () => {
        whileClosing = process.listenerCount('SIGINT');
      };
    },
  });
  expect(interrupted).toBe(true);
  expect(whileClosing).toBe(before + 1);
});
