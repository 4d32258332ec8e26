import type { Candle } from '../domain/candle.ts';
import { requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { RecentValues } from './recent-values.ts';
import { requireRange } from './true-range.ts';
import { valueAt } from './value-at.ts';

/**
 * The last confirmed pivots in quote per base, and how many candles ago each one was (its age is
 * `right` on the candle that confirms it). Null until the first one of its kind.
 */
export type SwingValue = {
  readonly high: number | null;
  readonly highAge: number | null;
  readonly low: number | null;
  readonly lowAge: number | null;
};

/**
 * Swing highs and lows with a confirmation lag. A pivot high is a candle whose high is not below
 * any of the `left` highs before it and above each of the `right` highs after it; lows mirror it.
 * It is known only `right` candles later and is never reported earlier. Of equal highs in a row
 * the last one counts, because the turn comes after it, and a flat market has no pivots. First
 * value (possibly without a pivot yet) at candle left + right + 1.
 */
export class Swing implements Indicator<Candle, SwingValue> {
  readonly warmup: number;
  readonly #right: number;
  readonly #highs: RecentValues;
  readonly #lows: RecentValues;
  #high = 0;
  #low = 0;
  #highAge = -1;
  #lowAge = -1;

  constructor(left: number, right: number) {
    requirePeriod('swing left', left);
    requirePeriod('swing right', right);
    this.warmup = left + right + 1;
    this.#right = right;
    this.#highs = new RecentValues(this.warmup);
    this.#lows = new RecentValues(this.warmup);
  }

  get high(): number | null {
    return this.#highAge < 0 ? null : this.#high;
  }

  get highAge(): number | null {
    return this.#highAge < 0 ? null : this.#highAge;
  }

  get low(): number | null {
    return this.#lowAge < 0 ? null : this.#low;
  }

  get lowAge(): number | null {
    return this.#lowAge < 0 ? null : this.#lowAge;
  }

  get value(): SwingValue | null {
    if (!this.#highs.isFull) return null;
    return { high: this.high, highAge: this.highAge, low: this.low, lowAge: this.lowAge };
  }

  /** Takes the candle without making an object; true once the window is full. */
  push(candle: Candle): boolean {
    requireRange('swing', candle);
    this.#highs.add(candle.high);
    // Lows are kept negated: then a pivot low is a pivot high, by one and the same rule.
    this.#lows.add(-candle.low);
    if (this.#highAge >= 0) this.#highAge += 1;
    if (this.#lowAge >= 0) this.#lowAge += 1;
    if (!this.#highs.isFull) return false;
    if (this.#isPivot(this.#highs)) {
      this.#high = this.#candidate(this.#highs);
      this.#highAge = this.#right;
    }
    if (this.#isPivot(this.#lows)) {
      this.#low = 0 - this.#candidate(this.#lows);
      this.#lowAge = this.#right;
    }
    return true;
  }

  update(candle: Candle): SwingValue | null {
    this.push(candle);
    return this.value;
  }

  #candidate({ values, start }: RecentValues): number {
    return valueAt(values, start + this.warmup - 1 - this.#right);
  }

  #isPivot(window: RecentValues): boolean {
    const { values, start } = window;
    const candidate = this.#candidate(window);
    const middle = start + this.warmup - 1 - this.#right;
    for (let i = start; i < middle; i += 1) if (valueAt(values, i) > candidate) return false;
    const end = start + this.warmup;
    for (let i = middle + 1; i < end; i += 1) if (valueAt(values, i) >= candidate) return false;
    return true;
  }
}
