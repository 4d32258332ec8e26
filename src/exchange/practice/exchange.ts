import { type Decimal, ZERO, abs, isZero, lt, sub } from '../../domain/decimal.ts';
import type { AccountEvent, MarketEvent } from '../../domain/event.ts';
import type { Fill } from '../../domain/fill.ts';
import type { OrderId } from '../../domain/ids.ts';
import type { Market } from '../../domain/market.ts';
import { type Order, isTriggerType } from '../../domain/order.ts';
import type { AccountRecord } from '../../domain/record.ts';
import type { EpochMs } from '../../domain/time.ts';
import type {
  OrderRef,
  VenueAccount,
  VenueFault,
  VenueFill,
  VenueOrder,
  VenueOrderStatus,
  VenueResult,
} from '../../domain/venue.ts';
import type { Clock, OrderChange, Scheduler, VenueListener } from '../../ports.ts';
import type { Refusal } from '../sim/validate.ts';
import { venueIdOf } from '../sim/sim-order.ts';
import { type MatchingVenue, createSimVenue } from '../sim/venue.ts';
import { type OutsideOrder, toOrder } from './outside-order.ts';
import {
  type PracticeOrder,
  PracticeRecords,
  countFill,
  newPracticeOrder,
  toVenueOrder,
} from './records.ts';
import { RequestLimit } from './request-limit.ts';
import {
  type PracticeBalance,
  type PracticeOptions,
  type PracticeRules,
  type RequestKind,
  USUAL_NUMBERING,
  USUAL_RULES,
  notFound,
  refused,
} from './rules.ts';

/**
 * One account of an exchange that is independent of our books: it goes on while our process is
 * down, gives its own ids, keeps its own histories, and knows nothing of intents. Matching,
 * balances and margin are the simulated venue's. Requests answer at once: travel, loss and delay
 * are the wire's business (faulty-client.ts). Everything is bounded (records.ts).
 */
export function createPracticeExchange(options: PracticeOptions): PracticeExchange {
  return new PracticeExchange(options);
}

/** See `createPracticeExchange`. */
export class PracticeExchange {
  readonly accountId: string;
  readonly rules: PracticeRules;
  readonly markets: ReadonlyMap<string, Market>;
  readonly limit: RequestLimit;
  /** The history shows a fill so much later; the rules' at first. */
  fillLagMs: number;
  private readonly clock: Clock;
  private readonly scheduler: Scheduler;
  private readonly sim: MatchingVenue;
  private readonly records: PracticeRecords;
  /** Which order the matching engine's order belongs to, where it is not its own (an overfill). */
  private readonly aliases = new Map<string, PracticeOrder>();
  private readonly listeners = new Set<VenueListener>();
  private fillCount = 0;
  private maintenance = false;
  private closed: Refusal | null = null;
  /** The create being answered: until it is accepted there is no order. */
  private arriving: PracticeOrder | null = null;
  /** The newest one, until the request it answers has taken it. */
  private refusal: Refusal | null = null;
  private stopDeadMan: (() => void) | null = null;

  constructor(options: PracticeOptions) {
    const { accountId, markets, clock, scheduler, model, balances } = options;
    this.accountId = accountId;
    this.records = new PracticeRecords(options.numbering ?? USUAL_NUMBERING);
    this.rules = { ...USUAL_RULES, ...options.rules };
    this.fillLagMs = this.rules.fillLagMs;
    this.clock = clock;
    this.scheduler = scheduler;
    this.markets = new Map(markets.map((market) => [market.symbol, market]));
    this.limit = new RequestLimit(this.rules.limit, clock);
    const books = { balances, positions: options.positions ?? [], openOrders: [] };
    const post = (event: AccountEvent): void => this.hear(event.record);
    this.sim = createSimVenue({ accountId, markets, clock, scheduler, post, model, books });
  }

  /** Prices move: orders match, whoever is connected or not. */
  onMarket(event: MarketEvent): void {
    if (event.kind !== 'candle') return this.sim.onMarket(event, 'close');
    for (const phase of ['open', 'extremes', 'close'] as const) this.sim.onMarket(event, phase);
  }

  /** Hears everything of the account as it happens, nothing lost, until the function is called. */
  listen(listener: VenueListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Why a request is not even looked at; null when it is. */
  admit(kind: RequestKind): VenueFault | null {
    const limited = this.limit.admit(kind === 'cancel');
    if (limited) return limited;
    return this.maintenance ? { kind: 'down', reason: '503: system maintenance' } : null;
  }

  /** The exchange's rules changed (filters, a market that closed): creates are refused so. */
  refuseCreates(refusal: Refusal | null): void {
    this.closed = refusal;
  }

  setMaintenance(on: boolean): void {
    this.maintenance = on;
  }

  /** `clientOrderId` null: an order that its client gave no id. */
  create(order: Readonly<Order>, clientOrderId: string | null = order.id): VenueResult<VenueOrder> {
    if (this.closed) return refused(this.closed.code, this.closed.reason);
    const known = clientOrderId === null ? undefined : this.records.byClient(clientOrderId);
    if (known && (known.status === 'open' || !this.rules.reusesIds)) {
      return refused('DUPLICATE_ID', `client order id ${clientOrderId} was used`);
    }
    return this.place(order, clientOrderId);
  }

  cancel(ref: OrderRef): VenueResult<void> {
    const order = this.records.find(ref);
    if (order?.status !== 'open') return notFound(ref);
    this.sim.cancel(order.venueOrderId as OrderId);
    return { ok: true, value: undefined };
  }

  amend(ref: OrderRef, change: OrderChange): VenueResult<VenueOrder> {
    const order = this.records.find(ref);
    if (order?.status !== 'open') return notFound(ref);
    this.refusal = null;
    this.sim.amend(order.venueOrderId as OrderId, change);
    const refusal = this.takeRefusal();
    if (refusal) return refused('INVALID_ORDER', refusal.reason);
    return { ok: true, value: this.told(order) };
  }

  order(ref: OrderRef): VenueResult<VenueOrder> {
    const order = this.records.find(ref);
    return order ? { ok: true, value: this.told(order) } : notFound(ref);
  }

  openOrders(): VenueResult<readonly VenueOrder[]> {
    return { ok: true, value: Array.from(this.records.open(), (order) => this.told(order)) };
  }

  fills(since: EpochMs): VenueResult<readonly VenueFill[]> {
    const until = this.fillLagMs > 0 ? this.clock.now() - this.fillLagMs : Infinity;
    return { ok: true, value: this.records.fillsBetween(since, until) };
  }

  /** Every fill remembered, oldest first, also those that the history does not show yet. */
  everyFill(): readonly VenueFill[] {
    return this.records.fillsBetween(0, Infinity);
  }

  account(): VenueResult<VenueAccount> {
    const { positions: held, balances } = this.sim.report();
    const positions = new Map<string, Decimal>();
    for (const { symbol, kind, base } of this.markets.values()) {
      const quantity = kind === 'spot' ? balances.get(base) : held.get(symbol);
      if (quantity && !isZero(quantity)) positions.set(symbol, quantity);
    }
    const time = this.clock.now();
    return { ok: true, value: { accountId: this.accountId, positions, balances, time } };
  }

  /** The order as it is kept, by the exchange's id. */
  detail(venueOrderId: string): Readonly<PracticeOrder> | undefined {
    return this.records.byVenueId(venueOrderId);
  }

  /** The newest order of this client order id, open or ended. */
  detailByClient(clientOrderId: string): Readonly<PracticeOrder> | undefined {
    return this.records.byClient(clientOrderId);
  }

  /** Every order remembered, oldest first, open and ended. */
  history(): readonly Readonly<PracticeOrder>[] {
    return [...this.records.all()];
  }

  /** Fills of one order, oldest first. */
  fillsOf(venueOrderId: string): readonly VenueFill[] {
    return this.records.fillsOf(venueOrderId);
  }

  /** Every asset the account has or had. */
  balances(): readonly PracticeBalance[] {
    return Array.from(this.sim.report().balances, ([asset, total]) => {
      const free = this.sim.free(asset);
      return { asset, total, free, locked: sub(total, free) };
    });
  }

  /** The highest number given to an order or a fill, above the numbering's own beginning. */
  get numbered(): number {
    return Math.max(this.records.numbered, this.fillCount);
  }

  /** 0 takes the timer away. When it runs out, everything open is canceled. */
  setDeadMan(timeoutMs: number): VenueResult<void> {
    const { deadMan } = this.rules.abilities;
    if (!deadMan) return refused('UNSUPPORTED', 'no dead-man timer here');
    if (timeoutMs > deadMan.longestMs) return refused('INVALID_ORDER', 'timer is too long');
    this.stopDeadMan?.();
    this.stopDeadMan = null;
    if (timeoutMs > 0) {
      this.stopDeadMan = this.scheduler.after(timeoutMs, () => {
        this.stopDeadMan = null;
        this.cancelAll((order) => deadMan.cancelsStops || order.triggerPrice === null);
      });
    }
    return { ok: true, value: undefined };
  }

  /** Cancels every open order that the filter picks; returns how many. */
  cancelAll(pick: (order: Readonly<PracticeOrder>) => boolean = () => true): number {
    const open = Array.from(this.records.open()).filter(pick);
    for (const order of open) this.sim.cancel(order.venueOrderId as OrderId);
    return open.length;
  }

  /** A person on the web or another program trades on the account. */
  placeOutside(asked: OutsideOrder): VenueResult<VenueOrder> {
    const id = asked.clientOrderId ?? null;
    return this.place(toOrder(asked, this.accountId, this.clock.now()), id);
  }

  /** A person closes what is held in a symbol at the market. False when nothing is. */
  closeOutside(symbol: string): boolean {
    const held = this.sim.report().positions.get(symbol) ?? ZERO;
    if (isZero(held)) return false;
    const side = lt(held, ZERO) ? 'buy' : 'sell';
    return this.placeOutside({ symbol, side, type: 'market', quantity: abs(held) }).ok;
  }

  /** Money comes (or goes: below zero) without a trade. */
  deposit(asset: string, amount: Decimal): void {
    this.sim.credit(asset, amount);
    this.tellAccount();
  }

  /**
   * The exchange's own error: it executes more of an order than was asked for. False when the
   * order is unknown or the market gives nothing.
   */
  overfill(venueOrderId: string, quantity: Decimal): boolean {
    const order = this.records.byVenueId(venueOrderId);
    if (!order || isZero(order.filled)) return false;
    const { symbol, side } = order;
    const before = order.filled;
    const more = { symbol, side, type: 'market', quantity } as const;
    const id = `${venueOrderId}-over-${(this.fillCount += 1)}`;
    this.aliases.set(id, order);
    this.sim.submit({ ...toOrder(more, this.accountId, this.clock.now()), id: id as OrderId });
    this.sim.cancel(id as OrderId);
    this.aliases.delete(id);
    return order.filled !== before;
  }

  private place(asked: Readonly<Order>, clientOrderId: string | null): VenueResult<VenueOrder> {
    const venueOrderId = this.records.nextId();
    const { symbol, side, type, quantity, price, triggerPrice, reduceOnly } = asked;
    const what = { symbol, side, type, quantity, price, triggerPrice, reduceOnly };
    const createdTime = this.clock.now();
    const order = newPracticeOrder({
      ...what,
      timeInForce: asked.timeInForce,
      postOnly: asked.postOnly,
      createdTime,
      updatedTime: createdTime,
      venueOrderId,
      clientOrderId,
      isWorking: !isTriggerType(type),
    });
    this.records.add(order);
    this.refusal = null;
    this.arriving = order;
    this.sim.submit({ ...asked, id: venueOrderId as OrderId, createdTime });
    this.arriving = null;
    const refusal = this.takeRefusal();
    if (order.status === 'rejected' && refusal) return refused(refusal.code, refusal.reason);
    return { ok: true, value: this.told(order) };
  }

  private takeRefusal(): Refusal | null {
    const { refusal } = this;
    this.refusal = null;
    return refusal;
  }

  /** What the matching engine says of one of its orders. */
  private hear(record: AccountRecord): void {
    if (record.kind === 'funding') return this.tellAccount();
    if (!('orderId' in record)) return;
    const order = this.aliases.get(record.orderId) ?? this.records.byVenueId(record.orderId);
    if (!order) return;
    // Of an overfill only the executions are known outside.
    if (this.aliases.has(record.orderId) && record.kind !== 'fill') return;
    switch (record.kind) {
      case 'fill':
        return this.bookFill(order, record);
      case 'rejected':
        this.refusal = record;
        if (this.arriving === order) return this.drop(order);
        return this.finish(order, 'rejected', `${record.code}: ${record.reason}`);
      case 'canceled':
        return this.finish(order, 'canceled', record.reason);
      case 'expired':
        return this.finish(order, 'expired', record.reason);
      case 'amended':
        return this.move(order, record);
      case 'accepted':
        if (this.arriving === order) this.arriving = null;
        if (record.venueOrderId === venueIdOf(record.orderId, true)) order.isWorking = true;
        return this.tell(order);
      default:
        return;
    }
  }

  /** Refused before there was an order: nobody can ask for it later. */
  private drop(order: PracticeOrder): void {
    order.status = 'rejected';
    this.records.drop(order);
  }

  private move(
    order: PracticeOrder,
    to: Extract<AccountRecord, { readonly kind: 'amended' }>,
  ): void {
    if (to.quantity === null && to.price === null && to.triggerPrice === null) {
      this.refusal = { code: 'INVALID_ORDER', reason: to.reason };
      return;
    }
    if (to.quantity !== null) order.quantity = to.quantity;
    if (to.price !== null) order.price = to.price;
    if (to.triggerPrice !== null) order.triggerPrice = to.triggerPrice;
    order.reason = to.reason;
    this.tell(order);
  }

  private bookFill(order: PracticeOrder, of: Fill): void {
    countFill(order, of);
    order.isWorking = true;
    const { venueOrderId, clientOrderId } = order;
    const { symbol, side, price, quantity, fee, feeAsset, feeQuote, liquidity, time } = of;
    const id = this.records.fillId((this.fillCount += 1));
    const what = { symbol, side, price, quantity, fee, feeAsset, feeQuote, liquidity, time };
    const { accountId } = this;
    const fill: VenueFill = { id, accountId, venueOrderId, clientOrderId, ...what };
    this.records.addFill(fill);
    for (const listener of this.listeners) listener.onFill(fill);
    if (order.status === 'open' && !lt(order.filled, order.quantity)) {
      this.finish(order, 'filled', null);
    } else {
      this.tell(order);
    }
  }

  private finish(order: PracticeOrder, status: VenueOrderStatus, reason: string | null): void {
    order.status = status;
    order.reason = reason;
    this.records.end(order);
    this.tell(order);
  }

  private tell(order: PracticeOrder): void {
    order.updatedTime = this.clock.now();
    const told = this.told(order);
    for (const listener of this.listeners) listener.onOrder(told);
  }

  private tellAccount(): void {
    const account = this.account();
    if (!account.ok) return;
    for (const listener of this.listeners) listener.onAccount(account.value);
  }

  private told(order: PracticeOrder): VenueOrder {
    return toVenueOrder(order, this.accountId);
  }
}
