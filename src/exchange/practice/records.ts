/** What the practice exchange remembers: orders, the index of client order ids, fills. */
import { type Decimal, ZERO, add, div, isZero, mul } from '../../domain/decimal.ts';
import type { OrderType, TimeInForce } from '../../domain/order.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Side } from '../../domain/trade.ts';
import type { OrderRef, VenueFill, VenueOrder, VenueOrderStatus } from '../../domain/venue.ts';

/** An order as the exchange keeps it; `toVenueOrder` is what it tells. */
export interface PracticeOrder {
  readonly venueOrderId: string;
  readonly clientOrderId: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly reduceOnly: boolean;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly createdTime: EpochMs;
  /** Can match: false for a stop that waits for its trigger. */
  isWorking: boolean;
  quantity: Decimal;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  status: VenueOrderStatus;
  filled: Decimal;
  /** Quote paid or received so far. */
  notional: Decimal;
  updatedTime: EpochMs;
  reason: string | null;
}

/** The order as it is now, for whoever asks. */
export function toVenueOrder(order: PracticeOrder, accountId: string): VenueOrder {
  const {
    notional,
    timeInForce: _1,
    postOnly: _2,
    createdTime: _3,
    isWorking: _4,
    ...told
  } = order;
  const averagePrice = isZero(order.filled) ? null : div(notional, order.filled);
  return { ...told, accountId, averagePrice };
}

/** Adds one execution to an order's totals. */
export function countFill(order: PracticeOrder, of: { price: Decimal; quantity: Decimal }): void {
  order.filled = add(order.filled, of.quantity);
  order.notional = add(order.notional, mul(of.price, of.quantity));
}

/** How ids look: letters, then a number above `from`. */
export interface Numbering {
  readonly order: string;
  readonly fill: string;
  readonly from: number;
}

/** Ended orders and fills remembered at least; twice as many at most. */
export const REMEMBERED = 20_000;

/** The exchange's clock may be set back by so much between two fills (F30). */
const CLOCK_SLACK_MS = 60_000;

/** Orders by both ids, and the fills, oldest first. Bounded: the oldest ended ones are forgotten. */
export class PracticeRecords {
  private readonly orders = new Map<string, PracticeOrder>();
  private readonly byClientId = new Map<string, PracticeOrder>();
  private readonly working = new Map<string, PracticeOrder>();
  private fills: VenueFill[] = [];
  private count = 0;
  private readonly numbering: Numbering;

  constructor(numbering: Numbering) {
    this.numbering = numbering;
  }

  /** Next venue order id. */
  nextId(): string {
    this.count += 1;
    return `${this.numbering.order}${this.numbering.from + this.count}`;
  }

  /** Orders numbered so far. */
  get numbered(): number {
    return this.count;
  }

  /** Id of the n-th fill. */
  fillId(count: number): string {
    return `${this.numbering.fill}${this.numbering.from + count}`;
  }

  /** Everything remembered, oldest first. */
  all(): Iterable<PracticeOrder> {
    return this.orders.values();
  }

  /** Fills of one order, oldest first. */
  fillsOf(venueOrderId: string): VenueFill[] {
    return this.fills.filter((fill) => fill.venueOrderId === venueOrderId);
  }

  add(order: PracticeOrder): void {
    this.orders.set(order.venueOrderId, order);
    this.working.set(order.venueOrderId, order);
    if (order.clientOrderId !== null) this.byClientId.set(order.clientOrderId, order);
    if (this.orders.size > 2 * REMEMBERED) this.forget();
  }

  end(order: PracticeOrder): void {
    this.working.delete(order.venueOrderId);
  }

  /** As if it had never been. */
  drop(order: PracticeOrder): void {
    this.working.delete(order.venueOrderId);
    this.orders.delete(order.venueOrderId);
    this.forgetClientId(order);
  }

  byVenueId(venueOrderId: string): PracticeOrder | undefined {
    return this.orders.get(venueOrderId);
  }

  /** The newest order of this client id. */
  byClient(clientOrderId: string): PracticeOrder | undefined {
    return this.byClientId.get(clientOrderId);
  }

  find(ref: OrderRef): PracticeOrder | undefined {
    const order =
      (ref.venueOrderId === null ? undefined : this.orders.get(ref.venueOrderId)) ??
      (ref.orderId === null ? undefined : this.byClientId.get(ref.orderId));
    return order?.symbol === ref.symbol ? order : undefined;
  }

  open(): Iterable<PracticeOrder> {
    return this.working.values();
  }

  get openCount(): number {
    return this.working.size;
  }

  addFill(fill: VenueFill): void {
    this.fills.push(fill);
    if (this.fills.length > 2 * REMEMBERED) this.fills = this.fills.slice(-REMEMBERED);
  }

  /** Fills of `from` up to and with `until`, oldest first. */
  fillsBetween(from: EpochMs, until: EpochMs): VenueFill[] {
    let at = this.fills.length;
    while (at > 0 && (this.fills[at - 1]?.time ?? 0) >= from - CLOCK_SLACK_MS) at -= 1;
    return this.fills.slice(at).filter(({ time }) => time >= from && time <= until);
  }

  private forget(): void {
    for (const [id, order] of this.orders) {
      if (this.orders.size <= REMEMBERED) return;
      if (this.working.has(id)) continue;
      this.orders.delete(id);
      this.forgetClientId(order);
    }
  }

  private forgetClientId(order: PracticeOrder): void {
    const { clientOrderId } = order;
    if (clientOrderId === null || this.byClientId.get(clientOrderId) !== order) return;
    this.byClientId.delete(clientOrderId);
  }
}

/** A new order that has done nothing yet. */
export function newPracticeOrder(
  of: Omit<PracticeOrder, 'status' | 'filled' | 'notional' | 'reason'>,
): PracticeOrder {
  return { ...of, status: 'open', filled: ZERO, notional: ZERO, reason: null };
}
