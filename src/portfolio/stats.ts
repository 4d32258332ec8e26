import { DAY_MS } from '../domain/time.ts';
import { type DrawdownStats, drawdownStats } from './drawdown.ts';

/**
 * Equity marked to market on every bar close, oldest first, `times` in epoch ms. The time of a
 * sample is its bar's open time, so that the bar that closes at midnight belongs to the UTC day
 * it traded in.
 */
export interface EquityCurve {
  readonly times: Float64Array;
  /** Quote. */
  readonly values: Float64Array;
}

/** Ratios of an equity curve; fractions, not percent. Null where the data does not define one. */
export interface EquityStats extends DrawdownStats {
  readonly cagr: number | null;
  readonly volatilityAnnual: number | null;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly calmar: number | null;
}

/** Days a year: these markets never close. */
export const DAYS_PER_YEAR = 365;
/** Below this many days a yearly growth rate is an extrapolation, and reports say so. */
export const SHORT_SPAN_DAYS = 90;

/**
 * All ratios of a curve that began with `startEquity` (quote). `riskFreeRate` is a yearly
 * fraction. Null for an empty curve.
 */
export function equityStats(
  curve: EquityCurve,
  startEquity: number,
  riskFreeRate: number = 0,
): EquityStats | null {
  const drawdown = drawdownStats(curve, startEquity);
  if (drawdown === null) return null;
  const returns = dailyReturns(curve);
  const cagr = cagrOf({ startEquity, endEquity: curve.values.at(-1) ?? 0, days: spanDays(curve) });
  const deepest = drawdown.maxDrawdownFraction;
  return {
    cagr,
    volatilityAnnual: volatilityAnnual(returns),
    sharpe: sharpe(returns, riskFreeRate),
    sortino: sortino(returns),
    calmar: cagr === null || deepest <= ROUNDING ? null : cagr / deepest,
    ...drawdown,
  };
}

/** Time from the first to the last sample in days, fractional. */
export function spanDays(curve: EquityCurve): number {
  const { times } = curve;
  return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / DAY_MS;
}

/**
 * Returns between the last values of successive UTC days that have a sample; a day without any
 * is skipped, the return over it spans the gap. The first day has no return: what it opened with
 * is not a sample of the day before. Empty when equity fell to zero or below: a return on nothing
 * is undefined. Daily sampling: jesse `services/metrics.py`, nautilus `crates/analysis` bins.
 */
export function dailyReturns(curve: EquityCurve): Float64Array {
  const { times, values } = curve;
  const lasts: number[] = [];
  let day = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const own = Math.floor((times[i] ?? 0) / DAY_MS);
    if (own > day) lasts.push(0);
    day = own;
    lasts[lasts.length - 1] = values[i] ?? 0;
  }
  const returns = new Float64Array(Math.max(0, lasts.length - 1));
  for (let i = 0; i < returns.length; i++) {
    const before = lasts[i] ?? 0;
    if (before <= 0) return new Float64Array(0);
    returns[i] = (lasts[i + 1] ?? 0) / before - 1;
  }
  return returns;
}

/**
 * Sharpe ratio: mean(r − rf/365) / sd(r, n − 1) × √365, arithmetic; of other than daily returns
 * with `periodsPerYear` in place of 365. Null below two returns or when they do not vary. W. F.
 * Sharpe, "The Sharpe Ratio", 1994 (https://web.stanford.edu/~wfsharpe/art/sr/sr.htm); sampling
 * and √365 as jesse `sharpe_ratio`.
 */
export function sharpe(
  returns: Float64Array,
  riskFreeRate: number = 0,
  periodsPerYear: number = DAYS_PER_YEAR,
): number | null {
  const spread = standardDeviation(returns);
  if (spread === null || spread === 0) return null;
  return ((mean(returns) - riskFreeRate / periodsPerYear) / spread) * Math.sqrt(periodsPerYear);
}

/**
 * Historical value at risk: the loss that a part `share` of the returns exceeded, as a fraction
 * ≥ 0, by linear interpolation between the sorted returns (Hyndman & Fan, "Sample Quantiles in
 * Statistical Packages", 1996, definition 7). Null without a return.
 */
export function valueAtRisk(returns: Float64Array, share: number): number | null {
  if (returns.length === 0) return null;
  const sorted = returns.toSorted();
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return Math.max(0, -(below + (above - below) * (place - Math.floor(place))));
}

/**
 * Sortino ratio: mean(r) / √(Σ min(r, 0)² / N) × √365 with N = all days. Null below two returns or
 * without a losing day. Sortino & Price, "Performance Measurement in a Downside Risk Framework",
 * Journal of Investing, 1994; divisor over all days as jesse and nautilus.
 */
export function sortino(returns: Float64Array): number | null {
  if (returns.length < 2) return null;
  let squares = 0;
  for (const one of returns) if (one < 0) squares += one * one;
  const downside = Math.sqrt(squares / returns.length);
  if (downside <= ROUNDING) return null;
  return (mean(returns) / downside) * Math.sqrt(DAYS_PER_YEAR);
}

/** Standard deviation of daily returns (n − 1) × √365; null below two returns. */
export function volatilityAnnual(returns: Float64Array): number | null {
  const spread = standardDeviation(returns);
  return spread === null ? null : spread * Math.sqrt(DAYS_PER_YEAR);
}

/**
 * Compound annual growth rate: (end / start)^(365 / days) − 1. Null below one day, and when an
 * end below zero has no root. As freqtrade `calculate_cagr`
 * (https://github.com/freqtrade/freqtrade, freqtrade/data/metrics.py).
 */
export function cagrOf(of: {
  readonly startEquity: number;
  readonly endEquity: number;
  readonly days: number;
}): number | null {
  const { startEquity, endEquity, days } = of;
  if (days < 1 || startEquity <= 0 || endEquity < 0) return null;
  return finiteOrNull((endEquity / startEquity) ** (DAYS_PER_YEAR / days) - 1);
}

/** Sum ÷ count; NaN for nothing, so callers check first. */
export function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * Sample standard deviation (n − 1); null below two values. Values that differ by rounding alone
 * have none: equity that grows by the same fraction every day must not get a Sharpe of 10^15.
 */
export function standardDeviation(values: Float64Array): number | null {
  if (values.length < 2) return null;
  const center = mean(values);
  let squares = 0;
  let largest = 0;
  for (const value of values) {
    squares += (value - center) ** 2;
    largest = Math.max(largest, Math.abs(value));
  }
  const spread = Math.sqrt(squares / (values.length - 1));
  return spread <= ROUNDING * Math.max(1, largest) ? 0 : spread;
}

/**
 * Returns carry the rounding of a division near 1, sums of many a few times that: what is smaller
 * is no variation, no loss and no drawdown to divide by.
 */
const ROUNDING = 1e-14;

/** The value, or null where it overflowed: an overflow is no statistic. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
