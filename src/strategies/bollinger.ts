import { z } from 'zod';
import type { Candle } from '../domain/candle.ts';
import type { CandleEvent } from '../domain/event.ts';
import type { Intent } from '../domain/intent.ts';
import type { PositionSide } from '../domain/position.ts';
import { Bollinger } from '../indicators/bollinger.ts';
import type { Strategy, StrategyContext, StrategyThought, StrategyView } from '../ports.ts';
import { comparePrices } from './compare-prices.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from './define.ts';
import { candles, direction, number } from './params.ts';
import { Targets } from './targets.ts';

const params = z.strictObject({
  period: candles(20, 'candles of the bands', 2),
  width: number(2, 'standard deviations from the middle to a band', { min: 0.1, max: 10 }),
  direction,
});
type BollingerParams = z.infer<typeof params>;

interface Bands {
  readonly middle: number;
  readonly upper: number;
  readonly lower: number;
}

/**
 * Back to the mean: once a candle has touched the lower band, long at the first close back inside
 * (that may be the same candle's), short likewise at the upper band, out at the middle. A close
 * beyond the middle comes too late for an entry and ends the wait; bands without width (a market
 * that stands still) are touched by everything and mean nothing.
 *
 * Worst case 5 %: if the price goes on, the middle follows it and meets it within one period, so
 * the loss is what an intraday market moves in about 20 candles.
 */
export const bollinger = defineStrategy({
  name: 'bollinger',
  summary: 'Buys the return into the Bollinger bands and closes at the middle',
  params,
  timeframes: CANDLE_TIMEFRAMES,
  canShort: true,
  // Touch and return can happen on the candle that makes the first bands.
  warmup: ({ period }) => period,
  worstCaseFraction: 0.05,
  chart: ({ period, width }) => [{ indicator: 'bollinger', params: { period, width } }],
  create: (of, context) => new BollingerReturn(of, context),
});

class BollingerReturn implements Strategy {
  readonly #bands: Bollinger;
  readonly #targets: Targets;
  #touchedLower = false;
  #touchedUpper = false;
  #held: PositionSide = 'flat';

  constructor(of: BollingerParams, context: StrategyContext) {
    this.#bands = new Bollinger(of.period, of.width);
    this.#targets = new Targets(context, of.direction);
  }

  onCandle({ candle }: CandleEvent, view: StrategyView): readonly Intent[] | undefined {
    if (!this.#bands.push(candle.close)) return undefined;
    const { middle, upper, lower } = this.#bands;
    if (middle === null || upper === null || lower === null) return undefined;
    this.#held = this.#targets.held(view);
    const { close } = candle;
    if (lower < upper) {
      if (comparePrices(candle.low, lower) <= 0) this.#touchedLower = true;
      if (comparePrices(candle.high, upper) >= 0) this.#touchedUpper = true;
    }
    const isUp = this.#touchedLower && comparePrices(close, lower) > 0;
    const isDown = this.#touchedUpper && comparePrices(close, upper) < 0;
    const fromMiddle = comparePrices(close, middle);
    if (isUp) this.#touchedLower = false;
    if (isDown) this.#touchedUpper = false;
    if (isUp && fromMiddle < 0) return this.#enter('lower', candle, { middle, upper, lower }, view);
    if (isDown && fromMiddle > 0)
      return this.#enter('upper', candle, { middle, upper, lower }, view);
    const isDone =
      this.#held === 'long' ? fromMiddle >= 0 : this.#held === 'short' && fromMiddle <= 0;
    return isDone ? this.#leave(close, middle, view) : undefined;
  }

  #enter(
    band: 'lower' | 'upper',
    candle: Candle,
    bands: Bands,
    view: StrategyView,
  ): readonly Intent[] | undefined {
    const targets = this.#targets;
    const side = band === 'lower' ? targets.bullish : targets.bearish;
    if (!targets.wants(side, view)) return undefined;
    const close = targets.price(candle.close);
    return targets.hold(
      side,
      `close ${close} back inside the ${band} band ${targets.price(bands[band])}`,
    );
  }

  #leave(close: number, middle: number, view: StrategyView): readonly Intent[] | undefined {
    const targets = this.#targets;
    if (!targets.wants('flat', view)) return undefined;
    return targets.hold(
      'flat',
      `close ${targets.price(close)} at the middle ${targets.price(middle)}`,
    );
  }

  explain(): StrategyThought {
    const { middle, upper, lower } = this.#bands;
    const price = (value: number | null): string => this.#targets.price(value);
    const waits = this.#touchedLower ? ` · armed ${price(lower)}` : '';
    const waitsDown = this.#touchedUpper ? ` · armed ${price(upper)}` : '';
    const text = `${this.#held} · bands ${price(lower)} to ${price(upper)}${waits}${waitsDown}`;
    return {
      text: middle === null ? 'warming up' : text,
      inputs: { middle, upper, lower },
    };
  }
}
