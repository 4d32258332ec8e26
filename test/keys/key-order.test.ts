// What is said to be kept or removed outlives a power cut.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { removeKey, writeKey } from '../../src/keys/key-store.ts';

const { trace } = await vi.hoisted(async () => {
  const { FileTrace } = await import('../support/file-trace.ts');
  return { trace: new FileTrace() };
});
vi.mock('node:fs', async (original) => trace.watch(await original()));

let dir = '';
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'tapedeck-keys-')));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a key is whole on the disk before it has its name, and gone when it is removed', () => {
  trace.begin(dir);
  writeKey(dir, 'main', Buffer.from('sealed'));
  removeKey(dir, 'main');
  const draft = '.main.*.new';
  expect(trace.done.filter((what) => !what.startsWith('make'))).toEqual([
    `write ${draft}`,
    `sync ${draft}`,
    `rename ${draft} > main.key`,
    'sync .',
    'remove main.key',
    'sync .',
  ]);
});
