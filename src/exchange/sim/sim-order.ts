import { type Decimal, ZERO, sub, toText } from '../../domain/decimal.ts';
import type { OrderId, Role } from '../../domain/ids.ts';
import {
  type Order,
  type OrderType,
  type TimeInForce,
  hasLimitPrice,
  isTriggerType,
} from '../../domain/order.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Side } from '../../domain/trade.ts';

/** The venue's own copy of an order of ours, with what matching needs at hand. */
export interface SimOrder {
  readonly id: OrderId;
  readonly accountId: string;
  readonly symbol: string;
  readonly role: Role;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly cutToFunds: boolean;
  readonly groupId: string | null;
  readonly trailFraction: number | null;
  /** When it ends by itself; Infinity for all but GTD. */
  readonly expireTime: EpochMs;
  /** When it was created, or last moved to where it stands. */
  arrivedTime: EpochMs;
  quantity: Decimal;
  filled: Decimal;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  /** Float mirrors of price and triggerPrice; NaN where there is none. */
  limit: number;
  trigger: number;
  /** Matches as market or limit order now; false while it waits for its trigger. */
  active: boolean;
  /** Its trigger was answered: a restart knows it from the venue's order id. */
  announced: boolean;
  /** Has not met a price since it arrived: what it takes at once, it takes as taker. */
  waiting: boolean;
  /** Arrived after the extremes of the current candle were matched. */
  late: boolean;
  /** No candle that opened before this time may fill it. */
  eligibleFrom: EpochMs;
  /** Displayed quantity before us at our price, base units; Infinity while unknown. */
  queueAhead: number;
  /** Fills so far, over restarts: the n-th fill has the id `<order id>-n`. */
  fillCount: number;
  /** False once it has left the book. */
  open: boolean;
  /** What is reserved for it: quote or base on spot, notional on a perpetual. */
  hold: Decimal;
}

/**
 * Correctly rounded float of a decimal. The detour over text costs a moment once per order and
 * makes "strictly beyond the price" mean it: prices of feeds are parsed from text too.
 */
export function toMirror(value: Decimal | null): number {
  return value === null ? Number.NaN : Number(toText(value));
}

/**
 * The venue's id of an order, a pure function of ours. As on venues that turn a triggered order
 * into a new one, triggering changes it; that is how a restart tells the two apart.
 */
export function venueIdOf(id: OrderId, triggered: boolean): string {
  return triggered ? `sim-${id}-t` : `sim-${id}`;
}

/** Copies an order: what the engine does to its own object later is no news to a venue. */
export function toSimOrder(order: Readonly<Order>): SimOrder {
  const waits = isTriggerType(order.type);
  return {
    id: order.id,
    accountId: order.accountId,
    symbol: order.symbol,
    role: order.role,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    postOnly: order.postOnly,
    reduceOnly: order.reduceOnly,
    cutToFunds: order.cutToFunds,
    groupId: order.groupId,
    trailFraction: order.trailFraction,
    expireTime: order.expireTime ?? Number.POSITIVE_INFINITY,
    arrivedTime: order.createdTime,
    quantity: order.quantity,
    filled: order.filled,
    price: order.price,
    triggerPrice: order.triggerPrice,
    limit: toMirror(order.price),
    trigger: toMirror(order.triggerPrice),
    active: !waits || order.fillIds.length > 0 || order.venueOrderId === venueIdOf(order.id, true),
    announced: false,
    waiting: true,
    late: false,
    eligibleFrom: order.createdTime,
    queueAhead: Number.POSITIVE_INFINITY,
    fillCount: order.fillIds.length,
    open: true,
    hold: ZERO,
  };
}

/** Base units still to fill. */
export const remainingOf = (order: SimOrder): Decimal => sub(order.quantity, order.filled);

/** Once active: does it take whatever price there is? */
export const isMarketLike = (order: SimOrder): boolean => !hasLimitPrice(order.type);
