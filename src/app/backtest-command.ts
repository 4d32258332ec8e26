/** One backtest as typed: everything checked, the file loaded, the run made and finished. */
import { resolve } from 'node:path';
import type { PlayedBacktest } from '../backtest/run.ts';
import type { FlagValue } from '../config/layers.ts';
import { loadConfig } from '../config/load.ts';
import { didYouMean, quoted } from '../config/nearest.ts';
import { TIMEFRAME_NAMES } from '../config/schema.ts';
import { InputError } from '../domain/errors.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Market } from '../domain/market.ts';
import type { Sizing } from '../domain/sizing.ts';
import { type EpochMs, isTimeframe, type Timeframe } from '../domain/time.ts';
import type { TimeRange } from '../store/candles.ts';
import {
  programVersion,
  riskFlags,
  riskLimits,
  simulationOptions,
  type Surroundings,
} from './assemble.ts';
import { AD_HOC_SIZING, checkSizing } from './instances.ts';
import { cachedSeries, withGrids } from './data/cached.ts';
import { candleDirectory, seriesKey, timeOf } from './data/place.ts';
import { type RawParams, type StrategySpec, parseParams, requireStrategy } from './params.ts';
import { playBacktest } from './play-backtest.ts';
import type { SimulationOptions } from './run-options.ts';
import { fileMarket } from './simulation.ts';
import { askStrategy, parseSpec } from './user-strategies/user-strategies.ts';

/** Flags as typed; null = not given. */
export interface BacktestRequest {
  readonly flags: readonly FlagValue[];
  readonly config: string | null;
  readonly strategy: string;
  readonly params: readonly string[];
  /** A file, or an exchange whose candles are in the cache; one of both. */
  readonly data: string | null;
  readonly exchange?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly symbol: string | null;
  readonly timeframe: string | null;
  readonly sizing: string | null;
  readonly risk: string | null;
  readonly lot: string | null;
  readonly tick: string | null;
}

export const DEFAULT_SYMBOL = 'BTC/USDT';

/** Everything of a backtest but the strategy's code and the recording, as plain values. */
export interface BacktestPlan {
  readonly params: RawParams;
  /** Absolute path. */
  readonly data: string;
  /** Null: all of it. */
  readonly range: TimeRange | null;
  readonly timeframe: Timeframe | null;
  readonly sizing: Sizing;
  readonly market: Market;
  readonly simulation: SimulationOptions;
  readonly limits: RiskLimits;
  readonly seed: number;
  readonly version: string;
}

/**
 * A user's file is run, engine and all, in a process of its own. Throws InputError about the first
 * thing wrong; nothing of a faulty file is kept.
 */
export async function backtest(
  request: BacktestRequest,
  around: Surroundings,
  longestSilenceMs?: number,
): Promise<PlayedBacktest> {
  const flags = [...request.flags, ...riskFlags(request.risk)];
  const config = loadConfig({ ...around, directory: request.config, flags });
  const asked = await askStrategy(specOf(request), around.cwd);
  const simulation = simulationOptions(config, request);
  const plan: BacktestPlan = {
    params: asked.params,
    ...recordingOf(request, around, simulation),
    sizing: checkSizing(request.sizing ?? AD_HOC_SIZING),
    simulation,
    limits: riskLimits(config),
    seed: config.settings.general.seed,
    version: programVersion(),
  };
  if (asked.user === null) return playBacktest(plan, requireStrategy(asked.name));
  const { playUserBacktest } = await import('./user-strategies/process.ts');
  return playUserBacktest(asked.user.file, plan, longestSilenceMs);
}

/** What is played: a file as it is, or a part of the cache with the grids of its exchange. */
function recordingOf(
  request: BacktestRequest,
  around: Surroundings,
  simulation: SimulationOptions,
): Pick<BacktestPlan, 'data' | 'range' | 'timeframe' | 'market'> {
  const { data, exchange = null, from = null, to = null } = request;
  const timeframe = request.timeframe === null ? null : checkTimeframe(request.timeframe);
  const market = fileMarket(request.symbol ?? DEFAULT_SYMBOL, simulation);
  const times = { from: timeFlag('--from', from), to: timeFlag('--to', to) };
  if ((data === null) === (exchange === null)) {
    throw new InputError('name --data FILE or --exchange ID, and only one of them');
  }
  if (data !== null) {
    const range = { from: times.from ?? 0, to: times.to ?? Number.MAX_SAFE_INTEGER };
    const isCut = times.from !== null || times.to !== null;
    return { data: resolve(around.cwd, data), range: isCut ? range : null, timeframe, market };
  }
  if (exchange === null || timeframe === null) {
    throw new InputError('--exchange needs --timeframe, such as --timeframe 1h');
  }
  const key = seriesKey({ exchange, symbol: market.symbol, timeframe });
  const found = cachedSeries(candleDirectory(around.environment), key, times);
  const named = { tick: simulation.tickSize !== null, step: simulation.stepSize !== null };
  const { file, range, grids } = found;
  return { data: file, range, timeframe, market: withGrids(market, grids, named) };
}

const timeFlag = (flag: string, text: string | null): EpochMs | null =>
  text === null ? null : timeOf(flag, text);

function specOf(request: BacktestRequest): StrategySpec {
  const { name, params } = parseSpec(request.strategy);
  const more = parseParams(request.params, '--param');
  for (const key of Object.keys(more)) {
    if (!Object.hasOwn(params, key)) continue;
    throw new InputError(`--param: parameter ${quoted(key)} stands in --strategy already`);
  }
  return { name, params: { ...params, ...more } };
}

function checkTimeframe(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  const near = didYouMean(text, TIMEFRAME_NAMES);
  const allowed = TIMEFRAME_NAMES.join(', ');
  throw new InputError(`--timeframe is ${quoted(text)}; allowed: ${allowed}${near}`);
}
