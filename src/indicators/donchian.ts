import type { Candle } from '../domain/candle.ts';
import { requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { requireRange } from './true-range.ts';
import { WindowExtremes } from './window-extremes.ts';

/** Quote per base. */
export type DonchianValue = {
  readonly upper: number;
  readonly lower: number;
  readonly middle: number;
};

/**
 * Donchian's breakout channel: highest high and lowest low of the `period` candles *before* the
 * one just given, so that this candle's close can be compared with it directly; a channel that
 * contained the candle could never be broken by its close. First value at candle period + 1.
 */
export class Donchian implements Indicator<Candle, DonchianValue> {
  readonly warmup: number;
  readonly #extremes: WindowExtremes;
  #upper = 0;
  #lower = 0;
  #isReady = false;

  constructor(period: number) {
    requirePeriod('Donchian', period);
    this.warmup = period + 1;
    this.#extremes = new WindowExtremes(period);
  }

  get upper(): number | null {
    return this.#isReady ? this.#upper : null;
  }

  get lower(): number | null {
    return this.#isReady ? this.#lower : null;
  }

  get middle(): number | null {
    return this.#isReady ? (this.#upper + this.#lower) / 2 : null;
  }

  get value(): DonchianValue | null {
    const { upper, lower, middle } = this;
    if (upper === null || lower === null || middle === null) return null;
    return { upper, lower, middle };
  }

  /** Takes the candle without making an object; true once the channel exists. */
  push(candle: Candle): boolean {
    requireRange('Donchian', candle);
    if (this.#extremes.isFull) {
      this.#upper = this.#extremes.highest;
      this.#lower = this.#extremes.lowest;
      this.#isReady = true;
    }
    this.#extremes.add(candle.high, candle.low);
    return this.#isReady;
  }

  update(candle: Candle): DonchianValue | null {
    this.push(candle);
    return this.value;
  }
}
