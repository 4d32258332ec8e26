/** One backtest as typed: everything checked, the file loaded, the run made and finished. */
import { resolve } from 'node:path';
import { openDataFile } from '../backtest/data-file.ts';
import { createFileFeed } from '../backtest/feed.ts';
import { finerThanTick } from '../backtest/price-grid.ts';
import { type BacktestResult, runBacktest } from '../backtest/run.ts';
import type { FlagValue } from '../config/layers.ts';
import { loadConfig } from '../config/load.ts';
import { didYouMean, quoted } from '../config/nearest.ts';
import { TIMEFRAME_NAMES } from '../config/schema.ts';
import { InputError, required } from '../domain/errors.ts';
import { isTimeframe, type Timeframe } from '../domain/time.ts';
import { createDigest } from '../store/digest.ts';
import {
  AD_HOC_SIZING,
  adHocInstance,
  checkSizing,
  programVersion,
  riskFlags,
  riskLimits,
  simulationOptions,
  type Surroundings,
} from './assemble.ts';
import { checkParams, parseParams, parseStrategySpec, requireStrategy } from './params.ts';
import { fileMarket, SIMULATED_ACCOUNT, toRuntimes, toSimModel } from './simulation.ts';

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

/** Throws InputError about the first thing wrong; nothing of a faulty file is kept. */
export function backtest(request: BacktestRequest, around: Surroundings): BacktestResult {
  const flags = [...request.flags, ...riskFlags(request.risk)];
  const config = loadConfig({ ...around, directory: request.config, flags });
  const { name, params } = strategyOf(request);
  const sizing = checkSizing(request.sizing ?? AD_HOC_SIZING);
  const asked = request.timeframe === null ? null : checkTimeframe(request.timeframe);
  const simulation = simulationOptions(config, request);
  const market = fileMarket(request.symbol ?? DEFAULT_SYMBOL, simulation);
  const { symbol } = market;
  const begun = performance.now();
  const file = openDataFile(resolve(around.cwd, request.data), { symbol, timeframe: asked });
  const loadMs = performance.now() - begun;
  const timeframe = asked ?? file.timeframe;
  const instance = adHocInstance({
    id: name,
    name,
    params,
    sizing,
    market: { symbols: [symbol], timeframe },
  });
  const result = runBacktest({
    feed: createFileFeed(file),
    loadMs,
    setup: required(toRuntimes(instance)[0], 'strategy'),
    market,
    cash: simulation.cash,
    model: toSimModel(simulation),
    limits: riskLimits(config),
    // The journal of the replay with the same options, byte for byte (DECISIONS 2).
    accountId: SIMULATED_ACCOUNT,
    mode: 'replay',
    seed: config.settings.general.seed,
    version: programVersion(),
    startTime: file.firstTime,
    digest: createDigest(),
  });
  const misfit = finerThanTick(file, market.tickSize);
  return misfit === null ? result : { ...result, notes: [misfit, ...result.notes] };
}

function strategyOf(request: BacktestRequest) {
  const { name, params } = parseStrategySpec(request.strategy);
  const more = parseParams(request.params, '--param');
  for (const key of Object.keys(more)) {
    if (!Object.hasOwn(params, key)) continue;
    throw new InputError(`--param: parameter ${quoted(key)} stands in --strategy already`);
  }
  const all = { ...params, ...more };
  checkParams(requireStrategy(name), all);
  return { name, params: all };
}

function checkTimeframe(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  const near = didYouMean(text, TIMEFRAME_NAMES);
  const allowed = TIMEFRAME_NAMES.join(', ');
  throw new InputError(`--timeframe is ${quoted(text)}; allowed: ${allowed}${near}`);
}
