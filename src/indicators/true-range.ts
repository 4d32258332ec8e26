import type { Candle } from '../domain/candle.ts';
import { requireInput } from './checks.ts';

/**
 * Wilder's true range in quote per base: the candle's range, widened by a gap from the previous
 * close (Wilder, New Concepts in Technical Trading Systems, 1978).
 */
export function trueRange(candle: Candle, previousClose: number): number {
  return Math.max(
    candle.high - candle.low,
    Math.abs(candle.high - previousClose),
    Math.abs(candle.low - previousClose),
  );
}

/** Throws where high, low or close is unusable. */
export function requireRange(indicator: string, candle: Candle): void {
  requireInput(indicator, candle.high);
  requireInput(indicator, candle.low);
  requireInput(indicator, candle.close);
}
