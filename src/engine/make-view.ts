import { DAY_MS } from '../domain/time.ts';
import { toNumber } from '../domain/decimal.ts';
import { totalOf } from '../domain/account.ts';
import { priceDigits, quantityDigits } from '../domain/market.ts';
import { breakerViews } from './breaker-view.ts';
import { limitViews } from './limit-view.ts';
import { pnlView } from './pnl-view.ts';
import { digits, positionView } from './position-view.ts';
import { openRiskQuote } from './review-context.ts';
import { clusterViews, scopeViews } from './risk-view.ts';
import type { EngineState, SymbolState } from './state.ts';
import { strategyViews } from './strategy-view.ts';
import { accountState, truthView } from './truth-view.ts';
import type { AccountView, EngineView, MarketView, OrderView } from './view.ts';

/** Closes in a sparkline, and closed orders shown. */
const SPARK_CLOSES = 60;
const SHOWN_CLOSED = 60;

/** A reader's copy of the state. Costs tens of microseconds: call it per frame, not per event. */
export function makeView(state: EngineState): EngineView {
  const symbols = [...state.market.symbols.values()];
  const breakers = breakerViews(state);
  return {
    now: state.market.now,
    account: accountView(state),
    markets: symbols.map(marketView),
    positions: symbols.flatMap((symbol) => positionView(state, symbol)),
    orders: orderViews(state),
    strategies: strategyViews(state),
    pnl: pnlView(state),
    breakers,
    scopes: scopeViews(state),
    clusters: clusterViews(state),
    limits: limitViews(state, breakers),
    truth: truthView(state),
  };
}

function accountView(state: EngineState): AccountView {
  const { money, market, settings } = state;
  const { equity } = market;
  const dayOpen = money.day?.equity ?? equity;
  const { limits } = settings;
  return {
    accountId: money.accountId,
    currency: money.currency,
    ...accountState(state),
    cash: totalOf(money.balances, money.currency),
    equity,
    equityStart: toNumber(money.deposits),
    dayPnl: equity - dayOpen,
    dayPnlFraction: dayOpen > 0 ? equity / dayOpen - 1 : 0,
    drawdownFraction: market.drawdownFraction,
    drawdownLimit: limits.drawdownFraction,
    openRiskFraction: equity > 0 ? openRiskQuote(state) / equity : 0,
    openRiskLimit: limits.openRiskFraction,
    riskEnabled: limits.enabled,
    deadManSeconds: limits.deadMan ? limits.deadManSeconds : null,
  };
}

function marketView(symbol: SymbolState): MarketView {
  const series = symbol.builder.baseSeries;
  const closes = series?.newest(SPARK_CLOSES).map((candle) => candle.close) ?? [];
  const day = dayCandles(symbol);
  const last = symbol.lastPrice === 0 ? null : symbol.lastPrice;
  return {
    symbol: symbol.market.symbol,
    priceDigits: priceDigits(symbol.market),
    quantityDigits: quantityDigits(symbol.market),
    lastPrice: last,
    bid: symbol.book?.bestBid ?? null,
    ask: symbol.book?.bestAsk ?? null,
    spreadBps: symbol.book?.spreadBps ?? null,
    changeFraction: day.open === null || last === null ? null : last / day.open - 1,
    volumeQuote: day.volumeQuote,
    dayReachMs: day.reachMs,
    closes,
    dataTime: symbol.dataTime === 0 ? null : symbol.dataTime,
  };
}

/** First open and volume of the last 24 hours, as far as the series reaches, and how far that is. */
function dayCandles(symbol: SymbolState) {
  const series = symbol.builder.baseSeries;
  if (!series || series.length === 0) return { open: null, volumeQuote: null, reachMs: null };
  // Before the first event only history is there.
  const until = symbol.dataTime === 0 ? series.openTimeAt(0) : symbol.dataTime;
  let open: number | null = null;
  let reachMs: number | null = null;
  let volumeQuote = 0;
  for (const candle of series.newest(Infinity)) {
    if (candle.openTime < until - DAY_MS) continue;
    open ??= candle.open;
    reachMs ??= until - candle.openTime;
    volumeQuote += candle.volume * candle.close;
  }
  return { open, volumeQuote, reachMs };
}

function orderViews(state: EngineState): OrderView[] {
  const working = [...state.money.working.values()];
  const closed = [...state.money.closed.values()].slice(-SHOWN_CLOSED).reverse();
  return [...working, ...closed].map((order) => {
    const market = state.market.symbols.get(order.symbol)?.market;
    return { ...order, priceDigits: 2, quantityDigits: 8, ...(market ? digits(market) : {}) };
  });
}
