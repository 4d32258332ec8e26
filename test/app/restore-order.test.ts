// A restore that a power cut ends can be finished: each step is on the disk before the next.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { restoreState } from '../../src/app/state/restore.ts';
import { unpack } from '../../src/store/tar.ts';

const { trace } = await vi.hoisted(async () => {
  const { FileTrace } = await import('../support/file-trace.ts');
  return { trace: new FileTrace() };
});
vi.mock('node:fs', async (original) => trace.watch(await original()));

const FIXTURE = unpack(
  readFileSync(join(import.meta.dirname, '../store/fixtures/schema-1.tar.gz')),
);

let dir = '';
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'tapedeck-restore-')));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function stateDirectory(name: string): string {
  const place = join(dir, name);
  mkdirSync(join(place, 'archive'), { recursive: true, mode: 0o700 });
  for (const { name: file, bytes } of FIXTURE) {
    writeFileSync(join(place, file), bytes, { mode: 0o600 });
  }
  writeFileSync(join(place, 'LOCK'), '', { mode: 0o600 });
  return place;
}

/** Steps in which names change or become durable; renames of the same kind in a row are one. */
function steps(): string[] {
  const told = trace.done
    .filter((what) => !/^(write|make)|^sync .*(jsonl|json|gz|index)$/.test(what))
    .map((what) => what.replace(/(journal|state|archive|fills|orders)[^/ ]*/g, 'FILE'))
    .map((what) => what.replace(/quarantine\/[^/ ]*/g, 'quarantine/STAMP'));
  return told.filter((what, at) => what !== told[at - 1]);
}

test('F61: old files leave, new ones come, and each step is durable before the next', async () => {
  const from = stateDirectory('from');
  const to = stateDirectory('to');
  trace.begin(to);
  await restoreState({ from, directory: to, mode: null, replace: true, now: 1_795_000_000_000 });
  expect(steps()).toEqual([
    'sync restoring.new/FILE',
    'sync restoring.new',
    'rename restoring.new > restoring',
    'sync .',
    'rename FILE > quarantine/STAMP/FILE',
    'sync quarantine/STAMP',
    'sync quarantine',
    'sync .',
    'rename restoring > restoring.ready',
    'sync .',
    'rename restoring.ready/FILE > FILE',
    'sync .',
    'remove restoring.ready',
    'sync .',
  ]);
});
