import { BugError } from '../domain/errors.ts';

/**
 * The largest magnitude an indicator accepts. No market is near it, and below it sums of squares
 * and price times volume cannot overflow, so that no output can become infinite or NaN.
 */
export const MAX_INPUT = 1e100;

/** The longest window. It bounds memory, and the exact mean needs periods below 2^26. */
const MAX_PERIOD = 1_000_000;

/**
 * Throws, naming the indicator and the value, unless `value` is finite and at most `limit` in size.
 * An indicator built on another passes a smaller limit, so that what it feeds on is accepted too.
 */
export function requireInput(indicator: string, value: number, limit: number = MAX_INPUT): void {
  // One comparison also refuses NaN and both infinities.
  if (!(Math.abs(value) <= limit)) {
    throw new BugError(`${indicator}: input ${value} is not a number an indicator can use`);
  }
}

/** Throws unless `volume` is usable and not negative. */
export function requireVolume(indicator: string, volume: number): void {
  if (!(volume >= 0 && volume <= MAX_INPUT)) {
    throw new BugError(`${indicator}: volume ${volume} is not a number of 0 or more`);
  }
}

/** Throws unless `period` is a whole number of candles between `min` and MAX_PERIOD. */
export function requirePeriod(indicator: string, period: number, min: number = 1): void {
  if (!Number.isInteger(period) || period < min || period > MAX_PERIOD) {
    throw new BugError(
      `${indicator}: period ${period} is not a whole number from ${min} to ${MAX_PERIOD}`,
    );
  }
}
