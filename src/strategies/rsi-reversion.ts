import { z } from 'zod';
import type { CandleEvent } from '../domain/event.ts';
import type { Intent } from '../domain/intent.ts';
import type { PositionSide } from '../domain/position.ts';
import { Rsi } from '../indicators/rsi.ts';
import type { Strategy, StrategyContext, StrategyThought, StrategyView } from '../ports.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from './define.ts';
import { numberText } from './number-text.ts';
import { candles, direction, number } from './params.ts';
import { Targets } from './targets.ts';

const SCALE = { min: 0, max: 100 };

const params = z
  .strictObject({
    period: candles(14, 'candles of the RSI'),
    oversold: number(30, 'RSI below which it goes long; must be below exit', SCALE),
    overbought: number(70, 'RSI above which it goes short; must be above exit', SCALE),
    exit: number(50, 'RSI at which a position is closed', SCALE),
    direction,
  })
  .check((payload) => {
    const { oversold, exit, overbought } = payload.value;
    if (oversold < exit && exit < overbought) return;
    const message =
      `oversold ${oversold}, exit ${exit}, overbought ${overbought} ` +
      'must rise: oversold below exit below overbought';
    payload.issues.push({ code: 'custom', message, input: payload.value });
  });
type RsiParams = z.infer<typeof params>;

/**
 * Against exaggerations: long when the RSI falls below `oversold`, short when it rises above
 * `overbought`, out once it is back at `exit`. It enters on the candle that passes the level
 * (not below it before, below it now), so after a stop it waits for the next fall.
 *
 * Worst case 5 %: a fall that goes on keeps the RSI down, but Wilder's average forgets: within
 * about two periods of sideways candles it is back at the exit, wherever the price stands. On
 * intraday candles a market rarely goes further than that meanwhile.
 */
export const rsiReversion = defineStrategy({
  name: 'rsi-reversion',
  summary: 'Buys an oversold RSI and closes when it is back in the middle',
  params,
  timeframes: CANDLE_TIMEFRAMES,
  canShort: true,
  // The first RSI comes with candle period + 1, and passing a level takes two of them.
  warmup: ({ period }) => period + 2,
  worstCaseFraction: 0.05,
  chart: ({ period }) => [{ indicator: 'rsi', params: { period } }],
  create: (of, context) => new RsiReversion(of, context),
});

class RsiReversion implements Strategy {
  readonly #params: RsiParams;
  readonly #rsi: Rsi;
  readonly #targets: Targets;
  /** The RSI one candle ago; NaN compares false with every level. */
  #previous = NaN;
  #held: PositionSide = 'flat';

  constructor(of: RsiParams, context: StrategyContext) {
    this.#params = of;
    this.#rsi = new Rsi(of.period);
    this.#targets = new Targets(context, of.direction);
  }

  onCandle({ candle }: CandleEvent, view: StrategyView): readonly Intent[] | undefined {
    const rsi = this.#rsi.update(candle.close);
    if (rsi === null) return undefined;
    const previous = this.#previous;
    this.#previous = rsi;
    const { oversold, overbought, exit } = this.#params;
    const targets = this.#targets;
    this.#held = targets.held(view);
    if (previous >= oversold && rsi < oversold) {
      return this.#hold(targets.bullish, view, { rsi, at: candle.close, passed: oversold });
    }
    if (previous <= overbought && rsi > overbought) {
      return this.#hold(targets.bearish, view, { rsi, at: candle.close, passed: overbought });
    }
    const isDone = this.#held === 'long' ? rsi >= exit : this.#held === 'short' && rsi <= exit;
    return isDone ? this.#hold('flat', view, { rsi, at: candle.close, passed: exit }) : undefined;
  }

  #hold(
    side: PositionSide,
    view: StrategyView,
    of: { readonly rsi: number; readonly at: number; readonly passed: number },
  ): readonly Intent[] | undefined {
    const targets = this.#targets;
    if (!targets.wants(side, view)) return undefined;
    const way = of.rsi < of.passed ? 'below' : of.rsi > of.passed ? 'above' : 'back at';
    const rsi = numberText(of.rsi, 1);
    const reason = `RSI ${this.#params.period} at ${rsi}, ${way} ${of.passed}`;
    return targets.hold(side, `${reason}, price ${targets.price(of.at)}`);
  }

  explain(): StrategyThought {
    const rsi = this.#rsi.value;
    const text = `RSI ${numberText(rsi, 0)}`;
    const { oversold, overbought, exit } = this.#params;
    return {
      text: rsi === null ? `warming up · ${text}` : `${this.#held} · ${text}`,
      inputs: { rsi, oversold, overbought, exit },
    };
  }
}
