/** What an order asks for in Kraken's words, and what it is to the exchange behind. */
import { type Decimal, toNumber } from '../../../domain/decimal.ts';
import type { Order, OrderType } from '../../../domain/order.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { Side } from '../../../domain/trade.ts';
import type { VenueOrder } from '../../../domain/venue.ts';
import { toOrder } from '../../practice/outside-order.ts';
import type { PracticeOrder } from '../../practice/records.ts';
import { type KrakenPair, toPair } from './names.ts';
import type { Market } from '../../../domain/market.ts';

/** Types by Kraken's names; a trailing stop with a limit is not among them. */
export const ORDER_TYPES = {
  market: 'market',
  limit: 'limit',
  'stop-loss': 'stop',
  'stop-loss-limit': 'stopLimit',
  'take-profit': 'takeProfit',
  'take-profit-limit': 'takeProfitLimit',
  'trailing-stop': 'trailingStop',
} as const satisfies Readonly<Record<string, OrderType>>;
export type KrakenOrderType = keyof typeof ORDER_TYPES;

/** Distance of a trailing stop: a part of the price in percent, or quote. */
export interface Trail {
  readonly value: Decimal;
  readonly isPercent: boolean;
}

export interface OrderTerms {
  readonly pair: KrakenPair;
  readonly side: Side;
  readonly ordertype: KrakenOrderType;
  /** Base units. */
  readonly volume: Decimal;
  /** Quote that the volume was asked for with (`viqc`); null for base units. */
  readonly cost: Decimal | null;
  readonly price: Decimal | null;
  readonly trigger: Decimal | null;
  readonly trail: Trail | null;
  readonly timeInForce: 'GTC' | 'IOC' | 'GTD';
  /** Of GTD orders. */
  readonly expireTime: EpochMs | null;
  readonly postOnly: boolean;
  readonly clOrdId: string | null;
  readonly userref: number | null;
}

/** The order as the exchange behind takes it. `lastPrice` (quote) measures a trail in quote. */
export function toEngineOrder(
  terms: OrderTerms,
  of: { readonly accountId: string; readonly now: EpochMs; readonly lastPrice: number },
): Order {
  const { pair, side, ordertype, volume, price, trigger, trail } = terms;
  const asked = {
    symbol: pair.symbol,
    side,
    type: ORDER_TYPES[ordertype],
    quantity: volume,
    ...(price && { price }),
    ...(trigger && { triggerPrice: trigger }),
  };
  return {
    ...toOrder(asked, of.accountId, of.now),
    timeInForce: terms.timeInForce,
    postOnly: terms.postOnly,
    trailFraction: trail && trailFraction(trail, of.lastPrice),
    ...(terms.expireTime !== null && { expireTime: terms.expireTime }),
  };
}

function trailFraction({ value, isPercent }: Trail, lastPrice: number): number {
  return isPercent ? toNumber(value) / 100 : toNumber(value) / lastPrice;
}

/** Terms of an order that did not come by this interface, as far as they can be told. */
export function termsOf(
  order: VenueOrder,
  detail: Readonly<PracticeOrder> | undefined,
  market: Market,
): OrderTerms {
  const names = Object.entries(ORDER_TYPES) as [KrakenOrderType, OrderType][];
  const timeInForce = detail?.timeInForce;
  return {
    pair: toPair(market),
    side: order.side,
    ordertype: names.find(([, type]) => type === order.type)?.[0] ?? 'limit',
    volume: order.quantity,
    cost: null,
    price: order.price,
    trigger: order.triggerPrice,
    trail: null,
    timeInForce: timeInForce === 'IOC' || timeInForce === 'GTD' ? timeInForce : 'GTC',
    expireTime: null,
    postOnly: detail?.postOnly ?? false,
    clOrdId: order.clientOrderId,
    userref: null,
  };
}
