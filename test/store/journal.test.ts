import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { FromDisk, ToDisk } from '../../src/store/journal-disk.ts';
import { type DiskChannel, MAX_QUEUED_RECORDS } from '../../src/store/journal.ts';
import { recover } from '../../src/store/recover.ts';
import { parseLine } from '../../src/store/schema.ts';
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

describe('the journal on its thread', () => {
  test('numbers records from 1 and says when they are durable', async () => {
    const store = await openSum(dir);
    expect([add(store, 5), add(store, 7), add(store, 1)]).toEqual([1, 2, 3]);
    expect(store.journal.durable).toBe(0);
    await durable(store, 3);
    expect([store.journal.last, store.journal.durable]).toEqual([3, 3]);
    await store.journal.close();
    const lines = readFileSync(join(dir, 'journal-1.jsonl'), 'utf8').split('\n');
    expect(lines.at(-1)).toBe('');
    const texts = lines.slice(0, -1).map((line) => parseLine(Buffer.from(line)) ?? 'damaged');
    expect(texts[0]).toBe('{"schema":2,"gen":1,"firstN":1}');
    expect(texts.slice(1).map((text): unknown => JSON.parse(text))).toMatchObject([
      { n: 1, kind: 'added', amount: 5 },
      { n: 2, amount: 7 },
      { n: 3, amount: 1 },
    ]);
  });

  test('writes on close what was never committed', async () => {
    const store = await openSum(dir);
    for (let i = 0; i < 500; i += 1) add(store, i);
    await store.journal.close();
    expect(store.journal.durable).toBe(500);
    expect(recover(dir, sumCodec()).lastN).toBe(500);
    expect(() => add(store, 1)).toThrow(/closed/);
  });

  test('gives the same digest and bytes whatever the disk delays', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ amount: i, note: `row ${i}` }));
    const files: string[] = [];
    for (const fsyncDelayMs of [
      [0, 0],
      [0, 12],
      [5, 5],
    ] as const) {
      const own = makeDirectory();
      const store = await openSum(own, { fsyncDelayMs });
      for (const { amount, note } of rows) {
        const n = add(store, amount, note);
        store.journal.commit();
        if (n % 20 === 0) await durable(store, n);
      }
      expect(store.journal.digest()).toBe(digestOf(rows));
      await store.journal.close();
      expect(store.journal.digest()).toBe(digestOf(rows));
      files.push(readFileSync(join(own, 'journal-1.jsonl'), 'utf8'));
      removeDirectory(own);
    }
    expect(new Set(files).size).toBe(1);
  });

  test('holds an acknowledgement back until the disk has answered', async () => {
    const store = await openSum(dir, { fsyncDelayMs: [40, 40] });
    const start = performance.now();
    add(store, 1);
    await durable(store, 1);
    expect(performance.now() - start).toBeGreaterThan(35);
    await store.journal.close();
  });
});

describe('group commit', () => {
  test('has one batch in flight and gathers the rest behind it', async () => {
    const posted: ToDisk[] = [];
    const answers: ((message: FromDisk) => void)[] = [];
    const channel: DiskChannel = {
      post(message) {
        posted.push(message);
        if (message.kind === 'open') setImmediate(() => answers[0]?.({ kind: 'opened' }));
      },
      listen: (onMessage) => void answers.push(onMessage),
    };
    const store = await openSum(dir, { channel });
    const batches = (): number[] =>
      posted.flatMap((message) => (message.kind === 'append' ? [message.lines.length] : []));
    store.journal.commit();
    expect(batches()).toEqual([]);
    add(store, 1);
    add(store, 2);
    store.journal.commit();
    add(store, 3);
    store.journal.commit();
    add(store, 4);
    add(store, 5);
    expect(batches()).toEqual([2]);
    let grown = 0;
    store.journal.onDurable(() => (grown += 1));
    answers[0]?.({ kind: 'durable', lastN: 2 });
    expect(batches()).toEqual([2, 3]);
    answers[0]?.({ kind: 'durable', lastN: 5 });
    expect(batches()).toEqual([2, 3]);
    expect([grown, store.journal.durable]).toEqual([2, 5]);
  });

  test('fails, and says so once, when more records wait than it may hold', async () => {
    const deaf: DiskChannel = { post: () => undefined, listen: () => undefined };
    const opened = { ...deaf, listen: listenOpened };
    const store = await openSum(dir, { channel: opened });
    const reasons: string[] = [];
    store.journal.onFailed((reason) => reasons.push(reason));
    const at = { t: 0 as never, m: 0 };
    const body = { kind: 'added', amount: 1, note: '' } as const;
    for (let i = 0; i < 20_001; i += 1) store.journal.append(body, at);
    expect(store.journal.saturated).toBe(true);
    for (let i = 20_001; i < MAX_QUEUED_RECORDS + 10; i += 1) store.journal.append(body, at);
    expect(reasons).toHaveLength(1);
    expect(store.journal.failure?.code).toBe('queueFull');
  });
});

describe('F54 F55 F56: a failing disk', () => {
  const errnos = ['ENOSPC', 'EIO', 'EFBIG', 'EROFS', 'EACCES'];
  const calls = ['writeSync', 'fdatasyncSync'] as const;
  test.each(calls.flatMap((call) => errnos.map((errno) => [errno, call] as const)))(
    '%s at %s fails the journal for good and touches the file no more',
    async (errno, call) => {
      const disk = faultyFs();
      const store = await openSum(dir, { channel: inlineChannel(disk.files) });
      const reasons: string[] = [];
      store.journal.onFailed((reason) => reasons.push(reason));
      add(store, 1);
      await durable(store, 1);
      disk.arm({ call, nth: 1, errno });
      add(store, 2);
      await expect(durable(store, 2)).rejects.toThrow(errno);
      const before = disk.calls.length;
      expect(store.journal.failure?.details.errno).toBe(errno);
      add(store, 3);
      store.journal.commit();
      await expect(store.db.write()).rejects.toThrow(errno);
      await store.journal.close();
      expect(disk.calls.length).toBe(before);
      expect(store.journal.durable).toBe(1);
      expect(reasons).toHaveLength(1);
      expect(recover(dir, sumCodec()).lastN).toBeGreaterThanOrEqual(1);
    },
  );

  test('that writes half of what it is given is asked for the rest', async () => {
    const disk = faultyFs({ shortWrites: true });
    const store = await openSum(dir, { channel: inlineChannel(disk.files) });
    for (let i = 0; i < 50; i += 1) add(store, i, 'x'.repeat(i));
    await durable(store, 50);
    await store.db.write();
    add(store, 1);
    await store.journal.close();
    expect(recover(dir, sumCodec())).toMatchObject({ lastN: 51, truncated: null });
  });

  test('that writes nothing ends in an error, not in a loop', async () => {
    const disk = faultyFs();
    const files = { ...disk.files, writeSync: () => 0 };
    await expect(openSum(dir, { channel: inlineChannel(files) })).rejects.toThrow(/short write/);
  });
});

test('the end of the thread fails the journal and lets close resolve', async () => {
  const death: ((reason: string) => void)[] = [];
  const channel: DiskChannel = {
    post: () => undefined,
    listen(onMessage, onDeath) {
      listenOpened(onMessage);
      death.push(onDeath);
    },
  };
  const store = await openSum(dir, { channel });
  add(store, 1);
  death[0]?.('thread ended');
  expect(store.journal.failure?.code).toBe('workerDied');
  await store.journal.close();
});

function listenOpened(onMessage: (message: FromDisk) => void): void {
  setImmediate(() => onMessage({ kind: 'opened' }));
}
