// F60: state of an older version, made by that version itself (test/store/fixtures).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import { migrateState } from '../../src/app/state/migrations.ts';
import { readState } from '../../src/app/state/reader.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import { recover } from '../../src/store/recover.ts';
import { parseEnvelope, STORE_SCHEMA } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/snapshot.ts';
import { unpack } from '../../src/store/tar.ts';
import { type Fault, faultyFs, inlineChannel } from '../store/store-kit.ts';
import { contradictions, demoOptions, makeDirectory, removeAll } from '../support/session-kit.ts';

afterAll(removeAll);

const FIXTURE = unpack(
  readFileSync(join(import.meta.dirname, '../store/fixtures/schema-1.tar.gz')),
);
/** Snapshots and journals. */
const CORE = FIXTURE.filter(({ name }) => !name.includes('/'));

function oldDirectory(): string {
  const dir = join(makeDirectory(), 'state');
  mkdirSync(join(dir, 'archive'), { recursive: true });
  for (const { name, bytes } of FIXTURE) writeFileSync(join(dir, name), bytes, { mode: 0o600 });
  return dir;
}

const coreOf = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => /^(state|journal)-/.test(name))
    .sort();

const schemaOf = (dir: string, name: string): number | undefined => {
  const envelope = parseEnvelope(readFileSync(join(dir, name)));
  return envelope === 'newer' ? undefined : envelope?.schema;
};

describe('F60: an older schema', () => {
  test('is read by readers without a change', () => {
    const dir = oldDirectory();
    const before = readdirSync(dir);
    const { money, lastRecord } = readState(dir);
    expect(lastRecord).toBeGreaterThan(150);
    expect(contradictions(money)).toEqual([]);
    expect(Object.keys(money)).toEqual(Object.keys(createMoneyState()));
    expect(readdirSync(dir)).toEqual(before);
  });

  test('is copied whole, then written anew, and the session goes on where it was', async () => {
    const dir = oldDirectory();
    const { money, lastRecord } = readState(dir);
    const session = await openSession(
      demoOptions({ stateDirectory: dir, seed: 7, start: false, strategies: [] }),
    );
    expect(session.view().recovered).toMatchObject({ records: lastRecord });
    expect(session.view().notices.map(({ text }) => text)).toContain(
      'state of an older version was migrated; a copy is in backup-1-1',
    );
    await session.close('test');
    const copy = join(dir, 'backup-1-1');
    for (const { name, bytes } of FIXTURE) {
      expect(readFileSync(join(copy, name)).equals(bytes)).toBe(true);
    }
    const after = recover(dir, stateCodec());
    expect(after.schema).toBe(STORE_SCHEMA);
    expect(after.state.balances).toEqual(money.balances);
    expect(after.state.counts).toEqual(money.counts);
    const again = await openSession(
      demoOptions({ stateDirectory: dir, seed: 7, start: false, strategies: [] }),
    );
    await again.close('test');
    expect(readdirSync(dir).filter((name) => name.startsWith('backup'))).toEqual(['backup-1-1']);
  });

  test('a migration twice is a migration once', () => {
    const plain = { breakers: [['dailyLoss', { time: 1, value: 2, limit: 3, clears: 'x' }]] };
    const once = migrateState(plain, 1);
    expect(migrateState(once, 1)).toEqual(once);
    expect(migrateState(once, STORE_SCHEMA)).toBe(once);
  });

  test('a newer one is refused and left untouched', async () => {
    const dir = oldDirectory();
    writeFileSync(join(dir, 'state-9.json'), `{"schema":${STORE_SCHEMA + 1},"all":"new"}\n`);
    const names = readdirSync(dir).sort();
    await expect(openStore({ dir, codec: stateCodec() })).rejects.toThrow(/newer Tapedeck/);
    expect(readdirSync(dir).sort()).toEqual(names);
  });
});

test('F60: a migration stopped at any file call loses nothing and is finished by the next start', async () => {
  const expected = recover(oldDirectory(), stateCodec());
  const calls: (keyof typeof counts)[] = ['openSync', 'writeSync', 'fsyncSync', 'renameSync'];
  const counts = { openSync: 0, writeSync: 0, fsyncSync: 0, renameSync: 0 };
  let stopped = 0;
  for (const call of calls) {
    for (let nth = 1; ; nth += 1) {
      const fault: Fault = { call, nth, errno: 'ENOSPC' };
      const dir = oldDirectory();
      const disk = faultyFs();
      disk.arm(fault);
      const failed = await attempt(dir, disk.files);
      if (!failed && disk.calls.filter((one) => one === call).length < nth) break;
      stopped += failed ? 1 : 0;
      expect(await attempt(dir)).toBe(false);
      const after = recover(dir, stateCodec());
      expect(after.lastN).toBe(expected.lastN);
      expect(after.state).toEqual(expected.state);
      const newest = coreOf(dir).filter((name) => name.startsWith('state-'));
      expect(schemaOf(dir, newest.at(-1) ?? '')).toBe(STORE_SCHEMA);
      for (const { name, bytes } of CORE) {
        expect(readFileSync(join(dir, 'backup-1-1', name)).equals(bytes)).toBe(true);
      }
      rmSync(dir, { recursive: true });
    }
  }
  expect(stopped).toBeGreaterThan(20);
});

async function attempt(dir: string, files = faultyFs().files): Promise<boolean> {
  mkdirSync(dir, { recursive: true });
  try {
    const channel = inlineChannel(files);
    const store = await openStore({ dir, codec: stateCodec(), channel, files });
    await store.journal.close();
    return false;
  } catch {
    return true;
  }
}
