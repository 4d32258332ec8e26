import { safeText } from '../domain/safe-text.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { DAYS_PER_YEAR, SHORT_SPAN_DAYS, spanDays } from '../portfolio/stats.ts';
import type { BacktestFigures, PlayedBacktest } from './run.ts';

/** What is undefined, in every column. */
const NONE = '—';
const GAP = '    ';

type Row = readonly [label: string, value: string];

/**
 * A finished backtest as plain text: a head line, two columns of figures with units, notes.
 * Fractions as percent; `—` where the data does not define a figure.
 */
export function backtestReport(result: PlayedBacktest): string {
  const { figures } = result;
  const columns = twoColumns(leftRows(figures), rightRows(figures));
  const notes = [...result.notes, ...cautions(result)].map((note) => `Note: ${note}`);
  return (
    [...headLines(figures), '', ...columns, '', ...notes, speedLine(figures)].join('\n') + '\n'
  );
}

function headLines(figures: BacktestFigures): string[] {
  const params = Object.entries(figures.params ?? {})
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
  const span = `${dateText(figures.start)} to ${dateText(figures.end)} UTC`;
  return [
    safeText(`${figures.strategy} ${params}`),
    safeText(`${figures.symbol} ${figures.timeframe}, ${figures.candles} candles, ${span}`),
  ];
}

function leftRows(of: BacktestFigures): Row[] {
  return [
    ['Cash at start', money(of.cashStart)],
    ['Equity at end', money(of.equityFinal)],
    ['Highest equity', money(of.equityPeak)],
    ['Return', percent(of.returnFraction)],
    ['Buy and hold', percent(of.buyHoldFraction)],
    ['Growth a year', percent(of.cagr)],
    ['Volatility a year', percent(of.volatilityAnnual)],
    ['Sharpe', ratio(of.sharpe)],
    ['Sortino', ratio(of.sortino)],
    ['Calmar', ratio(of.calmar)],
    ['Deepest drawdown', percent(of.maxDrawdownFraction)],
    ['Average drawdown', percent(of.avgDrawdownFraction)],
    ['Longest drawdown', durationText(of.maxDrawdownDurationMs)],
  ];
}

function rightRows(of: BacktestFigures): Row[] {
  return [
    ['Round trips', String(of.roundTrips)],
    ['Won', percent(of.winRate)],
    ['Best trade', percent(of.bestTradeFraction)],
    ['Worst trade', percent(of.worstTradeFraction)],
    ['Average trade', percent(of.avgTradeFraction)],
    ['Expectancy', percent(of.expectancyFraction)],
    ['Profit factor', profitFactorText(of)],
    ['SQN', ratio(of.sqn)],
    ['Kelly', ratio(of.kelly)],
    ['Time in market', percent(of.exposureFraction)],
    ['Fees paid', money(of.feesPaid)],
  ];
}

/** Money won without a loss has no factor: it is endless. */
function profitFactorText(of: BacktestFigures): string {
  if (of.profitFactor !== null) return ratio(of.profitFactor);
  return of.winRate !== null && of.winRate > 0 ? '∞' : NONE;
}

/** What makes yearly figures doubtful, said where it applies. */
function cautions({ figures, curve, longestDrawdownIsOpen }: PlayedBacktest): string[] {
  const said: string[] = [];
  const days = spanDays(curve);
  if (figures.cagr !== null && days < SHORT_SPAN_DAYS) {
    said.push(`growth a year is extrapolated from ${days.toFixed(1)} days`);
  }
  if (longestDrawdownIsOpen) said.push('the longest drawdown had not recovered at the end');
  if (figures.sharpe !== null) {
    said.push(`yearly ratios from daily equity at 00:00 UTC, ${DAYS_PER_YEAR} days a year`);
  }
  return said;
}

function speedLine(of: BacktestFigures): string {
  const speed =
    of.candlesPerSecond === null ? '' : `, ${Math.round(of.candlesPerSecond)} candles/s`;
  const times = `loaded in ${of.loadMs.toFixed(0)} ms, run in ${of.durationMs.toFixed(0)} ms`;
  return `${times}${speed}; journal ${of.digest.slice(0, 16)}`;
}

/** Two blocks of `label  value` side by side, values aligned to the right. */
function twoColumns(left: readonly Row[], right: readonly Row[]): string[] {
  const [first, second] = [block(left), block(right)];
  const width = first[0]?.length ?? 0;
  const count = Math.max(first.length, second.length);
  return Array.from({ length: count }, (_, i) =>
    `${first[i] ?? ' '.repeat(width)}${GAP}${second[i] ?? ''}`.trimEnd(),
  );
}

function block(rows: readonly Row[]): string[] {
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([label, value]) => `${label.padEnd(labelWidth)}  ${value.padStart(valueWidth)}`);
}

/** `12,345.67`: money to the cent. */
function money(text: string): string {
  const [whole = '0', cents = '00'] = Number(text).toFixed(2).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

const percent = (fraction: number | null): string =>
  fraction === null ? NONE : `${(fraction * 100).toFixed(2)} %`;

const ratio = (value: number | null): string => (value === null ? NONE : value.toFixed(3));

/** The largest two units: `3 d 4 h`. */
function durationText(ms: number | null): string {
  if (ms === null) return NONE;
  const days = Math.floor(ms / DAY_MS);
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
  if (days > 0) return `${days} d ${hours} h`;
  return `${hours} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`;
}

/** `2022-01-31 23:59`, in UTC. */
const dateText = (time: number): string =>
  new Date(time).toISOString().slice(0, 16).replace('T', ' ');
