/** Every seam of the engine on one page, types only. Modes differ in what is plugged in here. */
import type { z } from 'zod';
import type { BookLevels } from './domain/book.ts';
import type { Candle } from './domain/candle.ts';
import type { Decimal } from './domain/decimal.ts';
import type {
  AccountEvent,
  BookEvent,
  CandleEvent,
  MarketEvent,
  TradesEvent,
} from './domain/event.ts';
import type { OrderId } from './domain/ids.ts';
import type { Intent } from './domain/intent.ts';
import type { Market } from './domain/market.ts';
import type { Order } from './domain/order.ts';
import type { FeedCheckpoint, RecordBody } from './domain/record.ts';
import type {
  OrderRef,
  VenueAccount,
  VenueFill,
  VenueOrder,
  VenueReport,
  VenueResult,
} from './domain/venue.ts';
import type { EpochMs, Timeframe } from './domain/time.ts';

/** Engine time. Simulated: moved by events. Wall: the machine's. Never goes back. */
export interface Clock {
  now(): EpochMs;
}

/** Timers on the engine's clock. Ties fire in the order they were set. */
export interface Scheduler {
  /** Calls `fire` after `ms` of engine time; 0 calls it at once. Returns a cancel function. */
  after(ms: number, fire: () => void): () => void;
}

/**
 * Market data that is pulled, one event at a time, in time order: demo, files, history. What
 * paces the pull is the run's business and invisible to `step`.
 */
export interface PullFeed extends FeedPast {
  /** Next event, or null at the end of the recording. */
  next(): MarketEvent | null;
  /** Length of the recording in market events, for progress; null when endless. */
  readonly length: number | null;
}

/** What is known of a market before the first event. */
export interface FeedPast {
  /**
   * Finished candles before the first event, oldest first, to warm up charts and strategies:
   * at most `perSymbol` of each symbol. Empty when the recording has none. A long recording makes
   * them one by one: nobody has to hold years of minutes.
   */
  history(perSymbol: number): Iterable<CandleEvent>;
  /** Candles that were open where the feed continues, so that their builders go on with them. */
  unfinished(): readonly CandleEvent[];
}

/** How one kind of data of a market arrives now. */
export interface FeedStatus {
  readonly symbol: string;
  readonly data: 'candles' | 'trades' | 'book';
  /** `stale`: nothing for longer than expected; `down`: it cannot be had at all now. */
  readonly by: 'stream' | 'poll' | 'stale' | 'down';
  /** Since the newest datum; null before the first. */
  readonly ageMs: number | null;
}

/** Hears market data of an exchange as it comes. */
export interface FeedListener {
  onEvent(event: MarketEvent): void;
  /** How data arrive has changed for at least one market. */
  onStatus(): void;
}

/**
 * Market data that come by themselves: streams of an exchange, polled where it has none. Books and
 * prints are dated by our own clock at their arrival, prints keep the exchange's time inside;
 * finished candles are the exchange's own.
 */
export interface PushFeed extends Pick<FeedPast, 'history'> {
  /** Begins to tell; never inside this call. Returns a function that ends it. */
  listen(listener: FeedListener): () => void;
  status(): readonly FeedStatus[];
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Where a feed continues: the newest checkpoint and how many events followed it. */
export interface FeedCursor {
  readonly checkpoint: FeedCheckpoint | null;
  /** Market events applied since the very beginning of the session. */
  readonly events: number;
}

/** Which phase of a market event a simulated venue is to match (DECISIONS 3). */
export type MatchPhase = 'open' | 'extremes' | 'close';

/** What rests at the venue itself; the rest is a local trigger of ours. */
export interface VenueAbilities {
  readonly stops: boolean;
  readonly trailingStops: boolean;
  readonly oco: boolean;
  readonly amend: boolean;
  /** Ends GTD orders by itself; where it does not, our own timer cancels them. */
  readonly gtd?: boolean;
  /** Working orders hold the coins they would sell: nothing else sells these before they ended. */
  readonly holdsCoins?: boolean;
  /** False: what costs more than there is is refused whole, not cut to it. */
  readonly cutsToFunds?: false;
  /** A timer at the venue that cancels everything of the account unless it is set again. */
  readonly deadMan?: DeadManAbility | null;
}

export interface DeadManAbility {
  /** It takes resting protective stops along: opt-in then. */
  readonly cancelsStops: boolean;
  /** Longest time it can be set to. */
  readonly longestMs: number;
}

/** Answers go to `post`; a simulated venue answers inside the call. */
export interface Venue {
  /** True when it lives in our process: its sends are not gated on the disk (DECISIONS 1). */
  readonly inProcess: boolean;
  readonly abilities: VenueAbilities;
  submit(order: Readonly<Order>): void;
  cancel(orderId: OrderId): void;
  amend(orderId: OrderId, change: OrderChange): void;
  /** In-process venues see market data before the engine does. */
  onMarket?(event: MarketEvent, phase: MatchPhase): void;
  /** What the venue in this process believes, to be compared with our books. */
  report(): VenueReport;
  /**
   * Asks a venue outside for everything: missing answers and fills are posted first, then one
   * `report` event. Left out by a venue in the process, which tells at once. An urgent one may
   * take what the request limit keeps back.
   */
  requestReport?(reason: string, isUrgent: boolean): void;
  /** The venue's request limit, where one is kept. */
  budgetView?(): BudgetView;
  /** Cancels an order of the account that is not ours; only a venue outside has any. */
  cancelExternal?(order: OrderRef): void;
}

export interface OrderChange {
  readonly quantity?: Decimal;
  readonly price?: Decimal;
  readonly triggerPrice?: Decimal;
}

/** What is asked of a venue, as its request limit counts it. */
export type RequestKind =
  'create' | 'cancel' | 'amend' | 'order' | 'openOrders' | 'fills' | 'account' | 'deadMan';

/**
 * What may be asked of a venue, in the units of its own limit: so many a second and at once;
 * `reserve` is kept for cancels and questions of unknown orders.
 */
export interface RequestBudget {
  readonly perSecond: number;
  readonly burst: number;
  readonly reserve: number;
  /** Units of one request; 1 where it is not named. */
  readonly costs?: Readonly<Partial<Record<RequestKind, number>>>;
}

/** How much of a venue's request limit is used up now, in its units. */
export interface BudgetView {
  readonly used: number;
  readonly limit: number;
  /** Time until a new entry could leave; 0 when it may at once. */
  readonly waitingMs: number;
}

/** Takes the answer of one request, exactly once, now or later. */
export type Answer<T> = (result: VenueResult<T>) => void;

/**
 * The wire to one account of a venue outside this process: every call is one request, sent once
 * and never repeated by the client. Answers are callbacks and not promises, so that a simulated
 * wire is driven by its clock alone and a seed gives the same run bit for bit. A client that throws
 * has an unknown outcome.
 */
export interface VenueClient {
  readonly abilities: VenueAbilities;
  /** There is no stream of the account's orders: it has to be read more often. */
  readonly isPolled?: boolean;
  /** The venue's own request limit; left out where nobody knows it. */
  readonly budget?: RequestBudget;
  /** `value`: the order as accepted. A refusal that is not proven is `unknownOutcome`. */
  createOrder(order: Readonly<Order>, answer: Answer<VenueOrder>): void;
  /** `notFound`: it is not open (any more), filled perhaps: ask for it. */
  cancelOrder(ref: OrderRef, answer: Answer<void>): void;
  amendOrder(ref: OrderRef, change: OrderChange, answer: Answer<VenueOrder>): void;
  fetchOrder(ref: OrderRef, answer: Answer<VenueOrder>): void;
  fetchOpenOrders(answer: Answer<readonly VenueOrder[]>): void;
  /** Fills of the account from `since` (venue time) on, oldest first, every page. */
  fetchFills(since: EpochMs, answer: Answer<readonly VenueFill[]>): void;
  fetchAccount(answer: Answer<VenueAccount>): void;
  /** Sets the dead-man timer, 0 takes it away; only where `abilities.deadMan` says so. */
  setDeadMan?(timeoutMs: number, answer: Answer<void>): void;
  /** Hears the account's stream until the returned function is called. */
  listen(listener: VenueListener): () => void;
  close(): void;
}

/** The account's stream: messages may be lost, late, twice and out of order. */
export interface VenueListener {
  onOrder(order: VenueOrder): void;
  onFill(fill: VenueFill): void;
  /** Cash flows that no fill explains: funding, deposits, withdrawals. */
  onAccount(account: VenueAccount): void;
  onLink(up: boolean, reason: string): void;
}

/**
 * The last gate before the wire (ENGINE 6): the emergency thread hears of every order before it is
 * sent, and once it has closed the gate no create leaves but a protective one.
 */
export interface SendGuard {
  readonly isClosed: boolean;
  /** In the same turn as, and before, the create. */
  mayExist(order: Readonly<Order>): void;
  /** The order can do nothing more, and that was stepped. */
  gone(orderId: OrderId): void;
}

/** Hands venue answers to the engine's inbox. */
export type PostAccount = (event: AccountEvent) => void;

/** Append-only record of decisions and money facts. */
export interface Journal {
  /** Gives the record its number and queues it; does not wait for the disk. Returns the number. */
  append(body: RecordBody, at: { readonly t: EpochMs; readonly m: number }): number;
  /** Number of the newest record. */
  readonly last: number;
  /** Everything up to this number survives a power cut. */
  readonly durable: number;
  /** Hands what is queued to the disk as one batch; a batch in flight delays it. */
  commit(): void;
  /** Called whenever `durable` has grown. */
  onDurable(callback: () => void): void;
  /** Called once when the journal can no longer be written. */
  onFailed(callback: (reason: string) => void): void;
  /** sha256 over the records without header, as hex. */
  digest(): string;
  /** Resolves when the last record is durable. */
  close(): Promise<void>;
}

/** What a strategy sees of one market: read-only, cheap, valid during the call. */
export interface StrategyView {
  readonly now: EpochMs;
  readonly market: Market;
  readonly lastPrice: number;
  /** Signed base units of this strategy's own holding. */
  readonly position: number;
  /** Average entry price of that holding; null while flat. */
  readonly entryPrice: number | null;
  /** Position plus everything its working orders could still fill (ENGINE 5). */
  readonly expected: number;
  /** This strategy's working orders of the market, oldest first. */
  readonly working: readonly Readonly<Order>[];
  /** Finished candles, newest last. `back` 0 is the newest; undefined before the first. */
  candle(timeframe: Timeframe, back: number): Candle | undefined;
  /** Top of the book as far as known. */
  readonly book: BookLevels | null;
}

/** A strategy's own fill, after it was booked. */
export interface StrategyFill {
  readonly orderId: OrderId;
  readonly tag: string | null;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly quantity: number;
  readonly time: EpochMs;
}

/** Handlers are synchronous and pure over the strategy's own state; undefined = no intents. */
export interface Strategy {
  onCandle?(event: CandleEvent, view: StrategyView): readonly Intent[] | undefined;
  onTrades?(event: TradesEvent, view: StrategyView): readonly Intent[] | undefined;
  onBook?(event: BookEvent, view: StrategyView): readonly Intent[] | undefined;
  onFill?(fill: StrategyFill, view: StrategyView): readonly Intent[] | undefined;
  /** A candle of the past; without it `onCandle` is called and what it wants is dropped. */
  onWarm?(event: CandleEvent, view: StrategyView): void;
  /** It was switched on or off, by the operator or by its own errors. */
  onSwitch?(enabled: boolean): void;
  /** What it last thought, in words and numbers, for the screen. */
  explain?(): StrategyThought;
  /** Prices it waits at, for the chart. */
  levels?(): readonly ChartLevel[];
}

export interface ChartLevel {
  /** Such as `grid 3`. */
  readonly label: string;
  readonly price: number;
}

/** An indicator of the catalog with all its parameters. */
export interface ChartIndicator {
  readonly indicator: string;
  readonly params: Readonly<Record<string, number>>;
}

export interface StrategyThought {
  /** A short line such as `flat · RSI 41`. */
  readonly text: string;
  readonly inputs: Readonly<Record<string, number | null>>;
}

/** Where one instance of a strategy runs. */
export interface StrategyContext {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly market: Market;
}

/** A strategy as a value: one file, one entry in the registry. */
export interface StrategyDefinition<P = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly params: z.ZodType<P>;
  /** Timeframes it is meant for. */
  readonly timeframes: readonly Timeframe[];
  readonly canShort: boolean;
  /** Candles of its timeframe before the first intent. */
  warmup(params: P): number;
  /** Higher timeframes it reads besides its own. */
  readonly higherTimeframes?: (params: P) => readonly Timeframe[];
  /**
   * Move against the position, as a fraction, at which its own exit has acted; stands in for a
   * stop in the risk rules when an entry carries none (DECISIONS 14).
   */
  readonly worstCaseFraction?: number;
  /** What it decides by, to be drawn on candles of its timeframe. */
  readonly chart?: (params: P) => readonly ChartIndicator[];
  create(params: P, context: StrategyContext): Strategy;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogCategory = 'trading' | 'market' | 'risk' | 'system';
/** Structured log line; the sink redacts and rotates. */
export interface LogLine {
  readonly time: EpochMs;
  readonly level: LogLevel;
  readonly category: LogCategory;
  readonly message: string;
}
export type Log = (line: Omit<LogLine, 'time'>) => void;
