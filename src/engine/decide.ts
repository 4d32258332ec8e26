import { type Decimal, abs, isPositive, isZero, quantize, sign, sub } from '../domain/decimal.ts';
import { messageOf, required } from '../domain/errors.ts';
import type { BookEvent, CandleEvent, TradesEvent } from '../domain/event.ts';
import type { Intent } from '../domain/intent.ts';
import type { Order } from '../domain/order.ts';
import { isAgainst } from '../domain/position.ts';
import type { Side } from '../domain/trade.ts';
import { isDust } from '../execution/dust.ts';
import { type Ledger, ledgerOf } from '../execution/money.ts';
import {
  cancelWhere,
  exitRequest,
  expectedQuantity,
  isOwnWork,
  workingExits,
} from '../execution/orders.ts';
import type { StrategyFill } from '../ports.ts';
import { noteIncident } from './breakers.ts';
import { type PlaceIntent, type TargetIntent, entryRequest } from './entry-request.ts';
import { submitReviewed } from './judge.ts';
import type { StrategyRuntime, SymbolState } from './state.ts';
import type { StepContext } from './step-context.ts';
import { viewOf } from './strategy-window.ts';

/** A strategy that has thrown this often since it was switched on is switched off. */
export const MAX_STRATEGY_ERRORS = 3;
/** How the note of a strategy that its own errors switched off begins. */
export const SWITCHED_OFF = 'switched off after';
/** Intents of one call beyond this are dropped: a runaway strategy never floods the engine. */
export const MAX_INTENTS = 100;

/** Something a strategy is told. */
type Told =
  CandleEvent | TradesEvent | BookEvent | { readonly kind: 'fill'; readonly fill: StrategyFill };

/** Asks a strategy and carries out its intents; a throw is contained and counted. */
export function ask(ctx: StepContext, runtime: StrategyRuntime, told: Told): void {
  let intents: readonly Intent[] | undefined;
  try {
    intents = call(ctx, runtime, told);
  } catch (error) {
    return contain(ctx, runtime, error);
  }
  if (intents !== undefined) carryOutAll(ctx, runtime, intents);
}

/** Carries out what a strategy wants, each reviewed against the state it meets. */
export function carryOutAll(
  ctx: StepContext,
  runtime: StrategyRuntime,
  intents: readonly Intent[],
): void {
  // Switched off: it is fed, so that it stays warm, but it does not act. What it wants while
  // halted or flattening is denied by the rules, and counted.
  if (!runtime.enabled) return;
  // Until the books agree it decides on what may not be so: it hears, and is not asked.
  if (ctx.truth.recovering !== null) return;
  for (const intent of intents.slice(0, MAX_INTENTS)) carryOut(ctx, runtime, intent);
}

function call(ctx: StepContext, runtime: StrategyRuntime, told: Told) {
  const { strategy } = runtime;
  const view = viewOf(ctx.state, runtime);
  switch (told.kind) {
    case 'candle':
      return strategy.onCandle?.(told, view);
    case 'trades':
      return strategy.onTrades?.(told, view);
    case 'book':
      return strategy.onBook?.(told, view);
    case 'fill':
      return strategy.onFill?.(told.fill, view);
    default:
      return told satisfies never;
  }
}

/**
 * Feeds a candle from the past: the strategy warms up, what it wants is not carried out. A throw is
 * contained and counted.
 */
export function warm(ctx: StepContext, runtime: StrategyRuntime, event: CandleEvent): void {
  runtime.seen += 1;
  try {
    const view = viewOf(ctx.state, runtime);
    if (runtime.strategy.onWarm) runtime.strategy.onWarm(event, view);
    else runtime.strategy.onCandle?.(event, view);
  } catch (error) {
    contain(ctx, runtime, error);
  }
}

/** Switches a strategy on or off in all its markets; off, its resting entries leave. */
export function switchStrategy(ctx: StepContext, strategyId: string, enabled: boolean): void {
  for (const runtime of ctx.state.market.runtimes) {
    if (runtime.id !== strategyId) continue;
    runtime.enabled = enabled;
    if (enabled) runtime.errors = 0;
    runtime.strategy.onSwitch?.(enabled);
  }
  if (enabled) return;
  cancelWhere(ctx, 'strategy switched off', (order) => {
    return order.strategyId === strategyId && order.role === 'entry';
  });
}

/** Counts and says an error of a strategy; at the third it is switched off. */
export function contain(ctx: StepContext, runtime: StrategyRuntime, error: unknown): void {
  runtime.errors += 1;
  ctx.state.market.errors += 1;
  // Off, it is still fed: the same words at every candle tell nobody anything.
  if (!runtime.enabled && runtime.errors > MAX_STRATEGY_ERRORS) return;
  const message = messageOf(error);
  const text = `${runtime.id} on ${runtime.symbol} failed: ${message}`;
  ctx.send({ kind: 'notice', level: 'error', text });
  noteIncident(ctx, {
    what: 'strategyError',
    strategyId: runtime.id,
    symbol: runtime.symbol,
    detail: message,
  });
  if (runtime.errors < MAX_STRATEGY_ERRORS || !runtime.enabled) return;
  switchStrategy(ctx, runtime.id, false);
  const note = `${SWITCHED_OFF} ${MAX_STRATEGY_ERRORS} errors: ${message}`;
  ctx.record({ kind: 'strategyToggled', strategyId: runtime.id, enabled: false, note });
}

function carryOut(ctx: StepContext, runtime: StrategyRuntime, intent: Intent): void {
  const symbol = ctx.state.market.symbols.get(intent.symbol);
  if (!symbol || intent.symbol !== runtime.symbol) {
    const text = `${runtime.id} asked for ${intent.symbol}, which is not its market`;
    ctx.send({ kind: 'notice', level: 'warn', text });
    return;
  }
  if (intent.kind === 'target') return carryOutTarget(ctx, runtime, intent, symbol);
  if (intent.kind === 'place') return carryOutPlace(ctx, runtime, intent, symbol);
  cancelWhere(ctx, intent.reason, (order) => {
    const isTagged = intent.tag === undefined || order.tag === intent.tag;
    return isTagged && isOwnWork(order, { strategyId: runtime.id, symbol: intent.symbol });
  });
}

/** Brings the strategy's expected holding to the wanted side: an exit, an entry, or both. */
function carryOutTarget(
  ctx: StepContext,
  runtime: StrategyRuntime,
  intent: TargetIntent,
  symbol: SymbolState,
): void {
  const ledger = ledgerOf(ctx.money, { strategyId: runtime.id, symbol: intent.symbol });
  const expected = directionOf(ctx, expectedQuantity(ctx.money, ledger), symbol);
  const wanted = wantedDirection(intent.positionSide, runtime, symbol);
  if (wanted === expected) return;
  cancelWhere(ctx, intent.reason, (order) => isOwnWork(order, ledger) && order.role === 'entry');
  const held = directionOf(ctx, ledger.position.quantity, symbol);
  if (held === -wanted || wanted === 0) {
    exitLedger(ctx, runtime, ledger, intent.reason);
  }
  if (wanted === 0) return;
  const side: Side = wanted > 0 ? 'buy' : 'sell';
  const request = entryRequest(ctx, runtime, symbol, { side, type: 'market', intent });
  if (request) submitReviewed(ctx, runtime, request);
}

/** Side of a holding; dust that no order could close is flat (F25). */
function directionOf(ctx: StepContext, quantity: Decimal, symbol: SymbolState): -1 | 0 | 1 {
  if (isZero(quantity) || isDust(ctx, { symbol: symbol.name, quantity })) return 0;
  return sign(quantity);
}

/** On spot, and for a strategy that never shorts, a short signal is an exit (PRODUCT 5). */
function wantedDirection(
  positionSide: TargetIntent['positionSide'],
  runtime: StrategyRuntime,
  symbol: SymbolState,
): -1 | 0 | 1 {
  if (positionSide === 'long') return 1;
  const canShort = runtime.definition.canShort && symbol.market.kind !== 'spot';
  return positionSide === 'short' && canShort ? -1 : 0;
}

/** Closes what a ledger holds, less what is already being closed; null when no order was made. */
export function exitLedger(
  ctx: StepContext,
  runtime: StrategyRuntime | null,
  ledger: Ledger,
  reason: string,
): Order | null {
  const held = ledger.position.quantity;
  if (isZero(held) || isDust(ctx, { symbol: ledger.symbol, quantity: held })) return null;
  const { stepSize } = required(ctx.money.markets.get(ledger.symbol), ledger.symbol);
  const open = sub(abs(held), workingExits(ctx.money, ledger));
  const quantity = quantize(open, stepSize, 'down');
  if (!isPositive(quantity)) return null;
  return submitReviewed(ctx, runtime, exitRequest(ctx.money, ledger, { quantity, reason }));
}

function carryOutPlace(
  ctx: StepContext,
  runtime: StrategyRuntime,
  intent: PlaceIntent,
  symbol: SymbolState,
): void {
  const ledger = ledgerOf(ctx.money, { strategyId: runtime.id, symbol: intent.symbol });
  const entry = entryRequest(ctx, runtime, symbol, {
    side: intent.side,
    type: intent.type,
    intent,
  });
  if (!entry) return;
  const isExit = isAgainst(ledger.position, intent.side) || intent.reduceOnly === true;
  submitReviewed(ctx, runtime, {
    ...entry,
    role: isExit ? 'exit' : 'entry',
    bracket: isExit ? null : entry.bracket,
    cutToFunds: isExit ? false : entry.cutToFunds,
  });
}
