import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type TradeResult, profitFactor, tradeStats } from '../../src/portfolio/trade-stats.ts';
import { describeWithData, readSharedData } from '../support/shared-data.ts';

const trade = (netPnl: number, entryNotional: number = 100): TradeResult => ({
  netPnl,
  entryNotional,
});

describe('trade statistics', () => {
  test('of four trades worked out by hand', () => {
    const stats = tradeStats([trade(30), trade(-10), trade(0), trade(20, 400)]);
    expect(stats.roundTrips).toBe(4);
    expect(stats.winRate).toBe(0.5);
    expect(stats.bestTradeFraction).toBeCloseTo(0.3, 12);
    expect(stats.worstTradeFraction).toBeCloseTo(-0.1, 12);
    expect(stats.avgTradeFraction).toBeCloseTo(0.0625, 12);
    expect(stats.expectancyFraction).toBeCloseTo(0.0625, 12);
    expect(stats.profitFactor).toBeCloseTo(5, 12);
    // mean 10, squares 400 + 400 + 100 + 100, sd √(1000 / 3): 2 × 10 / 18.257419
    expect(stats.sqn).toBeCloseTo(1.0954451150103321, 12);
    // wins average 25, losses 10: 0.5 − 0.5 / 2.5
    expect(stats.kelly).toBeCloseTo(0.3, 12);
  });

  test('of no trade are null', () => {
    expect(tradeStats([])).toEqual({
      roundTrips: 0,
      winRate: null,
      bestTradeFraction: null,
      worstTradeFraction: null,
      avgTradeFraction: null,
      profitFactor: null,
      expectancyFraction: null,
      sqn: null,
      kelly: null,
    });
  });

  test.each([
    ['winners only', [trade(1), trade(2)], null, null],
    ['losers only', [trade(-1), trade(-2)], 0, null],
    ['zeros only', [trade(0), trade(0)], null, null],
    ['one trade', [trade(-5)], 0, null],
  ] as const)('with %s leave the ratios they cannot give null', (_, trades, factor, kelly) => {
    const stats = tradeStats(trades);
    expect(stats.profitFactor).toBe(factor);
    expect(stats.kelly).toBe(kelly);
  });

  test('give no system quality to equal results or a single one', () => {
    expect(tradeStats([trade(5)]).sqn).toBeNull();
    expect(tradeStats([trade(0.1), trade(0.1), trade(0.1)]).sqn).toBeNull();
  });

  test('do not count a trade of zero as a win', () => {
    expect(tradeStats([trade(0), trade(1)]).winRate).toBe(0.5);
  });

  test('are null or finite for any results', () => {
    const any = fc.record({
      netPnl: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      entryNotional: fc.double({ min: 1e-2, max: 1e9, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (trades) => {
        for (const value of Object.values(tradeStats(trades))) {
          if (value !== null) expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });
});

test('a profit factor without losses is undefined, not infinite', () => {
  expect(profitFactor({ grossProfit: 5, grossLoss: 0 })).toBeNull();
});

const CASES = ['pinned_test_compute_stats', 'readme_settings_at_head', 'sl_tp'] as const;
const FILES = CASES.map((name) => `trades_${name}.csv`);

describeWithData(
  'trade statistics of backtesting.py',
  ['expected-backtests.json', ...FILES],
  () => {
    test.each(CASES)('are those it prints for %s', (name) => {
      const trades = readTrades(`trades_${name}.csv`);
      const expected = readExpected(name);
      const stats = tradeStats(trades);
      const figures: [string, number | null, number][] = [
        ['# Trades', stats.roundTrips, 1],
        ['Win Rate [%]', stats.winRate, 100],
        ['Best Trade [%]', stats.bestTradeFraction, 100],
        ['Worst Trade [%]', stats.worstTradeFraction, 100],
        ['Expectancy [%]', stats.expectancyFraction, 100],
        ['SQN', stats.sqn, 1],
        ['Kelly Criterion', stats.kelly, 1],
      ];
      for (const [key, value, scale] of figures) {
        expect((value ?? Number.NaN) * scale, key).toBeCloseTo(expected[key] ?? Number.NaN, 7);
      }
    });
  },
);

function readTrades(file: string): TradeResult[] {
  const [header = '', ...rows] = readSharedData(file).trim().split('\n');
  const names = header.trim().split(',');
  return rows.map((row) => {
    const cells = row.trim().split(',').map(Number);
    const cell = (name: string): number => cells[names.indexOf(name)] ?? Number.NaN;
    return { netPnl: cell('PnL'), entryNotional: Math.abs(cell('Size')) * cell('EntryPrice') };
  });
}

function readExpected(name: string): Record<string, number> {
  const parsed = JSON.parse(readSharedData('expected-backtests.json')) as {
    cases: { name: string; expected: Record<string, number> }[];
  };
  return parsed.cases.find((one) => one.name === name)?.expected ?? {};
}
