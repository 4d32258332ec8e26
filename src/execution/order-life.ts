/** What journal records do to one order: created, moved along its table, changed, ended. */
import { ZERO, gte, isPositive } from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { OrderId } from '../domain/ids.ts';
import { notional } from '../domain/market.ts';
import {
  type Order,
  type OrderTransition,
  answersAmend,
  isWorking,
  nextStatus,
} from '../domain/order.ts';
import type { RecordBody } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import {
  CLOSED_MOST,
  CLOSED_ORDERS,
  LATE_MS,
  type MoneyState,
  TOMBSTONES,
  findOrder,
  keptLedgerOf,
} from './money.ts';

/** An order of ours, submitted; its id is the next of the run. */
export function createOrder(
  money: MoneyState,
  record: Pick<
    Extract<RecordBody, { kind: 'orderCreated' }>,
    'orderId' | 'request' | 'decisionPrice'
  >,
  time: EpochMs,
): Order {
  required(money.run, 'run').orders += 1;
  money.counts.orders += 1;
  const order: Order = {
    ...record.request,
    id: record.orderId,
    status: 'submitted',
    filled: ZERO,
    filledNotional: ZERO,
    venueOrderId: null,
    createdTime: time,
    updatedTime: time,
    statusReason: null,
    decisionPrice: record.decisionPrice,
    fillIds: [],
  };
  money.working.set(record.orderId, order);
  return order;
}

/**
 * An external order becomes ours as it rests. What filled of it before is no fill of ours: it
 * counts at the order's own price, and is in no position.
 */
export function adoptOrder(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'orderAdopted' }>,
  time: EpochMs,
): void {
  money.externals.delete(record.venueOrderId);
  if (findOrder(money, record.orderId)) return;
  const order = createOrder(money, record, time);
  const { price, triggerPrice } = record.request;
  const worth = price ?? triggerPrice ?? ZERO;
  order.venueOrderId = record.venueOrderId;
  order.filled = record.filled;
  order.filledNotional = notional({ price: worth, quantity: record.filled });
  move(money, order, 'accept', { time });
}

/** Changes an order that is still known; of any other a record says nothing about money. */
export function withOrder(money: MoneyState, id: OrderId, change: (order: Order) => void): void {
  const order = findOrder(money, id);
  if (order) change(order);
}

/** Moves an order along its table; a pair that means nothing changes nothing. */
export function move(
  money: MoneyState,
  order: Order,
  transition: OrderTransition,
  about: { readonly time: EpochMs; readonly reason?: string },
): void {
  let status = nextStatus(order.status, transition);
  // The table knows no quantities: what goes back to working with fills is filled in part.
  if (status === 'accepted' && isPositive(order.filled)) status = 'partiallyFilled';
  if (status === order.status) return;
  order.status = status;
  order.updatedTime = about.time;
  if (about.reason !== undefined) order.statusReason = about.reason;
  if (isWorking(order)) return;
  money.working.delete(order.id);
  keepClosed(money, order, about.time);
}

/** Keeps an ended order; at most two of the oldest go, so that a rush of a day leaves again. */
function keepClosed(money: MoneyState, order: Order, now: EpochMs): void {
  const { closed, tombstones } = money;
  closed.set(order.id, order);
  if (closed.size <= CLOSED_ORDERS) return;
  let turns = 0;
  for (const oldest of closed.values()) {
    const mayFill = oldest.updatedTime > now - LATE_MS;
    if (mayFill && closed.size <= CLOSED_MOST) return;
    closed.delete(oldest.id);
    // An order that may yet appear at the venue is kept as long as its tombstone.
    if (tombstones.has(oldest.id)) closed.set(oldest.id, oldest);
    turns += 1;
    if (turns === 2 || closed.size <= CLOSED_ORDERS) return;
  }
}

/** An order that never reached the venue, as far as anybody can tell: a tombstone waits for it. */
export function bury(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'neverPlaced' }>,
  time: EpochMs,
): void {
  const order = findOrder(money, record.orderId);
  // The venue's own word on it counts more than its silence.
  if (!order || !isWorking(order) || order.venueOrderId !== null) return;
  if (isPositive(order.filled)) return;
  dropTombstones(money, time);
  if (money.tombstones.size >= TOMBSTONES) {
    for (const [oldest] of money.tombstones) {
      money.tombstones.delete(oldest);
      break;
    }
  }
  money.tombstones.set(order.id, time);
  move(money, order, 'cancel', { time, reason: record.reason });
}

/** Tombstones older than a day go: what appears later is an external order. */
export function dropTombstones(money: MoneyState, now: EpochMs): void {
  for (const [id, since] of money.tombstones) {
    if (since > now - LATE_MS) return;
    money.tombstones.delete(id);
  }
}

/** The venue shows an order that had ended here: it works again, as it did before. */
export function resurface(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'resurfaced' }>,
  time: EpochMs,
): void {
  const order = findOrder(money, record.orderId);
  money.tombstones.delete(record.orderId);
  if (!order || isWorking(order)) return;
  move(money, order, 'resurface', { time, reason: 'appeared at the venue after all' });
  if (!isWorking(order)) return;
  order.venueOrderId = record.venueOrderId;
  money.closed.delete(order.id);
  money.working.set(order.id, order);
}

/** The venue's new numbers of an order. */
export function amendOrder(
  money: MoneyState,
  order: Order,
  of: { readonly record: Extract<RecordBody, { kind: 'amended' }>; readonly time: EpochMs },
): void {
  const { record, time } = of;
  if (record.quantity !== null) order.quantity = record.quantity;
  if (record.price !== null) order.price = record.price;
  if (record.triggerPrice !== null) order.triggerPrice = record.triggerPrice;
  order.updatedTime = time;
  if (answersAmend(order.amending, record)) {
    order.amending = undefined;
    if (order.role === 'protective') moveBracket(money, order, record);
  }
  // The venue filled the smaller order before it told that it made it smaller.
  const isFull = isPositive(order.filled) && gte(order.filled, order.quantity);
  if (isFull && isWorking(order)) move(money, order, 'fullFill', { time });
}

/** A stop or target that the operator moved stays there: what follows the position follows it. */
function moveBracket(
  money: MoneyState,
  order: Order,
  { price, triggerPrice }: Extract<RecordBody, { kind: 'amended' }>,
): void {
  const ledger = keptLedgerOf(money, order);
  if (ledger.bracket === null) return;
  ledger.bracket = {
    ...ledger.bracket,
    ...(triggerPrice === null ? {} : { stopPrice: triggerPrice }),
    ...(price === null ? {} : { targetPrice: price }),
  };
}
