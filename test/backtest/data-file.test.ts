import { gzipSync } from 'node:zlib';

import { afterAll, describe, expect, test } from 'vitest';

import { type CandleFile, openDataFile, type TradeFile } from '../../src/backtest/data-file.ts';
import type { Timeframe } from '../../src/domain/time.ts';
import { describeWithData, sharedDataPath } from '../support/shared-data.ts';
import { csv, HEADER, iso, row, START, TempData } from './temp-data.ts';

const data = new TempData();
afterAll(() => data.remove());
const open = data.open.bind(data);

function candles(content: string | Uint8Array, timeframe: Timeframe | null = null): CandleFile {
  const file = open(content, timeframe);
  if (file.kind !== 'candles') throw new Error(`a file of ${file.kind}`);
  return file;
}

function trades(content: string): TradeFile {
  const file = open(content);
  if (file.kind !== 'trades') throw new Error(`a file of ${file.kind}`);
  return file;
}

/** Rows a minute apart with the time written by `time`. */
const rowsWith = (time: (ms: number) => string | number): string =>
  [0, 1, 2].map((n) => `${time(START + n * 60_000)},1.5,2.5,0.5,2,10`).join('\n');
describe('times', () => {
  test.each<[string, (ms: number) => string | number]>([
    ['ISO with Z', iso],
    ['ISO without zone', (ms) => iso(ms).slice(0, 19)],
    ['ISO with a space and microseconds', (ms) => iso(ms).replace('T', ' ').replace('Z', '000')],
    ['ISO without seconds', (ms) => iso(ms).slice(0, 16)],
    ['ISO with offset', (ms) => `${iso(ms + 5_400_000).slice(0, 19)}+01:30`],
    ['ISO with a negative offset', (ms) => `${iso(ms - 3_600_000).slice(0, 19)}-0100`],
    ['ISO with UTC', (ms) => `${iso(ms).slice(0, 10)} ${iso(ms).slice(11, 19)} UTC`],
    ['slashes', (ms) => iso(ms).slice(0, 19).replaceAll('-', '/').replace('T', ' ')],
    ['quoted', (ms) => `"${iso(ms)}"`],
    ['epoch seconds', (ms) => ms / 1_000],
    ['epoch seconds with fraction', (ms) => `${ms / 1_000}.000`],
    ['epoch ms', (ms) => ms],
    ['epoch µs', (ms) => ms * 1_000],
  ])('reads %s', (_name, time) => {
    const file = candles(`${HEADER}\n${rowsWith(time)}`);
    expect([...file.times]).toEqual([START, START + 60_000, START + 120_000]);
    expect(file.timeframe).toBe('1m');
  });

  test('reads dates without time, leap days included', () => {
    const file = candles(
      csv('2024-02-28,1,1,1,1,1', '2024-02-29,1,1,1,1,1', '2024-03-01,1,1,1,1,1'),
    );
    expect(file.timeframe).toBe('1d');
    expect(file.firstTime).toBe(Date.UTC(2024, 1, 28));
    expect(file.gaps).toBe(0);
  });

  test.each(['2023-02-29', '2024-13-01', '2024-01-32', '2024-01-01 24:00', '2024-01-01 00:60'])(
    'refuses the impossible %s',
    (time) => {
      expect(() => open(csv(`${time},1,1,1,1,1`))).toThrow(
        /data\.csv:2: timestamp ".*" is no time/,
      );
    },
  );
});

describe('columns', () => {
  test.each([
    'timestamp,open,high,low,close,volume',
    'TIME,Open,HIGH,Low,Close,Volume',
    'Date,Open,High,Low,Close,Volume',
    'datetime,o,h,l,c,v',
    'Open Time,Open,High,Low,Close,Volume',
    'open_time,open,high,low,close,volume',
    ',Open,High,Low,Close,Volume',
    '\uFEFFtimestamp,open,high,low,close,volume',
  ])('recognizes %s', (header) => {
    const file = candles(`${header}\n${rowsWith(iso)}`);
    expect([file.opens[0], file.highs[0], file.lows[0], file.closes[0], file.volumes[0]]).toEqual([
      1.5, 2.5, 0.5, 2, 10,
    ]);
  });

  test('takes columns in any order and leaves others alone', () => {
    const file = candles(
      `close,symbol,volume,low,high,open,time\n2,X,10,0.5,2.5,1.5,${START}`,
      '1m',
    );
    expect([file.times[0], file.opens[0], file.closes[0]]).toEqual([START, 1.5, 2]);
  });

  test.each([';', '\t'])('reads columns separated by %j, and Windows line ends', (mark) => {
    const text = `${HEADER}\n${rowsWith(iso)}\n`.replaceAll(',', mark).replaceAll('\n', '\r\n');
    expect(candles(text).length).toBe(3);
  });

  test('skips empty lines and still counts them', () => {
    expect(candles(`${HEADER}\n\n${row(0)}\n\n${row(1)}\n\n`).length).toBe(2);
    expect(() => open(`${HEADER}\n\n${row(0)}\n\n${row(1, '1,2,3,x,5')}`)).toThrow(
      'data.csv:5: close "x"',
    );
  });
});

describe('formats', () => {
  const object = (n: number): string =>
    JSON.stringify({
      time: START + n * 60_000,
      open: 1.5,
      high: '2.5',
      low: 0.5,
      close: '2',
      volume: 10,
    });
  const expected = (file: CandleFile): void => {
    expect([...file.times]).toEqual([START, START + 60_000]);
    expect([file.opens[1], file.highs[1], file.volumes[1]]).toEqual([1.5, 2.5, 10]);
  };

  test('reads JSON lines, numbers and numbers as text', () => {
    expected(candles(`${object(0)}\n\n${object(1)}\n`));
  });

  test('reads a JSON array of objects', () => {
    expected(candles(`[${object(0)},\n${object(1)}]`));
  });

  test('reads gzip of each by its content, whatever the name', () => {
    expected(candles(gzipSync(`${object(0)}\n${object(1)}`)));
    expected(candles(gzipSync(`[${object(0)},${object(1)}]`)));
    expect(candles(gzipSync(csv(row(0), row(1)))).length).toBe(2);
  });

  test('names the line of a fault inside a JSON array', () => {
    const bad = object(1).replace('"2"', '"x\\"{"');
    expect(() => open(`[\n${object(0)},\n\n${bad}]`)).toThrow('data.csv:4: close "x\\"{" is not');
  });
});

describe('trades', () => {
  test.each(['quantity', 'Amount', 'size', 'qty'])('reads the quantity from %s', (name) => {
    const file = trades(`time,price,${name},side\n${START},10,2,buy\n${START},11,3,SELL`);
    expect([...file.prices]).toEqual([10, 11]);
    expect([...file.quantities]).toEqual([2, 3]);
    expect([...file.buys]).toEqual([1, 0]);
    expect(file.timeframe).toBe('1m');
  });

  test('reads who took from the maker column', () => {
    const file = trades(`time,price,qty,is_buyer_maker\n${START},10,2,true\n${START},11,3,False`);
    expect([...file.buys]).toEqual([0, 1]);
  });

  test('guesses the side by the tick rule where the file names none', () => {
    const rows = [10, 11, 11, 9, 9, 10].map((price, n) => `${START + n},${price},1`);
    expect([...trades(['time,price,size', ...rows].join('\n')).buys]).toEqual([1, 1, 1, 0, 0, 1]);
  });

  test.each([
    ['an unknown side', `${START},10,2,up`, 'side "up" is no side'],
    [
      'an earlier time',
      `${START},1,2,buy\n${START - 1},1,2,buy`,
      `data.csv:3: time "${START - 1}" is before`,
    ],
    ['no quantity', `${START},10,0,buy`, 'quantity "0" is not above zero'],
  ])('refuses %s', (_name, rows, message) => {
    expect(() => open(`time,price,quantity,side\n${rows}`)).toThrow(message);
  });
});

describe('timeframe', () => {
  const every = (minutes: number, count: number): string =>
    csv(...Array.from({ length: count }, (_, n) => row(n * minutes)));

  test('counts gaps and allows them', () => {
    const file = candles(csv(row(0), row(1), row(2), row(9), row(10), row(30)));
    expect([file.timeframe, file.gaps, file.length]).toEqual(['1m', 2, 6]);
  });

  test('keeps the finer candles of a file for a multiple', () => {
    expect(candles(every(5, 4), '1h').timeframe).toBe('5m');
  });

  test.each<[string, string, Timeframe, string]>([
    ['shorter than the rows', every(60, 3), '1m', 'timeframe 1m is shorter than its candles of 1h'],
    [
      'no multiple of the rows',
      every(3, 4),
      '5m',
      'timeframe 5m is no multiple of its candles of 3m',
    ],
    [
      'overlapping rows',
      csv(row(0), row(1), row(1.5), row(2.5), row(3.5)),
      '1m',
      'data.csv:4: the row is 30 s after',
    ],
    ['rows no timeframe fits', csv(row(0), row(0.0001), row(0.0003)), '1m', 'no timeframe'],
  ])('refuses %s', (_name, text, timeframe, message) => {
    expect(() => open(text, timeframe)).toThrow(message);
  });

  test('believes the caller about a single row, and asks for it', () => {
    expect(candles(csv(row(0)), '15m').timeframe).toBe('15m');
    expect(() => open(csv(row(0)))).toThrow('name it with --timeframe');
  });
});

const REAL = ['btc-perp-1m.csv', 'dash-usdt-1m-week.json', 'GOOG.csv', 'EURUSD.csv', 'BTCUSD.csv'];
describeWithData('real recordings', REAL, () => {
  test.each<[string, Timeframe, Timeframe, number, number]>([
    ['btc-perp-1m.csv', '1m', '1m', 45_031, 0],
    ['btc-perp-1m.csv', '1h', '1m', 45_031, 0],
    ['dash-usdt-1m-week.json', '1m', '1m', 10_080, 0],
    ['GOOG.csv', '1d', '1d', 2_148, 463],
    ['EURUSD.csv', '1h', '1h', 5_000, 42],
    ['BTCUSD.csv', '1d', '1d', 156, 155],
  ])('loads %s for %s', (name, asked, own, length, gaps) => {
    const file = openDataFile(sharedDataPath(name), { symbol: 'X/Y', timeframe: asked });
    expect([file.kind, file.timeframe, file.length, file.gaps]).toEqual([
      'candles',
      own,
      length,
      gaps,
    ]);
  });

  test('reads values and times exactly', () => {
    const path = sharedDataPath('btc-perp-1m.csv');
    const file = openDataFile(path, { symbol: 'BTC/USDT:USDT', timeframe: '1m' });
    if (file.kind !== 'candles') throw new Error('no candles');
    expect(file.firstTime).toBe(Date.UTC(2021, 11, 31, 23, 1));
    expect(file.lastTime).toBe(Date.UTC(2022, 1, 1, 5, 31));
    expect([file.opens[0], file.highs[0], file.lows[0], file.closes[0], file.volumes[0]]).toEqual([
      46_319, 46_385, 46_319, 46_377, 2_300_413.7295,
    ]);
    expect(file.closes.at(-1)).toBe(38_544);
  });

  test('says which columns a file of round trips lacks', () => {
    const trips = sharedDataPath('trades_sl_tp.csv');
    expect(() => openDataFile(trips, { symbol: 'X/Y', timeframe: null })).toThrow(
      /found: Size, EntryBar/,
    );
  });
});
