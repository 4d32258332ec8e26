import { toText } from '../domain/decimal.ts';
import type { Order, OrderRequest } from '../domain/order.ts';
import { dayStart } from '../domain/time.ts';
import { type Denied, type Verdict, describeDenial } from '../domain/verdict.ts';
import { createOrder } from '../execution/orders.ts';
import { release } from '../execution/protection.ts';
import { rememberExpiry } from './expiry.ts';
import { refusedOften } from './refusals.ts';
import { RECENT_ORDERS_MS } from './review-context.ts';
import type { StrategyRuntime } from './state.ts';
import type { StepContext } from './step-context.ts';

/** Reviews a request and makes the order, or journals the denial. Returns the order if made. */
export function submitReviewed(
  ctx: StepContext,
  runtime: StrategyRuntime | null,
  request: OrderRequest,
): Order | null {
  // What no strategy asked for, the operator did: an `x` closes a strategy's position too.
  const verdict =
    (runtime === null ? null : refusedOften(ctx.state, request)) ??
    ctx.review(request, runtime === null ? 'operator' : 'strategy');
  if (!verdict.ok) {
    deny(ctx, runtime, request, verdict);
    return null;
  }
  if (request.role === 'exit' && request.type === 'market') {
    // Stop and target hold the same coins; what stays open, or a failed exit, gets them back.
    release(ctx, request, 'position is being closed');
  }
  const order = createOrder(ctx, verdict.approved);
  rememberOrder(ctx, request);
  rememberExpiry(ctx, request.expireTime);
  noteDecision(ctx, runtime, request, { verdicts: verdict.verdicts, orderId: order.id });
  return order;
}

/**
 * Journals a denial: the first of its kind at once, repeats only as a count with the next one
 * (DECISIONS 21), so that a rule that stands does not fill the disk.
 */
export function deny(
  ctx: StepContext,
  runtime: StrategyRuntime | null,
  request: OrderRequest,
  denied: Denied,
): void {
  const { code, setting } = denied.verdict;
  const value = journaled(denied.verdict.value);
  const limit = journaled(denied.verdict.limit);
  noteDecision(ctx, runtime, request, { verdicts: denied.verdicts, orderId: null });
  const { market } = ctx.state;
  const key = `${request.strategyId} ${request.symbol}`;
  const day = dayStart(market.now);
  const previous = market.denials.get(key);
  if (runtime !== null && previous?.code === code && previous.day === day) {
    previous.repeated += 1;
    return;
  }
  market.denials.set(key, { code, day, repeated: 0 });
  ctx.record({
    kind: 'denied',
    accountId: request.accountId,
    strategyId: request.strategyId,
    symbol: request.symbol,
    code,
    value,
    limit,
    setting,
    what: describeRequest(request),
    repeated: previous?.repeated ?? 0,
  });
  const why = describeDenial(denied.verdict);
  const text = `${request.strategyId} denied ${why}: ${describeRequest(request)}`;
  if (runtime === null) ctx.send({ kind: 'notice', level: 'warn', text });
  else ctx.log?.({ level: 'warn', category: 'risk', message: text });
}

/** JSON has no infinity: a fraction of no equity is journaled as the word. */
function journaled(measure: number | string): number | string {
  return typeof measure === 'number' && !Number.isFinite(measure) ? String(measure) : measure;
}

/** `buy 0.031 BTC/USDT limit 67400`: an order in words. */
export function describeRequest(request: OrderRequest): string {
  const price = request.price ?? request.triggerPrice;
  const at = price === null ? '' : ` ${toText(price)}`;
  return `${request.side} ${toText(request.quantity)} ${request.symbol} ${request.type}${at}`;
}

function noteDecision(
  ctx: StepContext,
  runtime: StrategyRuntime | null,
  request: OrderRequest,
  of: { readonly verdicts: readonly Verdict[]; readonly orderId: Order['id'] | null },
): void {
  if (runtime === null) return;
  const inputs = ctx.log === null ? {} : (runtime.strategy.explain?.().inputs ?? {});
  runtime.lastDecision = { time: ctx.now(), request, inputs, ...of };
}

/** Remembers an order for the rate and duplicate rules, no longer than they look back. */
export function rememberOrder(ctx: StepContext, request: OrderRequest): void {
  const { recentOrders, now } = ctx.state.market;
  while (recentOrders[0] && recentOrders[0].time < now - RECENT_ORDERS_MS) recentOrders.shift();
  recentOrders.push({ request, time: now });
}
