/**
 * Prices are decimals that floats hold to one part in 10^16. Averages and bands of them that come
 * no further from a price than what that leaves in them are equal to it: on coarse ticks they meet
 * often, and binary noise must not decide who is above.
 */
const ROUNDING = 8 * Number.EPSILON;

/** The difference a − b, and 0 where rounding alone could have made it. */
export function comparePrices(a: number, b: number): number {
  const difference = a - b;
  return Math.abs(difference) <= ROUNDING * Math.abs(b) ? 0 : difference;
}
