import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, test } from 'vitest';

import { makeBackup } from '../../src/app/state/backup.ts';
import { openSession } from '../../src/app/build.ts';
import { toFailure } from '../../src/app/failure.ts';
import { finishRestore, restoreState } from '../../src/app/state/restore.ts';
import { readArchive } from '../../src/app/state/reader.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { verifyState } from '../../src/app/state/verify.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { recover } from '../../src/store/recover.ts';
import { readStopFile, writeStopFile } from '../../src/store/stop-file.ts';
import { packEnd, packEntry, unpack } from '../../src/store/tar.ts';
import { demoOptions, makeDirectory, removeAll } from '../support/session-kit.ts';

afterAll(removeAll);

const FIXTURE = unpack(
  readFileSync(join(import.meta.dirname, '../store/fixtures/schema-1.tar.gz')),
);
const NOW = 1_795_000_000_000;

let dir = '';
let file = '';
beforeEach(() => {
  dir = stateDirectory();
  file = backup(dir);
});

/** A real session with archive and a journal behind its snapshot. */
function stateDirectory(): string {
  const place = join(makeDirectory(), 'state');
  mkdirSync(join(place, 'archive'), { recursive: true, mode: 0o700 });
  for (const { name, bytes } of FIXTURE) writeFileSync(join(place, name), bytes, { mode: 0o600 });
  writeFileSync(join(place, 'LOCK'), '', { mode: 0o600 });
  return place;
}

function backup(directory: string): string {
  const place = { directory, profile: 'default', mode: 'demo' };
  const of = { cwd: makeDirectory(), version: 'test', now: NOW };
  return makeBackup(place, null, of).file;
}

const restore = (from: string | null, directory: string, change: object = {}) =>
  restoreState({ from, directory, mode: null, replace: false, now: NOW, ...change });

async function refusal(action: Promise<unknown>): Promise<{ exitCode: number; line: string }> {
  try {
    await action;
  } catch (error) {
    return toFailure(error);
  }
  throw new Error('it was not refused');
}

const start = (directory: string) =>
  openSession(demoOptions({ stateDirectory: directory, seed: 7, start: false, strategies: [] }));

const contents = (directory: string): Map<string, string> =>
  new Map(
    readdirSync(directory, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path, readFileSync(path, 'latin1')]),
  );

describe('a backup', () => {
  test('holds snapshots, journals, archive and stop; a copy of a directory is as good', async () => {
    writeStopFile(dir, { state: 'reducing', reason: 'loss', time: 1, by: 'breaker' });
    const made = backup(dir);
    const names = unpack(readFileSync(made)).map(({ name }) => name);
    expect(names).toContain('halt.json');
    expect(names.slice(0, 4)).toEqual([
      'state-1.json',
      'state-2.json',
      'journal-1.jsonl',
      'journal-2.jsonl',
    ]);
    expect(names.at(-1)).toBe('tapedeck-backup.json');
    for (const from of [made, dir]) {
      const to = join(makeDirectory(), 'state');
      const result = await restore(from, to);
      expect(result).toMatchObject({ tradingState: 'reducing', quarantine: null, losses: [] });
      expect(recover(to, stateCodec()).state).toEqual(recover(dir, stateCodec()).state);
      expect(readStopFile(to)?.state).toBe('reducing');
    }
  });

  test('is made without the lock, beside a console that runs', async () => {
    const lock = await acquireLock({ dir, key: dir });
    expect(verifyState(backup(dir)).ok).toBe(true);
    await lock.release();
  });

  test('never overwrites a file, and refuses a directory without state', () => {
    const place = { directory: dir, profile: 'default', mode: 'demo' };
    const of = { cwd: makeDirectory(), version: 'test', now: NOW };
    expect(() => makeBackup(place, file, of)).toThrow(/exists already/);
    const empty = { ...place, directory: makeDirectory() };
    expect(() => makeBackup(empty, null, of)).toThrow(/nothing to back up/);
  });

  test('cut, changed or foreign is refused, and nothing is changed', async () => {
    const bytes = readFileSync(file);
    const bad = join(makeDirectory(), 'bad.tar.gz');
    const to = join(makeDirectory(), 'state');
    const tries: Buffer[] = [Buffer.alloc(0), Buffer.from('hello'), packEnd()];
    for (let at = 0; at < bytes.length; at += 211) {
      tries.push(bytes.subarray(0, at));
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      tries.push(flipped);
    }
    for (const name of ['../evil', '/etc/evil', 'archive/../../evil', 'LOCK']) {
      const entries = [...unpack(bytes).slice(0, 1), { name, bytes: Buffer.from('x') }];
      tries.push(Buffer.concat([...entries.map(packEntry), packEnd()]));
    }
    for (const text of tries) {
      writeFileSync(bad, text);
      const { exitCode, line } = await refusal(restore(bad, to));
      expect(exitCode).toBe(3);
      expect(line).toContain(bad);
    }
    expect(readdirSync(to)).toEqual(['LOCK']);
  });
});

describe('F61: a restored old backup', () => {
  test('goes on with record numbers and order ids that were never used', async () => {
    const before = recover(dir, stateCodec());
    const seen = new Set<string>();
    const numbers = new Set<number>([before.lastN]);
    for (let round = 0; round < 5; round += 1) {
      const to = join(makeDirectory(), 'state');
      const { nextRecord, records } = await restore(file, to);
      expect(records).toBe(before.lastN);
      expect(nextRecord).toBeGreaterThan(before.lastN + 1_000_000);
      expect(Number.isSafeInteger(nextRecord)).toBe(true);
      numbers.add(nextRecord);
      const session = await start(to);
      await session.close('test');
      const { state, lastN } = recover(to, stateCodec());
      expect(lastN).toBeGreaterThanOrEqual(nextRecord);
      seen.add(state.run?.id ?? '');
    }
    expect(seen.size).toBe(5);
    expect(seen.has(before.state.run?.id ?? '')).toBe(false);
    expect(numbers.size).toBe(6);
  });

  test('jumps beyond the newest number of the state it replaces, which goes to quarantine', async () => {
    const session = await start(dir);
    await session.close('test');
    const old = contents(dir);
    const { lastN } = recover(dir, stateCodec());
    const { nextRecord, quarantine } = await restore(file, dir, { replace: true });
    expect(nextRecord).toBeGreaterThan(lastN + 1_000_000);
    const kept = contents(quarantine ?? '');
    for (const [path, bytes] of old) {
      if (/state-|journal-|archive/.test(path) && !path.includes('backup-')) {
        expect(kept.get(path.replace(dir, quarantine ?? ''))).toBe(bytes);
      }
    }
    const again = await restore(file, dir, { replace: true, now: NOW + 1 });
    expect(again.nextRecord).toBeGreaterThan(nextRecord);
  });

  test('keeps every fill: what only its journal held is in the archive', async () => {
    const to = join(makeDirectory(), 'state');
    await restore(file, to);
    const ids = [...readArchive(to, 'fills')].map((row) => (row as { id: string }).id);
    expect(new Set(ids).size).toBe(recover(to, stateCodec()).state.counts.fills);
  });

  test('does not lift a stop of the state it replaces', async () => {
    writeStopFile(dir, { state: 'halted', reason: 'panic', time: 1, by: 'panic' });
    const { tradingState } = await restore(file, dir, { replace: true });
    expect(tradingState).toBe('halted');
    expect(readStopFile(dir)?.reason).toBe('panic');
  });

  test('is refused over a running console, over a state, and in the place of another mode', async () => {
    const before = contents(dir);
    const held = await refusal(restore(file, dir));
    expect(held.exitCode).toBe(3);
    expect(held.line).toMatch(/--replace/);
    const other = { replace: true, mode: 'paper' };
    expect((await refusal(restore(file, dir, other))).line).toMatch(/holds a demo session/);
    const lock = await acquireLock({ dir, key: dir });
    expect((await refusal(restore(file, dir, { replace: true }))).line).toMatch(/already uses/);
    await lock.release();
    const after = contents(dir);
    after.delete(join(dir, 'LOCK'));
    before.delete(join(dir, 'LOCK'));
    expect(after).toEqual(before);
  });
});

describe('F59: a damaged middle', () => {
  function damage(): { readonly offset: number } {
    const path = join(dir, 'journal-2.jsonl');
    const bytes = readFileSync(path);
    const offset = bytes.indexOf('\n', bytes.length / 2) + 1;
    bytes[offset + 20] = 0x21;
    writeFileSync(path, bytes);
    return { offset };
  }

  test('is refused with its place and the way out, and changes nothing', async () => {
    const { offset } = damage();
    const before = contents(dir);
    const { exitCode, line } = await refusal(start(dir));
    expect(exitCode).toBe(3);
    expect(line).toContain(`journal-2.jsonl line`);
    expect(line).toContain(`(byte ${offset})`);
    expect(line).toMatch(/tapedeck verify.*tapedeck restore --rebuild/);
    before.delete(join(dir, 'LOCK'));
    const after = contents(dir);
    after.delete(join(dir, 'LOCK'));
    expect(after).toEqual(before);
    const report = verifyState(dir);
    expect(report).toMatchObject({ ok: false, state: null });
    expect(report.rebuild?.losses).toMatchObject([{ file: 'journal-2.jsonl', offset }]);
    expect(report.files.filter(({ ok }) => !ok)).toMatchObject([{ name: 'journal-2.jsonl' }]);
    expect(() => backup(dir)).toThrow(/damaged/);
  });

  test('is rebuilt up to it, starts HALTED, and the damaged files are kept', async () => {
    damage();
    const bytes = readFileSync(join(dir, 'journal-2.jsonl'));
    const lastGood = verifyState(dir).rebuild?.lastRecord;
    const result = await restore(null, dir);
    expect(result).toMatchObject({ records: lastGood, tradingState: 'halted' });
    expect(readFileSync(join(result.quarantine ?? '', 'journal-2.jsonl')).equals(bytes)).toBe(true);
    expect(verifyState(dir)).toMatchObject({ ok: true, stop: 'halted' });
    expect(
      (await refusal(openSession(demoOptions({ stateDirectory: dir, seed: 7 })))).line,
    ).toMatch(/--start is refused: halt\.json says halted \(rebuilt up to record/);
    const session = await start(dir);
    expect(session.view().account.tradingState).toBe('halted');
    expect(session.view().account.stateReason).toContain(`rebuilt up to record ${lastGood}`);
    await session.close('test');
  });

  test('of the archive goes to quarantine alone', async () => {
    const part = readdirSync(join(dir, 'archive')).find((name) => name.startsWith('fills')) ?? '';
    const path = join(dir, 'archive', part);
    const bytes = readFileSync(path);
    bytes[30] = (bytes[30] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    expect(verifyState(dir)).toMatchObject({ ok: false, refusal: null });
    const { quarantine, losses } = await restore(null, dir);
    expect(losses).toMatchObject([{ file: `archive/${part}` }]);
    expect(existsSync(join(quarantine ?? '', 'archive', part))).toBe(true);
    expect(verifyState(dir).ok).toBe(true);
  });

  test('of nothing: a whole state is not rebuilt', async () => {
    const { exitCode, line } = await refusal(restore(null, dir));
    expect(exitCode).toBe(2);
    expect(line).toMatch(/nothing to rebuild/);
  });
});

describe('an interrupted restore', () => {
  test.each(['restoring', 'restoring.ready'])(
    'at %s is refused by a start and finished by --finish',
    async (phase) => {
      const old = join(makeDirectory(), 'old');
      cpSync(dir, old, { recursive: true });
      await restore(file, dir, { replace: true });
      const expected = recover(dir, stateCodec());
      // As it was before the new files came: all of them, or those that come last, wait.
      mkdirSync(join(dir, phase), { mode: 0o700 });
      const names = readdirSync(dir).filter((name) =>
        phase === 'restoring' ? /^(state|journal|archive)/.test(name) : name === 'state-3.json',
      );
      for (const name of names) renameSync(join(dir, name), join(dir, phase, name));
      if (phase === 'restoring') cpSync(join(old, 'state-2.json'), join(dir, 'state-2.json'));
      expect((await refusal(start(dir))).line).toMatch(/restore --finish/);
      expect((await refusal(restore(file, dir, { replace: true }))).line).toMatch(/--finish/);
      expect(verifyState(dir).ok).toBe(false);
      expect(verifyState(dir).refusal).toMatch(/--finish/);
      await finishRestore(dir, NOW + 1);
      expect(recover(dir, stateCodec()).state).toEqual(expected.state);
      expect((await refusal(finishRestore(dir, NOW))).line).toMatch(/no restore to finish/);
    },
  );
});
