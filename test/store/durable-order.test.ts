// A power cut sees what no kill sees: names and contents reach the disk in the order of the syncs.
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { writeBackup } from '../../src/store/backup-file.ts';
import { PageFile } from '../../src/store/candle-pages.ts';
import { keepCopy } from '../../src/store/migrate.ts';
import { headerText, journalName, toLine } from '../../src/store/schema.ts';
import { prepareStateDirectory } from '../../src/store/state-dir.ts';
import { ensureReserve, releaseReserve, RESERVE_FILE } from '../../src/store/stop-file.ts';
import { realFs } from '../../src/store/store-fs.ts';
import { add, durable, faultyFs, inlineChannel, openSum } from './store-kit.ts';

const { trace } = await vi.hoisted(async () => {
  const { FileTrace } = await import('../support/file-trace.ts');
  return { trace: new FileTrace() };
});
vi.mock('node:fs', async (original) => trace.watch(await original()));

let dir = '';
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'tapedeck-order-')));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a backup is whole on the disk before it has its name', () => {
  trace.begin(dir);
  const about = { version: 'test', made: '', mode: 'demo', lastRecord: 1 };
  writeBackup(join(dir, 'kept.tar.gz'), [{ name: 'halt.json', bytes: Buffer.from('{}') }], about);
  const temporary = '.tapedeck-backup-*.tmp';
  expect(trace.done).toEqual([
    `write ${temporary}`,
    `sync ${temporary}`,
    `rename ${temporary} > kept.tar.gz`,
    'sync .',
  ]);
});

test('a new state directory is there before anything is written into it', () => {
  trace.begin(dir);
  prepareStateDirectory(join(dir, 'state'));
  expect(trace.done.filter((what) => what !== 'make .')).toEqual(['make state', 'sync .']);
});

test('a page of a download is on the disk before the next one is asked for', () => {
  trace.begin(dir);
  new PageFile(join(dir, 'candles.part')).append({ from: 0, to: 60_000 }, []);
  expect(trace.done.filter((what) => what !== 'make .')).toEqual([
    'write candles.part',
    'sync candles.part',
  ]);
});

test('F60: the copy of a migration is whole before it has its name', () => {
  const journal = journalName(1);
  writeFileSync(join(dir, journal), toLine(headerText(1, 1)));
  mkdirSync(join(dir, 'archive'));
  writeFileSync(join(dir, 'archive', 'fills-2026-11-1.jsonl.gz'), 'rows');
  trace.begin(dir);
  keepCopy(dir, 2, realFs);
  const made = 'backup-2-1.new';
  const rows = `${made}/archive/fills-2026-11-1.jsonl.gz`;
  expect(trace.done).toEqual([
    `make ${made}`,
    `write ${made}/${journal}`,
    `sync ${made}/${journal}`,
    `make ${made}/archive`,
    `write ${rows}`,
    `sync ${rows}`,
    `sync ${made}/archive`,
    `sync ${made}`,
    `rename ${made} > backup-2-1`,
    'sync .',
  ]);
});

test('F54: a journal that found no room is gone for good before the old one goes on', async () => {
  const disk = faultyFs();
  const store = await openSum(dir, { channel: inlineChannel(disk.files) });
  add(store, 1);
  await durable(store, 1);
  disk.calls.length = 0;
  disk.arm({ call: 'fsyncSync', nth: 1, errno: 'ENOSPC' });
  await expect(store.db.write()).rejects.toThrow(/ENOSPC/);
  const cleared = ['unlinkSync', 'openSync', 'fsyncSync', 'closeSync'];
  expect(disk.calls.slice(disk.calls.indexOf('unlinkSync'))).toEqual(cleared);
  await store.journal.close();
});

test('F54: the reserve has its blocks before it counts as one', async () => {
  const handle = await open(dir);
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  const counted: boolean[] = [];
  const sync = vi.spyOn(prototype, 'sync').mockImplementation(() => {
    counted.push(existsSync(join(dir, RESERVE_FILE)));
    return Promise.resolve();
  });
  await ensureReserve(dir, 1_000);
  expect(counted).toEqual([false]);
  expect(existsSync(join(dir, RESERVE_FILE))).toBe(true);
  sync.mockRestore();
});

test('F54: the room of the reserve is free when it is said to be', () => {
  writeFileSync(join(dir, RESERVE_FILE), 'noise');
  const disk = faultyFs();
  expect(releaseReserve(dir, disk.files)).toBe(true);
  expect(disk.calls).toEqual(['unlinkSync', 'openSync', 'fsyncSync', 'closeSync']);
});
