import { toNumber } from '../domain/decimal.ts';
import type { Intent } from '../domain/intent.ts';
import { priceDigits } from '../domain/market.ts';
import type { PositionSide } from '../domain/position.ts';
import type { StrategyContext, StrategyView } from '../ports.ts';
import { numberText } from './number-text.ts';
import type { Direction } from './params.ts';

const SIGNS = { long: 1, flat: 0, short: -1 } as const;

/** How one instance turns an opinion about its market into a side to hold. */
export class Targets {
  /** What to hold after a signal upward: long, or no longer short. */
  readonly bullish: PositionSide;
  /** What to hold after a signal downward: short, or (long only, or spot) no longer long. */
  readonly bearish: PositionSide;
  readonly #symbol: string;
  readonly #digits: number;
  readonly #dust: number;

  constructor({ symbol, market }: StrategyContext, direction: Direction) {
    this.bullish = direction === 'short' ? 'flat' : 'long';
    this.bearish = direction === 'long' || market.kind === 'spot' ? 'flat' : 'short';
    this.#symbol = symbol;
    this.#digits = priceDigits(market);
    this.#dust = toNumber(market.minQuantity);
  }

  /** The side held; a rest too small to be sold is nothing. */
  held(view: StrategyView): PositionSide {
    const { position } = view;
    if (position === 0 || Math.abs(position) < this.#dust) return 'flat';
    return position > 0 ? 'long' : 'short';
  }

  /** Would `hold` change anything, given what is held and already on its way? */
  wants(side: PositionSide, view: StrategyView): boolean {
    return Math.sign(view.expected) !== SIGNS[side];
  }

  hold(positionSide: PositionSide, reason: string): readonly Intent[] {
    return [{ kind: 'target', symbol: this.#symbol, positionSide, reason }];
  }

  /** A price of this market as a reason shows it: `46,377.5`. */
  price(value: number | null): string {
    return numberText(value, this.#digits);
  }
}
