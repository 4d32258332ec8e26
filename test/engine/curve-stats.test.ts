import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { valueAtRisk } from '../../src/portfolio/stats.ts';
import { Desk, START } from '../support/builders.ts';

const HOUR = 3_600_000;

/** Plays closes of hours: each hour is one candle's worth of time; the account is all in. */
function play(closes: readonly (number | null)[]) {
  const desk = new Desk();
  desk.candle(100);
  desk.order({ quantity: decimal('50') });
  desk.candle(100);
  closes.forEach((close, index) => {
    if (close === null) return;
    const time = START + (index + 1) * HOUR;
    const candle = {
      openTime: time - 60_000,
      open: close,
      high: close,
      low: close,
      close,
      volume: 1,
    };
    desk.drive({ kind: 'candle', symbol: 'BTC/USDT', time, timeframe: '1m', candle });
  });
  return makeView(desk.run.state).pnl;
}

/** Half the account in coins bought at 100: equity at a price. */
const equityAt = (price: number) => 5000 + 50 * price;

/** A walk of prices that is the same on every machine. */
function walk(count: number): number[] {
  let price = 100;
  let seed = 7;
  return Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    price = Math.round(price * (1 + (seed / 2_147_483_647 - 0.495) * 0.04) * 100) / 100;
    return price;
  });
}

/** The same figures by other roads: two passes, sums of logs and a sorted copy. */
function independent(prices: readonly number[]) {
  const equity = prices.map(equityAt);
  const returns = equity.slice(1).map((value, index) => value / (equity[index] ?? 1) - 1);
  const n = returns.length;
  const sum = returns.reduce((a, b) => a + b, 0);
  const squares = returns.reduce((a, b) => a + b * b, 0);
  const variance = (squares - (sum * sum) / n) / (n - 1);
  const sorted = returns.toSorted((a, b) => a - b);
  const low = Math.floor(0.05 * (n - 1));
  const part = 0.05 * (n - 1) - low;
  const quantile = (sorted[low] ?? 0) * (1 - part) + (sorted[low + 1] ?? 0) * part;
  let deepest = 0;
  for (let to = 0; to < equity.length; to += 1) {
    for (let from = 0; from < to; from += 1) {
      deepest = Math.max(deepest, 1 - (equity[to] ?? 0) / (equity[from] ?? 1));
    }
    deepest = Math.max(deepest, 1 - (equity[to] ?? 0) / 10_000);
  }
  return { sharpe: (sum / n / Math.sqrt(variance)) * Math.sqrt(24 * 365), quantile, deepest };
}

describe('ratios of the hourly curve', () => {
  test.each([24, 40, 200, 700])('over %i hours are what sums by hand give', (count) => {
    const prices = walk(count);
    const pnl = play(prices);
    const own = independent(prices);
    expect(pnl.sharpe).toBeCloseTo(own.sharpe, 6);
    expect(pnl.maxDrawdownFraction).toBeCloseTo(own.deepest, 9);
    if (count < 40) expect(pnl.valueAtRisk).toBeNull();
    else expect(pnl.valueAtRisk).toBeCloseTo(-own.quantile, 9);
  });

  test('count an hour in which nothing happened as one that ended as it began', () => {
    const prices = walk(60);
    const gaps = prices.map((price, index) => (index % 7 === 2 ? null : price));
    const filled = prices.map((price, index) =>
      index % 7 === 2 ? (prices[index - 1] ?? 0) : price,
    );
    expect(play(gaps).sharpe).toBeCloseTo(independent(filled).sharpe, 6);
  });

  test('are unknown below the fewest hours, and without any', () => {
    const few = play(walk(23));
    expect(few).toMatchObject({ sharpe: null, valueAtRisk: null });
    expect(few.maxDrawdownFraction).not.toBeNull();
    expect(play([])).toMatchObject({ sharpe: null, valueAtRisk: null, maxDrawdownFraction: null });
  });

  test('a fall within the hour that is still open is the deepest at once', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ quantity: decimal('50') });
    desk.candle(100);
    for (let minute = 0; minute < 130; minute += 1) desk.candle(100 + minute / 100);
    const { account, pnl } = (desk.candle(80), makeView(desk.run.state));
    expect(account.drawdownFraction).toBeGreaterThan(0.1);
    expect(pnl.maxDrawdownFraction).toBe(account.drawdownFraction);
  });
});

describe('value at risk', () => {
  test('is the interpolated quantile: of 21 returns the second worst', () => {
    const returns = Float64Array.from({ length: 21 }, (_, index) => (index - 10) / 100);
    expect(valueAtRisk(returns, 0.05)).toBeCloseTo(0.09, 12);
    expect(valueAtRisk(returns, 0.025)).toBeCloseTo(0.095, 12);
  });

  test('is never a gain, and nothing without returns', () => {
    expect(valueAtRisk(Float64Array.from([0.01, 0.02]), 0.05)).toBe(0);
    expect(valueAtRisk(new Float64Array(0), 0.05)).toBeNull();
  });
});
