/** Candles over which the weight of a return halves: of recent ones, and of usual ones. */
const RECENT_CANDLES = 15;
const USUAL_CANDLES = 480;
/** Returns before a ratio is worth anything. */
export const VOLATILITY_RETURNS = 120;
/** A square so many times the usual one counts as no more: a spike must not become usual at once. */
const LARGEST_SQUARE = 9;

const weight = (halfLife: number): number => 1 - 2 ** (-1 / halfLife);
const RECENT_WEIGHT = weight(RECENT_CANDLES);
const USUAL_WEIGHT = weight(USUAL_CANDLES);

/**
 * How large the returns of a market's candles are now, against what is usual: two exponentially
 * weighted means of squared simple returns, v ← v + w·(r² − v) with w = 1 − 2^(−1 / half-life), but
 * never less than 1 / n for the n-th return, so that no start value weighs. Once enough returns
 * are known, r² enters the usual mean as at most nine times that mean. Constant time per candle.
 */
export class VolatilityMeter {
  private close = 0;
  private count = 0;
  private recent = 0;
  private usual = 0;

  /** Counts a finished candle by its close, quote per base. */
  add(close: number): void {
    const before = this.close;
    this.close = close;
    if (!(before > 0)) return;
    const squared = (close / before - 1) ** 2;
    this.count += 1;
    const own = 1 / this.count;
    this.recent += Math.max(RECENT_WEIGHT, own) * (squared - this.recent);
    const isKnown = this.count > VOLATILITY_RETURNS && this.usual > 0;
    const tame = isKnown ? Math.min(squared, LARGEST_SQUARE * this.usual) : squared;
    this.usual += Math.max(USUAL_WEIGHT, own) * (tame - this.usual);
  }

  /** Recent over usual root mean square return; null while there are too few, or none moved. */
  get ratio(): number | null {
    if (this.count < VOLATILITY_RETURNS || !(this.usual > 0)) return null;
    return Math.sqrt(this.recent / this.usual);
  }

  /** What is recent counts as usual: a cleared breaker waits for a new spike. */
  settle(): void {
    this.recent = Math.min(this.recent, this.usual);
  }
}
