import type { EpochMs } from '../domain/time.ts';
import { requestCancel } from '../execution/orders.ts';
import type { StepContext } from './step-context.ts';

/**
 * Cancels orders whose date is over, where the venue does not end them by itself: after every
 * event, so no later than the first one behind the date. The state has the dates: a restart
 * looks through its orders anew.
 */
export function expireOrders(ctx: StepContext): void {
  const { market } = ctx.state;
  if (ctx.abilities.gtd === true) {
    market.nextExpiry = Infinity;
    return;
  }
  if (market.now < market.nextExpiry) return;
  let next: EpochMs = Infinity;
  const working = [...ctx.money.working.values()];
  for (const order of working) {
    const { expireTime } = order;
    if (expireTime === undefined || order.status === 'pendingCancel') continue;
    if (expireTime > market.now) next = Math.min(next, expireTime);
    // An unknown one is asked for by its own procedure; as soon as it is known, it is looked at.
    else if (order.status === 'unknown') next = market.now;
    else requestCancel(ctx, order, `good till ${new Date(expireTime).toISOString()}: it is over`);
  }
  market.nextExpiry = next;
}

/** An order was made: the next look is no later than its date. */
export function rememberExpiry(ctx: StepContext, expireTime: EpochMs | undefined): void {
  const { market } = ctx.state;
  if (expireTime !== undefined) market.nextExpiry = Math.min(market.nextExpiry, expireTime);
}
