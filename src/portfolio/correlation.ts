/** Closes of one market, newest at 0; NaN beyond the oldest. */
export interface Closes {
  readonly length: number;
  openTimeAt(back: number): number;
  closeAt(back: number): number;
}

/** Candles looked back at, and returns two markets must share before a correlation counts. */
export const CORRELATION_CANDLES = 240;
export const CORRELATION_RETURNS = 60;

/**
 * Pearson's correlation of the simple returns r = close / previous close − 1 of two markets, over
 * the newest `CORRELATION_CANDLES` candles that both have: a return counts where both markets have
 * its candle and the one before, by open time. Floats; −1 to 1. Null with fewer than
 * `CORRELATION_RETURNS` shared returns, or where one of the two never moved.
 */
export function correlation(a: Closes, b: Closes): number | null {
  const sums = { n: 0, a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
  eachShared(a, b, (x, y) => {
    sums.n += 1;
    sums.a += x;
    sums.b += y;
    sums.aa += x * x;
    sums.bb += y * y;
    sums.ab += x * y;
  });
  const { n } = sums;
  if (n < CORRELATION_RETURNS) return null;
  const varianceA = sums.aa - (sums.a * sums.a) / n;
  const varianceB = sums.bb - (sums.b * sums.b) / n;
  // What is left of float sums of equal returns is noise, not movement.
  if (varianceA <= sums.aa * 1e-12 || varianceB <= sums.bb * 1e-12) return null;
  const value = (sums.ab - (sums.a * sums.b) / n) / Math.sqrt(varianceA * varianceB);
  return Math.min(1, Math.max(-1, value));
}

/** Walks back over both at once; of a candle that only one has, nothing is made. */
function eachShared(a: Closes, b: Closes, tell: (x: number, y: number) => void): void {
  const endA = Math.min(a.length, CORRELATION_CANDLES + 1);
  const endB = Math.min(b.length, CORRELATION_CANDLES + 1);
  let i = 0;
  let j = 0;
  while (i + 1 < endA && j + 1 < endB) {
    const timeA = a.openTimeAt(i);
    const timeB = b.openTimeAt(j);
    if (timeA > timeB) i += 1;
    else if (timeB > timeA) j += 1;
    else {
      if (a.openTimeAt(i + 1) === b.openTimeAt(j + 1)) {
        const x = a.closeAt(i) / a.closeAt(i + 1) - 1;
        const y = b.closeAt(j) / b.closeAt(j + 1) - 1;
        if (Number.isFinite(x) && Number.isFinite(y)) tell(x, y);
      }
      i += 1;
      j += 1;
    }
  }
}

/**
 * Clusters of names by single linkage: two whose correlation is at least `limit` are together, and
 * so is what hangs on either of them. Names keep their order; an unknown correlation joins nothing.
 */
export function clustersOf(
  names: readonly string[],
  correlationOf: (a: string, b: string) => number | null,
  limit: number,
): readonly (readonly string[])[] {
  const left = new Set(names);
  const clusters: string[][] = [];
  for (const first of names) {
    if (!left.delete(first)) continue;
    const cluster = [first];
    // Grows while it is walked: a set would lose the order of joining.
    for (const member of cluster) {
      for (const other of left) {
        const value = correlationOf(member, other);
        if (value === null || value < limit) continue;
        left.delete(other);
        cluster.push(other);
      }
    }
    clusters.push(cluster);
  }
  return clusters;
}
