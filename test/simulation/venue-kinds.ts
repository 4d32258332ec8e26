/** Which exchange a day is at: the rows of the offered ones, or one that can everything. */
import { BINANCE } from '../../src/exchange/ccxt/catalog/binance.ts';
import { CRYPTOCOM } from '../../src/exchange/ccxt/catalog/cryptocom.ts';
import { GEMINI } from '../../src/exchange/ccxt/catalog/gemini.ts';
import { KRAKEN } from '../../src/exchange/ccxt/catalog/kraken.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { Dice, mixSeed } from './dice.ts';
import type { VenueKind } from './venue-client.ts';

export const VENUES = {
  binance: { row: BINANCE, hears: 'all' },
  kraken: { row: KRAKEN, hears: 'all', deadManMs: 2 * MINUTE_MS },
  gemini: { row: GEMINI, hears: 'orders' },
  cryptocom: { row: CRYPTOCOM, hears: 'nothing' },
} as const satisfies Readonly<Record<string, VenueKind>>;

/** The exchange of a seed's day. */
export function venueOf(seed: number): VenueKind | null {
  const { binance, kraken, gemini, cryptocom } = VENUES;
  return new Dice(mixSeed(seed, 10)).pick([null, null, binance, kraken, gemini, cryptocom]);
}
