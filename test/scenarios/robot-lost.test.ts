import { expect, test } from 'vitest';

import { lastRecord, savedLog, savedStatus, testHome, testRobot } from './robot-kit.ts';

const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];

test('F63: a terminal that goes without a signal is lost like one that hangs up', async () => {
  const home = testHome();
  // In a session of its own the terminal is not the one that signals it.
  const robot = testRobot({ home, args: QUIET, through: ['setsid', '--wait'] });
  await robot.waitFor(/■ PAUSED[^]*r resume/);
  const { pid } = await savedStatus(home, { tradingState: 'paused' });
  if (pid === null) throw new Error('nobody runs');
  robot.hangUp();
  await savedLog(home, 'the terminal is gone: trading goes on without a screen');
  process.kill(pid, 'SIGTERM');
  await savedStatus(home, { pid: null });
  expect(lastRecord(home)).toMatchObject({ kind: 'runStopped', reason: 'ended by SIGTERM' });
});
