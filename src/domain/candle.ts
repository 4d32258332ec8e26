import type { EpochMs } from './time.ts';

/** One OHLCV bar. Prices in quote per base, volume in base units, all finite floats. */
export interface Candle {
  readonly openTime: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/**
 * What is wrong with a candle, in words with the value; null when it is sound: finite prices
 * above zero, low <= open, close <= high, volume not negative.
 */
export function candleFault(candle: Candle): string | null {
  for (const field of ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const) {
    if (!Number.isFinite(candle[field])) return `${field} is ${candle[field]}`;
  }
  for (const field of ['open', 'high', 'low', 'close'] as const) {
    if (candle[field] <= 0) return `${field} ${candle[field]} is not above zero`;
  }
  if (candle.volume < 0) return `volume ${candle.volume} is negative`;
  const { open, high, low, close } = candle;
  if (high < low) return `high ${high} is below low ${low}`;
  if (open > high || open < low) return `open ${open} is outside ${low} to ${high}`;
  if (close > high || close < low) return `close ${close} is outside ${low} to ${high}`;
  return null;
}
