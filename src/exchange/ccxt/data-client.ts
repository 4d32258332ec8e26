import type { Instance } from './instance-type.ts';

/**
 * The part of the library's instance that market data need. What calls resolve to is foreign: it is
 * mapped and checked, and the caches are live objects that change under our hands.
 */
export type DataClient = Pick<
  Instance,
  | 'answerOf'
  | 'clients'
  | 'fetchOHLCV'
  | 'fetchOrderBook'
  | 'fetchTrades'
  | 'has'
  | 'id'
  | 'ohlcvs'
  | 'orderbooks'
  | 'rateLimit'
  | 'timeframes'
  | 'trades'
  | 'watchOHLCV'
  | 'watchOHLCVForSymbols'
  | 'watchOrderBook'
  | 'watchOrderBookForSymbols'
  | 'watchTrades'
  | 'watchTradesForSymbols'
>;

/** A property of something foreign; undefined where there is none. */
export function fieldOf(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Reflect.get(value, name);
}

/** Errors by which an exchange says that it was asked too often. */
const TOO_OFTEN: ReadonlySet<string> = new Set(['DDoSProtection', 'RateLimitExceeded']);

/** Does the error say that we ask too often? */
export const isRateError = (error: unknown): boolean =>
  error instanceof Error && TOO_OFTEN.has(error.name);

/** How long the exchange asks to be left alone, ms; null where it does not say. */
export function retryAfterMs(client: Pick<DataClient, 'answerOf'>, error: unknown): number | null {
  const seconds = Number(client.answerOf(error)?.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_WAIT_S) * 1_000 : null;
}

/** A ban may last longer; we ask again and hear so. */
const LONGEST_WAIT_S = 600;

/**
 * Ends every socket of the instance at once, as its own ping timeout would: pending watches reject,
 * and one that was still to be dialed is not.
 */
export function dropSockets(client: Pick<DataClient, 'clients'>, reason: string): void {
  for (const socket of Object.values(client.clients ?? {})) {
    socket.createConnection = () => undefined;
    socket.onError(new Error(reason));
    // A closing handshake with a peer that is gone would keep the socket for half a minute.
    socket.connection?.terminate();
  }
}

/** Is at least one socket open? */
export const hasOpenSocket = (client: Pick<DataClient, 'clients'>): boolean =>
  Object.values(client.clients ?? {}).some((socket) => socket.isConnected === true);
