import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, describe, expect, test } from 'vitest';

import { openDataFile } from '../../src/backtest/data-file.ts';
import { InputError } from '../../src/domain/errors.ts';
import { csv, HEADER, row, START, TempData } from './temp-data.ts';

const data = new TempData();
afterAll(() => data.remove());

describe('bad files', () => {
  const good = csv(row(0), row(1));
  const cases: [string, string | Uint8Array, RegExp][] = [
    ['an empty file', '', /data\.csv: the file is empty/],
    ['blank lines only', '\n \n\n', /the file is empty/],
    ['a header alone', `${HEADER}\n`, /a header but no row/],
    [
      'no header',
      `${row(0)}\n${row(1)}`,
      /data\.csv:1: the first line holds values.*timestamp,open/,
    ],
    [
      'wrong columns',
      'a,b,c\n1,2,3',
      /data\.csv:1: no column time, .*found: a, b, c;.*needed: timestamp/,
    ],
    [
      'a misspelled column',
      good.replace('close', 'clsoe'),
      /no column close;.*did you mean "close" where it says "clsoe"/,
    ],
    [
      'a missing column',
      good.replace(',volume', '').replaceAll(',5', ''),
      /no column volume; found: timestamp, open/,
    ],
    [
      'a column that appears twice',
      good.replace('volume', 'close'),
      /column "close" appears twice/,
    ],
    ['a short row', csv(row(0), row(1, '1,2')), /data\.csv:3: the row has 3 cells, the header 6/],
    ['a long row', csv(row(0, '1,2,1,2,3,4')), /data\.csv:2: the row has 7 cells/],
    ['an open quotation mark', csv(row(0), `"${row(1)}`), /data\.csv:\d+: not readable as CSV/],
    [
      'unsorted rows',
      csv(row(0), row(2), row(1)),
      /data\.csv:4: timestamp ".*12:01.*" is before the row above; sort/,
    ],
    [
      'a duplicate time',
      csv(row(0), row(1), row(1)),
      /data\.csv:4: timestamp ".*" is there already/,
    ],
    ['NaN', csv(row(0), row(1, 'NaN,1,1,1,1')), /data\.csv:3: open "NaN" is not a number/],
    [
      'infinity',
      csv(row(0, '1,Infinity,1,1,1')),
      /data\.csv:2: high "Infinity" is not a finite number/,
    ],
    ['a word', csv(row(0, '1,1,1,abc,1')), /data\.csv:2: close "abc" is not a number/],
    ['a hexadecimal number', csv(row(0, '0x10,16,16,16,1')), /open "0x10" is not a number/],
    ['an empty value', csv(row(0, '1,1,,1,1')), /data\.csv:2: low "" is empty/],
    ['an empty time', csv(',1,1,1,1,1'), /data\.csv:2: timestamp "" is empty/],
    ['a negative price', csv(row(0, '-1,1,1,1,1')), /open "-1" is not above zero/],
    ['a price of zero', csv(row(0, '1,1,0,1,1')), /low "0" is not above zero/],
    ['a negative volume', csv(row(0, '1,1,1,1,-3')), /volume "-3" is negative/],
    ['high below low', csv(row(0, '10,9,12,10,1')), /data\.csv:2: high 9 is below low 12/],
    ['a close outside', csv(row(0, '10,11,9,12,1')), /data\.csv:2: close 12 is outside 9 to 11/],
    [
      'a huge price',
      csv(row(0, '1e16,1e16,1e16,1e16,1')),
      /open "1e16" is beyond 1000000000000000/,
    ],
    [
      'a time that is none',
      csv('yesterday,1,1,1,1,1'),
      /timestamp "yesterday" is no time; write ISO 8601/,
    ],
    ['an epoch no unit fits', csv('1234,1,1,1,1,1'), /timestamp "1234" is no time/],
    [
      'times in two styles',
      csv(row(0), `${START + 60_000},1,1,1,1,1`),
      /data\.csv:3: timestamp "\d+" is epoch milliseconds, the rows before ISO 8601/,
    ],
    [
      'times in two units',
      csv(`${START},1,1,1,1,1`, `${START / 1_000 + 60},1,1,1,1,1`),
      /epoch seconds, the rows before epoch milliseconds/,
    ],
    [
      'binary content',
      Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0]),
      /line 1 holds binary data/,
    ],
    ['binary in the middle', `${good}\n\u0000\u0001`, /line 4 holds binary data/],
    [
      'broken UTF-8',
      Buffer.concat([Buffer.from(`${good}\n`), Buffer.from([0xff, 0xfe, 65])]),
      /line 4 holds binary/,
    ],
    ['gzip that is cut off', gzipSync(good.repeat(50)).subarray(0, 40), /gzip data is cut off/],
    ['gzip that is damaged', damaged(gzipSync(good)), /gzip data is (damaged|cut off)/],
    ['gzip of binary data', gzipSync(Uint8Array.from([1, 2, 0, 3])), /binary data/],
    ['a JSON array that is cut off', '[{"time": 1,\n"open": 2', /data\.csv:2: broken JSON/],
    [
      'a JSON line that is cut off',
      '{"time":1}\n{"ti',
      /data\.csv:1: no column open|data\.csv:2: not a JSON object/,
    ],
    [
      'JSON of bare arrays',
      '[[1,2,3]]',
      /data\.csv:1: \[1,2,3\] is not an object with named values/,
    ],
    [
      'one JSON object over lines',
      '{\n"candles": []\n}',
      /data\.csv:1: not a JSON object.*one object per line/,
    ],
    [
      'a JSON value missing',
      `{"time":${START},"open":1,"high":1,"low":1,"close":1,"volume":1}\n{"time":${START + 60_000}}`,
      /data\.csv:2: open "" is empty/,
    ],
  ];

  test.each(cases)('refuses %s with exit code 2', (_name, content, message) => {
    let caught: unknown;
    try {
      data.open(content, '1m');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InputError);
    const error = caught as InputError;
    expect(error.exitCode).toBe(2);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  test('refuses a file that is not there, and a directory', () => {
    const of = { symbol: 'X/Y', timeframe: null } as const;
    expect(() => openDataFile(join(data.folder, 'none.csv'), of)).toThrow(
      /none\.csv: .*no such file/,
    );
    mkdirSync(join(data.folder, 'sub'));
    expect(() => openDataFile(join(data.folder, 'sub'), of)).toThrow(/sub: is a directory/);
    expect(() => openDataFile('/dev/null', of)).toThrow('is not a regular file');
  });
});

function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let i = 20; i < 40; i++) copy[i] = (copy[i] ?? 0) ^ 0x5a;
  return copy;
}
