/** When a market's figures count as old. */
import type { Mode } from '../../app/session-types.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import { hasMarketClock } from '../mode.ts';
import type { MarketView } from '../slices.ts';

/** Simulated time runs in steps of up to a candle; a venue in real time speaks every second. */
const STALE_SIMULATED_MS = 3 * MINUTE_MS;
const STALE_REAL_MS = 10 * SECOND_MS;

/** Age of a market whose data is older than its limit, in engine time; null while it is fresh. */
export function staleAge(
  market: Pick<MarketView, 'dataTime'> | undefined,
  of: { readonly now: EpochMs; readonly mode: Mode },
): number | null {
  if (!market || market.dataTime === null) return null;
  const age = of.now - market.dataTime;
  return age > (hasMarketClock(of) ? STALE_SIMULATED_MS : STALE_REAL_MS) ? age : null;
}
