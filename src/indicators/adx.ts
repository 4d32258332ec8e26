import type { Candle } from '../domain/candle.ts';
import { requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { ratioOr } from './ratio.ts';
import { requireRange, trueRange } from './true-range.ts';

/** All three 0 to 100. */
export type AdxValue = {
  readonly adx: number;
  readonly plusDi: number;
  readonly minusDi: number;
};

/**
 * Wilder's average directional index: the strength of a trend, with its two directional
 * indicators. Conventions of Wilder (1978) and TA-Lib:
 * - a candle that reaches equally far up and down counts for neither direction;
 * - the running sums start with the first period - 1 moves and then lose 1/period per candle;
 * - the seed of the ADX is the mean of the first `period` directional indexes;
 * - a candle without any direction to measure leaves the ADX as it was, so a market that is flat
 *   from its start has 0.
 * The directional indicators start at candle period + 1, the value at candle 2 * period.
 */
export class Adx implements Indicator<Candle, AdxValue> {
  readonly warmup: number;
  readonly #period: number;
  #count = 0;
  #previousHigh = 0;
  #previousLow = 0;
  #previousClose = 0;
  #range = 0;
  #plusMove = 0;
  #minusMove = 0;
  #indexSum = 0;
  #adx = 0;

  constructor(period: number) {
    requirePeriod('ADX', period, 2);
    this.warmup = period * 2;
    this.#period = period;
  }

  get adx(): number | null {
    return this.#count < this.warmup ? null : this.#adx;
  }

  get plusDi(): number | null {
    return this.#count <= this.#period ? null : 100 * ratioOr(this.#plusMove, this.#range, 0);
  }

  get minusDi(): number | null {
    return this.#count <= this.#period ? null : 100 * ratioOr(this.#minusMove, this.#range, 0);
  }

  get value(): AdxValue | null {
    const { adx, plusDi, minusDi } = this;
    if (adx === null || plusDi === null || minusDi === null) return null;
    return { adx, plusDi, minusDi };
  }

  /** Takes the candle without making an object; true once all three exist. */
  push(candle: Candle): boolean {
    requireRange('ADX', candle);
    if (this.#count > 0) this.#addMove(candle);
    // Counting stops at the warm-up; a session of any length stays in small integers.
    if (this.#count < this.warmup) this.#count += 1;
    this.#previousHigh = candle.high;
    this.#previousLow = candle.low;
    this.#previousClose = candle.close;
    return this.#count === this.warmup;
  }

  update(candle: Candle): AdxValue | null {
    this.push(candle);
    return this.value;
  }

  /** `#count` is the number of candles before this one, which is also the number of this move. */
  #addMove(candle: Candle): void {
    const up = candle.high - this.#previousHigh;
    const down = this.#previousLow - candle.low;
    const keep = this.#count < this.#period ? 1 : 1 - 1 / this.#period;
    this.#range = this.#range * keep + trueRange(candle, this.#previousClose);
    this.#plusMove = this.#plusMove * keep + (up > down && up > 0 ? up : 0);
    this.#minusMove = this.#minusMove * keep + (down > up && down > 0 ? down : 0);
    if (this.#count >= this.#period) this.#addIndex();
  }

  #addIndex(): void {
    const seeding = this.#count < this.warmup;
    const index =
      100 *
      ratioOr(
        Math.abs(this.#plusMove - this.#minusMove),
        this.#plusMove + this.#minusMove,
        seeding ? 0 : this.#adx / 100,
      );
    if (!seeding) {
      this.#adx += (index - this.#adx) / this.#period;
      return;
    }
    this.#indexSum += index;
    if (this.#count === this.warmup - 1) this.#adx = this.#indexSum / this.#period;
  }
}
