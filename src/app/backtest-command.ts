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
import { isTimeframe, type Timeframe } from '../domain/time.ts';
import {
  programVersion,
  riskFlags,
  riskLimits,
  simulationOptions,
  type Surroundings,
} from './assemble.ts';
import { AD_HOC_SIZING, checkSizing } from './instances.ts';
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
  readonly data: string;
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
    data: resolve(around.cwd, request.data),
    timeframe: request.timeframe === null ? null : checkTimeframe(request.timeframe),
    sizing: checkSizing(request.sizing ?? AD_HOC_SIZING),
    market: fileMarket(request.symbol ?? DEFAULT_SYMBOL, simulation),
    simulation,
    limits: riskLimits(config),
    seed: config.settings.general.seed,
    version: programVersion(),
  };
  if (asked.user === null) return playBacktest(plan, requireStrategy(asked.name));
  const { playUserBacktest } = await import('./user-strategies/process.ts');
  return playUserBacktest(asked.user.file, plan, longestSilenceMs);
}

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
