import { type Decimal, ZERO, add, sub } from './decimal.ts';
import type { Fill } from './fill.ts';
import { type Market, notional } from './market.ts';

/** What an account holds of one asset. `used` backs working orders and margin. */
export interface Balance {
  readonly asset: string;
  total: Decimal;
}

/** Balances of one account by asset. A Map: asset names are outside text. */
export type Balances = Map<string, Balance>;

/** What an account holds of an asset; zero when it holds none. */
export function totalOf(balances: Balances, asset: string): Decimal {
  return balances.get(asset)?.total ?? ZERO;
}

/** Adds a signed amount to the total of an asset. */
export function credit(balances: Balances, change: { asset: string; amount: Decimal }): void {
  const balance = balances.get(change.asset);
  if (balance) balance.total = add(balance.total, change.amount);
  else balances.set(change.asset, { asset: change.asset, total: change.amount });
}

/**
 * Moves balances for a fill. Spot exchanges quote for base; a perpetual only pays the P&L that
 * the fill realized into the settle asset. The fee leaves in its own asset in both.
 */
export function settleFill(
  balances: Balances,
  of: { readonly fill: Fill; readonly market: Market; readonly realizedPnl: Decimal },
): void {
  const { fill, market } = of;
  if (market.kind === 'spot') {
    const value = notional(fill);
    const buys = fill.side === 'buy';
    credit(balances, {
      asset: market.base,
      amount: buys ? fill.quantity : sub(ZERO, fill.quantity),
    });
    credit(balances, { asset: market.quote, amount: buys ? sub(ZERO, value) : value });
  } else {
    credit(balances, { asset: market.settle, amount: of.realizedPnl });
  }
  credit(balances, { asset: fill.feeAsset, amount: sub(ZERO, fill.fee) });
}
