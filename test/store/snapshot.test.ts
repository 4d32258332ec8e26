import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { recover } from '../../src/store/recover.ts';
import {
  add,
  digestOf,
  durable,
  faultyFs,
  inlineChannel,
  makeDirectory,
  openSum,
  removeDirectory,
  sumCodec,
} from './store-kit.ts';

let dir = '';
beforeEach(() => {
  dir = makeDirectory();
});
afterEach(() => removeDirectory(dir));

test('a new directory begins with generation 1 and private files', async () => {
  const store = await openSum(dir);
  expect(store.recovery).toMatchObject({ fresh: true, lastN: 0, replayed: 0, lastRecord: null });
  await store.journal.close();
  expect(readdirSync(dir).sort()).toEqual(['journal-1.jsonl', 'state-1.json']);
  for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
});

test('a restart finds state, number and newest record, and continues them', async () => {
  const first = await openSum(dir);
  add(first, 5, 'five');
  add(first, 7, 'seven');
  await first.journal.close();
  const second = await openSum(dir);
  expect(second.db.data).toEqual(first.db.data);
  expect(second.recovery).toMatchObject({ fresh: false, lastN: 2, replayed: 2, truncated: null });
  expect(second.recovery.lastRecord).toMatchObject({ n: 2, note: 'seven' });
  expect(add(second, 1)).toBe(3);
  await second.journal.close();
});

test('write begins a generation; two are kept', async () => {
  const store = await openSum(dir, { channel: inlineChannel() });
  for (let generation = 2; generation <= 5; generation += 1) {
    add(store, generation);
    await store.db.write();
  }
  await store.journal.close();
  expect(readdirSync(dir).sort()).toEqual([
    'journal-4.jsonl',
    'journal-5.jsonl',
    'state-4.json',
    'state-5.json',
  ]);
  const recovery = recover(dir, sumCodec());
  expect(recovery.state.total).toBe(14);
  expect(recovery).toMatchObject({ lastN: 4, replayed: 0, generation: 5 });
});

test('records appended in the tick of a write belong to the next generation', async () => {
  const store = await openSum(dir);
  add(store, 1);
  const written = store.db.write();
  add(store, 2);
  store.journal.commit();
  await written;
  await store.journal.close();
  expect(recover(dir, sumCodec())).toMatchObject({ lastN: 2, replayed: 1, state: { total: 3 } });
});

test('compaction is due by records or bytes, and not while one is under way', async () => {
  const store = await openSum(dir, {
    channel: inlineChannel(),
    compactAt: { records: 10, bytes: 2_000 },
  });
  for (let i = 0; i < 9; i += 1) add(store, i);
  expect(store.compactionDue).toBe(false);
  add(store, 9);
  expect(store.compactionDue).toBe(true);
  const written = store.db.write();
  for (let i = 0; i < 20; i += 1) add(store, i);
  expect(store.compactionDue).toBe(false);
  await written;
  expect(store.compactionDue).toBe(true);
  await store.db.write();
  add(store, 1, 'x'.repeat(2_000));
  expect(store.compactionDue).toBe(true);
  await store.journal.close();
});

test('files are created, synced and renamed in the order that survives a power cut', async () => {
  const disk = faultyFs();
  const store = await openSum(dir, { channel: inlineChannel(disk.files) });
  add(store, 1);
  await durable(store, 1);
  disk.calls.length = 0;
  await store.db.write();
  const syncDirectory = ['openSync', 'fsyncSync', 'closeSync'];
  expect(disk.calls).toEqual([
    // The next journal with its header.
    'openSync',
    'writeSync',
    'fsyncSync',
    ...syncDirectory,
    'closeSync', // the old journal
    'openSync',
    'writeSync',
    'fsyncSync',
    'closeSync',
    'renameSync',
    ...syncDirectory,
    'readdirSync', // nothing to drop yet
  ]);
  await store.journal.close();
});

test('a start makes durable what a killed process left in the page cache', async () => {
  const first = await openSum(dir, { channel: inlineChannel() });
  add(first, 1);
  await first.journal.close();
  const disk = faultyFs();
  const second = await openSum(dir, { channel: inlineChannel(disk.files) });
  const synced = ['openSync', 'fsyncSync', 'openSync', 'fsyncSync', 'closeSync'];
  expect(disk.calls).toEqual(synced); // the journal, then the directory
  await second.journal.close();
  truncateSync(join(dir, 'journal-1.jsonl'), statSync(join(dir, 'journal-1.jsonl')).size - 1);
  disk.calls.length = 0;
  const third = await openSum(dir, { channel: inlineChannel(disk.files) });
  expect(disk.calls).toEqual([
    // The torn tail is cut for good before anything is appended in its place.
    'openSync',
    'ftruncateSync',
    'fsyncSync',
    'closeSync',
    ...synced,
  ]);
  await third.journal.close();
});

describe('a compaction that fails', () => {
  const faults = [
    ['before the next journal exists', { call: 'openSync', nth: 1, errno: 'ENOSPC' }, 'goes on'],
    ['in its header', { call: 'writeSync', nth: 1, errno: 'ENOSPC' }, 'goes on'],
    ['in its sync', { call: 'fsyncSync', nth: 1, errno: 'EIO' }, 'stops'],
    ['in the directory sync', { call: 'fsyncSync', nth: 2, errno: 'EIO' }, 'stops'],
    ['in the snapshot', { call: 'writeSync', nth: 2, errno: 'ENOSPC' }, 'goes on'],
    ['in the snapshot sync', { call: 'fsyncSync', nth: 3, errno: 'EIO' }, 'goes on'],
    ['in the rename', { call: 'renameSync', nth: 1, errno: 'EIO' }, 'goes on'],
    ['in the last directory sync', { call: 'fsyncSync', nth: 4, errno: 'EIO' }, 'goes on'],
  ] as const;
  test.each(faults)('%s loses nothing', async (_name, fault, then) => {
    const disk = faultyFs();
    const store = await openSum(dir, { channel: inlineChannel(disk.files) });
    add(store, 1);
    await durable(store, 1);
    disk.arm(fault);
    await expect(store.db.write()).rejects.toThrow(fault.errno);
    disk.arm(null);
    if (then === 'stops') {
      expect(store.journal.failure?.details.errno).toBe(fault.errno);
      await store.journal.close();
      const again = await openSum(dir, { channel: inlineChannel() });
      expect(again.db.data.total).toBe(1);
      add(again, 2);
      await again.journal.close();
    } else {
      add(store, 2);
      await durable(store, 2);
      expect(recover(dir, sumCodec()).state.total).toBe(3);
      await store.db.write();
      await store.journal.close();
      expect(recover(dir, sumCodec())).toMatchObject({ replayed: 0, stale: [] });
    }
    expect(recover(dir, sumCodec())).toMatchObject({ lastN: 2, state: { total: 3 } });
  });
});

test('state, number and digest are those of one run, however it was cut', async () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ amount: fc.integer(), note: fc.string() }) },
    { weight: 2, arbitrary: fc.constant('compact' as const) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const own = makeDirectory();
      let store = await openSum(own, { channel: inlineChannel() });
      const rows: { amount: number; note: string }[] = [];
      for (const step of actions) {
        if (step === 'compact') await store.db.write();
        else if (step === 'restart') {
          await store.journal.close();
          store = await openSum(own, { channel: inlineChannel() });
        } else {
          rows.push(step);
          add(store, step.amount, step.note);
          if (step.amount % 3 === 0) store.journal.commit();
        }
      }
      expect(store.journal.digest()).toBe(digestOf(rows));
      const expected = store.db.data;
      await store.journal.close();
      const recovery = recover(own, sumCodec());
      expect(recovery.state).toEqual(expected);
      expect(recovery.lastN).toBe(rows.length);
      removeDirectory(own);
    }),
    { numRuns: 40 },
  );
});

test('state that is no object on one line is not written', async () => {
  const codec = { ...sumCodec(), encodeState: () => 'null' };
  await expect(openSum(dir, { codec })).rejects.toThrow(/one line with a JSON object/);
  expect(readdirSync(dir)).toEqual([]);
});
