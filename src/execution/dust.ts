import { type Decimal, abs, isZero, lt, quantize, toNumber } from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { ExecutionContext } from './context.ts';

/** Is this holding smaller than any order that would close it (F25)? Signed base units. */
export function isDust(
  ctx: Pick<ExecutionContext, 'money' | 'lastPrice'>,
  of: { readonly symbol: string; readonly quantity: Decimal },
): boolean {
  if (isZero(of.quantity)) return true;
  const market = required(ctx.money.markets.get(of.symbol), of.symbol);
  const quantity = quantize(abs(of.quantity), market.stepSize, 'down');
  if (isZero(quantity) || lt(quantity, market.minQuantity)) return true;
  const price = ctx.lastPrice(of.symbol);
  // Venues exempt orders that reduce a perpetual from the smallest notional.
  if (market.kind === 'perpetual' || isZero(market.minNotional) || price === 0) return false;
  return toNumber(quantity) * price < toNumber(market.minNotional);
}
