import type { OrderId } from '../../domain/ids.ts';
import type { OrderAmend } from '../../domain/order.ts';
import type { VenueOrder, VenueResult } from '../../domain/venue.ts';
import type { OrderChange } from '../../ports.ts';
import type { Core } from './core.ts';
import { LIMITS, backoffMs } from './limits.ts';
import type { Observer } from './observer.ts';
import { type Tracked, refOf } from './registry.ts';

interface Asked {
  readonly change: OrderChange;
  readonly since: number;
  attempt: number;
}

const NAMES = ['quantity', 'price', 'triggerPrice'] as const;

/**
 * Changes of working orders where the venue can. One whose answer is lost is not sent again: the
 * order is asked for until it shows the change, or is unchanged after every request has expired.
 */
export class Amends {
  private readonly core: Core;
  private readonly observer: Observer;
  private readonly open = new Map<Tracked, Asked>();

  constructor(core: Core, observer: Observer) {
    this.core = core;
    this.observer = observer;
  }

  amend(orderId: OrderId, change: OrderChange): void {
    const tracked = this.core.registry.find(orderId);
    const fault = this.faultOf(tracked);
    if (!tracked || fault !== null) return this.tellRefusal(orderId, fault ?? '');
    const { quantity } = change;
    if (quantity !== undefined) tracked.quantities.push(quantity);
    const asked: Asked = { change, since: this.core.now(), attempt: 0 };
    this.open.set(tracked, asked);
    this.core.wire.ask<VenueOrder>({
      // A stop that follows a fill leaves a part of the holding open until it is changed.
      lane: tracked.order.role === 'entry' ? 'entry' : 'proof',
      kind: 'amend',
      mostWaitMs: LIMITS.entryWaitMs,
      send: (answer) => this.core.client.amendOrder(refOf(tracked), change, answer),
      answer: (result) => this.answered(tracked, asked, result),
    });
  }

  /** A change that a restart found without an answer: never sent again, only asked for. */
  resume(tracked: Tracked, { quantity, price, triggerPrice }: OrderAmend): void {
    const change: OrderChange = {
      ...(quantity === null ? {} : { quantity }),
      ...(price === null ? {} : { price }),
      ...(triggerPrice === null ? {} : { triggerPrice }),
    };
    const asked: Asked = { change, since: this.core.now(), attempt: 0 };
    this.open.set(tracked, asked);
    this.ask(tracked, asked);
  }

  private faultOf(tracked: Tracked | undefined): string | null {
    if (!this.core.client.abilities.amend) return 'this venue cannot change orders';
    if (!tracked || tracked.phase !== 'open') return 'the order is not known to work at the venue';
    return this.open.has(tracked) ? 'a change before it has no answer yet' : null;
  }

  /**
   * A newer word on an order: where it shows what was asked, that is posted. True while a change
   * is open, and then nothing else may be concluded from what differs.
   */
  shows(tracked: Tracked, at: VenueOrder): boolean {
    const asked = this.open.get(tracked);
    if (!asked) return false;
    const { change } = asked;
    if (NAMES.some((name) => change[name] !== undefined && change[name] !== at[name])) return true;
    this.open.delete(tracked);
    const said = {
      quantity: change.quantity ?? null,
      price: change.price ?? null,
      triggerPrice: change.triggerPrice ?? null,
    };
    this.core.registry.change(tracked, said);
    const reason = 'amended on request';
    this.core.post({ kind: 'amended', orderId: tracked.id, ...said, reason });
    return true;
  }

  private answered(tracked: Tracked, asked: Asked, result: VenueResult<VenueOrder>): void {
    if (result.ok) this.observer.order(result.value);
    if (this.open.get(tracked) !== asked) return;
    const { kind, reason } = result.ok ? STALE : result.fault;
    if (kind === 'unknownOutcome') return this.ask(tracked, asked);
    this.refuse(tracked, reason);
    if (kind === 'notFound') this.observer.look(tracked, 'proof', () => undefined);
  }

  private ask(tracked: Tracked, asked: Asked): void {
    const wait = backoffMs(asked.attempt, this.core.ports.rng);
    asked.attempt += 1;
    this.core.after(wait, () => {
      if (this.open.get(tracked) !== asked) return;
      const isFinal = this.core.now() >= asked.since + LIMITS.amendWindowMs;
      this.observer.look(tracked, 'proof', (look, at) => {
        if (this.open.get(tracked) !== asked) return;
        const isGone = look === 'notFound' || (at !== null && at.status !== 'open');
        const isTold = look === 'seen' || look === 'notFound';
        if (!isTold || !(isFinal || isGone)) return this.ask(tracked, asked);
        this.refuse(tracked, isGone ? 'the order is gone' : 'the venue has it as it was');
      });
    });
  }

  private refuse(tracked: Tracked, why: string): void {
    this.open.delete(tracked);
    this.tellRefusal(tracked.id, why);
  }

  private tellRefusal(orderId: OrderId, why: string): void {
    const nothing = { quantity: null, price: null, triggerPrice: null };
    this.core.post({ kind: 'amended', orderId, ...nothing, reason: `refused: ${why}` });
  }
}

/** An answer that does not show the change yet proves nothing. */
const STALE = { kind: 'unknownOutcome', reason: 'the answer does not show the change' } as const;
