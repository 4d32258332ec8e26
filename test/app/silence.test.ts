// A market that has stopped is told from one that was held, or a process that stood still.
import { afterAll, afterEach, expect, test, vi } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import type { RunningSession } from '../../src/app/session.ts';
import type { DiskChannel } from '../../src/store/journal.ts';
import { inlineChannel } from '../store/store-kit.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import {
  instance,
  makeDirectory,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';

const WAIT_MS = 30_000;
const path = writeCandles(generatedCandles(30_000, { seed: 3 }));
const opened: RunningSession[] = [];
let later = 0;

afterEach(async () => {
  vi.restoreAllMocks();
  for (const session of opened.splice(0)) await session.close('the test is over');
});
afterAll(removeAll);

/** The wall clock of the process can be moved on. */
function shiftableClock(): void {
  const real = performance.now.bind(performance);
  later = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => real() + later);
}

/** A disk that stops answering, and answers all of it later. */
function stoppableDisk(): { channel: DiskChannel; isDeaf: boolean; hear(): void } {
  const inner = inlineChannel();
  const waiting: Parameters<DiskChannel['post']>[0][] = [];
  const disk = {
    isDeaf: false,
    channel: {
      listen: inner.listen.bind(inner),
      post: (message: (typeof waiting)[number]) => {
        if (disk.isDeaf) waiting.push(message);
        else inner.post(message);
      },
    },
    hear() {
      disk.isDeaf = false;
      for (const message of waiting.splice(0)) inner.post(message);
    },
  };
  return disk;
}

const feedAlerts = (session: RunningSession) =>
  session.view().alerts.filter(({ source }) => source === 'feed');

test('a market that was held for a minute has not stopped', async () => {
  shiftableClock();
  const session = await openSession(replayOptions(path, { speed: 60 }));
  opened.push(session);
  session.start();
  await until(() => session.view().feed.events > 1, WAIT_MS);
  session.dispatch({ kind: 'holdFeed', held: true });
  later = 60_000;
  session.dispatch({ kind: 'holdFeed', held: false });
  expect(session.view().dataAgeMs).toBeGreaterThan(59_000);
  expect(feedAlerts(session)).toEqual([]);
});

test('one whose disk does not follow has, until it does', async () => {
  shiftableClock();
  const disk = stoppableDisk();
  const strategies = [instance('sma-cross', { fast: 1, slow: 2, direction: 'both' })];
  const options = replayOptions(path, { strategies, stateDirectory: makeDirectory() });
  const session = await openSession(options, { channel: disk.channel });
  opened.push(session);
  disk.isDeaf = true;
  session.start();
  // Four megabytes wait to be written: until they are, no more of the market is taken.
  await until(() => session.view().store.waiting > 13_000, WAIT_MS);
  const { events } = session.view().feed;
  expect(events).toBeLessThan(30_000);
  expect(feedAlerts(session)).toEqual([]);
  later = 60_000;
  await until(() => feedAlerts(session).length > 0, WAIT_MS);
  expect(feedAlerts(session)).toMatchObject([
    { active: true, text: 'the market has stopped: no data arrives' },
  ]);
  disk.hear();
  await until(() => session.view().feed.ended, WAIT_MS);
  expect(feedAlerts(session)).toMatchObject([{ active: false, count: 1 }]);
});
