/**
 * `npm run prove:kill`: a busy demo session is killed with -9 again and again, while it trades,
 * while it writes a new generation and while it recovers. After each kill everything it called
 * durable is there, once, and the books agree with the fills.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stateCodec } from '../../src/app/state/codec.ts';
import { SeededRng } from '../../src/domain/rng.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { Archive } from '../../src/store/archive.ts';
import { sortFiles } from '../../src/store/schema.ts';
import { contradictions, journalRecords, readState, sumFills } from '../support/session-kit.ts';
import { type Outcome, prove } from './kit.ts';

/** Kills of one directory before the next one begins: its history grows meanwhile. */
const CHAIN = 25;
/** Records between two generations: never, or so few that one is being written most of the time. */
const COMPACT_AT = [1e9, 400, 40];
/** New records before a kill is due, at most. */
const MOST_RECORDS = 300;
/** A kill falls at most so long after that. */
const LATEST_MS = 60;
/** Until it has recovered a child takes a third of a second on an idle machine. */
const RECOVERY_MS = 500;

const codec = stateCodec();
const script = join(import.meta.dirname, '..', 'app', 'kill-child.ts');
const home = mkdtempSync(join(tmpdir(), 'tapedeck-kill-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

let chain = 0;
/** Newest record number that was called durable in this chain. */
let acked = 0;

async function one(seed: number): Promise<Outcome> {
  const rng = new SeededRng(seed);
  if (chain === 0 || seed % CHAIN === 0) {
    chain += 1;
    acked = 0;
  }
  const dir = join(home, String(chain), 'state');
  const compactAt = COMPACT_AT[chain % COMPACT_AT.length] ?? 0;
  let inRecovery = 0;
  const faults: string[] = [];
  // Some die while they recover from the kill before; what they repaired counts as well.
  if (acked > 0 && rng.next() < 0.4) {
    inRecovery += 1;
    await killAfter(spawnChild(dir, compactAt), rng.next() * RECOVERY_MS);
    faults.push(...lookAt(dir));
  }
  const before = acked;
  const records = 1 + Math.floor(rng.next() * MOST_RECORDS);
  const generation = newestGeneration(dir);
  const end = await playUntilKilled(dir, { compactAt, records, lateMs: rng.next() * LATEST_MS });
  if (end !== null) faults.push(end);
  faults.push(...lookAt(dir));
  const figures = {
    acknowledged: Math.max(0, acked - before),
    'in recovery': inRecovery,
    generations: newestGeneration(dir) - generation,
  };
  return { fault: faults.length === 0 ? null : faults.join('; '), figures };
}

function spawnChild(dir: string, compactAt: number): ChildProcess {
  return spawn(process.execPath, [script, dir, String(compactAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function killAfter(child: ChildProcess, ms: number): Promise<void> {
  child.stdout?.on('data', hear);
  setTimeout(() => child.kill('SIGKILL'), ms);
  await once(child, 'close');
}

function hear(data: Buffer): void {
  for (const [, number] of data.toString().matchAll(/ack (\d+)\n/g)) {
    acked = Math.max(acked, Number(number));
  }
}

/** Plays until so many new records are durable, then kills a moment later. Null: it was killed. */
async function playUntilKilled(
  dir: string,
  of: { readonly compactAt: number; readonly records: number; readonly lateMs: number },
): Promise<string | null> {
  const child = spawnChild(dir, of.compactAt);
  const goal = acked + of.records;
  let isDue = false;
  child.stdout?.on('data', (data: Buffer) => {
    hear(data);
    if (isDue || acked < goal) return;
    isDue = true;
    setTimeout(() => child.kill('SIGKILL'), of.lateMs);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === null ? null : `the session ended by itself with ${code}`;
}

/** What a restart would find, against what was acknowledged; faults in words. */
function lookAt(dir: string): string[] {
  const { money, records } = readState(dir);
  const faults = contradictions(money);
  const kept = journalRecords(dir).map((line) => codec.decode(line));
  const last = kept.at(-1)?.n ?? money.cursor.events;
  if (last < acked) faults.push(`record ${acked} was acknowledged, the newest found is ${last}`);
  const gap = kept.findIndex((record, i) => i > 0 && record.n !== (kept[i - 1]?.n ?? 0) + 1);
  if (gap >= 0) faults.push(`record ${kept[gap]?.n} does not follow its predecessor`);
  const ids = [...archived(dir), ...kept.flatMap(fillIds)];
  const missing = money.counts.fills - new Set(ids).size;
  if (missing !== 0) faults.push(`${missing} fills are neither in journal nor archive`);
  const repeated = sumFills(records).repeated;
  if (repeated.length > 0) faults.push(`fills counted twice: ${repeated.slice(0, 3).join(' ')}`);
  return faults;
}

function newestGeneration(dir: string): number {
  if (!existsSync(dir)) return 0;
  return Math.max(0, ...sortFiles(readdirSync(dir)).journals);
}

const fillIds = (record: JournalRecord): string[] => (record.kind === 'fill' ? [record.id] : []);

function archived(dir: string): string[] {
  const archive = new Archive({ dir, maxBytes: null, month: () => '2026-01' });
  return [...archive.read('fills')].map((row) => (codec.decode(row) as { id?: string }).id ?? '');
}

await prove({ name: 'kill', unit: 'kills', floor: 200, full: 10_000 }, one, (figures, items) => {
  if ((figures['acknowledged'] ?? 0) < items) return 'not every kill followed an acknowledgement';
  if ((figures['in recovery'] ?? 0) === 0) return 'no kill fell into a recovery';
  return (figures['generations'] ?? 0) < items / 10 ? 'hardly any generation was written' : null;
});
