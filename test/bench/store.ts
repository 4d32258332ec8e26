// `npm run bench:store`: a durable commit on the first day and after a year, measured in turns, so
// that a busy machine slows both; how long the main thread is held; how long a start takes.
// `-- --gate`: exit code 1 where a figure is twice as bad as its floor.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { stateCodec } from '../../src/app/state/codec.ts';
import { COMPACT_AT_RECORDS } from '../../src/store/snapshot.ts';
import { calibrationMs, quantile, say } from './kit.ts';
import { type Desk, makeHistory, openMoney } from './store-history.ts';

const TRADES_A_YEAR = 50_000;
const DAYS = 365;
const PAIRS = 3_000;
const BLOCK = 300;
/** A start is tried so often; the best one counts: the others waited for the machine. */
const STARTS = 3;
const FLOOR = { ratio: 1.2, startMs: 1_000, stateBytes: 1024 * 1024 } as const;
/** From here on a figure fails the gate. */
const GATE = 2;

const NOW = Date.UTC(2027, 2, 3);
const isGate = process.argv.includes('--gate');
const missed: string[] = [];

const root = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'));
try {
  await main();
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = isGate && missed.length > 0 ? 1 : 0;
for (const name of missed) say(`${isGate ? 'FAILED' : 'would fail the gate'}: ${name}`);

async function main(): Promise<void> {
  say(`calibration         ${calibrationMs().toFixed(1)} ms for 10 M rounds`);
  const perDay = Math.round(TRADES_A_YEAR / DAYS);
  const begun = performance.now();
  const young = await makeHistory(prepare('day'), perDay, 1);
  const old = await makeHistory(prepare('year'), TRADES_A_YEAR, DAYS);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  say(`history             ${perDay} trades in a day, ${TRADES_A_YEAR} in a year (${seconds} s)`);
  stateSize(young, old);
  await commits(young, old);
  await compactions(young, old);
  await young.store.journal.close();
  await start(old);
}

function prepare(name: string): string {
  return mkdtempSync(join(root, `${name}-`));
}

function stateSize(young: Desk, old: Desk): void {
  const [day, year] = [young, old].map(({ store }) => {
    return Buffer.byteLength(stateCodec().encodeState(store.db.data));
  });
  const kb = (bytes = 0): string => `${(bytes / 1024).toFixed(0)} kB`;
  say(`hot state           day ${kb(day)}, year ${kb(year)} (floor 1024 kB)`);
  check('hot state', (year ?? 0) / FLOOR.stateBytes);
}

/** One order's record from append to acknowledgement, in turns of both states. */
async function commits(young: Desk, old: Desk): Promise<void> {
  const times = [young, old].map(() => new Float64Array(PAIRS));
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const one = [young, old].map(commitOf);
  loop.enable();
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Whoever is first pays for whatever came before: in turns.
    for (const side of pair % 2 === 0 ? [0, 1] : [1, 0]) {
      const ms = await one[side]?.();
      times[side]?.fill(ms ?? NaN, pair, pair + 1);
    }
  }
  loop.disable();
  const [day = times[0], year = times[1]] = times;
  if (day === undefined || year === undefined) return;
  for (const [name, samples] of [['day', day] as const, ['year', year] as const]) {
    const figures = [0.5, 0.99, 1].map((part) => quantile(samples, part).toFixed(2));
    say(
      `durable commit      ${name.padEnd(5)} p50 ${figures[0]}  p99 ${figures[1]}  worst ${figures[2]} ms`,
    );
  }
  ratio('p50', medianOf(Array.from(day, (ms, pair) => (year[pair] ?? NaN) / ms)));
  ratio('p99', medianOf(blocks(day, year).map(([a, b]) => quantile(b, 0.99) / quantile(a, 0.99))));
  // The monitor's own timer ticks every millisecond; what is beyond that is delay.
  const held = [loop.percentile(99), loop.max].map((ns) => Math.max(0, ns / 1e6 - 1).toFixed(2));
  say(`main loop held      p99 ${held[0]}  worst ${held[1]} ms while committing`);
}

function ratio(name: string, value: number): void {
  say(`ratio ${name}           ${value.toFixed(2)} year to day (floor ${FLOOR.ratio})`);
  check(`ratio ${name}`, value / FLOOR.ratio);
}

/** The same stretches of time of both: a burst of other work is in one of them only. */
function blocks(day: Float64Array, year: Float64Array): [Float64Array, Float64Array][] {
  return Array.from({ length: PAIRS / BLOCK }, (_, index) => {
    const [from, to] = [index * BLOCK, (index + 1) * BLOCK];
    return [day.subarray(from, to), year.subarray(from, to)];
  });
}

function medianOf(values: readonly number[]): number {
  return quantile(Float64Array.from(values), 0.5);
}

function commitOf(desk: Desk): () => Promise<number> {
  const { journal } = desk.store;
  let wake: () => void = () => undefined;
  journal.onDurable(() => wake());
  return async () => {
    const begun = performance.now();
    const acknowledged = new Promise<void>((resolve) => {
      wake = resolve;
    });
    desk.create(NOW);
    journal.commit();
    await acknowledged;
    return performance.now() - begun;
  };
}

async function compactions(young: Desk, old: Desk): Promise<void> {
  const rounds = 5;
  const held = { day: Infinity, year: Infinity };
  for (let round = 0; round < rounds; round += 1) {
    held.day = Math.min(held.day, (await young.compact()).heldMs);
    held.year = Math.min(held.year, (await old.compact()).heldMs);
  }
  const text = `day ${held.day.toFixed(1)}, year ${held.year.toFixed(1)} ms`;
  say(`compaction holds    ${text} of the main thread (best of ${rounds})`);
}

/** After a year, and with as many records behind the snapshot as a compaction ever leaves. */
async function start(old: Desk): Promise<void> {
  for (let n = 0; n < COMPACT_AT_RECORDS / 6; n += 1) old.trade(NOW);
  old.store.journal.commit();
  await old.store.journal.close();
  let best = Infinity;
  let replayed = 0;
  for (let round = 0; round < STARTS; round += 1) {
    const begun = performance.now();
    const store = await openMoney(old.directory);
    best = Math.min(best, performance.now() - begun);
    ({ replayed } = store.recovery);
    await store.journal.close();
  }
  say(`start               ${best.toFixed(0)} ms with ${replayed} records to replay (floor 1000)`);
  check('start', best / FLOOR.startMs);
}

/** `share` of the floor that is used up. */
function check(name: string, share: number): void {
  if (!(share <= GATE)) missed.push(`${name} is ${share.toFixed(2)} of its floor`);
}
