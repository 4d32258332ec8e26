import type { OrderId } from '../../domain/ids.ts';
import type { OrderRef, VenueResult } from '../../domain/venue.ts';
import { type Core, describe } from './core.ts';
import type { Creates } from './creates.ts';
import { LIMITS, backoffMs } from './limits.ts';
import type { Observer } from './observer.ts';
import { type Tracked, refOf } from './registry.ts';
import type { Unknowns } from './unknowns.ts';

interface Wish {
  attempt: number;
  /** One of it waits to leave (a ban): another would only follow it. */
  isWaiting: boolean;
  cancelTimer: () => void;
}

/**
 * Cancels: sent at once, repeated until the venue has said what became of the order. A cancel that
 * is answered is not the end: the end is what the order's own totals say (RELIABILITY F9–F11).
 */
export class Cancels {
  private readonly core: Core;
  private readonly observer: Observer;
  private readonly creates: Creates;
  private readonly unknowns: Unknowns;
  private readonly wishes = new Map<OrderId, Wish>();

  constructor(parts: {
    readonly core: Core;
    readonly observer: Observer;
    readonly creates: Creates;
    readonly unknowns: Unknowns;
  }) {
    this.core = parts.core;
    this.observer = parts.observer;
    this.creates = parts.creates;
    this.unknowns = parts.unknowns;
  }

  cancel(orderId: OrderId): void {
    const tracked = this.core.registry.find(orderId);
    if (!tracked) {
      this.core.post({ kind: 'cancelRejected', orderId, reason: 'it was never sent' });
      return;
    }
    tracked.isCancelAsked = true;
    if (this.wishes.has(orderId)) return;
    if (isOver(tracked)) return this.cancelEnded(tracked);
    if (tracked.phase === 'queued' && this.creates.withdraw(tracked)) return;
    this.begin(tracked);
  }

  /** The order is at the venue now: what was wished before goes out again at once. */
  resume(tracked: Tracked): void {
    if (!tracked.isCancelAsked || isOver(tracked)) return;
    const wish = this.wishes.get(tracked.id);
    if (!wish) return this.begin(tracked);
    wish.attempt = 0;
    this.send(tracked, wish);
  }

  /** An order of the account that is not ours. */
  cancelExternal(ref: OrderRef, attempt = 0): void {
    const again = (reason: string) => {
      if (attempt + 1 >= LIMITS.externalCancels) {
        this.core.alarm(`order ${ref.venueOrderId ?? ''} could not be canceled: ${reason}`);
        return;
      }
      const wait = backoffMs(attempt, this.core.ports.rng);
      this.core.after(wait, () => this.cancelExternal(ref, attempt + 1));
    };
    this.core.wire.ask<void>({
      lane: 'cancel',
      kind: 'cancel',
      send: (answer) => this.core.client.cancelOrder(ref, answer),
      answer: (result, isLate) => {
        if (isLate) return;
        if (result.ok || result.fault.kind === 'notFound') {
          this.observer.onForeign('an order that is not ours was canceled');
        } else again(result.fault.reason);
      },
    });
  }

  /** Ended for us, and still to be canceled: the venue may have shown it open. */
  private cancelEnded(tracked: Tracked): void {
    const { core } = this;
    core.wire.ask<void>({
      lane: 'cancel',
      kind: 'cancel',
      send: (answer) => core.client.cancelOrder(refOf(tracked), answer),
      answer: (result) => {
        if (result.ok) return this.observer.look(tracked, 'proof', () => undefined);
        const { reason } = result.fault;
        core.post({ kind: 'cancelRejected', orderId: tracked.id, reason });
      },
    });
  }

  private begin(tracked: Tracked): void {
    const cancelTimer = () => undefined;
    const wish: Wish = { attempt: 0, isWaiting: false, cancelTimer };
    this.wishes.set(tracked.id, wish);
    this.core.after(LIMITS.cancelAlarmMs, () => {
      if (this.isDone(tracked, wish)) return;
      const seconds = LIMITS.cancelAlarmMs / 1000;
      this.core.alarm(`cancel not confirmed for ${seconds} s: ${describe(tracked.order)}`);
    });
    this.send(tracked, wish);
  }

  private send(tracked: Tracked, wish: Wish): void {
    wish.cancelTimer();
    if (this.isDone(tracked, wish)) return;
    const { core } = this;
    // Set before it is sent: a cancel that is held back or lost is repeated all the same.
    const wait = backoffMs(wish.attempt, core.ports.rng);
    wish.attempt += 1;
    wish.cancelTimer = core.after(wait, () => this.send(tracked, wish));
    if (wish.isWaiting) return;
    wish.isWaiting = true;
    core.wire.ask<void>({
      lane: 'cancel',
      kind: 'cancel',
      send: (answer) => {
        wish.isWaiting = false;
        core.client.cancelOrder(refOf(tracked), answer);
      },
      answer: (result) => this.answered(tracked, wish, result),
    });
  }

  private answered(tracked: Tracked, wish: Wish, result: VenueResult<void>): void {
    if (this.isDone(tracked, wish) || tracked.phase !== 'open') return;
    if (!result.ok && result.fault.kind === 'notFound') return this.look(tracked);
    if (!result.ok && result.fault.kind !== 'rejected') return;
    // The stream normally tells the end, fills first; where it does not, the order is asked for.
    this.core.after(LIMITS.streamGraceMs, () => {
      if (!this.isDone(tracked, wish) && tracked.ending === null) this.look(tracked);
    });
  }

  private look(tracked: Tracked): void {
    this.observer.look(tracked, 'proof', (look) => {
      if (look !== 'notFound' || tracked.phase !== 'open') return;
      this.unknowns.begin(tracked, 'the venue no longer knows it', this.core.now());
    });
  }

  private isDone(tracked: Tracked, wish: Wish): boolean {
    if (this.wishes.get(tracked.id) !== wish) return true;
    if (!isOver(tracked)) return false;
    wish.cancelTimer();
    this.wishes.delete(tracked.id);
    return true;
  }
}

const isOver = ({ phase }: Tracked): boolean => phase === 'ended' || phase === 'buried';
