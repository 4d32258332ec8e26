import type { Candle } from '../domain/candle.ts';
import { requirePeriod, requireVolume } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { ratioOr } from './ratio.ts';
import { requireRange } from './true-range.ts';
import { typicalPrice } from './typical-price.ts';
import { WindowSum } from './window-sum.ts';

/** No money moved the price: the middle, for the same reason as with RSI (TA-Lib says 0). */
const FLAT = 0.5;

/**
 * Money flow index, 0 to 100: the share of typical price * volume that flowed on rising typical
 * prices, over the last `period` changes; an unchanged price counts for neither side (TA-Lib, full
 * precision). No flow at all is 50, and money is counted by its size, so negative prices stay in
 * range. First value at candle period + 1. Throws on negative volume.
 */
export class Mfi implements Indicator<Candle, number> {
  readonly warmup: number;
  readonly #rising: WindowSum;
  readonly #falling: WindowSum;
  #previous = 0;
  #hasPrevious = false;

  constructor(period: number) {
    requirePeriod('MFI', period);
    this.warmup = period + 1;
    this.#rising = new WindowSum(period);
    this.#falling = new WindowSum(period);
  }

  get value(): number | null {
    if (!this.#rising.isFull) return null;
    const rising = this.#rising.sum;
    return 100 * ratioOr(rising, rising + this.#falling.sum, FLAT);
  }

  update(candle: Candle): number | null {
    requireRange('MFI', candle);
    requireVolume('MFI', candle.volume);
    const price = typicalPrice(candle);
    if (this.#hasPrevious) {
      const flow = Math.abs(price) * candle.volume;
      this.#rising.add(price > this.#previous ? flow : 0);
      this.#falling.add(price < this.#previous ? flow : 0);
    }
    this.#previous = price;
    this.#hasPrevious = true;
    return this.value;
  }
}
