/** What the adapter knows of one exchange: every difference between exchanges is data of its row. */
import type { OrderId } from '../../domain/ids.ts';
import type { OrderType, TimeInForce } from '../../domain/order.ts';
import type { Timeframe } from '../../domain/time.ts';
import type { Refusals } from './refusals.ts';

/** How it was shown to work: against a whole emulator, by golden requests and answers, or not. */
export type Proof = 'emulator' | 'golden' | 'none';

export type ModeOffer = { readonly offered: true } | { readonly offered: false; why: string };

/** How one kind of data or event of an exchange comes. */
export type Source = 'stream' | 'poll';

/**
 * An order that may be sent: its request was recorded from the real client (golden requests). What
 * is not listed never leaves.
 */
export interface OrderShape {
  readonly type: OrderType;
  readonly timeInForce: Exclude<TimeInForce, 'GTD'>;
  readonly postOnly: boolean;
  /** Parameter that carries the trigger price; null for orders without one. */
  readonly trigger: 'stopLossPrice' | 'takeProfitPrice' | 'triggerPrice' | null;
}

/** Our ids on the wire of an exchange, and the way an order is asked for by them. */
export interface ClientIdRule {
  /** Parameter of `createOrder` that is really sent; the others are dropped in silence. */
  readonly createParam: 'clientOrderId' | 'client_order_id' | 'client_oid';
  /** Field of the raw order (`info`) that carries it, where the unified one does not. */
  readonly rawField: string | null;
  /** Our id as this exchange takes it. */
  encode(id: OrderId): string;
  /** Our id of what the exchange says; null when it is none of ours. */
  decode(text: string): OrderId | null;
  /** `order`: fetchOrder by `fetchParam`; `lists`: open and closed orders; `scan`: look through. */
  readonly fetchBy: 'order' | 'lists' | 'scan';
  readonly fetchParam: string | null;
  /** Parameter of `cancelOrder`; null: only by the exchange's own id. */
  readonly cancelParam: string | null;
}

/** How it can be found out what a key may do. */
export type PermissionWay =
  | 'binanceRestrictions'
  | 'krakenKeyInfo'
  | 'geminiRoles'
  | 'coinbaseKeyPermissions'
  | 'okxConfig'
  | 'bybitKeyInfo'
  | 'kucoinKeyInfo'
  | 'none';

/** How the fills of an account are listed. */
export interface FillPages {
  /** One list for each symbol, or one for the account. */
  readonly by: 'symbol' | 'account';
  /** Fills of a full page. */
  readonly size: number;
  /** `time`: oldest first, the next page from the last fill on. `offset`: newest first, counted. */
  readonly turn: 'time' | 'offset';
  /** Longest time one list may span, ms; null without a bound. */
  readonly mostMs: number | null;
}

/** What one account may ask, and what each question costs, in the exchange's own units. */
export interface RequestCosts {
  readonly perSecond: number;
  readonly burst: number;
  /** Kept for questions about orders of unknown outcome. */
  readonly reserve: number;
  readonly order: number;
  readonly cancel: number;
  readonly question: number;
  readonly account: number;
  /** Open orders of one symbol, and of all at once. */
  readonly openOrders: { readonly one: number; readonly all: number };
  /** One page of fills. */
  readonly fills: number;
}

export interface ExchangeRow {
  /** As ccxt names it, such as `binance`. */
  readonly id: string;
  readonly title: string;
  readonly proof: Proof;
  readonly modes: Readonly<Record<'paper' | 'testnet' | 'live', ModeOffer>>;
  /** Host names that may be dialed, always by TLS. */
  readonly hosts: { readonly live: readonly string[]; readonly testnet: readonly string[] };
  /** Keys of `urls.api` that are in use, `ws.` and so on for nested ones. */
  readonly urls: readonly string[];
  /** Keys of `urls.api` in use on the testnet; empty without one. */
  readonly testUrls: readonly string[];
  /** Addresses of a local exchange (EXCHANGE 2.2); null: no endpoint can be given. */
  readonly endpointUrls: ((http: string, ws: string) => Readonly<Record<string, unknown>>) | null;
  /** Options of the client beside those all have. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Parameters that the library adds and nobody asked for, such as the tag of a broker. */
  readonly unsent: readonly string[];
  /** Paths of pages that may answer with a list of one thing instead of the thing. */
  readonly listedPages: readonly string[];
  readonly clientIds: ClientIdRule;
  readonly shapes: readonly OrderShape[];
  /** Parameters that every new order carries. */
  readonly orderParams: Readonly<Record<string, string | boolean>>;
  readonly abilities: {
    /** `native`: one request changes it; `replace`: canceled and made anew; `none`: neither. */
    readonly amend: 'native' | 'replace' | 'none';
    readonly cancelAll: boolean;
    readonly oco: boolean;
    readonly deadMan: { readonly longestMs: number; readonly cancelsStops: boolean } | null;
  };
  /** A third part of the keys beside key and secret. */
  readonly needsPassphrase: boolean;
  /** Requests carry a number that must rise; keys are then shared with care (DECISIONS 18). */
  readonly hasNonce: boolean;
  /** How long a signed request stays valid, ms; null: the exchange knows no such window. */
  readonly recvWindowMs: number | null;
  /** `fetchSeconds`: it is asked and names whole seconds; `dateHeader`: any answer names them. */
  readonly serverTime: 'fetchTime' | 'fetchSeconds' | 'dateHeader';
  readonly permissions: PermissionWay;
  readonly sources: {
    readonly ticker: Source;
    readonly trades: Source;
    readonly candles: Source;
    readonly book: Source;
    readonly orders: Source;
    readonly fills: Source;
    readonly balance: Source;
  };
  /** `details`: one request for each market that is used, beside the list of names. */
  readonly marketsBy: 'list' | 'details';
  /** Do the streams of its test system work with the library? Else everything is asked for. */
  readonly testStreams: boolean;
  readonly candlesPerCall: number;
  /** Are candles of any time to be had? Else the newest ones alone, whatever is asked for. */
  readonly hasOldCandles: boolean;
  /**
   * Levels of a book to subscribe to: more than are handed on, because deletes would leave holes
   * in a few. Null: as many as the library asks for.
   */
  readonly bookDepth: number | null;
  readonly requests: RequestCosts;
  readonly fillPages: FillPages;
  /** Timeframes of ours that the exchange lacks. */
  readonly missingTimeframes: readonly Timeframe[];
  /** `quote`: a market buy is measured in quote; `none`: there are no market orders. */
  readonly marketOrders: 'base' | 'quote' | 'none';
  /** Fee rates before the account's own are known, as decimal text. */
  readonly fees: { readonly maker: string; readonly taker: string };
  /** Words of the exchange whose meaning is proven. */
  readonly refusals: Refusals;
  /** What surprised somebody, in words, for the README and `doctor`. */
  readonly quirks: readonly string[];
}
