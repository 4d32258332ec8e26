/** What the client says of orders, fills and balances, as ours. The exchange's words end here. */
import { type Decimal, ZERO, div, isNegative, isPositive, mul } from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';
import { type Order, type OrderType, hasLimitPrice } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Side } from '../../domain/trade.ts';
import type { VenueAccount, VenueFill, VenueOrder, VenueOrderStatus } from '../../domain/venue.ts';
import {
  type Fields,
  Unreadable,
  amountOf,
  computed,
  fieldsOf,
  firstAmount,
  infoOf,
  optionalFields,
  optionalText,
  priceOf,
  required,
  textOf,
  timeOf,
  wireAmount,
} from './foreign.ts';
import type { ExchangeRow } from './row.ts';

/** What is known of an order from before; exchanges leave parts out of later messages. */
export type KnownOrder = Pick<
  VenueOrder,
  'clientOrderId' | 'symbol' | 'side' | 'type' | 'quantity' | 'price' | 'triggerPrice'
>;

export interface MapContext {
  readonly row: ExchangeRow;
  readonly accountId: string;
  /** A market of the plan by its unified symbol. */
  market(symbol: string): Market | undefined;
  markets(): readonly Market[];
  /** The exchange's time now: dates what carries no time of its own. */
  venueNow(): EpochMs;
  known(venueOrderId: string): KnownOrder | undefined;
}

/**
 * An order of the account. Throws Unreadable when it lacks what makes an order, or carries a number
 * that is no exact text; null when it is of a market that is not ours to look at.
 */
export function toVenueOrder(raw: unknown, of: MapContext): VenueOrder | null {
  const order = fieldsOf(raw, 'order');
  const info = infoOf(order);
  const venueOrderId = textOf(order['id'], 'order id');
  const known = of.known(venueOrderId);
  const symbol = optionalText(order['symbol']) ?? known?.symbol;
  if (symbol === undefined) throw new Unreadable(`order ${venueOrderId} names no market`);
  if (!of.market(symbol)) return null;
  const isBare = info['cum_qty'] !== undefined && info['order_qty'] === undefined;
  // A message of kraken about an end lacks the quantity: the library puts what was filled there.
  const told = isBare ? null : firstAmount(order['amount']);
  const quantity = wireAmount(info['order_qty']) ?? told ?? known?.quantity;
  if (quantity === undefined || !isPositive(quantity)) {
    throw new Unreadable(`order ${venueOrderId} has no quantity`);
  }
  const filled = wireAmount(info['cum_qty']) ?? firstAmount(order['filled']) ?? ZERO;
  const type = typeOf(order, info) ?? required(known?.type, `type of order ${venueOrderId}`);
  if (isNegative(filled)) throw new Unreadable(`order ${venueOrderId}: filled below zero`);
  return {
    accountId: of.accountId,
    symbol,
    venueOrderId,
    clientOrderId: clientIdOf(order, info, of.row) ?? known?.clientOrderId ?? null,
    side: sideOf(order['side']) ?? required(known?.side, `side of order ${venueOrderId}`),
    type,
    quantity,
    // The library gives an order without a limit the average of its fills.
    price: hasLimitPrice(type) ? (priceOf(order['price']) ?? known?.price ?? null) : null,
    triggerPrice: triggerOf(order) ?? known?.triggerPrice ?? null,
    reduceOnly: order['reduceOnly'] === true,
    status: statusOf(order['status'], venueOrderId),
    filled,
    averagePrice: averageOf(order, filled),
    updatedTime: timeOf(order['lastUpdateTimestamp'], order['lastTradeTimestamp']) ?? of.venueNow(),
    reason: reasonOf(info),
  };
}

/**
 * The order that a create answered for. An exchange that says nothing but its number (kraken) has
 * taken it as it was sent. Throws Unreadable when there is no number or it speaks of another order.
 */
export function toCreatedOrder(raw: unknown, sent: Readonly<Order>, of: MapContext): VenueOrder {
  const answer = fieldsOf(raw, 'answer');
  const isWhole = answer['status'] !== undefined && answer['status'] !== null;
  if (isWhole) {
    const order = toVenueOrder(raw, of);
    if (order) return order;
    throw new Unreadable('the answer is about another market');
  }
  return { ...asSent(sent, of), venueOrderId: textOf(answer['id'], 'order id') };
}

/** An order of ours as the exchange has it that took it and said no more. */
function asSent(sent: Readonly<Order>, of: MapContext): Omit<VenueOrder, 'venueOrderId'> {
  const { symbol, id, side, type, quantity, price, triggerPrice, reduceOnly } = sent;
  return {
    accountId: of.accountId,
    symbol,
    clientOrderId: id,
    side,
    type,
    quantity,
    price,
    triggerPrice,
    reduceOnly,
    status: 'open',
    filled: ZERO,
    averagePrice: null,
    updatedTime: of.venueNow(),
    reason: null,
  };
}

/**
 * One execution of ours. Throws Unreadable when it lacks what makes one; null when it is none (an
 * exchange may tell other news in the same stream) or of a market that is not ours to look at.
 */
export function toVenueFill(raw: unknown, of: MapContext): VenueFill | null {
  const trade = fieldsOf(raw, 'fill');
  const info = infoOf(trade);
  if (info['exec_type'] !== undefined && info['exec_type'] !== 'trade') return null;
  const id = textOf(trade['id'], 'fill id');
  const venueOrderId = textOf(trade['order'], `order of fill ${id}`);
  const known = of.known(venueOrderId);
  const symbol = optionalText(trade['symbol']) ?? known?.symbol;
  const market = symbol === undefined ? undefined : of.market(symbol);
  if (!market) return null;
  const price = amountOf(trade['price'], `price of fill ${id}`);
  const quantity = amountOf(trade['amount'], `quantity of fill ${id}`);
  if (!isPositive(price) || !isPositive(quantity)) throw new Unreadable(`fill ${id} of nothing`);
  const liquidity = trade['takerOrMaker'] === 'maker' ? 'maker' : 'taker';
  return {
    id,
    venueOrderId,
    clientOrderId: clientIdOf(trade, info, of.row) ?? known?.clientOrderId ?? null,
    accountId: of.accountId,
    symbol: market.symbol,
    side: sideOf(trade['side']) ?? required(known?.side, `side of fill ${id}`),
    price,
    quantity,
    ...feeOf(trade, { market, price, quantity, liquidity }),
    liquidity,
    time: timeOf(trade['timestamp']) ?? of.venueNow(),
  };
}

/** Balances and spot holdings. Throws Unreadable for an amount that is no exact text. */
export function toVenueAccount(raw: unknown, of: MapContext): VenueAccount {
  const balances = new Map<string, Decimal>();
  const totals = fieldsOf(fieldsOf(raw, 'balance')['total'], 'balance totals');
  for (const [asset, total] of Object.entries(totals)) {
    if (total === undefined || total === null) continue;
    balances.set(asset, amountOf(total, `balance of ${safeText(asset)}`));
  }
  const positions = new Map<string, Decimal>();
  for (const { symbol, base } of of.markets()) {
    const held = balances.get(base);
    if (held && held !== ZERO) positions.set(symbol, held);
  }
  return { accountId: of.accountId, positions, balances, time: of.venueNow() };
}

/** Fee of a fill: its amount and asset, and its worth in the quote of the market. */
function feeOf(
  trade: Fields,
  of: {
    readonly market: Market;
    readonly price: Decimal;
    readonly quantity: Decimal;
    readonly liquidity: 'maker' | 'taker';
  },
): Pick<VenueFill, 'fee' | 'feeAsset' | 'feeQuote'> {
  const { market, price, quantity, liquidity } = of;
  const rate = liquidity === 'maker' ? market.makerFeeRate : market.takerFeeRate;
  // What the rate makes of it stands in where the fee is not told, or is in a third asset whose
  // price is not at hand.
  const usual = mul(mul(price, quantity), rate);
  const told = optionalFields(trade['fee']);
  const fee = told === null ? null : firstAmount(told['cost']);
  const feeAsset = told === null ? undefined : optionalText(told['currency']);
  if (fee === null || fee === undefined) {
    return { fee: usual, feeAsset: market.quote, feeQuote: usual };
  }
  if (fee === ZERO) return { fee, feeAsset: feeAsset ?? market.quote, feeQuote: ZERO };
  if (feeAsset === undefined || feeAsset === market.quote) {
    return { fee, feeAsset: market.quote, feeQuote: fee };
  }
  return { fee, feeAsset, feeQuote: feeAsset === market.base ? mul(fee, price) : usual };
}

const STATUSES: Readonly<Record<string, VenueOrderStatus>> = {
  open: 'open',
  // Asked to be canceled: it can still fill.
  canceling: 'open',
  closed: 'filled',
  canceled: 'canceled',
  expired: 'expired',
  rejected: 'rejected',
};

function statusOf(value: unknown, id: string): VenueOrderStatus {
  const status = typeof value === 'string' ? STATUSES[value] : undefined;
  return required(status, `status of order ${id}`);
}

/** Kinds of orders as exchanges call them, in lower case with dashes. */
const TYPES: Readonly<Record<string, OrderType>> = {
  market: 'market',
  limit: 'limit',
  'limit-maker': 'limit',
  'exchange-limit': 'limit',
  'stop-loss': 'stop',
  'stop-market': 'stop',
  'stop-loss-limit': 'stopLimit',
  'stop-limit': 'stopLimit',
  'exchange-stop-limit': 'stopLimit',
  'take-profit': 'takeProfit',
  'take-profit-limit': 'takeProfitLimit',
  'trailing-stop': 'trailingStop',
};

/** The raw name tells stops from market orders, which the unified one does not. */
function typeOf(order: Fields, info: Fields): OrderType | undefined {
  const description = optionalFields(info['descr']) ?? {};
  const names = [
    description['ordertype'],
    info['order_type'],
    info['type'],
    info['o'],
    order['type'],
  ];
  for (const name of names) {
    if (typeof name !== 'string') continue;
    const type = TYPES[name.toLowerCase().replaceAll(/[_ ]/g, '-')];
    if (type) return type;
  }
  return undefined;
}

/** Our own id, or another program's as it is; null without one. */
function clientIdOf(thing: Fields, info: Fields, { clientIds }: ExchangeRow): string | null {
  const { rawField } = clientIds;
  const text =
    (rawField === null ? undefined : optionalText(info[rawField])) ??
    // A binance message about a cancel has the order's own id in `C`.
    optionalText(info['C']) ??
    optionalText(info['c']) ??
    (rawField === null ? optionalText(thing['clientOrderId']) : undefined);
  return text === undefined ? null : (clientIds.decode(text) ?? text);
}

function averageOf(order: Fields, filled: Decimal): Decimal | null {
  if (!isPositive(filled)) return null;
  const cost = computed(order['cost']);
  return cost ? div(cost, filled) : computed(order['average']);
}

const triggerOf = (order: Fields): Decimal | null =>
  priceOf(order['triggerPrice']) ??
  priceOf(order['stopLossPrice']) ??
  priceOf(order['takeProfitPrice']);

function sideOf(value: unknown): Side | undefined {
  return value === 'buy' || value === 'sell' ? value : undefined;
}

/** Why it ended, as far as the exchange says; its own words. */
function reasonOf(info: Fields): string | null {
  const words = optionalText(info['cancel_reason']) ?? optionalText(info['reason']);
  const binance = optionalText(info['r']);
  if (words !== undefined) return safeText(words);
  return binance === undefined || binance === 'NONE' ? null : safeText(binance);
}
