/** What comes from a strategy in a process of its own (ENGINE 5). */
import type { IntentsEvent, StrategyFailedEvent } from '../domain/event.ts';
import { timeframeMs } from '../domain/time.ts';
import { carryOutAll, contain } from './decide.ts';
import type { StrategyRuntime } from './state.ts';
import type { StepContext } from './step-context.ts';

/**
 * Carries out an answer like that of a built-in, reviewed against the state of now. One that is
 * older than a candle of the strategy's timeframe is refused: it speaks of a market that is gone.
 */
export function takeIntents(ctx: StepContext, event: IntentsEvent): void {
  const runtime = runtimeOf(ctx, event);
  if (runtime === null || event.list.length === 0) return;
  const ageMs = ctx.state.market.now - event.basis;
  if (ageMs > timeframeMs(runtime.timeframe)) {
    const what = `${event.list.length} intents ${Math.round(ageMs / 1000)} s after their candle`;
    const text = `${runtime.id} on ${runtime.symbol} is too late: ${what} are not carried out`;
    return ctx.send({ kind: 'notice', level: 'warn', text });
  }
  carryOutAll(ctx, runtime, event.list);
}

/** Counts as a throw of a built-in does. */
export function takeFailure(ctx: StepContext, event: StrategyFailedEvent): void {
  const runtime = runtimeOf(ctx, event);
  if (runtime !== null) contain(ctx, runtime, event.reason);
}

/** Null when it was for a strategy that this run no longer has. */
function runtimeOf(
  ctx: StepContext,
  of: { readonly strategyId: string; readonly symbol: string },
): StrategyRuntime | null {
  const { runtimes } = ctx.state.market;
  return runtimes.find(({ id, symbol }) => id === of.strategyId && symbol === of.symbol) ?? null;
}
