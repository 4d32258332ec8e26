/** Orders, executions and balances in the exchange's JSON: REST answers and user events. */
import { type Decimal, ZERO, isZero, lt, mul } from '../../../domain/decimal.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { VenueFill } from '../../../domain/venue.ts';
import type { PracticeOrder } from '../../practice/records.ts';
import type { PracticeBalance } from '../../practice/rules.ts';
import type { AnswerKind } from './order-request.ts';
import { amountText } from './symbols.ts';

export type WireStatus =
  'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED';

/** What the dialect knows of an order beside the practice exchange. */
export interface OrderNote {
  readonly symbolId: string;
  /** Number of its list; -1 without one. */
  readonly listId: number;
  readonly quoteQuantity: Decimal | null;
  readonly trailingDelta: number | null;
  /** Ended because another leg of its list worked. */
  expired: boolean;
  /** Created and taken back in one request: nobody ever heard of it. */
  undone: boolean;
  /** When it began to match; null while it waits for its trigger. */
  workingTime: EpochMs | null;
}

/** An order with its note: what every shape below is made of. */
export interface SpotOrder {
  readonly order: Readonly<PracticeOrder>;
  readonly note: Readonly<OrderNote>;
}

type Json = Readonly<Record<string, unknown>>;

/** Reasons of the matching for an end that nobody asked for. */
const EXPIRES = /^(?:IOC|NO_LIQUIDITY|FOK_NOT_FILLABLE|INSUFFICIENT_FUNDS)\b/;

/** The order's status in the exchange's words. */
export function statusOf({ order, note }: SpotOrder): WireStatus {
  const { status, filled, quantity, reason } = order;
  const expires = note.expired || EXPIRES.test(reason ?? '');
  switch (status) {
    case 'open':
      // An execution is told before the order is: complete counts at once.
      if (isZero(filled)) return 'NEW';
      return lt(filled, quantity) ? 'PARTIALLY_FILLED' : 'FILLED';
    case 'filled':
      return 'FILLED';
    case 'canceled':
      return expires ? 'EXPIRED' : 'CANCELED';
    case 'expired':
      return 'EXPIRED';
    case 'rejected':
      return expires ? 'EXPIRED' : 'REJECTED';
    default:
      return 'REJECTED';
  }
}

/** The exchange's id of an order or fill as a number. */
export const numberOf = (id: string): number => Number(id.replace(/\D/g, ''));

/** An order that somebody made by hand has an id of the exchange's own. */
export const clientIdOf = (order: Readonly<PracticeOrder>): string =>
  order.clientOrderId ?? `web_${numberOf(order.venueOrderId)}`;

/** The type as it was asked for. */
export function wireTypeOf({ type, postOnly }: Readonly<PracticeOrder>): string {
  switch (type) {
    case 'limit':
      return postOnly ? 'LIMIT_MAKER' : 'LIMIT';
    case 'market':
      return 'MARKET';
    case 'stopLimit':
      return 'STOP_LOSS_LIMIT';
    case 'takeProfit':
      return 'TAKE_PROFIT';
    case 'takeProfitLimit':
      return 'TAKE_PROFIT_LIMIT';
    default:
      return 'STOP_LOSS';
  }
}

const sideOf = ({ side }: Readonly<PracticeOrder>): string => side.toUpperCase();
const stopOf = ({ triggerPrice }: Readonly<PracticeOrder>): Decimal => triggerPrice ?? ZERO;

/** What every answer about an order has. */
function core({ order, note }: SpotOrder): Json {
  return {
    symbol: note.symbolId,
    orderId: numberOf(order.venueOrderId),
    orderListId: note.listId,
    clientOrderId: clientIdOf(order),
    price: amountText(order.price ?? ZERO),
    origQty: amountText(order.quantity),
    executedQty: amountText(order.filled),
    cummulativeQuoteQty: amountText(order.notional),
    origQuoteOrderQty: amountText(note.quoteQuantity ?? ZERO),
    status: statusOf({ order, note }),
    timeInForce: order.timeInForce,
    type: wireTypeOf(order),
    side: sideOf(order),
    stopPrice: amountText(stopOf(order)),
    ...(note.trailingDelta === null ? {} : { trailingDelta: note.trailingDelta }),
    workingTime: note.workingTime ?? -1,
    selfTradePreventionMode: 'NONE',
  };
}

/** The order as a query answers. */
export const orderRow = (of: SpotOrder): Json => ({
  ...core(of),
  icebergQty: amountText(ZERO),
  time: of.order.createdTime,
  updateTime: of.order.updatedTime,
  isWorking: of.order.isWorking,
});

/** The answer to a create, as much of it as was asked for. */
export function createdRow(of: SpotOrder, fills: readonly VenueFill[], kind: AnswerKind): Json {
  const { order } = of;
  const transactTime = order.createdTime;
  if (kind === 'ACK') {
    const { symbol, orderId, orderListId, clientOrderId } = core(of);
    return { symbol, orderId, orderListId, clientOrderId, transactTime };
  }
  const row = { ...core(of), transactTime };
  return kind === 'RESULT' ? row : { ...row, fills: fills.map(fillRow) };
}

/** The answer to a cancel: it has an id of its own. */
export const canceledRow = (of: SpotOrder, cancelId: string): Json => ({
  ...core(of),
  origClientOrderId: clientIdOf(of.order),
  clientOrderId: cancelId,
  transactTime: of.order.updatedTime,
});

const fillRow = (fill: VenueFill): Json => ({
  price: amountText(fill.price),
  qty: amountText(fill.quantity),
  commission: amountText(fill.fee),
  commissionAsset: fill.feeAsset,
  tradeId: numberOf(fill.id),
});

/** A row of myTrades. */
export const ownTradeRow = (fill: VenueFill, { symbolId, listId }: OrderNote): Json => ({
  symbol: symbolId,
  id: numberOf(fill.id),
  orderId: numberOf(fill.venueOrderId),
  orderListId: listId,
  price: amountText(fill.price),
  qty: amountText(fill.quantity),
  quoteQty: amountText(mul(fill.price, fill.quantity)),
  commission: amountText(fill.fee),
  commissionAsset: fill.feeAsset,
  time: fill.time,
  isBuyer: fill.side === 'buy',
  isMaker: fill.liquidity === 'maker',
  isBestMatch: true,
});

/** What happened to the order: a user event. `fill` is the execution of a TRADE. */
export function executionReport(
  of: SpotOrder,
  now: EpochMs,
  what: {
    readonly type: 'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'REJECTED';
    readonly number: number;
    readonly fill?: VenueFill;
    /** The id of the cancel, where one was asked for. */
    readonly cancelId?: string;
  },
): Json {
  const { order, note } = of;
  const { fill, cancelId } = what;
  const status = statusOf(of);
  const clientId = clientIdOf(order);
  return {
    e: 'executionReport',
    E: now,
    s: note.symbolId,
    c: cancelId ?? clientId,
    S: sideOf(order),
    o: wireTypeOf(order),
    f: order.timeInForce,
    q: amountText(order.quantity),
    p: amountText(order.price ?? ZERO),
    P: amountText(stopOf(order)),
    F: amountText(ZERO),
    g: note.listId,
    C: cancelId === undefined ? '' : clientId,
    x: what.type,
    X: status,
    r: status === 'REJECTED' ? 'UNKNOWN_ERROR' : 'NONE',
    i: numberOf(order.venueOrderId),
    l: amountText(fill?.quantity ?? ZERO),
    z: amountText(order.filled),
    L: amountText(fill?.price ?? ZERO),
    n: amountText(fill?.fee ?? ZERO),
    N: fill?.feeAsset ?? null,
    T: fill?.time ?? order.updatedTime,
    t: fill ? numberOf(fill.id) : -1,
    I: what.number,
    w: order.isWorking && status !== 'FILLED',
    m: fill?.liquidity === 'maker',
    M: false,
    O: order.createdTime,
    Z: amountText(order.notional),
    Y: amountText(fill ? mul(fill.price, fill.quantity) : ZERO),
    Q: amountText(note.quoteQuantity ?? ZERO),
    V: 'NONE',
    ...(note.workingTime === null ? {} : { W: note.workingTime }),
  };
}

/** Balances as `account` tells them. */
export const balanceRow = ({ asset, free, locked }: PracticeBalance): Json => ({
  asset,
  free: amountText(free),
  locked: amountText(locked),
});

/** Changed balances: a user event. */
export const accountPosition = (changed: readonly PracticeBalance[], now: EpochMs): Json => ({
  e: 'outboundAccountPosition',
  E: now,
  u: now,
  B: changed.map(({ asset, free, locked }) => ({
    a: asset,
    f: amountText(free),
    l: amountText(locked),
  })),
});

/** Money that came (or, below zero, went) without a trade: a user event. */
export const balanceUpdate = (asset: string, delta: Decimal, now: EpochMs): Json => ({
  e: 'balanceUpdate',
  E: now,
  a: asset,
  d: amountText(delta),
  T: now,
});
