import { toNumber } from '../domain/decimal.ts';
import { type Order, reachedQuantity } from '../domain/order.ts';

/** A market as valuations need it: floats, refreshed when a fill or price changes them. */
export interface Holding {
  readonly name: string;
  readonly spot: boolean;
  /** Signed base units and signed quote cost. */
  readonly quantity: number;
  readonly cost: number;
  /** Price that P&L is marked at; 0 before the first price. */
  readonly markPrice: number;
}

/**
 * Value a holding adds to equity beside the cash balance, in quote. Before the first price after
 * a restart it counts at what it cost.
 */
export function holdingValue(holding: Holding): number {
  const value = holdingNotional(holding);
  return holding.spot ? value : value - holding.cost;
}

/** Signed notional at mark, in quote; at cost before the first price. */
export function holdingNotional(holding: Holding): number {
  return holding.markPrice === 0 ? holding.cost : holding.quantity * holding.markPrice;
}

export interface Exposure {
  /** Sum over the markets of the larger side each may reach, unsigned quote. */
  readonly gross: number;
  /** Long minus short if every working buy filled and no sell, and the other way round; quote. */
  readonly netIfBought: number;
  readonly netIfSold: number;
  readonly bySymbol: ReadonlyMap<string, Reach>;
}

/** Signed quote of one market if every working buy filled and no sell, and the other way round. */
export interface Reach {
  bought: number;
  sold: number;
}

/** The larger side a market may reach, unsigned quote. */
export function reachOf(reach: Reach | undefined): number {
  return reach === undefined ? 0 : Math.max(Math.abs(reach.bought), Math.abs(reach.sold));
}

/**
 * What the account may come to hold: what two orders of one step may use together. A working
 * order makes its side larger and no room for the other, which may fill alone; exits count too,
 * because the entry of a reversal fills after its exit. Protection is left out: it only fires
 * instead of an exit.
 */
export function exposureOf(holdings: Iterable<Holding>, working: Iterable<Order>): Exposure {
  const bySymbol = new Map<string, Reach>();
  for (const holding of holdings) {
    const value = holdingNotional(holding);
    bySymbol.set(holding.name, { bought: value, sold: value });
  }
  for (const order of working) {
    if (order.role === 'protective') continue;
    let reach = bySymbol.get(order.symbol);
    if (!reach) bySymbol.set(order.symbol, (reach = { bought: 0, sold: 0 }));
    const value = workingNotional(order);
    if (order.side === 'buy') reach.bought += value;
    else reach.sold -= value;
  }
  let [gross, netIfBought, netIfSold] = [0, 0, 0];
  for (const reach of bySymbol.values()) {
    gross += reachOf(reach);
    netIfBought += reach.bought;
    netIfSold += reach.sold;
  }
  return { gross, netIfBought, netIfSold, bySymbol };
}

/**
 * Quote an order could still move: remaining × its price, or the price it was decided at. A change
 * that is on its way counts where it moves more.
 */
export function workingNotional(order: Readonly<Order>): number {
  const { amending } = order;
  const remaining = toNumber(reachedQuantity(order)) - toNumber(order.filled);
  const price = order.price ?? order.triggerPrice;
  const value = remaining * (price === null ? order.decisionPrice : toNumber(price));
  const asked = amending?.price ?? amending?.triggerPrice ?? null;
  return asked === null ? value : Math.max(value, remaining * toNumber(asked));
}
