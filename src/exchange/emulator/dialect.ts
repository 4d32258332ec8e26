/** What an exchange's own wire format is to the emulator: one dialect each, over one core. */
import type { BookLevels } from '../../domain/book.ts';
import type { Candle } from '../../domain/candle.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { MarketEvent } from '../../domain/event.ts';
import type { Market } from '../../domain/market.ts';
import type { EpochMs, Timeframe } from '../../domain/time.ts';
import type { Side, Trade } from '../../domain/trade.ts';
import type { Clock, Scheduler } from '../../ports.ts';
import type { PracticeExchange } from '../practice/exchange.ts';

export type DialectName = 'binance' | 'kraken';

/** One request as it came: query and body are raw text, because signatures are made over it. */
export interface HttpRequest {
  readonly method: string;
  /** Without query, such as `/api/v3/order`. */
  readonly path: string;
  readonly query: string;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** `body` is sent as it is when it is text, as JSON otherwise. */
export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One WebSocket connection, open. */
export interface DialectSocket {
  readonly path: string;
  /** Text as it is, anything else as JSON. Does nothing once closed. */
  send(message: unknown): void;
  /** The same for an account's own events: the control API can lose, delay and double these. */
  sendUserEvent(message: unknown): void;
  onMessage(hear: (text: string) => void): void;
  onClose(hear: () => void): void;
  close(code: number): void;
}

/** Refusals that the control API asks for, in the words of the dialect. */
export type ForcedRefusal = 'timeout' | 'maintenance' | 'banned' | 'rateLimited';

export interface Dialect {
  readonly name: DialectName;
  /** What the exchange answers then; where it is left out, plain HTTP says it. */
  refuse?(refusal: ForcedRefusal, retryAfterSeconds: number): HttpReply;
  /** Answers a request; null when the path is none of its own (the server then says 404). */
  request(request: HttpRequest): HttpReply | null;
  /** Serves a connection; false when the path is none of its own. */
  connect(socket: DialectSocket): boolean;
  /** Sends a message on every user stream of an account, as it is (control API). */
  pushUserEvent(account: EmulatorAccount, event: unknown): void;
  /** Ids as clients see them, where they are not the account's own; else left out. */
  wireIds?(account: EmulatorAccount): WireIds;
}

/** What orders and fills are called on the wire, by the ids the account knows them by. */
export interface WireIds {
  order(venueOrderId: string): string;
  fill(id: string): string;
}

/** Each dialect's is in `<name>/dialect.ts`: `createBinanceDialect`, `createKrakenDialect`. */
export type CreateDialect = (core: EmulatorCore) => Dialect;

/** A price print with the exchange's own number. */
export interface NumberedTrade extends Trade {
  readonly id: number;
}

export interface DayStats {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  /** Base units and quote. */
  readonly volume: number;
  readonly quoteVolume: number;
  readonly openTime: EpochMs;
  readonly closeTime: EpochMs;
  readonly count: number;
}

/** `halted`: listed, takes no orders. A delisted one is not listed any more. */
export type MarketStatus = 'trading' | 'halted';

/** What the newest update of a book changed; quantity 0 removes a level. */
export interface BookUpdate extends BookLevels {
  readonly firstUpdateId: number;
  readonly updateId: number;
}

/**
 * Market data as it is now and was. Listeners hear of a book by `bookChange` (and by `book` once
 * all levels are new), of prints by `trades` with their numbers (`NumberedTrade`).
 */
export interface EmulatorMarket {
  /** Spot markets listed now, as unified symbols with exact grids; filters may change. */
  readonly markets: readonly Market[];
  /** Undefined when there is no such market. */
  status(symbol: string): MarketStatus | undefined;
  /** Best first; `updateId` rises with every change. */
  book(symbol: string): BookLevels & { readonly updateId: number };
  /** The change that listeners hear of right now, or heard of last. */
  lastUpdate(symbol: string): BookUpdate;
  /** Base units that a market order for so much quote would take now, on the step grid. */
  quantityFor(symbol: string, side: Side, quote: Decimal): Decimal;
  /** Newest last. */
  trades(symbol: string, limit: number): readonly NumberedTrade[];
  /** Oldest first, the one still open last; at most `limit`, from `since` or the newest. */
  candles(
    symbol: string,
    timeframe: Timeframe,
    of: { readonly since: EpochMs | null; readonly until: EpochMs | null; readonly limit: number },
  ): readonly Candle[];
  day(symbol: string): DayStats;
  /** Every event after it happened here. Returns a function that ends it. */
  listen(hear: (event: MarketEvent) => void): () => void;
}

/** What a key of the account may do, as the exchange would tell. */
export interface KeyPermissions {
  readonly trade: boolean;
  readonly withdraw: boolean;
  readonly transfer: boolean;
  readonly ipRestricted: boolean;
}

export interface EmulatorAccount {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  permissions: KeyPermissions;
  /** A revoked key is refused everywhere. */
  revoked: boolean;
  readonly exchange: PracticeExchange;
}

/** What every dialect is made over. */
export interface EmulatorCore {
  /** The exchange's time: skewed where the control API says so. */
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly market: EmulatorMarket;
  /** The account of a key; undefined when there is none. */
  account(key: string): EmulatorAccount | undefined;
  readonly accounts: readonly EmulatorAccount[];
  /** Seed of everything that is drawn by chance. */
  readonly seed: number;
}
