// `npm run bench:panic [-- --gate] [--crowd] [--exchange] [--trials N]`: from the bytes of the halt key on a
// terminal to a closed gate, and to the first cancel at a venue, while the main loop never turns
// again and its own client is full of requests. `--crowd`: a strategy process spins as well.
// `--exchange`: over the real library to the local exchange, by HTTP.
// `--gate` fails where the floor is missed.
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { spawn as spawnTerminal } from '@lydell/node-pty';

import { calibrationMs, quantile, say } from './kit.ts';
import type { CancelTold } from './panic-count.ts';
import type { ExchangePlace } from './panic-exchange.ts';

const { values: flags } = parseArgs({
  options: {
    gate: { type: 'boolean', default: false },
    crowd: { type: 'boolean', default: false },
    exchange: { type: 'boolean', default: false },
    trials: { type: 'string' },
  },
});

const ORDERS = 50;
const QUEUED = 400;
/** Cancels of more trials would meet the exchange's own limit of a minute. */
const MOST_AT_EXCHANGE = 100;
const TRIALS = Number(flags.trials ?? (flags.exchange ? MOST_AT_EXCHANGE : flags.gate ? 200 : 400));
/** A figure that other work of the machine spoiled is measured again, at most so often in all. */
const ATTEMPTS = flags.gate ? 3 : 1;
/** 99th percentiles in milliseconds. */
const FLOOR = { gate: 5, cancel: 50 } as const;
const AIM = { gate: 2, cancel: 20 } as const;
const HALT_KEYS = ['H', '\u0018'];
const PATIENCE_MS = 120_000;
const LOOK_MS = 50;
const LAST_LOOKS = 100;

process.exitCode = await main();

async function main(): Promise<number> {
  say(`calibration ${calibrationMs().toFixed(1)} ms, ${availableParallelism()} processors`);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const measured = await measure();
    report(measured);
    if (
      quantile(measured.gate, 0.99) <= FLOOR.gate &&
      quantile(measured.cancel, 0.99) <= FLOOR.cancel
    ) {
      return 0;
    }
    say(`attempt ${attempt} of ${ATTEMPTS}: beyond the floor`);
  }
  return flags.gate ? 1 : 0;
}

interface Measured {
  /** Milliseconds from the write of the key's byte. */
  readonly gate: Float64Array;
  readonly cancel: Float64Array;
  readonly last: Float64Array;
}

function report(measured: Measured): void {
  say(`${TRIALS} keys, ${ORDERS} open orders, ${QUEUED} requests queued, load ${loadavg()[0]}`);
  const line = (
    name: string,
    samples: Float64Array,
    limit?: { aim: number; floor: number },
  ): void => {
    const at = (fraction: number): string => quantile(samples, fraction).toFixed(2);
    const wanted = limit ? `   p99 aim ${limit.aim}, floor ${limit.floor}` : '';
    say(`${name.padEnd(24)} p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   worst ${at(1)} ms${wanted}`);
  };
  line('key → gate closed', measured.gate, { aim: AIM.gate, floor: FLOOR.gate });
  line('key → first cancel', measured.cancel, { aim: AIM.cancel, floor: FLOOR.cancel });
  line(`key → cancel ${ORDERS}`, measured.last);
}

async function measure(): Promise<Measured> {
  const home = mkdtempSync(join(tmpdir(), 'tapedeck-panic-'));
  const children: { kill: (signal: 'SIGKILL') => unknown }[] = [];
  try {
    const [socket, pipe] = [join(home, 'venue.sock'), join(home, 'pipe')];
    spawnSync('mkfifo', [pipe]);
    const script = join(
      import.meta.dirname,
      flags.exchange ? 'panic-exchange.ts' : 'panic-venue.ts',
    );
    const venue = fork(script, flags.exchange ? [String(ORDERS)] : [socket, String(ORDERS)]);
    children.push(venue);
    const place = await first(venue);
    const where = typeof place === 'string' ? socket : JSON.stringify(place);
    if (flags.crowd) {
      // A user strategy lives in a process of its own; this one never comes back either.
      children.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    }
    const main = join(import.meta.dirname, 'panic-console.ts');
    const counts = [TRIALS, ORDERS, QUEUED].map(String);
    const terminal = spawnTerminal(process.execPath, [main, where, pipe, ...counts], {
      cwd: home,
    });
    let printed = '';
    terminal.onData((data) => {
      printed = (printed + data).slice(-2_000);
    });
    children.push({ kill: (signal) => terminal.kill(signal) });
    // The library's own write takes a turn through the thread pool; a key does not.
    const { fd } = terminal as unknown as { readonly fd: number };
    return await withPatience(pressAll({ fd, venue, pipe }), () => printed);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
}

interface Parts {
  /** Of the terminal's other end. */
  readonly fd: number;
  readonly venue: ChildProcess;
  readonly pipe: string;
}

/** Presses the key once for every trial that the console has armed. */
async function pressAll({ fd, venue, pipe }: Parts): Promise<Measured> {
  const pressed: bigint[] = [];
  const gate = new Float64Array(TRIALS).fill(NaN);
  const cancel = new Float64Array(TRIALS).fill(NaN);
  const last = new Float64Array(TRIALS).fill(NaN);
  const since = (trial: number, time: string): number =>
    Number(BigInt(time) - (pressed[trial] ?? 0n)) / 1e6;
  venue.on('message', (told: CancelTold) => {
    cancel[told.trial] = since(told.trial, told.first);
    last[told.trial] = since(told.trial, told.last);
  });
  for await (const line of createInterface({ input: createReadStream(pipe) })) {
    const [word, number, time = '0'] = line.split(' ');
    const trial = Number(number);
    if (word === 'done') break;
    if (word === 'closed') gate[trial] = since(trial, time);
    if (word !== 'armed') continue;
    // No two keys meet the console at the same moment of its looks.
    await pause(5 + ((trial * 7) % 23));
    pressed[trial] = process.hrtime.bigint();
    writeSync(fd, HALT_KEYS[trial % HALT_KEYS.length] ?? 'H');
  }
  // The venue's last word may come behind the console's.
  const missing = (): number => [...gate, ...cancel].filter(Number.isNaN).length;
  for (let looks = 0; missing() > 0 && looks < LAST_LOOKS; looks += 1) await pause(LOOK_MS);
  if (missing() > 0) throw new Error(`${missing()} measurements never came`);
  return { gate, cancel, last };
}

function withPatience<T>(work: Promise<T>, printed: () => string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`nothing more came; it printed: ${printed()}`));
    const timer = setTimeout(late, PATIENCE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What a venue says once it answers. */
function first(child: ChildProcess): Promise<string | ExchangePlace> {
  return new Promise((resolve) => {
    child.once('message', (told) => resolve(told as string | ExchangePlace));
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
