import type { Candle } from '../domain/candle.ts';
import { requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { ratioOr } from './ratio.ts';
import { RecentValues } from './recent-values.ts';
import { requireRange } from './true-range.ts';
import { typicalPrice } from './typical-price.ts';
import { valueAt } from './value-at.ts';
import { WindowSum } from './window-sum.ts';

/** Lambert's constant; it puts most values between -100 and 100. */
const LAMBERT = 0.015;

/**
 * Commodity channel index: distance of the typical price from its mean over `period` candles, in
 * units of 0.015 mean absolute deviations (Lambert 1980; TA-Lib). A flat window is 0. First value
 * at candle `period`. Time per candle grows with the period.
 */
export class Cci implements Indicator<Candle, number> {
  readonly warmup: number;
  readonly #window: WindowSum;
  readonly #recent: RecentValues;
  #index = 0;

  constructor(period: number) {
    requirePeriod('CCI', period);
    this.warmup = period;
    this.#window = new WindowSum(period);
    this.#recent = new RecentValues(period);
  }

  get value(): number | null {
    return this.#recent.isFull ? this.#index : null;
  }

  update(candle: Candle): number | null {
    requireRange('CCI', candle);
    const price = typicalPrice(candle);
    this.#window.add(price);
    this.#recent.add(price);
    if (!this.#recent.isFull) return null;
    const mean = this.#window.mean;
    const { values, start } = this.#recent;
    const end = start + this.warmup;
    let distances = 0;
    for (let i = start; i < end; i += 1) distances += Math.abs(valueAt(values, i) - mean);
    this.#index = ratioOr(price - mean, (LAMBERT * distances) / this.warmup, 0);
    return this.#index;
  }
}
