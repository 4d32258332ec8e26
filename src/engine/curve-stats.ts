import { toNumber } from '../domain/decimal.ts';
import { HOUR_MS } from '../domain/time.ts';
import { EQUITY_SAMPLES } from '../execution/money.ts';
import { drawdownStats } from '../portfolio/drawdown.ts';
import { DAYS_PER_YEAR, sharpe, valueAtRisk } from '../portfolio/stats.ts';
import type { CurveStats, EngineState } from './state.ts';

/** Hours below which a ratio or a tail is noise. */
const FEWEST_FOR_SHARPE = 24;
const FEWEST_FOR_TAIL = 40;
const TAIL = 0.05;
/** Hours looked back at: as many as there are samples at most. */
const MAX_HOURS = EQUITY_SAMPLES;
const HOURS_PER_YEAR = DAYS_PER_YEAR * 24;

/** Statistics of the hourly equity curve; worked out once an hour, for whoever reads first. */
export function curveStats(state: EngineState): CurveStats {
  const { money, market } = state;
  const hour = Math.floor(market.now / HOUR_MS) * HOUR_MS;
  const last = money.samples.at(-1)?.[0] ?? 0;
  const known = market.curveStats;
  if (known?.hour === hour && known.last === last) return known;
  const hours = hourlyEquity(money.samples, hour);
  const returns = returnsOf(hours);
  market.curveStats = {
    hour,
    last,
    sharpe: hours.length < FEWEST_FOR_SHARPE ? null : sharpe(returns, 0, HOURS_PER_YEAR),
    valueAtRisk: hours.length < FEWEST_FOR_TAIL ? null : valueAtRisk(returns, TAIL),
    maxDrawdownFraction: deepest(state, hours),
  };
  return market.curveStats;
}

/** Equity at every closed hour: one without a sample of its own ended as the hour before. */
function hourlyEquity(samples: EngineState['money']['samples'], until: number): Float64Array {
  const [first] = samples;
  if (!first) return new Float64Array(0);
  const from = Math.max(first[0], until - (MAX_HOURS - 1) * HOUR_MS);
  const values = new Float64Array(Math.max(0, (until - from) / HOUR_MS + 1));
  let value = first[1];
  let next = 0;
  for (let at = 0; at < values.length; at += 1) {
    const time = from + at * HOUR_MS;
    for (let sample = samples[next]; sample && sample[0] <= time; sample = samples[next]) {
      value = sample[1];
      next += 1;
    }
    values[at] = value;
  }
  return values;
}

/** A return on nothing is undefined: empty once equity was zero or below. */
function returnsOf(values: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, values.length - 1));
  for (let at = 0; at < returns.length; at += 1) {
    const before = values[at] ?? 0;
    if (before <= 0) return new Float64Array(0);
    returns[at] = (values[at + 1] ?? 0) / before - 1;
  }
  return returns;
}

/** From what was deposited, as long as the first hours are there; null without a curve. */
function deepest({ money }: EngineState, values: Float64Array): number | null {
  const isWhole = money.samples.length < EQUITY_SAMPLES;
  const start = isWhole ? toNumber(money.deposits) : (values[0] ?? 0);
  const times = Float64Array.from(values, (_, at) => at * HOUR_MS);
  return drawdownStats({ times, values }, start)?.maxDrawdownFraction ?? null;
}
