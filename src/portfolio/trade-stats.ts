import { finiteOrNull, mean, standardDeviation } from './stats.ts';

/** One round trip as statistics need it, in quote. */
export interface TradeResult {
  /** After fees and funding. */
  readonly netPnl: number;
  /** Price × quantity of everything opened, > 0. */
  readonly entryNotional: number;
}

/** Statistics of closed round trips. Null where the trades do not define one. */
export interface TradeStats {
  readonly roundTrips: number;
  readonly winRate: number | null;
  readonly bestTradeFraction: number | null;
  readonly worstTradeFraction: number | null;
  readonly avgTradeFraction: number | null;
  readonly profitFactor: number | null;
  readonly expectancyFraction: number | null;
  readonly sqn: number | null;
  readonly kelly: number | null;
}

/**
 * All statistics of closed round trips. A trade's fraction is its net P&L over its entry
 * notional. `expectancyFraction` is the arithmetic mean of the fractions, what one more trade can
 * be expected to bring, and so is `avgTradeFraction`. Definitions: backtesting.py `_stats.py`
 * (https://github.com/kernc/backtesting.py), but money, not percent, in the profit factor.
 */
export function tradeStats(trades: readonly TradeResult[]): TradeStats {
  const pnls = Float64Array.from(trades, (trade) => trade.netPnl);
  const fractions = Float64Array.from(trades, (trade) => trade.netPnl / trade.entryNotional);
  const sums = sumByOutcome(pnls);
  const isEmpty = trades.length === 0;
  return {
    roundTrips: trades.length,
    winRate: isEmpty ? null : sums.wins / trades.length,
    bestTradeFraction: isEmpty ? null : fractions.reduce((a, b) => Math.max(a, b)),
    worstTradeFraction: isEmpty ? null : fractions.reduce((a, b) => Math.min(a, b)),
    avgTradeFraction: isEmpty ? null : mean(fractions),
    profitFactor: profitFactor(sums),
    expectancyFraction: isEmpty ? null : mean(fractions),
    sqn: systemQuality(pnls),
    kelly: kelly({ ...sums, trades: trades.length }),
  };
}

/** Sum of winners over sum of losers, both unsigned money; null without losers (shown as ∞). */
export function profitFactor(of: {
  readonly grossProfit: number;
  readonly grossLoss: number;
}): number | null {
  return of.grossLoss > 0 ? finiteOrNull(of.grossProfit / of.grossLoss) : null;
}

/**
 * System quality number: √N × mean(R) / sd(R, n − 1), where R is the net P&L in money because a
 * trade without a stop has no initial risk; not capped at 100 trades. Null below two trades or
 * when all are equal. V. Tharp, "Trade Your Way to Financial Freedom"; money as backtesting.py.
 */
export function systemQuality(netPnls: Float64Array): number | null {
  const spread = standardDeviation(netPnls);
  if (spread === null || spread === 0) return null;
  return (Math.sqrt(netPnls.length) * mean(netPnls)) / spread;
}

/**
 * Kelly fraction: W − (1 − W) / (average win ÷ average loss), in money. Null unless there are both
 * winners and losers. J. L. Kelly, "A New Interpretation of Information Rate", 1956, in the form
 * backtesting.py prints.
 */
export function kelly(of: {
  readonly grossProfit: number;
  readonly grossLoss: number;
  readonly wins: number;
  readonly losses: number;
  readonly trades: number;
}): number | null {
  if (of.wins === 0 || of.losses === 0) return null;
  const winRate = of.wins / of.trades;
  const payoff = of.grossProfit / of.wins / (of.grossLoss / of.losses);
  return finiteOrNull(winRate - (1 - winRate) / payoff);
}

/** A result of exactly zero is neither a win nor a loss. */
function sumByOutcome(netPnls: Float64Array) {
  const sums = { grossProfit: 0, grossLoss: 0, wins: 0, losses: 0 };
  for (const pnl of netPnls) {
    if (pnl > 0) {
      sums.grossProfit += pnl;
      sums.wins += 1;
    } else if (pnl < 0) {
      sums.grossLoss -= pnl;
      sums.losses += 1;
    }
  }
  return sums;
}
