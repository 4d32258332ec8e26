import { dropOldest } from '../../domain/bounded.ts';
import type { VenueOrder } from '../../domain/venue.ts';
import type { KnownOrder } from './map.ts';

/** Far more than one account has open at once. */
const MOST = 2_000;

/**
 * What orders of the account are, by the exchange's id: its later messages leave that out, and its
 * fills name no client id. Bounded; what was forgotten is read again by the next report.
 */
export class KnownOrders {
  private readonly orders = new Map<string, KnownOrder>();

  find(venueOrderId: string): KnownOrder | undefined {
    return this.orders.get(venueOrderId);
  }

  remember(order: VenueOrder): void {
    const { clientOrderId, symbol, side, type, quantity, price, triggerPrice } = order;
    this.orders.delete(order.venueOrderId);
    const known = { clientOrderId, symbol, side, type, quantity, price, triggerPrice };
    this.orders.set(order.venueOrderId, known);
    dropOldest(this.orders, MOST);
  }
}
