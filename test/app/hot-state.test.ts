import { afterEach, beforeEach, expect, test } from 'vitest';

import { Archiver } from '../../src/app/state/archiver.ts';
import { Compactor } from '../../src/app/state/compactor.ts';
import { readArchive } from '../../src/app/state/reader.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import { Archive } from '../../src/store/archive.ts';
import { LARGE_STATE_BYTES } from '../../src/store/snapshot.ts';
import { type Desk, makeHistory } from '../bench/store-history.ts';
import { makeDirectory, removeDirectory } from '../store/store-kit.ts';
import { fill } from '../support/builders.ts';

let dir = '';
beforeEach(() => {
  dir = makeDirectory();
});
afterEach(() => removeDirectory(dir));

const sizeOf = ({ store }: Desk): number => stateCodec().encodeState(store.db.data).length;

test('hot state stays below 1 MB and stops growing; what leaves it stands in the archive', async () => {
  const trades = 3_000;
  // As many a day as 50,000 a year.
  const desk = await makeHistory(dir, trades, 22);
  const size = sizeOf(desk);
  expect(size).toBeLessThan(1024 * 1024);
  expect(desk.store.db.data.closed.size).toBeLessThanOrEqual(1_000);
  await desk.store.journal.close();
  const ids = new Set([...readArchive(dir, 'orders')].map((row) => (row as { id: string }).id));
  expect(ids.size).toBe(trades * 2);
});

test('no row goes to the archive before its record is durable', async () => {
  const archiver = new Archiver();
  const archive = new Archive({ dir, maxBytes: null, month: () => '2026-01' });
  archiver.collect(createMoneyState(), { kind: 'fill', ...fill() });
  let release: () => void = () => undefined;
  const journal = {
    last: 1,
    durable: 0,
    whenDurable: () => new Promise<void>((resolve) => (release = resolve)),
  };
  const emptied = archiver.emptyDurable(archive, journal);
  expect(archiver.isEmpty).toBe(false);
  expect([...archive.read('fills')]).toEqual([]);
  journal.durable = 1;
  release();
  await emptied;
  expect([...archive.read('fills')]).toHaveLength(1);
});

test('a state beyond 4 MB is an alarm, once', async () => {
  const said: string[] = [];
  const store = {
    compactionDue: true,
    stateLength: LARGE_STATE_BYTES - 1,
    db: { write: () => Promise.resolve() },
  };
  const compactor = new Compactor({
    store,
    archive: () => Promise.resolve([]),
    notice: (level, text) => said.push(`${level}: ${text}`),
  });
  const compact = async (): Promise<void> => {
    compactor.look();
    await compactor.settled;
  };
  await compact();
  expect(said).toEqual([]);
  store.stateLength = LARGE_STATE_BYTES;
  await compact();
  await compact();
  expect(said).toEqual(['warn: the state is 4.0 MB large; please report what grows in it']);
});
