import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, onTestFinished, test } from 'vitest';

import { equityCsv, toCsv, tradesCsv, writeWhole } from '../../src/app/csv.ts';
import { runBacktest } from '../../src/backtest/run.ts';
import { backtestOptions, generatedCandles } from '../support/backtest-kit.ts';

const result = runBacktest(
  backtestOptions({ file: generatedCandles(5_000, { seed: 3 }), params: { fast: 5, slow: 20 } }),
);

describe('CSV files', () => {
  test('hold every trade and every sample, as the JSON does', () => {
    const trades = parse(tradesCsv(result.trades), { columns: true });
    const expected = result.trades.map((trade) =>
      Object.fromEntries(Object.entries(trade).map(([key, value]) => [key, String(value)])),
    );
    expect(trades).toEqual(expected);
    const equity = parse(equityCsv(result.curve));
    expect(equity[0]).toEqual(['time', 'equity']);
    expect(equity.slice(1).map(([, value]) => Number(value))).toEqual([...result.curve.values]);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['+SUM(A1)', "'+SUM(A1)"],
    ['-cmd', "'-cmd"],
    ['@x', "'@x"],
    ['-12.5', '-12.5'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['=a,"b"', `"'=a,""b"""`],
    ['two\nlines', '"two\nlines"'],
  ])('write the cell %j as %j', (text, cell) => {
    expect(toCsv([{ text }])).toBe(`text\n${cell}\n`);
  });

  test('are written whole or not at all', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tapedeck-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'trades.csv');
    writeWhole(path, 'a\n');
    expect(readFileSync(path, 'utf8')).toBe('a\n');
    expect(existsSync(`${path}.new`)).toBe(false);
    writeFileSync(join(directory, 'file'), '');
    for (const bad of [join(directory, 'none', 'x.csv'), join(directory, 'file', 'x.csv')]) {
      expect(() => writeWhole(bad, 'a')).toThrow(/x\.csv: cannot be written/);
    }
    expect(() => writeWhole(directory, 'a')).toThrow(/cannot be written/);
    expect(existsSync(`${directory}.part`)).toBe(false);
  });
});
