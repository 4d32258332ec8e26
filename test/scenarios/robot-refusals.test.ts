import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { runProgram } from '../support/robot.ts';

import { testHome, testRobot } from './robot-kit.ts';

const GOOD = 'time,open,high,low,close,volume\n1640995200000,1,2,0.5,1,9\n';
const FILES: Readonly<Record<string, string | Buffer>> = {
  'nan.csv': `${GOOD}1640995260000,NaN,2,0.5,1,9\n`,
  'unsorted.csv': `${GOOD}1640995140000,1,2,0.5,1,9\n`,
  'columns.csv': 'a,b\n1,2\n',
  'binary.csv': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0xff, 0xfe, 0, 0]),
  'cut.csv.gz': gzipSync(GOOD.repeat(50)).subarray(0, 30),
  'type/tapedeck.json': '{"risk":{"maxPositions":"many"}}',
  'range/tapedeck.json': '{"risk":{"maxPositions":0}}',
  'name/tapedeck.json': '{"risk":{"maxPosition":3}}',
};

/** Every refusal is a row: what a person typed, and what the one line must say. */
const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['--cahs 60', /unknown option '--cahs'; did you mean --cash\?/],
  ['--strategy sma-crss', /strategy "sma-crss" is unknown; did you mean "sma-cross"\?/],
  ['--symbols BTC/USTD', /symbol "BTC\/USTD" is unknown; did you mean "BTC\/USDT"\?/],
  ['--theme drak', /theme "drak" is unknown; did you mean "dark"\?/],
  ['--config type', /maxPositions is "many"; allowed: whole number from 1 to 1000 \(default 10\)/],
  ['--config range', /risk\.maxPositions is 0; allowed: whole number from 1 to 1000/],
  ['--config name', /risk\.maxPosition is unknown; did you mean "maxPositions"\?/],
  ['--replay nan.csv --symbols BTC/USDT', /nan\.csv:3: .*NaN/],
  ['--replay unsorted.csv --symbols BTC/USDT', /unsorted\.csv:3: /],
  ['--replay columns.csv --symbols BTC/USDT', /columns\.csv:1: /],
  ['--replay binary.csv --symbols BTC/USDT', /binary\.csv: .*(binary|text)/],
  ['--replay cut.csv.gz --symbols BTC/USDT', /cut\.csv\.gz: /],
];

describe('refused with one line and exit code 2, nothing kept:', () => {
  test.each(REFUSED)('%s', (typed, line) => {
    const home = homeWithFiles();
    const before = readdirSync(home, { recursive: true });
    const answer = runProgram(home, ['--headless', '--for', '1s', ...typed.split(' ')]);
    expect(answer).toMatchObject({ status: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^tapedeck: .*\n$/);
    expect(answer.stderr).toMatch(line);
    expect(readdirSync(home, { recursive: true })).toEqual(before);
  });

  test('at a terminal the same, without touching the screen', async () => {
    const home = homeWithFiles();
    const args = ['--replay', 'nan.csv', '--symbols', 'BTC/USDT'];
    const robot = testRobot({ home, args, size: '120x40' });
    expect((await robot.exited()).exitCode).toBe(2);
    expect(robot.raw()).toMatch(/^tapedeck: \S*nan\.csv:3: .*\r\n$/);
  });
});

function homeWithFiles(): string {
  const home = testHome();
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), content);
  }
  return home;
}
