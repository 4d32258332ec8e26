import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { testHome, testRobot } from './robot-kit.ts';

const QUIET = ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'];
const F5 = '\u001b[15~';

test('keys of the configuration work, and those of an edit at once', async () => {
  const home = testHome();
  const directory = join(home, 'config');
  mkdirSync(directory);
  const configure = (keys: object): void => {
    writeFileSync(join(directory, 'tapedeck.json'), JSON.stringify({ ui: { keys } }));
  };
  configure({ halt: ['!'], help: ['f5'] });
  const robot = testRobot({ home, args: [...QUIET, '--config', directory] });
  const start = await robot.waitFor(/■ PAUSED[^]*r resume/);
  expect(start, 'the footer names the key that works').toContain('! HALT');

  robot.press(F5);
  const help = await robot.waitFor('━ Keys');
  expect(help).toMatch(/ ! +halt at once/);
  robot.press('H');
  await robot.waitFor((screen) => !screen.includes('━ Keys'));
  expect(robot.screen().join('\n'), 'no longer the key that halts').toContain('■ PAUSED');

  // An edit that is wrong changes nothing, and says why.
  configure({ halt: ['o'] });
  await robot.waitFor(/configuration not reloaded/);
  configure({ halt: ['Q'], help: ['f5'] });
  await robot.waitFor(/Q HALT[^]* F5 help/);
  robot.press(F5);
  await robot.waitFor('━ Keys');
  robot.press('!');
  await robot.waitFor((screen) => !screen.includes('━ Keys'));
  expect(robot.screen().join('\n')).toContain('■ PAUSED');
  robot.press('Q');
  await robot.waitFor('■ HALTED');
}, 120_000);
