import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { createConsoleFile } from '../../src/app/console-file.ts';
import { checkStateDirectory } from '../../src/store/state-dir.ts';

function aFile() {
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-looks-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const said: string[] = [];
  const state = join(directory, 'state');
  mkdirSync(state, { mode: 0o700 });
  const storage = createConsoleFile(state, (line) => void said.push(line.message));
  return { storage, said, directory, file: join(state, 'console.json') };
}

test('what is kept comes back, in a file of the operator alone', () => {
  const { storage, file } = aFile();
  expect(storage.load()).toBeNull();
  storage.save('{"a":1}');
  storage.save('{"a":2}');
  expect(storage.load()).toBe('{"a":2}');
  expect(lstatSync(file).mode & 0o777).toBe(0o600);
});

test.each<[string, (file: string) => void]>([
  ['a directory', (file) => mkdirSync(file)],
  ['a pipe, which would be waited for', (file) => execFileSync('mkfifo', [file])],
  ['a device without an end', (file) => symlinkSync('/dev/zero', file)],
  ['a file in the place of its directory', (file) => symlinkSync('/etc/passwd/x', file)],
  ['a hundred megabytes', (file) => (writeFileSync(file, ''), truncateSync(file, 100_000_000))],
])('%s is no text that is understood, and no reason to wait', (_what, make) => {
  const { storage, file } = aFile();
  make(file);
  expect(storage.load()).toBe('');
});

test.each<[string, (path: string, victim: string) => void]>([
  ['a link to another file', (path, victim) => symlinkSync(victim, path)],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['the rest of an earlier write', (path) => writeFileSync(path, 'half', { mode: 0o644 })],
])('%s in the place of the new file leads no writing elsewhere', (_what, make) => {
  const { storage, directory, file, said } = aFile();
  const victim = join(directory, 'victim');
  writeFileSync(victim, 'precious');
  make(`${file}.new`, victim);
  storage.save('{}');
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(lstatSync(file).isFile()).toBe(true);
  expect(lstatSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.new`)).toBe(false);
  expect(said).toEqual([]);
});

test('a place that takes nothing is said once, until it does again', () => {
  const { storage, said, file } = aFile();
  mkdirSync(file);
  storage.save('a');
  storage.save('b');
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("the console's looks are not kept");
  rmSync(file, { recursive: true });
  storage.save('c');
  expect(storage.load()).toBe('c');
});

test('is one of our own: a directory that was copied without its lock is still ours', () => {
  const { storage, file } = aFile();
  storage.save('{}');
  writeFileSync(`${file}.new`, 'what a kill left', { mode: 0o600 });
  const directory = join(file, '..');
  expect(() => checkStateDirectory(directory)).not.toThrow();
  writeFileSync(join(directory, 'photo.jpg'), '');
  expect(() => checkStateDirectory(directory)).toThrow(/photo\.jpg/);
});
