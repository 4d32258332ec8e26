import { requireInput, requirePeriod } from './checks.ts';
import { CompensatedSum } from './compensated-sum.ts';
import type { Indicator } from './indicator.ts';

/**
 * Exponential moving average with weight 2 / (period + 1), in the unit of the input.
 * Convention: seeded with the simple mean of the first `period` inputs, as TA-Lib does (others
 * start at the first price and need several periods to agree). First value at input `period`.
 */
export class Ema implements Indicator<number, number> {
  readonly warmup: number;
  readonly #weight: number;
  readonly #seed = new CompensatedSum();
  #count = 0;
  #average = 0;

  constructor(period: number) {
    requirePeriod('EMA', period);
    this.warmup = period;
    this.#weight = 2 / (period + 1);
  }

  get value(): number | null {
    return this.#count === this.warmup ? this.#average : null;
  }

  update(input: number): number | null {
    requireInput('EMA', input);
    if (this.#count === this.warmup) {
      this.#average += (input - this.#average) * this.#weight;
      return this.#average;
    }
    this.#seed.add(input);
    this.#count += 1;
    if (this.#count < this.warmup) return null;
    this.#average = this.#seed.mean(this.warmup);
    return this.#average;
  }
}
