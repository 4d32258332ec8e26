/** Public requests: time, symbols, candles, tickers, books, prints. */
import type { Market } from '../../../domain/market.ts';
import { type Timeframe, isTimeframe } from '../../../domain/time.ts';
import type { EmulatorCore, EmulatorMarket, NumberedTrade } from '../dialect.ts';
import { badInterval } from './api-error.ts';
import {
  aggregateRow,
  bestOf,
  depthOf,
  klineRow,
  symbolInfo,
  tickerRow,
  tradeRow,
} from './market-shapes.ts';
import type { Params } from './params.ts';
import { type Route, publicGet } from './route.ts';
import { chosenMarkets, figureText, requireMarket, symbolId } from './symbols.ts';
import { WEIGHT_PER_MINUTE } from './weights.ts';

const API = '/api/v3';
const MOST_ROWS = 1_000;
const MOST_LEVELS = 5_000;

/** What anybody may ask without a key, over a core. */
export function marketRoutes(core: EmulatorCore): Route[] {
  const { market: data, clock } = core;
  return [
    publicGet([`${API}/ping`, 'ping', 1], () => ({})),
    publicGet([`${API}/time`, 'time', 1], () => ({ serverTime: clock.now() })),
    publicGet(['/sapi/v1/system/status', null, 1], () => ({ status: 0, msg: 'normal' })),
    publicGet([`${API}/exchangeInfo`, 'exchangeInfo', 20], (params) => exchangeInfo(core, params)),
    publicGet([`${API}/klines`, 'klines', 2], (params) => klines(core, params)),
    publicGet([`${API}/depth`, 'depth', depthWeight], (params) =>
      depthOf(data, requireMarket(data, params), depthLimit(params)),
    ),
    publicGet([`${API}/ticker/24hr`, 'ticker.24hr', tickerWeight], (params) =>
      oneOrMany(data, params, (market) => tickerRow(data, market)),
    ),
    publicGet([`${API}/ticker/bookTicker`, 'ticker.book', priceWeight], (params) =>
      oneOrMany(data, params, (market) => bestOf(data, market)),
    ),
    publicGet([`${API}/ticker/price`, 'ticker.price', priceWeight], (params) =>
      oneOrMany(data, params, (market) => ({
        symbol: symbolId(market),
        price: figureText(data.day(market.symbol).last),
      })),
    ),
    publicGet([`${API}/trades`, 'trades.recent', 25], (params) =>
      prints(core, params).map(tradeRow),
    ),
    publicGet([`${API}/aggTrades`, 'trades.aggregate', 4], (params) =>
      prints(core, params).map(aggregateRow),
    ),
  ];
}

/** Limits on requests as exchangeInfo and every answer of the WebSocket API tell them. */
export const weightLimit = {
  rateLimitType: 'REQUEST_WEIGHT',
  interval: 'MINUTE',
  intervalNum: 1,
  limit: WEIGHT_PER_MINUTE,
} as const;

function exchangeInfo({ market: data, clock }: EmulatorCore, params: Params): unknown {
  const symbols = chosenMarkets(data, params).map((market) =>
    symbolInfo(market, data.status(market.symbol)),
  );
  const rateLimits = [weightLimit];
  return { timezone: 'UTC', serverTime: clock.now(), rateLimits, exchangeFilters: [], symbols };
}

function klines({ market: data }: EmulatorCore, params: Params): unknown {
  const { symbol } = requireMarket(data, params);
  const timeframe = requireTimeframe(params);
  const [since, until] = [params.whole('startTime'), params.whole('endTime')];
  const limit = params.limit(500, MOST_ROWS);
  const candles = data.candles(symbol, timeframe, { since, until, limit });
  return candles.map((candle) => klineRow(candle, timeframe));
}

function requireTimeframe(params: Params): Timeframe {
  const interval = params.required('interval');
  if (!isTimeframe(interval)) throw badInterval();
  return interval;
}

function prints({ market: data }: EmulatorCore, params: Params): readonly NumberedTrade[] {
  const { symbol } = requireMarket(data, params);
  const [from, start] = [params.whole('fromId'), params.whole('startTime')];
  const end = params.whole('endTime');
  const limit = params.limit(500, MOST_ROWS);
  if (from === null && start === null && end === null) return data.trades(symbol, limit);
  const fits = data
    .trades(symbol, Number.MAX_SAFE_INTEGER)
    .filter(
      ({ id, time }) =>
        id >= (from ?? 0) && time >= (start ?? 0) && time <= (end ?? Number.POSITIVE_INFINITY),
    );
  return from === null && start === null ? fits.slice(-limit) : fits.slice(0, limit);
}

function oneOrMany(
  data: EmulatorMarket,
  params: Params,
  row: (market: Market) => unknown,
): unknown {
  const rows = chosenMarkets(data, params).map(row);
  return params.text('symbol') === null ? rows : rows[0];
}

const depthLimit = (params: Params): number => params.limit(100, MOST_LEVELS);

function depthWeight(params: Params): number {
  const limit = depthLimit(params);
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1_000 ? 50 : 250;
}

const isOne = (params: Params): boolean => params.text('symbol') !== null;
const tickerWeight = (params: Params): number => (isOne(params) ? 2 : 80);
const priceWeight = (params: Params): number => (isOne(params) ? 2 : 4);
