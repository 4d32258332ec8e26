import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { prepareStateDirectory } from '../../src/store/state-dir.ts';
import { makeDirectory, removeDirectory } from './store-kit.ts';

let base = '';
let dir = '';
beforeEach(() => {
  base = makeDirectory();
  dir = join(base, 'deep', 'demo');
});
afterEach(() => removeDirectory(base));

test('a missing directory is created for the user alone', () => {
  expect(prepareStateDirectory(dir)).toBe(dir);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(prepareStateDirectory(dir)).toBe(dir);
});

test('a directory of ours is taken, with our files and a user’s notes in it', () => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const name of ['state-2.json', 'journal-2.jsonl', 'tapedeck.log.3', '.state-1a-2.tmp']) {
    writeFileSync(join(dir, name), '');
  }
  mkdirSync(join(dir, 'archive'));
  expect(prepareStateDirectory(dir)).toBe(dir);
  writeFileSync(join(dir, 'LOCK'), '');
  writeFileSync(join(dir, 'my-notes.txt'), '');
  expect(prepareStateDirectory(dir)).toBe(dir);
});

describe('F57: refused, with advice and unchanged, is', () => {
  test.each<[string, RegExp, () => void]>([
    ['a file', /is not a directory/, () => writeFileSync(dir, '')],
    ['a link', /is a symbolic link/, () => symlinkSync(base, dir)],
    ['a dangling link', /is a symbolic link/, () => symlinkSync('/nowhere', dir)],
    [
      'one that others can write',
      /written by other users.*chmod 700/,
      () => {
        mkdirSync(dir);
        chmodSync(dir, 0o770);
      },
    ],
    [
      'one with foreign files',
      /not Tapedeck's \(letters\.txt\)/,
      () => {
        mkdirSync(dir, { mode: 0o700 });
        writeFileSync(join(dir, 'letters.txt'), '');
      },
    ],
    [
      'one with a planted link for a journal',
      /holds journal-1\.jsonl, which is not a plain/,
      () => {
        mkdirSync(dir, { mode: 0o700 });
        symlinkSync(join(base, 'victim'), join(dir, 'journal-1.jsonl'));
      },
    ],
    [
      'one with a planted link for the lock',
      /holds LOCK, which is not a plain/,
      () => {
        mkdirSync(dir, { mode: 0o700 });
        symlinkSync(join(base, 'victim'), join(dir, 'LOCK'));
      },
    ],
    [
      'one whose archive is a link',
      /holds archive, which is not a directory of its own/,
      () => {
        mkdirSync(dir, { mode: 0o700 });
        mkdirSync(join(base, 'elsewhere'));
        symlinkSync(join(base, 'elsewhere'), join(dir, 'archive'));
      },
    ],
    [
      'one whose logs are a file',
      /holds logs, which is not a directory of its own/,
      () => {
        mkdirSync(dir, { mode: 0o700 });
        writeFileSync(join(dir, 'logs'), '');
      },
    ],
    [
      'one below a file',
      /cannot be (created|examined)/,
      () => {
        writeFileSync(dir, '');
        dir = join(dir, 'inner');
      },
    ],
  ])('%s', (_name, message, plant) => {
    mkdirSync(join(base, 'deep'));
    plant();
    expect(() => prepareStateDirectory(dir)).toThrow(message);
    expect(() => prepareStateDirectory(dir)).toThrow(/--state|chmod|Name the directory/);
    expect(readdirSync(base).filter((name) => name === 'victim')).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)('one of another user', async () => {
    const { chownSync } = await import('node:fs');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chownSync(dir, 12_345, 12_345);
    expect(() => prepareStateDirectory(dir)).toThrow(/belongs to another user/);
    chownSync(dir, 0, 0);
    writeFileSync(join(dir, 'state-1.json'), '');
    chownSync(join(dir, 'state-1.json'), 12_345, 12_345);
    expect(() => prepareStateDirectory(dir)).toThrow(/state-1\.json, which belongs to another/);
  });
});
