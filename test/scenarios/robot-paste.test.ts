import { expect, test } from 'vitest';

import type { Robot } from '../support/robot.ts';

import { type StatusAnswer, readJson, testHome, testRobot } from './robot-kit.ts';

const PASTE = (text: string): string => `\u001b[200~${text}\u001b[201~`;

test('what is pasted or arrives in one piece fires no key', async () => {
  const home = testHome();
  const robot = testRobot({
    home,
    args: ['--symbols', 'BTC/USDT', '--strategy', 'sma-cross:fast=5000,slow=9000'],
  });
  await robot.waitFor(/■ PAUSED[^]*BTC\/USDT +\d/);
  robot.press('r');
  await robot.waitFor('● RUNNING');
  const texts = ['Hello HHH', 'Hq', PASTE('H'), PASTE('F'), PASTE('H F q y p\r'), 'qy', 'pp'];
  for (const [index, text] of texts.entries()) {
    robot.press(text);
    await answersTo(robot, index % 2 === 0 ? '2' : '1');
    expect(robot.screen().join('\n'), JSON.stringify(text)).toMatch(/● RUNNING/);
    expect(robot.screen().join('\n'), JSON.stringify(text)).not.toMatch(/━ (Flatten|Quit|Order)/);
  }

  // A phrase is typed, not pasted, and Enter in a paste confirms nothing.
  robot.press('F');
  await robot.waitFor('type this to confirm: FLATTEN');
  robot.press(PASTE('FLATTEN\r'));
  robot.press('F');
  const typed = await robot.waitFor('› F▏');
  expect(typed).toContain('● RUNNING');
  robot.press('\u001b');
  await robot.waitFor((screen) => !screen.includes('━ Flatten'));

  // A ticket takes numbers from a paste, but is not submitted by it.
  robot.press('o');
  await robot.waitFor('› Quantity');
  robot.press(PASTE('0.002\r\rH'));
  await robot.waitFor(/› Quantity +0\.002▏[^]*enter submit {2}/);
  robot.press('\u001b');
  await robot.waitFor((screen) => !screen.includes('━ Order'));

  const status = readJson(home, ['status', '--json']) as StatusAnswer;
  expect(status).toMatchObject({ tradingState: 'running', openOrders: 0, positions: [] });
  // Held down on a slow line it arrives several times at once, and is meant.
  robot.press('HHH');
  await robot.waitFor('■ HALTED');
});

/** A key that surely does something: once it has, what came before it has been read. */
async function answersTo(robot: Robot, pane: '1' | '2'): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    robot.press(pane);
    try {
      await robot.waitFor(new RegExp(`\\[${pane} [MS]`), 300 * 2 ** attempt);
      return;
    } catch (error) {
      // It may have become part of the text before it, which is right, and no answer. Two presses
      // that are read together are a text as well: so the next one comes later.
      if (attempt === 7) throw error;
    }
  }
}
