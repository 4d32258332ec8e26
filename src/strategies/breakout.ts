import { z } from 'zod';
import type { CandleEvent } from '../domain/event.ts';
import type { Intent } from '../domain/intent.ts';
import type { PositionSide } from '../domain/position.ts';
import { Donchian } from '../indicators/donchian.ts';
import type { Strategy, StrategyContext, StrategyThought, StrategyView } from '../ports.ts';
import { CANDLE_TIMEFRAMES, defineStrategy } from './define.ts';
import { candles, direction } from './params.ts';
import { Targets } from './targets.ts';

const params = z
  .strictObject({
    entry: candles(20, 'previous candles whose high and low an entry must break'),
    exit: candles(10, 'previous candles whose low (or high) closes a position; at most entry'),
    direction,
  })
  .check((payload) => {
    const { entry, exit } = payload.value;
    if (exit <= entry) return;
    const message = `exit ${exit} must not be above entry ${entry}`;
    payload.issues.push({ code: 'custom', message, input: payload.value });
  });
type BreakoutParams = z.infer<typeof params>;

/**
 * Long when a candle closes above the highest high of the `entry` candles before it, short below
 * their lowest low; out when it closes beyond the opposite end of the last `exit` candles.
 *
 * Worst case 5 %: at the entry the exit is no further away than the height of the exit channel,
 * ten candles, and it only comes nearer; a gap through it on intraday candles is what is left.
 */
export const breakout = defineStrategy({
  name: 'breakout',
  summary: 'Follows a close outside the Donchian channel of the previous candles',
  params,
  timeframes: CANDLE_TIMEFRAMES,
  canShort: true,
  // The channel is of the candles before the one that breaks it.
  warmup: ({ entry }) => entry + 1,
  worstCaseFraction: 0.05,
  chart: ({ entry, exit }) =>
    [entry, exit].map((period) => ({ indicator: 'donchian', params: { period } })),
  create: (of, context) => new Breakout(of, context),
});

class Breakout implements Strategy {
  readonly #params: BreakoutParams;
  readonly #entry: Donchian;
  readonly #exit: Donchian;
  readonly #targets: Targets;
  #held: PositionSide = 'flat';

  constructor(of: BreakoutParams, context: StrategyContext) {
    this.#params = of;
    this.#entry = new Donchian(of.entry);
    this.#exit = new Donchian(of.exit);
    this.#targets = new Targets(context, of.direction);
  }

  onCandle({ candle }: CandleEvent, view: StrategyView): readonly Intent[] | undefined {
    this.#exit.push(candle);
    if (!this.#entry.push(candle)) return undefined;
    const { upper, lower } = this.#entry;
    if (upper === null || lower === null) return undefined;
    const targets = this.#targets;
    const { close } = candle;
    this.#held = targets.held(view);
    const { entry } = this.#params;
    if (close > upper) {
      return this.#hold(targets.bullish, view, { close, level: upper, end: 'high', of: entry });
    }
    if (close < lower) {
      return this.#hold(targets.bearish, view, { close, level: lower, end: 'low', of: entry });
    }
    return this.#held === 'flat' ? undefined : this.#leave(close, view);
  }

  #leave(close: number, view: StrategyView): readonly Intent[] | undefined {
    const { upper, lower } = this.#exit;
    const { exit } = this.#params;
    if (this.#held === 'long' && lower !== null && close < lower) {
      return this.#hold('flat', view, { close, level: lower, end: 'low', of: exit });
    }
    if (this.#held === 'short' && upper !== null && close > upper) {
      return this.#hold('flat', view, { close, level: upper, end: 'high', of: exit });
    }
    return undefined;
  }

  #hold(
    side: PositionSide,
    view: StrategyView,
    broken: {
      readonly close: number;
      readonly level: number;
      readonly end: 'high' | 'low';
      readonly of: number;
    },
  ): readonly Intent[] | undefined {
    const targets = this.#targets;
    if (!targets.wants(side, view)) return undefined;
    const way = broken.end === 'high' ? 'above' : 'below';
    const level = `the ${broken.end} ${targets.price(broken.level)} of ${broken.of} candles`;
    return targets.hold(side, `close ${targets.price(broken.close)} ${way} ${level}`);
  }

  explain(): StrategyThought {
    const { upper, lower } = this.#entry;
    const exit = this.#held === 'short' ? this.#exit.upper : this.#exit.lower;
    const channel = `${this.#targets.price(lower)} to ${this.#targets.price(upper)}`;
    const way = this.#held === 'flat' ? channel : `${channel} · exit ${this.#targets.price(exit)}`;
    return {
      text: upper === null ? 'warming up' : `${this.#held} · channel ${way}`,
      inputs: { upper, lower, exitUpper: this.#exit.upper, exitLower: this.#exit.lower },
    };
  }
}
