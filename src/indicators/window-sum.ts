import { meanOf } from './compensated-sum.ts';
import { valueAt } from './value-at.ts';

/**
 * Sum and mean of the last `period` values, in constant time on average.
 *
 * Nothing is ever subtracted, so a value that left the window leaves no trace: time is cut into
 * blocks of `period` values, and the window is always the tail of the previous block (summed from
 * its end, once per block) plus the head of the current one. Both parts carry their rounding error
 * along (as CompensatedSum does; written out here, because this is the hottest path of all), so
 * the result depends on the window alone and not on where a run began: a restarted run that was
 * warmed up from history continues with the same figures.
 */
export class WindowSum {
  readonly period: number;
  readonly #block: Float64Array;
  readonly #tailHigh: Float64Array;
  readonly #tailLow: Float64Array;
  #headHigh = 0;
  #headLow = 0;
  #position = 0;
  #isFull = false;

  constructor(period: number) {
    this.period = period;
    this.#block = new Float64Array(period);
    this.#tailHigh = new Float64Array(period + 1);
    this.#tailLow = new Float64Array(period + 1);
  }

  /** True once `period` values were added. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add(value: number): void {
    if (this.#position === this.period) this.#startBlock();
    this.#block[this.#position] = value;
    const before = this.#headHigh;
    const sum = before + value;
    const added = sum - before;
    this.#headLow += before - (sum - added) + (value - added);
    this.#headHigh = sum;
    this.#position += 1;
    if (this.#position === this.period) this.#isFull = true;
  }

  /** Sum of the values in the window. */
  get sum(): number {
    const head = this.#headHigh;
    const tail = valueAt(this.#tailHigh, this.#position);
    const high = head + tail;
    const added = high - head;
    const error = head - (high - added) + (tail - added);
    return high + (error + this.#headLow + valueAt(this.#tailLow, this.#position));
  }

  /** Mean over `period` values; meaningful once the window is full. */
  get mean(): number {
    const head = this.#headHigh;
    const tail = valueAt(this.#tailHigh, this.#position);
    const high = head + tail;
    const added = high - head;
    const error = head - (high - added) + (tail - added);
    const low = error + this.#headLow + valueAt(this.#tailLow, this.#position);
    return meanOf(high, low, this.period);
  }

  #startBlock(): void {
    let high = 0;
    let low = 0;
    for (let i = this.period - 1; i > 0; i -= 1) {
      const value = valueAt(this.#block, i);
      const sum = high + value;
      const added = sum - high;
      low += high - (sum - added) + (value - added);
      high = sum;
      this.#tailHigh[i] = high;
      this.#tailLow[i] = low;
    }
    this.#headHigh = 0;
    this.#headLow = 0;
    this.#position = 0;
  }
}
