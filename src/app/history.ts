/** The life of an order, a market or a strategy in plain sentences, from journal records. */
import {
  type Decimal,
  ZERO,
  add,
  isPositive,
  neg,
  toNumber,
  toReadableText,
  toText,
} from '../domain/decimal.ts';
import type { OrderId } from '../domain/ids.ts';
import { type Order, intendedPrice, isWorking } from '../domain/order.ts';
import type { JournalRecord } from '../domain/record.ts';
import { describeDenial } from '../domain/verdict.ts';
import { describeRequest } from '../engine/judge.ts';
import { describeChange } from '../engine/param-changes.ts';
import { type MoneyState, findOrder } from '../execution/money.ts';
import type { HistoryLine, HistoryOf } from './session-types.ts';

/** Money in a sentence; the journal keeps every digit. */
const amount = (value: Decimal): string => toReadableText(value, { most: 4 });

/** Steps told at most. */
const MAX_LINES = 200;

/** The newest steps, newest last. What is older than the records is told from the books. */
export function tellHistory(
  records: readonly JournalRecord[],
  money: MoneyState,
  of: HistoryOf,
): readonly HistoryLine[] {
  const teller = new Teller(records, money);
  const lines = records.flatMap((record) => {
    const text = concerns(record, of, money) ? teller.tell(record) : null;
    return text === null ? [] : [{ record: record.n, time: record.t, text }];
  });
  if (!('orderId' in of) || records.some((one) => isBeginning(one, of.orderId))) {
    return lines.slice(-MAX_LINES);
  }
  const order = findOrder(money, of.orderId as OrderId);
  return [...fromBooks(order, lines.length > 0), ...lines].slice(-MAX_LINES);
}

const isBeginning = (record: JournalRecord, orderId: string): boolean =>
  record.kind === 'orderCreated' && record.orderId === orderId;

function concerns(record: JournalRecord, of: HistoryOf, money: MoneyState): boolean {
  const orderId = 'orderId' in record ? record.orderId : null;
  if ('orderId' in of) return orderId === of.orderId;
  const about = orderId === null ? null : aboutOrder(record, findOrder(money, orderId));
  if ('symbol' in of) {
    return about?.symbol === of.symbol || ('symbol' in record && record.symbol === of.symbol);
  }
  const isOwn = 'strategyId' in record && record.strategyId === of.strategyId;
  return isOwn || about?.strategyId === of.strategyId;
}

/** Whose order a record is about: the record itself may say, else the books. */
function aboutOrder(record: JournalRecord, order: Order | undefined) {
  return record.kind === 'orderCreated' ? record.request : order;
}

/**
 * Puts records into words, one after the other: a fill is told with what had filled before, of the
 * size the order had then.
 */
class Teller {
  private readonly money: MoneyState;
  private readonly filled = new Map<OrderId, Decimal>();
  /** Sizes of orders; null: changed later, and what it was before has left the records. */
  private readonly sizes = new Map<OrderId, Decimal | null>();

  constructor(records: readonly JournalRecord[], money: MoneyState) {
    this.money = money;
    // What had filled before the oldest record: all of it, less what the records tell.
    for (const record of records) {
      if (record.kind === 'orderCreated') this.sizes.set(record.orderId, record.request.quantity);
      const isResized = record.kind === 'amended' && record.quantity !== null;
      if (isResized && !this.sizes.has(record.orderId)) this.sizes.set(record.orderId, null);
      if (record.kind !== 'fill') continue;
      const known = this.filled.get(record.orderId) ?? this.orderOf(record.orderId)?.filled ?? ZERO;
      this.filled.set(record.orderId, add(known, neg(record.quantity)));
    }
  }

  /** Null where a record says nothing to a person. */
  tell(record: JournalRecord): string | null {
    switch (record.kind) {
      case 'orderCreated':
        return tellCreated(record);
      case 'accepted':
        return `accepted by the venue as ${record.venueOrderId}`;
      case 'fill':
        return this.tellFill(record);
      case 'amendRequested':
        return `change asked for: ${values(record)} (${record.reason})`;
      case 'amended':
        if (record.quantity !== null) this.sizes.set(record.orderId, record.quantity);
        return values(record) === ''
          ? `change ${record.reason}`
          : `changed: ${values(record)} (${record.reason})`;
      case 'denied':
        return tellDenied(record);
      case 'paramsChanged':
        return `parameters changed: ${describeChange(record.previousParams, record.params)}`;
      case 'strategyToggled':
        return `switched ${record.note}`;
      case 'funding':
        return tellFunding(record);
      default:
        return tellEnd(record);
    }
  }

  private orderOf(id: OrderId): Order | undefined {
    return findOrder(this.money, id);
  }

  private tellFill(record: Extract<JournalRecord, { kind: 'fill' }>): string {
    const order = this.orderOf(record.orderId);
    const filled = add(this.filled.get(record.orderId) ?? ZERO, record.quantity);
    this.filled.set(record.orderId, filled);
    const what = `${record.side} ${toText(record.quantity)} filled at ${toReadableText(record.price)}`;
    const known = this.sizes.get(record.orderId);
    const size = known === undefined ? order?.quantity : known;
    const whole = order && size ? ` · ${toText(filled)} of ${toText(size)}` : '';
    const fee = isPositive(record.fee) ? ` · fee ${amount(record.fee)} ${record.feeAsset}` : '';
    return `${what}${whole} · ${record.liquidity}${fee}${order ? slippage(order, record) : ''}`;
  }
}

/** How far from what it was meant to be; nothing where that is no tenth of a bp. */
function slippage(order: Order, fill: Extract<JournalRecord, { kind: 'fill' }>): string {
  const from = intendedPrice(order);
  if (from === null) return '';
  const worse = (toNumber(fill.price) - from) * (fill.side === 'buy' ? 1 : -1);
  const bps = (worse / from) * 10_000;
  const size = Math.abs(bps).toFixed(1);
  if (size === '0.0') return '';
  const where = order.triggerPrice === null ? 'at the decision' : 'its trigger';
  return ` · ${size} bps ${bps > 0 ? 'worse' : 'better'} than ${where}`;
}

function tellCreated(record: Extract<JournalRecord, { kind: 'orderCreated' }>): string {
  const { request } = record;
  const { bracket, strategyId, reason } = request;
  const guards = [
    bracket?.stopPrice ? `stop ${toReadableText(bracket.stopPrice)}` : '',
    bracket?.targetPrice ? `target ${toReadableText(bracket.targetPrice)}` : '',
    bracket?.trailFraction ? `trail ${(bracket.trailFraction * 100).toFixed(2)} %` : '',
  ].filter((guard) => guard !== '');
  const brackets = guards.length === 0 ? '' : ` with ${guards.join(', ')}`;
  const what = `${describeRequest(request)}${brackets}`;
  if (request.role === 'protective') return `protection placed for ${strategyId}: ${what}`;
  return `${what} by ${strategyId}, passed the review: ${reason}`;
}

/** `quantity 2, price 95`: what a change sets. */
function values(of: {
  readonly quantity: Decimal | null;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
}): string {
  const named = { quantity: of.quantity, price: of.price, trigger: of.triggerPrice };
  return Object.entries(named)
    .flatMap(([name, value]) => (value === null ? [] : `${name} ${toText(value)}`))
    .join(', ');
}

function tellDenied(record: Extract<JournalRecord, { kind: 'denied' }>): string {
  return `denied ${describeDenial(record)}: ${record.what}`;
}

function tellFunding({ amount, asset, rate }: Extract<JournalRecord, { kind: 'funding' }>): string {
  const verb = isPositive(amount) ? 'paid' : 'received';
  return `funding ${verb}: ${toText(amount).replace('-', '')} ${asset} at ${(rate * 100).toFixed(4)} %`;
}

function tellEnd(record: JournalRecord): string | null {
  switch (record.kind) {
    case 'rejected':
      return `rejected by the venue, ${record.code}: ${record.reason}`;
    case 'cancelRequested':
      return `cancel asked for: ${record.reason}`;
    case 'canceled':
      return `canceled: ${record.reason}`;
    case 'expired':
      return `expired: ${record.reason}`;
    case 'neverSent':
      return `never sent: ${record.reason}`;
    case 'cancelRejected':
      return `cancel refused by the venue: ${record.reason}`;
    case 'outcomeUnknown':
      return `outcome unknown: ${record.reason}`;
    default:
      return null;
  }
}

/** What the books still know of an order whose beginning has left the records; record 0. */
function fromBooks(order: Order | undefined, goesOn: boolean): HistoryLine[] {
  if (!order) return [];
  const { createdTime, updatedTime, strategyId, reason } = order;
  const created = `${describeRequest(order)} by ${strategyId}: ${reason}`;
  const told = [{ record: 0, time: createdTime, text: `${created} (from the books)` }];
  if (isWorking(order) || goesOn) return told;
  const filled = `${toText(order.filled)} of ${toText(order.quantity)} filled`;
  const why = order.statusReason === null ? '' : `: ${order.statusReason}`;
  return [...told, { record: 0, time: updatedTime, text: `${order.status}, ${filled}${why}` }];
}
