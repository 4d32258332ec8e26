import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterAll, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { runHeadless } from '../../src/app/headless.ts';
import { BugError } from '../../src/domain/errors.ts';
import type { Run } from '../../src/engine/run.ts';
import { Archive } from '../../src/store/archive.ts';
import { RECORDING_DIRECTORY } from '../../src/store/state-dir.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import {
  instance,
  readState,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';

afterAll(removeAll);

const path = writeCandles(generatedCandles(2_000, { seed: 3 }));
const strategies = [instance('sma-cross', { fast: 2, slow: 3 })];

test('a close in the middle of a compaction loses no row of the archive', async () => {
  const run = replayOptions(path, { strategies });
  const session = await openSession(run, { compactAt: { records: 200, bytes: 1e9 } });
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
  // Without a turn between the steps: the compaction that one of them begins is under way after.
  for (let i = 0; i < 1_000; i += 1) session.dispatch({ kind: 'stepFeed' });
  await session.close('over');
  const archive = new Archive({ dir: run.stateDirectory, maxBytes: null, month: () => '' });
  const { fills } = readState(run.stateDirectory).money.counts;
  expect(fills).toBeGreaterThan(300);
  expect(new Set(archive.read('fills')).size).toBe(fills);
});

test('a recording that cannot be written stops no run, and is told at its end', async () => {
  const run = replayOptions(writeCandles(generatedCandles(12_000, { seed: 4 })), {
    strategies,
    record: true,
  });
  const name = `market-${'0'.repeat(12)}.jsonl.gz`;
  const session = await openSession(run);
  mkdirSync(join(run.stateDirectory, RECORDING_DIRECTORY, name));
  session.start();
  await session.done;
  expect(session.view().feed.events).toBe(12_000);
  await session.close('over');
  expect(session.failed).toMatch(/EISDIR/);
});

test('a run that left no record gives way to the next with its recording', async () => {
  const run = replayOptions(path, { record: true, continueReplay: true });
  const place = join(run.stateDirectory, RECORDING_DIRECTORY);
  const first = await openSession(run);
  await first.close('over');
  expect(readdirSync(place)).toEqual([]);
  writeFileSync(join(place, 'market-000000000000.jsonl.gz'), 'of a run that was killed');
  const { summary } = await runHeadless(run);
  expect(summary.events).toBe(2_000);
  const [name = ''] = readdirSync(place);
  const lines = gunzipSync(readFileSync(join(place, name)))
    .toString()
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(2_000);
});

test('a bug in the engine ends the run: said, journal kept, directory free, no snapshot of it', async () => {
  const run = replayOptions(path);
  const session = await openSession(run);
  session.dispatch({ kind: 'holdFeed', held: true });
  session.start();
  for (let i = 0; i < 300; i += 1) session.dispatch({ kind: 'stepFeed' });
  await until(() => session.view().store.waiting === 0);
  const texts = () =>
    session
      .view()
      .notices.map(({ text }) => text)
      .join('\n');
  const { run: engine } = session as unknown as { run: Run };
  const { money } = engine.state;
  engine.drive = () => {
    money.peak = -1; // half a change, as a throw in the middle would leave it
    throw new BugError('planted');
  };
  session.dispatch({ kind: 'stepFeed' });
  expect(await session.done).toBe('failed');
  expect(texts()).toMatch(/the engine failed and stopped.*planted/);
  const { records } = session.view();
  session.dispatch({ kind: 'halt', reason: 'pressed' });
  session.dispatch({ kind: 'stepFeed' });
  expect(texts()).toMatch(/the engine has stopped/);
  expect(session.view().records).toBe(records);
  await session.close('failed');
  const left = readState(run.stateDirectory);
  expect(left.money.peak).toBeGreaterThan(0);
  expect(left.money.cursor.events).toBeLessThanOrEqual(300);
  // F52: what the journal says last was running; after a bug nothing trades until a person looked.
  const goOn = { ...run, continueReplay: true };
  await expect(openSession(goOn)).rejects.toThrow(/halted \(the engine failed: planted\)/);
  const again = await openSession({ ...goOn, start: false });
  expect(again.view().recovered?.records).toBe(left.records.length);
  expect(again.view().account.tradingState).toBe('halted');
  await again.close('over');
});
