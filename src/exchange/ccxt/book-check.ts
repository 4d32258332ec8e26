import type { BookLevel, BookLevels } from '../../domain/book.ts';
import { fieldOf } from './data-client.ts';
import { positiveOf } from './market-data.ts';

/** Levels of a side that are handed on; more are kept by the library. */
export const BOOK_LEVELS = 100;

export type CheckedBook =
  | { readonly kind: 'book'; readonly levels: BookLevels }
  /** Not filled yet, or one side is empty: nothing to trade against, and no fault. */
  | { readonly kind: 'empty' }
  /** What is wrong, in words. */
  | { readonly kind: 'fault'; readonly why: string };

const EMPTY: CheckedBook = Object.freeze({ kind: 'empty' });

/**
 * A copy of the best levels of a foreign, living book: finite prices and sizes above zero, bids
 * falling, asks rising, best bid below best ask. Never throws.
 */
export function checkBook(book: unknown): CheckedBook {
  const bids = sideOf(fieldOf(book, 'bids'), -1);
  if (typeof bids === 'string') return { kind: 'fault', why: `bids: ${bids}` };
  const asks = sideOf(fieldOf(book, 'asks'), 1);
  if (typeof asks === 'string') return { kind: 'fault', why: `asks: ${asks}` };
  const bid = bids[0]?.price;
  const ask = asks[0]?.price;
  if (bid === undefined || ask === undefined) return EMPTY;
  if (bid >= ask) return { kind: 'fault', why: `crossed: bid ${bid}, ask ${ask}` };
  return { kind: 'book', levels: { bids, asks } };
}

/** Levels in their direction (1: rising), or what is wrong with them. */
function sideOf(side: unknown, direction: 1 | -1): readonly BookLevel[] | string {
  if (side === undefined || side === null) return [];
  if (!Array.isArray(side)) return 'no list';
  const levels: BookLevel[] = [];
  const count = Math.min(side.length, BOOK_LEVELS);
  let last = direction > 0 ? 0 : Infinity;
  for (let i = 0; i < count; i++) {
    const level: unknown = side[i];
    const price = positiveOf(fieldOf(level, 0));
    const quantity = positiveOf(fieldOf(level, 1));
    if (Number.isNaN(price) || Number.isNaN(quantity)) return `level ${i} is no price and size`;
    if ((price - last) * direction <= 0) return `level ${i} is out of order`;
    last = price;
    levels.push({ price, quantity });
  }
  return levels;
}

/** Tells two states of a book apart cheaply: its number, time and best prices. */
export function bookMark(book: unknown): string {
  const bid = fieldOf(fieldOf(fieldOf(book, 'bids'), 0), 0);
  const ask = fieldOf(fieldOf(fieldOf(book, 'asks'), 0), 0);
  const parts = [fieldOf(book, 'nonce'), fieldOf(book, 'timestamp'), bid, ask];
  return parts.map(textOf).join(' ');
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
