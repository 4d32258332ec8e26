/** The public book of one symbol: levels, the number of its newest update, and what it changed. */
import type { BookLevel, BookLevels } from '../../domain/book.ts';
import type { BookUpdate } from './dialect.ts';

/** Levels with a number. `change` of the newest update is what subscribers are told. */
export class BookLine {
  private levels: BookLevels = { bids: [], asks: [] };
  private updateId: number;
  private newest: BookUpdate;

  constructor(updateId: number) {
    this.updateId = updateId;
    this.newest = { firstUpdateId: updateId, updateId, bids: [], asks: [] };
  }

  get state(): BookLevels & { readonly updateId: number } {
    return { ...this.levels, updateId: this.updateId };
  }

  get lastUpdate(): BookUpdate {
    return this.newest;
  }

  get bestBid(): BookLevel | undefined {
    return this.levels.bids[0];
  }

  get bestAsk(): BookLevel | undefined {
    return this.levels.asks[0];
  }

  /** Takes new levels, best first; null when nothing changed. */
  set(levels: BookLevels): BookUpdate | null {
    const bids = differences(this.levels.bids, levels.bids);
    const asks = differences(this.levels.asks, levels.asks);
    this.levels = levels;
    if (bids.length === 0 && asks.length === 0) return null;
    this.updateId += 1;
    this.newest = { firstUpdateId: this.updateId, updateId: this.updateId, bids, asks };
    return this.newest;
  }

  /** Updates that nobody is told of: what is left of them is a hole in the numbers. */
  skip(count: number): void {
    this.updateId += count;
  }
}

/** Levels of `after` that are new or other, and those that are gone with quantity 0. */
function differences(before: readonly BookLevel[], after: readonly BookLevel[]): BookLevel[] {
  const gone = new Map(before.map(({ price, quantity }) => [price, quantity]));
  const changed: BookLevel[] = [];
  for (const level of after) {
    if (gone.get(level.price) !== level.quantity) changed.push(level);
    gone.delete(level.price);
  }
  for (const price of gone.keys()) changed.push({ price, quantity: 0 });
  return changed;
}
