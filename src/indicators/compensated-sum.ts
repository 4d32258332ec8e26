/**
 * A sum that carries its rounding error along (Knuth's two-sum, applied as by Neumaier, ZAMM 54,
 * 1974): `high + low` is the exact sum to about 106 bits.
 */
export class CompensatedSum {
  high = 0;
  low = 0;

  add(value: number): void {
    const sum = this.high + value;
    const added = sum - this.high;
    this.low += this.high - (sum - added) + (value - added);
    this.high = sum;
  }

  get total(): number {
    return this.high + this.low;
  }

  /** The sum divided by `count`; see meanOf. */
  mean(count: number): number {
    return meanOf(this.high, this.low, count);
  }
}

/** Splits a double into two halves of at most 26 bits each (Dekker, Numer. Math. 18, 1971). */
const SPLITTER = 2 ** 27 + 1;

/**
 * `(high + low) / count`, corrected by its own remainder, for a whole `count` below 2^26. The mean
 * of equal values is therefore exactly that value: a flat market makes no crossing of averages out
 * of rounding noise, and has a deviation of exactly zero. The correction also covers that the
 * first guess multiplies with `1 / count`, which is several times faster than dividing.
 */
export function meanOf(high: number, low: number, count: number): number {
  const inverse = 1 / count;
  const mean = (high + low) * inverse;
  const product = mean * count;
  const scaled = mean * SPLITTER;
  const head = scaled - (scaled - mean);
  const productError = head * count - product + (mean - head) * count;
  return mean + (high - product - productError + low) * inverse;
}
