import type { EpochMs } from '../domain/time.ts';
import type { EquityCurve } from '../portfolio/stats.ts';

const FIRST_CAPACITY = 4_096;

/**
 * Collects equity bar by bar in typed arrays that double as they grow: 16 bytes a bar, none of
 * them on the heap. Exactly as large as needed when the number of bars is known beforehand.
 */
export class EquityCollector {
  #times: Float64Array;
  #values: Float64Array;
  #length = 0;
  #held = 0;
  #peak = Number.NEGATIVE_INFINITY;

  constructor(expected: number | null) {
    const capacity = Math.max(1, expected ?? FIRST_CAPACITY);
    this.#times = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  /** A finished bar: its open time, the equity at its close, and whether it saw a position. */
  add(time: EpochMs, equity: number, held: boolean): void {
    const at = this.#length;
    if (at === this.#values.length) this.#grow();
    this.#times[at] = time;
    this.#values[at] = equity;
    this.#length = at + 1;
    if (held) this.#held += 1;
    if (equity > this.#peak) this.#peak = equity;
  }

  get length(): number {
    return this.#length;
  }

  /** Highest equity at a close; -Infinity before the first. */
  get peak(): number {
    return this.#peak;
  }

  /**
   * Bars that saw a position ÷ all bars; null without bars. The bar of the entry and that of the
   * exit count, as backtesting.py counts them.
   */
  get exposureFraction(): number | null {
    return this.#length === 0 ? null : this.#held / this.#length;
  }

  /** The curve so far; shares its memory with the collector. */
  curve(): EquityCurve {
    return {
      times: this.#times.subarray(0, this.#length),
      values: this.#values.subarray(0, this.#length),
    };
  }

  #grow(): void {
    const { length } = this.#values;
    const times = new Float64Array(length * 2);
    const values = new Float64Array(length * 2);
    times.set(this.#times);
    values.set(this.#values);
    this.#times = times;
    this.#values = values;
  }
}
