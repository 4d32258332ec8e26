/** Upward, none, downward. */
export type CrossSign = 1 | 0 | -1;

/**
 * Tells when one line crosses another, from their difference candle by candle. A cross is strict on
 * both candles: a[-2] < b[-2] and a[-1] > b[-1], or the other way round. Equal values are no cross,
 * neither on arrival nor on leaving: lines that meet exactly and then part have not crossed, and
 * the next pair of candles with strict inequalities decides (the rule of the pinned backtests).
 */
export class Cross {
  #previous = 0;

  /** Takes the difference of the newest candle, a - b. */
  update(difference: number): CrossSign {
    const previous = this.#previous;
    this.#previous = difference;
    if (previous < 0 && difference > 0) return 1;
    return previous > 0 && difference < 0 ? -1 : 0;
  }

  /** Where a stood against b on the newest candle. */
  get word(): 'above' | 'below' | 'level' {
    return this.#previous > 0 ? 'above' : this.#previous < 0 ? 'below' : 'level';
  }
}
