import { expect, test } from 'vitest';

import { lastRecord, testHome, testRobot } from './robot-kit.ts';

const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];

test('a terminal that goes without a signal ends the session like a hangup', async () => {
  const home = testHome();
  // In a session of its own the terminal is not the one that signals it.
  const robot = testRobot({ home, args: QUIET, through: ['setsid', '--wait'] });
  await robot.waitFor(/■ PAUSED[^]*r resume/);
  robot.hangUp();
  await expect
    .poll(() => lastRecord(home), { timeout: 60_000, interval: 500 })
    .toMatchObject({ kind: 'runStopped', reason: 'ended by SIGHUP' });
}, 120_000);
