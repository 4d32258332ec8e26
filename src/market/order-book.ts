import type { BookLevel, BookLevels } from '../domain/book.ts';
import type { Side } from '../domain/trade.ts';

/**
 * One side as parallel arrays sorted so that the best level is the LAST: most changes happen near
 * the best price, where an insertion moves few elements. `sign` is 1 for bids, -1 for asks.
 */
interface HalfBook {
  readonly sign: 1 | -1;
  prices: number[];
  quantities: number[];
}

/** A level this small is what float subtraction leaves of an empty one (base units). */
const EMPTY_QUANTITY = 1e-12;

/**
 * A book in floats: snapshot, changes, best prices, walk. It trusts no order of the levels it is
 * given and drops those that are not finite and positive; quantity 0 in a change removes a level.
 */
export class OrderBook {
  private readonly bids: HalfBook = { sign: 1, prices: [], quantities: [] };
  private readonly asks: HalfBook = { sign: -1, prices: [], quantities: [] };

  /** Forgets everything and takes these levels (quote per base, base units). */
  replace(levels: BookLevels): void {
    load(this.bids, levels.bids);
    load(this.asks, levels.asks);
  }

  /** Applies changed levels in order; quantity 0 removes one. */
  change(bids: readonly BookLevel[], asks: readonly BookLevel[]): void {
    for (const level of bids) setLevel(this.bids, level.price, level.quantity);
    for (const level of asks) setLevel(this.asks, level.price, level.quantity);
  }

  /** Highest bid in quote; null while there is none. */
  get bestBid(): number | null {
    return this.bids.prices.at(-1) ?? null;
  }

  /** Lowest ask in quote; null while there is none. */
  get bestAsk(): number | null {
    return this.asks.prices.at(-1) ?? null;
  }

  /** Spread of the best prices in basis points of their middle; null while a side is empty. */
  get spreadBps(): number | null {
    const { bestBid: bid, bestAsk: ask } = this;
    return bid === null || ask === null ? null : ((ask - bid) / ((ask + bid) / 2)) * 10_000;
  }

  /** Best price a taker of this side would meet: the ask for a buy. Null when nobody is there. */
  bestFor(taker: Side): number | null {
    return taker === 'buy' ? this.bestAsk : this.bestBid;
  }

  /** Displayed quantity of resting orders of this side at exactly this price, base units. */
  quantityAt(resting: Side, price: number): number {
    const half = this.half(resting);
    const at = findLevel(half, price);
    return half.prices[at] === price ? (half.quantities[at] ?? 0) : 0;
  }

  /**
   * Levels a taker of this side meets for `quantity` base units, best first, the last one cut to
   * what is wanted. Stops at `limit` (a buy takes no ask above it). Changes nothing.
   */
  walk(taker: Side, quantity: number, limit?: number): BookLevel[] {
    const half = this.half(taker === 'buy' ? 'sell' : 'buy');
    const found: BookLevel[] = [];
    let rest = quantity;
    for (let at = half.prices.length - 1; at >= 0 && rest > 0; at--) {
      const price = half.prices[at] ?? 0;
      if (limit !== undefined && (taker === 'buy' ? price > limit : price < limit)) break;
      const visible = half.quantities[at] ?? 0;
      const taken = visible < rest ? visible : rest;
      found.push({ price, quantity: taken });
      rest -= taken;
    }
    return found;
  }

  /** Removes what a taker of this side took at this price, until the feed speaks of the level. */
  consume(taker: Side, taken: BookLevel): void {
    const half = this.half(taker === 'buy' ? 'sell' : 'buy');
    const at = findLevel(half, taken.price);
    if (half.prices[at] !== taken.price) return;
    setLevel(half, taken.price, (half.quantities[at] ?? 0) - taken.quantity);
  }

  /**
   * (bid quantity - ask quantity) / (both) over the best `depth` levels of each side, -1 to 1;
   * null when the book is empty.
   */
  imbalance(depth: number): number | null {
    const bid = sumOfBest(this.bids, depth);
    const ask = sumOfBest(this.asks, depth);
    return bid + ask > 0 ? (bid - ask) / (bid + ask) : null;
  }

  /** Is the best bid at or above the best ask? A venue's book never is; a broken feed's may be. */
  isCrossed(): boolean {
    const { bestBid, bestAsk } = this;
    return bestBid !== null && bestAsk !== null && bestBid >= bestAsk;
  }

  /** The best `depth` levels of each side as plain objects, best first. */
  levels(depth: number): BookLevels {
    return { bids: best(this.bids, depth), asks: best(this.asks, depth) };
  }

  private half(side: Side): HalfBook {
    return side === 'buy' ? this.bids : this.asks;
  }
}

/** Index of the level with this price, or where it would be inserted. */
function findLevel(half: HalfBook, price: number): number {
  const { prices, sign } = half;
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prices[middle] ?? 0) * sign < price * sign) low = middle + 1;
    else high = middle;
  }
  return low;
}

function setLevel(half: HalfBook, price: number, quantity: number): void {
  if (!(price > 0) || !Number.isFinite(price) || !Number.isFinite(quantity)) return;
  const at = findLevel(half, price);
  const known = half.prices[at] === price;
  if (quantity < EMPTY_QUANTITY) {
    if (!known) return;
    half.prices.splice(at, 1);
    half.quantities.splice(at, 1);
  } else if (known) {
    half.quantities[at] = quantity;
  } else {
    half.prices.splice(at, 0, price);
    half.quantities.splice(at, 0, quantity);
  }
}

/** Sorted input (best first, as feeds send it) is appended; the rare rest is inserted. */
function load(half: HalfBook, levels: readonly BookLevel[]): void {
  half.prices.length = 0;
  half.quantities.length = 0;
  for (let at = levels.length - 1; at >= 0; at--) {
    const level = levels[at];
    if (level) setLevel(half, level.price, level.quantity);
  }
}

function sumOfBest(half: HalfBook, depth: number): number {
  let sum = 0;
  const { quantities } = half;
  const end = Math.max(0, quantities.length - depth);
  for (let at = quantities.length - 1; at >= end; at--) sum += quantities[at] ?? 0;
  return sum;
}

function best(half: HalfBook, depth: number): BookLevel[] {
  const levels: BookLevel[] = [];
  const end = Math.max(0, half.prices.length - depth);
  for (let at = half.prices.length - 1; at >= end; at--) {
    levels.push({ price: half.prices[at] ?? 0, quantity: half.quantities[at] ?? 0 });
  }
  return levels;
}
