import type { EpochMs } from '../../domain/time.ts';
import type { Clock, Scheduler } from '../../ports.ts';
import type { SimOrder } from './sim-order.ts';

/**
 * Ends orders that are good till a date. One timer at most waits for the earliest: orders come and
 * go far more often than any of them lives to its date.
 */
export class ExpiryTimer {
  private readonly of: {
    readonly clock: Clock;
    readonly scheduler: Scheduler;
    readonly orders: ReadonlyMap<unknown, SimOrder>;
    readonly end: (order: SimOrder) => void;
  };
  private due: EpochMs = Infinity;
  private stop: (() => void) | null = null;

  constructor(of: ExpiryTimer['of']) {
    this.of = of;
  }

  /** An order has arrived, or was taken over after a restart. */
  watch(order: SimOrder): void {
    if (order.expireTime >= this.due) return;
    this.stop?.();
    this.stop = null;
    this.due = order.expireTime;
    const { clock, scheduler } = this.of;
    const stop = scheduler.after(this.due - clock.now(), () => this.fire());
    // A date that is over has fired within the call, and may have set the next one.
    if (this.due === order.expireTime) this.stop = stop;
  }

  private fire(): void {
    const { clock, orders, end } = this.of;
    this.due = Infinity;
    this.stop = null;
    const now = clock.now();
    const over = [...orders.values()].filter(({ expireTime }) => expireTime <= now);
    for (const order of over) end(order);
    for (const order of orders.values()) this.watch(order);
  }
}
