import { valueAt } from './value-at.ts';

/**
 * Highest high and lowest low of the last `period` candles, in constant time on average: the
 * window is the tail of the previous block plus the head of the current one (the running maximum
 * of van Herk, Pattern Recognition Letters 13, 1992).
 */
export class WindowExtremes {
  readonly period: number;
  readonly #highs: Float64Array;
  readonly #lows: Float64Array;
  readonly #tailHighest: Float64Array;
  readonly #tailLowest: Float64Array;
  #headHighest = -Infinity;
  #headLowest = Infinity;
  #position = 0;
  #isFull = false;

  constructor(period: number) {
    this.period = period;
    this.#highs = new Float64Array(period);
    this.#lows = new Float64Array(period);
    this.#tailHighest = new Float64Array(period + 1).fill(-Infinity);
    this.#tailLowest = new Float64Array(period + 1).fill(Infinity);
  }

  /** True once `period` candles were added. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add(high: number, low: number): void {
    if (this.#position === this.period) this.#startBlock();
    this.#highs[this.#position] = high;
    this.#lows[this.#position] = low;
    if (high > this.#headHighest) this.#headHighest = high;
    if (low < this.#headLowest) this.#headLowest = low;
    this.#position += 1;
    if (this.#position === this.period) this.#isFull = true;
  }

  get highest(): number {
    return Math.max(this.#headHighest, valueAt(this.#tailHighest, this.#position));
  }

  get lowest(): number {
    return Math.min(this.#headLowest, valueAt(this.#tailLowest, this.#position));
  }

  #startBlock(): void {
    let highest = -Infinity;
    let lowest = Infinity;
    for (let i = this.period - 1; i > 0; i -= 1) {
      highest = Math.max(highest, valueAt(this.#highs, i));
      lowest = Math.min(lowest, valueAt(this.#lows, i));
      this.#tailHighest[i] = highest;
      this.#tailLowest[i] = lowest;
    }
    this.#headHighest = -Infinity;
    this.#headLowest = Infinity;
    this.#position = 0;
  }
}
