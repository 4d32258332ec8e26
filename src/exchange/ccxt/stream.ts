/** Market data of an exchange as they come: streams, requests where streams are not, one rule. */
import { MINUTE_MS, SECOND_MS, type EpochMs } from '../../domain/time.ts';
import { type CandleEvent, finishedCandle, type MarketEvent } from '../../domain/event.ts';
import { SeededRng } from '../../domain/rng.ts';
import type { FeedListener, FeedStatus, PushFeed, Scheduler } from '../../ports.ts';
import { type DataClient, dropSockets, hasOpenSocket } from './data-client.ts';
import type { DataKind } from './feed-health.ts';
import { FeedLine, KINDS } from './feed-line.ts';
import type { FeedOptions } from './feed-options.ts';
import { FeedRequests } from './feed-requests.ts';
import { newestFinished } from './market-data.ts';
import { loadHistory, type LoadedHistory } from './warm-up.ts';
import { WatchLoop } from './watch-loop.ts';

/** Books are handed on at most this often: nobody decides faster, and frames are not either. */
const BOOK_EVERY_MS = 100;
/** How often what is late is looked for. */
const TICK_MS = SECOND_MS;
/** A stream whose call waits for so long, with a socket open, works and is only quiet. */
const QUIET_MS = 2 * SECOND_MS;
/** What the engine takes late, less a little for the way. */
const LATEST_MS = MINUTE_MS - 5 * SECOND_MS;
/** Times between forced reconnects: a storm of them would be ours. */
const BREAK_EVERY_MS = 15 * SECOND_MS;
/** Books may be wrong for so long before the stream is started anew. */
const BAD_BOOKS_MS = 5 * SECOND_MS;
const WAYS: readonly FeedStatus['by'][] = ['stream', 'poll', 'stale', 'down'];
/** Markets that one line of the log names. */
const NAMES_TOLD = 6;
/** How often data that were dropped are spoken of. */
const TELL_DROPS_EVERY = 60;

const FOR_SYMBOLS: Readonly<Record<DataKind, string>> = {
  candles: 'watchOHLCVForSymbols',
  trades: 'watchTradesForSymbols',
  book: 'watchOrderBookForSymbols',
};
const FOR_ONE: Readonly<Record<DataKind, string>> = {
  candles: 'watchOHLCV',
  trades: 'watchTrades',
  book: 'watchOrderBook',
};

/**
 * Loads the newest history and returns the feed; streams begin when somebody listens. Throws what
 * the library throws where a market's history cannot be had.
 */
export async function openMarketFeed(options: FeedOptions): Promise<PushFeed> {
  return new MarketFeed(options, await loadHistory(options));
}

class MarketFeed implements PushFeed {
  private readonly options: FeedOptions;
  private readonly client: DataClient;
  private readonly after: Scheduler['after'];
  private readonly monotonic: () => number;
  private readonly lines: ReadonlyMap<string, FeedLine>;
  private readonly requests: FeedRequests;
  private readonly loaded: LoadedHistory;
  private readonly random = new SeededRng(process.pid);
  private loops: {
    readonly kind: DataKind;
    readonly group: readonly FeedLine[];
    loop: WatchLoop;
  }[] = [];
  private listener: FeedListener | null = null;
  private cancelTick: () => void = () => undefined;
  private told: ReadonlyMap<string, FeedStatus['by']> = new Map();
  private toldDrops = 0;
  private ticks = 0;
  private brokenAt = -Infinity;
  private readonly since = new Map<WatchLoop, number>();

  constructor(options: FeedOptions, loaded: LoadedHistory) {
    this.options = options;
    this.loaded = loaded;
    this.client = options.connection.data;
    this.after = options.after ?? platformTimer;
    this.monotonic = options.monotonic ?? (() => performance.now());
    const floor = newestFinished(options.connection.clock.now());
    this.lines = new Map(
      options.plan.symbols.map((symbol) => {
        const last = loaded.get(symbol)?.at(-1)?.openTime ?? floor;
        return [symbol, new FeedLine(this.client, symbol, last)];
      }),
    );
    this.requests = new FeedRequests({
      client: this.client,
      row: options.connection.row,
      after: this.after,
      monotonic: this.monotonic,
      serverNow: () => options.connection.clock.now(),
      log: options.log,
      onTrades: (line, list) => void this.takeTrades(line, list),
      onBook: (line) => this.bookIsNew(line),
      onCandles: (line) => this.settle(line),
      onSilent: (line, kind) => this.breakStreams(`the stream of ${line.symbol} ${kind} is silent`),
    });
  }

  history(perSymbol: number): Iterable<CandleEvent> {
    const events: CandleEvent[] = [];
    for (const [symbol, candles] of this.loaded) {
      for (const candle of perSymbol > 0 ? candles.slice(-perSymbol) : []) {
        events.push(finishedCandle({ symbol, timeframe: '1m', candle }));
      }
    }
    return events.sort((a, b) => a.time - b.time);
  }

  listen(listener: FeedListener): () => void {
    this.listener = listener;
    // Subscriptions leave one after the other: what prices need goes first.
    for (const kind of ['book', 'trades', 'candles'] as const) this.startLoops(kind);
    this.tick();
    return () => this.stop();
  }

  status(): readonly FeedStatus[] {
    const at = this.monotonic();
    return [...this.lines.values()].flatMap(({ symbol, pulses }) =>
      KINDS.map((data) => {
        const pulse = pulses[data];
        return { symbol, data, by: pulse.by(at), ageMs: pulse.ageMs(at) };
      }),
    );
  }

  close(): Promise<void> {
    this.stop();
    dropSockets(this.client, 'the feed is closed');
    return Promise.resolve();
  }

  private stop(): void {
    this.listener = null;
    this.cancelTick();
    this.requests.stop();
    for (const { loop } of this.loops) loop.stop();
    this.loops = [];
    for (const line of this.lines.values()) line.cancelBook?.();
  }

  private startLoops(kind: DataKind): void {
    const { row } = this.options.connection;
    const { has } = this.client;
    if (row.sources[kind] !== 'stream' || has[FOR_ONE[kind]] !== true) return;
    const all = [...this.lines.values()];
    const isJoint = all.length > 1 && has[FOR_SYMBOLS[kind]] === true;
    for (const group of isJoint ? [all] : all.map((line) => [line])) {
      const loop = new WatchLoop({
        watch: () => this.watch(kind, group),
        take: (result) => this.take(kind, group, result),
        onFault: () => this.broke(kind, group),
        after: this.after,
        random: () => this.random.next(),
      });
      this.loops.push({ kind, group, loop });
    }
  }

  private watch(kind: DataKind, group: readonly FeedLine[]): Promise<unknown> {
    const symbols = group.map(({ symbol }) => symbol);
    const [first = ''] = symbols;
    const isJoint = symbols.length > 1;
    const depth = this.options.connection.row.bookDepth ?? undefined;
    switch (kind) {
      case 'candles':
        return isJoint
          ? this.client.watchOHLCVForSymbols(symbols.map((symbol) => [symbol, '1m']))
          : this.client.watchOHLCV(first, '1m');
      case 'trades':
        return isJoint
          ? this.client.watchTradesForSymbols(symbols)
          : this.client.watchTrades(first);
      case 'book':
        return isJoint
          ? this.client.watchOrderBookForSymbols(symbols, depth)
          : this.client.watchOrderBook(first, depth);
    }
  }

  /** Takes what is new in the library's lists of these markets; true when anything is. */
  private take(kind: DataKind, group: readonly FeedLine[], result: unknown): boolean {
    let hadNews = false;
    for (const line of group) {
      const isNew = this.takeOne(kind, line, group.length === 1 ? result : undefined);
      if (!isNew) continue;
      hadNews = true;
      this.requests.back(line);
      line.pulses[kind].streamed(this.monotonic());
      if (kind !== 'trades') line.missed[kind] = 0;
    }
    return hadNews;
  }

  private takeOne(kind: DataKind, line: FeedLine, result: unknown): boolean {
    switch (kind) {
      case 'trades':
        return this.takeTrades(line, line.streamedTrades ?? result);
      case 'candles': {
        const isNew = line.candles.hear(line.streamedCandles ?? result, this.serverNow());
        if (isNew) this.settle(line);
        return isNew;
      }
      case 'book':
        if (!line.bookChanged()) return false;
        line.askedBook = null;
        this.bookIsNew(line);
        return true;
    }
  }

  private takeTrades(line: FeedLine, list: unknown): boolean {
    if (line.isHeld(this.monotonic(), this.serverNow())) return false;
    const trades = line.trades.take(list, this.serverNow());
    if (trades.length === 0) return false;
    const time = this.options.now();
    this.emit(line, { kind: 'trades', symbol: line.symbol, time, trades });
    return true;
  }

  private bookIsNew(line: FeedLine): void {
    if (line.cancelBook) return;
    const wait = BOOK_EVERY_MS - (this.monotonic() - line.bookSentAt);
    if (wait <= 0) this.sendBook(line);
    else line.cancelBook = this.after(wait, () => this.sendBook(line));
  }

  private sendBook(line: FeedLine): void {
    line.cancelBook = null;
    const at = this.monotonic();
    if (line.isHeld(at, this.serverNow())) {
      line.cancelBook = this.after(BOOK_EVERY_MS, () => this.sendBook(line));
      return;
    }
    const checked = line.book();
    if (checked.kind === 'empty') return;
    if (checked.kind === 'fault') {
      this.badBook(line, at);
      return;
    }
    line.badBooksSince = null;
    line.bookSentAt = at;
    const { levels } = checked;
    this.emit(line, { kind: 'book', symbol: line.symbol, time: this.options.now(), levels });
  }

  /** Sides that come in two messages cross for a moment; a book that stays wrong is started anew. */
  private badBook(line: FeedLine, at: number): void {
    line.badBooks += 1;
    line.badBooksSince ??= at;
    this.requests.book(line);
    if (at - line.badBooksSince < BAD_BOOKS_MS) return;
    this.breakStreams(`the book of ${line.symbol} stays wrong`);
  }

  private settle(line: FeedLine): void {
    for (const candle of line.candles.take(this.serverNow())) {
      const event = finishedCandle({ symbol: line.symbol, timeframe: '1m', candle });
      if (event.time >= line.newestEvent - LATEST_MS) this.emit(line, event);
      else line.candles.dropped += 1;
    }
  }

  private emit(line: FeedLine, event: MarketEvent): void {
    if (event.time > line.newestEvent) line.newestEvent = event.time;
    this.listener?.onEvent(event);
  }

  private broke(kind: DataKind, group: readonly FeedLine[]): void {
    for (const line of group) line.broke(kind);
  }

  /** Ends all sockets, so that every stream is dialed anew. */
  private breakStreams(reason: string): void {
    const at = this.monotonic();
    if (at - this.brokenAt < BREAK_EVERY_MS) return;
    this.brokenAt = at;
    this.say('warn', `${reason}: connecting again`);
    dropSockets(this.client, reason);
    for (const { kind, group } of this.loops) this.broke(kind, group);
  }

  private tick(): void {
    this.cancelTick = this.after(TICK_MS, () => this.tick());
    this.noticeQuiet();
    for (const line of this.lines.values()) {
      this.settle(line);
      // Prints that were held back lie in the library's list until the next one comes.
      if (line.pulses.trades.isStreaming) this.takeTrades(line, line.streamedTrades);
      this.requests.look(line);
    }
    this.tellStatus();
    this.ticks += 1;
    if (this.ticks % TELL_DROPS_EVERY === 0) this.tellDrops();
  }

  /** A stream without news is known to work by its socket; a book says more, or is asked for. */
  private noticeQuiet(): void {
    const at = this.monotonic();
    const isOpen = hasOpenSocket(this.client);
    for (const { kind, group, loop } of this.loops) {
      if (!isOpen || !loop.isAsking || kind === 'book') {
        this.since.delete(loop);
        continue;
      }
      const since = this.since.get(loop) ?? at;
      this.since.set(loop, since);
      if (at - since < QUIET_MS) continue;
      for (const { pulses } of group) pulses[kind].isStreaming = true;
    }
  }

  private tellStatus(): void {
    const now = new Map(this.status().map(({ symbol, data, by }) => [`${symbol} ${data}`, by]));
    const changed = [...now].filter(([name, by]) => this.told.get(name) !== by);
    if (changed.length === 0) return;
    const isFirst = this.told.size === 0;
    this.told = now;
    for (const by of isFirst ? [] : WAYS) {
      const names = changed.filter(([, one]) => one === by).map(([name]) => name);
      const more = names.length > NAMES_TOLD ? ` and ${names.length - NAMES_TOLD} more` : '';
      const shown = names.slice(0, NAMES_TOLD).join(', ');
      if (names.length > 0) this.say('info', `${by}: ${shown}${more}`);
    }
    this.listener?.onStatus();
  }

  private tellDrops(): void {
    let drops = 0;
    for (const line of this.lines.values()) {
      drops += line.trades.dropped + line.candles.dropped + line.badBooks;
    }
    if (drops > this.toldDrops) this.say('warn', `${drops - this.toldDrops} wrong data left out`);
    this.toldDrops = drops;
  }

  private say(level: 'info' | 'warn', message: string): void {
    const { id } = this.options.connection.row;
    this.options.log({ level, category: 'market', message: `${id}: ${message}` });
  }

  private serverNow(): EpochMs {
    return this.options.connection.clock.now();
  }
}

function platformTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}
