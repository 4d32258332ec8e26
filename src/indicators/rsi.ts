import { requireInput, requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { ratioOr } from './ratio.ts';
import { WilderAverage } from './wilder-average.ts';

/** Neither gains nor losses: no opinion, so that a dead market is neither oversold nor overbought. */
const FLAT = 50;

/**
 * Wilder's relative strength index, 0 to 100: 100 * average gain / (average gain + average loss).
 * Convention: Wilder's smoothing seeded with the mean of the first `period` changes, full
 * precision, first value at input period + 1 (Wilder 1978; TA-Lib). A flat market is 50, where
 * TA-Lib says 0 and others 100.
 */
export class Rsi implements Indicator<number, number> {
  readonly warmup: number;
  readonly #gains: WilderAverage;
  readonly #losses: WilderAverage;
  #previous = 0;
  #hasPrevious = false;

  constructor(period: number) {
    requirePeriod('RSI', period);
    this.warmup = period + 1;
    this.#gains = new WilderAverage(period);
    this.#losses = new WilderAverage(period);
  }

  get value(): number | null {
    if (!this.#gains.isReady) return null;
    const gain = this.#gains.average;
    return 100 * ratioOr(gain, gain + this.#losses.average, FLAT / 100);
  }

  update(input: number): number | null {
    requireInput('RSI', input);
    if (this.#hasPrevious) {
      const change = input - this.#previous;
      this.#gains.add(change > 0 ? change : 0);
      this.#losses.add(change < 0 ? -change : 0);
    }
    this.#previous = input;
    this.#hasPrevious = true;
    return this.value;
  }
}
