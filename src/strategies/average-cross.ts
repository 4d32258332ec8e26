import { z } from 'zod';
import type { CandleEvent } from '../domain/event.ts';
import type { Intent } from '../domain/intent.ts';
import type { Indicator } from '../indicators/indicator.ts';
import type { Strategy, StrategyContext, StrategyThought, StrategyView } from '../ports.ts';
import { comparePrices } from './compare-prices.ts';
import { Cross } from './cross.ts';
import { type Direction, candles, direction, fastBelowSlow } from './params.ts';
import { Targets } from './targets.ts';

/** Parameters of two averages of the close that cross. */
export function averageCrossParams(of: {
  readonly name: string;
  readonly fast: number;
  readonly slow: number;
}) {
  return z
    .strictObject({
      fast: candles(of.fast, `candles of the fast ${of.name}; must be below slow`),
      slow: candles(of.slow, `candles of the slow ${of.name}`, 2),
      direction,
    })
    .check(fastBelowSlow);
}

interface AverageCrossSettings {
  readonly fast: number;
  readonly slow: number;
  readonly direction: Direction;
}

/**
 * Holds the side of the fast average against the slow one, from cross to cross: nothing before
 * the first cross, whatever the averages say by then.
 */
export class AverageCross implements Strategy {
  readonly #fast: Indicator<number, number>;
  readonly #slow: Indicator<number, number>;
  readonly #fastName: string;
  readonly #slowName: string;
  readonly #targets: Targets;
  readonly #cross = new Cross();

  constructor(
    of: {
      readonly name: string;
      readonly average: (period: number) => Indicator<number, number>;
      readonly params: AverageCrossSettings;
    },
    context: StrategyContext,
  ) {
    this.#fast = of.average(of.params.fast);
    this.#slow = of.average(of.params.slow);
    this.#fastName = `${of.name} ${of.params.fast}`;
    this.#slowName = `${of.name} ${of.params.slow}`;
    this.#targets = new Targets(context, of.params.direction);
  }

  onCandle({ candle }: CandleEvent, view: StrategyView): readonly Intent[] | undefined {
    const fast = this.#fast.update(candle.close);
    const slow = this.#slow.update(candle.close);
    if (fast === null || slow === null) return undefined;
    const cross = this.#cross.update(comparePrices(fast, slow));
    if (cross === 0) return undefined;
    const targets = this.#targets;
    const side = cross > 0 ? targets.bullish : targets.bearish;
    if (!targets.wants(side, view)) return undefined;
    const way = cross > 0 ? 'above' : 'below';
    const at = targets.price(candle.close);
    return targets.hold(side, `${this.#fastName} crossed ${way} ${this.#slowName} at ${at}`);
  }

  explain(): StrategyThought {
    const fast = this.#fast.value;
    const slow = this.#slow.value;
    const lines =
      `${this.#fastName} ${this.#targets.price(fast)} · ` +
      `${this.#slowName} ${this.#targets.price(slow)}`;
    return {
      text: slow === null ? `warming up · ${lines}` : `${this.#cross.word} · ${lines}`,
      inputs: { fast, slow },
    };
  }
}
