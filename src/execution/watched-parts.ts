import { type Decimal, isPositive, quantizeNumber } from '../domain/decimal.ts';
import type { Market } from '../domain/market.ts';
import type { Bracket } from '../domain/order.ts';
import type { VenueAbilities } from '../ports.ts';
import type { Ledger } from './money.ts';

/** What of a bracket is this program's to watch, because the venue cannot hold it. */
export interface Watched {
  readonly stop: boolean;
  readonly target: boolean;
  /** The stop is moved by this program, wherever it rests. */
  readonly trail: boolean;
}

/**
 * On a spot market a stop holds all the coins there are, so that a target rests beside it only
 * where the venue knows that one ends the other.
 */
export function watchedOf(
  { stopPrice, targetPrice, trailFraction }: Bracket,
  of: { readonly abilities: VenueAbilities; readonly market: Pick<Market, 'kind'> },
): Watched {
  const { stops, trailingStops, oco } = of.abilities;
  const trail = trailFraction !== null && !trailingStops;
  const hasStop = stopPrice !== null || trailFraction !== null;
  const stop = hasStop && !stops && (trailFraction === null || trail);
  const mayRest = !hasStop || stop || oco || of.market.kind !== 'spot';
  return { stop, target: targetPrice !== null && !mayRest, trail };
}

/** Where a trailing stop is when the price (quote) is there; on the tick, away from the price. */
export function trailLevel(
  { position }: Pick<Ledger, 'position'>,
  of: { readonly price: number; readonly fraction: number; readonly market: Market },
): Decimal {
  const isLong = isPositive(position.quantity);
  const level = of.price * (isLong ? 1 - of.fraction : 1 + of.fraction);
  return quantizeNumber(level, of.market.tickSize, isLong ? 'down' : 'up');
}
