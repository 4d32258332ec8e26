import { requireInput, requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { RecentValues } from './recent-values.ts';
import { valueAt } from './value-at.ts';

/**
 * Linearly weighted moving average: the newest input weighs `period`, the oldest 1; in the unit of
 * the input. First value at input `period`. Time per input grows with the period: the sum is made
 * anew each time, so nothing drifts, and it is taken around the newest input, so that equal inputs
 * give exactly that input.
 */
export class Wma implements Indicator<number, number> {
  readonly warmup: number;
  readonly #recent: RecentValues;
  readonly #weights: number;
  #average = 0;

  constructor(period: number) {
    requirePeriod('WMA', period);
    this.warmup = period;
    this.#recent = new RecentValues(period);
    this.#weights = (period * (period + 1)) / 2;
  }

  get value(): number | null {
    return this.#recent.isFull ? this.#average : null;
  }

  update(input: number): number | null {
    requireInput('WMA', input);
    this.#recent.add(input);
    if (!this.#recent.isFull) return null;
    const { values, start } = this.#recent;
    let distance = 0;
    for (let weight = 1; weight < this.warmup; weight += 1) {
      distance += weight * (valueAt(values, start + weight - 1) - input);
    }
    this.#average = input + distance / this.#weights;
    return this.#average;
  }
}
