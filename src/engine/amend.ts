import type { Command } from '../domain/command.ts';
import { type Decimal, ZERO, gt, isZero, lt, sub, toText } from '../domain/decimal.ts';
import {
  type Order,
  type OrderAmend,
  type OrderRequest,
  answersAmend,
  hasLimitPrice,
  isProtectiveStop,
  isTriggerType,
  isWorking,
} from '../domain/order.ts';
import type { AccountRecord } from '../domain/record.ts';
import type { DenialCode, Denied } from '../domain/verdict.ts';
import { findOrder, ledgerKey, ledgerOf } from '../execution/money.ts';
import { closableQuantity, requestAmend } from '../execution/orders.ts';
import { protect, protectiveOrders } from '../execution/protection.ts';
import { review } from '../risk/review.ts';
import { refuse } from './answers.ts';
import { deny, rememberOrder } from './judge.ts';
import { reviewContext } from './review-context.ts';
import type { EngineState } from './state.ts';
import type { StepContext } from './step-context.ts';

type AmendOrder = Extract<Command, { kind: 'amendOrder' }>;

/**
 * Changes a working order of ours. What makes it larger, dearer or riskier passes the same review
 * as a new order; what makes it smaller or safer always passes, as long as it makes sense.
 */
export function amendOrder(ctx: StepContext, command: AmendOrder): void {
  const order = findOrder(ctx.money, command.orderId);
  if (!order || !isWorking(order)) {
    return refuse(ctx, 'change', `order ${command.orderId} is not working`);
  }
  const change = changeOf(order, command);
  // Its stop is replaced as it always is there, and is part of the holding.
  const isReplaced = !ctx.abilities.amend && isProtectiveStop(order);
  const fault =
    ctx.abilities.amend || isReplaced
      ? amendFault(order, change)
      : 'this venue cannot change orders; cancel it and place it anew';
  if (fault !== null) return refuse(ctx, 'change', `${order.symbol} ${order.id}: ${fault}`);
  const { request, denied } = reviewChange(ctx, order, change);
  if (denied) return deny(ctx, null, request, denied);
  const { quantity, price, triggerPrice } = change;
  if (isReplaced) return moveStop(ctx, order, triggerPrice);
  ctx.record({ kind: 'amendRequested', orderId: order.id, ...change, reason: 'by the operator' });
  rememberOrder(ctx, request);
  requestAmend(ctx, order, {
    ...(quantity === null ? {} : { quantity }),
    ...(price === null ? {} : { price }),
    ...(triggerPrice === null ? {} : { triggerPrice }),
  });
}

/** The holding's stop is there from now on; the order that held it before makes way. */
function moveStop(ctx: StepContext, order: Order, stopPrice: Decimal | null): void {
  if (stopPrice === null) return;
  const { strategyId, symbol } = order;
  ctx.record({ kind: 'stopMoved', strategyId, symbol, stopPrice });
  protect(ctx, ledgerOf(ctx.money, order));
}

/** What differs from the order as it is. */
function changeOf(order: Order, wanted: OrderAmend): OrderAmend {
  const changed = (to: Decimal | null, from: Decimal | null) => (to === from ? null : to);
  return {
    quantity: changed(wanted.quantity, order.quantity),
    price: changed(wanted.price, order.price),
    triggerPrice: changed(wanted.triggerPrice, order.triggerPrice),
  };
}

/** Why this order cannot become that, whatever the rules say; null when it can. */
function amendFault(order: Order, { quantity, price, triggerPrice }: OrderAmend): string | null {
  const { type, status } = order;
  if (status === 'pendingCancel') return 'it is being canceled';
  if (status === 'unknown') return 'what became of it is not known yet';
  if (order.amending) return 'another change of it is on its way';
  if (price === null && triggerPrice === null && quantity === null) return 'nothing changes';
  if (type === 'market') return 'a market order is on its way already';
  if (price !== null && !hasLimitPrice(type)) return `a ${type} order has no limit price`;
  if (triggerPrice !== null && !isTriggerType(type)) return `a ${type} order has no trigger price`;
  if (triggerPrice !== null && type === 'trailingStop') return 'a trailing stop moves by itself';
  if (quantity === null) return null;
  if (order.role === 'protective') return 'protection covers what is held; it follows the position';
  if (gt(quantity, order.filled)) return null;
  return `${toText(order.filled)} of it has filled; cancel the rest instead`;
}

/** Codes that stop a change even where it makes an order smaller or safer: it would make no sense. */
const SENSE: readonly DenialCode[] = ['INVALID_NUMBER', 'PROTECTION_SIDE', 'MIN_NOTIONAL'];
/** Codes that stop a stop from being moved away: the position is there, only its risk grows. */
const RISK: readonly DenialCode[] = [
  'TRADING_STATE',
  'STALE_DATA',
  'RISK_PER_TRADE',
  'OPEN_RISK',
  'INVALID_NUMBER',
  'PROTECTION_SIDE',
];

/** The review of what the order would be, in a world that does not hold the order as it is. */
function reviewChange(
  ctx: StepContext,
  order: Order,
  change: OrderAmend,
): { readonly request: OrderRequest; readonly denied: Denied | null } {
  if (order.role === 'protective') return reviewProtection(ctx, order, change);
  const request = {
    ...requestOf(order),
    price: change.price ?? order.price,
    triggerPrice: change.triggerPrice ?? order.triggerPrice,
    quantity: sub(change.quantity ?? order.quantity, order.filled),
  };
  // The smallest order is a matter of the whole, and a part of it has filled.
  const isPart = !isZero(order.filled);
  const counts = (code: DenialCode): boolean =>
    (!isPart || code !== 'MIN_NOTIONAL') &&
    (order.role === 'exit' || isLoosening(order, change) || SENSE.includes(code));
  return { request, denied: denialOf(without(ctx.state, order), request, counts) };
}

/**
 * Larger, or at a price that costs more; where it triggers is always looked at. An entry that sells
 * gets worse at a lower price and larger at a higher one.
 */
function isLoosening(order: Order, change: OrderAmend): boolean {
  if (change.quantity !== null && gt(change.quantity, order.quantity)) return true;
  if (change.triggerPrice !== null) return true;
  if (change.price === null || order.price === null) return false;
  if (order.side === 'sell' && order.role === 'entry') return true;
  return order.side === 'buy' ? gt(change.price, order.price) : lt(change.price, order.price);
}

/** A moved stop or target: the position is looked at as if it were opened now, with it. */
function reviewProtection(ctx: StepContext, order: Order, change: OrderAmend) {
  const ledger = ledgerOf(ctx.money, order);
  const isStop = isProtectiveStop(order);
  const moved = (isStop ? change.triggerPrice : change.price) ?? null;
  const others = protectiveOrders(ctx, ledger).filter((one) => one !== order);
  const stop = isStop ? moved : (others.find(isProtectiveStop)?.triggerPrice ?? null);
  const target = isStop ? null : moved;
  const request: OrderRequest = {
    ...requestOf(order),
    role: 'entry',
    side: order.side === 'sell' ? 'buy' : 'sell',
    type: 'market',
    quantity: closableQuantity(ctx.money, ledger),
    price: null,
    triggerPrice: null,
    reduceOnly: false,
    bracket: { stopPrice: stop, targetPrice: target, trailFraction: null },
  };
  const world = without(ctx.state, order, ledgerKey(order.strategyId, order.symbol));
  const isFarther = isStop && isMovedAway(order, moved);
  const codes = isFarther ? RISK : SENSE;
  const denied = denialOf(
    world,
    request,
    (code) => codes.includes(code) && code !== 'MIN_NOTIONAL',
  );
  return { request: { ...request, ...shown(order, change) }, denied };
}

/** Words of a denial name the order itself. */
function shown(order: Order, change: OrderAmend) {
  const { side, type, quantity } = order;
  return {
    side,
    type,
    quantity,
    price: change.price ?? order.price,
    triggerPrice: change.triggerPrice ?? order.triggerPrice,
  };
}

/** Does the stop lose more than before? */
function isMovedAway(order: Order, to: Decimal | null): boolean {
  const from = order.triggerPrice;
  if (from === null || to === null) return true;
  return order.side === 'sell' ? lt(to, from) : gt(to, from);
}

/** The order as it was asked for, with what was changed since; its life so far is left out. */
function requestOf(order: Order): OrderRequest {
  const {
    id: _id,
    status: _status,
    filled: _filled,
    filledNotional: _filledNotional,
    venueOrderId: _venueOrderId,
    createdTime: _createdTime,
    updatedTime: _updatedTime,
    statusReason: _statusReason,
    decisionPrice: _decisionPrice,
    fillIds: _fillIds,
    amending: _amending,
    ...request
  } = order;
  return request;
}

/** The books without an order, and without a holding: what is left is what else uses the room. */
function without(state: EngineState, order: Order, holding?: string): EngineState {
  const working = new Map(state.money.working);
  working.delete(order.id);
  const ledgers = new Map(state.money.ledgers);
  if (holding !== undefined) ledgers.delete(holding);
  // A change makes no second order: nothing to take for a slip.
  const limits = { ...state.settings.limits, duplicateSeconds: 0 };
  const settings = { ...state.settings, limits };
  return { ...state, money: { ...state.money, working, ledgers }, settings };
}

/** The first verdict that says no and counts; null when none does. */
function denialOf(
  world: EngineState,
  request: OrderRequest,
  counts: (code: DenialCode) => boolean,
): Denied | null {
  const result = review(request, reviewContext(world, request, 'operator'));
  if (result.ok) return null;
  const verdict = result.verdicts.find(({ ok, code }) => !ok && counts(code));
  return verdict ? { ...result, verdict } : null;
}

/**
 * What an answer to the operator's change says: read before the answer is booked. Null where the
 * engine asked itself.
 */
export function amendAnswer(
  ctx: StepContext,
  record: Extract<AccountRecord, { kind: 'amended' }>,
): { readonly level: 'info' | 'warn'; readonly text: string } | null {
  const order = findOrder(ctx.money, record.orderId);
  if (!order || !answersAmend(order.amending, record)) return null;
  const { side, symbol, type, id } = order;
  const what = `${side} ${symbol} ${type} ${id}`;
  const parts = (['quantity', 'price', 'triggerPrice'] as const).flatMap((name) => {
    const to = record[name];
    return to === null ? [] : `${WORDS[name]} ${toText(order[name] ?? ZERO)} → ${toText(to)}`;
  });
  if (parts.length > 0) return { level: 'info', text: `changed: ${what}: ${parts.join(', ')}` };
  return { level: 'warn', text: `change ${record.reason}: ${what}` };
}

const WORDS = { quantity: 'quantity', price: 'price', triggerPrice: 'trigger' } as const;
