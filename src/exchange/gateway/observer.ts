import { type Decimal, gt, isNegative, isPositive, lt, toText } from '../../domain/decimal.ts';
import { runOf } from '../../domain/ids.ts';
import { hasLimitPrice, isTriggerType } from '../../domain/order.ts';
import type { VenueFill, VenueOrder } from '../../domain/venue.ts';
import { type Core, describe } from './core.ts';
import { LIMITS } from './limits.ts';
import type { Lane } from './rate-budget.ts';
import { type Tracked, refOf } from './registry.ts';
import type { Settlement } from './settlement.ts';

/** What a question about one order came to; `doubtful`: the answer was about something else. */
export type Look = 'seen' | 'notFound' | 'doubtful' | 'failed';

/**
 * Everything the venue says of orders and fills, from the stream or in answers, comes through
 * here: verified against the order of ours it claims to be, in any order, any number of times.
 */
export class Observer {
  /** An order was seen at the venue for the first time, or again after it was given up. */
  onSurfaced: (tracked: Tracked) => void = () => undefined;
  /** Something of the account moved that is not ours. */
  onForeign: (reason: string) => void = () => undefined;
  /** Hears of every newer word on an order first; true while a change of ours is open. */
  onChange: (tracked: Tracked, at: VenueOrder) => boolean = () => false;
  private readonly core: Core;
  private readonly settlement: Settlement;
  /** Fills whose order's id is not known yet, by the venue's order id. */
  private readonly strays = new Map<string, VenueFill[]>();
  private strayCount = 0;
  private readonly soon = new Set<Tracked>();

  constructor(core: Core, settlement: Settlement) {
    this.core = core;
    this.settlement = settlement;
  }

  /** A message of the stream about an order; one that is not ours is worth a report. */
  streamedOrder(at: VenueOrder): void {
    const isForeign = this.core.registry.findAt(at) === undefined;
    if (!isForeign) this.order(at);
    else if (this.isOurAccount(at)) this.onForeign('an order that is not ours');
  }

  /** Takes in an order; the order of ours it is, or null when it is none or was not believed. */
  order(at: VenueOrder): Tracked | null {
    if (!this.isOurAccount(at)) return null;
    const tracked = this.core.registry.findAt(at);
    if (!tracked) return null;
    const fault = orderFault(tracked, at);
    if (fault !== null) {
      this.quarantine(`order ${at.venueOrderId}`, `${fault}, not ${describe(tracked.order)}`);
      return null;
    }
    const isNothing = at.status !== 'open' && !isPositive(at.filled);
    // It did arrive and came to nothing: what was concluded stays true.
    if (tracked.phase === 'buried' && isNothing) return tracked;
    this.know(tracked, at.venueOrderId, at.status !== 'rejected');
    this.takeChange(tracked, at);
    this.settlement.totals(tracked, at);
    return tracked;
  }

  /** A message of the stream about a fill. */
  streamedFill(at: VenueFill): void {
    const isForeign = this.core.registry.findAt(at) === undefined;
    this.fill(at);
    if (!isForeign || at.clientOrderId === null) return;
    if (runOf(at.clientOrderId) === null) this.onForeign('a fill that is not ours');
  }

  /** Takes in a fill. One that names no order at all waits for the order's id to become known. */
  fill(at: VenueFill): void {
    if (!this.isOurAccount(at)) return;
    const tracked = this.core.registry.findAt(at);
    // Of another's order, or of one that ended so long ago that the books hold it no more.
    if (!tracked) return at.clientOrderId === null ? this.keepStray(at) : undefined;
    const { order } = tracked;
    const isOther = at.symbol !== order.symbol || at.side !== order.side || namesOther(tracked, at);
    if (isOther || !isPositive(at.quantity) || !isPositive(at.price)) {
      this.quarantine(`fill ${at.id}`, `${at.side} ${at.symbol}, not ${describe(order)}`);
      return;
    }
    this.know(tracked, at.venueOrderId, true);
    this.settlement.take(tracked, at);
  }

  /** Asks the venue for one order and takes in the answer. */
  look(tracked: Tracked, lane: Lane, then: (look: Look, at: VenueOrder | null) => void): void {
    this.core.wire.ask<VenueOrder>({
      lane,
      kind: 'order',
      send: (answer) => this.core.client.fetchOrder(refOf(tracked), answer),
      answer: (result, isLate) => {
        let look: Look = 'failed';
        if (result.ok) look = this.order(result.value) === tracked ? 'seen' : 'doubtful';
        else if (result.fault.kind === 'notFound') look = 'notFound';
        if (!isLate) then(look, result.ok ? result.value : null);
      },
    });
  }

  /** Asks once after a moment in which the stream may tell it. */
  lookSoon(tracked: Tracked): void {
    if (this.soon.has(tracked)) return;
    this.soon.add(tracked);
    this.core.after(LIMITS.streamGraceMs, () => {
      this.soon.delete(tracked);
      this.look(tracked, 'proof', () => undefined);
    });
  }

  private know(tracked: Tracked, venueOrderId: string, isPlaced: boolean): void {
    const { core } = this;
    const { phase, id: orderId } = tracked;
    const isNew = tracked.venueOrderId !== venueOrderId;
    if (isNew) core.registry.learnVenueId(tracked, venueOrderId);
    if (phase === 'buried') {
      core.alarm(`given up, and at the venue after all: ${describe(tracked.order)}`);
      core.registry.revive(tracked);
      core.post({ kind: 'resurfaced', orderId, venueOrderId });
    } else if (phase === 'queued' || phase === 'sent' || phase === 'unknown') {
      tracked.phase = 'open';
      tracked.seenAt = core.now();
      if (isPlaced) core.post({ kind: 'accepted', orderId, venueOrderId });
    }
    if (isNew) this.releaseStrays(venueOrderId);
    if (tracked.phase !== phase) this.onSurfaced(tracked);
  }

  /**
   * What differs from the order as we know it: our own change, a trailing stop that moved, a venue
   * that cut what may only reduce, a hand on the venue's site. The venue's newest word counts.
   */
  private takeChange(tracked: Tracked, at: VenueOrder): void {
    if (at.updatedTime < tracked.updatedTime) return;
    tracked.updatedTime = at.updatedTime;
    if (this.onChange(tracked, at) || at.status !== 'open' || tracked.phase !== 'open') return;
    const { type } = tracked.order;
    const differs = (to: Decimal | null, from: Decimal | null) => (to === from ? null : to);
    const quantity = gt(at.quantity, tracked.filled)
      ? differs(at.quantity, tracked.quantity)
      : null;
    const price = hasLimitPrice(type) ? differs(at.price, tracked.price) : null;
    const trigger = isTriggerType(type) ? differs(at.triggerPrice, tracked.triggerPrice) : null;
    if (quantity === null && price === null && trigger === null) return;
    this.core.registry.change(tracked, { quantity, price, triggerPrice: trigger });
    const changed = { quantity, price, triggerPrice: trigger };
    this.core.post({
      kind: 'amended',
      orderId: tracked.id,
      ...changed,
      reason: 'changed at the venue',
    });
  }

  private keepStray(at: VenueFill): void {
    const { core } = this;
    const list = this.strays.get(at.venueOrderId) ?? [];
    if (list.some(({ id }) => id === at.id)) return;
    if (this.strayCount >= LIMITS.strayFills) {
      core.doubt('too many fills of unknown orders');
      return;
    }
    list.push(at);
    this.strays.set(at.venueOrderId, list);
    this.strayCount += 1;
    core.after(LIMITS.strayFillMs, () => this.dropStray(at));
  }

  private dropStray(at: VenueFill): void {
    const list = this.strays.get(at.venueOrderId);
    const place = list?.indexOf(at) ?? -1;
    if (!list || place < 0) return;
    list.splice(place, 1);
    this.strayCount -= 1;
    if (list.length === 0) this.strays.delete(at.venueOrderId);
  }

  private releaseStrays(venueOrderId: string): void {
    const list = this.strays.get(venueOrderId);
    if (!list) return;
    this.strays.delete(venueOrderId);
    this.strayCount -= list.length;
    for (const fill of list) this.fill(fill);
  }

  /** Is it of the account we asked for? What is not is kept out and said. */
  isOurAccount(at: { readonly accountId: string; readonly venueOrderId: string }): boolean {
    if (at.accountId === this.core.ports.accountId) return true;
    this.quarantine(`message of order ${at.venueOrderId}`, `account ${at.accountId}`);
    return false;
  }

  private quarantine(what: string, why: string): void {
    this.core.doubt(`${what} from the venue not believed: ${why}`);
  }
}

/** What does not fit the order of ours that it claims to be; null when all does. */
function orderFault(tracked: Tracked, at: VenueOrder): string | null {
  const { order } = tracked;
  if (at.symbol !== order.symbol || at.side !== order.side || namesOther(tracked, at)) {
    return `${at.side} ${at.symbol} ${at.clientOrderId ?? at.venueOrderId}`;
  }
  // Of a group, what one fills in part the venue takes from the others.
  const isCuttable = order.reduceOnly || order.cutToFunds || order.groupId !== null;
  // A change that was on its way when the process ended is in no record of ours.
  const isKnown =
    tracked.quantities.includes(at.quantity) ||
    tracked.isTakenOver ||
    (isCuttable && lt(at.quantity, tracked.quantity));
  if (!isKnown || !isPositive(at.quantity)) return `quantity ${toText(at.quantity)}`;
  return isNegative(at.filled) ? `filled ${toText(at.filled)}` : null;
}

/** Does it carry an id of another order? One taken over by its venue id may carry any client id. */
function namesOther(
  tracked: Tracked,
  at: { readonly clientOrderId: string | null; readonly venueOrderId: string },
): boolean {
  if (tracked.venueOrderId !== null && tracked.venueOrderId !== at.venueOrderId) return true;
  if (at.clientOrderId === null || at.clientOrderId === tracked.id) return false;
  return !tracked.isTakenOver;
}
