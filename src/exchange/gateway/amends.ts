import { type Decimal, toText } from '../../domain/decimal.ts';
import type { OrderId } from '../../domain/ids.ts';
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
    if (!tracked || fault !== null) return this.refuse(orderId, fault ?? '');
    const { quantity } = change;
    if (quantity !== undefined) tracked.quantities.push(quantity);
    const asked: Asked = { change, since: this.core.now(), attempt: 0 };
    this.open.set(tracked, asked);
    this.core.wire.ask<VenueOrder>({
      lane: 'order',
      mostWaitMs: LIMITS.entryWaitMs,
      send: (answer) => this.core.client.amendOrder(refOf(tracked), change, answer),
      answer: (result) => this.answered(tracked, asked, result),
    });
  }

  private faultOf(tracked: Tracked | undefined): string | null {
    if (!this.core.client.abilities.amend) return 'this venue cannot change orders';
    if (!tracked || tracked.phase !== 'open') return 'the order is not known to work at the venue';
    return this.open.has(tracked) ? 'a change before it has no answer yet' : null;
  }

  private answered(tracked: Tracked, asked: Asked, result: VenueResult<VenueOrder>): void {
    if (this.open.get(tracked) !== asked) return;
    if (result.ok) {
      if (this.settle(tracked, asked, result.value)) this.observer.order(result.value);
      else this.ask(tracked, asked);
      return;
    }
    const { kind, reason } = result.fault;
    if (kind === 'unknownOutcome') return this.ask(tracked, asked);
    this.conclude(tracked, reason);
    if (kind === 'notFound') this.observer.look(tracked, 'proof', () => undefined);
  }

  private ask(tracked: Tracked, asked: Asked): void {
    const wait = backoffMs(asked.attempt, this.core.ports.rng);
    asked.attempt += 1;
    this.core.after(wait, () => {
      if (this.open.get(tracked) !== asked) return;
      const askedAt = this.core.now();
      this.core.wire.ask<VenueOrder>({
        lane: 'proof',
        send: (answer) => this.core.client.fetchOrder(refOf(tracked), answer),
        answer: (result) => this.looked(tracked, asked, { result, askedAt }),
      });
    });
  }

  private looked(
    tracked: Tracked,
    asked: Asked,
    { result, askedAt }: { readonly result: VenueResult<VenueOrder>; readonly askedAt: number },
  ): void {
    if (this.open.get(tracked) !== asked) return;
    const isFinal = askedAt >= asked.since + LIMITS.amendWindowMs;
    if (!result.ok) {
      if (result.fault.kind === 'notFound' && isFinal) return this.conclude(tracked, 'it is gone');
      return this.ask(tracked, asked);
    }
    if (this.settle(tracked, asked, result.value)) {
      this.observer.order(result.value);
      return;
    }
    this.observer.order(result.value);
    if (isFinal || result.value.status !== 'open')
      this.conclude(tracked, 'the venue has it as it was');
    else this.ask(tracked, asked);
  }

  /** Does the order show what was asked? Then it is posted, before anything else of the order. */
  private settle(tracked: Tracked, { change }: Asked, at: VenueOrder): boolean {
    const isSame = at.venueOrderId === tracked.venueOrderId && at.symbol === tracked.order.symbol;
    const shows = NAMES.every((name) => change[name] === undefined || change[name] === at[name]);
    if (!isSame || !shows) return false;
    this.open.delete(tracked);
    if (change.quantity !== undefined) tracked.quantity = change.quantity;
    const said = (name: (typeof NAMES)[number]): Decimal | null => change[name] ?? null;
    this.core.post({
      kind: 'amended',
      orderId: tracked.id,
      quantity: said('quantity'),
      price: said('price'),
      triggerPrice: said('triggerPrice'),
      reason: 'amended on request',
    });
    return true;
  }

  private conclude(tracked: Tracked, reason: string): void {
    const asked = this.open.get(tracked);
    this.open.delete(tracked);
    const quantity = asked?.change.quantity;
    if (quantity) this.core.log('info', `not changed to ${toText(quantity)}: ${tracked.id}`);
    this.refuse(tracked.id, reason);
  }

  private refuse(orderId: OrderId, why: string): void {
    const nothing = { quantity: null, price: null, triggerPrice: null };
    this.core.post({ kind: 'amended', orderId, ...nothing, reason: `refused: ${why}` });
  }
}
