import { dropOldest } from '../../domain/bounded.ts';
import { type Decimal, ZERO, lt, parseDecimal, sub } from '../../domain/decimal.ts';
import type { OrderId } from '../../domain/ids.ts';
import type { Market } from '../../domain/market.ts';
import type { Order, OrderAmend } from '../../domain/order.ts';
import type { RecordBody } from '../../domain/record.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { OrderRef, VenueFill, VenueOrder } from '../../domain/venue.ts';
import { LIMITS } from './limits.ts';

/** What the order manager reads of the engine's books; it never changes them. */
export interface GatewayBooks {
  readonly working: ReadonlyMap<OrderId, Readonly<Order>>;
  readonly closed: ReadonlyMap<OrderId, Readonly<Order>>;
  /** Orders concluded never placed, with the time of the conclusion. */
  readonly tombstones: ReadonlyMap<OrderId, EpochMs>;
  readonly markets: ReadonlyMap<string, Market>;
  /** By symbol: fills that were only inferred, among all that moved the symbol since. */
  readonly provisional: ReadonlyMap<
    string,
    { readonly moves: readonly { readonly record: RecordBody }[] }
  >;
}

/**
 * Where an order is on its way: `queued` has not left, `sent` waits for its answer, `unknown` lost
 * it, `open` was seen at the venue, `ended` can do nothing more, `buried` was concluded never
 * placed (a tombstone).
 */
export type Phase = 'queued' | 'sent' | 'unknown' | 'open' | 'ended' | 'buried';

/** A fill made of an order's totals; `fills` of the venue are to replace it. */
export interface Inferred {
  readonly id: string;
  readonly quantity: Decimal;
}

/** The order manager's knowledge of one order of ours. Quantities are what was posted. */
export interface Tracked {
  readonly id: OrderId;
  readonly order: Readonly<Order>;
  /** Came from the books and not by a send of ours: adopted perhaps, with a client id not ours. */
  readonly isTakenOver: boolean;
  phase: Phase;
  venueOrderId: string | null;
  /** Venue time before which it has no fill that the books lack. */
  fillsFrom: EpochMs;
  /** Monotonic time of the one send; of the restart for an order that a restart found. */
  sentAt: number;
  /** Monotonic time at which it was first seen at the venue. */
  seenAt: number;
  /** The venue's clock of the newest word on it. */
  updatedTime: EpochMs;
  quantity: Decimal;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  /** Quantities the venue may say: as created, and as any amend asked for. */
  readonly quantities: Decimal[];
  filled: Decimal;
  notional: Decimal;
  readonly fillIds: Set<string>;
  /** Oldest first; while there are any, the venue's own fills are held until they fit. */
  readonly inferred: Inferred[];
  readonly held: Map<string, VenueFill>;
  /** The venue's totals that its fills do not cover yet. */
  wanted: VenueOrder | null;
  /** The venue's final word, told once every fill before it is. */
  ending: VenueOrder | null;
  /** The operator or the engine wants it gone. */
  isCancelAsked: boolean;
}

/** Mark of an inferred fill's id, between the order and what was filled before. */
export const INFERRED_MARK = '~';

/** Orders of ours by both ids. Bounded: ended ones beyond a number are read from the books again. */
export class Registry {
  /** Hears of every order that can do nothing more. */
  onEnd: () => void = () => undefined;
  private readonly books: () => GatewayBooks;
  private readonly readUntil: () => EpochMs;
  private readonly byId = new Map<OrderId, Tracked>();
  private readonly byVenueId = new Map<string, Tracked>();
  private readonly ended = new Map<OrderId, Tracked>();

  /** `readUntil`: the venue's time up to which all fills were read. */
  constructor(books: () => GatewayBooks, readUntil: () => EpochMs) {
    this.books = books;
    this.readUntil = readUntil;
    // What a restart left open. Later ones come by `add`: an order in the books that was not
    // submitted yet still waits for the disk and is not at the venue.
    for (const order of books().working.values()) this.recover(order);
    // What ended with inferred fills is still looked for: the exchange may list it late.
    for (const order of books().closed.values()) {
      if (order.fillIds.some((id) => id.includes(INFERRED_MARK))) this.fromBooks(order.id);
    }
  }

  /** A new order of ours that is to be sent; null when its id was used before. */
  add(order: Readonly<Order>): Tracked | null {
    if (this.byId.has(order.id)) return null;
    return this.keep(track(order, 'queued', false));
  }

  find(id: OrderId): Tracked | undefined {
    return this.byId.get(id) ?? this.fromBooks(id);
  }

  /** By the client id where there is one, else by the venue's. */
  findAt(of: {
    readonly clientOrderId: string | null;
    readonly venueOrderId: string;
  }): Tracked | undefined {
    const own = of.clientOrderId === null ? undefined : this.find(of.clientOrderId as OrderId);
    return own ?? this.byVenueId.get(of.venueOrderId);
  }

  learnVenueId(tracked: Tracked, venueOrderId: string): void {
    tracked.venueOrderId = venueOrderId;
    this.byVenueId.set(venueOrderId, tracked);
  }

  /** Everything that can still do something. */
  *live(): Iterable<Tracked> {
    for (const tracked of this.byId.values()) {
      if (tracked.phase !== 'ended' && tracked.phase !== 'buried') yield tracked;
    }
  }

  /** Orders with an inferred fill whose real ones may still come. */
  *inferred(): Iterable<Tracked> {
    for (const tracked of this.byId.values()) if (tracked.inferred.length > 0) yield tracked;
  }

  /** Takes in orders that the engine adopted. */
  takeOverAdopted(): void {
    for (const order of this.books().working.values()) this.find(order.id);
  }

  /** Marks the end of an order; the oldest ended ones are forgotten beyond a number. */
  end(tracked: Tracked, phase: 'ended' | 'buried'): void {
    tracked.phase = phase;
    this.ended.set(tracked.id, tracked);
    if (this.ended.size > LIMITS.ended) this.forgetOldest();
    this.onEnd();
  }

  /** Takes over what an order has become; null leaves as it is. */
  change(tracked: Tracked, { quantity, price, triggerPrice }: OrderAmend): void {
    tracked.quantity = quantity ?? tracked.quantity;
    tracked.price = price ?? tracked.price;
    tracked.triggerPrice = triggerPrice ?? tracked.triggerPrice;
    if (quantity && !tracked.quantities.includes(quantity)) tracked.quantities.push(quantity);
  }

  revive(tracked: Tracked): void {
    this.ended.delete(tracked.id);
    tracked.phase = 'open';
    tracked.ending = null;
  }

  private forgetOldest(): void {
    const [before] = this.ended.values();
    dropOldest(this.ended, LIMITS.ended);
    if (!before) return;
    this.byId.delete(before.id);
    if (before.venueOrderId !== null) this.byVenueId.delete(before.venueOrderId);
  }

  private fromBooks(id: OrderId): Tracked | undefined {
    const books = this.books();
    const order = books.closed.get(id);
    if (!order) return this.takeOver(books.working.get(id));
    const tracked = this.recover(order);
    this.end(tracked, books.tombstones.has(id) ? 'buried' : 'ended');
    return tracked;
  }

  /** An order that was adopted: at the venue, and not by a send of ours. */
  private takeOver(order: Readonly<Order> | undefined): Tracked | undefined {
    if (!order || order.venueOrderId === null) return undefined;
    return this.recover(order);
  }

  /** An inferred fill is dated by the venue, its order by a clock of ours that may have been ahead. */
  private recover(order: Readonly<Order>): Tracked {
    const tracked = recovered(order);
    for (const { record } of this.books().provisional.get(order.symbol)?.moves ?? []) {
      if (record.kind !== 'fill' || record.orderId !== order.id || !record.inferred) continue;
      tracked.fillsFrom = Math.min(tracked.fillsFrom, record.time);
    }
    return this.keep(tracked);
  }

  private keep(tracked: Tracked): Tracked {
    this.byId.set(tracked.id, tracked);
    if (tracked.venueOrderId !== null) this.byVenueId.set(tracked.venueOrderId, tracked);
    // By now the venue may have told more than our clock, where that is ahead, believes possible.
    tracked.fillsFrom = Math.min(tracked.fillsFrom, this.readUntil());
    return tracked;
  }
}

/** How the client is told which order is meant. */
export function refOf(tracked: Tracked): OrderRef {
  const { id, venueOrderId, order } = tracked;
  return { symbol: order.symbol, orderId: id, venueOrderId };
}

function track(order: Readonly<Order>, phase: Phase, isTakenOver: boolean): Tracked {
  return {
    id: order.id,
    order,
    isTakenOver,
    phase,
    venueOrderId: order.venueOrderId,
    fillsFrom: order.createdTime,
    sentAt: 0,
    seenAt: 0,
    updatedTime: 0,
    quantity: order.quantity,
    price: order.price,
    triggerPrice: order.triggerPrice,
    quantities: [order.quantity],
    filled: order.filled,
    notional: order.filledNotional,
    fillIds: new Set(order.fillIds),
    inferred: [],
    held: new Map(),
    wanted: null,
    ending: null,
    isCancelAsked: false,
  };
}

/** An order as the books have it: what was never acknowledged is unknown after a restart. */
function recovered(order: Readonly<Order>): Tracked {
  const wasSeen = order.venueOrderId !== null && order.status !== 'unknown';
  const phase = wasSeen && order.status !== 'submitted' ? 'open' : 'unknown';
  const tracked = track(order, phase, true);
  tracked.isCancelAsked = order.status === 'pendingCancel';
  if (order.amending?.quantity) tracked.quantities.push(order.amending.quantity);
  tracked.inferred.push(...inferredOf(order));
  return tracked;
}

/** Inferred fills follow each other without a gap: each reaches to the next, the last to the end. */
function inferredOf(order: Readonly<Order>): Inferred[] {
  const starts = order.fillIds
    .filter((id) => id.startsWith(`${order.id}${INFERRED_MARK}`))
    .map((id) => ({ id, before: filledBefore(id) }))
    .sort((a, b) => (lt(a.before, b.before) ? -1 : 1));
  return starts.map(({ id, before }, at) => ({
    id,
    quantity: sub(starts[at + 1]?.before ?? order.filled, before),
  }));
}

/** What an inferred fill's id says was filled before it. */
function filledBefore(id: string): Decimal {
  return parseDecimal(id.slice(id.indexOf(INFERRED_MARK) + 1)) ?? ZERO;
}
