import { CompensatedSum } from './compensated-sum.ts';

/**
 * Wilder's smoothing: the plain mean of the first `period` values, then each value moves it by
 * 1/period of the distance (Wilder 1978). Written as a step from the old average, so that equal
 * values leave it exactly where it is.
 */
export class WilderAverage {
  readonly period: number;
  readonly #seed = new CompensatedSum();
  #count = 0;
  #average = 0;

  constructor(period: number) {
    this.period = period;
  }

  get isReady(): boolean {
    return this.#count === this.period;
  }

  /** Meaningful once ready. */
  get average(): number {
    return this.#average;
  }

  add(value: number): void {
    if (this.#count === this.period) {
      this.#average += (value - this.#average) / this.period;
      return;
    }
    this.#seed.add(value);
    this.#count += 1;
    if (this.#count === this.period) this.#average = this.#seed.mean(this.period);
  }
}
