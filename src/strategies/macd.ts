import { z } from 'zod';
import type { CandleEvent } from '../domain/event.ts';
import type { Intent } from '../domain/intent.ts';
import { Macd } from '../indicators/macd.ts';
import type { Strategy, StrategyContext, StrategyThought, StrategyView } from '../ports.ts';
import { Cross } from './cross.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from './define.ts';
import { candles, direction, fastBelowSlow } from './params.ts';
import { Targets } from './targets.ts';

const params = z
  .strictObject({
    fast: candles(12, 'candles of the fast EMA; must be below slow'),
    slow: candles(26, 'candles of the slow EMA', 2),
    signal: candles(9, 'candles of the signal line, an EMA of the difference'),
    direction,
  })
  .check(fastBelowSlow);
type MacdParams = z.infer<typeof params>;

/**
 * Long after the MACD line crossed above its signal line, out or short after it crossed below.
 *
 * Worst case 5 %: the difference of two averages reacts before they cross themselves, so its exit
 * is nearer than that of ema-cross.
 */
export const macd = defineStrategy({
  name: 'macd',
  summary: 'Follows the cross of the MACD line and its signal line',
  params,
  timeframes: CANDLE_TIMEFRAMES,
  canShort: true,
  // Line and signal exist from candle slow + signal - 1, and a cross compares two of them.
  warmup: ({ slow, signal }) => slow + signal,
  worstCaseFraction: 0.05,
  chart: ({ fast, slow, signal }) => [{ indicator: 'macd', params: { fast, slow, signal } }],
  create: (of, context) => new MacdCross(of, context),
});

class MacdCross implements Strategy {
  readonly #macd: Macd;
  readonly #targets: Targets;
  readonly #cross = new Cross();

  constructor(of: MacdParams, context: StrategyContext) {
    this.#macd = new Macd(of.fast, of.slow, of.signal);
    this.#targets = new Targets(context, of.direction);
  }

  onCandle({ candle }: CandleEvent, view: StrategyView): readonly Intent[] | undefined {
    if (!this.#macd.push(candle.close)) return undefined;
    const cross = this.#cross.update(this.#macd.histogram ?? 0);
    if (cross === 0) return undefined;
    const targets = this.#targets;
    const side = cross > 0 ? targets.bullish : targets.bearish;
    if (!targets.wants(side, view)) return undefined;
    const way = cross > 0 ? 'above' : 'below';
    const { line, signal } = this.#macd;
    const lines = `MACD ${targets.price(line)} crossed ${way} its signal ${targets.price(signal)}`;
    return targets.hold(side, `${lines} at ${targets.price(candle.close)}`);
  }

  explain(): StrategyThought {
    const { line, signal, histogram } = this.#macd;
    const lines = `MACD ${this.#targets.price(line)} · signal ${this.#targets.price(signal)}`;
    return {
      text: signal === null ? `warming up · ${lines}` : `${this.#cross.word} · ${lines}`,
      inputs: { line, signal, histogram },
    };
  }
}
