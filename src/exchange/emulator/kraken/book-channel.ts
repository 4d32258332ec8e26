/** The WebSocket channel `book`: snapshots, changes within the depth, and their checksum. */
import { crc32 } from 'node:zlib';

import type { BookLevel, BookLevels } from '../../../domain/book.ts';
import type { EpochMs } from '../../../domain/time.ts';
import { stamp } from './execution-json.ts';
import type { KrakenPair } from './names.ts';

/** Levels a side that can be subscribed to. */
export const BOOK_DEPTHS: readonly number[] = [10, 25, 100, 500, 1000];
const CHECKED_LEVELS = 10;

interface Row {
  readonly price: number;
  readonly qty: number;
}

/** What one subscriber has been told of one book. */
export class BookView {
  private readonly depth: number;
  private told: BookLevels = { bids: [], asks: [] };

  constructor(depth: number) {
    this.depth = depth;
  }

  /** The whole book within the depth, as the data of a `snapshot`. */
  snapshot(book: BookLevels, pair: KrakenPair, time: EpochMs): unknown {
    this.told = this.cut(book);
    const { bids, asks } = this.told;
    return this.data({ bids: bids.map(toRow), asks: asks.map(toRow) }, pair, time);
  }

  /** What changed within the depth, as the data of an `update`; null when nothing did. */
  update(book: BookLevels, pair: KrakenPair, time: EpochMs): unknown {
    const before = this.told;
    this.told = this.cut(book);
    const bids = this.changes('bids', before.bids);
    const asks = this.changes('asks', before.asks);
    return bids.length + asks.length === 0 ? null : this.data({ bids, asks }, pair, time);
  }

  /**
   * Levels that are gone, new or changed. What only fell below the depth is not told: the
   * subscriber cuts his own book.
   */
  private changes(side: 'bids' | 'asks', before: readonly BookLevel[]): Row[] {
    const after = this.told[side];
    const worst = after.at(-1)?.price;
    const isBelow = (price: number): boolean =>
      after.length === this.depth &&
      worst !== undefined &&
      (side === 'bids' ? price < worst : price > worst);
    const known = new Map(before.map(({ price, quantity }) => [price, quantity]));
    const now = new Set(after.map(({ price }) => price));
    const gone = before.filter(({ price }) => !now.has(price) && !isBelow(price));
    const rows = after.filter(({ price, quantity }) => known.get(price) !== quantity);
    return [...gone.map(({ price }) => ({ price, qty: 0 })), ...rows.map(toRow)];
  }

  private cut({ bids, asks }: BookLevels): BookLevels {
    return { bids: bids.slice(0, this.depth), asks: asks.slice(0, this.depth) };
  }

  private data(
    of: { readonly bids: readonly Row[]; readonly asks: readonly Row[] },
    pair: KrakenPair,
    time: EpochMs,
  ): unknown {
    const checksum = bookChecksum(this.told, pair);
    return { symbol: pair.symbol, ...of, checksum, timestamp: stamp(time) };
  }
}

/**
 * CRC32 over the best ten levels, asks first: digits of price and quantity without the point and
 * leading zeros (https://docs.kraken.com/api/docs/guides/spot-ws-book-v2).
 */
export function bookChecksum({ bids, asks }: BookLevels, pair: KrakenPair): number {
  const digits = (value: number, places: number): string =>
    value.toFixed(places).replace('.', '').replace(/^0+/, '');
  const text = (levels: readonly BookLevel[]): string =>
    levels
      .slice(0, CHECKED_LEVELS)
      .map((at) => digits(at.price, pair.priceDigits) + digits(at.quantity, pair.lotDigits))
      .join('');
  return crc32(text(asks) + text(bids));
}

const toRow = ({ price, quantity }: BookLevel): Row => ({ price, qty: quantity });
