import {
  type Decimal,
  isOnGrid,
  isPositive,
  lt,
  toText,
  quantizeNumber,
} from '../../domain/decimal.ts';
import { type Market, notional } from '../../domain/market.ts';
import { type Order, hasLimitPrice, isTriggerType } from '../../domain/order.ts';
import type { RejectCode } from '../../domain/record.ts';

/** Why the venue refuses: a stable code, and words with the values. */
export interface Refusal {
  readonly code: RejectCode;
  readonly reason: string;
}

export const refuse = (code: RejectCode, reason: string): Refusal => ({ code, reason });

type Asked = Pick<
  Order,
  | 'type'
  | 'side'
  | 'quantity'
  | 'price'
  | 'triggerPrice'
  | 'trailFraction'
  | 'timeInForce'
  | 'postOnly'
  | 'reduceOnly'
  | 'cutToFunds'
>;

/**
 * What any venue checks before it looks at books and balances: a sensible combination of fields,
 * the price and quantity grids, the smallest order. `lastPrice` (quote; NaN while unknown) values
 * a market order. Null when nothing is wrong.
 */
export function checkOrder(order: Asked, market: Market, lastPrice: number): Refusal | null {
  return (
    checkShape(order) ??
    checkQuantity(order, market) ??
    checkPrices(order, market) ??
    checkNotional(order, market, lastPrice)
  );
}

function checkShape(order: Asked): Refusal | null {
  const { type } = order;
  if (!isPositive(order.quantity)) {
    return refuse('INVALID_ORDER', `quantity ${toText(order.quantity)} is not above zero`);
  }
  if (hasLimitPrice(type) !== (order.price !== null)) {
    return refuse(
      'INVALID_ORDER',
      `${type} order ${order.price ? 'takes no' : 'needs a'} limit price`,
    );
  }
  if (order.price !== null && !isPositive(order.price)) {
    return refuse('INVALID_ORDER', `price ${toText(order.price)} is not above zero`);
  }
  if (type === 'trailingStop') {
    const trail = order.trailFraction;
    if (trail === null || !(trail > 0) || !(trail < 1)) {
      return refuse('INVALID_ORDER', `trail fraction ${trail} is not between 0 and 1`);
    }
  } else if (isTriggerType(type) !== (order.triggerPrice !== null)) {
    return refuse(
      'INVALID_ORDER',
      `${type} order ${order.triggerPrice ? 'takes no' : 'needs a'} trigger price`,
    );
  }
  if (order.triggerPrice !== null && !isPositive(order.triggerPrice)) {
    return refuse('INVALID_ORDER', `trigger ${toText(order.triggerPrice)} is not above zero`);
  }
  const mayRest = order.timeInForce === 'GTC' || order.timeInForce === 'GTD';
  if (order.postOnly && (type !== 'limit' || !mayRest)) {
    return refuse('INVALID_ORDER', `post-only needs a GTC limit order, not ${type}`);
  }
  if (order.cutToFunds && type !== 'market') {
    return refuse('INVALID_ORDER', `only a market order is cut to funds, not ${type}`);
  }
  return null;
}

/** The quantity on the step grid and not below the smallest one. */
export function checkQuantity(order: { quantity: Decimal }, market: Market): Refusal | null {
  const { quantity } = order;
  if (!isOnGrid(quantity, market.stepSize)) {
    const step = toText(market.stepSize);
    return refuse('STEP_SIZE', `quantity ${toText(quantity)} is not a multiple of ${step}`);
  }
  if (lt(quantity, market.minQuantity)) {
    const least = toText(market.minQuantity);
    return refuse('MIN_QUANTITY', `quantity ${toText(quantity)} is below ${least}`);
  }
  return null;
}

/** Limit and trigger price on the tick grid. */
export function checkPrices(
  order: { readonly price: Decimal | null; readonly triggerPrice: Decimal | null },
  market: Market,
): Refusal | null {
  for (const price of [order.price, order.triggerPrice]) {
    if (price !== null && !isOnGrid(price, market.tickSize)) {
      const tick = toText(market.tickSize);
      return refuse('TICK_SIZE', `price ${toText(price)} is not a multiple of ${tick}`);
    }
  }
  return null;
}

/**
 * The smallest order in quote. As on real venues a reduce-only order of a perpetual is exempt, a
 * spot exit is not; an order to be cut to funds is measured when it is cut.
 */
function checkNotional(order: Asked, market: Market, lastPrice: number): Refusal | null {
  if (order.cutToFunds || (order.reduceOnly && market.kind === 'perpetual')) return null;
  let price = order.price ?? order.triggerPrice;
  if (price === null) {
    if (!Number.isFinite(lastPrice)) return null;
    price = quantizeNumber(lastPrice, market.tickSize, 'nearest');
  }
  const value = notional({ price, quantity: order.quantity });
  if (!lt(value, market.minNotional)) return null;
  const least = toText(market.minNotional);
  return refuse('MIN_NOTIONAL', `notional ${toText(value)} is below ${least} ${market.quote}`);
}
