/** One price level: price in quote per base, quantity in base units. */
export interface BookLevel {
  readonly price: number;
  readonly quantity: number;
}

/** Both sides of a book, best level first, without zero quantities. */
export interface BookLevels {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}
