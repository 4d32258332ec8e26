import { expect, test } from 'vitest';

import { placeOrder, readJson, savedLog, testHome, testRobot } from './robot-kit.ts';

// A strategy that needs weeks of warm-up: what happens is what the operator does.
const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];
const RESTS = /BTC\/USDT +buy +limit +0\.02\d* +1,000\.00 +accepted/;

interface Journaled {
  readonly kind: string;
  readonly orderId?: string;
}

const drill = (name: string): string[] => [...QUIET, '--drill', name];

const journal = (home: string): Journaled[] =>
  readJson(home, ['export', 'journal', '--drill', 'calm', '--format', 'json']) as Journaled[];

test('F19: an order that a killed console left at the exchange is found again, once', async () => {
  const home = testHome();
  const first = testRobot({ home, args: drill('calm'), size: '120x40' });
  await first.waitFor(/DRILL calm[^]*■ PAUSED[^]*r resume/);
  first.press('r');
  await first.waitFor('● RUNNING');
  await placeOrder(first, { Type: 'limit', Quantity: '0.02', Price: '1000' });
  first.press('6');
  await first.waitFor(RESTS);
  first.kill('SIGKILL');
  await first.exited();

  const second = testRobot({ home, args: drill('calm'), size: '120x40' });
  await second.waitFor(/■ PAUSED/);
  await savedLog(home, 'books agree with the venue after: started', 2);
  second.press('6');
  await second.waitFor(RESTS);
  const created = journal(home).filter(({ kind }) => kind === 'orderCreated');
  expect(created).toHaveLength(1);
});

test('F1: an order without an answer is unknown, asked for, and found', async () => {
  const home = testHome();
  const robot = testRobot({ home, args: drill('lost-answers'), size: '120x40' });
  await robot.waitFor(/DRILL lost-answers[^]*■ PAUSED[^]*r resume/);
  robot.press('r');
  await robot.waitFor('● RUNNING');
  await placeOrder(robot, { Type: 'limit', Quantity: '0.02', Price: '1000' });
  robot.press('6');
  await robot.waitFor(/BTC\/USDT +buy +limit +0\.02\d* .*unknown/);
  await robot.waitFor(/BTC\/USDT +buy +limit +0\.02\d* .*accepted/);
  const kinds = journal(home)
    .filter(({ orderId }) => orderId !== undefined)
    .map(({ kind }) => kind);
  expect(kinds).toEqual(['orderCreated', 'outcomeUnknown', 'accepted']);
});
