import type { Candle } from '../domain/candle.ts';
import { requireInput, requireVolume } from './checks.ts';
import { CompensatedSum } from './compensated-sum.ts';
import type { Indicator } from './indicator.ts';

/**
 * On-balance volume in base units: volume is added when the close rises and subtracted when it
 * falls (Granville 1963). Convention of TA-Lib: it starts with the volume of the first candle, so
 * only its changes mean anything. First value at the first candle. Throws on negative volume.
 */
export class Obv implements Indicator<Candle, number> {
  readonly warmup = 1;
  readonly #volume = new CompensatedSum();
  #previousClose = 0;
  #hasPrevious = false;

  get value(): number | null {
    return this.#hasPrevious ? this.#volume.total : null;
  }

  update(candle: Candle): number | null {
    requireInput('OBV', candle.close);
    requireVolume('OBV', candle.volume);
    if (!this.#hasPrevious || candle.close > this.#previousClose) {
      this.#volume.add(candle.volume);
    } else if (candle.close < this.#previousClose) {
      this.#volume.add(-candle.volume);
    }
    this.#previousClose = candle.close;
    this.#hasPrevious = true;
    return this.value;
  }
}
