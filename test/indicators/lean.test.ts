import { expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import { Adx } from '../../src/indicators/adx.ts';
import { Atr } from '../../src/indicators/atr.ts';
import { Bollinger } from '../../src/indicators/bollinger.ts';
import { Cci } from '../../src/indicators/cci.ts';
import { Ema } from '../../src/indicators/ema.ts';
import { Hma } from '../../src/indicators/hma.ts';
import { Mfi } from '../../src/indicators/mfi.ts';
import { Stochastic } from '../../src/indicators/stochastic.ts';
import { describeWithData, readSharedData } from '../support/shared-data.ts';
import { distance } from './samples.ts';

// Tables computed by others over the same prices. A tolerance is relative to the larger of 1 and
// the expected value, and its reason stands beside it.

interface Row {
  readonly candle: Candle;
  readonly cells: readonly string[];
}

/** Rows of `date, open, high, low, close, ...`; a fifth figure is the volume where there is one. */
function readRows(file: string): Row[] {
  const lines = readSharedData(`lean/${file}`).trim().split(/\r?\n/).slice(1);
  return lines.map((line, i) => {
    const cells = line.split(',').map((cell) => cell.trim());
    const number = (column: number): number => Number(cells[column] || NaN);
    const [open, high, low, close] = [number(1), number(2), number(3), number(4)];
    return { candle: { openTime: i, open, high, low, close, volume: number(5) }, cells };
  });
}

interface Comparison {
  readonly rows: readonly Row[];
  readonly column: number;
  readonly output: (candle: Candle) => number | null;
}

/** Distances row by row; a row where only one side has a figure counts into `alone`. */
function compare({ rows, column, output }: Comparison): { distances: number[]; alone: number } {
  const distances: number[] = [];
  let alone = 0;
  for (const { candle, cells } of rows) {
    const actual = output(candle);
    const text = cells[column] ?? '';
    const expected = text === '' || text === 'NaN' ? null : Number(text);
    if (actual !== null && expected !== null) distances.push(distance(actual, expected));
    else if (actual !== expected) alone += 1;
  }
  return { distances, alone };
}

const worst = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

describeWithData('EMA', ['lean/spy_ema.csv'], () => {
  test('14 equals the table', () => {
    const lines = readSharedData('lean/spy_ema.csv').trim().split(/\r?\n/).slice(1);
    const rows = lines.map((line, i) => {
      const cells = line.split(',');
      const close = Number(cells[1]);
      return {
        cells,
        candle: { openTime: i, open: close, high: close, low: close, close, volume: 0 },
      };
    });
    const ema = new Ema(14);
    const result = compare({ rows, column: 2, output: (candle) => ema.update(candle.close) });
    expect(result).toMatchObject({ alone: 0 });
    expect(result.distances).toHaveLength(351);
    // Full precision on both sides and the same seed.
    expect(worst(result.distances)).toBeLessThan(1e-14);
  });
});

describeWithData('ATR', ['lean/spy_atr_wilder.txt'], () => {
  test("14 meets the table once the first candle's own range has faded", () => {
    const atr = new Atr(14);
    const rows = readRows('spy_atr_wilder.txt');
    const { distances, alone } = compare({ rows, column: 5, output: (one) => atr.update(one) });
    // The table counts the first candle's range as a true range and so starts one row earlier.
    expect(alone).toBe(1);
    expect(distances).toHaveLength(487);
    expect(worst(distances)).toBeLessThan(0.035);
    // (13/14)^100 of the start remains after 100 rows, and the table has 5 decimals.
    expect(worst(distances.slice(150))).toBeLessThan(6e-6);
  });
});

describeWithData('Bollinger', ['lean/spy_bollinger_bands.txt'], () => {
  test.each([
    ['middle', 5],
    ['upper', 6],
    ['lower', 7],
  ] as const)('20 2 %s equals the table', (line, column) => {
    const bands = new Bollinger(20, 2);
    const rows = readRows('spy_bollinger_bands.txt');
    const output = ({ close }: Candle): number | null => bands.update(close)?.[line] ?? null;
    const { distances, alone } = compare({ rows, column, output });
    expect(alone).toBe(0);
    expect(distances).toHaveLength(481);
    // The table has 4 decimals at prices from 150 to 210.
    expect(worst(distances)).toBeLessThan(5e-7);
  });
});

describeWithData('ADX', ['lean/spy_with_adx.txt'], () => {
  test.each([
    ['plusDi', 11, 490],
    ['minusDi', 12, 490],
    ['adx', 16, 477],
  ] as const)('14 %s meets the table once the start has faded', (line, column, count) => {
    const adx = new Adx(14);
    const rows = readRows('spy_with_adx.txt');
    const output = (candle: Candle): number | null => {
      adx.push(candle);
      return adx[line];
    };
    const { distances, alone } = compare({ rows, column, output });
    expect(alone).toBe(0);
    expect(distances).toHaveLength(count);
    // The table sums 14 first moves, TA-Lib and we 13; the difference fades by 1/14 per row.
    expect(worst(distances)).toBeLessThan(0.045);
    // What remains is its 4 decimals.
    expect(worst(distances.slice(200))).toBeLessThan(6e-6);
  });
});

describeWithData('CCI', ['lean/spy_with_cci.txt'], () => {
  test('14 equals the table', () => {
    const cci = new Cci(14);
    const rows = readRows('spy_with_cci.txt');
    const { distances, alone } = compare({ rows, column: 5, output: (one) => cci.update(one) });
    expect(alone).toBe(0);
    expect(distances).toHaveLength(488);
    // The table comes from single precision: 1e-5 at a price of 150, divided by 0.015 of a usual
    // distance of about 1, is up to 1e-3 of the index.
    expect(worst(distances)).toBeLessThan(1e-3);
  });
});

describeWithData('MFI', ['lean/spy_mfi.txt'], () => {
  test('20 equals the table', () => {
    const mfi = new Mfi(20);
    const rows = readRows('spy_mfi.txt');
    const { distances, alone } = compare({ rows, column: 6, output: (one) => mfi.update(one) });
    expect(alone).toBe(0);
    expect(distances).toHaveLength(480);
    // The table has 7 significant digits.
    expect(worst(distances)).toBeLessThan(5e-7);
  });
});

describeWithData('HMA', ['lean/spy_hma.txt'], () => {
  test('16 equals the table', () => {
    const hma = new Hma(16);
    const rows = readRows('spy_hma.txt');
    const output = ({ close }: Candle): number | null => hma.update(close);
    const { distances, alone } = compare({ rows, column: 6, output });
    expect(alone).toBe(0);
    expect(distances).toHaveLength(482);
    // The table has 7 decimals at prices from 150 to 210.
    expect(worst(distances)).toBeLessThan(5e-10);
  });
});

describeWithData('Stochastic', ['lean/spy_with_stoch12k3.txt'], () => {
  test.each([
    ['k', 5, 488],
    ['d', 6, 484],
  ] as const)('12 3 5 %s equals the table', (line, column, count) => {
    const stochastic = new Stochastic({ kPeriod: 12, smooth: 3, dPeriod: 5 });
    const rows = readRows('spy_with_stoch12k3.txt');
    const output = (candle: Candle): number | null => {
      stochastic.push(candle);
      return stochastic[line];
    };
    const { distances, alone } = compare({ rows, column, output });
    expect(alone).toBe(0);
    expect(distances).toHaveLength(count);
    // 7 significant digits, made from prices with more decimals than the 2 the table shows.
    expect(worst(distances)).toBeLessThan(4e-5);
  });
});
