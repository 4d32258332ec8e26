/** A fake of the library's client, by hand: caches that change, calls that wait for news. */
import type { MarketEvent } from '../../../src/domain/event.ts';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../src/engine/clock.ts';
import type { DataClient } from '../../../src/exchange/ccxt/data-client.ts';
import { openMarketFeed } from '../../../src/exchange/ccxt/stream.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import type { FeedStatus, LogLine, PushFeed } from '../../../src/ports.ts';

export const START = Date.UTC(2026, 0, 5, 12, 0, 30);
export const MINUTE = START - 30_000;
export const SYMBOL = 'BTC/USDT';

type Row = readonly unknown[];

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class FakeClient {
  readonly id = 'fake';
  readonly rateLimit = 50;
  readonly timeframes = { '1m': '1m' };
  readonly trades: Record<string, unknown[]> = {};
  readonly orderbooks: Record<string, unknown> = {};
  readonly ohlcvs: Record<string, Record<string, Row[]>> = {};
  readonly clients: Record<string, { isConnected: boolean } & Record<string, unknown>> = {};
  readonly has: Record<string, unknown> = {
    watchTrades: true,
    watchOrderBook: true,
    watchOHLCV: true,
  };
  readonly calls: string[] = [];
  rest: {
    candles: (since: number) => unknown;
    book: () => unknown;
    trades: () => unknown;
  } = {
    candles: () => [],
    book: () => ({ bids: [], asks: [] }),
    trades: () => [],
  };
  /** Set: every watch fails at once with it. */
  refusal: Error | null = null;
  private readonly waiters = new Map<string, Waiter[]>();

  answerOf(): undefined {
    return undefined;
  }

  watchTrades = (symbol: string): Promise<unknown> => this.wait(`trades ${symbol}`);
  watchOrderBook = (symbol: string): Promise<unknown> => this.wait(`book ${symbol}`);
  watchOHLCV = (symbol: string): Promise<unknown> => this.wait(`candles ${symbol}`);
  watchTradesForSymbols = (): Promise<unknown> => this.wait(`trades all`);
  watchOrderBookForSymbols = (): Promise<unknown> => this.wait(`book all`);
  watchOHLCVForSymbols = (): Promise<unknown> => this.wait(`candles all`);

  fetchTrades = async (symbol: string): Promise<unknown> => this.ask(`trades ${symbol}`, 'trades');
  fetchOrderBook = async (symbol: string): Promise<unknown> => this.ask(`book ${symbol}`, 'book');
  fetchOHLCV = async (symbol: string, _timeframe: string, since = 0): Promise<unknown> => {
    this.calls.push(`fetch candles ${symbol} ${since}`);
    return this.rest.candles(since);
  };

  /** Wakes whoever waits for this kind of data. */
  wake(name: string, value?: unknown): void {
    const waiting = this.waiters.get(name) ?? [];
    this.waiters.delete(name);
    for (const { resolve } of waiting) resolve(value);
  }

  /** Every socket is gone: all that wait are told. */
  drop(reason = 'connection closed'): void {
    const all = [...this.waiters.values()].flat();
    this.waiters.clear();
    for (const { reject } of all) reject(new Error(reason));
  }

  /** A socket that can be ended by the feed. */
  open(url = 'ws://fake'): void {
    this.clients[url] = {
      isConnected: true,
      createConnection: () => undefined,
      onError: () => {
        delete this.clients[url];
        this.drop('ended');
      },
    };
  }

  trade(id: number, of: Record<string, unknown> = {}): void {
    const list = (this.trades[SYMBOL] ??= []);
    list.push({ id: String(id), symbol: SYMBOL, side: 'buy', price: '100', amount: '1', ...of });
    this.wake(`trades ${SYMBOL}`);
  }

  book(bid: number, ask: number, nonce: number): void {
    const level = (price: number, step: number): number[][] =>
      Array.from({ length: 150 }, (_, i) => [price + i * step, 1 + i]);
    this.orderbooks[SYMBOL] = { bids: level(bid, -0.01), asks: level(ask, 0.01), nonce };
    this.wake(`book ${SYMBOL}`);
  }

  row(openTime: number, close: number, volume = 1): void {
    const list = ((this.ohlcvs[SYMBOL] ??= {})['1m'] ??= []);
    const row = rowOf(openTime, close, volume);
    const at = list.findIndex(([time]) => time === openTime);
    if (at < 0) list.push(row);
    else list[at] = row;
    this.wake(`candles ${SYMBOL}`);
  }

  private ask(name: string, kind: 'trades' | 'book'): unknown {
    this.calls.push(`fetch ${name}`);
    return this.rest[kind]();
  }

  private wait(name: string): Promise<unknown> {
    this.calls.push(`watch ${name}`);
    if (this.refusal) return Promise.reject(this.refusal);
    return new Promise((resolve, reject) => {
      const waiting = this.waiters.get(name) ?? [];
      waiting.push({ resolve, reject });
      this.waiters.set(name, waiting);
    });
  }
}

export const rowOf = (openTime: number, close: number, volume = 1): Row => [
  openTime,
  100,
  Math.max(100, close),
  Math.min(100, close),
  close,
  volume,
];

export interface FeedBench {
  readonly client: FakeClient;
  readonly clock: SimulatedClock;
  readonly feed: PushFeed;
  readonly events: MarketEvent[];
  readonly log: Omit<LogLine, 'time'>[];
  /** How often it said that a status changed. */
  readonly told: { count: number };
  /** Moves time on, timers and answers included. */
  readonly pass: (ms: number) => Promise<void>;
  readonly by: (data: FeedStatus['data'], symbol?: string) => FeedStatus['by'] | undefined;
  readonly prices: () => number[];
  readonly minutes: () => Candle[];
}

export async function benchOf(
  of: {
    readonly client?: FakeClient;
    readonly symbols?: readonly string[];
    readonly historyCandles?: number;
    readonly polled?: boolean;
  } = {},
): Promise<FeedBench> {
  const client = of.client ?? new FakeClient();
  const clock = createSimulatedClock(START);
  const log: Omit<LogLine, 'time'>[] = [];
  const source = of.polled === true ? 'poll' : 'stream';
  const sources = { ...NO_SOURCES, trades: source, candles: source, book: source } as const;
  const feed = await openMarketFeed({
    connection: {
      row: { id: 'fake', sources, candlesPerCall: 1000, bookDepth: null },
      data: client as unknown as DataClient,
      clock,
    },
    plan: { symbols: of.symbols ?? [SYMBOL] },
    now: () => clock.now(),
    log: (line) => log.push(line),
    historyCandles: of.historyCandles ?? 0,
    after: (ms, fire) => clock.after(ms, fire),
    monotonic: () => clock.now(),
  });
  const events: MarketEvent[] = [];
  const told = { count: 0 };
  feed.listen({ onEvent: (event) => events.push(event), onStatus: () => (told.count += 1) });
  await turns();
  return {
    client,
    clock,
    feed,
    events,
    log,
    told,
    async pass(ms) {
      await turns();
      const until = clock.now() + ms;
      while (clock.nextDue() <= until) {
        clock.fireNext();
        await turns();
      }
      clock.observe(until);
      await turns();
    },
    by: (data, symbol = SYMBOL) =>
      feed.status().find((one) => one.data === data && one.symbol === symbol)?.by,
    prices: () =>
      events.flatMap((event) =>
        event.kind === 'trades' ? event.trades.map(({ price }) => price) : [],
      ),
    minutes: () => events.flatMap((event) => (event.kind === 'candle' ? [event.candle] : [])),
  };
}

const NO_SOURCES = {
  ticker: 'poll',
  orders: 'poll',
  fills: 'poll',
  balance: 'poll',
} as const;

/** Lets everything that is ready happen. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

export const minuteAt = (index: number): number => MINUTE + index * MINUTE_MS;
