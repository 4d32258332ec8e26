import type { BookLevel } from '../../domain/book.ts';
import { type Decimal, isZero, quantizeNumber, toNumber } from '../../domain/decimal.ts';
import { type Trade, oppositeSide } from '../../domain/trade.ts';
import { fillMarket, setTrail } from './candle-matching.ts';
import type { Desk, Executor } from './desk.ts';
import { isTighter, isTradedThrough, isTriggeredAt, trailLevel } from './matching.ts';
import { toFillPrice } from './models.ts';
import { type SimOrder, isMarketLike, remainingOf } from './sim-order.ts';
import { refuse } from './validate.ts';

/**
 * The model for markets that show a book, trades or both (demo, paper, replay of trades).
 *
 * - Orders that take walk the book, one fill per level, and eat that liquidity until the feed
 *   speaks of the level again. Without a book they take the next trade's price with slippage.
 * - A resting limit fills at its price when a trade goes strictly beyond it or the book crosses
 *   it; a trade at exactly its price first has to use up what was displayed there before us.
 *   Fills are limited by what was traded or shown.
 * - Stops trigger on trades; where none are published, on the price they would meet.
 */

/** A trailing level moves in steps of at least this part of the price: a trade is not news. */
const RATCHET_STEP_FRACTION = 0.0001;

/** An order that has just arrived (or was moved) meets what is known of the market. */
export function matchDepthArrival(x: Executor, desk: Desk, order: SimOrder): void {
  const price = triggeringPrice(desk, order);
  if (!order.active && !Number.isNaN(price)) meetPrice(x, desk, order, price);
  if (!order.active || !order.open || !desk.book) return;
  takeFromBook(x, desk, order);
}

/** After the book changed. */
export function matchBook(x: Executor, desk: Desk): void {
  const { book } = desk;
  if (!book) return;
  for (const order of desk.orders.slice()) {
    if (!order.open) continue;
    if (!order.active) {
      if (desk.hasTape) continue;
      const price = book.bestFor(order.side);
      if (price === null) continue;
      meetPrice(x, desk, order, price);
      if (order.active) takeFromBook(x, desk, order);
      else ratchetInSteps(x, desk, order, price);
    } else if (order.waiting || isMarketLike(order)) {
      takeFromBook(x, desk, order);
    } else {
      order.queueAhead = Math.min(order.queueAhead, book.quantityAt(order.side, order.limit));
      fillFromCrossing(x, desk, order);
    }
  }
}

/** One print of the tape. Its quantity is shared by our orders, oldest first. */
export function matchTrade(x: Executor, desk: Desk, trade: Trade): void {
  let left = trade.quantity;
  for (const order of desk.orders.slice()) {
    if (!order.open) continue;
    if (!order.active) {
      meetPrice(x, desk, order, trade.price);
      if (!order.active) {
        ratchetInSteps(x, desk, order, trade.price);
        continue;
      }
      if (desk.book) takeFromBook(x, desk, order);
      else left -= takeFromTrade(x, desk, order, { ...trade, quantity: left });
    } else if (isMarketLike(order) || order.waiting) {
      // With a book it waits for a book: the tape is not there to be taken.
      if (!desk.book) left -= takeFromTrade(x, desk, order, { ...trade, quantity: left });
    } else {
      left -= fillFromTrade(x, desk, order, { ...trade, quantity: left });
    }
  }
}

/** Price that triggers now: the newest trade, or the price it would meet; NaN while unknown. */
function triggeringPrice(desk: Desk, order: SimOrder): number {
  if (desk.hasTape) return desk.line.mark;
  return desk.book?.bestFor(order.side) ?? Number.NaN;
}

/** Activates an order whose trigger this price is at or beyond; starts a trail without level. */
function meetPrice(x: Executor, desk: Desk, order: SimOrder, price: number): void {
  if (Number.isNaN(order.trigger)) setTrail(x, desk, order, price);
  if (!isTriggeredAt(order, price)) return;
  order.active = true;
  order.waiting = true;
}

function ratchetInSteps(x: Executor, desk: Desk, order: SimOrder, price: number): void {
  if (order.type !== 'trailingStop' || order.trailFraction === null) return;
  const step = price * RATCHET_STEP_FRACTION * (order.side === 'buy' ? -1 : 1);
  const level = trailLevel(price, order.side, order.trailFraction);
  if (isTighter(level, order.trigger + step, order.side)) setTrail(x, desk, order, price);
}

/** Takes what the book shows up to the limit, level by level; the rest rests, waits or ends. */
function takeFromBook(x: Executor, desk: Desk, order: SimOrder): void {
  const { book } = desk;
  if (!book) return;
  const limit = isMarketLike(order) ? undefined : order.limit;
  let levels = book.walk(order.side, toNumber(remainingOf(order)), limit);
  if (order.postOnly && order.waiting && levels.length > 0) {
    const words = `price ${order.limit} would take ${levels[0]?.price}`;
    x.reject(desk, order, refuse('POST_ONLY_WOULD_TAKE', words));
    return;
  }
  if (order.timeInForce === 'FOK' && !fills(levels, order)) {
    x.reject(desk, order, refuse('FOK_NOT_FILLABLE', `${sumOf(levels)} to be had`));
    return;
  }
  if (levels.length > 0 && isMarketLike(order) && !order.reduceOnly) {
    const quantity = remainingOf(order);
    if (!x.checkFunds(desk, order, { quantity, price: averageOf(levels, order, desk) })) return;
    levels = book.walk(order.side, toNumber(remainingOf(order)), limit);
  }
  for (const level of levels) {
    if (!order.open) return;
    const quantity = onStep(level.quantity, desk);
    if (isZero(quantity)) continue;
    const price = toFillPrice(level.price, order.side, desk.market);
    const filled = x.execute(desk, order, { quantity, price, liquidity: 'taker' });
    book.consume(order.side, { price: level.price, quantity: toNumber(filled) });
  }
  if (order.open) settleRest(x, desk, order);
}

/** What an order that took all it could does with its rest. */
function settleRest(x: Executor, desk: Desk, order: SimOrder): void {
  order.waiting = false;
  if (isMarketLike(order)) {
    // A triggered stop or target of a position keeps trying: the position stays protected.
    if (order.type !== 'market' && (order.reduceOnly || order.role === 'protective')) {
      x.announceTrigger(order);
      return;
    }
    const words = 'the book shows no more to take';
    if (isZero(order.filled)) x.reject(desk, order, refuse('NO_LIQUIDITY', words));
    else x.cancel(desk, order, `NO_LIQUIDITY: ${words}`);
  } else if (order.timeInForce === 'IOC') {
    x.cancel(desk, order, 'IOC: nothing more to take at the limit');
  } else {
    order.queueAhead = desk.book?.quantityAt(order.side, order.limit) ?? Number.POSITIVE_INFINITY;
    x.announceTrigger(order);
  }
}

/** Somebody shows a price at or beyond our resting limit: he would have met us. */
function fillFromCrossing(x: Executor, desk: Desk, order: SimOrder): void {
  const levels = desk.book?.walk(order.side, toNumber(remainingOf(order)), order.limit) ?? [];
  for (const level of levels) {
    if (!order.open || order.price === null) return;
    const quantity = onStep(level.quantity, desk);
    if (isZero(quantity)) continue;
    const filled = x.execute(desk, order, { quantity, price: order.price, liquidity: 'maker' });
    desk.book?.consume(order.side, { price: level.price, quantity: toNumber(filled) });
  }
}

/** No book is known: a taker gets the trade's price with slippage, the whole rest of it. */
function takeFromTrade(x: Executor, desk: Desk, order: SimOrder, trade: Trade): number {
  order.waiting = false;
  if (isMarketLike(order)) {
    fillMarket(x, desk, order, { raw: trade.price });
    return 0;
  }
  const reached = isTradedThrough(order, trade.price) || trade.price === order.limit;
  const whole = trade.quantity >= toNumber(remainingOf(order));
  let filled = 0;
  if (reached && (whole || order.timeInForce !== 'FOK')) {
    const price = toFillPrice(trade.price, order.side, desk.market);
    const quantity = onStep(trade.quantity, desk);
    filled = toNumber(x.execute(desk, order, { quantity, price, liquidity: 'taker' }));
  }
  if (order.open && order.timeInForce === 'FOK') {
    x.reject(desk, order, refuse('FOK_NOT_FILLABLE', `${trade.quantity} traded`));
  } else if (order.open && order.timeInForce === 'IOC') {
    x.cancel(desk, order, 'IOC: nothing more to take at the limit');
  } else {
    x.announceTrigger(order);
  }
  return filled;
}

/** A resting limit meets a print. Returns the base units it took of it. */
function fillFromTrade(x: Executor, desk: Desk, order: SimOrder, trade: Trade): number {
  if (order.price === null) return 0;
  let reachable = trade.quantity;
  if (!isTradedThrough(order, trade.price)) {
    if (trade.price !== order.limit || trade.side !== oppositeSide(order.side)) return 0;
    const before = Math.min(order.queueAhead, reachable);
    order.queueAhead -= before;
    reachable -= before;
  }
  const quantity = onStep(reachable, desk);
  if (isZero(quantity)) return 0;
  return toNumber(x.execute(desk, order, { quantity, price: order.price, liquidity: 'maker' }));
}

const onStep = (quantity: number, desk: Desk): Decimal =>
  quantizeNumber(Math.max(0, quantity), desk.market.stepSize, 'down');

const sumOf = (levels: readonly BookLevel[]): number =>
  levels.reduce((sum, level) => sum + level.quantity, 0);

/** Float sums miss the last digit: a step is far larger than that. */
const fills = (levels: readonly BookLevel[], order: SimOrder): boolean =>
  sumOf(levels) >= toNumber(remainingOf(order)) * (1 - 1e-12);

/** Average price of a walk, rounded against us: what the whole take has to be paid with. */
function averageOf(levels: readonly BookLevel[], order: SimOrder, desk: Desk): Decimal {
  const cost = levels.reduce((sum, level) => sum + level.price * level.quantity, 0);
  return toFillPrice(cost / sumOf(levels), order.side, desk.market);
}
