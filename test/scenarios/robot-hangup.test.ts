import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

import { LAUNCHER, PATIENCE_MS, plainEnvironment } from '../support/robot.ts';

import {
  lastPrice,
  lastRecord,
  placeOrder,
  readJson,
  savedLog,
  savedStatus,
  testHome,
  testRobot,
} from './robot-kit.ts';

const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];
/** Long enough for a last write on a busy disk, short for somebody who waits for a prompt. */
const SOON = 30_000;

describe('a terminal that goes away', () => {
  test('F62: trading goes on without a screen, and the next console takes over', async () => {
    const home = testHome();
    const robot = testRobot({ home, args: QUIET });
    await robot.waitFor(/■ PAUSED[^]*r resume/);
    robot.press('r');
    await robot.waitFor('● RUNNING');
    const stop = String(Math.round((await lastPrice(robot)) * 0.97));
    await placeOrder(robot, { Quantity: '0.01', Stop: stop });
    robot.press('5');
    await robot.waitFor(/BTC\/USDT +long +0\.01/);
    const { pid } = robot;
    robot.hangUp();
    await savedLog(home, 'the terminal is gone: trading goes on without a screen');
    const position = { symbol: 'BTC/USDT', quantity: '0.01', stopPrice: stop };
    await savedStatus(home, { tradingState: 'running', openOrders: 1, pid });

    const next = testRobot({ home, args: QUIET, size: '160x40' });
    const shown = await next.waitFor(/took over from process \d+, without a terminal since/);
    expect(shown).toContain(`process ${String(pid)}`);
    expect(shown).toContain('■ PAUSED');
    expect((await robot.exited(SOON)).exitCode).not.toBeNull();
    expect(readJson(home, ['status', '--json'])).toMatchObject({
      openOrders: 1,
      positions: [position],
      pid: next.pid,
    });
  });

  test.each([
    ['pause', 'paused'],
    ['flatten', 'halted'],
  ])('F62: the policy %s leaves the account %s', async (policy, tradingState) => {
    const home = testHome();
    const env = { TAPEDECK_ON_TERMINAL_LOSS: policy };
    const robot = testRobot({ home, args: QUIET, env });
    await robot.waitFor(/■ PAUSED[^]*r resume/);
    robot.press('r');
    await robot.waitFor('● RUNNING');
    robot.kill('SIGHUP');
    await savedStatus(home, { tradingState, pid: robot.pid });
    await robot.waitFor(() => !robot.alternate());
    robot.kill('SIGTERM');
    expect((await robot.exited(SOON)).exitCode).toBe(130);
    expect(lastRecord(home)).toMatchObject({ kind: 'runStopped', reason: 'ended by SIGTERM' });
    expect(readJson(home, ['status', '--json'])).toMatchObject({ tradingState, pid: null });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)('%s: terminal and state', async (signal) => {
    const home = testHome();
    const robot = testRobot({ home, args: QUIET });
    await robot.waitFor(/■ PAUSED[^]*r resume/);
    robot.kill(signal);
    robot.kill(signal);
    expect((await robot.exited(SOON)).exitCode).toBe(130);
    expect(robot.alternate()).toBe(false);
    const [, last] = robot.raw().split('\u001b[?25h\u001b[?1049l');
    expect(last).toMatch(new RegExp(`^tapedeck: ended by ${signal}; log: /.*\\.log\r\n$`));
    expect(lastRecord(home)).toMatchObject({ reason: `ended by ${signal}` });
  });
});

describe('a terminal of few abilities', () => {
  test('a locale without UTF-8 gets ASCII, NO_COLOR no color', async () => {
    const env = { LC_ALL: 'C', NO_COLOR: '1', FORCE_COLOR: '3', COLORTERM: 'truecolor' };
    const robot = testRobot({ home: testHome(), args: QUIET, env });
    await robot.waitFor(/# PAUSED[^]*\+= 1 Markets =[^]*BTC\/USDT +\d[^]*H HALT/);
    robot.press('?');
    await robot.waitFor(/halt at once/);
    expect(robot.raw()).not.toMatch(/[^\p{ASCII}]/u);
    for (const style of stylesOf(robot.raw()))
      expect(['', '0', '1', '2', '7', '22', '27']).toContain(style);
  });

  test('a UTF-8 terminal gets lines and color', async () => {
    const robot = testRobot({ home: testHome(), args: QUIET, env: { FORCE_COLOR: '3' } });
    await robot.waitFor(/■ PAUSED[^]*┏━ 1 Markets ━/);
    expect(stylesOf(robot.raw()).join(' ')).toMatch(/\b(3[0-7]|9[0-7]|38;\d+)\b/);
  });
});

describe('a reader that leaves', () => {
  test('ends a line log in order', () => {
    const home = testHome();
    const script = '"$0" --plain --speed 1000 | head -1';
    const { stdout, stderr } = inShell(home, script);
    expect(stdout).toMatch(/^\S+ {2}DEMO {2}PAUSED {2}equity 10000\.00 USDT .*\n$/);
    expect(stderr).toBe('');
    expect(readJson(home, ['status', '--json'])).toMatchObject({ pid: null });
    expect(lastRecord(home)).toMatchObject({ kind: 'runStopped' });
  });

  test('is no failure: a pipe, a closed output; a full one is', () => {
    const home = testHome();
    const closed = inShell(home, '"$0" strategies list --json >&-; echo "ended with $?"');
    expect(closed).toMatchObject({ stdout: 'ended with 0\n', stderr: '' });
    const full = inShell(home, '"$0" strategies list >/dev/full; echo "ended with $?"');
    expect(full.stdout).toBe('ended with 1\n');
    expect(full.stderr).toMatch(/^tapedeck: the output cannot be written: ENOSPC.*\n$/);
  });
});

/** Parameters of every change of style, as the terminal got them. */
function stylesOf(raw: string): string[] {
  const parts = raw.split('\u001b[').slice(1);
  return parts.flatMap((part) => /^([\d;]*)m/.exec(part)?.[1] ?? []);
}

function inShell(home: string, script: string) {
  return spawnSync('sh', ['-c', script, LAUNCHER], {
    cwd: home,
    env: plainEnvironment(home),
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
}
