import { type Decimal, quantizeNumber, toNumber, toText } from '../domain/decimal.ts';
import { type Market, priceDigits } from '../domain/market.ts';
import type { StrategyView } from '../ports.ts';
import { numberText } from './number-text.ts';

/** Prices and quantities of a grid on the grids of its market. */
export class GridPrices {
  readonly #spacing: number;
  readonly #tickSize: Decimal;
  readonly #tick: number;
  readonly #stepSize: Decimal;
  readonly #step: number;
  readonly #minQuantity: number;
  readonly #minNotional: number;
  readonly #digits: number;

  constructor(market: Market, spacing: number) {
    this.#spacing = spacing;
    this.#tickSize = market.tickSize;
    this.#tick = toNumber(market.tickSize);
    this.#stepSize = market.stepSize;
    this.#step = toNumber(market.stepSize);
    this.#minQuantity = toNumber(market.minQuantity);
    this.#minNotional = toNumber(market.minNotional);
    this.#digits = priceDigits(market);
  }

  /** Price of a buy level, 1 nearest to the anchor. */
  buy(anchor: number, level: number): number {
    return this.#onTick(anchor * (1 - level * this.#spacing), 'down');
  }

  /** Price at which a level is sold: one spacing above it. */
  sell(anchor: number, level: number): number {
    return this.#onTick(anchor * (1 - (level - 1) * this.#spacing), 'up');
  }

  /** One spacing above a price. */
  above(price: number): number {
    return this.#onTick(price * (1 + this.#spacing), 'up');
  }

  /** Lowest price at which a sell rests: a tick above the best bid, or the last price. */
  passiveSell(view: StrategyView): number {
    const bid = view.book?.bids[0]?.price ?? view.lastPrice;
    return this.#onTick(bid + this.#tick, 'up');
  }

  /** A buy rests below this price: the best ask, or the last price. */
  ask(view: StrategyView): number {
    return view.book?.asks[0]?.price ?? view.lastPrice;
  }

  /** Would the venue take an order of this size? What it would not is dust. */
  isTradable(quantity: number, price: number): boolean {
    // Sums of floats miss a step by some 1e-16 of it; quantizeNumber forgives a millionth.
    if (!(quantity >= this.#step * (1 - 1e-6))) return false;
    const slack = 1 + 1e-9;
    return quantity * slack >= this.#minQuantity && quantity * price * slack >= this.#minNotional;
  }

  /** Base units as exact text, down to the step. */
  quantityText(quantity: number): string {
    return toText(quantizeNumber(quantity, this.#stepSize, 'down'));
  }

  text(price: number): string {
    return numberText(price, this.#digits);
  }

  #onTick(price: number, rounding: 'down' | 'up'): number {
    // Through text, so that the float is the nearest to the tick and reads like it.
    return Number(toText(quantizeNumber(price, this.#tickSize, rounding)));
  }
}
