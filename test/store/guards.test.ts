// Guards of the store that hold against hands and other programs, not against crashes.
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readStateFiles, writeBackup } from '../../src/store/backup-file.ts';
import { acquireLock, runningHolder } from '../../src/store/lock.ts';
import { keepCopy } from '../../src/store/migrate.ts';
import { recover } from '../../src/store/recover.ts';
import { memoryFiles } from '../../src/store/replay.ts';
import {
  headerText,
  journalName,
  parseEnvelope,
  snapshotName,
  STORE_SCHEMA,
  toEnvelope,
  toLine,
} from '../../src/store/schema.ts';
import { prepareStateDirectory } from '../../src/store/state-dir.ts';
import { realFs } from '../../src/store/store-fs.ts';
import { packEnd, packEntry, type TarEntry, unpack } from '../../src/store/tar.ts';
import { createResumableDigest } from '../../src/store/digest.ts';
import { add, durable, inlineChannel, openSum, sumCodec } from './store-kit.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tapedeck-guards-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const digest = createResumableDigest().save();
const data = '{"total":0,"notes":[],"lastN":0}';
const envelope = (gen: number): string => toEnvelope({ gen, seq: 0, digest, data });
const record = (n: number): string =>
  toLine(JSON.stringify({ n, t: 0, m: 0, kind: 'added', amount: 1, note: '' }));
const read = (files: Record<string, string>) => {
  const bytes = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  return recover('', sumCodec(), undefined, memoryFiles(new Map(bytes)));
};

describe('what is read back', () => {
  test('F60: a snapshot of a later version in our own form is not read', () => {
    const later = envelope(1).replace(`"schema":${STORE_SCHEMA}`, `"schema":${STORE_SCHEMA + 1}`);
    const ours = parseEnvelope(Buffer.from(envelope(1)));
    if (ours === null || ours === 'newer') throw new Error('no snapshot');
    const { gen, seq, data: held } = ours;
    const crc = toLine(`${STORE_SCHEMA + 1},${gen},${seq},${digest},${held}`).slice(0, 8);
    const whole = later.replace(/"crc":"[0-9a-f]{8}"/, `"crc":"${crc}"`);
    expect(parseEnvelope(Buffer.from(whole))).toBe('newer');
  });

  test('F59: a journal whose header is damaged and that holds records is refused', () => {
    const first = toLine(headerText(1, 1)) + record(1);
    const second = `${toLine(headerText(2, 2)).replace('2', '3')}${record(2)}`;
    const files = { [snapshotName(1)]: envelope(1), [journalName(1)]: first };
    expect(read(files).lastN).toBe(1);
    expect(() => read({ ...files, [journalName(2)]: second })).toThrow(/journal-2/);
  });

  test('F59: a snapshot under another name than its own counts as damaged', () => {
    const files = {
      [snapshotName(1)]: envelope(1),
      [snapshotName(2)]: envelope(1),
      [journalName(1)]: toLine(headerText(1, 1)) + record(1),
      [journalName(2)]: toLine(headerText(2, 2)),
    };
    expect(read(files)).toMatchObject({ damagedSnapshot: snapshotName(2), lastN: 1 });
  });

  test('a directory that is read a second time would fork its state', async () => {
    const store = await openSum(dir, { channel: inlineChannel() });
    await expect(store.db.read()).rejects.toThrow(/read already/);
    await store.journal.close();
  });
});

test('I5: a journal that gave up acknowledges nothing, whatever the disk says later', async () => {
  const channel = inlineChannel();
  let say: (message: { kind: 'durable'; lastN: number }) => void = () => undefined;
  let kill: (reason: string) => void = () => undefined;
  const store = await openSum(dir, {
    channel: {
      post: (message) => channel.post(message),
      listen(onMessage, onDeath) {
        say = onMessage;
        channel.listen(onMessage, onDeath);
        kill = onDeath;
      },
    },
  });
  add(store, 1);
  await durable(store, 1);
  add(store, 2);
  kill('ended by the test');
  say({ kind: 'durable', lastN: 2 });
  expect(store.journal.durable).toBe(1);
});
describe('a backup is refused', () => {
  const about = { version: 'test', made: '', mode: 'demo', lastRecord: 1 };
  const entries = [
    { name: snapshotName(1), bytes: Buffer.from(envelope(1)) },
    { name: journalName(1), bytes: Buffer.from(toLine(headerText(1, 1))) },
  ];

  /** The same backup, packed anew after a change: every gzip member of it is whole. */
  function repacked(change: (entries: TarEntry[]) => TarEntry[]): string {
    const path = join(dir, 'kept.tar.gz');
    writeBackup(path, entries, about);
    const packed = change(unpack(readFileSync(path))).map(packEntry);
    writeFileSync(path, Buffer.concat([...packed, packEnd()]));
    return path;
  }

  test('never as it was written', () => {
    expect(readStateFiles(repacked((all) => all)).core.size).toBe(2);
  });

  test('with a file that is not what its list says', () => {
    const changed = repacked((all) =>
      all.map((one) => (one.name === journalName(1) ? { ...one, bytes: Buffer.from('x') } : one)),
    );
    expect(() => readStateFiles(changed)).toThrow(/not what its list says/);
  });

  test('without one of the files of its list', () => {
    const shorter = repacked((all) => all.filter(({ name }) => name !== journalName(1)));
    expect(() => readStateFiles(shorter)).toThrow(/files of its list are missing/);
  });

  test('with a file that belongs in none, though its list names it', () => {
    const path = join(dir, 'planted.tar.gz');
    writeBackup(path, [...entries, { name: '../planted', bytes: Buffer.from('x') }], about);
    expect(() => readStateFiles(path)).toThrow(/belongs in no backup/);
  });

  test('with a damaged head of a file in it', () => {
    const path = repacked((all) => all);
    const bytes = gunzipSync(readFileSync(path));
    bytes.write('0000777', 100);
    writeFileSync(path, gzipSync(bytes));
    expect(() => readStateFiles(path)).toThrow(/no tar header at byte 0/);
  });
});

test('F60: the copy of a migration that is there already is not made again', () => {
  writeFileSync(join(dir, snapshotName(1)), envelope(1));
  writeFileSync(join(dir, journalName(1)), toLine(headerText(1, 1)));
  const first = keepCopy(dir, STORE_SCHEMA, realFs);
  expect(keepCopy(dir, STORE_SCHEMA, realFs)).toBe(first);
  expect(readdirSync(dir).filter((name) => name.startsWith('backup-'))).toEqual([first]);
});

test.runIf(process.platform === 'linux')(
  'F69: a LOCK whose process has ended is free, whoever has its number by now',
  async () => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const gone = { pid: process.ppid, started: '1', boot };
    writeFileSync(join(dir, 'LOCK'), `${JSON.stringify(gone)}\n`);
    expect(runningHolder(dir)).toBeNull();
    const lock = await acquireLock({ dir, key: dir });
    await lock.release();
  },
);

test('S32: a file of ours with a second name elsewhere is refused', () => {
  const state = join(dir, 'state');
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(join(dir, 'victim'), 'theirs');
  linkSync(join(dir, 'victim'), join(state, journalName(1)));
  expect(() => prepareStateDirectory(state)).toThrow(/second name elsewhere/);
  expect(readFileSync(join(dir, 'victim'), 'utf8')).toBe('theirs');
});
