import type { Candle } from '../domain/candle.ts';
import { requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { requireRange, trueRange } from './true-range.ts';
import { WilderAverage } from './wilder-average.ts';

/**
 * Average true range in quote per base: how far a candle usually moves.
 * Convention of TA-Lib: the first candle only gives the previous close, the seed is the mean of
 * the next `period` true ranges, then Wilder's smoothing. First value at candle period + 1.
 */
export class Atr implements Indicator<Candle, number> {
  readonly warmup: number;
  readonly #ranges: WilderAverage;
  #previousClose = 0;
  #hasPrevious = false;

  constructor(period: number) {
    requirePeriod('ATR', period);
    this.warmup = period + 1;
    this.#ranges = new WilderAverage(period);
  }

  get value(): number | null {
    return this.#ranges.isReady ? this.#ranges.average : null;
  }

  update(candle: Candle): number | null {
    requireRange('ATR', candle);
    if (this.#hasPrevious) this.#ranges.add(trueRange(candle, this.#previousClose));
    this.#previousClose = candle.close;
    this.#hasPrevious = true;
    return this.value;
  }
}
