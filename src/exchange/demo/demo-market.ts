import { SeededRng } from '../../domain/rng.ts';
import { DemoBook } from './levels.ts';
import { ASSETS, DEMO_SPECS } from './markets.ts';
import { PricePath } from './price-path.ts';
import { DemoTape } from './tape.ts';

/** Seconds between two mark prices of the perpetual. */
const MARK_SECONDS = 3;
const HOUR_SECONDS = 3_600;
const FUNDING_SECONDS = 8 * HOUR_SECONDS;
/** Funding follows the premium around the usual interest, within the usual bounds. */
const FUNDING_INTEREST = 1e-4;
const FUNDING_BOUND = 7.5e-3;

/**
 * The whole demo market, moved by one second at a time. Books and prints of the second are then
 * drawn; whoever needs them as events or candles reads them here, so the market is the same for
 * everyone, however much of it is looked at.
 */
export class DemoMarket {
  readonly path: PricePath;
  readonly books: readonly DemoBook[];
  readonly tapes: readonly DemoTape[];
  /** Epoch second of the next `advance`. */
  nextSecond: number;

  constructor(of: { seed: number; path: PricePath; second: number }) {
    this.path = of.path;
    this.nextSecond = of.second;
    const seed = scramble(of.seed);
    this.books = DEMO_SPECS.map((spec, i) => new DemoBook(spec, seed + i));
    this.tapes = this.books.map((book, i) => new DemoTape(book, seed + i));
  }

  /** The market at its very beginning. */
  static start(seed: number, second: number): DemoMarket {
    return new DemoMarket({ seed, second, path: new PricePath(new SeededRng(seed)) });
  }

  /** Moves every price by a second, places the books and draws the prints. */
  advance(): void {
    const second = this.nextSecond;
    this.nextSecond = second + 1;
    const { path } = this;
    path.advance(second);
    for (let i = 0; i <= ASSETS; i++) {
      const book = this.books[i];
      const tape = this.tapes[i];
      if (book === undefined || tape === undefined) continue;
      book.place({ second, mid: path.prices[i] ?? 0, volatility: path.volatility });
      tape.draw({ second, push: path.pushes[i] ?? 0, volatility: path.volatility });
    }
  }

  /** Events of the second just drawn, without building them. */
  get eventCount(): number {
    const second = this.nextSecond - 1;
    let count = this.books.length + (isMarkSecond(second) ? 1 : 0) + (isHourSecond(second) ? 1 : 0);
    for (const tape of this.tapes) if (tape.count > 0) count += 1;
    return count;
  }

  /** Rate paid in this second, a fraction (longs pay when above zero); null between payments. */
  get fundingRate(): number | null {
    if ((this.nextSecond - 1) % FUNDING_SECONDS !== 0) return null;
    const rate = FUNDING_INTEREST + 0.5 * (this.path.basis - FUNDING_INTEREST);
    return Math.round(Math.max(-FUNDING_BOUND, Math.min(FUNDING_BOUND, rate)) * 1e8) / 1e8;
  }
}

/** Whether the perpetual's mark price is published in this second. */
export const isMarkSecond = (second: number): boolean => second % MARK_SECONDS === 0;
/** Whether a checkpoint is due at the start of this second. */
export const isHourSecond = (second: number): boolean => second % HOUR_SECONDS === 0;

/** Any seed as 32 bits, for the stateless draws. */
function scramble(seed: number): number {
  return Math.floor(new SeededRng(seed).next() * 4_294_967_296) | 0;
}
