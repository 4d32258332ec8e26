import { expect, test } from 'vitest';

import { runBacktest } from '../../src/backtest/run.ts';
import { required } from '../../src/domain/errors.ts';
import { NO_LIMITS, backtestOptions, candleFileOf } from '../support/backtest-kit.ts';

const SYMBOL = 'BTC/USDT:USDT';

test('a reversal is two orders of one size and side, and no duplicate', () => {
  const closes = Array.from({ length: 80 }, (_, i) => 100 + 5 * Math.sin(i / 6));
  const rows = closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    return [open, Math.max(open, close), Math.min(open, close), close] as const;
  });
  const options = backtestOptions({
    file: candleFileOf(rows, { symbol: SYMBOL }),
    params: { fast: 2, slow: 6, direction: 'both' },
    sizing: 'fixed:1',
    limits: { ...NO_LIMITS, enabled: true, riskPerTradeFraction: 1, openRiskFraction: 1 },
  });
  const { state, trades, notes } = runBacktest(options);
  expect(notes.join()).not.toMatch(/denied/);
  expect(state.money.counts.denials).toBe(0);
  expect(trades.length).toBeGreaterThan(2);
  // In the market from the first cross to the end: every exit is followed by an entry at once.
  const sides = trades.map(({ positionSide }) => positionSide);
  sides.slice(1).forEach((side, i) => expect(side).not.toBe(required(sides[i], 'trade')));
});
