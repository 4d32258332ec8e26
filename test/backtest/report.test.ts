import { describe, expect, test } from 'vitest';

import { EquityCollector } from '../../src/backtest/equity.ts';
import { backtestReport } from '../../src/backtest/report.ts';
import { runBacktest } from '../../src/backtest/run.ts';
import { backtestOptions, candleFileOf, generatedCandles } from '../support/backtest-kit.ts';

const result = runBacktest(
  backtestOptions({ file: generatedCandles(5_000, { seed: 3 }), params: { fast: 5, slow: 20 } }),
);

describe('report', () => {
  const text = backtestReport(result);

  test('fits a terminal of 80 columns and names strategy, market and span', () => {
    const lines = text.trimEnd().split('\n');
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(lines[0]).toBe('sma-cross fast=5 slow=20 direction=long');
    expect(lines[1]).toBe('BTC/USDT 1m, 5000 candles, 2024-01-01 00:00 to 2024-01-04 11:20 UTC');
  });

  test('shows the figures it was given', () => {
    const { figures } = result;
    const value = (label: string): string =>
      new RegExp(`${label} +(.+?)(?: {3,}|\\n)`).exec(text)?.[1]?.trim() ?? '';
    expect(value('Round trips')).toBe(String(figures.roundTrips));
    expect(value('Return')).toBe(`${(figures.returnFraction * 100).toFixed(2)} %`);
    expect(value('Equity at end').replace(',', '')).toBe(Number(figures.equityFinal).toFixed(2));
    expect(value('Sharpe')).toBe(figures.sharpe?.toFixed(3));
    expect(text).toContain('Note: growth a year is extrapolated from 3.5 days');
  });

  test('shows a dash for what is undefined', () => {
    const rows = Array.from({ length: 50 }, () => [5, 5, 5, 5] as const);
    const file = candleFileOf(rows);
    const quiet = backtestReport(runBacktest(backtestOptions({ file, params: {} })));
    expect(quiet).toMatch(/Sharpe +—/);
    expect(quiet).toMatch(/Profit factor +—/);
    expect(quiet).toMatch(/Deepest drawdown +0\.00 %/);
    expect(quiet).not.toMatch(/NaN|null|undefined|Infinity/);
  });
});

test('equity samples beyond the expected number are kept', () => {
  for (const expected of [null, 0, 3]) {
    const equity = new EquityCollector(expected);
    for (let i = 0; i < 10_000; i++) equity.add(i, 100 + (i % 7), i % 4 === 0);
    expect(equity.curve().values).toHaveLength(10_000);
    expect(equity.curve().times[9_999]).toBe(9_999);
    expect(equity.peak).toBe(106);
    expect(equity.exposureFraction).toBe(0.25);
  }
});
