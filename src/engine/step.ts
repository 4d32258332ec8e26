import { assertNever } from '../domain/errors.ts';
import {
  type CandleEvent,
  type ControlEvent,
  type MarketEvent,
  finishedCandle,
} from '../domain/event.ts';
import { advanceFlatten } from '../execution/flatten.ts';
import { stepAccount } from './account-events.ts';
import { noteIncident, watchHoldings, watchSymbol } from './breakers.ts';
import { stepCommand } from './commands.ts';
import { ask, warm } from './decide.ts';
import { observeMarks } from './excursion.ts';
import { expireOrders } from './expiry.ts';
import { watchTriggers } from './local-triggers.ts';
import { markToMarket, sampleEquity } from './marks.ts';
import { stepRecover, stepReport } from './recovery.ts';
import { reduceHistory, reduceMarket } from './reduce.ts';
import { takeFailure, takeIntents } from './remote-answers.ts';
import type { SymbolState } from './state.ts';
import type { StepContext } from './step-context.ts';

/**
 * The engine's one step for a market event: state first, then breakers, then strategies, whose
 * intents become reviewed orders. Synchronous, no I/O; everything that leaves goes to `ctx.send`.
 */
export function stepMarket(ctx: StepContext, event: MarketEvent): void {
  if (event.kind === 'checkpoint') {
    reduceMarket(ctx.state, event);
    ctx.record({ kind: 'feedCursor', checkpoint: event.checkpoint });
    return;
  }
  const { market } = ctx.state;
  const symbol = reduceMarket(ctx.state, event);
  if (market.now >= market.nextExpiry) expireOrders(ctx);
  if (symbol === null) return;
  if (symbol.excursion !== null) observeMarks(symbol, event);
  // Without a position only a new day changes what is measured.
  if (symbol.quantity !== 0 || market.now >= market.nextDay) markToMarket(ctx);
  watchTriggers(ctx, symbol.name);
  if (event.kind === 'candle' || symbol.finished.length > 0) watchSymbol(ctx, symbol);
  if (event.kind === 'candle') {
    tellCandle(ctx, symbol, event);
    sampleEquity(ctx);
  } else if (symbol.finished.length > 0) {
    sampleEquity(ctx);
  }
  if (symbol.finished.length > 0) tellFinished(ctx, symbol);
  if (event.kind === 'trades' || event.kind === 'book') tellTicks(ctx, symbol, event);
  advanceFlatten(ctx);
}

/** A finished candle to the strategies of its timeframe. */
function tellCandle(ctx: StepContext, symbol: SymbolState, event: CandleEvent): void {
  for (const runtime of symbol.runtimes) {
    if (runtime.timeframe !== event.timeframe) continue;
    runtime.seen += 1;
    if (runtime.strategy.onCandle !== undefined) ask(ctx, runtime, event);
  }
}

/** Every candle that was built with this event, shortest timeframe first. */
function tellFinished(ctx: StepContext, symbol: SymbolState): void {
  if (symbol.runtimes.length === 0) return;
  for (const built of symbol.finished) {
    tellCandle(ctx, symbol, finishedCandle({ symbol: symbol.name, ...built }));
  }
}

function tellTicks(
  ctx: StepContext,
  symbol: SymbolState,
  event: Extract<MarketEvent, { kind: 'trades' | 'book' }>,
): void {
  for (const runtime of symbol.runtimes) {
    const { strategy } = runtime;
    if (event.kind === 'trades' && strategy.onTrades) ask(ctx, runtime, event);
    if (event.kind === 'book' && strategy.onBook) ask(ctx, runtime, event);
  }
}

/** The engine's one step for everything else: venue answers, commands, timers, lifecycle. */
export function stepControl(ctx: StepContext, event: ControlEvent): void {
  const { market } = ctx.state;
  if (event.time > market.now) market.now = event.time;
  switch (event.kind) {
    case 'account':
    case 'lifecycle':
      return stepAccount(ctx, event.record);
    case 'command':
      return stepCommand(ctx, event.command);
    case 'timer':
      expireOrders(ctx);
      return advanceFlatten(ctx);
    case 'link': {
      const message = `${event.name} is ${event.up ? 'back' : 'lost'}`;
      ctx.log?.({ level: event.up ? 'info' : 'warn', category: 'market', message });
      if (event.up) return;
      return noteIncident(ctx, {
        what: 'linkLost',
        strategyId: null,
        symbol: null,
        detail: event.name,
      });
    }
    case 'recover':
      return stepRecover(ctx, event.reason);
    case 'report':
      stepReport(ctx, event.report);
      watchHoldings(ctx);
      expireOrders(ctx);
      return advanceFlatten(ctx);
    case 'intents':
      return takeIntents(ctx, event);
    case 'strategyFailed':
      return takeFailure(ctx, event);
    default:
      return assertNever(event);
  }
}

/** Feeds a candle from before the session: series and strategies warm up, nothing is decided. */
export function stepHistory(ctx: StepContext, event: CandleEvent): void {
  const symbol = reduceHistory(ctx.state, event);
  if (!symbol) return;
  warmAll(ctx, symbol, event);
  for (const built of symbol.finished) {
    warmAll(ctx, symbol, finishedCandle({ symbol: symbol.name, ...built }));
  }
}

function warmAll(ctx: StepContext, symbol: SymbolState, event: CandleEvent): void {
  for (const runtime of symbol.runtimes) {
    if (runtime.timeframe === event.timeframe) warm(ctx, runtime, event);
  }
}
