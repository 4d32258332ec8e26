import { chmodSync, lstatSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  ensureReserve,
  readStopFile,
  releaseReserve,
  removeStopFile,
  RESERVE_FILE,
  STOP_FILE,
  type StopNote,
  writeStopFile,
} from '../../src/store/stop-file.ts';
import { faultyFs, makeDirectory, removeDirectory } from './store-kit.ts';

let dir = '';
beforeEach(() => {
  dir = makeDirectory();
});
afterEach(() => removeDirectory(dir));

const NOTE: StopNote = { state: 'halted', reason: 'loss – é\nline', time: 17, by: 'operator' };

test('a stop is written privately, read back, replaced, and taken away', () => {
  expect(readStopFile(dir)).toBeNull();
  writeStopFile(dir, NOTE);
  expect(readStopFile(dir)).toEqual(NOTE);
  expect(statSync(join(dir, STOP_FILE)).mode & 0o777).toBe(0o600);
  writeStopFile(dir, { ...NOTE, state: 'flattening' });
  expect(readStopFile(dir)?.state).toBe('flattening');
  expect(readdirSync(dir)).toEqual([STOP_FILE]);
  removeStopFile(dir);
  removeStopFile(dir);
  expect(readdirSync(dir)).toEqual([]);
});

test('file and directory are synced in the order that survives a power cut', () => {
  const disk = faultyFs();
  writeStopFile(dir, NOTE, disk.files);
  const sync = ['openSync', 'fsyncSync', 'closeSync'];
  expect(disk.calls).toEqual([
    'openSync',
    'writeSync',
    'fsyncSync',
    'closeSync',
    'renameSync',
    ...sync,
  ]);
  disk.calls.length = 0;
  removeStopFile(dir, disk.files);
  expect(disk.calls).toEqual(['unlinkSync', ...sync]);
});

test.each(['', '{', 'null', '[]', '{"state":"running"}', '\0\0\0'])(
  'a note that says %j halts: somebody wanted a stop',
  (text) => {
    writeFileSync(join(dir, STOP_FILE), text);
    expect(readStopFile(dir)).toMatchObject({ state: 'halted' });
    expect(readStopFile(dir)?.reason).toMatch(/^halt\.json: /);
  },
);

test('a link in the place of the note is replaced, never followed', () => {
  const victim = join(dir, 'victim');
  writeFileSync(victim, 'untouched');
  chmodSync(victim, 0o600);
  symlinkSync(victim, join(dir, STOP_FILE));
  expect(readStopFile(dir)).toMatchObject({ state: 'halted' });
  writeStopFile(dir, NOTE);
  expect(lstatSync(join(dir, STOP_FILE)).isFile()).toBe(true);
  expect(statSync(victim).size).toBe('untouched'.length);
});

describe('F54: a full disk', () => {
  test.each(['ENOSPC', 'EDQUOT'])('%s: the reserve makes room for the stop', async (errno) => {
    expect(await ensureReserve(dir, 100_000)).toBe(true);
    expect(await ensureReserve(dir, 100_000)).toBe(false);
    expect(statSync(join(dir, RESERVE_FILE))).toMatchObject({ size: 100_000 });
    expect(statSync(join(dir, RESERVE_FILE)).blocks * 512).toBeGreaterThanOrEqual(100_000);
    const disk = faultyFs();
    disk.arm({ call: 'writeSync', nth: 1, errno });
    writeStopFile(dir, NOTE, disk.files);
    expect(readdirSync(dir)).toEqual([STOP_FILE]);
    expect(readStopFile(dir)).toEqual(NOTE);
    expect(releaseReserve(dir)).toBe(false);
  });

  test('without a reserve it is said, and what was there stays', () => {
    writeStopFile(dir, { ...NOTE, state: 'reducing' });
    const disk = faultyFs();
    disk.arm({ call: 'writeSync', nth: 1, errno: 'ENOSPC' });
    expect(() => writeStopFile(dir, NOTE, disk.files)).toThrow(/cannot be recorded.*ENOSPC/);
    expect(readStopFile(dir)?.state).toBe('reducing');
    expect(readdirSync(dir)).toEqual([STOP_FILE]);
  });
});

describe('F55 to F57: every file call fails once', () => {
  const errnos = ['EIO', 'EROFS', 'EACCES', 'EMFILE', 'EFBIG'];
  test.each(errnos)('%s: an error in words, the old note or the new one whole', (errno) => {
    for (const call of ['openSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync'] as const) {
      for (let nth = 1; nth <= 2; nth += 1) {
        writeStopFile(dir, { ...NOTE, state: 'reducing' });
        const disk = faultyFs();
        disk.arm({ call, nth, errno });
        try {
          writeStopFile(dir, NOTE, disk.files);
        } catch (error) {
          expect(String(error)).toContain(errno);
        }
        expect(['reducing', 'halted']).toContain(readStopFile(dir)?.state);
      }
    }
  });

  test('short writes are continued', () => {
    const disk = faultyFs({ shortWrites: true });
    writeStopFile(dir, NOTE, disk.files);
    expect(readStopFile(dir)).toEqual(NOTE);
  });
});

test('a half-made note that a starting console took away is made again', () => {
  const disk = faultyFs();
  disk.arm({ call: 'renameSync', nth: 1, errno: 'ENOENT' });
  writeStopFile(dir, NOTE, disk.files);
  expect(readStopFile(dir)).toEqual(NOTE);
});
