import type { Candle } from '../domain/candle.ts';
import { requirePeriod } from './checks.ts';
import type { Indicator } from './indicator.ts';
import { ratioOr } from './ratio.ts';
import { Sma } from './sma.ts';
import { requireRange } from './true-range.ts';
import { WindowExtremes } from './window-extremes.ts';

/** Both 0 to 100. */
export type StochasticValue = {
  readonly k: number;
  readonly d: number;
};

export interface StochasticPeriods {
  readonly kPeriod: number;
  readonly smooth: number;
  readonly dPeriod: number;
}

/** No range to stand in: the middle, for the same reason as with RSI (TA-Lib says 0). */
const FLAT = 0.5;

/**
 * Slow stochastic: where the close stands in the range of the last `kPeriod` candles, smoothed by
 * a simple mean of `smooth` (k), and its simple mean of `dPeriod` (d); Lane's indicator as TA-Lib
 * computes it. A window without range counts 50. `k` starts at candle kPeriod + smooth - 1, the
 * value (both) dPeriod - 1 candles later.
 */
export class Stochastic implements Indicator<Candle, StochasticValue> {
  readonly warmup: number;
  readonly #extremes: WindowExtremes;
  readonly #k: Sma;
  readonly #d: Sma;

  constructor({ kPeriod, smooth, dPeriod }: StochasticPeriods) {
    requirePeriod('stochastic k', kPeriod);
    requirePeriod('stochastic smooth', smooth);
    requirePeriod('stochastic d', dPeriod);
    this.warmup = kPeriod + smooth + dPeriod - 2;
    this.#extremes = new WindowExtremes(kPeriod);
    this.#k = new Sma(smooth);
    this.#d = new Sma(dPeriod);
  }

  get k(): number | null {
    return this.#k.value;
  }

  get d(): number | null {
    return this.#d.value;
  }

  get value(): StochasticValue | null {
    const { k, d } = this;
    return k === null || d === null ? null : { k, d };
  }

  /** Takes the candle without making an object; true once both lines exist. */
  push(candle: Candle): boolean {
    requireRange('stochastic', candle);
    this.#extremes.add(candle.high, candle.low);
    if (!this.#extremes.isFull) return false;
    const { highest, lowest } = this.#extremes;
    const k = this.#k.update(100 * ratioOr(candle.close - lowest, highest - lowest, FLAT));
    return k !== null && this.#d.update(k) !== null;
  }

  update(candle: Candle): StochasticValue | null {
    this.push(candle);
    return this.value;
  }
}
