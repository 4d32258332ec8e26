import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { LAUNCHER, type Robot, plainEnvironment, runProgram } from '../support/robot.ts';

import { lastRecord, readJson, testHome, testRobot } from './robot-kit.ts';

const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];
const STATUS = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}DEMO {2}PAUSED {2}equity 10000\.00 USDT/;

/** Anything but characters and ends of lines. */
const moves = (raw: string): string[] =>
  Array.from(raw).filter((one) => /\p{Cc}/u.test(one) && one !== '\n' && one !== '\r');

describe('lines instead of a screen', () => {
  test.each([
    ['--plain', ['--plain'], {}],
    ['TERM=dumb', [], { TERM: 'dumb' }],
    ['a screen reader', [], { INK_SCREEN_READER: 'true' }],
  ] as const)('%s: said as things happen, and it takes commands', async (_why, flags, env) => {
    const home = testHome();
    const robot = testRobot({ home, args: [...flags, ...QUIET], env, size: '200x50' });
    await robot.waitFor(STATUS);
    await robot.waitFor(/commands, each with Enter: H halt/);
    robot.press('r\r');
    await robot.waitFor(/ {2}system {2}running: resumed by the operator/);
    robot.press('x\r');
    await robot.waitFor('no such command; commands, each');
    robot.press('H\r');
    await robot.waitFor(/ {2}system {2}warn {2}halted: halted by the operator/);
    robot.press('r\r');
    await robot.waitFor(/warn {2}resume refused: halted needs the account name paper/);
    robot.press('r paper\r');
    await robot.waitFor((screen) => screen.split('running: resumed by the operator').length > 2);
    robot.press('a\r');
    await robot.waitFor(/positions\n {2}none/);
    robot.press('q\r');
    expect((await robot.exited()).exitCode).toBe(0);
    expect(moves(robot.raw())).toEqual([]);
    expect(lastRecord(home)).toMatchObject({ kind: 'runStopped', reason: 'the operator quit' });
  });

  test('a pipe: no console, and Ctrl+C ends it in order', () => {
    const home = testHome();
    const script = `"$0" ${QUIET.join(' ')} | head -2; echo end`;
    const { stdout, stderr } = inShell(home, script);
    expect(stdout).toMatch(STATUS);
    expect(stdout).toContain('\nno commands: input is not a terminal');
    expect(stdout).toMatch(/\nend\n$/);
    expect(stderr).toBe('tapedeck: not a terminal: lines as with --plain, no console\n');
    expect(moves(stdout)).toEqual([]);
    expect(readJson(home, ['status', '--json'])).toMatchObject({ pid: null });
  });

  test('Ctrl+C ends it in order', async () => {
    const home = testHome();
    const robot = testRobot({ home, args: ['--plain', ...QUIET] });
    await robot.waitFor('commands, each');
    robot.press('\u0003');
    expect((await robot.exited()).exitCode).toBe(130);
    expect(lastRecord(home)).toMatchObject({ reason: 'ended by SIGINT' });
  });
});

describe('--once', () => {
  test('prints a frame of the console in characters alone, and leaves', () => {
    const { stdout, stderr, status } = runProgram(testHome(), ['--once', ...QUIET]);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^ DEMO 60× {2}■ PAUSED[^]*┏━ 1 Markets ━[^]*BTC\/USDT +\d/);
    const lines = stdout.replace(/\n$/, '').split('\n');
    expect(lines).toHaveLength(24);
    expect(Math.max(...lines.map((line) => line.length))).toBe(80);
    expect(moves(stdout)).toEqual([]);
  });

  test('has the size and the colors of the terminal, and moves nothing', async () => {
    const env = { FORCE_COLOR: '3' };
    const robot = testRobot({ home: testHome(), args: ['--once', ...QUIET], size: '120x40', env });
    expect((await robot.exited()).exitCode).toBe(0);
    expect(linesOf(robot)).toHaveLength(40);
    const [, ...sequences] = robot.raw().split('\u001b');
    expect(sequences.length).toBeGreaterThan(10);
    for (const one of sequences) expect(one, 'styles only').toMatch(/^\[[\d;]*m/);
    expect(robot.alternate()).toBe(false);
  });

  test('is text for who reads it aloud', () => {
    const { stdout } = runProgram(testHome(), ['--once', ...QUIET], { INK_SCREEN_READER: 'true' });
    expect(stdout).toMatch(STATUS);
    expect(stdout).not.toMatch(/[┏╭│]/);
  });

  test('is ASCII where the locale is', () => {
    const { stdout } = runProgram(testHome(), ['--once', ...QUIET], { LC_ALL: 'C' });
    expect(stdout).toMatch(/# PAUSED[^]*\+= 1 Markets =/);
    expect(stdout).not.toMatch(/[^\p{ASCII}]/u);
  });
});

const linesOf = (robot: Robot): readonly string[] => robot.raw().replace(/\r\n$/, '').split('\r\n');

function inShell(home: string, script: string) {
  return spawnSync('sh', ['-c', script, LAUNCHER], {
    cwd: home,
    env: plainEnvironment(home),
    encoding: 'utf8',
    timeout: 60_000,
  });
}
