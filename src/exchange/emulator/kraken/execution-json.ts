/** Orders and trades as the WebSocket channel `executions` writes them. */
import { type Decimal, ZERO, mul, toNumber, toText } from '../../../domain/decimal.ts';
import type { EpochMs } from '../../../domain/time.ts';
import { type KrakenOrder, type KrakenTrade, type OrderNews, averagePrice } from './records.ts';
import { cancelReason, moneyText } from './rest-json.ts';

type Row = Record<string, unknown>;

/** Time of a message: microseconds. */
export const stamp = (time: EpochMs): string => new Date(time).toISOString().replace('Z', '000Z');

/** A JSON number that reads back as the same decimal text. */
export const numberOf = (value: Decimal): number => Number(toText(value));

const fineNumber = (value: Decimal): number => Number(moneyText(value));

/** What names an order in every message: its id, and the client's own or a reference. */
const namesOf = ({ txid, terms }: KrakenOrder): Row => ({
  order_id: txid,
  ...(terms.clOrdId === null
    ? { order_userref: terms.userref ?? 0 }
    : { cl_ord_id: terms.clOrdId }),
});

/**
 * What is said of a piece of news, in order, one message each. As the venue does, only the first
 * message of an order and its trades name market, side and type; ends and changes do not.
 */
export function executionsOf(news: OrderNews, now: EpochMs): Row[] {
  const { order } = news;
  switch (news.kind) {
    case 'new':
      return [
        { ...wholeOrder(order), exec_type: 'pending_new', order_status: 'pending_new' },
        { ...namesOf(order), exec_type: 'new', order_status: 'new', timestamp: stamp(now) },
      ];
    case 'triggered': {
      const status = { exec_type: 'status', order_status: statusOf(order), timestamp: stamp(now) };
      return [{ ...namesOf(order), ...status, triggers: triggersOf(order) }];
    }
    case 'trade':
      return [tradeRow(news.trade, 'partially_filled')];
    case 'changed':
      return [changedRow(order, news.byUser, now)];
    case 'ended':
      return [endRow(order)];
  }
}

/** An open order of the snapshot. */
export function snapshotOrder(order: KrakenOrder): Row {
  const part = { ...totals(order), fee_usd_equiv: fineNumber(order.fee) };
  return { ...wholeOrder(order), ...part, exec_type: 'new', order_status: statusOf(order) };
}

/** A trade of the snapshot. */
export const snapshotTrade = (trade: KrakenTrade): Row => tradeRow(trade, 'filled');

function wholeOrder(order: KrakenOrder): Row {
  const { terms, latest, pair } = order;
  const { triggerPrice } = latest;
  return {
    order_id: order.txid,
    symbol: pair.symbol,
    order_qty: numberOf(latest.quantity),
    cum_cost: 0,
    time_in_force: terms.timeInForce,
    ...(terms.expireTime !== null && { expire_time: stamp(terms.expireTime) }),
    side: terms.side,
    order_type: terms.ordertype,
    ...namesOf(order),
    limit_price_type: 'static',
    ...(latest.price && { limit_price: numberOf(latest.price) }),
    stop_price: numberOf(triggerPrice ?? ZERO),
    ...(terms.ordertype.includes('-') && { triggers: triggersOf(order) }),
    ...(terms.postOnly && { post_only: true }),
    fee_usd_equiv: 0,
    fee_ccy_pref: 'fciq',
    timestamp: stamp(order.openTime),
  };
}

function triggersOf({ latest, terms, triggered }: KrakenOrder): Row {
  return {
    reference: 'last',
    price: numberOf(terms.trail?.value ?? latest.triggerPrice ?? ZERO),
    price_type: terms.trail?.isPercent ? 'pct' : terms.trail ? 'quote' : 'static',
    ...(latest.triggerPrice && { actual_price: numberOf(latest.triggerPrice) }),
    status: triggered ? 'triggered' : 'untriggered',
  };
}

function tradeRow(trade: KrakenTrade, status: string): Row {
  const { order, fill } = trade;
  const fee = numberOf(fill.feeQuote);
  return {
    ...namesOf(order),
    exec_id: trade.id,
    exec_type: 'trade',
    trade_id: trade.number,
    symbol: order.pair.symbol,
    side: order.terms.side,
    last_qty: numberOf(fill.quantity),
    last_price: numberOf(fill.price),
    liquidity_ind: fill.liquidity === 'taker' ? 't' : 'm',
    cost: numberOf(mul(fill.price, fill.quantity)),
    ...totals(trade),
    order_status: status,
    order_type: order.terms.ordertype,
    timestamp: stamp(fill.time),
    fee_usd_equiv: fee,
    fees: [{ asset: fill.feeAsset, qty: numberOf(fill.fee) }],
  };
}

function changedRow(order: KrakenOrder, byUser: boolean, now: EpochMs): Row {
  const { latest, terms } = order;
  return {
    timestamp: stamp(now),
    exec_type: byUser ? 'amended' : 'restated',
    order_status: statusOf(order),
    cum_qty: numberOf(order.filled),
    reason: byUser ? 'User requested' : (latest.reason ?? ''),
    amended: true,
    order_qty: numberOf(latest.quantity),
    ...(latest.price && { limit_price: numberOf(latest.price) }),
    limit_price_type: 'static',
    ...(terms.ordertype.includes('-') && { triggers: triggersOf(order) }),
    ...namesOf(order),
  };
}

function endRow(order: KrakenOrder): Row {
  const status = statusOf(order);
  const reason = cancelReason(order);
  return {
    timestamp: stamp(order.closeTime ?? order.openTime),
    order_status: status,
    exec_type: status,
    ...totals(order),
    fee_usd_equiv: fineNumber(order.fee),
    ...(status === 'canceled' && { cancel_reason: reason, reason }),
    ...namesOf(order),
  };
}

const totals = (of: { readonly filled: Decimal; readonly cost: Decimal }): Row => ({
  cum_qty: numberOf(of.filled),
  cum_cost: fineNumber(of.cost),
  avg_price: fineNumber(averagePrice(of)),
});

function statusOf({ latest, filled }: KrakenOrder): string {
  if (latest.status === 'open') return toNumber(filled) > 0 ? 'partially_filled' : 'new';
  return latest.status === 'rejected' ? 'canceled' : latest.status;
}
