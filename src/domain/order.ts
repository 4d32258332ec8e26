import { type Decimal, gt, toNumber } from './decimal.ts';
import type { OrderId, Role } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { Side } from './trade.ts';

export const ORDER_TYPES = [
  'market',
  'limit',
  'stop',
  'stopLimit',
  'takeProfit',
  'takeProfitLimit',
  'trailingStop',
] as const;
/** `stop`, `takeProfit` and `trailingStop` become market orders when triggered. */
export type OrderType = (typeof ORDER_TYPES)[number];
export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTD'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export type OrderStatus =
  | 'submitted'
  | 'unknown'
  | 'accepted'
  | 'partiallyFilled'
  | 'pendingCancel'
  | 'filled'
  | 'canceled'
  | 'rejected'
  | 'expired';

/** Stop, target and trail to attach to a position once the entry fills. */
export interface Bracket {
  readonly stopPrice: Decimal | null;
  readonly targetPrice: Decimal | null;
  /** Distance of a trailing stop as a fraction of the price, e.g. 0.02. */
  readonly trailFraction: number | null;
}

/** What is asked of the venue; fixed when the order is created, except where amended. */
export interface OrderRequest {
  readonly accountId: string;
  readonly symbol: string;
  /** Id of the strategy instance, or MANUAL for the operator's orders. */
  readonly strategyId: string;
  readonly role: Role;
  readonly side: Side;
  readonly type: OrderType;
  /** Base units, > 0, on the step grid. */
  readonly quantity: Decimal;
  /** Limit price; null for market-like types. */
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly trailFraction: number | null;
  readonly timeInForce: TimeInForce;
  /** Engine time at which a GTD order ends by itself; left out by any other. */
  readonly expireTime?: EpochMs;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** The venue may cut the quantity to what free funds pay at the fill (sizing `all-in`). */
  readonly cutToFunds: boolean;
  /** Orders of one group cancel each other: a fill of one ends the rest (OCO). */
  readonly groupId: string | null;
  readonly bracket: Bracket | null;
  /** A strategy's own name for the order, so that it can find and cancel it. */
  readonly tag: string | null;
  /** Why, in words, from the strategy or the operator. */
  readonly reason: string;
}

/** An order with an id and its life so far. Mutable; owned by `reduceMoney`. */
export interface Order extends OrderRequest {
  readonly id: OrderId;
  quantity: Decimal;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  status: OrderStatus;
  filled: Decimal;
  /** Quote paid or received so far, without fees; averagePrice = filledNotional / filled. */
  filledNotional: Decimal;
  venueOrderId: string | null;
  readonly createdTime: EpochMs;
  updatedTime: EpochMs;
  /** Reject or cancel reason, in words. */
  statusReason: string | null;
  /** Price the decision was made at: slippage is measured against it. */
  readonly decisionPrice: number;
  /** Venue ids of the fills counted so far. */
  readonly fillIds: string[];
  /** A change the operator asked for that the venue has not answered yet. */
  amending?: OrderAmend | undefined;
}

/** What an order is asked to become; null leaves as it is. */
export interface OrderAmend {
  readonly quantity: Decimal | null;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
}

/** Is this the venue's word on a change that was asked for? One without any value refuses it. */
export function answersAmend(asked: OrderAmend | undefined, said: OrderAmend): boolean {
  if (asked === undefined) return false;
  const names = ['quantity', 'price', 'triggerPrice'] as const;
  const isRefusal = names.every((name) => said[name] === null);
  return isRefusal || names.every((name) => asked[name] === null || said[name] === asked[name]);
}

/** Base units it may fill in all: a change on its way has its room before it is answered. */
export function reachedQuantity(order: Readonly<Pick<Order, 'quantity' | 'amending'>>): Decimal {
  const asked = order.amending?.quantity ?? order.quantity;
  return gt(asked, order.quantity) ? asked : order.quantity;
}

/** The operator's place among the strategy ids. */
export const MANUAL = 'manual';

/** What can happen to an order. */
export type OrderTransition =
  | 'accept'
  | 'reject'
  | 'partialFill'
  | 'fullFill'
  | 'requestCancel'
  | 'rejectCancel'
  | 'cancel'
  | 'expire'
  | 'loseTrack'
  | 'resurface';

type Row = Partial<Record<OrderTransition, OrderStatus>>;

/**
 * The life of an order, one flat table: (status, transition) to status. A pair that is missing
 * changes nothing: venues repeat and reorder messages.
 */
export const ORDER_TABLE: Readonly<Record<OrderStatus, Row>> = {
  submitted: {
    accept: 'accepted',
    reject: 'rejected',
    partialFill: 'partiallyFilled', // a fill can overtake the acknowledgement
    fullFill: 'filled',
    requestCancel: 'pendingCancel',
    cancel: 'canceled',
    expire: 'expired',
    loseTrack: 'unknown',
  },
  // The venue never answered: only the venue's own word moves it on.
  unknown: {
    accept: 'accepted',
    reject: 'rejected',
    partialFill: 'partiallyFilled',
    fullFill: 'filled',
    requestCancel: 'pendingCancel',
    cancel: 'canceled',
    expire: 'expired',
  },
  accepted: {
    reject: 'rejected', // a resting order can be refused when it triggers
    partialFill: 'partiallyFilled',
    fullFill: 'filled',
    requestCancel: 'pendingCancel',
    cancel: 'canceled',
    expire: 'expired',
    loseTrack: 'unknown',
  },
  partiallyFilled: {
    partialFill: 'partiallyFilled',
    fullFill: 'filled',
    requestCancel: 'pendingCancel',
    cancel: 'canceled',
    expire: 'expired',
    loseTrack: 'unknown',
  },
  pendingCancel: {
    accept: 'pendingCancel', // the acknowledgement of the create arrives after our cancel
    reject: 'rejected',
    partialFill: 'pendingCancel',
    fullFill: 'filled', // filled before the cancel arrived
    rejectCancel: 'accepted',
    cancel: 'canceled',
    expire: 'expired',
    // Nothing else: the wish to be rid of it outlives a lost answer.
  },
  filled: {},
  // A fill after `canceled` is legal: the venue matched before it heard us. Nothing but the venue
  // showing the order itself makes an ended one work again.
  canceled: { partialFill: 'canceled', fullFill: 'filled', resurface: 'accepted' },
  expired: { partialFill: 'expired', fullFill: 'filled', resurface: 'accepted' },
  rejected: { fullFill: 'filled', partialFill: 'rejected', resurface: 'accepted' },
};

/** Next status, or the same one when the transition means nothing in this status. */
export function nextStatus(status: OrderStatus, transition: OrderTransition): OrderStatus {
  return ORDER_TABLE[status][transition] ?? status;
}

/** Could this order still fill? `unknown` counts: its whole exposure stays reserved. */
export function isWorking(order: { readonly status: OrderStatus }): boolean {
  switch (order.status) {
    case 'submitted':
    case 'unknown':
    case 'accepted':
    case 'partiallyFilled':
    case 'pendingCancel':
      return true;
    default:
      return false;
  }
}

/** Does this type wait for a trigger price before it can match? */
export function isTriggerType(type: OrderType): boolean {
  return type !== 'market' && type !== 'limit';
}

/** Is it triggered by the price moving against the side it trades? */
export function isStopLike(type: OrderType): boolean {
  return type === 'stop' || type === 'stopLimit' || type === 'trailingStop';
}

/** Is this the stop, fixed or trailing, of a position? */
export function isProtectiveStop(order: Pick<OrderRequest, 'role' | 'type'>): boolean {
  return order.role === 'protective' && isStopLike(order.type);
}

/** Does this type rest at a limit price once active? */
export function hasLimitPrice(type: OrderType): boolean {
  return type === 'limit' || type === 'stopLimit' || type === 'takeProfitLimit';
}

/**
 * The price that an order meant to fill at, for measuring slippage: an order that waits for a
 * price decided to fill there, any other at the price of the decision. Null where it named its
 * price itself (a limit gets that, or better) and where none is known.
 */
export function intendedPrice(
  order: Pick<Order, 'price' | 'triggerPrice' | 'decisionPrice'>,
): number | null {
  if (order.price !== null) return null;
  const price = order.triggerPrice === null ? order.decisionPrice : toNumber(order.triggerPrice);
  return price > 0 ? price : null;
}
