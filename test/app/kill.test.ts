import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from 'vitest';

import { stateCodec } from '../../src/app/state/codec.ts';
import { Archive } from '../../src/store/archive.ts';
import { SeededRng } from '../../src/domain/rng.ts';
import {
  contradictions,
  journalRecords,
  makeDirectory,
  readState,
  removeAll,
  sumFills,
} from '../support/session-kit.ts';

const KILLS = 10;
const codec = stateCodec();

afterAll(removeAll);

/**
 * Plays the demo market until that many new records are durable, however long it takes, and kills
 * it a moment later: somewhere in what it does then.
 */
async function playUntilKilled(dir: string, records: number, compactAt = 1e9): Promise<string> {
  const script = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, dir, String(compactAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let isDue = false;
  child.stdout?.on('data', (data: Buffer) => {
    said += data.toString();
    const acked = acknowledged(said);
    if (isDue || (acked.at(-1) ?? 0) - (acked[0] ?? 0) < records) return;
    isDue = true;
    setTimeout(() => child.kill('SIGKILL'), records % 60);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, `the child ended by itself: ${said}`).toBeNull();
  return said;
}

/** Numbers of the records that the child called durable. */
function acknowledged(said: string): number[] {
  return [...said.matchAll(/ack (\d+)\n/g)].map(([, number]) => Number(number));
}

test(`a demo session survives kill -9 ${KILLS} times`, async () => {
  const dir = join(makeDirectory(), 'state');
  const rng = new SeededRng(42);
  const counts = { kills: 0, records: 0, fills: 0, events: 0, open: 0 };
  let before = readState(dir);
  for (let round = 0; round < KILLS; round += 1) {
    const said = await playUntilKilled(dir, 50 + Math.floor(rng.next() * 450));
    const [, events, fills, state] = /^recovered (\d+) (\d+) (\w+)/.exec(said) ?? [];
    // What the restart showed is what was on the disk: the market goes on at the cursor.
    expect(Number(events)).toBe(before.money.cursor.events);
    expect(Number(fills)).toBe(before.money.counts.fills);
    expect(state).toBe('running');
    const acked = acknowledged(said).at(-1) ?? 0;
    const after = readState(dir);
    const records = journalRecords(dir).map((line) => codec.decode(line));
    expect(records.map(({ n }) => n)).toEqual(records.map((_, i) => i + 1));
    expect(records.length).toBeGreaterThanOrEqual(acked);
    expect(acked).toBeGreaterThan(counts.records);
    const all = sumFills(records);
    expect(all.repeated).toEqual([]);
    expect(all.count).toBe(after.money.counts.fills);
    for (const [symbol, quantity] of all.quantities) {
      expect(after.money.positions.get(symbol)?.quantity, symbol).toBe(quantity);
    }
    expect(contradictions(after.money)).toEqual([]);
    const ids = records.flatMap((one) => (one.kind === 'orderCreated' ? one.orderId : []));
    expect(new Set(ids).size).toBe(ids.length);
    expect(after.money.cursor.events).toBeGreaterThan(before.money.cursor.events);
    expect(records.some(({ kind }) => kind === 'reconciled')).toBe(true);
    const differing = records.filter(
      (one) => one.kind === 'reconciled' && one.differences.length > 0,
    );
    expect(differing).toEqual([]);
    counts.kills += 1;
    counts.records = records.length;
    counts.fills = all.count;
    counts.events = after.money.cursor.events;
    counts.open += after.money.working.size;
    before = after;
  }
  process.stdout.write(`kill -9: ${JSON.stringify(counts)}\n`);
  expect(counts.fills).toBeGreaterThan(50);
  expect(counts.open).toBeGreaterThan(KILLS);
});

test('every fill is in the archive or still in the journal, wherever the kill falls', async () => {
  const dir = join(makeDirectory(), 'state');
  const rng = new SeededRng(43);
  const archive = new Archive({ dir, maxBytes: null, month: () => '2026-01' });
  const missing: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    await playUntilKilled(dir, 100 + Math.floor(rng.next() * 400), 30);
    const { money, records } = readState(dir);
    const kept = new Set(records.flatMap((one) => (one.kind === 'fill' ? [one.id] : [])));
    for (const row of archive.read('fills'))
      kept.add((codec.decode(row) as { id?: string }).id ?? '');
    missing.push(money.counts.fills - kept.size);
  }
  expect(missing).toEqual(missing.map(() => 0));
  expect(readState(dir).money.counts.fills).toBeGreaterThan(100);
});
