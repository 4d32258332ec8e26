/** The client of an exchange's row in front of the practice wire: only what the row lists leaves. */
import { decimal } from '../../src/domain/decimal.ts';
import type { Market } from '../../src/domain/market.ts';
import type { Order } from '../../src/domain/order.ts';
import type { VenueFault } from '../../src/domain/venue.ts';
import { toOrderArguments } from '../../src/exchange/ccxt/order-request.ts';
import type { ExchangeRow } from '../../src/exchange/ccxt/row.ts';
import type { VenueClient } from '../../src/ports.ts';

/** A day's exchange: what it can and what it tells. */
export interface VenueKind {
  readonly row: ExchangeRow;
  /** What its stream tells; the rest has to be asked for. */
  readonly hears: 'all' | 'orders' | 'nothing';
  /** Window of the dead-man switch, where it is used. */
  readonly deadManMs?: number;
}

/** As the adapter does it: shapes of the row, grids as listed, no groups, market orders collared. */
export function asVenue(
  client: VenueClient,
  of: VenueKind & { readonly marketOf: (symbol: string) => Market | undefined },
): VenueClient {
  const { row, marketOf, hears } = of;
  return {
    abilities: client.abilities,
    isPolled: hears === 'nothing',
    createOrder: (order, answer) => {
      const sent = toSent(order, row, marketOf(order.symbol));
      if ('fault' in sent) answer({ ok: false, fault: sent.fault });
      else client.createOrder(sent.order, answer);
    },
    cancelOrder: (ref, answer) => client.cancelOrder(ref, answer),
    amendOrder: (ref, change, answer) => client.amendOrder(ref, change, answer),
    fetchOrder: (ref, answer) => client.fetchOrder(ref, answer),
    fetchOpenOrders: (answer) => client.fetchOpenOrders(answer),
    fetchFills: (since, answer) => client.fetchFills(since, answer),
    fetchAccount: (answer) => client.fetchAccount(answer),
    setDeadMan: (timeoutMs, answer) => client.setDeadMan?.(timeoutMs, answer),
    listen: (listener) =>
      client.listen(
        hears !== 'all'
          ? {
              onOrder: (order) => (hears === 'orders' ? listener.onOrder(order) : undefined),
              onFill: () => undefined,
              onAccount: () => undefined,
              onLink: (up, reason) => listener.onLink(up, reason),
            }
          : listener,
      ),
    close: () => client.close(),
  };
}

function toSent(
  order: Readonly<Order>,
  row: ExchangeRow,
  market: Market | undefined,
): { readonly order: Order } | { readonly fault: VenueFault } {
  const asked = toOrderArguments(order, { row, market });
  if (!asked.ok) {
    return { fault: { kind: 'rejected', code: asked.code, reason: asked.reason } };
  }
  const { type, price } = asked.value;
  const sent: Order = {
    ...order,
    groupId: null,
    price: price === undefined ? null : decimal(price),
  };
  if (order.type === 'market' && type === 'limit') {
    return { order: { ...sent, type: 'limit', timeInForce: 'IOC' } };
  }
  if (order.type === 'stop' && type === 'limit') return { order: { ...sent, type: 'stopLimit' } };
  return { order: sent };
}
