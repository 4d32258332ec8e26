/** Data of another account or another market, as an exchange at fault mixes it in (F45). */
import { decimal } from '../../domain/decimal.ts';
import type { VenueAccount, VenueFill, VenueOrder } from '../../domain/venue.ts';
import type { FaultPlan } from './faults.ts';

const STRANGER = 'somebody-else';

type Owned = { readonly accountId: string; readonly symbol: string };

/** The same thing of another account, or in another market. */
function estrange<T extends Owned>(thing: T, plan: FaultPlan): T {
  if (plan.chance(0.5)) return { ...thing, accountId: STRANGER };
  return { ...thing, symbol: thing.symbol === 'XRP/USDT' ? 'ADA/USDT' : 'XRP/USDT' };
}

/** An order of somebody else that carries the ids of this one. */
export function strangeOrder(order: VenueOrder, plan: FaultPlan): VenueOrder {
  return estrange({ ...order, status: 'filled', filled: order.quantity }, plan);
}

/** A fill of somebody else, with an id of its own, on the order of this one. */
export function strangeFill(fill: VenueFill, plan: FaultPlan): VenueFill {
  return estrange({ ...fill, id: `${fill.id}-stranger` }, plan);
}

/** Money of somebody else. */
export function strangeAccount(account: VenueAccount): VenueAccount {
  const positions = new Map([['BTC/USDT', decimal('1234')]]);
  const balances = new Map([['USDT', decimal('987654321')]]);
  return { ...account, accountId: STRANGER, positions, balances };
}
