import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { listKeys, readKey, removeKey, writeKey } from '../../src/keys/key-store.ts';
import { LABEL, sealed } from './keys-kit.ts';

let home = '';
let directory = '';
let path = '';
let bytes: Buffer = Buffer.alloc(0);

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'tapedeck-keys-'));
  directory = join(home, 'config', 'keys');
  path = join(directory, 'main.key');
  bytes = await sealed();
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const isRoot = process.getuid?.() === 0;

describe('the directory of keys', () => {
  test('is made private, and so is what lies in it', () => {
    writeKey(directory, 'main', bytes);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['main.key']);
    expect(readKey(directory, 'main')).toEqual(bytes);
    expect([...listKeys(directory)]).toEqual([['main', LABEL]]);
  });

  test('does not exist before the first key, and an unknown name is said to be one', () => {
    expect(listKeys(directory).size).toBe(0);
    expect(() => readKey(directory, 'main')).toThrow('key main is unknown');
    expect(() => removeKey(directory, 'main')).toThrow('key main is unknown');
    writeKey(directory, 'main', bytes);
    removeKey(directory, 'main');
    expect(readdirSync(directory)).toEqual([]);
    expect(() => removeKey(directory, 'main')).toThrow('key main is unknown');
  });

  test('a name that is taken stays as it was', () => {
    writeKey(directory, 'main', bytes);
    expect(() => writeKey(directory, 'main', Buffer.from('other'))).toThrow('key main exists');
    expect(readKey(directory, 'main')).toEqual(bytes);
  });

  test('a file under another name, or none of ours, is listed as a problem', () => {
    writeKey(directory, 'main', bytes);
    renameSync(path, join(directory, 'other.key'));
    writeFileSync(join(directory, 'junk.key'), 'junk', { mode: 0o600 });
    writeFileSync(join(directory, '.left.0.new'), 'of a process that was killed');
    expect([...listKeys(directory)]).toEqual([
      ['junk', null],
      ['other', null],
    ]);
  });

  test.each(['', '.', '..', '../main', 'a/b', 'a\0b', 'A', 'ä', '-x', 'x'.repeat(33), 'con.key'])(
    'S30: %j is no name, and is not repeated',
    (name) => {
      for (const use of [readKey, removeKey]) {
        expect(() => use(directory, name)).toThrow(/^name of a key: allowed: 1 to 32 of a-z/);
      }
      expect(() => writeKey(directory, name, bytes)).toThrow('name of a key');
    },
  );
});

describe('S12: refused with what to do, and left as it is:', () => {
  beforeEach(() => {
    writeKey(directory, 'main', bytes);
  });

  test.each<[string, RegExp, () => void]>([
    [
      'a file that its group may read',
      /open to other users; run chmod 600/,
      () => chmodSync(path, 0o640),
    ],
    [
      'a file that all may read',
      /open to other users; run chmod 600/,
      () => chmodSync(path, 0o644),
    ],
    [
      'a symbolic link',
      /is a symbolic link/,
      () => {
        renameSync(path, join(home, 'main.key'));
        symlinkSync(join(home, 'main.key'), path);
      },
    ],
    ['a second name', /has a second name/, () => linkSync(path, join(home, 'second'))],
    [
      'a pipe, without waiting for its other end',
      /is not a plain file/,
      () => {
        rmSync(path);
        expect(spawnSync('mkfifo', ['-m', '600', path]).status).toBe(0);
      },
    ],
    [
      'a directory',
      /is not a plain file/,
      () => {
        rmSync(path);
        mkdirSync(path, { mode: 0o700 });
      },
    ],
    [
      'a file of megabytes',
      /too large for a key file/,
      () => writeFileSync(path, Buffer.alloc(1e6)),
    ],
    ['a directory that others may enter', /run chmod 700/, () => chmodSync(directory, 0o711)],
    [
      'a directory behind a link',
      /is a symbolic link/,
      () => {
        renameSync(directory, join(home, 'real'));
        symlinkSync(join(home, 'real'), directory);
      },
    ],
    [
      'a git work tree',
      /lies in the git work tree .*XDG_CONFIG_HOME/,
      () => mkdirSync(join(home, '.git')),
    ],
    [
      'a linked work tree',
      /lies in the git work tree/,
      () => writeFileSync(join(home, 'config', '.git'), 'gitdir: elsewhere'),
    ],
  ])('%s', (_name, refusal, spoil) => {
    spoil();
    const read = (): unknown => readKey(directory, 'main');
    expect(read).toThrow(refusal);
    expect(read).toThrow(expect.objectContaining({ exitCode: 3 }));
  });

  test.runIf(isRoot)('a file or a directory of another user', () => {
    chownSync(path, 12_345, 12_345);
    expect(() => readKey(directory, 'main')).toThrow(/belongs to another user/);
    chownSync(path, 0, 0);
    chownSync(directory, 12_345, 12_345);
    expect(() => readKey(directory, 'main')).toThrow(/belongs to another user/);
    expect(() => writeKey(directory, 'new', bytes)).toThrow(/belongs to another user/);
  });

  test('what is refused to be read is refused to be written beside, too', () => {
    chmodSync(directory, 0o770);
    expect(() => writeKey(directory, 'new', bytes)).toThrow(/run chmod 700/);
    expect(() => listKeys(directory)).toThrow(/run chmod 700/);
    expect(() => removeKey(directory, 'main')).toThrow(/run chmod 700/);
    expect(readFileSync(path)).toEqual(bytes);
  });
});
