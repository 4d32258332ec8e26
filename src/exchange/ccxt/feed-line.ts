import type { BookLevels } from '../../domain/book.ts';
import { type EpochMs, SECOND_MS } from '../../domain/time.ts';
import { CandleLine } from './candle-line.ts';
import { bookMark, checkBook, type CheckedBook } from './book-check.ts';
import { type DataClient, fieldOf } from './data-client.ts';
import { type DataKind, Pulse } from './feed-health.ts';
import { TradeLine } from './trade-line.ts';

export const KINDS: readonly DataKind[] = ['candles', 'trades', 'book'];

/** Minutes missing for longer than this hold prints and books back, until they are there. */
const MISSING_MS = 30 * SECOND_MS;
/** So long, at most: prices matter more than history. */
const LONGEST_HOLD_MS = 10 * SECOND_MS;

/** Everything the feed keeps of one market; what is streamed lies in the library's own lists. */
export class FeedLine {
  readonly symbol: string;
  readonly trades: TradeLine;
  readonly candles: CandleLine;
  readonly pulses: Readonly<Record<DataKind, Pulse>> = {
    candles: new Pulse('candles'),
    trades: new Pulse('trades'),
    book: new Pulse('book'),
  };
  /** A book by request, newer than the streamed one. */
  askedBook: BookLevels | null = null;
  /** Monotonic time of the newest book event. */
  bookSentAt = -Infinity;
  /** Since when no sound book came, monotonic; null while they are sound. */
  badBooksSince: number | null = null;
  /** Requests in a row that showed what the stream did not. */
  readonly missed: Record<'book' | 'candles', number> = { book: 0, candles: 0 };
  badBooks = 0;
  /** A stream broke or a request failed, and nothing has come since. */
  isCutOff = false;
  /** Ends the wait for the next book event. */
  cancelBook: (() => void) | null = null;
  /** Time of the newest event, by our clock. */
  newestEvent: EpochMs = 0;
  private mark = '';
  private heldSince: number | null = null;
  private readonly client: DataClient;

  constructor(client: DataClient, symbol: string, lastMinute: EpochMs) {
    this.client = client;
    this.symbol = symbol;
    this.trades = new TradeLine(symbol);
    this.candles = new CandleLine(lastMinute);
  }

  /** The library's own list of prints; undefined where it keeps none. */
  get streamedTrades(): unknown {
    return fieldOf(this.client.trades, this.symbol);
  }

  get streamedCandles(): unknown {
    return fieldOf(fieldOf(this.client.ohlcvs, this.symbol), '1m');
  }

  get streamedBook(): unknown {
    return fieldOf(this.client.orderbooks, this.symbol);
  }

  /** Has the streamed book changed since this was asked last? */
  bookChanged(): boolean {
    const mark = bookMark(this.streamedBook);
    if (mark === this.mark) return false;
    this.mark = mark;
    return true;
  }

  /** The newest book, copied and checked. */
  book(): CheckedBook {
    const { askedBook } = this;
    return askedBook ? { kind: 'book', levels: askedBook } : checkBook(this.streamedBook);
  }

  /** A stream broke: it is believed again when it delivers. */
  broke(kind: DataKind): void {
    this.pulses[kind].isStreaming = false;
    this.isCutOff = true;
    if (kind === 'trades') this.trades.broke();
    if (kind === 'candles') this.candles.broke(this.streamedCandles);
  }

  /**
   * After a gap, minutes go before newer prints and books: the engine takes nothing that is older
   * than what it knows already.
   */
  isHeld(at: number, serverNow: EpochMs): boolean {
    if (!this.candles.isBehind(serverNow - MISSING_MS)) {
      this.heldSince = null;
      return false;
    }
    this.heldSince ??= at;
    return at - this.heldSince < LONGEST_HOLD_MS;
  }
}
