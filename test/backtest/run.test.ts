import { describe, expect, test } from 'vitest';

import type { CandleFile } from '../../src/backtest/data-file.ts';
import { type BacktestResult, runBacktest, toJson } from '../../src/backtest/run.ts';
import { add, decimal, sub, toNumber, toText } from '../../src/domain/decimal.ts';
import { unrealizedPnl } from '../../src/domain/position.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import {
  type BacktestCase,
  backtestOptions,
  candleFile,
  candleFileOf,
  generatedCandles,
} from '../support/backtest-kit.ts';
import { describeWithData, sharedDataPath } from '../support/shared-data.ts';
import { type NaiveResult, naiveCross } from './naive-cross.ts';

const CASH = 100_000;
const FEE = 0.001;

interface CrossCase {
  readonly file: CandleFile;
  readonly short: boolean;
  readonly fast?: number;
  readonly slow?: number;
  readonly percent?: number;
}

function both(of: CrossCase): { result: BacktestResult; naive: NaiveResult } {
  const { file, short, fast = 10, slow = 30, percent = 20 } = of;
  const direction = short ? 'both' : 'long';
  const result = runBacktest(
    backtestOptions({
      file,
      params: { fast, slow, direction },
      sizing: `percent:${percent}`,
      cash: String(CASH),
      fee: String(FEE),
    }),
  );
  const naive = naiveCross({
    times: [...file.times],
    opens: [...file.opens],
    closes: [...file.closes],
    fast,
    slow,
    short,
    cash: CASH,
    feeRate: FEE,
    part: percent / 100,
    step: 1e-8,
  });
  return { result, naive };
}

/** Equal to one part in a million. */
function expectNear(actual: number | null, expected: number, what: string): void {
  const error = Math.abs((actual ?? Number.NaN) - expected);
  // Asked only when it fails: there are tens of thousands of samples.
  if (error <= 1e-6 * Math.max(1e-3, Math.abs(expected))) return;
  expect.fail(`${what}: ${actual} against ${expected}`);
}

function expectSameTrades(result: BacktestResult, naive: NaiveResult): void {
  expect(result.trades).toHaveLength(naive.trades.length);
  result.trades.forEach((trade, i) => {
    const other = naive.trades[i];
    if (!other) throw new Error(`trade ${i}`);
    const { openTime, closeTime, positionSide } = trade;
    expect({ openTime, closeTime, positionSide }).toEqual({
      openTime: other.openTime,
      closeTime: other.closeTime,
      positionSide: other.side,
    });
    for (const key of ['quantity', 'entryPrice', 'exitPrice', 'fees', 'pnl'] as const) {
      expectNear(Number(trade[key]), other[key], `${key} of trade ${i}`);
    }
  });
}

/** Every statistic again, from the naive equity and trades, as its words say. */
function naiveFigures(file: CandleFile, naive: NaiveResult): Record<string, number | null> {
  const { equity, trades } = naive;
  const end = equity.at(-1) ?? CASH;
  const times = [...file.times];
  const byDay = new Map<number, number>();
  times.forEach((time, i) => byDay.set(Math.floor(time / DAY_MS), equity[i] ?? 0));
  const lasts = [...byDay.values()];
  const returns = lasts.slice(1).map((value, i) => value / (lasts[i] ?? 1) - 1);
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  const deviation = (list: readonly number[]): number =>
    Math.sqrt(list.reduce((sum, v) => sum + (v - mean(list)) ** 2, 0) / (list.length - 1));
  const downside = Math.sqrt(mean(returns.map((r) => Math.min(r, 0) ** 2)));
  let peak = CASH;
  let deepest = 0;
  for (const value of equity) {
    peak = Math.max(peak, value);
    deepest = Math.max(deepest, 1 - value / peak);
  }
  const days = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / DAY_MS;
  const cagr = (end / CASH) ** (365 / days) - 1;
  const pnls = trades.map((trade) => trade.pnl);
  const wins = pnls.filter((pnl) => pnl > 0);
  const losses = pnls.filter((pnl) => pnl < 0);
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  const fractions = trades.map((trade) => trade.pnl / (trade.quantity * trade.entryPrice));
  const winRate = wins.length / trades.length;
  return {
    returnFraction: end / CASH - 1,
    buyHoldFraction: (file.closes.at(-1) ?? 0) / (file.closes[0] ?? 1) - 1,
    cagr,
    volatilityAnnual: deviation(returns) * Math.sqrt(365),
    sharpe: (mean(returns) / deviation(returns)) * Math.sqrt(365),
    sortino: (mean(returns) / downside) * Math.sqrt(365),
    calmar: cagr / deepest,
    maxDrawdownFraction: deepest,
    exposureFraction: naive.held / equity.length,
    roundTrips: trades.length,
    winRate,
    bestTradeFraction: Math.max(...fractions),
    worstTradeFraction: Math.min(...fractions),
    avgTradeFraction: mean(fractions),
    expectancyFraction: mean(fractions),
    profitFactor: sum(wins) / -sum(losses),
    sqn: (Math.sqrt(pnls.length) * mean(pnls)) / deviation(pnls),
    kelly: winRate - (1 - winRate) / (mean(wins) / -mean(losses)),
  };
}

function expectSame(of: CrossCase): BacktestResult {
  const { result, naive } = both(of);
  const { figures, curve } = result;
  expectSameTrades(result, naive);
  expect(curve.values).toHaveLength(naive.equity.length);
  curve.values.forEach((value, i) => expectNear(value, naive.equity[i] ?? 0, `equity at ${i}`));
  expectNear(Number(figures.equityFinal), naive.equity.at(-1) ?? 0, 'equityFinal');
  expectNear(Number(figures.equityPeak), Math.max(CASH, ...naive.equity.slice(-1e5)), 'peak');
  expectNear(Number(figures.feesPaid), naive.feesPaid, 'feesPaid');
  const expected = naiveFigures(of.file, naive);
  const printed = new Map<string, unknown>(Object.entries(figures));
  for (const [key, value] of Object.entries(expected)) {
    const actual = printed.get(key);
    expectNear(typeof actual === 'number' ? actual : null, value ?? Number.NaN, key);
  }
  return result;
}

/** Start + realized + unrealized − fees − funding, from the state's own sums (DECISIONS 34). */
function identityGap(result: BacktestResult): string {
  const { money, market } = result.state;
  const { totals } = money;
  let equity = sub(
    sub(add(money.deposits, totals.realizedPnl), totals.feesPaid),
    totals.fundingPaid,
  );
  for (const [symbol, position] of money.positions) {
    const mark = decimal(String(market.symbols.get(symbol)?.lastPrice ?? 0));
    equity = add(equity, unrealizedPnl(position, mark));
  }
  return toText(sub(equity, decimal(result.figures.equityFinal)));
}

describeWithData('backtest against a second simulator', ['btc-perp-1m.csv', 'GOOG.csv'], () => {
  test('agrees on 45,031 real minutes, long and short, trade by trade', () => {
    const file = candleFile(sharedDataPath('btc-perp-1m.csv'), 'BTC/USDT:USDT');
    const result = expectSame({ file, short: true });
    expect(result.figures.candles).toBe(45_031);
    expect(result.figures.roundTrips).toBeGreaterThan(1_000);
    expect(identityGap(result)).toBe('0');
  });

  test('agrees on reversals of nearly the whole account', () => {
    const file = candleFile(sharedDataPath('btc-perp-1m.csv'), 'BTC/USDT:USDT');
    const result = expectSame({ file, short: true, fast: 20, slow: 100, percent: 90 });
    expect(result.notes.join()).not.toMatch(/denied/);
  });

  test('agrees on daily shares, long only, with windows of its own', () => {
    const file = candleFile(sharedDataPath('GOOG.csv'), 'GOOG/USD');
    for (const [fast, slow] of [
      [10, 20],
      [5, 50],
    ] as const) {
      const result = expectSame({ file, short: false, fast, slow, percent: 90 });
      expect(identityGap(result)).toBe('0');
    }
  });

  test('prints the same digest twice, and another one for other parameters', () => {
    const file = candleFile(sharedDataPath('btc-perp-1m.csv'), 'BTC/USDT:USDT');
    const digest = (fast: number): string =>
      runBacktest(backtestOptions({ file, params: { fast, slow: 30, direction: 'both' } })).figures
        .digest;
    expect(digest(10)).toBe(digest(10));
    expect(digest(10)).not.toBe(digest(11));
  });
});

describe('backtest', () => {
  const generated: BacktestCase = {
    file: generatedCandles(20_000, { seed: 5 }),
    params: { fast: 10, slow: 30 },
  };

  test('keeps every round trip, far beyond what the engine remembers', () => {
    const file = generatedCandles(60_000, { seed: 6, symbol: 'BTC/USDT:USDT' });
    const { figures, trades, state } = expectSame({ file, short: true });
    expect(figures.roundTrips).toBeGreaterThan(1_500);
    expect(trades).toHaveLength(state.money.totals.roundTrips);
    const pnl = trades.reduce((sum, trade) => sum + Number(trade.pnl), 0);
    const counted = state.money.totals.grossProfit - state.money.totals.grossLoss;
    expect(pnl).toBeCloseTo(counted, 4);
  });

  test('gives the same digest when other backtests run in between', () => {
    const first = runBacktest(backtestOptions(generated)).figures.digest;
    const other = { ...generated, params: { fast: 3, slow: 7 } };
    const interleaved = [backtestOptions(other), backtestOptions(generated)].map(
      (options) => runBacktest(options).figures.digest,
    );
    expect(interleaved[1]).toBe(first);
    expect(interleaved[0]).not.toBe(first);
  });

  test('prints one JSON document with the promised keys and no other', () => {
    const json = toJson(runBacktest(backtestOptions(generated)));
    expect(Object.keys(json).toSorted()).toEqual(PROMISED.toSorted());
    expect(JSON.stringify(json)).not.toMatch(/NaN|Infinity/);
    const text = JSON.parse(JSON.stringify(json)) as Record<string, unknown>;
    for (const key of PROMISED) expect(text[key], key).not.toBeUndefined();
    expect(json.equity).toHaveLength(20_000);
    expect(json.trades[0]).toEqual({
      openTime: expect.any(Number) as number,
      closeTime: expect.any(Number) as number,
      positionSide: 'long',
      quantity: expect.stringMatching(/^\d+(\.\d+)?$/) as string,
      entryPrice: expect.stringMatching(/^\d+(\.\d+)?$/) as string,
      exitPrice: expect.stringMatching(/^\d+(\.\d+)?$/) as string,
      pnl: expect.stringMatching(/^-?\d+(\.\d+)?$/) as string,
      fees: expect.stringMatching(/^\d+(\.\d+)?$/) as string,
      reason: expect.stringMatching(/crossed/) as string,
    });
  });

  test('leaves figures without data null when nothing is traded', () => {
    const flat = candleFileOf(Array.from({ length: 100 }, () => [5, 5, 5, 5] as const));
    const { figures, notes, trades } = runBacktest(
      backtestOptions({ file: flat, params: { fast: 10, slow: 30 } }),
    );
    expect(trades).toEqual([]);
    expect(notes).toEqual([]);
    expect(figures).toMatchObject({
      candles: 100,
      equityFinal: '10000',
      equityPeak: '10000',
      returnFraction: 0,
      buyHoldFraction: 0,
      cagr: null,
      volatilityAnnual: null,
      sharpe: null,
      sortino: null,
      calmar: null,
      maxDrawdownFraction: 0,
      avgDrawdownFraction: null,
      maxDrawdownDurationMs: null,
      exposureFraction: 0,
      roundTrips: 0,
      winRate: null,
      profitFactor: null,
      expectancyFraction: null,
      sqn: null,
      kelly: null,
      feesPaid: '0',
    });
  });

  test('counts a position that is open at the end in equity, not among the trades', () => {
    const fall = Array.from({ length: 40 }, (_, i) => 100 - i * 0.5);
    const rise = Array.from({ length: 20 }, (_, i) => 80 + i * 1.7);
    const prices = [...fall, ...rise];
    const rows = prices.map((price) => [price, price, price, price] as const);
    const { figures, trades, notes } = runBacktest(
      backtestOptions({ file: candleFileOf(rows), params: { fast: 3, slow: 10 }, fee: '0' }),
    );
    expect(trades).toEqual([]);
    expect(Number(figures.equityFinal)).toBeGreaterThan(10_000);
    expect(notes.join()).toMatch(/^open at the end: \d/);
  });

  test('says how many orders the venue refused, and why the last one', () => {
    // Below half a tick of 0.01 a purchase costs many times the price it was sized at.
    const rows = Array.from({ length: 60 }, (_, i) => {
      const price = 0.002 + 0.0005 * Math.sin(i / 4);
      return [price, price, price, price] as const;
    });
    const { trades, notes } = runBacktest(
      backtestOptions({
        file: candleFileOf(rows),
        params: { fast: 3, slow: 10 },
        sizing: 'percent:90',
      }),
    );
    expect(trades).toEqual([]);
    expect(notes.join()).toMatch(
      /^orders rejected by the venue: \d+, the last: INSUFFICIENT_FUNDS, needs /,
    );
  });

  test('never sees the future: the start of a run is the same when the rest is cut off', () => {
    const whole = runBacktest(backtestOptions(generated));
    const file = generatedCandles(9_000, { seed: 5 });
    const part = runBacktest(backtestOptions({ ...generated, file }));
    expect([...part.curve.values]).toEqual(Array.from(whole.curve.values.subarray(0, 9_000)));
    expect(part.trades).toEqual(whole.trades.slice(0, part.trades.length));
    expect(toNumber(decimal(part.figures.equityFinal))).toBeCloseTo(
      whole.curve.values[8_999] ?? 0,
      6,
    );
  });
});

const PROMISED = `
  strategy params symbol timeframe start end candles cashStart equityFinal equityPeak
  returnFraction buyHoldFraction cagr volatilityAnnual sharpe sortino calmar maxDrawdownFraction
  avgDrawdownFraction maxDrawdownDurationMs exposureFraction roundTrips winRate bestTradeFraction
  worstTradeFraction avgTradeFraction profitFactor expectancyFraction sqn kelly feesPaid loadMs
  durationMs candlesPerSecond digest trades equity
`
  .trim()
  .split(/\s+/);
