import { requireInput, requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { StandardDeviation } from './standard-deviation.ts';

/** All three in the unit of the input. */
export type BollingerValue = {
  readonly middle: number;
  readonly upper: number;
  readonly lower: number;
};

/**
 * Bollinger bands: the simple mean of the last `period` inputs, and `width` population standard
 * deviations above and below it (TA-Lib; Bollinger's own choice). First value at input `period`;
 * in a flat market the three are exactly equal.
 */
export class Bollinger implements Indicator<number, BollingerValue> {
  readonly warmup: number;
  readonly #width: number;
  readonly #deviation: StandardDeviation;

  constructor(period: number, width: number) {
    requirePeriod('Bollinger', period);
    requireInput('Bollinger width', width);
    this.warmup = period;
    this.#width = width;
    this.#deviation = new StandardDeviation(period);
  }

  get middle(): number | null {
    return this.#deviation.mean;
  }

  get upper(): number | null {
    const mean = this.#deviation.mean;
    const deviation = this.#deviation.value;
    return mean === null || deviation === null ? null : mean + this.#width * deviation;
  }

  get lower(): number | null {
    const mean = this.#deviation.mean;
    const deviation = this.#deviation.value;
    return mean === null || deviation === null ? null : mean - this.#width * deviation;
  }

  get value(): BollingerValue | null {
    const { middle, upper, lower } = this;
    if (middle === null || upper === null || lower === null) return null;
    return { middle, upper, lower };
  }

  /** Takes the input without making an object; true once the bands exist. */
  push(input: number): boolean {
    return this.#deviation.update(input) !== null;
  }

  update(input: number): BollingerValue | null {
    this.push(input);
    return this.value;
  }
}
