/** Orders, trades and books as Kraken's REST interface writes them. */
import type { BookLevel } from '../../../domain/book.ts';
import {
  type Decimal,
  ZERO,
  decimal,
  mul,
  quantize,
  toFixedText,
  toText,
} from '../../../domain/decimal.ts';
import { SECOND_MS, type EpochMs } from '../../../domain/time.ts';
import type { KrakenPair } from './names.ts';
import { type KrakenOrder, type KrakenTrade, averagePrice } from './records.ts';
import type { OrderTerms } from './terms.ts';

/** Volumes have eight digits, whatever the pair's grid. */
const VOLUME_DIGITS = 8;
/** Average prices and costs are cut there. */
const FINE = decimal('0.0000000001');

/** `1733815269.37`: seconds. */
export const inSeconds = (time: EpochMs): number => time / SECOND_MS;

export const volumeText = (volume: Decimal): string => toFixedText(volume, VOLUME_DIGITS);

/** A price of an order; zero where there is none. */
const priceText = (price: Decimal | null, pair: KrakenPair): string =>
  toFixedText(price ?? ZERO, pair.priceDigits);

/** An exact amount of money, or an average: as many digits as it needs, ten at most. */
export const moneyText = (amount: Decimal): string => toText(quantize(amount, FINE, 'nearest'));

/** A level of a book: price, quantity, seconds. */
export const levelRow = (level: BookLevel, pair: KrakenPair, time: EpochMs): unknown[] => [
  level.price.toFixed(pair.priceDigits),
  level.quantity.toFixed(VOLUME_DIGITS),
  Math.floor(inSeconds(time)),
];

/** An order in words: `sell 0.10000000 ETHUSDT @ stop loss 2677.00 -> limit 2577.00`. */
export function describeOrder(
  terms: OrderTerms,
  now: Pick<OrderTerms, 'price' | 'trigger' | 'volume'> = terms,
): string {
  const { pair, side, ordertype, trail } = terms;
  const what = `${side} ${volumeText(terms.cost ?? now.volume)} ${pair.altname} @`;
  const limit = priceText(now.price, pair);
  if (ordertype === 'market') return `${what} market`;
  if (ordertype === 'limit') return `${what} limit ${limit}`;
  if (trail) return `${what} trailing stop ${trailText(terms)}`;
  const [first, second, withLimit] = ordertype.split('-');
  const stop = `${what} ${first} ${second} ${priceText(now.trigger, pair)}`;
  return withLimit === undefined ? stop : `${stop} -> limit ${limit}`;
}

function trailText({ trail, pair }: OrderTerms): string {
  if (!trail) return '0';
  return trail.isPercent
    ? `+${toFixedText(trail.value, 4)}%`
    : `+${toFixedText(trail.value, pair.priceDigits)}`;
}

/** An order of OpenOrders, ClosedOrders and QueryOrders; its id is the key it stands under. */
export function restOrder(order: KrakenOrder, withTrades: boolean): Record<string, unknown> {
  const { terms, latest, pair } = order;
  return {
    refid: null,
    userref: terms.userref,
    ...(terms.clOrdId !== null && { cl_ord_id: terms.clOrdId }),
    status: restStatus(order),
    ...(order.closeTime !== null && {
      reason: latest.status === 'canceled' ? cancelReason(order) : null,
      closetm: inSeconds(order.closeTime),
    }),
    opentm: inSeconds(order.openTime),
    starttm: 0,
    expiretm: terms.expireTime === null ? 0 : inSeconds(terms.expireTime),
    descr: descriptionOf(order),
    vol: volumeText(latest.quantity),
    vol_exec: volumeText(order.filled),
    cost: moneyText(order.cost),
    fee: moneyText(order.fee),
    price: moneyText(averagePrice(order)),
    stopprice: priceText(latest.triggerPrice, pair),
    limitprice: order.triggered ? priceText(latest.price, pair) : priceText(ZERO, pair),
    misc: order.amended ? 'amended' : '',
    oflags: terms.postOnly ? 'fciq,post' : 'fciq',
    ...(terms.ordertype.includes('-') && { trigger: 'last' }),
    ...(withTrades && order.trades.length > 0 && { trades: order.trades.map(({ id }) => id) }),
  };
}

function descriptionOf({ terms, latest, pair }: KrakenOrder): Record<string, string> {
  const { price, triggerPrice: trigger, quantity: volume } = latest;
  const first = terms.trail ? trailText(terms) : priceText(trigger ?? price, pair);
  const isMarket = terms.ordertype === 'market';
  return {
    pair: pair.altname,
    type: terms.side,
    ordertype: terms.ordertype,
    price: isMarket ? '0' : first,
    price2: trigger !== null && price !== null ? priceText(price, pair) : '0',
    leverage: 'none',
    order: describeOrder(terms, { price, trigger, volume }),
    close: '',
  };
}

/** `open`, `closed` when filled, `canceled` or `expired`. */
function restStatus({ latest }: KrakenOrder): string {
  if (latest.status === 'filled') return 'closed';
  return latest.status === 'rejected' ? 'canceled' : latest.status;
}

/** Why an order ended, in Kraken's words where there are any. */
export function cancelReason({ latest }: KrakenOrder): string {
  return latest.reason === 'canceled on request' ? 'User requested' : (latest.reason ?? '');
}

/** A trade of TradesHistory and QueryTrades; its id is the key it stands under. */
export function restTrade({ order, fill, number }: KrakenTrade): Record<string, unknown> {
  const { terms, pair } = order;
  return {
    ordertxid: order.txid,
    postxid: order.txid.replace(/^O/, 'T'),
    pair: pair.id,
    aclass: 'forex',
    time: inSeconds(fill.time),
    type: terms.side,
    ordertype: terms.ordertype,
    price: toFixedText(fill.price, pair.priceDigits),
    cost: moneyText(mul(fill.price, fill.quantity)),
    fee: moneyText(fill.feeQuote),
    vol: volumeText(fill.quantity),
    margin: '0.00000',
    leverage: '0',
    misc: '',
    trade_id: number,
    maker: fill.liquidity === 'maker',
  };
}
