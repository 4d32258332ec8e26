import type { Candle } from '../domain/candle.ts';
import { requirePeriod, requireVolume } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { ratioOr } from './ratio.ts';
import { requireRange } from './true-range.ts';
import { typicalPrice } from './typical-price.ts';
import { WindowSum } from './window-sum.ts';

/**
 * Rolling volume-weighted average price of the last `period` candles, in quote per base: the mean
 * of the typical prices (high + low + close) / 3, weighted with volume. Rolling, because a crypto
 * market has no session to start from. A window without any volume gives the plain mean. First
 * value at candle `period`. Throws on negative volume.
 */
export class Vwap implements Indicator<Candle, number> {
  readonly warmup: number;
  readonly #weighted: WindowSum;
  readonly #volume: WindowSum;
  readonly #plain: WindowSum;

  constructor(period: number) {
    requirePeriod('VWAP', period);
    this.warmup = period;
    this.#weighted = new WindowSum(period);
    this.#volume = new WindowSum(period);
    this.#plain = new WindowSum(period);
  }

  get value(): number | null {
    if (!this.#plain.isFull) return null;
    return ratioOr(this.#weighted.sum, this.#volume.sum, this.#plain.mean);
  }

  update(candle: Candle): number | null {
    requireRange('VWAP', candle);
    requireVolume('VWAP', candle.volume);
    const price = typicalPrice(candle);
    this.#weighted.add(price * candle.volume);
    this.#volume.add(candle.volume);
    this.#plain.add(price);
    return this.value;
  }
}
