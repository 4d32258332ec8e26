import { dropOldest } from '../../domain/bounded.ts';
import type { Candle } from '../../domain/candle.ts';
import {
  type Decimal,
  ZERO,
  add,
  gt,
  isPositive,
  isZero,
  lt,
  min,
  mul,
  sub,
  toText,
} from '../../domain/decimal.ts';
import type { Fill } from '../../domain/fill.ts';
import type { OrderId } from '../../domain/ids.ts';
import type { Market } from '../../domain/market.ts';
import { isTriggerType } from '../../domain/order.ts';
import { isAgainst } from '../../domain/position.ts';
import type { AccountRecord } from '../../domain/record.ts';
import type { OrderBook } from '../../market/order-book.ts';
import type { Clock, MatchPhase, PostAccount } from '../../ports.ts';
import { type Ledger, type Line, type Shortage, reservationOf } from './ledger.ts';
import { type SimModel, chargeOf } from './models.ts';
import { type SimOrder, isMarketLike, remainingOf, toMirror, venueIdOf } from './sim-order.ts';
import { type Refusal, checkQuantity, refuse } from './validate.ts';

/** One market at the venue: what it knows of the market, and our orders there, oldest first. */
export interface Desk {
  readonly market: Market;
  readonly line: Line;
  readonly orders: SimOrder[];
  /** Known once the first snapshot came; then orders walk it. */
  book: OrderBook | null;
  /** Trades were seen: they, not book prices, trigger stops. */
  hasTape: boolean;
  /** Candle being matched and the phase that was matched last; only candle markets. */
  candle: Candle | null;
  phase: MatchPhase;
}

/** Does this market show its book or its trades? Then its candles decide nothing. */
export const hasDepth = (desk: Desk): boolean => desk.book !== null || desk.hasTape;

export interface Execution {
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly liquidity: 'maker' | 'taker';
}

/** Finished order ids are remembered this long, so that a repeated id is refused. */
const REMEMBERED_IDS = 1_024;

/** What happens to orders: fills, cancels, refusals, groups, and the answers to the engine. */
export class Executor {
  readonly orders = new Map<OrderId, SimOrder>();
  private readonly finished = new Set<OrderId>();
  private readonly groups = new Map<string, SimOrder[]>();
  readonly model: SimModel;
  private readonly ledger: Ledger;
  private readonly clock: Clock;
  private readonly postAccount: PostAccount;

  constructor(of: { model: SimModel; ledger: Ledger; clock: Clock; post: PostAccount }) {
    this.model = of.model;
    this.ledger = of.ledger;
    this.clock = of.clock;
    this.postAccount = of.post;
  }

  post(record: AccountRecord): void {
    this.postAccount({ kind: 'account', time: this.clock.now(), record });
  }

  /** Does a group of this name exist in another market? Groups live within one. */
  isForeignGroup(order: SimOrder): boolean {
    const group = order.groupId === null ? undefined : this.groups.get(order.groupId);
    return group?.some((other) => other.symbol !== order.symbol) ?? false;
  }

  isFinished(id: OrderId): boolean {
    return this.finished.has(id);
  }

  /** Takes an order into the book and reserves what it needs. */
  insert(desk: Desk, order: SimOrder): void {
    desk.orders.push(order);
    this.orders.set(order.id, order);
    if (order.groupId !== null) {
      const group = this.groups.get(order.groupId);
      if (group) group.push(order);
      else this.groups.set(order.groupId, [order]);
    }
    this.reserve(desk, order);
  }

  /** What of this order's needs is missing before it may rest; null when nothing is. */
  shortageToRest(desk: Desk, order: SimOrder): Shortage | null {
    let amount = this.reservationOf(desk, order);
    if (order.groupId !== null) {
      // Of a group only one can fill: what its others already hold on this side counts.
      for (const other of this.groups.get(order.groupId) ?? []) {
        if (other.id !== order.id && other.side === order.side) amount = sub(amount, other.hold);
      }
    }
    return this.ledger.shortageToRest(desk.line, order, amount);
  }

  accept(order: SimOrder): void {
    const venueOrderId = venueIdOf(order.id, isTriggerType(order.type) && order.active);
    this.post({ kind: 'accepted', orderId: order.id, venueOrderId });
  }

  /** Tells once that an order which goes on working has been triggered. */
  announceTrigger(order: SimOrder): void {
    if (!order.open || order.announced || order.fillCount > 0) return;
    if (!order.active || !isTriggerType(order.type)) return;
    order.announced = true;
    this.accept(order);
  }

  /** Refuses an order: rejected, or canceled when a part of it has filled already. */
  reject(desk: Desk, order: SimOrder, refusal: Refusal): void {
    if (!isZero(order.filled)) {
      this.cancel(desk, order, `${refusal.code}: ${refusal.reason}`);
      return;
    }
    this.remove(desk, order);
    this.post({ kind: 'rejected', orderId: order.id, ...refusal });
  }

  /** Ends an order; the others of its group stay. */
  cancel(desk: Desk, order: SimOrder, reason: string): void {
    this.remove(desk, order);
    this.post({ kind: 'canceled', orderId: order.id, reason });
  }

  /** An order good till a date has reached it. */
  expire(desk: Desk, order: SimOrder): void {
    this.remove(desk, order);
    const reason = `good till ${new Date(order.expireTime).toISOString()}`;
    this.post({ kind: 'expired', orderId: order.id, reason });
  }

  /** Puts an order behind all others: it arrives anew where it stands now. */
  requeue(desk: Desk, order: SimOrder): void {
    order.waiting = true;
    order.arrivedTime = this.clock.now();
    order.queueAhead = Number.POSITIVE_INFINITY;
    const at = desk.orders.indexOf(order);
    if (at < 0) return;
    desk.orders.splice(at, 1);
    desk.orders.push(order);
  }

  /** Changes quantity, price or trigger of a working order and says so. */
  amend(
    desk: Desk,
    order: SimOrder,
    change: { quantity?: Decimal; price?: Decimal; triggerPrice?: Decimal },
    reason: string,
  ): void {
    if (change.quantity !== undefined) order.quantity = change.quantity;
    if (change.price !== undefined) {
      order.price = change.price;
      order.limit = toMirror(change.price);
    }
    if (change.triggerPrice !== undefined) {
      order.triggerPrice = change.triggerPrice;
      order.trigger = toMirror(change.triggerPrice);
    }
    this.reserve(desk, order);
    this.post({
      kind: 'amended',
      orderId: order.id,
      quantity: change.quantity ?? null,
      price: change.price ?? null,
      triggerPrice: change.triggerPrice ?? null,
      reason,
    });
  }

  /**
   * Executes up to `quantity` at a price, after the checks that belong to the moment of a fill:
   * reduce-only is cut to the position, a taker's funds are looked at (and cutToFunds cuts).
   * Returns the quantity that filled; the order may have left the book.
   */
  execute(desk: Desk, order: SimOrder, of: Execution): Decimal {
    if (order.reduceOnly && !this.cutToPosition(desk, order)) return ZERO;
    if (!order.reduceOnly && isMarketLike(order) && !this.checkFunds(desk, order, of)) return ZERO;
    const quantity = min(of.quantity, remainingOf(order));
    if (isPositive(quantity)) this.fill(desk, order, { ...of, quantity });
    return quantity;
  }

  /** Reduce-only: never more than is held. False when nothing is left and it was canceled. */
  private cutToPosition(desk: Desk, order: SimOrder): boolean {
    const most = this.ledger.reducible(desk.line, order.side);
    if (isZero(most)) {
      this.cancel(desk, order, 'reduce-only: no position left to reduce');
      return false;
    }
    if (gt(remainingOf(order), most)) {
      const quantity = add(order.filled, most);
      this.amend(desk, order, { quantity }, `reduce-only: cut to the position ${toText(most)}`);
    }
    return true;
  }

  /**
   * Funds at the moment of a taker's fill: a limit order reserved its worst price, a market order
   * nothing and a stop perhaps too little. An order to be cut is cut to what can be paid; any
   * other that cannot be paid is refused. False when it left the book.
   */
  checkFunds(desk: Desk, order: SimOrder, of: Pick<Execution, 'quantity' | 'price'>): boolean {
    const quantity = min(of.quantity, remainingOf(order));
    if (order.groupId !== null) this.releaseSiblings(desk, order);
    const shortage = this.ledger.shortageToFill(desk.line, order, { quantity, price: of.price });
    if (!shortage) return true;
    if (!order.cutToFunds) {
      this.reject(desk, order, refuseShortage(shortage, desk.market));
      return false;
    }
    const most = this.ledger.affordable(desk.line, order, of.price);
    const refusal = isZero(most)
      ? refuseShortage(shortage, desk.market)
      : (checkQuantity({ quantity: most }, desk.market) ??
        checkCutNotional(mul(most, of.price), desk.market));
    if (refusal) {
      this.reject(desk, order, refusal);
      return false;
    }
    const cut = add(order.filled, most);
    this.amend(desk, order, { quantity: cut }, `cut to funds ${toText(shortage.available)}`);
    return true;
  }

  private fill(desk: Desk, order: SimOrder, of: Execution): void {
    const { market, line } = desk;
    const { side } = order;
    const { fee, asset, quote } = chargeOf({ ...of, side }, market, this.model.fees);
    order.fillCount++;
    const fill: { readonly kind: 'fill' } & Fill = {
      kind: 'fill',
      id: `${order.id}-${order.fillCount}`,
      orderId: order.id,
      accountId: order.accountId,
      symbol: order.symbol,
      side,
      price: of.price,
      quantity: of.quantity,
      fee,
      feeAsset: asset,
      feeQuote: quote,
      liquidity: of.liquidity,
      time: this.clock.now(),
    };
    this.ledger.apply(line, fill);
    order.filled = add(order.filled, of.quantity);
    const complete = !lt(order.filled, order.quantity);
    if (complete) this.remove(desk, order);
    else this.reserve(desk, order);
    this.post(fill);
    if (order.groupId !== null) this.settleGroup(desk, order, { complete, filled: of.quantity });
    if (desk.orders.length > 0) this.dropUseless(desk);
  }

  /** One of a group filled: the others end, or lose what it took. */
  private settleGroup(
    desk: Desk,
    order: SimOrder,
    of: { readonly complete: boolean; readonly filled: Decimal },
  ): void {
    const others = this.groups.get(order.groupId ?? '')?.slice() ?? [];
    for (const other of others) {
      if (other === order || !other.open) continue;
      const quantity = sub(other.quantity, of.filled);
      if (of.complete || !gt(quantity, other.filled)) {
        this.cancel(desk, other, `order ${order.id} of its group filled`);
      } else {
        this.amend(desk, other, { quantity }, `order ${order.id} of its group filled in part`);
      }
    }
  }

  /** Reduce-only orders that could only grow the position, or have none, are canceled. */
  private dropUseless(desk: Desk): void {
    const { position } = desk.line;
    let useless: SimOrder[] | null = null;
    for (const order of desk.orders) {
      if (order.reduceOnly && !isAgainst(position, order.side)) (useless ??= []).push(order);
    }
    if (!useless) return;
    for (const order of useless) {
      if (order.open) this.cancel(desk, order, 'reduce-only: the position is closed');
    }
  }

  private remove(desk: Desk, order: SimOrder): void {
    order.open = false;
    const at = desk.orders.indexOf(order);
    if (at >= 0) desk.orders.splice(at, 1);
    this.orders.delete(order.id);
    this.finished.add(order.id);
    dropOldest(this.finished, REMEMBERED_IDS);
    this.ledger.hold(desk.line, order, ZERO);
    if (order.groupId === null) return;
    const group = this.groups.get(order.groupId);
    const place = group?.indexOf(order) ?? -1;
    if (group && place >= 0) group.splice(place, 1);
    if (group?.length === 0) this.groups.delete(order.groupId);
    else if (group) this.reserveGroup(desk, group);
  }

  private reserve(desk: Desk, order: SimOrder): void {
    const group = order.groupId === null ? undefined : this.groups.get(order.groupId);
    if (group) this.reserveGroup(desk, group);
    else this.ledger.hold(desk.line, order, this.reservationOf(desk, order));
  }

  private reservationOf(desk: Desk, order: SimOrder): Decimal {
    return reservationOf(order, desk.market, this.model.fees);
  }

  /** The one that fills may use what its group reserved; the next change reserves again. */
  private releaseSiblings(desk: Desk, order: SimOrder): void {
    for (const other of this.groups.get(order.groupId ?? '') ?? []) {
      if (other !== order && other.side === order.side) this.ledger.hold(desk.line, other, ZERO);
    }
  }

  /** Only one of a group can fill: the largest need of each side stands for all. */
  private reserveGroup(desk: Desk, group: readonly SimOrder[]): void {
    for (const side of ['buy', 'sell'] as const) {
      let largest: SimOrder | null = null;
      let most = ZERO;
      for (const order of group) {
        if (order.side !== side) continue;
        const need = this.reservationOf(desk, order);
        if (gt(need, most)) [largest, most] = [order, need];
      }
      for (const order of group) {
        if (order.side === side)
          this.ledger.hold(desk.line, order, order === largest ? most : ZERO);
      }
    }
  }
}

/** The refusal of an order whose funds or margin are short, with the values. */
export function refuseShortage(shortage: Shortage, market: Market): Refusal {
  const { asset, needed, available } = shortage;
  const words = `needs ${toText(needed)} ${asset}, free ${toText(available)}`;
  return refuse(market.kind === 'spot' ? 'INSUFFICIENT_FUNDS' : 'INSUFFICIENT_MARGIN', words);
}

function checkCutNotional(value: Decimal, market: Market): Refusal | null {
  if (!lt(value, market.minNotional)) return null;
  const least = toText(market.minNotional);
  return refuse('MIN_NOTIONAL', `cut to funds, notional ${toText(value)} is below ${least}`);
}
