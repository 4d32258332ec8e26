import { requireInput, requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { ratioOr } from './ratio.ts';
import { RecentValues } from './recent-values.ts';

/**
 * Rate of change in percent against the input `period` inputs ago. Convention of TA-Lib: where
 * that input is 0 there is nothing to compare with and the result is 0. First value at input
 * period + 1.
 */
export class Roc implements Indicator<number, number> {
  readonly warmup: number;
  readonly #recent: RecentValues;
  #change = 0;
  #isReady = false;

  constructor(period: number) {
    requirePeriod('ROC', period);
    this.warmup = period + 1;
    this.#recent = new RecentValues(period);
  }

  get value(): number | null {
    return this.#isReady ? this.#change : null;
  }

  update(input: number): number | null {
    requireInput('ROC', input);
    if (this.#recent.isFull) {
      const before = this.#recent.oldest;
      this.#change = ratioOr(100 * (input - before), before, 0);
      this.#isReady = true;
    }
    this.#recent.add(input);
    return this.value;
  }
}
