import { createHmac } from 'node:crypto';
import { onTestFinished } from 'vitest';

import { loadExchangeClass } from '../../../../src/exchange/ccxt/load.ts';
import { type TestEmulator, openEmulator } from '../../../support/emulator.ts';

type Params = Readonly<Record<string, unknown>>;

/** The library's order with text for numbers. */
export interface ClientOrder {
  readonly id: string;
  readonly clientOrderId: string;
  readonly status: string;
  readonly type: string;
  readonly price: string;
  readonly amount: string;
  readonly filled: string;
  readonly cost: string;
  readonly average: string;
  readonly fee?: { readonly currency: string; readonly cost: string };
  readonly info: Params;
}

export interface ClientTrade {
  readonly id: string;
  readonly order: string;
  readonly price: string;
  readonly amount: string;
  readonly timestamp: number;
}

export interface ClientTicker {
  readonly last: string;
  readonly bid: string;
  readonly ask: string;
  readonly low: string;
  readonly high: string;
}

export interface ClientBook {
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
  readonly nonce: number;
}

type Balances = Readonly<Record<string, Readonly<Record<'free' | 'used' | 'total', string>>>>;
type Rows = readonly (readonly (number | string)[])[];

/** The library's own client, as it comes: what the tests call, with text for numbers. */
export interface Client {
  readonly markets: Readonly<Record<string, unknown>>;
  /** Watched candles by symbol and timeframe. */
  readonly ohlcvs: Readonly<Record<string, Readonly<Record<string, Rows>>>>;
  readonly last_response_headers: Readonly<Record<string, string>>;
  milliseconds: () => number;
  timeout: number;
  close(): Promise<void>;
  loadHttpProxyAgent(): Promise<unknown>;
  loadMarkets(): Promise<unknown>;
  fetchTime(): Promise<number>;
  fetchStatus(): Promise<unknown>;
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<Rows>;
  fetchTicker(symbol: string): Promise<ClientTicker>;
  fetchTickers(symbols?: readonly string[]): Promise<Readonly<Record<string, ClientTicker>>>;
  fetchBidsAsks(symbols: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  fetchOrderBook(symbol: string, limit?: number): Promise<ClientBook>;
  fetchTrades(
    symbol: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<readonly ClientTrade[]>;
  fetchBalance(): Promise<Balances>;
  fetchTradingFee(symbol: string): Promise<unknown>;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: string,
    price?: string,
    params?: Params,
  ): Promise<ClientOrder>;
  createMarketBuyOrderWithCost(symbol: string, cost: string): Promise<ClientOrder>;
  editOrder(
    id: string,
    symbol: string,
    type: string,
    side: string,
    amount: string,
    price?: string,
    params?: Params,
  ): Promise<ClientOrder>;
  fetchOrder(id: string | undefined, symbol: string, params?: Params): Promise<ClientOrder>;
  cancelOrder(id: string | undefined, symbol: string, params?: Params): Promise<ClientOrder>;
  cancelAllOrders(symbol: string): Promise<readonly ClientOrder[]>;
  fetchOpenOrders(symbol?: string): Promise<readonly ClientOrder[]>;
  fetchOrders(symbol: string, since?: number): Promise<readonly ClientOrder[]>;
  fetchClosedOrders(symbol: string): Promise<readonly ClientOrder[]>;
  fetchOrderTrades(id: string, symbol: string): Promise<readonly ClientTrade[]>;
  fetchMyTrades(
    symbol: string,
    since?: number,
    limit?: number,
    params?: Params,
  ): Promise<readonly ClientTrade[]>;
  sapiGetAccountApiRestrictions(): Promise<unknown>;
  sapiGetCapitalConfigGetall(): Promise<unknown>;
  publicGetTickerPrice(params: Params): Promise<unknown>;
  publicGetTrades(params: Params): Promise<unknown>;
  publicGetKlines(params: Params): Promise<unknown>;
  publicGetDepth(params: Params): Promise<unknown>;
  privateGetAllOrders: (params: Params) => Promise<readonly { readonly orderId: number }[]>;
  privateGetMyTrades: (params: Params) => Promise<readonly { readonly orderId: number }[]>;
  privatePostOrder(params: Params): Promise<unknown>;
  privatePostOrderListOco(params: Params): Promise<unknown>;
  privatePostOrderOco(params: Params): Promise<unknown>;
  privateDeleteOrderList(params: Params): Promise<unknown>;
  privateGetOrderList(params: Params): Promise<unknown>;
  privateGetOpenOrderList(): Promise<readonly unknown[]>;
  privateGetAllOrderList(): Promise<readonly unknown[]>;
  watchTicker(symbol: string, params?: Params): Promise<ClientTicker>;
  watchTickers(symbols?: readonly string[]): Promise<Readonly<Record<string, ClientTicker>>>;
  watchBidsAsks(symbols: readonly string[]): Promise<Readonly<Record<string, ClientTicker>>>;
  watchTrades(symbol: string): Promise<readonly ClientTrade[]>;
  watchOHLCV(symbol: string, timeframe: string): Promise<Rows>;
  watchOrderBook(symbol: string, limit?: number): Promise<ClientBook>;
  watchOrders(): Promise<readonly ClientOrder[]>;
  watchMyTrades(): Promise<readonly ClientTrade[]>;
  watchBalance(): Promise<Balances>;
  createOrderWs: Client['createOrder'];
  editOrderWs: Client['editOrder'];
  cancelOrderWs: Client['cancelOrder'];
  fetchOrderWs: Client['fetchOrder'];
  fetchOpenOrdersWs: Client['fetchOpenOrders'];
  fetchMyTradesWs: Client['fetchMyTrades'];
  fetchBalanceWs(): Promise<{ readonly info: unknown }>;
}

export interface Trading {
  readonly emulator: TestEmulator;
  readonly client: Client;
}

/** A fresh local exchange that speaks Binance, gone with the test. Its time stands still. */
export async function openBinance(): Promise<TestEmulator> {
  const emulator = await openEmulator({ dialect: 'binance' });
  onTestFinished(() => emulator.close());
  return emulator;
}

/**
 * The unmodified client, pointed at the exchange by its addresses alone (EXCHANGE 2.1 A, 10); its
 * clock is the exchange's. Account `second` holds coins.
 */
export async function openClient(
  emulator: TestEmulator,
  change: Record<string, unknown> = {},
): Promise<Client> {
  const loaded = await loadExchangeClass('binance');
  if (!loaded) throw new Error('the library has no binance');
  const rest = `${emulator.endpoint}/api/v3`;
  const ws = emulator.endpoint.replace('http', 'ws');
  const streams = { spot: `${ws}/stream/ws`, 'ws-api': { spot: `${ws}/ws-api/v3` } };
  const made = new loaded.Exchange({
    ...emulator.credentials('second'),
    timeout: 8_000,
    number: String,
    streaming: { keepAlive: 20_000 },
    enableRateLimit: false,
    options: {
      fetchMarkets: { types: ['spot'] },
      fetchMargins: false,
      fetchCurrencies: false,
      recvWindow: 5_000,
      streamLimits: { spot: 2 },
      fetchOpenOrders: { warnWithoutSymbol: false },
    },
    urls: {
      api: { public: rest, private: rest, sapi: `${emulator.endpoint}/sapi/v1`, ws: streams },
    },
    ...change,
  });
  const client = made as unknown as Client;
  client.milliseconds = () => emulator.core.clock.now();
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
  onTestFinished(() => client.close());
  return client;
}

export async function openTrading(change: Record<string, unknown> = {}): Promise<Trading> {
  const emulator = await openBinance();
  return { emulator, client: await openClient(emulator, change) };
}

/** Price a whole fraction of the last one away, as text: `near(client, 0.9)` is 10 % below. */
export async function near(client: Client, fraction: number, symbol = 'BTC/USDT'): Promise<string> {
  const { last } = await client.fetchTicker(symbol);
  return Math.round(Number(last) * fraction).toString();
}

/** Moves the market until the promise is settled; its value. */
export async function whileMoving<T>(emulator: TestEmulator, pending: Promise<T>): Promise<T> {
  const state = { settled: false };
  const settle = (): void => void (state.settled = true);
  pending.then(settle, settle);
  while (!state.settled) {
    emulator.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return pending;
}

export interface RawReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A request as any program would send it. */
export async function ask(
  emulator: TestEmulator,
  path: string,
  more: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  } = {},
): Promise<RawReply> {
  const reply = await fetch(`${emulator.endpoint}${path}`, more);
  return { status: reply.status, headers: reply.headers, body: await reply.json() };
}

/** Signed query text of an account, over the text as it is. */
export function sign(secret: string, text: string): string {
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  return `${text}&signature=${signature}`;
}

/** A WebSocket of any program: sends a message and waits for the next one that arrives. */
export class RawSocket {
  private readonly socket: WebSocket;
  private readonly heard: unknown[] = [];
  private wake: (() => void) | null = null;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.heard.push(JSON.parse(String(data)));
      this.wake?.();
    });
  }

  static async open(emulator: TestEmulator, path: string): Promise<RawSocket> {
    const socket = new WebSocket(`${emulator.endpoint.replace('http', 'ws')}${path}`);
    const raw = new RawSocket(socket);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    onTestFinished(() => socket.close());
    return raw;
  }

  async next(): Promise<unknown> {
    while (this.heard.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.heard.shift();
  }

  ask(message: unknown): Promise<unknown> {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    return this.next();
  }
}

/** Signed parameters of the WebSocket API: over the sorted names, as they are. */
export function signMessage(
  { apiKey, secret }: { readonly apiKey: string; readonly secret: string },
  params: Readonly<Record<string, string | number>>,
): Record<string, string | number> {
  const all: Record<string, string | number> = { ...params, apiKey };
  const text = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`)
    .join('&');
  return { ...all, signature: createHmac('sha256', secret).update(text).digest('hex') };
}
