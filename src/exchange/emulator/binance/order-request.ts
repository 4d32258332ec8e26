/** A new order as it is asked for: which parameters each type needs, and the exchange's filters. */
import {
  type Decimal,
  decimalOfInteger,
  div,
  gt,
  isZero,
  toNumber,
} from '../../../domain/decimal.ts';
import type { Market } from '../../../domain/market.ts';
import { type OrderType, isStopLike, isTriggerType } from '../../../domain/order.ts';
import type { Side } from '../../../domain/trade.ts';
import { checkOrder } from '../../sim/validate.ts';
import type { EmulatorMarket } from '../dialect.ts';
import {
  ApiError,
  filterFailure,
  illegal,
  mandatory,
  marketClosed,
  newOrderRejected,
  notRequired,
  ofRefusal,
  oneOfTwo,
} from './api-error.ts';
import { MOST_QUANTITY } from './market-shapes.ts';
import type { Params } from './params.ts';
import { requireMarket } from './symbols.ts';

const SIDES = ['BUY', 'SELL'] as const;
const TIMES = ['GTC', 'IOC', 'FOK'] as const;
const ANSWERS = ['ACK', 'RESULT', 'FULL'] as const;
const CLIENT_ID = '^[a-zA-Z0-9-_]{1,36}$';
const SHORTEST_TRAIL = 10;
const LONGEST_TRAIL = 2_000;
const BASIS_POINTS = decimalOfInteger(10_000);

interface Shape {
  readonly type: OrderType;
  readonly postOnly?: true;
}

/** Types of the wire and what they are to matching. */
const SHAPES = {
  LIMIT: { type: 'limit' },
  LIMIT_MAKER: { type: 'limit', postOnly: true },
  MARKET: { type: 'market' },
  STOP_LOSS: { type: 'stop' },
  STOP_LOSS_LIMIT: { type: 'stopLimit' },
  TAKE_PROFIT: { type: 'takeProfit' },
  TAKE_PROFIT_LIMIT: { type: 'takeProfitLimit' },
} as const satisfies Record<string, Shape>;
export type WireType = keyof typeof SHAPES;
export const WIRE_TYPES = Object.keys(SHAPES) as readonly WireType[];

export interface NewOrder {
  readonly market: Market;
  readonly side: Side;
  readonly wireType: WireType;
  readonly type: OrderType;
  readonly postOnly: boolean;
  readonly timeInForce: (typeof TIMES)[number];
  readonly quantity: Decimal;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly trailFraction: number | null;
  /** Basis points; null for all but trailing stops. */
  readonly trailingDelta: number | null;
  /** Quote that a market order was asked to spend or to earn. */
  readonly quoteQuantity: Decimal | null;
  /** Null where the exchange makes one up. */
  readonly clientOrderId: string | null;
}

/** How much a request wants to be told of the order it made. */
export type AnswerKind = (typeof ANSWERS)[number];

/** Names of the parameters of one leg: `abovePrice`, or `price` of an order that has one. */
export interface LegNames {
  readonly type: string;
  readonly price: string;
  readonly stopPrice: string;
  readonly timeInForce: string;
  readonly clientOrderId: string;
  readonly trailingDelta: string;
  readonly icebergQty: string;
}

const PLAIN: LegNames = {
  type: 'type',
  price: 'price',
  stopPrice: 'stopPrice',
  timeInForce: 'timeInForce',
  clientOrderId: 'newClientOrderId',
  trailingDelta: 'trailingDelta',
  icebergQty: 'icebergQty',
};

/** The order of a request, checked against everything but funds and book. Throws ApiError. */
export function parseNewOrder(data: EmulatorMarket, params: Params, names = PLAIN): NewOrder {
  const market = requireMarket(data, params);
  const side = params.word('side', SIDES, new ApiError(-1117, 'Invalid side.'));
  if (side === null) throw mandatory('side');
  const wireType = parseType(params, names.type);
  if (params.text(names.icebergQty) !== null) {
    throw newOrderRejected('Iceberg orders are not supported for this symbol.');
  }
  const of = { market, side: side === 'BUY' ? 'buy' : 'sell', wireType } as const;
  const trigger = parseTrigger(params, names, of);
  const order: NewOrder = {
    ...of,
    ...trigger,
    postOnly: wireType === 'LIMIT_MAKER',
    timeInForce: parseTime(params, names, wireType),
    price: parsePrice(params, names, wireType),
    ...parseQuantity(data, params, of),
    clientOrderId: parseClientId(params, names.clientOrderId),
  };
  checkFilters(data, order);
  return order;
}

/** Which answer is asked for; `usual` unless said. */
export function answerKind(params: Params, usual: AnswerKind): AnswerKind {
  const fault = new ApiError(-1136, 'Invalid newOrderRespType.');
  return params.word('newOrderRespType', ANSWERS, fault) ?? usual;
}

/** Market and limit orders are answered in full, others shortly. */
export const usualAnswer = (type: WireType): AnswerKind =>
  type === 'MARKET' || type === 'LIMIT' ? 'FULL' : 'ACK';

/** An id that a client may give, null without one. Throws ApiError. */
export function parseClientId(params: Params, name: string): string | null {
  const id = params.text(name);
  if (id !== null && !/^[a-zA-Z0-9-_]{1,36}$/.test(id)) throw illegal(name, CLIENT_ID);
  return id;
}

function parseType(params: Params, name: string): WireType {
  const type = params.word(name, WIRE_TYPES, new ApiError(-1116, 'Invalid orderType.'));
  if (type === null) throw mandatory(name);
  return type;
}

const hasLimit = (type: WireType): boolean => type.startsWith('LIMIT') || type.endsWith('_LIMIT');

function parsePrice(params: Params, names: LegNames, type: WireType): Decimal | null {
  const price = params.amount(names.price);
  if (hasLimit(type) && price === null) throw mandatory(names.price);
  if (!hasLimit(type) && price !== null) throw notRequired(names.price);
  if (price !== null && isZero(price)) throw filterFailure('PRICE_FILTER');
  return price;
}

function parseTime(params: Params, names: LegNames, type: WireType): NewOrder['timeInForce'] {
  const time = params.word(names.timeInForce, TIMES, new ApiError(-1115, 'Invalid timeInForce.'));
  const isNeeded = hasLimit(type) && type !== 'LIMIT_MAKER';
  if (isNeeded && time === null) throw mandatory(names.timeInForce);
  if (!isNeeded && time !== null) throw notRequired(names.timeInForce);
  return time ?? 'GTC';
}

type Basics = Pick<NewOrder, 'market' | 'side' | 'wireType'>;

function parseQuantity(
  data: EmulatorMarket,
  params: Params,
  { market, side, wireType }: Basics,
): Pick<NewOrder, 'quantity' | 'quoteQuantity'> {
  const quantity = params.amount('quantity');
  const quoteQuantity = params.amount('quoteOrderQty');
  if (wireType !== 'MARKET') {
    if (quoteQuantity !== null) throw notRequired('quoteOrderQty');
    if (quantity === null) throw mandatory('quantity');
    return { quantity, quoteQuantity: null };
  }
  if (quantity !== null && quoteQuantity !== null) throw notRequired('quoteOrderQty');
  if (quantity !== null) return { quantity, quoteQuantity: null };
  if (quoteQuantity === null) throw oneOfTwo('quantity', 'quoteOrderQty');
  const bought = data.quantityFor(market.symbol, side, quoteQuantity);
  if (isZero(bought)) throw filterFailure('NOTIONAL');
  return { quantity: bought, quoteQuantity };
}

/** Stop price, or the distance of one that trails (market stops without a start only). */
function parseTrigger(
  params: Params,
  names: LegNames,
  { wireType }: Basics,
): Pick<NewOrder, 'type' | 'triggerPrice' | 'trailFraction' | 'trailingDelta'> {
  const { type } = SHAPES[wireType];
  const triggerPrice = params.amount(names.stopPrice);
  const trailingDelta = params.whole(names.trailingDelta);
  const plain = { type, triggerPrice, trailFraction: null, trailingDelta: null };
  if (!isTriggerType(type)) {
    if (triggerPrice !== null) throw notRequired(names.stopPrice);
    if (trailingDelta !== null) throw notRequired(names.trailingDelta);
    return plain;
  }
  if (trailingDelta === null) {
    if (triggerPrice === null) throw oneOfTwo(names.stopPrice, names.trailingDelta);
    return plain;
  }
  if (wireType !== 'STOP_LOSS' || triggerPrice !== null) {
    throw newOrderRejected('Trailing stop orders are not supported for this symbol.');
  }
  if (trailingDelta < SHORTEST_TRAIL || trailingDelta > LONGEST_TRAIL) {
    throw filterFailure('TRAILING_DELTA');
  }
  const trailFraction = toNumber(div(decimalOfInteger(trailingDelta), BASIS_POINTS));
  return { type: 'trailingStop', triggerPrice: null, trailFraction, trailingDelta };
}

/** Grids, sizes, the side a trigger has to lie on, and whether the market is open. */
function checkFilters(data: EmulatorMarket, order: NewOrder): void {
  const { market, quantity, triggerPrice, type, side } = order;
  if (data.status(market.symbol) !== 'trading') throw marketClosed();
  const { last } = data.day(market.symbol);
  const fault = checkOrder({ ...order, reduceOnly: false, cutToFunds: false }, market, last);
  if (fault) throw isZero(quantity) ? filterFailure('LOT_SIZE') : ofRefusal(fault.code);
  if (gt(quantity, MOST_QUANTITY)) throw filterFailure('LOT_SIZE');
  if (triggerPrice === null) return;
  const fromBelow = isStopLike(type) === (side === 'buy');
  const trigger = toNumber(triggerPrice);
  if (fromBelow ? last >= trigger : last <= trigger) throw ofRefusal('WOULD_TRIGGER');
}
