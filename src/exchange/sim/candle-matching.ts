import type { Candle } from '../../domain/candle.ts';
import type { CandleEvent } from '../../domain/event.ts';
import { assertNever } from '../../domain/errors.ts';
import { quantizeNumber } from '../../domain/decimal.ts';
import { isStopLike } from '../../domain/order.ts';
import type { MatchPhase } from '../../ports.ts';
import type { Desk, Executor } from './desk.ts';
import {
  type ExtremesHit,
  adverseExtreme,
  compareHits,
  extremesHit,
  favorableExtreme,
  isTighter,
  isTradedThrough,
  isTriggeredAt,
  trailLevel,
} from './matching.ts';
import { takerPrice, toFillPrice } from './models.ts';
import { type SimOrder, isMarketLike, remainingOf, toMirror } from './sim-order.ts';
import { refuse } from './validate.ts';

/**
 * The candle model, for markets that show neither book nor trades (DECISIONS 3). A candle has
 * unlimited liquidity at every price it traded and is matched in three phases:
 *
 * - open: market orders fill at the open with spread and slippage; a stop that the open jumped
 *   over fills at the open (worse than its trigger); a limit below the open sells there (better).
 * - extremes: stops fill at their trigger with slippage, targets at theirs, limits at their price
 *   when traded through. Stops come before everything else: the worse for us first.
 *   A trailing stop meets the bad extreme at its old level; where the candle closed beyond the
 *   level that its good extreme sets, it was certainly hit, and the exit is booked at the worst
 *   price any path allows.
 * - close: what is left of trailing stops moves after the good extreme. A protective stop that
 *   came into being because of a fill between the extremes is held against the bad extreme too; a
 *   target of the same fill waits for the next candle.
 *
 * An order never meets a price older than itself: one created after the candle opened waits for
 * the next, except where the venue's own answer of the open phase brought it about.
 */
export function matchCandle(x: Executor, desk: Desk, event: CandleEvent, phase: MatchPhase): void {
  const { candle } = event;
  switch (phase) {
    case 'open':
      matchOpen(x, desk, candle, event.time - candle.openTime);
      return;
    case 'extremes':
      matchExtremes(x, desk, candle);
      return;
    case 'close':
      matchClose(x, desk, candle);
      return;
    default:
      assertNever(phase);
  }
}

/**
 * An order that arrives between the phases. After the open was matched (an answer to an open
 * fill) it meets the same open; with fill `close`, a market order meets the close of the candle
 * the engine has just seen. Anything else waits.
 */
export function matchCandleArrival(x: Executor, desk: Desk, order: SimOrder): void {
  const { candle, phase } = desk;
  if (!candle) return;
  if (order.type === 'trailingStop' && Number.isNaN(order.trigger)) {
    setTrail(x, desk, order, phase === 'open' ? candle.open : candle.close);
  }
  if (phase === 'open') {
    order.eligibleFrom = Number.NEGATIVE_INFINITY;
    matchAtOpen(x, desk, order, candle.open);
  } else if (phase === 'extremes') {
    order.eligibleFrom = Number.NEGATIVE_INFINITY;
    order.late = true;
  } else if (x.model.fill === 'close' && order.type === 'market') {
    fillMarket(x, desk, order, { raw: candle.close });
  }
}

function matchOpen(x: Executor, desk: Desk, candle: Candle, lengthMs: number): void {
  // A fill may end other orders: each is asked again whether it is still there.
  for (const order of desk.orders.slice()) {
    if (!order.open || order.eligibleFrom > candle.openTime) continue;
    order.waiting = order.arrivedTime > candle.openTime - lengthMs;
    matchAtOpen(x, desk, order, candle.open);
    if (order.open && order.type === 'trailingStop') ratchet(x, desk, order, candle.open);
  }
}

function matchAtOpen(x: Executor, desk: Desk, order: SimOrder, open: number): void {
  let takes = order.waiting;
  if (!order.active) {
    if (!isTriggeredAt(order, open)) return;
    order.active = true;
    takes = true;
  }
  order.waiting = false;
  if (isMarketLike(order)) {
    fillMarket(x, desk, order, { raw: open });
    return;
  }
  if (isTradedThrough(order, open)) fillLimit(x, desk, order, { raw: open, takes });
  if (order.open) settleRest(x, desk, order);
}

function matchExtremes(x: Executor, desk: Desk, candle: Candle): void {
  let hits: { order: SimOrder; hit: ExtremesHit }[] | null = null;
  for (const order of desk.orders) {
    if (order.type === 'market' || order.eligibleFrom > candle.openTime) continue;
    const hit = extremesHit(order, candle);
    if (hit) (hits ??= []).push({ order, hit });
  }
  if (!hits) return;
  if (hits.length > 1) hits.sort((a, b) => compareHits(a, b, candle.open));
  for (const { order, hit } of hits) {
    if (!order.open) continue;
    if (hit.kind === 'limit') fillLimit(x, desk, order, { raw: hit.at, takes: false });
    else triggerInside(x, desk, order, { at: hit.at, candle });
  }
}

/** A trigger inside the candle: market-like orders fill at it, limits where they can. */
function triggerInside(
  x: Executor,
  desk: Desk,
  order: SimOrder,
  of: { readonly at: number; readonly candle: Candle },
): void {
  const { at, candle } = of;
  order.active = true;
  order.waiting = false;
  if (isMarketLike(order)) {
    fillMarket(x, desk, order, { raw: at, candle });
    return;
  }
  if (isTradedThrough(order, at)) {
    fillLimit(x, desk, order, { raw: at, takes: true });
  } else if (!isStopLike(order.type)) {
    // A target's trigger lies on the way to its limit; behind a stop's limit nothing is certain.
    const extreme = favorableExtreme(candle, order.side);
    if (isTradedThrough(order, extreme)) {
      fillLimit(x, desk, order, { raw: order.limit, takes: false });
    }
  }
  if (order.open) settleRest(x, desk, order);
}

function matchClose(x: Executor, desk: Desk, candle: Candle): void {
  for (const order of desk.orders.slice()) {
    if (!order.open || order.eligibleFrom > candle.openTime) continue;
    if (order.late) matchLate(x, desk, order, candle);
    else if (order.type === 'trailingStop') {
      ratchet(x, desk, order, favorableExtreme(candle, order.side));
    }
  }
}

/** An order that exists because of a fill between the extremes of this very candle. */
function matchLate(x: Executor, desk: Desk, order: SimOrder, candle: Candle): void {
  order.late = false;
  if (order.type === 'market') {
    if (x.model.fill === 'close') fillMarket(x, desk, order, { raw: candle.close });
    return;
  }
  const protects = order.role === 'protective' || order.reduceOnly;
  if (!protects || !isStopLike(order.type)) return;
  const extreme = adverseExtreme(candle, order.side);
  if (isTriggeredAt(order, extreme)) {
    triggerInside(x, desk, order, { at: order.trigger, candle });
  } else if (order.type === 'trailingStop') {
    ratchet(x, desk, order, candle.close);
  }
}

/** Moves a trailing stop after `extreme`, never away from the market. */
function ratchet(x: Executor, desk: Desk, order: SimOrder, extreme: number): void {
  const { side, trailFraction } = order;
  if (order.active || trailFraction === null) return;
  if (!isTighter(trailLevel(extreme, side, trailFraction), order.trigger, side)) return;
  setTrail(x, desk, order, extreme);
}

/**
 * Sets the level of a trailing stop from a price the market was at, on the tick grid and away
 * from the market. Answered, so that a restart knows the level.
 */
export function setTrail(x: Executor, desk: Desk, order: SimOrder, extreme: number): void {
  const { side, trailFraction } = order;
  if (trailFraction === null) return;
  const raw = trailLevel(extreme, side, trailFraction);
  const rounding = side === 'buy' ? 'up' : 'down';
  const triggerPrice = quantizeNumber(raw, desk.market.tickSize, rounding);
  if (!isTighter(toMirror(triggerPrice), order.trigger, side)) return;
  x.amend(desk, order, { triggerPrice }, 'trailing stop moved');
}

/** The whole rest at one taker price; with `candle`, slippage stays within what it traded. */
export function fillMarket(
  x: Executor,
  desk: Desk,
  order: SimOrder,
  of: { readonly raw: number; readonly candle?: Candle },
): void {
  const { side, role } = order;
  const price = takerPrice({ raw: of.raw, side, role }, x.model, of.candle);
  x.execute(desk, order, {
    quantity: remainingOf(order),
    price: toFillPrice(price, side, desk.market),
    liquidity: 'taker',
  });
}

/**
 * The whole rest of a limit order at a raw price at or better than its limit. What takes pays
 * the spread, but never more than its limit.
 */
function fillLimit(
  x: Executor,
  desk: Desk,
  order: SimOrder,
  of: { readonly raw: number; readonly takes: boolean },
): void {
  const { side, role, limit } = order;
  let price = of.raw;
  if (of.takes) {
    const paid = takerPrice({ raw: of.raw, side, role }, x.model);
    price = side === 'buy' ? Math.min(paid, limit) : Math.max(paid, limit);
  }
  x.execute(desk, order, {
    quantity: remainingOf(order),
    price: toFillPrice(price, side, desk.market),
    liquidity: of.takes ? 'taker' : 'maker',
  });
}

/** IOC and FOK live for one look at the market; a triggered order that goes on says so. */
function settleRest(x: Executor, desk: Desk, order: SimOrder): void {
  if (order.timeInForce === 'IOC') x.cancel(desk, order, 'IOC: nothing more to take at the limit');
  else if (order.timeInForce === 'FOK') {
    x.reject(desk, order, refuse('FOK_NOT_FILLABLE', `no price beyond the limit ${order.limit}`));
  } else x.announceTrigger(order);
}
