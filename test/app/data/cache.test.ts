import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cachedMinutes, cachedSeries } from '../../../src/app/data/cached.ts';
import { checkFile, importFile, listCache } from '../../../src/app/data/manage.ts';
import { candlePageFile, isoOf, timeOf } from '../../../src/app/data/place.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import {
  addToSeries,
  csvPath,
  findGaps,
  joinRanges,
  missingRanges,
  readNote,
  readSeries,
  type SeriesKey,
} from '../../../src/store/candles.ts';
import { temporaryDirectory } from '../../support/config-directory.ts';

const START = Date.UTC(2026, 0, 5);
const KEY: SeriesKey = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1m' };
const at = (minute: number): number => START + minute * MINUTE_MS;
const range = (from: number, to: number) => ({ from: at(from), to: at(to) });
const candle = (minute: number, close = 100): Candle => ({
  openTime: at(minute),
  open: 100,
  high: 101,
  low: 99,
  close,
  volume: 1.5e-7,
});

function filled(...minutes: readonly number[]): string {
  const directory = temporaryDirectory();
  const part = { ranges: [range(0, 10)], candles: minutes.map((minute) => candle(minute)) };
  addToSeries(directory, KEY, part, null);
  return directory;
}

describe('a kept series', () => {
  test('grows by parts in any order and is read back exactly', () => {
    const directory = filled(0, 1, 2);
    addToSeries(directory, KEY, { ranges: [range(-5, 0)], candles: [candle(-2)] }, null);
    const note = readNote(directory, KEY);
    expect(note).toMatchObject({ candles: 4, ranges: [range(-5, 10)] });
    expect(note && readSeries(directory, note, range(-5, 2))).toEqual(
      [-2, 0, 1].map((m) => candle(m)),
    );
    expect(readdirSync(join(directory, 'binance')), 'one CSV and one note').toHaveLength(2);
  });

  test('has one candle of each time, the one that was told last', () => {
    const directory = filled(0, 1, 2);
    addToSeries(directory, KEY, { ranges: [range(1, 2)], candles: [candle(1, 101)] }, null);
    const note = readNote(directory, KEY);
    expect(note && readSeries(directory, note, range(0, 10))).toEqual([
      candle(0),
      candle(1, 101),
      candle(2),
    ]);
  });

  test('is the same file whatever way it was put together', () => {
    const one = filled(0, 1, 2);
    const two = temporaryDirectory();
    for (const minute of [2, 0, 1]) {
      const part = { ranges: [range(minute, minute + 1)], candles: [candle(minute)] };
      addToSeries(two, KEY, part, null);
    }
    expect(readNote(two, KEY)?.sha256).toBe(readNote(one, KEY)?.sha256);
  });

  test('whose file was changed is refused, with what to remove', () => {
    const directory = filled(0, 1);
    const note = readNote(directory, KEY);
    if (!note) throw new Error('no note');
    const path = csvPath(directory, note);
    writeFileSync(path, readFileSync(path, 'utf8').replace('101', '102'));
    expect(() => readSeries(directory, note, range(0, 9))).toThrow(/is damaged; remove .*json/);
    expect(cachedMinutes(directory, 'binance')('BTC/USDT', at(0), at(9))).toEqual([]);
  });

  test('is listed with its gaps', () => {
    expect(listCache(filled(0, 1, 5))).toMatchObject([
      { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1m', candles: 3, gaps: 2 },
    ]);
    expect(listCache(temporaryDirectory())).toEqual([]);
  });

  test('serves a warm-up as far as it goes', () => {
    const minutes = cachedMinutes(filled(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 'binance');
    expect(minutes('BTC/USDT', at(5), at(20))).toHaveLength(5);
    expect(minutes('ETH/USDT', at(5), at(20))).toEqual([]);
  });

  test('serves a backtest of a longer timeframe, or says what is missing and how to get it', () => {
    const directory = filled(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    const five = { ...KEY, timeframe: '5m' } as const;
    expect(cachedSeries(directory, five, range(0, 10)).file).toMatch(/BTC-USDT-1m\..*csv$/);
    expect(() => cachedSeries(directory, KEY, range(0, 20))).toThrow(
      'candles of binance BTC/USDT 1m from 2026-01-05T00:10Z to 2026-01-05T00:20Z are not on this ' +
        'disk; get them: tapedeck data download --exchange binance --symbol BTC/USDT ' +
        '--timeframe 1m --from 2026-01-05 --to 2026-01-05T00:20Z',
    );
  });
});

describe('pages of an unfinished download', () => {
  test('are read again up to the torn end, and go on after it', () => {
    const directory = temporaryDirectory();
    const pages = candlePageFile(directory, KEY);
    pages.append(range(0, 2), [candle(0), candle(1)]);
    pages.append(range(2, 4), [candle(2)]);
    const path = join(directory, 'binance', 'BTC-USDT-1m.part');
    truncateSync(path, readFileSync(path).length - 5);
    expect(pages.read()).toEqual({ ranges: [range(0, 2)], candles: [candle(0), candle(1)] });
    pages.append(range(2, 3), []);
    expect(pages.read().ranges).toEqual([range(0, 2), range(2, 3)]);
    pages.remove();
    expect(pages.read()).toEqual({ ranges: [], candles: [] });
  });

  test('that were changed are not believed', () => {
    const directory = temporaryDirectory();
    const pages = candlePageFile(directory, KEY);
    pages.append(range(0, 1), [candle(0)]);
    const path = join(directory, 'binance', 'BTC-USDT-1m.part');
    writeFileSync(path, readFileSync(path, 'utf8').replace('101', '999'));
    expect(pages.read().candles).toEqual([]);
  });
});

test('files from elsewhere are checked and taken over', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'candles.csv');
  const rows = [0, 1, 3].map((minute) => `${at(minute)},100,101,99,100,2`);
  writeFileSync(path, ['timestamp,open,high,low,close,volume', ...rows, ''].join('\n'));
  expect(checkFile(path, directory)).toMatchObject({
    kind: 'candles',
    timeframe: '1m',
    rows: 3,
    gaps: [{ ...range(2, 3), candles: 1 }],
  });
  const key = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: null };
  const of = { path, cwd: directory, directory: join(directory, 'cache') };
  expect(importFile({ ...of, key })).toMatchObject({ candles: 3, gaps: 1, timeframe: '1m' });
  const other = { ...key, timeframe: '5m' } as const;
  expect(() => importFile({ ...of, key: other })).toThrow('holds candles of 1m, not of 5m');
});

test('ranges are joined, and what is missing between them is found', () => {
  expect(joinRanges([range(5, 7), range(0, 2), range(2, 3), range(9, 9)])).toEqual([
    range(0, 3),
    range(5, 7),
  ]);
  expect(missingRanges(range(1, 9), [range(5, 7), range(0, 2)])).toEqual([
    range(2, 5),
    range(7, 9),
  ]);
  expect(missingRanges(range(1, 2), [range(0, 3)])).toEqual([]);
  expect(
    findGaps([candle(2), candle(4)], range(0, 6), MINUTE_MS).map((gap) => gap.candles),
  ).toEqual([2, 1, 1]);
});

test('times are written as they are read', () => {
  for (const text of ['2026-01-31', '2026-01-31T12:00Z', '2026-01-31T12:00:30Z']) {
    expect(isoOf(timeOf('--from', text))).toBe(text);
  }
  expect(() => timeOf('--from', 'yesterday')).toThrow('--from is "yesterday"; allowed: a date');
});
