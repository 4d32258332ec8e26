/** How each of the screen's figures is measured; `screen.ts` says in which order and how long. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LAUNCHER, createHome, plainEnvironment } from '../support/robot.ts';

import type { Measured } from './screen-figures.ts';
import { quantile } from './kit.ts';
import type { ChildSample, HaltSample, HeapSample } from './screen-sample.ts';
import { startToFrame } from './screen-start.ts';
import { type ScreenSize, type ScreenTerminal, openTerminal } from './screen-terminal.ts';

export const LARGE: ScreenSize = { cols: 200, rows: 50 };
export const SMALL: ScreenSize = { cols: 80, rows: 24 };

const WARM_MS = 3_000;
const KEY_MS = 233;
const KEY_PATIENCE_MS = 5_000;
const PATIENCE_MS = 30_000;
const POLL_MS = 5;

export interface WorkloadFigures {
  readonly bytesPerSecond: number;
  readonly readsPerSecond: number;
  readonly cpuPercent: number;
  readonly keysMs: Float64Array;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

export interface WorkloadRun {
  /** The bundled `screen-child.ts`. */
  readonly child: string;
  readonly size: ScreenSize;
  readonly measureMs: number;
  /** Directory for a CPU profile of the child; null for none. */
  readonly profile: string | null;
}

/** The console on workload W in a terminal of this size, with a key every 233 ms. */
export async function measureWorkload(of: WorkloadRun): Promise<WorkloadFigures> {
  const samples = createSampleFile();
  const flags = of.profile === null ? [] : ['--cpu-prof', '--cpu-prof-dir', of.profile];
  const terminal = openTerminal({
    ...of.size,
    command: [process.execPath, ...flags, of.child, 'screen', samples.path],
    cwd: tmpdir(),
    env: { ...plainEnvironment(tmpdir()), NODE_ENV: 'production' },
  });
  try {
    await focusPositions(terminal);
    await pressKeys(terminal, WARM_MS);
    await samples.take(terminal.pid);
    const bytes = terminal.bytes();
    const reads = terminal.reads();
    const begun = performance.now();
    const keysMs = await pressKeys(terminal, of.measureMs);
    const seconds = (performance.now() - begun) / 1000;
    const written = terminal.bytes() - bytes;
    const pieces = terminal.reads() - reads;
    const { wallMs, cpuMs, loopP99Ms, loopMaxMs } = await samples.take(terminal.pid);
    return {
      bytesPerSecond: written / seconds,
      readsPerSecond: pieces / seconds,
      cpuPercent: (cpuMs / wallMs) * 100,
      keysMs,
      loopP99Ms,
      loopMaxMs,
    };
  } finally {
    terminal.signal('SIGTERM');
    await terminal.ended;
    samples.remove();
  }
}

/** CPU share of the simulator with a reader that draws nothing. */
export async function measureBare(child: string, measureMs: number): Promise<number> {
  const samples = createSampleFile();
  const bare = spawn(process.execPath, [child, 'bare', samples.path], { stdio: 'inherit' });
  const ended = new Promise((resolve) => bare.once('exit', resolve));
  try {
    await pause(WARM_MS);
    await samples.take(bare.pid ?? 0);
    await pause(measureMs);
    const { wallMs, cpuMs } = await samples.take(bare.pid ?? 0);
    return (cpuMs / wallMs) * 100;
  } finally {
    bare.kill('SIGTERM');
    await ended;
    samples.remove();
  }
}

/** Answers each key by moving its mark, and does nothing else. */
const ECHO = `
  const mark = (on, off) => process.stdout.write('\\u001B[' + on + 'H┃›\\u001B[' + off + 'H┃ ');
  let row = 1;
  process.stdin.setRawMode(true).on('data', () => mark((row = 3 - row), 3 - row));
  mark(1, 2);
`;

/** Key latencies of a program that does nothing but answer: the terminal's and the machine's own. */
export async function measureEcho(measureMs: number): Promise<Float64Array> {
  const terminal = openTerminal({
    ...LARGE,
    command: [process.execPath, '-e', ECHO],
    cwd: tmpdir(),
    env: plainEnvironment(tmpdir()),
  });
  try {
    await terminal.waitFor(({ lines }) => lines().join('').includes('┃›'), PATIENCE_MS);
    return await pressKeys(terminal, measureMs);
  } finally {
    terminal.signal('SIGKILL');
    await terminal.ended;
  }
}

/** The focused pane has the heavy frame; its title follows the corner. */
async function focusPositions(terminal: ScreenTerminal): Promise<void> {
  await terminal.waitFor(({ lines }) => /┏/.test(lines().join('')), PATIENCE_MS);
  for (let tab = 0; tab < 20; tab += 1) {
    const before = focusedTitle(terminal);
    if (/Positions/.test(before)) return;
    terminal.type('\t');
    await terminal.waitFor((of) => focusedTitle(of) !== before, PATIENCE_MS);
  }
  throw new Error(`no positions pane:\n${terminal.lines().join('\n')}`);
}

const focusedTitle = ({ lines }: ScreenTerminal): string =>
  /┏[━ ]*(\d* ?\S+)/.exec(lines().join('\n'))?.[1] ?? '';

/** One step down, one up, every 233 ms: the mark of the selected row moves. Latencies in ms. */
async function pressKeys(terminal: ScreenTerminal, forMs: number): Promise<Float64Array> {
  const delays: number[] = [];
  const mark = markedColumn(terminal);
  const begun = performance.now();
  for (let i = 0; performance.now() - begun < forMs; i += 1) {
    const before = terminal.column(mark);
    const pressed = performance.now();
    terminal.type(i % 2 === 0 ? 'j' : 'k');
    const seen = await terminal.waitFor((of) => of.column(mark) !== before, KEY_PATIENCE_MS);
    delays.push(seen - pressed);
    const next = begun + Math.ceil((performance.now() - begun) / KEY_MS) * KEY_MS;
    await pause(next - performance.now());
  }
  return Float64Array.from(delays);
}

/** Where the focused pane marks its selected row. */
function markedColumn({ lines }: ScreenTerminal): number {
  const column = lines()
    .map((line) => line.indexOf('┃›'))
    .find((at) => at >= 0);
  if (column === undefined) throw new Error(`no row is marked:\n${lines().join('\n')}`);
  return column + 1;
}

/** Bytes a second of the real demo console while its market is held and nobody types. */
export async function measureIdle(size: ScreenSize, measureMs: number): Promise<number> {
  const { home, remove } = createHome();
  const terminal = openTerminal({
    ...size,
    command: [LAUNCHER],
    cwd: home,
    env: plainEnvironment(home),
  });
  try {
    await terminal.waitFor(({ lines }) => /BTC\/USDT +\d/.test(lines().join('\n')), PATIENCE_MS);
    terminal.type('r');
    await terminal.waitFor(({ lines }) => /RUNNING/.test(lines().join('\n')), PATIENCE_MS);
    await pause(WARM_MS / 2);
    terminal.type(',');
    await terminal.waitFor(({ lines }) => /held|hold/i.test(lines()[0] ?? ''), PATIENCE_MS);
    await pause(WARM_MS);
    const before = terminal.bytes();
    const begun = performance.now();
    await pause(measureMs);
    return ((terminal.bytes() - before) / (performance.now() - begun)) * 1000;
  } finally {
    terminal.signal('SIGTERM');
    await terminal.ended;
    remove();
  }
}

/** Median of starts; the first, which builds and fills caches, is not counted. */
export async function measureStart(runs: number, isCacheFilled: boolean): Promise<number> {
  // Node writes its cache of compiled code some seconds into a run.
  if (!isCacheFilled) await startToFrame(2_500);
  const samples = new Float64Array(runs);
  for (let run = 0; run < runs; run += 1) samples[run] = await startToFrame();
  return quantile(samples, 0.5);
}

/** Megabytes an hour at ten frames a second: the slope over the second half of the samples. */
export async function measureHeap(child: string, frames: number): Promise<number> {
  const args = ['--expose-gc', child, 'heap', String(frames)];
  const samples = (await runChild(args)) as readonly HeapSample[];
  const late = samples.slice(Math.floor(samples.length / 2));
  const framesAnHour = 36_000;
  return (slope(late.map((one) => [one.frames, one.heapBytes])) * framesAnHour) / 1e6;
}

export async function measureHalt(child: string, count: number): Promise<number> {
  const { delaysMs } = (await runChild([child, 'halt', String(count)])) as HaltSample;
  return quantile(Float64Array.from(delaysMs), 0.99);
}

/** Least squares. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x0, y0] = [mean(0), mean(1)];
  let over = 0;
  let under = 0;
  for (const [x, y] of points) {
    over += (x - x0) * (y - y0);
    under += (x - x0) ** 2;
  }
  return over / under;
}

/** The figures of both sizes as they stand in the table; the small screen gives its bytes only. */
export function workloadFigures(large: WorkloadFigures): Measured {
  return {
    bytesLarge: large.bytesPerSecond,
    cpu: large.cpuPercent,
    keyP50: quantile(large.keysMs, 0.5),
    keyP99: quantile(large.keysMs, 0.99),
    loopP99: large.loopP99Ms,
  };
}

function runChild(args: readonly string[]): Promise<unknown> {
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text));
      else reject(new Error(`${args.join(' ')} ended with ${String(code)}`));
    });
  });
}

interface SampleFile {
  readonly path: string;
  /** Asks the child for its figures since the last time. */
  readonly take: (pid: number) => Promise<ChildSample>;
  readonly remove: () => void;
}

function createSampleFile(): SampleFile {
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-screen-'));
  const path = join(directory, 'samples.jsonl');
  let taken = 0;
  return {
    path,
    async take(pid) {
      process.kill(pid, 'SIGUSR2');
      const end = performance.now() + PATIENCE_MS;
      for (;;) {
        const lines = readLines(path);
        const line = lines[taken];
        if (line !== undefined) {
          taken += 1;
          return JSON.parse(line) as ChildSample;
        }
        if (performance.now() > end) throw new Error('the child gave no figures');
        await pause(POLL_MS);
      }
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch {
    // Nothing was written yet.
    return [];
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
