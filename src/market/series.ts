import type { Candle } from '../domain/candle.ts';
import { assert } from '../domain/errors.ts';
import type { EpochMs } from '../domain/time.ts';

/**
 * The newest `capacity` finished candles of one market and timeframe. Columns, not objects: a
 * push copies six numbers and allocates nothing, so the caller may reuse its candle.
 */
export class CandleSeries {
  readonly capacity: number;
  readonly #openTime: Float64Array;
  readonly #open: Float64Array;
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  readonly #close: Float64Array;
  readonly #volume: Float64Array;
  /** Slot of the newest candle. */
  #newest = -1;
  #length = 0;
  #total = 0;

  /** Throws BugError when the capacity is not a whole number above zero. */
  constructor(capacity: number) {
    assert(Number.isSafeInteger(capacity) && capacity > 0, `series of ${capacity} candles`);
    this.capacity = capacity;
    this.#openTime = new Float64Array(capacity);
    this.#open = new Float64Array(capacity);
    this.#high = new Float64Array(capacity);
    this.#low = new Float64Array(capacity);
    this.#close = new Float64Array(capacity);
    this.#volume = new Float64Array(capacity);
  }

  /** Candles that can be read: at most `capacity`. */
  get length(): number {
    return this.#length;
  }

  /** Candles ever pushed. */
  get total(): number {
    return this.#total;
  }

  /** Adds the next finished candle; the oldest leaves when the series is full. */
  push(candle: Candle): void {
    const slot = this.#newest + 1 === this.capacity ? 0 : this.#newest + 1;
    this.#openTime[slot] = candle.openTime;
    this.#open[slot] = candle.open;
    this.#high[slot] = candle.high;
    this.#low[slot] = candle.low;
    this.#close[slot] = candle.close;
    this.#volume[slot] = candle.volume;
    this.#newest = slot;
    this.#total += 1;
    if (this.#length < this.capacity) this.#length += 1;
  }

  /** A copy of the candle `back` places before the newest (0); undefined beyond the oldest. */
  at(back: number): Candle | undefined {
    const slot = this.#slot(back);
    if (slot < 0) return undefined;
    return {
      openTime: this.#openTime[slot] ?? NaN,
      open: this.#open[slot] ?? NaN,
      high: this.#high[slot] ?? NaN,
      low: this.#low[slot] ?? NaN,
      close: this.#close[slot] ?? NaN,
      volume: this.#volume[slot] ?? NaN,
    };
  }

  /** Open time of the candle `back` places before the newest; NaN beyond the oldest. */
  openTimeAt(back: number): EpochMs {
    return this.#openTime[this.#slot(back)] ?? NaN;
  }

  /** Close price of the candle `back` places before the newest; NaN beyond the oldest. */
  closeAt(back: number): number {
    return this.#close[this.#slot(back)] ?? NaN;
  }

  /** Copies of the newest `count` candles (or as many as there are), oldest first. */
  newest(count: number): Candle[] {
    const candles: Candle[] = [];
    for (let back = Math.min(count, this.#length) - 1; back >= 0; back--) {
      const candle = this.at(back);
      if (candle) candles.push(candle);
    }
    return candles;
  }

  #slot(back: number): number {
    if (!(back >= 0 && back < this.#length)) return -1;
    const slot = this.#newest - back;
    return slot < 0 ? slot + this.capacity : slot;
  }
}
