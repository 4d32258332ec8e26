import type { OrderId } from '../../domain/ids.ts';
import type { VenueOrder } from '../../domain/venue.ts';
import type { Instance } from './instance-type.ts';
import { Unreadable } from './foreign.ts';
import { type MapContext, toVenueOrder } from './map.ts';
import { isMissing } from './missing.ts';
import type { ExchangeRow } from './row.ts';

/** Newest ended orders that are looked through where an exchange has no better way. */
const SCANNED = 100;
/** Newest orders with fills that are asked for one by one where no list of ended orders is had. */
const ASKED = 10;

/**
 * An order by our own id, the way the row says. Throws the library's OrderNotFound only where every
 * list that could hold it was read and does not.
 */
export async function findByClientId(of: {
  readonly trading: Instance;
  readonly row: ExchangeRow;
  readonly context: MapContext;
  readonly symbol: string;
  readonly orderId: OrderId;
  /** Is this order of the exchange known already? It is not the one that is sought. */
  isKnown(venueOrderId: string): boolean;
}): Promise<VenueOrder> {
  const { trading, row, context, symbol, orderId } = of;
  const { clientIds } = row;
  const { fetchBy, fetchParam } = clientIds;
  const params = fetchParam === null ? {} : { [fetchParam]: clientIds.encode(orderId) };
  if (fetchBy === 'order') {
    const order = toVenueOrder(await trading.fetchOrder(undefined, symbol, params), context);
    if (!order) throw new Unreadable('the answer is about another market');
    return order;
  }
  const pick = (list: unknown): VenueOrder | null => {
    if (!Array.isArray(list)) throw new Unreadable('the list of orders is no list');
    for (const raw of list) {
      const order = toVenueOrder(raw, context);
      if (order?.clientOrderId === orderId) return order;
    }
    return null;
  };
  const open = pick(await trading.fetchOpenOrders(symbol, undefined, undefined, params));
  if (open) return open;
  const most = fetchBy === 'scan' ? SCANNED : undefined;
  const list =
    trading.has['fetchClosedOrders'] === true
      ? trading.fetchClosedOrders(symbol, undefined, most, params)
      : trading.fetchOrders(symbol, undefined, most, params);
  const ended = await list.catch((error: unknown) => {
    if (!isMissing(error, trading)) throw error;
    return filledOrders(of);
  });
  const found = pick(ended);
  if (found) return found;
  throw notFound(trading, orderId);
}

function notFound(trading: Instance, orderId: OrderId): Error {
  const Class = trading.errors.OrderNotFound as unknown as new (message: string) => Error;
  return new Class(`no order has the id ${orderId}`);
}

/**
 * The newest orders that filled and are not known yet. An order that ended without a fill is not
 * among them: to the books it is the same as one that never was.
 */
async function filledOrders(of: {
  readonly trading: Instance;
  readonly symbol: string;
  readonly isKnown: (venueOrderId: string) => boolean;
}): Promise<readonly unknown[]> {
  const { trading, symbol, isKnown } = of;
  const fills = await trading.fetchMyTrades(symbol);
  if (!Array.isArray(fills)) throw new Unreadable('the list of fills is no list');
  const ids = new Set<string>();
  for (const fill of fills.toReversed() as readonly { readonly order?: unknown }[]) {
    if (typeof fill.order === 'string' && !isKnown(fill.order)) ids.add(fill.order);
  }
  const orders: unknown[] = [];
  for (const id of [...ids].slice(0, ASKED)) orders.push(await trading.fetchOrder(id, symbol));
  return orders;
}
