import {
  type Decimal,
  ZERO,
  add,
  div,
  gt,
  gte,
  isPositive,
  lt,
  mul,
  sub,
  toText,
} from '../../domain/decimal.ts';
import type { Fill } from '../../domain/fill.ts';
import type { VenueFill, VenueOrder } from '../../domain/venue.ts';
import { type Core, describe } from './core.ts';
import { exactSubset } from './exact-subset.ts';
import { LIMITS } from './limits.ts';
import { INFERRED_MARK, type Tracked } from './registry.ts';

/**
 * Books executions once and ends orders once, fills first: what an order's totals say and no fill
 * explains is asked for, then inferred with a deterministic id, and put right when the venue's own
 * fills come (RELIABILITY F13, F14, F16).
 */
export class Settlement {
  private readonly core: Core;
  /** Asks the venue for fills on behalf of these orders. */
  onMissing: (tracked: Tracked) => void = () => undefined;
  /** Held fills do not fit yet: the order's totals are needed. */
  onHeld: (tracked: Tracked) => void = () => undefined;

  constructor(core: Core) {
    this.core = core;
  }

  /** One of the venue's own fills, verified, of this order. */
  take(tracked: Tracked, fill: VenueFill): void {
    if (tracked.fillIds.has(fill.id) || tracked.held.has(fill.id)) return;
    if (tracked.inferred.length === 0) return this.book(tracked, toFill(tracked, fill));
    tracked.held.set(fill.id, fill);
    this.replace(tracked);
    if (tracked.inferred.length > 0) this.onHeld(tracked);
  }

  /** The venue's totals and, where it has ended, its final word. */
  totals(tracked: Tracked, at: VenueOrder): void {
    if (gt(at.filled, tracked.wanted?.filled ?? tracked.filled)) tracked.wanted = at;
    const { ending } = tracked;
    if (at.status !== 'open' && (ending === null || gt(at.filled, ending.filled))) {
      tracked.ending = at;
    }
    if (isMissing(tracked)) this.onMissing(tracked);
    else this.finish(tracked);
  }

  /** What the totals say and no fill explains becomes one fill, priced by the averages. */
  infer(tracked: Tracked): void {
    const { wanted, order } = tracked;
    if (wanted === null || !isMissing(tracked)) return;
    const quantity = sub(wanted.filled, tracked.filled);
    const price = this.inferredPrice(tracked, wanted, quantity);
    const market = this.core.books.markets.get(order.symbol);
    const feeQuote = mul(mul(price, quantity), market?.takerFeeRate ?? ZERO);
    const id = `${tracked.id}${INFERRED_MARK}${toText(tracked.filled)}`;
    this.core.log('warn', `fill of ${toText(quantity)} inferred: ${describe(order)}`);
    tracked.inferred.push({ id, quantity });
    this.book(tracked, {
      id,
      orderId: tracked.id,
      accountId: order.accountId,
      symbol: order.symbol,
      side: order.side,
      price,
      quantity,
      fee: feeQuote,
      feeAsset: market?.settle ?? '',
      feeQuote,
      liquidity: 'taker',
      inferred: true,
      time: wanted.updatedTime,
    });
    // What was listed before may be all of it only now.
    this.replace(tracked);
  }

  private book(tracked: Tracked, fill: Fill): void {
    tracked.fillIds.add(fill.id);
    tracked.filled = add(tracked.filled, fill.quantity);
    tracked.notional = add(tracked.notional, mul(fill.price, fill.quantity));
    if (gt(tracked.filled, tracked.quantity)) {
      this.core.alarm(`overfill: ${toText(tracked.filled)} filled of ${describe(tracked.order)}`);
    }
    this.core.post({ kind: 'fill', ...fill });
    if (!isMissing(tracked)) tracked.wanted = null;
    this.finish(tracked);
  }

  /** Puts the venue's own fills in the place of inferred ones as far as they fit exactly. */
  private replace(tracked: Tracked): void {
    while (tracked.inferred.length > 0) {
      const fit = fittingOf(tracked);
      if (fit === null) return;
      const [first, ...others] = tracked.inferred.splice(0, fit.count);
      for (const { id } of fit.fills) {
        tracked.held.delete(id);
        tracked.fillIds.add(id);
      }
      const fills = fit.fills.map((fill) => toFill(tracked, fill));
      const { id: orderId } = tracked;
      // The others go first: at no moment is more booked than was filled.
      for (const { id: inferredId } of others) {
        this.core.post({ kind: 'fillsReplaced', orderId, inferredId, fills: [] });
      }
      if (!first) return;
      this.core.post({ kind: 'fillsReplaced', orderId, inferredId: first.id, fills });
    }
    const rest = [...tracked.held.values()].sort(byTime);
    tracked.held.clear();
    for (const fill of rest) this.book(tracked, toFill(tracked, fill));
  }

  /** Tells the end of an order once every fill before it is booked. */
  private finish(tracked: Tracked): void {
    const { ending, phase } = tracked;
    if (phase === 'ended' || phase === 'buried') return;
    const isFull = gte(tracked.filled, tracked.quantity);
    if (ending === null || lt(tracked.filled, ending.filled)) {
      // The engine ends a filled order by its fills.
      if (isFull) this.core.registry.end(tracked, 'ended');
      return;
    }
    this.core.registry.end(tracked, 'ended');
    if (!isFull) this.postEnd(tracked, ending);
  }

  private postEnd(tracked: Tracked, ending: VenueOrder): void {
    const { id: orderId } = tracked;
    const reason =
      ending.reason ?? (tracked.isCancelAsked ? 'canceled on request' : 'by the venue');
    switch (ending.status) {
      case 'filled': {
        const words = `complete at ${toText(ending.filled)} for the venue`;
        return this.core.post({ kind: 'canceled', orderId, reason: words });
      }
      case 'rejected':
        return this.core.post({ kind: 'rejected', orderId, code: 'INVALID_ORDER', reason });
      case 'expired':
        return this.core.post({ kind: 'expired', orderId, reason });
      case 'canceled':
        return this.core.post({ kind: 'canceled', orderId, reason });
      case 'open':
        return;
      default:
        return ending.status satisfies never;
    }
  }

  /** Average of the part that is missing; where the averages make no sense, the order's price. */
  private inferredPrice(tracked: Tracked, wanted: VenueOrder, quantity: Decimal): Decimal {
    const { averagePrice } = wanted;
    if (averagePrice !== null) {
      const rest = sub(mul(averagePrice, wanted.filled), tracked.notional);
      return isPositive(rest) ? div(rest, quantity) : averagePrice;
    }
    const { price, triggerPrice } = tracked.order;
    this.core.doubt(`no average price of ${describe(tracked.order)}`);
    return wanted.price ?? price ?? triggerPrice ?? ZERO;
  }
}

/** Do the venue's totals say more than the fills that were booked? */
export function isMissing(tracked: Tracked): boolean {
  return tracked.wanted !== null && gt(tracked.wanted.filled, tracked.filled);
}

/**
 * The fewest inferred fills, oldest first, that some of the held ones add up to: one fill may have
 * been inferred in two parts, when the totals of its order were seen in between.
 */
function fittingOf(
  tracked: Tracked,
): { readonly count: number; readonly fills: readonly VenueFill[] } | null {
  const held = [...tracked.held.values()].sort(byTime);
  let quantity = ZERO;
  for (const [index, inferred] of tracked.inferred.entries()) {
    quantity = add(quantity, inferred.quantity);
    const fills = exactSubset(held, quantity);
    if (fills !== null) return { count: index + 1, fills };
  }
  return null;
}

/** Is it still worth looking for the venue's own fills? */
export function isInferred(tracked: Tracked, now: number): boolean {
  return tracked.inferred.length > 0 && now < tracked.order.createdTime + LIMITS.inferredKeepMs;
}

const byTime = (a: VenueFill, b: VenueFill): number =>
  a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function toFill(tracked: Tracked, fill: VenueFill): Fill {
  const { venueOrderId: _venueOrder, clientOrderId: _client, ...same } = fill;
  return { ...same, orderId: tracked.id };
}
