import { MAX_INPUT, requireInput, requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { Wma } from './wma.ts';

/**
 * Hull moving average: WMA(2 * WMA(period / 2) - WMA(period), sqrt(period)), in the unit of the
 * input (Alan Hull, 2005). Convention: half and root are rounded down, as in Hull's own formula.
 * First value at input period + floor(sqrt(period)) - 1. May leave the range of its inputs.
 */
export class Hma implements Indicator<number, number> {
  readonly warmup: number;
  readonly #half: Wma;
  readonly #full: Wma;
  readonly #smooth: Wma;

  constructor(period: number) {
    requirePeriod('HMA', period, 2);
    const root = Math.floor(Math.sqrt(period));
    this.warmup = period + root - 1;
    this.#half = new Wma(Math.floor(period / 2));
    this.#full = new Wma(period);
    this.#smooth = new Wma(root);
  }

  get value(): number | null {
    return this.#smooth.value;
  }

  update(input: number): number | null {
    requireInput('HMA', input, MAX_INPUT / 4);
    const half = this.#half.update(input);
    const full = this.#full.update(input);
    if (half === null || full === null) return null;
    return this.#smooth.update(2 * half - full);
  }
}
