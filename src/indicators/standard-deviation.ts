import { requireInput, requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { RecentValues } from './recent-values.ts';
import { valueAt } from './value-at.ts';
import { WindowSum } from './window-sum.ts';

/**
 * Standard deviation of the last `period` inputs, in their unit. Convention: population (divided
 * by `period`), as TA-Lib and Bollinger use it. First value at input `period`; exactly 0 for equal
 * inputs. Squares are summed anew around the exact mean each time, so nothing cancels or drifts;
 * time per input grows with the period.
 */
export class StandardDeviation implements Indicator<number, number> {
  readonly warmup: number;
  readonly #window: WindowSum;
  readonly #recent: RecentValues;
  #mean = 0;
  #deviation = 0;

  constructor(period: number) {
    requirePeriod('standard deviation', period);
    this.warmup = period;
    this.#window = new WindowSum(period);
    this.#recent = new RecentValues(period);
  }

  get value(): number | null {
    return this.#recent.isFull ? this.#deviation : null;
  }

  /** Mean of the same window. */
  get mean(): number | null {
    return this.#recent.isFull ? this.#mean : null;
  }

  update(input: number): number | null {
    requireInput('standard deviation', input);
    this.#window.add(input);
    this.#recent.add(input);
    if (!this.#recent.isFull) return null;
    const mean = this.#window.mean;
    const { values, start } = this.#recent;
    const end = start + this.warmup;
    let squares = 0;
    for (let i = start; i < end; i += 1) {
      const distance = valueAt(values, i) - mean;
      squares += distance * distance;
    }
    this.#mean = mean;
    this.#deviation = Math.sqrt(squares / this.warmup);
    return this.#deviation;
  }
}
