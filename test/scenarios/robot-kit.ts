import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, onTestFinished } from 'vitest';

import {
  PATIENCE_MS,
  type Robot,
  type RobotOptions,
  createHome,
  openRobot,
  readOut,
  runProgram,
} from '../support/robot.ts';

/** A home directory that lives as long as the test. */
export function testHome(): string {
  const { home, remove } = createHome();
  onTestFinished(remove);
  return home;
}

/** A robot that is gone after the test, however the test ended. */
export function testRobot(options: RobotOptions): Robot {
  const robot = openRobot(options);
  // Registered later than the home, so it comes first: nobody writes into what is removed.
  onTestFinished(async () => {
    robot.kill('SIGKILL');
    await robot.exited();
  });
  return robot;
}

/** One JSON document of a command that must succeed. */
export function readJson(home: string, args: readonly string[]): unknown {
  const { stdout, stderr, status } = runProgram(home, args);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return JSON.parse(stdout);
}

export interface StatusAnswer {
  readonly tradingState: string;
  readonly equity: number;
  readonly openOrders: number;
  readonly pid: number | null;
  readonly positions: readonly Readonly<Record<string, unknown>>[];
}

/** The newest record of the journal. */
export function lastRecord(home: string): unknown {
  const records = readJson(home, ['export', 'journal', '--format', 'json']) as unknown[];
  return records.at(-1);
}

/** The screen may show a change before the disk has it; a person cannot be that fast. */
export async function savedStatus(
  home: string,
  wanted: Partial<StatusAnswer>,
  args: readonly string[] = [],
): Promise<StatusAnswer> {
  const read = (): StatusAnswer => readJson(home, ['status', '--json', ...args]) as StatusAnswer;
  await expect.poll(read, { timeout: PATIENCE_MS }).toMatchObject(wanted);
  return read();
}

/** Resolves when the log files below the home have said it that often. */
export async function savedLog(home: string, text: string, times = 1): Promise<void> {
  const said = (): number =>
    readdirSync(home, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('tapedeck.log'))
      .map((name) => readFileSync(join(home, name), 'utf8').split(text).length - 1)
      .reduce((sum, count) => sum + count, 0);
  await expect.poll(said, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(times);
}

export type TicketText = Readonly<
  Partial<Record<'Side' | 'Type' | 'Quantity' | 'Price' | 'Stop', string>>
>;

const CHOICES: readonly string[] = ['Side', 'Type'];

/** Opens the ticket, fills it as a person does, submits it; resolves when it is closed. */
export async function placeOrder(robot: Robot, fields: TicketText): Promise<void> {
  robot.press('o');
  await robot.waitFor(/› Quantity/);
  for (const [name, value] of Object.entries(fields)) {
    await goTo(robot, name);
    if (CHOICES.includes(name)) await choose(robot, value);
    else {
      robot.press(value);
      await robot.waitFor(new RegExp(`› ${name} +${value.replaceAll('.', '\\.')}▏`));
    }
  }
  await robot.waitFor(/enter submit {2}/);
  robot.press('\r');
  await robot.waitFor((screen) => !screen.includes('━ Order'));
}

const activeField = (screen: string): string => /┃› (\S+)/.exec(afterTitle(screen))?.[1] ?? '';
/** Of the active field: others show what is chosen, too. */
const chosen = (screen: string): string => /┃› .*?‹ (.+?) ›/.exec(afterTitle(screen))?.[1] ?? '';
const afterTitle = (screen: string): string => screen.slice(screen.indexOf('━ Order'));

async function goTo(robot: Robot, name: string): Promise<void> {
  let current = activeField(robot.screen().join('\n'));
  while (current !== name) {
    const left = current;
    robot.press('\t');
    current = activeField(await robot.waitFor((screen) => activeField(screen) !== left));
  }
}

async function choose(robot: Robot, value: string): Promise<void> {
  let current = chosen(robot.screen().join('\n'));
  while (current !== value) {
    const left = current;
    robot.press('\u001b[C');
    current = chosen(await robot.waitFor((screen) => chosen(screen) !== left));
  }
}

/** Last price of the first market, without its decimals. */
export async function lastPrice(robot: Robot): Promise<number> {
  const screen = await robot.waitFor(/BTC\/USDT +\d[\d,]+\.\d/);
  return Number(readOut(screen, /BTC\/USDT +(\d[\d,]+)\.\d/).replaceAll(',', ''));
}

/** Stops simulated time at a moment at which the screen shows what is wanted. */
export async function holdMarketWhile(robot: Robot, wanted: RegExp): Promise<string> {
  for (;;) {
    await robot.waitFor(wanted);
    robot.press(',');
    const held = await robot.waitFor(/(DEMO|REPLAY) held/);
    if (wanted.test(held)) return held;
    robot.press(',');
    await robot.waitFor(/(DEMO|REPLAY) \d+×/);
  }
}

/** The figure as the screen writes it: 67080 is 67,080. */
export const grouped = (whole: string): string => whole.replace(/\B(?=(\d{3})+$)/g, ',');

const FIRST_MINUTE = Date.UTC(2022, 0, 1);

/** A recording of `count` minutes that rises by one a minute from 100. */
export function writeRecording(directory: string, count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const time = FIRST_MINUTE + i * 60_000;
    return [time, 100 + i, 101.5 + i, 99 + i, 101 + i, 5].join(',');
  });
  const path = join(directory, 'recording.csv');
  writeFileSync(path, `time,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return path;
}
