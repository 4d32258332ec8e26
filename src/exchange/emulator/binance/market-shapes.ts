/** Market data in the exchange's JSON: REST answers and stream events. */
import type { BookLevel } from '../../../domain/book.ts';
import type { Candle } from '../../../domain/candle.ts';
import { decimal } from '../../../domain/decimal.ts';
import type { Market } from '../../../domain/market.ts';
import { type EpochMs, type Timeframe, timeframeMs } from '../../../domain/time.ts';
import type { BookUpdate, EmulatorMarket, MarketStatus, NumberedTrade } from '../dialect.ts';
import { amountText, figureText, symbolId } from './symbols.ts';

const ORDER_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];
/** Largest quantity of an order, base units. */
export const MOST_QUANTITY = decimal('92141578');
const MOST_PRICE = decimal('1000000');
const MOST_NOTIONAL = decimal('9000000');
const DIGITS = 8;

type Level = readonly [string, string];
type Json = Readonly<Record<string, unknown>>;

/** A symbol of exchangeInfo. */
export function symbolInfo(market: Market, status: MarketStatus | undefined): Json {
  const { base, quote, tickSize, stepSize, minQuantity, minNotional } = market;
  const quantities = { minQty: amountText(minQuantity), maxQty: amountText(MOST_QUANTITY) };
  const price = { minPrice: amountText(tickSize), maxPrice: amountText(MOST_PRICE) };
  return {
    symbol: symbolId(market),
    status: status === 'trading' ? 'TRADING' : 'BREAK',
    baseAsset: base,
    baseAssetPrecision: DIGITS,
    quoteAsset: quote,
    quotePrecision: DIGITS,
    quoteAssetPrecision: DIGITS,
    baseCommissionPrecision: DIGITS,
    quoteCommissionPrecision: DIGITS,
    orderTypes: ORDER_TYPES,
    icebergAllowed: false,
    ocoAllowed: true,
    otoAllowed: false,
    allowAmend: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: 'PRICE_FILTER', ...price, tickSize: amountText(tickSize) },
      { filterType: 'LOT_SIZE', ...quantities, stepSize: amountText(stepSize) },
      { filterType: 'MARKET_LOT_SIZE', ...quantities, stepSize: amountText(stepSize) },
      {
        filterType: 'NOTIONAL',
        minNotional: amountText(minNotional),
        applyMinToMarket: true,
        maxNotional: amountText(MOST_NOTIONAL),
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    ],
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'NONE',
    allowedSelfTradePreventionModes: ['NONE'],
  };
}

/** A row of klines. The taker's part is not known: half. */
export function klineRow(candle: Candle, timeframe: Timeframe): unknown[] {
  const { openTime, open, high, low, close, volume } = candle;
  const quote = quoteVolume(candle);
  return [
    openTime,
    ...[open, high, low, close, volume].map(figureText),
    openTime + timeframeMs(timeframe) - 1,
    figureText(quote),
    0,
    figureText(volume / 2),
    figureText(quote / 2),
    '0',
  ];
}

export const bookLevels = (levels: readonly BookLevel[]): Level[] =>
  levels.map(({ price, quantity }) => [figureText(price), figureText(quantity)]);

/** A book of so many levels a side, with the number of its newest change. */
export function depthOf(data: EmulatorMarket, market: Market, limit: number): Json {
  const { bids, asks, updateId } = data.book(market.symbol);
  return {
    lastUpdateId: updateId,
    bids: bookLevels(bids.slice(0, limit)),
    asks: bookLevels(asks.slice(0, limit)),
  };
}

export const tradeRow = (trade: NumberedTrade): Json => ({
  id: trade.id,
  price: figureText(trade.price),
  qty: figureText(trade.quantity),
  quoteQty: figureText(trade.price * trade.quantity),
  time: trade.time,
  isBuyerMaker: trade.side === 'sell',
  isBestMatch: true,
});

export const aggregateRow = (trade: NumberedTrade): Json => ({
  a: trade.id,
  p: figureText(trade.price),
  q: figureText(trade.quantity),
  f: trade.id,
  l: trade.id,
  T: trade.time,
  m: trade.side === 'sell',
  M: true,
});

/** A row of ticker/bookTicker; zeros where a side is empty. */
export function bestOf(data: EmulatorMarket, market: Market) {
  const { bids, asks } = data.book(market.symbol);
  const [bid, ask] = [bids[0], asks[0]];
  return {
    symbol: symbolId(market),
    bidPrice: figureText(bid?.price ?? 0),
    bidQty: figureText(bid?.quantity ?? 0),
    askPrice: figureText(ask?.price ?? 0),
    askQty: figureText(ask?.quantity ?? 0),
  };
}

/** A row of ticker/24hr. */
export function tickerRow(data: EmulatorMarket, market: Market) {
  const day = data.day(market.symbol);
  const newest = data.trades(market.symbol, 1)[0];
  const { open, high, low, last, volume, openTime, closeTime, count } = day;
  return {
    ...bestOf(data, market),
    priceChange: figureText(last - open),
    priceChangePercent: percentText(open, last),
    weightedAvgPrice: figureText(volume > 0 ? day.quoteVolume / volume : last),
    prevClosePrice: figureText(open),
    lastPrice: figureText(last),
    lastQty: figureText(newest?.quantity ?? 0),
    openPrice: figureText(open),
    highPrice: figureText(high),
    lowPrice: figureText(low),
    volume: figureText(volume),
    quoteVolume: figureText(day.quoteVolume),
    openTime,
    closeTime,
    count,
    lastId: newest?.id ?? -1,
    firstId: newest ? Math.max(0, newest.id - count + 1) : -1,
  };
}

/** Stream event 24hrTicker; `miniTickerEvent` has less. */
export function tickerEvent(data: EmulatorMarket, market: Market, now: EpochMs): Json {
  const row = tickerRow(data, market);
  return {
    e: '24hrTicker',
    E: now,
    s: row.symbol,
    p: row.priceChange,
    P: row.priceChangePercent,
    w: row.weightedAvgPrice,
    x: row.prevClosePrice,
    c: row.lastPrice,
    Q: row.lastQty,
    b: row.bidPrice,
    B: row.bidQty,
    a: row.askPrice,
    A: row.askQty,
    o: row.openPrice,
    h: row.highPrice,
    l: row.lowPrice,
    v: row.volume,
    q: row.quoteVolume,
    O: row.openTime,
    C: row.closeTime,
    F: row.firstId,
    L: row.lastId,
    n: row.count,
  };
}

/** Stream event 24hrMiniTicker. */
export function miniTickerEvent(data: EmulatorMarket, market: Market, now: EpochMs): Json {
  const { open, high, low, last, volume, quoteVolume: quote } = data.day(market.symbol);
  return {
    e: '24hrMiniTicker',
    E: now,
    s: symbolId(market),
    c: figureText(last),
    o: figureText(open),
    h: figureText(high),
    l: figureText(low),
    v: figureText(volume),
    q: figureText(quote),
  };
}

/** What bookTicker streams: the one event without a name. */
export function bookTickerEvent(data: EmulatorMarket, market: Market): Json {
  const { bids, asks, updateId } = data.book(market.symbol);
  const [bid, ask] = [bids[0], asks[0]];
  return {
    u: updateId,
    s: symbolId(market),
    b: figureText(bid?.price ?? 0),
    B: figureText(bid?.quantity ?? 0),
    a: figureText(ask?.price ?? 0),
    A: figureText(ask?.quantity ?? 0),
  };
}

export const tradeEvent = (trade: NumberedTrade, market: Market, now: EpochMs): Json => ({
  e: 'trade',
  E: now,
  s: symbolId(market),
  t: trade.id,
  p: figureText(trade.price),
  q: figureText(trade.quantity),
  T: trade.time,
  m: trade.side === 'sell',
  M: true,
});

export const aggregateEvent = (trade: NumberedTrade, market: Market, now: EpochMs): Json => ({
  e: 'aggTrade',
  E: now,
  s: symbolId(market),
  ...aggregateRow(trade),
});

/** Stream event kline, of a candle that is open or has just closed. */
export function klineEvent(
  of: { readonly candle: Candle; readonly timeframe: Timeframe; readonly isClosed: boolean },
  market: Market,
  now: EpochMs,
): Json {
  const { openTime, open, high, low, close, volume } = of.candle;
  const quote = quoteVolume(of.candle);
  const s = symbolId(market);
  const k = {
    t: openTime,
    T: openTime + timeframeMs(of.timeframe) - 1,
    s,
    i: of.timeframe,
    f: -1,
    L: -1,
    o: figureText(open),
    c: figureText(close),
    h: figureText(high),
    l: figureText(low),
    v: figureText(volume),
    n: 0,
    x: of.isClosed,
    q: figureText(quote),
    V: figureText(volume / 2),
    Q: figureText(quote / 2),
    B: '0',
  };
  return { e: 'kline', E: now, s, k };
}

export const depthEvent = (update: BookUpdate, market: Market, now: EpochMs): Json => ({
  e: 'depthUpdate',
  E: now,
  s: symbolId(market),
  U: update.firstUpdateId,
  u: update.updateId,
  b: bookLevels(update.bids),
  a: bookLevels(update.asks),
});

const quoteVolume = ({ open, high, low, close, volume }: Candle): number =>
  (volume * (open + high + low + close)) / 4;

const percentText = (open: number, last: number): string =>
  (open > 0 ? ((last - open) / open) * 100 : 0).toFixed(3);
