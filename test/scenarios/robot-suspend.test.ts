import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { LAUNCHER, type Robot, readOut } from '../support/robot.ts';

import { lastRecord, testHome, testRobot } from './robot-kit.ts';

const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];
const CTRL_Z = '\u001a';
const PROMPT = 'ready>';

/** An interactive shell, as a person has one; the console is started in it by typing. */
function shell(home: string): Robot {
  return testRobot({
    home,
    args: [],
    through: ['sh', '-c', 'exec bash --norc --noprofile -i'],
    env: { PS1: `${PROMPT} ` },
  });
}

async function run(robot: Robot, line: string): Promise<void> {
  await robot.waitFor(/ready> $/m);
  robot.press(`${line}\r`);
}

/** One letter of the system: `T` is stopped. */
const stateOf = (pid: number): string =>
  readOut(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'), /\) (\w)/);

/** What `stty -g` says, each time it was asked. */
const modes = (robot: Robot): readonly string[] =>
  robot.raw().match(/^[0-9a-f]+(?::[0-9a-f]+){5,}\r?$/gm) ?? [];

test('Ctrl+Z gives the shell its terminal, fg the console its screen', async () => {
  const home = testHome();
  const robot = shell(home);
  await run(robot, 'stty -g');
  await run(robot, [LAUNCHER, ...QUIET].join(' '));
  await robot.waitFor(/■ PAUSED[^]*r resume/);

  for (const word of ['first', 'second']) {
    robot.press(CTRL_Z);
    const left = await robot.waitFor(/Stopped[^]*ready>\s*$/);
    expect(robot.alternate()).toBe(false);
    expect(left, 'nothing of the screen stays behind').not.toMatch(/PAUSED|Markets/);
    await run(robot, `stty -g; echo ${word}-done`);
    await robot.waitFor(new RegExp(`^${word}-done`, 'm'));
    await run(robot, 'fg');
    await robot.waitFor(/■ PAUSED[^]*was suspended for \d+ s; simulated time stood still/);
    expect(robot.alternate()).toBe(true);
  }

  // Into the background it cannot draw: the system stops it again, and nothing is broken.
  robot.press(CTRL_Z);
  await run(robot, 'bg');
  await run(robot, 'until jobs | grep -q Stopped; do sleep 0.1; done; echo stopped-again');
  await robot.waitFor(/^stopped-again/m);
  await run(robot, 'fg');
  await robot.waitFor(/■ PAUSED[^]*was suspended/);

  robot.press('H');
  await robot.waitFor('■ HALTED');
  robot.press('q');
  await robot.waitFor('nothing runs while this process is down');
  robot.press('y');
  await run(robot, 'echo "ended with $?"; stty -g');
  await robot.waitFor(/^ended with 0/m);
  await run(robot, 'exit');
  await robot.exited();
  const [before, ...others] = modes(robot);
  expect(others).toEqual([before, before, before]);
  expect(lastRecord(home)).toMatchObject({ kind: 'runStopped', reason: 'the operator quit' });
}, 120_000);

test('stopped from outside, it draws everything anew when it goes on', async () => {
  const robot = testRobot({ home: testHome(), args: QUIET });
  await robot.waitFor(/■ PAUSED[^]*r resume/);
  robot.kill('SIGSTOP');
  await expect.poll(() => stateOf(robot.pid), { timeout: 30_000 }).toBe('T');
  const before = robot.raw().length;
  // A shorter stop would not be worth a word.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  robot.kill('SIGCONT');
  await robot.waitFor('was suspended for');
  expect(robot.raw().slice(before), 'the other screen, whatever was shown').toContain(
    '\u001b[?1049h',
  );
  robot.press('H');
  await robot.waitFor('■ HALTED');
}, 60_000);

test('without a shell to come back from it goes on, and says so', async () => {
  const robot = testRobot({ home: testHome(), args: QUIET });
  await robot.waitFor(/■ PAUSED[^]*r resume/);
  robot.press(CTRL_Z);
  await robot.waitFor(/■ PAUSED[^]*not suspended: no shell is there to bring us back/);
  expect(robot.alternate()).toBe(true);
  robot.press('H');
  await robot.waitFor('■ HALTED');
}, 60_000);

test('SIGTSTP is Ctrl+Z', async () => {
  const robot = testRobot({ home: testHome(), args: QUIET });
  await robot.waitFor(/■ PAUSED[^]*r resume/);
  robot.kill('SIGTSTP');
  await robot.waitFor(/■ PAUSED[^]*not suspended/);
}, 60_000);
