import { type Decimal, ZERO, isZero, sub } from '../../../domain/decimal.ts';
import { dropOldest } from '../../../domain/bounded.ts';
import type { OrderId } from '../../../domain/ids.ts';
import { isTriggerType } from '../../../domain/order.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { VenueFill, VenueOrder } from '../../../domain/venue.ts';
import type { Clock } from '../../../ports.ts';
import type { PracticeExchange } from '../../practice/exchange.ts';
import { toOrder } from '../../practice/outside-order.ts';
import { type PracticeOrder, REMEMBERED } from '../../practice/records.ts';
import type { PracticeBalance } from '../../practice/rules.ts';
import type { EmulatorAccount } from '../dialect.ts';
import { newOrderRejected, ofRefusal, unknownOrder } from './api-error.ts';
import type { NewOrder } from './order-request.ts';
import {
  type OrderNote,
  type SpotOrder,
  type WireStatus,
  accountPosition,
  balanceUpdate,
  executionReport,
  statusOf,
} from './order-shapes.ts';
import { symbolId } from './symbols.ts';

/** What was last told of an order. */
interface Told {
  status: WireStatus;
  isWorking: boolean;
}

type Kept = OrderNote & { readonly told: Told };

/** Which order: by the exchange's number or by the client's id, of one symbol. */
export interface Selector {
  readonly symbol: string;
  readonly orderId: number | null;
  readonly clientOrderId: string | null;
}

/** How ids begin that the exchange makes up. */
const MADE_UP = 'em';

/**
 * One account as the exchange shows it: the practice exchange's orders with what the wire adds,
 * and its user events in the order they happened.
 */
export class SpotAccount {
  readonly of: EmulatorAccount;
  private readonly exchange: PracticeExchange;
  private readonly clock: Clock;
  private readonly notes = new Map<string, Kept>();
  private readonly listeners = new Set<(event: unknown) => void>();
  private readonly known = new Map<string, PracticeBalance>();
  /** Events of a create until it is known to stand; null outside of one. */
  private held: unknown[] | null = null;
  /** The note of the order being created. */
  private arriving: Omit<OrderNote, 'expired' | 'undone' | 'workingTime'> | null = null;
  /** The exchange's id of the newest order that arrived; null before it has. */
  private arrived: string | null = null;
  /** The id of the cancel being carried out. */
  private canceling: string | null = null;
  private ids = 0;
  private reports = 0;
  /** Tells the keeper of lists that an order worked: matched in part, or was triggered. */
  onWork: ((of: SpotOrder) => void) | null = null;
  /** Tells it that an order ended. */
  onEnd: ((of: SpotOrder) => void) | null = null;

  constructor(of: EmulatorAccount, clock: Clock) {
    this.of = of;
    this.exchange = of.exchange;
    this.clock = clock;
    this.remember(this.exchange.balances());
    this.exchange.listen({
      onOrder: (order) => this.hearOrder(order),
      onFill: (fill) => this.hearFill(fill),
      onAccount: () => this.hearMoney(),
      onLink: () => undefined,
    });
  }

  /** Hears every user event until the function is called. */
  listen(hear: (event: unknown) => void): () => void {
    this.listeners.add(hear);
    return () => void this.listeners.delete(hear);
  }

  /** Sends an event as it is. */
  emit(event: unknown): void {
    if (this.held) {
      this.held.push(event);
      return;
    }
    for (const hear of this.listeners) hear(event);
  }

  /** An id for an order or a cancel that its client gave none; no other process gives it again. */
  nextId(): string {
    this.ids += 1;
    return `${MADE_UP}${this.clock.now().toString(36)}x${this.ids.toString(36)}`;
  }

  /** Creates an order; `list` is the one it belongs to. Throws ApiError. */
  place(asked: NewOrder, list: { readonly id: number } = { id: -1 }): SpotOrder {
    const { market, quoteQuantity, trailingDelta } = asked;
    this.arriving = { symbolId: symbolId(market), listId: list.id, quoteQuantity, trailingDelta };
    this.arrived = null;
    return this.together(() => {
      const result = this.exchange.create({
        ...toOrder(outsideOrderOf(asked), this.of.id, this.clock.now()),
        id: (asked.clientOrderId ?? this.nextId()) as OrderId,
        timeInForce: asked.timeInForce,
        postOnly: asked.postOnly,
        trailFraction: asked.trailFraction,
        groupId: list.id < 0 ? null : String(list.id),
      });
      this.arriving = null;
      const order = this.arrived === null ? undefined : this.exchange.detail(this.arrived);
      // One that found nothing was an order; one that matching refused has never been.
      if (order && this.isReal(order)) return this.withNote(order);
      if (!result.ok && result.fault.kind === 'rejected') throw ofRefusal(result.fault.code);
      throw newOrderRejected(result.ok ? 'Order was rejected.' : result.fault.reason);
    });
  }

  /** Runs several creates as one: when one is refused, nobody hears of any. */
  together<T>(run: () => T): T {
    const outer = this.held;
    const inner: unknown[] = [];
    this.held = inner;
    try {
      const made = run();
      this.held = outer;
      for (const event of inner) this.emit(event);
      return made;
    } finally {
      this.held = outer;
    }
  }

  /** Takes a created order away again, as if it had never been. */
  undo({ order }: SpotOrder): void {
    const note = this.notes.get(order.venueOrderId);
    if (note) note.undone = true;
    const { symbol, venueOrderId } = order;
    this.exchange.cancel({ symbol, orderId: null, venueOrderId });
  }

  /** Cancels an open order under the cancel's own id. Throws ApiError. */
  cancel(which: Selector, cancelId: string): SpotOrder {
    const found = this.find(which);
    if (found?.order.status !== 'open') throw unknownOrder();
    this.end(found, cancelId);
    return found;
  }

  /** Ends the other leg of a list: it expires. */
  expire(of: SpotOrder): void {
    const note = this.notes.get(of.order.venueOrderId);
    if (!note || of.order.status !== 'open') return;
    note.expired = true;
    this.end(of, null);
  }

  /** An order of the account; undefined when there is none. */
  find({ symbol, orderId, clientOrderId }: Selector): SpotOrder | undefined {
    const order =
      orderId === null
        ? this.exchange.detailByClient(clientOrderId ?? '')
        : this.exchange.detail(String(orderId));
    if (!order || order.symbol !== symbol || !this.isReal(order)) return undefined;
    return this.withNote(order);
  }

  /** Every order remembered, oldest first. */
  orders(): SpotOrder[] {
    return this.exchange
      .history()
      .filter((order) => this.isReal(order))
      .map((order) => this.withNote(order));
  }

  /** Orders that work or wait for their trigger, oldest first. */
  open(): SpotOrder[] {
    const open = this.exchange.openOrders();
    const ids = open.ok ? open.value.map(({ venueOrderId }) => venueOrderId) : [];
    return ids.flatMap((id) => {
      const order = this.exchange.detail(id);
      return order ? [this.withNote(order)] : [];
    });
  }

  fillsOf({ order }: SpotOrder): readonly VenueFill[] {
    return this.exchange.fillsOf(order.venueOrderId);
  }

  /** Executions from a time on, as far back as they are remembered; oldest first. */
  fills(since: EpochMs): readonly VenueFill[] {
    const fills = this.exchange.fills(since);
    return fills.ok ? fills.value : [];
  }

  balances(): readonly PracticeBalance[] {
    return this.exchange.balances();
  }

  /** What the dialect knows of an order by the exchange's id. */
  note(venueOrderId: string, symbol: string): OrderNote {
    return this.notes.get(venueOrderId) ?? this.newNote(venueOrderId, symbol);
  }

  /** What matching refused outright has never been an order. */
  private isReal({ venueOrderId, status, type, reason }: Readonly<PracticeOrder>): boolean {
    if (this.notes.get(venueOrderId)?.undone) return false;
    if (status !== 'rejected' || isTriggerType(type)) return true;
    return /^(?:NO_LIQUIDITY|FOK_NOT_FILLABLE)/.test(reason ?? '');
  }

  private end({ order }: SpotOrder, cancelId: string | null): void {
    const { symbol, venueOrderId } = order;
    const before = this.canceling;
    this.canceling = cancelId;
    this.exchange.cancel({ symbol, orderId: null, venueOrderId });
    this.canceling = before;
  }

  private withNote(order: Readonly<PracticeOrder>): SpotOrder {
    return { order, note: this.note(order.venueOrderId, order.symbol) };
  }

  private newNote(venueOrderId: string, symbol: string): Kept {
    const order = this.exchange.detail(venueOrderId);
    const market = this.exchange.markets.get(symbol);
    const note: Kept = {
      symbolId: market ? symbolId(market) : symbol,
      listId: -1,
      quoteQuantity: null,
      trailingDelta: null,
      ...this.arriving,
      expired: false,
      undone: false,
      workingTime: order && !isTriggerType(order.type) ? order.createdTime : null,
      told: { status: 'REJECTED', isWorking: false },
    };
    if (this.arriving) this.arrived = venueOrderId;
    this.arriving = null;
    this.notes.set(venueOrderId, note);
    dropOldest(this.notes, 2 * REMEMBERED);
    return note;
  }

  private hearOrder({ venueOrderId, symbol }: VenueOrder): void {
    const order = this.exchange.detail(venueOrderId);
    if (!order) return;
    const known = this.notes.get(venueOrderId);
    const note = known ?? this.newNote(venueOrderId, symbol);
    const { told } = note;
    const of = { order, note };
    const status = statusOf(of);
    const isTriggered = order.isWorking && !told.isWorking && known !== undefined;
    const isNews = told.status !== status || isTriggered;
    if (order.isWorking) note.workingTime ??= this.clock.now();
    told.isWorking = order.isWorking;
    told.status = status;
    if (isNews && status !== 'FILLED' && status !== 'PARTIALLY_FILLED') this.report(of, status);
    this.tellBalances();
    if (isTriggered && order.status === 'open') this.onWork?.(of);
    if (order.status !== 'open') this.onEnd?.(of);
  }

  private report(of: SpotOrder, type: 'NEW' | 'CANCELED' | 'EXPIRED' | 'REJECTED'): void {
    const cancelId = type === 'CANCELED' ? this.canceling : null;
    const now = this.clock.now();
    const number = (this.reports += 1);
    this.emit(
      executionReport(of, now, { type, number, ...(cancelId === null ? {} : { cancelId }) }),
    );
  }

  private hearFill(fill: VenueFill): void {
    const order = this.exchange.detail(fill.venueOrderId);
    if (!order) return;
    const note = this.notes.get(fill.venueOrderId) ?? this.newNote(fill.venueOrderId, fill.symbol);
    const of = { order, note };
    note.workingTime ??= fill.time;
    note.told.isWorking = true;
    note.told.status = statusOf(of);
    const number = (this.reports += 1);
    this.emit(executionReport(of, this.clock.now(), { type: 'TRADE', number, fill }));
    this.tellBalances();
    this.onWork?.(of);
  }

  private hearMoney(): void {
    const now = this.clock.now();
    for (const balance of this.exchange.balances()) {
      const before = this.known.get(balance.asset)?.total ?? ZERO;
      const delta: Decimal = sub(balance.total, before);
      if (!isZero(delta)) this.emit(balanceUpdate(balance.asset, delta, now));
    }
    this.tellBalances();
  }

  private tellBalances(): void {
    const changed = this.exchange.balances().filter(({ asset, free, locked }) => {
      const before = this.known.get(asset);
      return before?.free !== free || before.locked !== locked;
    });
    if (changed.length === 0) return;
    this.remember(changed);
    this.emit(accountPosition(changed, this.clock.now()));
  }

  private remember(balances: readonly PracticeBalance[]): void {
    for (const balance of balances) this.known.set(balance.asset, balance);
  }
}

function outsideOrderOf(asked: NewOrder): Parameters<typeof toOrder>[0] {
  const { market, side, type, quantity, price, triggerPrice } = asked;
  return {
    symbol: market.symbol,
    side,
    type,
    quantity,
    ...(price === null ? {} : { price }),
    ...(triggerPrice === null ? {} : { triggerPrice }),
  };
}
