import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { Archiver } from '../../src/app/state/archiver.ts';
import { openSession } from '../../src/app/build.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { errnoOf } from '../../src/domain/errors.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import { Archive } from '../../src/store/archive.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import {
  instance,
  journalRecords,
  makeDirectory,
  readState,
  removeAll,
  replayOptions,
  until,
  writeCandles,
} from '../support/session-kit.ts';

afterAll(removeAll);

const codec = stateCodec();
const path = writeCandles(generatedCandles(8_000, { seed: 3 }));
const strategies = [instance('sma-cross', { fast: 2, slow: 3 })];

/** Ids of all fills that a kill leaves: in the archive, or in the records a restart reads. */
function keptFills(dir: string): Set<string> {
  const archive = new Archive({ dir, maxBytes: null, month: () => '2026-01' });
  const kept = new Set<string>();
  for (const row of archive.read('fills'))
    kept.add((codec.decode(row) as { id?: string }).id ?? '');
  for (const one of readState(dir).records) if (one.kind === 'fill') kept.add(one.id);
  return kept;
}

/** As a kill would leave the directory now: copied while nothing in it moves. */
async function copyAtOneMoment(from: string): Promise<string> {
  const left = join(makeDirectory(), 'left');
  const marks = (): string =>
    readdirSync(from, { recursive: true, encoding: 'utf8' })
      .map((name) => [name, statSync(join(from, name), { throwIfNoEntry: false })] as const)
      .map(([name, of]) => `${name} ${of?.ino} ${of?.size} ${of?.mtimeMs}`)
      .join('\n');
  const tryToCopy = (): boolean => {
    rmSync(left, { recursive: true, force: true });
    const before = marks();
    try {
      cpSync(from, left, { recursive: true });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    }
    return marks() === before;
  };
  await until(tryToCopy);
  return left;
}

describe('the archive of a session at full speed', () => {
  test.each([97, 150, 233, 400, 700])(
    'has every fill, compacted every %d records',
    async (records) => {
      const run = replayOptions(path, { strategies });
      const session = await openSession(run, { compactAt: { records, bytes: 1e9 } });
      session.start();
      await session.done;
      await until(() => session.view().store.waiting === 0);
      const left = await copyAtOneMoment(run.stateDirectory);
      const { money } = readState(left);
      expect(money.counts.fills).toBeGreaterThan(1_000);
      expect(keptFills(left).size).toBe(money.counts.fills);
      await session.close('over');
      expect(keptFills(run.stateDirectory).size).toBe(money.counts.fills);
    },
  );
});

test('what could not be archived is offered again', async () => {
  const run = replayOptions(path, { strategies });
  const session = await openSession(run);
  session.start();
  await session.done;
  await session.close('over');
  const archiver = new Archiver();
  const money = createMoneyState();
  for (const line of journalRecords(run.stateDirectory)) {
    const record = codec.decode(line);
    codec.fold(money, record);
    archiver.collect(money, record);
  }
  const dir = makeDirectory();
  const month = () => '2026-01';
  const broken = new Archive({
    dir,
    maxBytes: null,
    month,
    openFile: () => Promise.reject(new Error('no room')),
  });
  await expect(archiver.handOver(broken, 10)).rejects.toThrow('no room');
  expect(archiver.isEmpty).toBe(false);
  const archive = new Archive({ dir, maxBytes: null, month });
  await archiver.handOver(archive, 11);
  expect(archiver.isEmpty).toBe(true);
  expect([...archive.read('fills')]).toHaveLength(money.counts.fills);
  expect([...archive.read('orders')]).toHaveLength(money.counts.orders - money.working.size);
});
