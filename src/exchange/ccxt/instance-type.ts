/**
 * The part of the library's client that we use. Answers are `unknown`: what an exchange says is
 * parsed in one place (`map.ts`), never trusted by type. Numbers come as text (`number: String`),
 * except levels of streamed books and rows of streamed candles.
 */
type Params = Readonly<Record<string, unknown>>;
/** Exact decimal text; the library types it as a number and takes both. */
type Amount = string;

export interface Instance {
  readonly id: string;
  /** Markets by unified symbol; undefined before they are loaded. */
  readonly markets: Readonly<Record<string, unknown>> | undefined;
  /** Assets by code, as the exchange lists them. */
  readonly currencies: unknown;
  readonly timeframes: Readonly<Record<string, unknown>>;
  readonly has: Readonly<Record<string, unknown>>;
  readonly options: Record<string, unknown>;
  /** The library's own enum of what `precision` means: 4 steps, 3 significant digits, 2 places. */
  readonly precisionMode: number;
  /** Milliseconds per unit of the rate limit. */
  readonly rateLimit: number;
  /** What streams have told so far: living objects that change under our hands (`stream.ts`). */
  readonly trades?: unknown;
  readonly orderbooks?: unknown;
  readonly ohlcvs?: unknown;
  /** Open WebSockets by address. */
  readonly clients?: Readonly<Record<string, DataSocket>>;

  loadMarkets(reload?: boolean): Promise<unknown>;
  /** A market of the library made of what the exchange says of it. */
  parseMarket(said: unknown): unknown;
  setMarkets(markets: unknown, currencies?: unknown): unknown;
  fetchTime(): Promise<unknown>;
  fetchTicker(symbol: string, params?: Params): Promise<unknown>;
  fetchTickers(symbols: readonly string[], params?: Params): Promise<unknown>;
  fetchTrades(symbol: string, since?: number, limit?: number, params?: Params): Promise<unknown>;
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<unknown>;
  fetchOrderBook(symbol: string, limit?: number, params?: Params): Promise<unknown>;
  fetchTradingFees(params?: Params): Promise<unknown>;
  fetchTradingFee(symbol: string, params?: Params): Promise<unknown>;

  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: Amount,
    price?: Amount,
    params?: Params,
  ): Promise<unknown>;
  editOrder(
    id: string,
    symbol: string,
    type: string,
    side: string,
    amount?: Amount,
    price?: Amount,
    params?: Params,
  ): Promise<unknown>;
  cancelOrder(id: string | undefined, symbol: string, params?: Params): Promise<unknown>;
  cancelAllOrders(symbol?: string, params?: Params): Promise<unknown>;
  cancelAllOrdersAfter(timeoutMs: number, params?: Params): Promise<unknown>;
  fetchOrder(id: string | undefined, symbol: string, params?: Params): Promise<unknown>;
  fetchOpenOrders(
    symbol?: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<unknown>;
  fetchClosedOrders(
    symbol?: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<unknown>;
  fetchOrders(symbol?: string, since?: number, limit?: number, params?: Params): Promise<unknown>;
  fetchMyTrades(symbol?: string, since?: number, limit?: number, params?: Params): Promise<unknown>;
  fetchBalance(params?: Params): Promise<unknown>;

  watchTicker(symbol: string, params?: Params): Promise<unknown>;
  watchBidsAsks(symbols: readonly string[], params?: Params): Promise<unknown>;
  watchTrades(symbol: string, since?: number, limit?: number, params?: Params): Promise<unknown>;
  watchTradesForSymbols(symbols: readonly string[]): Promise<unknown>;
  watchOrderBookForSymbols(symbols: readonly string[], limit?: number): Promise<unknown>;
  watchOHLCVForSymbols(pairs: readonly (readonly string[])[]): Promise<unknown>;
  watchOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<unknown>;
  watchOrderBook(symbol: string, limit?: number, params?: Params): Promise<unknown>;
  watchOrders(symbol?: string, since?: number, limit?: number, params?: Params): Promise<unknown>;
  watchMyTrades(symbol?: string, since?: number, limit?: number, params?: Params): Promise<unknown>;
  watchBalance(params?: Params): Promise<unknown>;

  /** A call of the exchange's own interface by the library's name for it. */
  raw(method: string, params?: Params): Promise<unknown>;
  /** What came with the HTTP answer that made this error; undefined when none came. */
  answerOf(error: unknown): HttpAnswer | undefined;
  /** The text with this client's key and secret masked, wherever they stand in it. */
  withoutKeys(text: string): string;
  /** The `Date` of the newest answer, epoch ms in whole seconds; null before the first. */
  lastDate(): number | null;
  /** When the newest request left, monotonic ms: it may have waited before; null before the first. */
  lastSent(): number | null;
  readonly errors: ErrorClasses;
  close(): Promise<void>;
}

/** One WebSocket of the library, as far as a silent one has to be ended. */
export interface DataSocket {
  readonly isConnected?: unknown;
  /** Undefined until it is dialed. */
  readonly connection?: { terminate(): void } | undefined;
  createConnection(): void;
  onError(error: Error): void;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

type ErrorClass = new (message?: string) => Error;

/** Every class of errors that decides something (EXCHANGE 6). */
export type ErrorClasses = Readonly<
  Record<
    | 'ArgumentsRequired'
    | 'AuthenticationError'
    | 'BadRequest'
    | 'BadResponse'
    | 'BadSymbol'
    | 'BaseError'
    | 'DDoSProtection'
    | 'DuplicateOrderId'
    | 'ExchangeError'
    | 'ExchangeNotAvailable'
    | 'InsufficientFunds'
    | 'InvalidNonce'
    | 'InvalidOrder'
    | 'MarketClosed'
    | 'NotSupported'
    | 'OnMaintenance'
    | 'OperationRejected'
    | 'OrderImmediatelyFillable'
    | 'OrderNotFillable'
    | 'OrderNotFound'
    | 'RateLimitExceeded'
    | 'RequestTimeout'
    | 'NetworkError',
    ErrorClass
  >
>;
