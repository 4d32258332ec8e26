import type { BookLevel, BookLevels } from '../../domain/book.ts';
import type { DemoSpec } from './markets.ts';

/** Levels a side of every book. */
export const BOOK_DEPTH = 26;
/** Seconds a resting quantity stays as it is, before its level is drawn anew. */
const QUANTITY_SECONDS = 9;
/** How much more rests at each level further away. */
const DEPTH_GROWTH = 0.09;

/**
 * The same 32 bits for the same four numbers: what the market shows beside its prices (spreads,
 * levels, prints) is drawn by it and needs no state. Mixing steps of MurmurHash3.
 */
export function mix(seed: number, a: number, b: number, c: number): number {
  let hash = seed ^ Math.imul(a, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ Math.imul(b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39) ^ Math.imul(c, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Uniform in [0, 1) of `mix`. */
export const mixFraction = (seed: number, a: number, b: number, c: number): number =>
  mix(seed, a, b, c) / 4_294_967_296;

const SPREAD = 1;
const PLACE = 2;
const QUANTITY = 3;

/**
 * The book of one symbol in one second. Its best prices surround the mid; deeper levels rest at
 * fixed, uneven places of the price axis, so they stay while the price wanders through them.
 */
export class DemoBook {
  readonly spec: DemoSpec;
  readonly #seed: number;
  #second = 0;
  bestBidTick = 0;
  bestAskTick = 0;

  constructor(spec: DemoSpec, seed: number) {
    this.spec = spec;
    this.#seed = seed;
  }

  /** Puts the best prices around the mid; at least one tick apart, so it never crosses. */
  place(of: { second: number; mid: number; volatility: number }): void {
    const { spec } = this;
    this.#second = of.second;
    const dice = mixFraction(this.#seed, SPREAD, of.second, 0);
    const width = of.mid * spec.spreadFraction * (0.4 + 0.6 * of.volatility) * (0.5 + 1.2 * dice);
    const spreadTicks = Math.max(1, Math.round(width * spec.ticksPerUnit));
    const bid = Math.floor(of.mid * spec.ticksPerUnit - spreadTicks / 2);
    this.bestBidTick = Math.max(1, bid);
    this.bestAskTick = this.bestBidTick + spreadTicks;
  }

  /** Quantity resting at a level, in steps; `away` 0 is the best. */
  stepsAt(tick: number, away: number): number {
    const { spec } = this;
    const phase = mix(this.#seed, PLACE, tick, 1);
    const epoch = Math.floor((this.#second + (phase % QUANTITY_SECONDS)) / QUANTITY_SECONDS);
    const dice = mixFraction(this.#seed, QUANTITY, tick, epoch);
    const quantity = spec.levelQuantity * (0.15 + 1.7 * dice * dice) * (1 + DEPTH_GROWTH * away);
    return Math.max(1, Math.round(quantity * spec.stepsPerUnit));
  }

  /** Price of a tick as the exact float of its decimal text. */
  price(tick: number): number {
    return tick / this.spec.ticksPerUnit;
  }

  /** Tick of the next level beyond `tick` on the bid (-1) or ask (1) side. */
  nextTick(tick: number, direction: -1 | 1): number {
    const width = this.spec.levelTicks;
    let slot = Math.floor(tick / width);
    let next = this.#placeIn(slot);
    while (direction === 1 ? next <= tick : next >= tick) {
      slot += direction;
      next = this.#placeIn(slot);
    }
    return next;
  }

  /** Both sides as they are published. */
  levels(): BookLevels {
    return { bids: this.#side(this.bestBidTick, -1), asks: this.#side(this.bestAskTick, 1) };
  }

  #side(bestTick: number, direction: -1 | 1): BookLevel[] {
    const { ticksPerUnit, stepsPerUnit } = this.spec;
    const side: BookLevel[] = [];
    let tick = bestTick;
    for (let away = 0; away < BOOK_DEPTH; away++) {
      const quantity = this.stepsAt(tick, away) / stepsPerUnit;
      side.push({ price: tick / ticksPerUnit, quantity });
      tick = this.nextTick(tick, direction);
    }
    return side;
  }

  /** Every slot of `levelTicks` holds one resting level, somewhere inside it. */
  #placeIn(slot: number): number {
    const width = this.spec.levelTicks;
    if (width === 1) return slot;
    return slot * width + (mix(this.#seed, PLACE, slot, 0) % width);
  }
}
