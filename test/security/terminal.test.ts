// What reaches the terminal of a person when words of others are everywhere: S1, S2, S3, S4, S5.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { testHome, testRobot, writeRecording } from '../scenarios/robot-kit.ts';
import { runProgram } from '../support/robot.ts';

const ESC = '\u001b';
const BEL = '\u0007';
/** Title, clipboard, erasing in 7 and 8 bits, a question to the terminal, turned around. */
const PARTS = [
  `${ESC}]0;pwned${BEL}`,
  `${ESC}]52;c;cHduZWQ=${BEL}`,
  `${ESC}]8;;http://pwned.test${BEL}`,
  `${ESC}[2J`,
  '\u009b2J',
  `${ESC}[6n`,
  `${ESC}P1$r0m${ESC}\\`,
  '+999%\r-5%\b\b',
  '\u202eevil\u202c\u200b',
];
const TEXT = `first ${PARTS.join(' ')} last`;

const STRATEGY = `
const TEXT = ${JSON.stringify(TEXT)};
export const strategy = ({ z }) => ({
  name: 'my-own',
  summary: TEXT,
  params: z.strictObject({}),
  worstCaseFraction: 0.05,
  warmup: () => 1,
  create(_params, { symbol }) {
    let long = false;
    return {
      onCandle() {
        long = !long;
        const positionSide = long ? 'long' : 'flat';
        return [{ kind: 'target', symbol, positionSide, reason: TEXT }];
      },
      explain: () => ({ text: TEXT, inputs: { average: 1 } }),
    };
  },
});
`;

const SEQUENCE = new RegExp(`${ESC}(?:\\]52;|\\]8;;h|\\]0;pwned|P1\\$r)`);

/** Bytes of the terminal that only outside text could have brought. */
function foreign(raw: string): string[] {
  const found: string[] = [];
  if (SEQUENCE.test(raw)) found.push('a sequence of the text');
  if (/[\u0080-\u009f]/.test(raw)) found.push('an 8-bit control');
  if (/[\u202a-\u202e\u2066-\u2069\u200b-\u200f]/.test(raw)) found.push('an unseen character');
  if (raw.includes(BEL)) found.push('a bell');
  // The screen itself steps back at times; the text does so behind a percent sign.
  if (raw.includes('%\b')) found.push('a step back');
  if (/%\r-5/.test(raw)) found.push('an overwritten line');
  return found;
}

function evilHome(): { readonly home: string; readonly args: readonly string[] } {
  const home = testHome();
  writeFileSync(join(home, 'my-own.ts'), STRATEGY);
  const args = ['--replay', writeRecording(home, 300), '--symbols', 'BTC/USDT'];
  return { home, args: [...args, '--strategy', './my-own.ts', '--risk', 'none', '--speed', 'max'] };
}

describe('text of a strategy full of escape sequences', () => {
  test('is read on every pane without one of them reaching the terminal', async () => {
    const { home, args } = evilHome();
    const robot = testRobot({ home, size: '120x40', args: ['run', ...args, '--start'] });
    await robot.waitFor('the recording has ended');
    for (const key of ['2', '5', '7', '8', '9', '0', '6']) {
      robot.press(key);
      await robot.waitFor(new RegExp(`┏━ ${key} `));
    }
    // Its words are there, so this looks at what it should.
    await robot.waitFor(/my-own +first/);
    robot.press('\r');
    await robot.waitFor(/evil last/);
    robot.kill('SIGTERM');
    await robot.exited();
    expect(foreign(robot.raw())).toEqual([]);
  });

  test('is text in journal, log and exports', () => {
    const { home, args } = evilHome();
    const run = runProgram(home, ['run', '--headless', ...args, '--start', '--json']);
    expect(run.status).toBe(0);
    expect(foreign(run.stdout + run.stderr)).toEqual([]);
    const of = ['--mode', 'replay'];
    for (const what of ['orders', 'journal']) {
      for (const format of ['csv', 'json']) {
        const { stdout } = runProgram(home, ['export', what, '--format', format, ...of]);
        expect(stdout).toContain('first ');
        expect(foreign(stdout), `${what} ${format}`).toEqual([]);
        expect(stdout).not.toContain(ESC);
      }
    }
    const log = join(home, '.local/state/tapedeck/default-replay/logs/tapedeck.log');
    expect(readFileSync(log, 'utf8')).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('is harmless in lines without a screen', () => {
    const { home, args } = evilHome();
    const plain = runProgram(home, ['run', '--plain', ...args, '--start']);
    expect(foreign(plain.stdout + plain.stderr)).toEqual([]);
    expect(plain.stdout).not.toContain(ESC);
  });
});

describe('names', () => {
  test.each<[string, string[]]>([
    ['a symbol', ['--symbols', `BTC${TEXT}/USDT`]],
    ['a lookalike', ['--symbols', '\u0412\u0422\u0421/USDT']],
    ['a file', ['--replay', `/nowhere/${TEXT}.csv`]],
    ['a strategy', ['--strategy', TEXT]],
    ['a profile', ['--profile', TEXT]],
    ['a theme', ['--theme', TEXT]],
    ['a command', [TEXT]],
    ['a flag', [`--${TEXT}`]],
    ['a directory', ['--config', TEXT]],
  ])('%s of escape sequences is refused without them', (_name, args) => {
    const { stdout, stderr, status } = runProgram(testHome(), args);
    expect(status).toBe(2);
    expect(foreign(stdout + stderr)).toEqual([]);
    expect(stderr).toMatch(/^tapedeck: [^\p{Cc}]+\n$/u);
  });

  test('S5: a lookalike symbol is named by its code points', () => {
    const { stderr } = runProgram(testHome(), ['--symbols', '\u0412\u0422\u0421/USDT']);
    expect(stderr).toContain('(this is \\u{412}\\u{422}\\u{421}/USDT)');
  });

  test('a recording with such a name and such lines is refused or played, never obeyed', () => {
    const home = testHome();
    const path = join(home, `x${ESC}]0;pwned${BEL}.csv`);
    writeFileSync(path, `time,open,high,low,close,volume\n${TEXT},1,2,0.5,1,9\n`);
    const { stdout, stderr, status } = runProgram(home, ['run', '--headless', '--replay', path]);
    expect(status).toBe(2);
    expect(foreign(stdout + stderr)).toEqual([]);
  });
});
