import { BugError } from '../domain/errors.ts';
import { MAX_INPUT, requireInput, requirePeriod } from './checks.ts';
import { Ema } from './ema.ts';
import type { Indicator } from './indicator.ts';

/** All three in the unit of the input; histogram = line - signal. */
export type MacdValue = {
  readonly line: number;
  readonly signal: number;
  readonly histogram: number;
};

/**
 * Moving average convergence divergence: fast EMA minus slow EMA, and an EMA of that as its
 * signal line. Convention of TA-Lib: both averages get their seed on input `slow` (the fast one
 * skips the first slow - fast inputs), so `line` starts there, and `signal` is seeded with the mean
 * of its first `signalPeriod` lines. With 12, 26, 9 the line starts at input 26 and the value,
 * which needs all three, at input 34.
 */
export class Macd implements Indicator<number, MacdValue> {
  readonly warmup: number;
  readonly #fast: Ema;
  readonly #slow: Ema;
  readonly #signal: Ema;
  #skip: number;
  #line = 0;

  constructor(fast: number, slow: number, signalPeriod: number) {
    requirePeriod('MACD fast', fast);
    requirePeriod('MACD slow', slow);
    requirePeriod('MACD signal', signalPeriod);
    if (fast >= slow) throw new BugError(`MACD: fast ${fast} is not below slow ${slow}`);
    this.warmup = slow + signalPeriod - 1;
    this.#fast = new Ema(fast);
    this.#slow = new Ema(slow);
    this.#signal = new Ema(signalPeriod);
    this.#skip = slow - fast;
  }

  get line(): number | null {
    return this.#slow.value === null ? null : this.#line;
  }

  get signal(): number | null {
    return this.#signal.value;
  }

  get histogram(): number | null {
    const signal = this.#signal.value;
    return signal === null ? null : this.#line - signal;
  }

  get value(): MacdValue | null {
    const signal = this.#signal.value;
    if (signal === null) return null;
    return { line: this.#line, signal, histogram: this.#line - signal };
  }

  /** Takes the input without making an object; true once line, signal and histogram exist. */
  push(input: number): boolean {
    requireInput('MACD', input, MAX_INPUT / 4);
    const slow = this.#slow.update(input);
    if (this.#skip > 0) {
      this.#skip -= 1;
      return false;
    }
    const fast = this.#fast.update(input);
    if (fast === null || slow === null) return false;
    this.#line = fast - slow;
    return this.#signal.update(this.#line) !== null;
  }

  update(input: number): MacdValue | null {
    this.push(input);
    return this.value;
  }
}
