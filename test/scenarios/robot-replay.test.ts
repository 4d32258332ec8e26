import { expect, test } from 'vitest';

import type { Robot } from '../support/robot.ts';

import { savedStatus, testHome, testRobot, writeRecording } from './robot-kit.ts';

const REPLAY = ['--mode', 'replay', '--symbols', 'BTC/USDT', '--speed', '60'];
const CLOCK = / (\d\d:\d\d):00 /;
const SIZES = ['80x24', '120x40', '200x50', '40x10'];

test('a recording is held, stepped, sped up and said to have ended', async () => {
  const home = testHome();
  const robot = testRobot({ home, args: [...REPLAY, '--replay', writeRecording(home, 90)] });
  await robot.waitFor(/REPLAY 60×[^]*BTC\/USDT +10\d\.00/);
  robot.press(',');
  await robot.waitFor('REPLAY held');
  let minute = minuteOf(robot);
  for (let step = 0; step < 3; step += 1) {
    robot.press('.');
    minute += 1;
    // The candle of minute n closes at n + 1, at a price of 101 + n.
    await robot.waitFor(new RegExp(`${clock(minute)}[^]* ${String(100 + minute)}\\.00 `));
  }
  for (const size of SIZES) {
    robot.resize(size);
    await robot.waitFor((screen) => fills(screen, size) && /REPLAY held/.test(screen));
  }
  robot.resize('29x7');
  await robot.waitFor(/^PAUSED.*H halts\s*$/);
  robot.resize('80x24');
  await robot.waitFor((screen) => fills(screen, '80x24'));

  robot.press(',');
  await robot.waitFor('REPLAY 60×');
  robot.press('+');
  await robot.waitFor('REPLAY 120×');
  robot.press('-');
  await robot.waitFor('REPLAY 60×');
  for (const speed of ['120×', '300×', '600×', '1000×']) {
    robot.press('+');
    await robot.waitFor((screen) => screen.includes(`REPLAY ${speed}`) || /ended/.test(screen));
  }
  const end = await robot.waitFor(/REPLAY ended[^]*the recording has ended/);
  expect(end).toContain(`${clock(90)}:00`);
  robot.press('q');
  await robot.waitFor('quit and leave everything as it is');
  robot.press('y');
  expect((await robot.exited()).exitCode).toBe(0);
});

test.each([...SIZES, '29x7', '1x1'])(
  'a start at %s shows a whole frame and can halt',
  async (size) => {
    const home = testHome();
    // Longer than any machine takes to come to the halt: at its end there is nothing to stop.
    const recording = writeRecording(home, 600);
    const robot = testRobot({ home, size, args: [...REPLAY, '--replay', recording] });
    if (size === '1x1') await robot.waitFor(/\S/);
    else if (size === '29x7') await robot.waitFor(/^PAUSED.*H halts/);
    else await robot.waitFor((screen) => fills(screen, size) && screen.includes('REPLAY'));
    // Whatever the size, the emergency stop works.
    robot.press('H');
    if (size === '1x1') {
      await savedStatus(home, { tradingState: 'halted' }, ['--mode', 'replay']);
    } else await robot.waitFor('HALTED');
    robot.kill('SIGTERM');
    expect((await robot.exited()).exitCode).toBe(130);
    expect(robot.alternate()).toBe(false);
    // Nothing of the screen stays, only why it ended.
    const left = robot.screen().join('').trim();
    expect(left).toMatch(size === '1x1' ? /^.?$/ : /^tapedeck: ended by SIGTERM; log: \/\S+\.log$/);
  },
);

function minuteOf(robot: Robot): number {
  const [hours = 0, minutes = 0] = (CLOCK.exec(robot.screen().join('\n'))?.[1] ?? '')
    .split(':')
    .map(Number);
  return hours * 60 + minutes;
}

const clock = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');

/** Header first, footer last, and no line longer than the screen. */
function fills(screen: string, size: string): boolean {
  const [cols = 0, rows = 0] = size.split('x').map(Number);
  const lines = screen.split('\n');
  const last = lines.at(-1) ?? '';
  return (
    lines.length === rows &&
    lines.every((line) => line.length <= cols) &&
    /^ (TAPEDECK {2})?REPLAY/.test(lines[0] ?? '') &&
    /^ o order .*H HALT/.test(last) &&
    lines.filter((line) => /^[╰┗]/.test(line)).every((line) => line.length === cols)
  );
}
