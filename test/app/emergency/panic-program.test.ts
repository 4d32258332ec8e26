import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import {
  LAUNCHER,
  PATIENCE_MS,
  plainEnvironment,
  readOut,
  runProgram,
} from '../../support/robot.ts';
import { testHome, testRobot } from '../../scenarios/robot-kit.ts';

const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];

/** The one state directory of this home; the demo market's. */
function stateOf(home: string): string {
  const { stdout } = runProgram(home, ['status']);
  return readOut(stdout, /^directory +(.+)$/m).trim();
}

function resume(home: string, typed: string) {
  const { stdout, stderr, status } = spawnSync(LAUNCHER, ['resume'], {
    cwd: home,
    env: plainEnvironment(home),
    input: typed,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  return { stdout, stderr, status };
}

describe('tapedeck panic', () => {
  test('halts a console that runs, and resume lets it trade again', async () => {
    const home = testHome();
    const robot = testRobot({ home, args: [...QUIET, '--start'] });
    await robot.waitFor('● RUNNING');
    // A machine too busy to answer in time proves nothing; it is asked again.
    let said = runProgram(home, ['panic']);
    await expect
      .poll(() => (said = said.status === 0 ? said : runProgram(home, ['panic'])).status, {
        timeout: PATIENCE_MS,
      })
      .toBe(0);
    expect(said.stdout).toMatch(/^result +stopped, and proven$/m);
    expect(said.stdout).toMatch(/^gate +closed: no order leaves$/m);
    await robot.waitFor(/■ HALTED[^]*tapedeck panic/);

    const wrong = resume(home, 'nobody\n');
    expect(wrong.stderr).toContain('not resumed: the phrase is the account: paper');
    expect(wrong.status).toBe(3);
    const right = resume(home, 'paper\n');
    expect(right).toMatchObject({ stdout: 'running again\n', status: 0 });
    await robot.waitFor('● RUNNING');
  });

  test('F51: a console that hangs is left a stop, which it follows when it moves', async () => {
    const home = testHome();
    const robot = testRobot({ home, args: [...QUIET, '--start'] });
    await robot.waitFor('● RUNNING');
    robot.kill('SIGSTOP');
    const { stdout, status } = runProgram(home, ['panic']);
    expect(stdout).toMatch(/NOT PROVEN/);
    expect(stdout).toMatch(/the console was not reached: no answer within 3000 ms/);
    expect(stdout).toMatch(new RegExp(`process ${robot.pid} still runs`));
    expect(status).toBe(1);
    robot.kill('SIGCONT');
    await robot.waitFor(/■ HALTED[^]*tapedeck panic/);
  });

  test('works without a console: the next start is halted', async () => {
    const home = testHome();
    const first = testRobot({ home, args: [...QUIET, '--start'] });
    await first.waitFor('● RUNNING');
    first.kill('SIGKILL');
    await first.exited();
    const { stdout, status } = runProgram(home, ['panic', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ by: 'panic', gateClosed: true, done: true });
    expect(status).toBe(0);
    expect(existsSync(join(stateOf(home), 'halt.json'))).toBe(true);
    const refused = runProgram(home, ['run', ...QUIET, '--headless', '--start', '--for', '1s']);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toMatch(/--start is refused.*halted/);
    const next = testRobot({ home, args: QUIET });
    await next.waitFor('■ HALTED');
  });

  test('a place without state is refused: it must not look like a stop that worked', () => {
    const home = testHome();
    const { stderr, status, stdout } = runProgram(home, ['panic', '--profile', 'other']);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/nothing was ever stored in .*: name the console with --state/);
    expect(status).toBe(2);
    expect(resume(home, 'paper\n').stderr).toMatch(/no console answers in .*start the console/);
  });
});

describe('the halt key', () => {
  test('is a letter where text is typed, Ctrl+X never', async () => {
    const home = testHome();
    const robot = testRobot({ home, args: [...QUIET, '--start'] });
    await robot.waitFor('● RUNNING');
    // Into the palette: here an H is a letter.
    robot.press(':');
    await robot.waitFor('▏');
    robot.press('H');
    await robot.waitFor(/H▏/);
    robot.press('\u0018');
    await robot.waitFor('■ HALTED');
    const state = readFileSync(join(stateOf(home), 'halt.json'), 'utf8');
    expect(JSON.parse(state)).toMatchObject({ state: 'halted', by: 'operator' });
  });
});
