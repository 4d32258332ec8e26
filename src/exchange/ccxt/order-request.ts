/** Our orders as arguments of the client's `createOrder`: only what the row of the exchange lists. */
import {
  type Decimal,
  isOnGrid,
  mul,
  decimal,
  quantize,
  quantizeNumber,
  toText,
} from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';
import type { Order } from '../../domain/order.ts';
import type { RejectCode } from '../../domain/record.ts';
import type { Side } from '../../domain/trade.ts';
import type { ExchangeRow, OrderShape } from './row.ts';

/** What `createOrder` is called with; amounts and prices are exact decimal text. */
export interface OrderArguments {
  readonly symbol: string;
  readonly type: 'market' | 'limit';
  readonly side: Side;
  readonly amount: string;
  /** Left out of market orders: with it binance would measure them in quote. */
  readonly price: string | undefined;
  readonly params: Readonly<Record<string, string | boolean>>;
}

export type OrderRequested =
  | { readonly ok: true; readonly value: OrderArguments }
  | { readonly ok: false; readonly code: RejectCode; readonly reason: string };

/** How far beyond its price an order may fill where the exchange wants a limit for it. */
const COLLAR = { buy: decimal('1.05'), sell: decimal('0.95') } as const;

type Asked = Pick<
  Order,
  | 'id'
  | 'symbol'
  | 'side'
  | 'type'
  | 'quantity'
  | 'price'
  | 'triggerPrice'
  | 'timeInForce'
  | 'postOnly'
  | 'cutToFunds'
  | 'decisionPrice'
>;

/**
 * The one request an order becomes, or why it is not sent: a shape whose request was never
 * recorded, a market that is not traded here, an amount or price that the client would round in
 * silence. Reduce-only is not sent: on a spot market nobody sells more than is there.
 */
export function toOrderArguments(
  order: Readonly<Asked>,
  of: { readonly row: ExchangeRow; readonly market: Market | undefined },
): OrderRequested {
  const { row, market } = of;
  if (!market) return refuse('UNKNOWN_SYMBOL', `${order.symbol} is not traded on this account`);
  if (order.cutToFunds) {
    return refuse('UNSUPPORTED', `${row.title} does not cut an order to the funds there are`);
  }
  const sent = shapeOf(order, row, market);
  if (!sent) return refuse('UNSUPPORTED', `${describe(order)} is not proven on ${row.title}`);
  const fault = gridFault({ ...order, price: sent.price }, market);
  if (fault) return fault;
  return { ok: true, value: toArguments(order, sent, row) };
}

/** A shape of the row and the limit price that goes with it. */
interface Sent {
  readonly shape: OrderShape;
  readonly price: Decimal | null;
}

function shapeOf(order: Readonly<Asked>, row: ExchangeRow, market: Market): Sent | null {
  const { type, timeInForce, postOnly, side } = order;
  const find = (wanted: Pick<OrderShape, 'type' | 'timeInForce'>): OrderShape | undefined =>
    row.shapes.find(
      (one) =>
        one.type === wanted.type &&
        one.timeInForce === wanted.timeInForce &&
        one.postOnly === postOnly,
    );
  // Only our own timer ends a GTD order (DECISIONS 35).
  const lasting = timeInForce === 'GTD' ? 'GTC' : timeInForce;
  const lacksMarket =
    row.marketOrders === 'none' || (row.marketOrders === 'quote' && side === 'buy');
  if (type === 'market' && lacksMarket) {
    const shape = find({ type: 'limit', timeInForce: 'IOC' });
    const price = collared(order.decisionPrice, side, market);
    return shape && price ? { shape, price } : null;
  }
  const shape = find({ type, timeInForce: lasting });
  if (shape) return { shape, price: order.price };
  if (type === 'stop' && order.triggerPrice) {
    // A limit far beyond the trigger stands in where an exchange has stops with a limit only.
    const limited = find({ type: 'stopLimit', timeInForce: lasting });
    const price = collar(order.triggerPrice, side, market);
    return limited ? { shape: limited, price } : null;
  }
  return null;
}

function collared(lastPrice: number, side: Side, market: Market): Decimal | null {
  if (!(lastPrice > 0) || !Number.isFinite(lastPrice)) return null;
  return collar(quantizeNumber(lastPrice, market.tickSize, 'nearest'), side, market);
}

const collar = (price: Decimal, side: Side, { tickSize }: Market): Decimal =>
  quantize(mul(price, COLLAR[side]), tickSize, side === 'buy' ? 'up' : 'down');

/** The client cuts what is off the grid without a word: another order would leave than was asked. */
function gridFault(
  order: Pick<Asked, 'quantity' | 'price' | 'triggerPrice'>,
  { stepSize, tickSize }: Market,
): Extract<OrderRequested, { ok: false }> | null {
  if (!isOnGrid(order.quantity, stepSize)) {
    const words = `quantity ${toText(order.quantity)} is not a multiple of ${toText(stepSize)}`;
    return refuse('STEP_SIZE', words);
  }
  for (const price of [order.price, order.triggerPrice]) {
    if (price === null || isOnGrid(price, tickSize)) continue;
    return refuse('TICK_SIZE', `price ${toText(price)} is not a multiple of ${toText(tickSize)}`);
  }
  return null;
}

function toArguments(order: Readonly<Asked>, { shape, price }: Sent, row: ExchangeRow) {
  const { trigger, timeInForce, postOnly } = shape;
  const params: Record<string, string | boolean> = {
    ...row.orderParams,
    [row.clientIds.createParam]: row.clientIds.encode(order.id),
  };
  if (timeInForce !== 'GTC') params['timeInForce'] = timeInForce;
  if (postOnly) params['postOnly'] = true;
  if (trigger !== null && order.triggerPrice !== null) {
    params[trigger] = toText(order.triggerPrice);
  }
  const isLimit = price !== null;
  return {
    symbol: order.symbol,
    type: isLimit ? 'limit' : 'market',
    side: order.side,
    amount: toText(order.quantity),
    price: isLimit ? toText(price) : undefined,
    params,
  } as const;
}

const describe = ({ type, timeInForce, postOnly }: Asked): string =>
  `${postOnly ? 'post-only ' : ''}${type}${timeInForce === 'GTC' ? '' : ` ${timeInForce}`}`;

const refuse = (code: RejectCode, reason: string) => ({ ok: false, code, reason }) as const;
