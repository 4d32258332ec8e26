// `npm run soak -- --minutes N [--seed S]`: the console on the demo market at 60× in a terminal,
// with an operator who types without a plan and resizes the window. At the end: memory flat, no
// exception, the screen equal to a fresh one, a clean exit and the terminal given back.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { SeededRng } from '../../src/domain/rng.ts';
import { slope } from '../bench/screen-measure.ts';
import { type ScreenTerminal, openTerminal } from '../bench/screen-terminal.ts';
import { LAUNCHER, createHome, plainEnvironment } from '../support/robot.ts';

import { keyBytes } from './key-bytes.ts';
import { createOperator } from './operator.ts';
import { type Sameness, compareWithFresh } from './same-screen.ts';
import { childOf, logFiles, residentMb, troubles } from './vitals.ts';

const PATIENCE_MS = 60_000;
const RESIZE_SHARE = 0.04;
const KEY_GAP_MS = { least: 5, most: 60 };
const ACTION_GAP_MS = { least: 20, most: 400 };
const MINUTE_MS = 60_000;
const MEMORY_SAMPLE_MS = 5_000;
/** Before this a process still grows into its work; its slope says nothing yet. */
const JUDGED_FROM_MINUTES = 10;
const MOST_SLOPE_MB_PER_HOUR = 30;
/** A heap with room grows for minutes before it is cleaned; in a small one, what stays shows. */
const SMALL_HEAP = '--max-old-space-size=128';
const LAST_SIZE = { cols: 120, rows: 40 };

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});

process.exitCode = await main(Number(flags.minutes), Number(flags.seed));

async function main(minutes: number, seed: number): Promise<number> {
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write('soak: --minutes is a number above 0, --seed a whole number\n');
    return 2;
  }
  const { home, remove } = createHome();
  const terminal = openTerminal({
    ...LAST_SIZE,
    // The shell that was there before sees afterwards whether its terminal is as it was.
    command: ['sh', '-c', 'stty -g >tty.0; "$0"; code=$?; stty -g >tty.1; exit $code', LAUNCHER],
    cwd: home,
    env: { ...plainEnvironment(home), NODE_OPTIONS: SMALL_HEAP },
  });
  const failures: string[] = [];
  let pid = terminal.pid;
  try {
    await shows(terminal, /BTC\/USDT +\d/);
    terminal.type('r');
    pid = childOf(terminal.pid);
    const memory = await live(terminal, { minutes, pid, rng: new SeededRng(seed) });
    failures.push(...judgeMemory(memory, minutes));
    failures.push(...(await judgeScreen(terminal)));
    failures.push(...(await judgeEnd(terminal, home)));
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
    if (!terminal.hasEnded()) process.kill(pid, 'SIGKILL');
    await terminal.ended;
  }
  failures.push(...judgeLog(home));
  for (const failure of failures) process.stderr.write(`soak: ${failure}\n`);
  if (failures.length === 0) remove();
  else say(`state kept in ${home}`);
  say(`seed ${seed}, ${minutes} min: ${failures.length === 0 ? 'passed' : 'FAILED'}`);
  return failures.length === 0 ? 0 : 1;
}

interface MemorySample {
  readonly hours: number;
  readonly mb: number;
}

interface Life {
  readonly minutes: number;
  readonly pid: number;
  readonly rng: SeededRng;
}

/** Keys and sizes until the time is over. Throws when the program ends before. */
async function live(terminal: ScreenTerminal, of: Life): Promise<readonly MemorySample[]> {
  const { rng, minutes, pid } = of;
  const operator = createOperator(rng);
  const memory: MemorySample[] = [];
  const begun = performance.now();
  let keys = 0;
  let resizes = 0;
  let said = 0;
  const between = ({ least, most }: { least: number; most: number }): Promise<void> =>
    pause(least + rng.next() ** 3 * (most - least));
  const weigh = (): void => {
    const elapsed = performance.now() - begun;
    if (elapsed < memory.length * MEMORY_SAMPLE_MS) return;
    memory.push({ hours: elapsed / (60 * MINUTE_MS), mb: residentMb(pid) });
    if (elapsed < (said + 1) * MINUTE_MS) return;
    said += 1;
    say(`minute ${said}: ${memory.at(-1)?.mb.toFixed(0)} MB, ${keys} keys, ${resizes} sizes`);
  };
  while (performance.now() - begun < minutes * MINUTE_MS) {
    if (rng.next() < RESIZE_SHARE) {
      terminal.resize(randomSize(rng));
      resizes += 1;
    }
    for (const press of operator.next()) {
      if (terminal.hasEnded()) throw new Error('the program ended by itself');
      terminal.type(press);
      keys += 1;
      await between(KEY_GAP_MS);
    }
    // A key that led to it by chance must not end the run.
    if (asksToQuit(terminal)) terminal.type('\u001B');
    await between(ACTION_GAP_MS);
    weigh();
  }
  say(`${keys} keys, ${resizes} sizes, ${(terminal.bytes() / 1e6).toFixed(1)} MB written`);
  return memory;
}

function asksToQuit({ lines }: ScreenTerminal): boolean {
  return /[━─] Quit [━─]/.test(lines().join('\n'));
}

/** Mostly sizes people have; sometimes absurd ones. */
function randomSize(rng: SeededRng): { cols: number; rows: number } {
  const sizes = [
    [80, 24],
    [120, 40],
    [200, 50],
    [1, 1],
    [29, 7],
    [250, 70],
  ] as const;
  const known = sizes[Math.floor(rng.next() * sizes.length * 2)];
  if (known !== undefined) return { cols: known[0], rows: known[1] };
  return { cols: 1 + Math.floor(rng.next() * 250), rows: 1 + Math.floor(rng.next() * 70) };
}

function judgeMemory(memory: readonly MemorySample[], minutes: number): readonly string[] {
  const late = memory.slice(Math.floor(memory.length / 2));
  const mbPerHour = slope(late.map(({ hours, mb }) => [hours, mb]));
  const isJudged = minutes >= JUDGED_FROM_MINUTES;
  say(
    `resident ${range(memory.slice(0, late.length))} MB over the first half, ` +
      `${range(late)} MB over the second, ` +
      `slope ${mbPerHour.toFixed(1)} MB/h${isJudged ? '' : ' (too short a run to judge it)'}`,
  );
  if (!isJudged || mbPerHour <= MOST_SLOPE_MB_PER_HOUR) return [];
  return [`memory grows by ${mbPerHour.toFixed(1)} MB/h, allowed ${MOST_SLOPE_MB_PER_HOUR}`];
}

function range(samples: readonly MemorySample[]): string {
  const all = samples.map(({ mb }) => mb);
  return `${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)}`;
}

async function judgeScreen(terminal: ScreenTerminal): Promise<readonly string[]> {
  await settle(terminal);
  const { differences, tickingCells, repaintBytes }: Sameness = await compareWithFresh(terminal);
  say(
    `screen against a fresh one: ${differences.length} rows differ; ` +
      `${tickingCells} cells tick, a full drawing has ${repaintBytes} bytes`,
  );
  return differences.map((row) => `the screen is stale in row ${row}`);
}

/** No dialog, a size for reading, the market held: whatever the keys before have left. */
async function settle(terminal: ScreenTerminal): Promise<void> {
  terminal.resize(LAST_SIZE);
  for (let i = 0; i < 4; i += 1) {
    terminal.type(keyBytes('escape'));
    await pause(300);
  }
  if (!isHeld(terminal)) terminal.type(',');
  await terminal.waitFor(isHeld, PATIENCE_MS);
  // The next key clears the answer to the last one: the key that compares must not be that one.
  terminal.type(keyBytes('ctrl+l'));
  await pause(300);
}

function isHeld({ lines }: ScreenTerminal): boolean {
  return /\bheld\b/i.test(lines()[0] ?? '');
}

async function judgeEnd(terminal: ScreenTerminal, home: string): Promise<readonly string[]> {
  terminal.type('q');
  await terminal.waitFor(asksToQuit, PATIENCE_MS);
  terminal.type('y');
  const { exitCode, signal } = await terminal.ended;
  const failures: string[] = [];
  if (exitCode !== 0 || (signal ?? 0) !== 0) {
    failures.push(`ended with ${exitCode}, signal ${String(signal)}`);
  }
  if (terminal.isAlternate()) failures.push('the other screen was not left');
  if (!terminal.isCursorShown()) failures.push('the cursor is still hidden');
  if (terminal.takesPastes()) failures.push('bracketed paste is still on');
  const [before, after] = ['tty.0', 'tty.1'].map((name) => readFileSync(join(home, name), 'utf8'));
  if (before !== after) failures.push(`stty was ${String(before)}, is ${String(after)}`);
  say(`ended with ${exitCode}; the terminal is ${failures.length === 0 ? 'as it was' : 'broken'}`);
  return failures;
}

function judgeLog(home: string): readonly string[] {
  const found = troubles(home);
  say(`${logFiles(home).length} log files, ${found.length} lines tell of an error`);
  return found.slice(0, 10).map((line) => `log: ${line.slice(0, 400)}`);
}

async function shows(terminal: ScreenTerminal, pattern: RegExp): Promise<void> {
  await terminal.waitFor(({ lines }) => pattern.test(lines().join('\n')), PATIENCE_MS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
