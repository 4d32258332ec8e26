import type { Candle } from '../../domain/candle.ts';
import { type EpochMs, SECOND_MS } from '../../domain/time.ts';
import type { Log, Scheduler } from '../../ports.ts';
import { BOOK_LEVELS, checkBook } from './book-check.ts';
import { type DataClient, isRateError, retryAfterMs } from './data-client.ts';
import type { DataKind } from './feed-health.ts';
import type { FeedLine } from './feed-line.ts';
import { candlePages } from './history.ts';
import { Poller } from './poll.ts';
import type { ExchangeRow } from './row.ts';

export interface FeedRequestPorts {
  readonly client: DataClient;
  readonly row: Pick<ExchangeRow, 'candlesPerCall' | 'bookDepth'>;
  readonly after: Scheduler['after'];
  readonly monotonic: () => number;
  readonly serverNow: () => EpochMs;
  readonly log: Log;
  readonly onTrades: (line: FeedLine, list: unknown) => void;
  readonly onBook: (line: FeedLine) => void;
  readonly onCandles: (line: FeedLine) => void;
  /** Requests show what the stream does not. */
  readonly onSilent: (line: FeedLine, kind: DataKind) => void;
}

/** A stream that has been away for so long is stood in for. */
const STAND_IN_MS = SECOND_MS;
/** Between two requests of one market and kind. */
const EVERY_MS: Readonly<Record<'trades' | 'book', number>> = {
  trades: 2 * SECOND_MS,
  book: SECOND_MS,
};
/** A streamed book that is silent for so long is compared with a request. */
const DOUBT_MS = 5 * SECOND_MS;
/** Requests in a row that show something else, after which a stream is known to be dead. */
const MISSED = 2;
/** Least and longest time between two requests; between them the exchange's own pace decides. */
const SPACING_MS = { least: 250, most: 1_500 } as const;
/** Share of the exchange's own pace that requests for market data leave to others. */
const SPACING_FACTOR = 1.5;
/** What is asked for at once. */
const PRINTS = 100;
/** A minute is over when the exchange's clock says so by more than its measure may be wrong. */
const CLOCK_ERROR_MS = SECOND_MS;
/** How long to leave an exchange alone that does not say how long. */
const REST_MS = 30 * SECOND_MS;

/** What the feed asks for where a stream is broken, silent, or not to be had. */
export class FeedRequests {
  private readonly ports: FeedRequestPorts;
  private readonly poller: Poller;
  private readonly askedAt = new Map<string, number>();
  private readonly awaySince = new Map<string, number>();

  constructor(ports: FeedRequestPorts) {
    this.ports = ports;
    const pace = Number(ports.client.rateLimit) * SPACING_FACTOR;
    const spacingMs = Math.max(SPACING_MS.least, Math.min(SPACING_MS.most, pace || 0));
    this.poller = new Poller({ after: ports.after, spacingMs });
  }

  stop(): void {
    this.poller.stop();
  }

  /** Asks for whatever of a market does not come by itself. */
  look(line: FeedLine): void {
    const since = line.candles.wanted(this.ports.serverNow());
    if (since !== null) this.candles(line, since);
    if (this.isAway(line, 'trades')) this.every(line, 'trades', () => this.trades(line));
    const { book } = line.pulses;
    const isDoubted = book.isStreaming && (book.ageMs(this.ports.monotonic()) ?? 0) > DOUBT_MS;
    if (isDoubted || this.isAway(line, 'book')) this.every(line, 'book', () => this.book(line));
  }

  /** Data come again after nothing did: what was missed goes first. */
  back(line: FeedLine): void {
    if (!line.isCutOff) return;
    line.isCutOff = false;
    line.candles.hurry();
    this.look(line);
  }

  /** Asks for a whole book at once. */
  book(line: FeedLine): void {
    const { client, row, monotonic, onBook } = this.ports;
    const depth = row.bookDepth ?? BOOK_LEVELS;
    this.ask(line, 'book', async () => {
      const changedAt = line.bookSentAt;
      const wasStreaming = line.pulses.book.isStreaming;
      const checked = checkBook(await client.fetchOrderBook(line.symbol, depth));
      if (checked.kind !== 'book') {
        line.badBooks += checked.kind === 'fault' ? 1 : 0;
        return;
      }
      // The stream went on meanwhile: its book is the newer one.
      if (wasStreaming && line.bookSentAt !== changedAt && line.badBooksSince === null) return;
      if (wasStreaming && line.badBooksSince === null) this.compare(line, checked.levels);
      line.askedBook = checked.levels;
      line.pulses.book.polled(monotonic());
      onBook(line);
    });
  }

  /** A quiet market has the same best prices in the request; a dead stream has not. */
  private compare(line: FeedLine, asked: { bids: readonly { price: number }[] } & Levels): void {
    const streamed = checkBook(line.streamedBook);
    const isSame =
      streamed.kind === 'book' &&
      streamed.levels.bids[0]?.price === asked.bids[0]?.price &&
      streamed.levels.asks[0]?.price === asked.asks[0]?.price;
    line.missed.book = isSame ? 0 : line.missed.book + 1;
    if (line.missed.book >= MISSED) this.ports.onSilent(line, 'book');
  }

  private trades(line: FeedLine): void {
    const { client, monotonic, onTrades } = this.ports;
    this.ask(line, 'trades', async () => {
      onTrades(line, await client.fetchTrades(line.symbol, undefined, PRINTS));
      line.pulses.trades.polled(monotonic());
    });
  }

  private candles(line: FeedLine, from: EpochMs): void {
    const { client, row, monotonic, onCandles } = this.ports;
    this.ask(line, 'candles', async () => {
      const found: Candle[] = [];
      let newest = -Infinity;
      const serverNow = (): EpochMs => this.ports.serverNow() - CLOCK_ERROR_MS;
      const of = { client, symbol: line.symbol, timeframe: '1m' as const, from, to: Infinity };
      for await (const page of candlePages({ ...of, perCall: row.candlesPerCall, serverNow })) {
        found.push(...page.candles);
        newest = Math.max(newest, page.newest);
        line.candles.dropped += page.dropped;
      }
      line.candles.fill(found, newest);
      line.pulses.candles.polled(monotonic());
      this.noteMissedMinutes(line, found);
      onCandles(line);
    });
  }

  private noteMissedMinutes(line: FeedLine, found: readonly Candle[]): void {
    if (!line.pulses.candles.isStreaming || !found.some(({ volume }) => volume > 0)) return;
    line.missed.candles += 1;
    if (line.missed.candles >= MISSED) this.ports.onSilent(line, 'candles');
  }

  private isAway(line: FeedLine, kind: 'trades' | 'book'): boolean {
    const name = `${kind} ${line.symbol}`;
    if (line.pulses[kind].isStreaming) {
      this.awaySince.delete(name);
      return false;
    }
    const now = this.ports.monotonic();
    const since = this.awaySince.get(name) ?? now;
    this.awaySince.set(name, since);
    return now - since >= STAND_IN_MS;
  }

  private every(line: FeedLine, kind: 'trades' | 'book', act: () => void): void {
    const name = `${kind} ${line.symbol}`;
    const now = this.ports.monotonic();
    if (now - (this.askedAt.get(name) ?? -Infinity) < EVERY_MS[kind]) return;
    this.askedAt.set(name, now);
    act();
  }

  private ask(line: FeedLine, kind: DataKind, answer: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      try {
        await answer();
        if (kind !== 'candles') this.back(line);
      } catch (error) {
        this.failed(line, kind, error);
      }
    };
    this.poller.request(`${kind} ${line.symbol}`, { run, isUrgent: kind === 'candles' });
  }

  private failed(line: FeedLine, kind: DataKind, error: unknown): void {
    line.pulses[kind].pollFailed();
    line.isCutOff = true;
    if (!isRateError(error)) return;
    const ms = retryAfterMs(this.ports.client, error) ?? REST_MS;
    const message = `asked too often: market data wait ${ms / SECOND_MS} s`;
    this.ports.log({ level: 'warn', category: 'market', message });
    this.poller.rest(ms);
  }
}

interface Levels {
  readonly asks: readonly { readonly price: number }[];
}
