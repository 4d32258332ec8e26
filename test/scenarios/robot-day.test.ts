import { expect, test } from 'vitest';

import { readOut, runProgram } from '../support/robot.ts';

import {
  holdMarketWhile,
  lastPrice,
  placeOrder,
  grouped,
  readJson,
  savedStatus,
  testHome,
  testRobot,
} from './robot-kit.ts';

const STRATEGY = ['--strategy', 'sma-cross:fast=1,slow=2'];
const SEED = ['--seed', '7'];
const ARGS = [...STRATEGY, ...SEED, '--symbols', 'BTC/USDT,ETH/USDT', '--sizing', 'percent:5'];

/** A shell that says how it finds the terminal before and after. */
const SHELL = 'stty -g; "$0" "$@"; echo "ended with $?"; stty -g; echo the-end';

test('a day at the console: order, strategies, pause, halt, flatten, quit', async () => {
  const home = testHome();
  const robot = testRobot({ home, args: ARGS, through: ['sh', '-c', SHELL] });

  // A start trades nothing until it is told to.
  await robot.waitFor(/■ PAUSED[^]*r resume/);
  robot.press('r');
  await robot.waitFor('● RUNNING');

  const stop = String(Math.round((await lastPrice(robot)) * 0.98));
  await placeOrder(robot, { Quantity: '0.01', Stop: stop });
  robot.press('5');
  const held = await robot.waitFor(/BTC\/USDT +long +0\.01\d* .* venue/);
  expect(held).toMatch(new RegExp(`BTC/USDT +long +0\\.01.* ${grouped(stop)}\\.00 +venue`));

  // The strategy acts on closed minutes; at 60x one passes in a second.
  robot.press('2');
  await robot.waitFor(/┏━ 2 Strategies [^]*› *● sma-cro/);
  await holdMarketWhile(robot, /ETH\/USDT +long/);
  robot.press(' ');
  const toggled = await robot.waitFor(/› *○ sma-cro/);
  expect(toggled).toContain('0 on · 1 off');
  await robot.waitFor(/sma-cross off; long [\d.]+ (BTC|ETH)\/USDT/);
  robot.press(' ');
  await robot.waitFor(/› *● sma-cro/);
  await robot.waitFor(/sma-cross on; takes over long [\d.]+ (BTC|ETH)\/USDT/);
  robot.press(' ');
  await robot.waitFor(/› *○ sma-cro/);
  robot.press(',');
  await robot.waitFor('DEMO 60×');

  robot.press('p');
  await robot.waitFor(/■ PAUSED[^]*paused by the operator/);
  robot.press('r');
  await robot.waitFor('● RUNNING');

  robot.press('H');
  await robot.waitFor(/■ HALTED[^]*halted by the operator/);
  robot.press('r');
  await robot.waitFor('type the account name to resume: paper');
  robot.press('papr');
  await robot.waitFor('› papr▏');
  robot.press('\r');
  await robot.waitFor('that is not the phrase');
  robot.press('\u0015');
  await robot.waitFor('› ▏');
  robot.press('paper');
  await robot.waitFor('› paper▏');
  robot.press('\r');
  await robot.waitFor('● RUNNING');

  robot.press('F');
  const asked = await robot.waitFor('type this to confirm: FLATTEN');
  expect(asked).toMatch(/[1-9] positions?, [1-9]\d* working orders?/);
  robot.press('FLATTEN');
  await robot.waitFor('› FLATTEN▏');
  robot.press('\r');
  await robot.waitFor(/■ HALTED[^]*no positions[^]*halted: flat: flattened by the operator/);
  robot.press('6');
  await robot.waitFor(/┏━ 6 Orders [^]* 0 working/);
  const flat = { tradingState: 'halted', positions: [], openOrders: 0 };
  const running = await savedStatus(home, flat, SEED);
  expect(running.pid).not.toBeNull();

  robot.press('q');
  await robot.waitFor('nothing runs while this process is down');
  robot.press('y');
  const after = await robot.waitFor('the-end');
  expect(after).toContain('ended with 0');
  expect((await robot.exited()).exitCode).toBe(0);
  expectTerminalRestored(robot.raw(), after);
  expect(robot.alternate()).toBe(false);

  expect(readJson(home, ['status', '--json', ...SEED])).toMatchObject({
    tradingState: 'halted',
    pid: null,
  });
  const fills = readJson(home, ['export', 'fills', '--format', 'json', ...SEED]) as Fill[];
  const manual = fills.filter(({ strategy }) => strategy === 'manual');
  expect(manual).toMatchObject([
    { symbol: 'BTC/USDT', side: 'buy', quantity: '0.01' },
    { symbol: 'BTC/USDT', side: 'sell', quantity: '0.01' },
  ]);
  expect(runProgram(home, ['--start', '--headless', '--for', '1s', ...ARGS])).toMatchObject({
    status: 3,
    stdout: '',
  });
});

interface Fill {
  readonly symbol: string;
  readonly strategy: string;
}

function expectTerminalRestored(raw: string, screen: string): void {
  expect(raw.lastIndexOf('\u001b[?1049l')).toBeGreaterThan(raw.lastIndexOf('\u001b[?1049h'));
  expect(raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(raw.lastIndexOf('\u001b[?25l'));
  expect(raw.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(raw.lastIndexOf('\u001b[?2004h'));
  const modes = readOut(raw, /^([0-9a-f]+(?::[0-9a-f]+){5,})\r?$/m);
  expect(raw.split(modes), 'cooked again').toHaveLength(3);
  // Nothing of the console is left behind.
  expect(screen).not.toMatch(/HALT|Positions/);
}
