// What terminals do to a console: they change size, stop reading, and send anything.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { SeededRng } from '../../src/domain/rng.ts';
import { type Robot, createHome, openRobot } from '../support/robot.ts';
import { type FixtureProgram, buildFixture } from './fixture-program.ts';

const WAIT = { timeout: 60_000, interval: 20 };
/** Looks at one screen without a change after which none is expected any more. */
const AGREEING = 50;
let fixture: FixtureProgram;

beforeAll(async () => {
  fixture = await buildFixture();
});

afterAll(() => fixture.remove());

function open(behavior: string, size: string): { robot: Robot; pidFile: string } {
  const { home, remove } = createHome();
  onTestFinished(remove);
  const pidFile = join(fixture.directory, `pid-${behavior}-${String(performance.now())}`);
  const through = [process.execPath, fixture.program, pidFile, behavior];
  const env = { NODE_ENV: 'production' };
  const robot = openRobot({ home, args: [], size, through, env });
  onTestFinished(async () => {
    robot.kill('SIGKILL');
    await robot.exited();
  });
  return { robot, pidFile };
}

/** Whole numbers from 0 up to below the given one; the same for the same seed. */
function whole(seed: number): (limit: number) => number {
  const rng = new SeededRng(seed);
  return (limit) => Math.floor(rng.next() * limit);
}

const linesOf = (robot: Robot): string => robot.screen().join('\n');
const isDrawn = (screen: string): boolean => /\S/.test(screen);

/** What a console shows that was started at this size. */
async function freshScreen(size: string): Promise<string> {
  const { robot } = open('still', size);
  await robot.waitFor(isDrawn);
  // Many looks that agree: on a busy machine the first frames come far apart.
  let last = '';
  let agreeing = 0;
  await expect
    .poll(() => {
      agreeing = last === linesOf(robot) ? agreeing + 1 : 0;
      last = linesOf(robot);
      return agreeing;
    }, WAIT)
    .toBeGreaterThan(AGREEING);
  robot.kill('SIGKILL');
  return last;
}

test('after a storm of sizes the screen is what a fresh start shows', async () => {
  const sizes = ['80x24', '40x10', '29x7', '120x40', '1x1', '200x50', '500x200', '80x24'];
  const { robot } = open('still', '80x24');
  await robot.waitFor('RUNNING');
  const below = whole(7);
  for (const size of sizes) {
    const fresh = await freshScreen(size);
    for (let i = 0; i < 30; i += 1) {
      robot.resize(`${String(1 + below(220))}x${String(1 + below(60))}`);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    robot.resize(size);
    await robot.waitFor((screen) => screen === fresh);
  }
  expect(robot.raw()).not.toContain('undefined');
}, 300_000);

test('what another program wrote over it goes with Ctrl+L, and when one looks at it again', async () => {
  const { robot } = open('still', '80x24');
  const before = await robot.waitFor(/RUNNING[^]*H HALT/);
  for (const again of ['\u000c', '\u001b[I']) {
    await robot.scribble('\u001b[5;5HBroadcast message from root\r\nfor everybody');
    expect(linesOf(robot)).toContain('Broadcast');
    robot.press(again);
    await robot.waitFor((screen) => screen === before);
  }
});

test('a terminal that does not read costs frames, not memory, and is caught up with', async () => {
  const { robot, pidFile } = open('busy', '120x40');
  const busy = (): { shown: number; waiting: number } => {
    const path = `${pidFile}.busy`;
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const numbers = /"shown":(\d+),"waiting":(\d+)/.exec(text);
    return { shown: Number(numbers?.[1] ?? 0), waiting: Number(numbers?.[2] ?? 0) };
  };
  await robot.waitFor('RUNNING');
  robot.stopReading();
  // Sizes change as well: each would be a whole screen.
  const from = busy().shown;
  let columns = 100;
  const resizing = setInterval(
    () => robot.resize(`${String(100 + ((columns += 1) % 100))}x50`),
    50,
  );
  await expect.poll(() => busy().shown, WAIT).toBeGreaterThan(from + 1_500);
  clearInterval(resizing);
  const { shown, waiting } = busy();
  expect(waiting, 'bytes of a few frames at most').toBeLessThan(128 * 1024);
  robot.resize('120x40');
  robot.readOn();
  await robot.waitFor((screen) => {
    const equity = /equity +([\d,]+)\.00/.exec(screen)?.[1] ?? '0';
    return Number(equity.replaceAll(',', '')) >= 10_000 + shown;
  });
  expect(busy().waiting).toBeLessThan(128 * 1024);
}, 120_000);

test('garbage, broken sequences and pastes of a megabyte leave it as it was', async () => {
  const { robot } = open('still', '80x24');
  const before = await robot.waitFor('RUNNING');
  expect(before).not.toContain('HALTED');
  const below = whole(11);
  const garbage = Array.from({ length: 20_000 }, () => {
    // All but Ctrl+X, which halts wherever it comes from, and Ctrl+Z.
    const code = below(256);
    return String.fromCharCode(code === 0x18 || code === 0x1a || code === 3 ? 0x1b : code);
  }).join('');
  const hostile = [
    garbage,
    '\u001b[',
    '\u001b[200~'.slice(0, 4),
    `\u001b]0;${'H'.repeat(10_000)}`,
    `\u001bP${'\u001b['.repeat(2_000)}`,
    `\u001b[200~${'HFqy\r'.repeat(200_000)}\u001b[201~`,
    `\u001b[200~${'H\r'.repeat(1_000)}`,
    `\u001b[${';1'.repeat(5_000)}H`,
    '\u001b[6n\u001b[c\u001b[?1;2c\u001b[12;40R',
  ];
  for (const bytes of hostile) robot.press(bytes);
  // The paste without an end is over after a silence; then keys are keys again.
  await expect
    .poll(
      () => {
        robot.press('\u001b');
        robot.press('?');
        return linesOf(robot);
      },
      { timeout: 60_000, interval: 2_000 },
    )
    .toContain('━ Keys');
  expect(linesOf(robot)).toContain('RUNNING');
}, 120_000);
