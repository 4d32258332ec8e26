import type { Candle } from '../../domain/candle.ts';
import { isStopLike } from '../../domain/order.ts';
import type { Side } from '../../domain/trade.ts';
import type { SimOrder } from './sim-order.ts';

/**
 * Matching as pure questions about one order and one price. Two rules hold everywhere:
 * a trigger is touched (price at or beyond it), a limit price has to be traded through (price
 * strictly beyond it): at its exact price we do not know how many stood before us.
 */

type Waiting = Pick<SimOrder, 'type' | 'side' | 'trigger'>;
type Limited = Pick<SimOrder, 'side' | 'limit'>;

/** Does this price trigger the order? False while its trigger price is unknown. */
export function isTriggeredAt(order: Waiting, price: number): boolean {
  const fromBelow = isStopLike(order.type) === (order.side === 'buy');
  return fromBelow ? price >= order.trigger : price <= order.trigger;
}

/** Is the market at a price strictly better for us than our limit? */
export function isTradedThrough(order: Limited, price: number): boolean {
  return order.side === 'buy' ? price < order.limit : price > order.limit;
}

/** The candle's extreme that this side would call bad: the high for a buy. */
export const adverseExtreme = (candle: Candle, side: Side): number =>
  side === 'buy' ? candle.high : candle.low;

/** The candle's extreme that this side would call good: the low for a buy. */
export const favorableExtreme = (candle: Candle, side: Side): number =>
  side === 'buy' ? candle.low : candle.high;

/** What an order meets between the extremes of a candle, the open having been matched. */
export type ExtremesHit =
  | { readonly kind: 'trigger'; readonly at: number }
  | { readonly kind: 'limit'; readonly at: number };

/**
 * Does the order match inside the candle, and at which raw price? Stops trigger at their trigger,
 * targets too; an active limit fills at its limit. Null when the candle never came so far.
 */
export function extremesHit(order: SimOrder, candle: Candle): ExtremesHit | null {
  const favorable = favorableExtreme(candle, order.side);
  if (order.active) {
    return isTradedThrough(order, favorable) ? { kind: 'limit', at: order.limit } : null;
  }
  const extreme = isStopLike(order.type) ? adverseExtreme(candle, order.side) : favorable;
  if (isTriggeredAt(order, extreme)) return { kind: 'trigger', at: order.trigger };
  return order.type === 'trailingStop' && isTrailHit(order, candle)
    ? { kind: 'trigger', at: worstTrailExit(candle, order.side, order.trigger) }
    : null;
}

/** Did the candle close beyond the level that its own good extreme sets? */
function isTrailHit(order: SimOrder, candle: Candle): boolean {
  const { side, trailFraction } = order;
  if (trailFraction === null) return false;
  const level = trailLevel(favorableExtreme(candle, side), side, trailFraction);
  if (!isTighter(level, order.trigger, side)) return false;
  return side === 'buy' ? candle.close >= level : candle.close <= level;
}

/**
 * Raw exit price of a trailing stop whose candle closed beyond the level that its own good
 * extreme had set. That it was triggered is certain, where is not: a small move our way and then
 * the whole way to the bad extreme is possible too. The worst price that any path allows: the old
 * level or, if the candle never came so far, its bad extreme.
 */
function worstTrailExit(candle: Candle, side: Side, oldLevel: number): number {
  const extreme = adverseExtreme(candle, side);
  return side === 'buy' ? Math.min(oldLevel, extreme) : Math.max(oldLevel, extreme);
}

/**
 * Order in which several hits of one candle are executed: stops before targets and limits (the
 * worse for us comes first, DECISIONS 3), then by distance from the open.
 */
export function compareHits(
  a: { readonly order: SimOrder; readonly hit: ExtremesHit },
  b: { readonly order: SimOrder; readonly hit: ExtremesHit },
  open: number,
): number {
  const rank = (of: { readonly order: SimOrder; readonly hit: ExtremesHit }): number =>
    of.hit.kind === 'trigger' && isStopLike(of.order.type) ? 0 : 1;
  return rank(a) - rank(b) || Math.abs(a.hit.at - open) - Math.abs(b.hit.at - open);
}

/** Raw level of a trailing stop of this side after the market was at `extreme`. */
export function trailLevel(extreme: number, side: Side, trailFraction: number): number {
  return side === 'buy' ? extreme * (1 + trailFraction) : extreme * (1 - trailFraction);
}

/** Is `level` a tighter trigger than `known` (NaN: there is none yet)? */
export function isTighter(level: number, known: number, side: Side): boolean {
  if (Number.isNaN(known)) return true;
  return side === 'buy' ? level < known : level > known;
}
