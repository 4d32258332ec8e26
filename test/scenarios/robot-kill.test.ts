import { expect, test } from 'vitest';

import { type Robot, readOut } from '../support/robot.ts';

import {
  type StatusAnswer,
  grouped,
  holdMarketWhile,
  lastPrice,
  placeOrder,
  readJson,
  savedStatus,
  testHome,
  testRobot,
} from './robot-kit.ts';

// A strategy that needs weeks of warm-up: what happens is what the operator does.
const RESTS = /BTC\/USDT +buy +limit +0\.02\d* +1,000\.00 +accepted/;
const ARGS = ['--strategy', 'sma-cross:fast=5000,slow=9000', '--symbols', 'BTC/USDT,ETH/USDT'];

test('killed with -9 and started again, the console finds what it had shown', async () => {
  const home = testHome();
  const first = testRobot({ home, args: ARGS, size: '120x40' });
  await first.waitFor(/■ PAUSED[^]*r resume/);
  first.press('r');
  await first.waitFor('● RUNNING');
  const stop = String(Math.round((await lastPrice(first)) * 0.97));
  await placeOrder(first, { Quantity: '0.01', Stop: stop });
  await first.waitFor(/BTC\/USDT +long +0\.01/);
  await placeOrder(first, { Side: 'sell', Quantity: '0.004' });
  await first.waitFor(/BTC\/USDT +long +0\.006/);
  await placeOrder(first, { Type: 'limit', Quantity: '0.02', Price: '1000' });

  const shown = await settled(first, RESTS);
  expect(shown.positions).toHaveLength(1);
  expect(shown.positions[0]).toContain(grouped(stop));
  expect(shown.orders).toHaveLength(5);
  await savedStatus(home, { tradingState: 'running', openOrders: 2, pid: first.pid });
  const before = files(home);

  first.kill('SIGKILL');
  expect((await first.exited()).signal).toBe(9);
  const dead = files(home);
  expect(dead.status).toEqual({ ...before.status, pid: null, dataAgeMs: null });
  expect(dead.fills).toEqual(before.fills);

  const second = testRobot({ home, args: ARGS, size: '120x40' });
  const recovered = await second.waitFor(/recovered up to record \d+/);
  expect(recovered).toContain('1 position, 2 open orders, was running');
  // It trades again when the operator says so, not by itself.
  expect(recovered).toContain('■ PAUSED');
  const found = await settled(second, RESTS);
  expect(found).toEqual(shown);
  await savedStatus(home, { tradingState: 'paused', pid: second.pid });
  const after = files(home);
  expect(after.status.positions).toEqual(before.status.positions);
  expect(after.status.openOrders).toBe(2);
  expect(after.fills).toEqual(before.fills);

  // What was stricter than a pause stays.
  second.press('H');
  await second.waitFor(/■ HALTED[^]*halted by the operator/);
  await savedStatus(home, { tradingState: 'halted' });
  second.kill('SIGKILL');
  await second.exited();
  const third = testRobot({ home, args: ARGS, size: '120x40' });
  const halted = await third.waitFor(/recovered up to record \d+/);
  expect(halted).toContain('was halted');
  expect(halted).toContain('■ HALTED');
  expect(await settled(third, /BTC\/USDT +long +0\.006/)).toMatchObject({
    positions: shown.positions,
  });
});

interface Shown {
  readonly positions: readonly string[];
  readonly orders: readonly string[];
  readonly realized: string;
  readonly fees: string;
}

/** Positions, orders and booked money on a held screen, without what moves with the market. */
async function settled(robot: Robot, wanted: RegExp): Promise<Shown> {
  const held = await holdMarketWhile(robot, wanted);
  const orders = await alone(robot, '6');
  const pnl = await alone(robot, '8');
  robot.press('1');
  await robot.waitFor('┏━ 1 Markets');
  return {
    positions: cells(held, /BTC\/USDT +long .*(venue|engine|nowhere)/).map((line) => {
      const [symbol, side, quantity, entry, ...rest] = line.split(/ +/);
      return [symbol, side, quantity, entry, ...rest.slice(-2)].join(' ');
    }),
    // The distance to the market and the age go on.
    orders: cells(orders, /BTC\/USDT +(buy|sell).*/).map((line) =>
      line.replaceAll(/ [−+]?\d+\.\d\d(?= +[a-z])| [\d.]+ (s|min)\b/g, ' ').replaceAll(/ +/g, ' '),
    ),
    realized: readOut(pnl, /┃ realized (\S+)/),
    fees: readOut(pnl, / fees (\S+)/),
  };
}

const cells = (screen: string, pattern: RegExp): string[] =>
  screen.split('\n').flatMap((line) => pattern.exec(line)?.[0].trim() ?? []);

/** The screen with one pane on all of it; afterwards it shares it again. */
async function alone(robot: Robot, key: string): Promise<string> {
  const isAlone = (screen: string): boolean =>
    screen.includes(`┏━ ${key} `) && !/[╭╰]/.test(screen);
  robot.press(key);
  const found = await robot.waitFor(`┏━ ${key} `);
  if (isAlone(found)) return found;
  robot.press('z');
  const shown = await robot.waitFor(isAlone);
  robot.press('z');
  await robot.waitFor((screen) => !isAlone(screen));
  return shown;
}

function files(home: string): { status: StatusAnswer; fills: unknown } {
  return {
    status: readJson(home, ['status', '--json']) as StatusAnswer,
    fills: readJson(home, ['export', 'fills', '--format', 'json']),
  };
}
