import type { Candle } from '../domain/candle.ts';
import { toNumber } from '../domain/decimal.ts';
import { assertNever } from '../domain/errors.ts';
import type { CandleEvent, MarketEvent, TradesEvent } from '../domain/event.ts';
import type { Fill } from '../domain/fill.ts';
import type { Timeframe } from '../domain/time.ts';
import { totalOf } from '../domain/account.ts';
import type { TradeCandleBuilder } from '../market/candle-builder.ts';
import { OrderBook } from '../market/order-book.ts';
import { holdingValue } from '../portfolio/exposure.ts';
import { followHolding } from './excursion.ts';
import { type EngineState, type SymbolState, openBuilders, openTradeBuilder } from './state.ts';

/**
 * Applies one market event to the market half of the state: prices, book, candles of every
 * timeframe. Candles that finished stand in `finished` afterwards, all series already updated,
 * so that nobody sees an unfinished or a missing one.
 */
export function reduceMarket(state: EngineState, event: MarketEvent): SymbolState | null {
  const { market } = state;
  market.events += 1;
  if (event.time > market.now) market.now = event.time;
  if (event.kind === 'checkpoint') return null;
  const symbol = market.symbols.get(event.symbol);
  if (!symbol) return null;
  if (symbol.finished.length > 0) symbol.finished.length = 0;
  const isNewest = event.time > symbol.dataTime;
  if (isNewest) symbol.dataTime = event.time;
  switch (event.kind) {
    case 'candle':
      // Beside prints a candle comes after the price it closed at.
      if (isNewest || symbol.builder.fromTrades) setLastPrice(symbol, event.candle.close);
      reduceCandle(symbol, event);
      break;
    case 'trades':
      reduceTrades(symbol, event);
      break;
    case 'book':
      symbol.book ??= new OrderBook();
      symbol.book.replace(event.levels);
      symbol.builder.trades?.advanceTo(event.time);
      break;
    case 'bookChange':
      symbol.book?.change(event.bids, event.asks);
      symbol.builder.trades?.advanceTo(event.time);
      break;
    case 'mark':
      symbol.hasMarkFeed = true;
      symbol.markPrice = event.markPrice;
      symbol.builder.trades?.advanceTo(event.time);
      break;
    default:
      return assertNever(event);
  }
  if (event.kind === 'candle' || symbol.finished.length > 0) market.candles += 1;
  return symbol;
}

/** A candle of the feed itself: its own timeframe needs no entry in `finished`. */
function reduceCandle(symbol: SymbolState, event: CandleEvent): void {
  if (symbol.builder.base === null) openBuilders(symbol, event.timeframe);
  symbol.volatility.add(event.candle.close);
  symbol.builder.baseSeries?.push(event.candle);
  for (const higher of symbol.builder.higher) higher.add(event.candle);
}

function tradeBuilderOf(symbol: SymbolState): TradeCandleBuilder {
  return (
    symbol.builder.trades ??
    // Copied: the builder reuses its candle, and a gap can finish several with one trade.
    openTradeBuilder(symbol, (timeframe, candle) => onBaseCandle(symbol, timeframe, { ...candle }))
  );
}

/** Goes on with a candle that was open when the session was left. */
export function resumeCandle(state: EngineState, event: CandleEvent): void {
  const symbol = state.market.symbols.get(event.symbol);
  if (symbol) tradeBuilderOf(symbol).resume(event.candle);
}

function reduceTrades(symbol: SymbolState, event: TradesEvent): void {
  const builder = tradeBuilderOf(symbol);
  for (const trade of event.trades) {
    builder.add(trade);
    setLastPrice(symbol, trade.price);
  }
}

function onBaseCandle(symbol: SymbolState, timeframe: Timeframe, candle: Candle): void {
  // Beside the feed's own candles ours is there to be drawn while it is open.
  if (!symbol.builder.fromTrades) return;
  symbol.volatility.add(candle.close);
  symbol.builder.baseSeries?.push(candle);
  symbol.finished.push({ timeframe, candle });
  for (const higher of symbol.builder.higher) higher.add(candle);
}

function setLastPrice(symbol: SymbolState, price: number): void {
  symbol.lastPrice = price;
  if (!symbol.hasMarkFeed) symbol.markPrice = price;
}

/**
 * Where candles alone tell prices, a fill inside one is the newest price there is: valuing the
 * new position at the previous close would see a gap as profit or loss that nobody made. A fill
 * at a close is valued at that close, so that its spread and slippage are seen at once.
 */
export function observeFill(state: EngineState, fill: Fill): void {
  if (state.market.phase === null) return;
  const symbol = state.market.symbols.get(fill.symbol);
  if (!symbol || symbol.book !== null || symbol.builder.trades !== null) return;
  setLastPrice(symbol, toNumber(fill.price));
}

/** Applies a candle from before the session began: warms series, moves no clock and no money. */
export function reduceHistory(state: EngineState, event: CandleEvent): SymbolState | null {
  const symbol = state.market.symbols.get(event.symbol);
  if (!symbol) return null;
  symbol.finished.length = 0;
  // One that comes after newer data fills a gap in the charts and says nothing about now.
  if (symbol.dataTime === 0) setLastPrice(symbol, event.candle.close);
  reduceCandle(symbol, event);
  return symbol;
}

/** Float mirror of cash and positions: refreshed when a fill or a recovery changed them. */
export function refreshMirror(state: EngineState): void {
  const { market, money } = state;
  market.cash = toNumber(totalOf(money.balances, money.currency));
  market.held.length = 0;
  for (const symbol of market.symbols.values()) {
    const position = money.positions.get(symbol.market.symbol);
    const [quantity, cost] = [symbol.quantity, symbol.cost];
    symbol.quantity = position ? toNumber(position.quantity) : 0;
    symbol.cost = position ? toNumber(position.cost) : 0;
    if (!position || symbol.quantity === 0) {
      symbol.excursion = null;
      continue;
    }
    market.held.push(symbol);
    if (symbol.quantity !== quantity || symbol.cost !== cost) {
      followHolding(state, symbol, position);
    }
  }
}

/** Equity in the account's currency: cash, spot holdings at mark, open P&L of perpetuals. */
export function measureEquity(state: EngineState): number {
  const { market } = state;
  let equity = market.cash;
  for (const symbol of market.held) equity += holdingValue(symbol);
  return equity;
}
