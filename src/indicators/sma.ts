import { requireInput, requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { WindowSum } from './window-sum.ts';

/**
 * Simple moving average: the plain mean of the last `period` inputs, in their unit.
 * First value at input `period`. The mean does not drift over any number of inputs, forgets an
 * outlier completely once it left the window, and of equal inputs is exactly that input.
 */
export class Sma implements Indicator<number, number> {
  readonly warmup: number;
  readonly #window: WindowSum;

  constructor(period: number) {
    requirePeriod('SMA', period);
    this.warmup = period;
    this.#window = new WindowSum(period);
  }

  get value(): number | null {
    return this.#window.isFull ? this.#window.mean : null;
  }

  update(input: number): number | null {
    requireInput('SMA', input);
    this.#window.add(input);
    return this.#window.isFull ? this.#window.mean : null;
  }
}
