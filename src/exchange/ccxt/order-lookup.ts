import type { OrderId } from '../../domain/ids.ts';
import type { VenueOrder } from '../../domain/venue.ts';
import type { Instance } from './instance-type.ts';
import { type MapContext, Unreadable, toVenueOrder } from './map.ts';
import type { ExchangeRow } from './row.ts';

/** Newest ended orders that are looked through where an exchange has no better way. */
const SCANNED = 100;

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
  const most = fetchBy === 'scan' ? SCANNED : undefined;
  const open = pick(await trading.fetchOpenOrders(symbol, undefined, undefined, params));
  if (open) return open;
  const ended = pick(
    trading.has['fetchClosedOrders'] === true
      ? await trading.fetchClosedOrders(symbol, undefined, most, params)
      : await trading.fetchOrders(symbol, undefined, most, params),
  );
  if (ended) return ended;
  throw notFound(trading, orderId);
}

function notFound(trading: Instance, orderId: OrderId): Error {
  const Class = trading.errors.OrderNotFound as unknown as new (message: string) => Error;
  return new Class(`no order has the id ${orderId}`);
}
