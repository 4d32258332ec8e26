/** Plays a planned backtest in this process: the user's own one for a user's strategy. */
import { openDataFile } from '../backtest/data-file.ts';
import { withinRange } from '../backtest/data-range.ts';
import { createFileFeed } from '../backtest/feed.ts';
import { finerThanTick } from '../backtest/price-grid.ts';
import { type PlayedBacktest, runBacktest } from '../backtest/run.ts';
import { monotonicMs } from '../engine/clock.ts';
import type { RuntimeSetup } from '../engine/state.ts';
import type { PullFeed, StrategyDefinition } from '../ports.ts';
import { createDigest } from '../store/digest.ts';
import type { BacktestPlan } from './backtest-command.ts';
import { checkParams } from './params.ts';
import { SIMULATED_ACCOUNT, toSimModel } from './simulation.ts';

/** Throws InputError about parameters or the recording. `watch` may count what is played. */
export function playBacktest(
  plan: BacktestPlan,
  definition: StrategyDefinition,
  watch: (feed: PullFeed) => PullFeed = (feed) => feed,
): PlayedBacktest {
  const { market, simulation, sizing } = plan;
  const { symbol } = market;
  const begun = monotonicMs();
  const whole = openDataFile(plan.data, { symbol, timeframe: plan.timeframe });
  const file = plan.range === null ? whole : withinRange(whole, plan.range);
  const loadMs = monotonicMs() - begun;
  const setup: RuntimeSetup = {
    id: definition.name,
    definition,
    params: checkParams(definition, plan.params, '--strategy'),
    symbol,
    timeframe: plan.timeframe ?? file.timeframe,
    sizing,
    stopFraction: null,
    targetFraction: null,
    trailFraction: null,
    enabled: true,
  };
  const { state: _state, ...result } = runBacktest({
    feed: watch(createFileFeed(file)),
    loadMs,
    setup,
    market,
    cash: simulation.cash,
    model: toSimModel(simulation),
    limits: plan.limits,
    // The journal of the replay with the same options, byte for byte (DECISIONS 2).
    accountId: SIMULATED_ACCOUNT,
    mode: 'replay',
    seed: plan.seed,
    version: plan.version,
    startTime: file.firstTime,
    digest: createDigest(),
  });
  const misfit = finerThanTick(file, market.tickSize);
  return misfit === null ? result : { ...result, notes: [misfit, ...result.notes] };
}
