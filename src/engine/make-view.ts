import { DAY_MS } from '../domain/time.ts';
import { type Decimal, ZERO, abs, add, isZero, toNumber } from '../domain/decimal.ts';
import { totalOf } from '../domain/account.ts';
import { priceDigits, quantityDigits, type Market } from '../domain/market.ts';
import type { Order } from '../domain/order.ts';
import { type Position, entryPrice, netPnl, positionSide } from '../domain/position.ts';
import {
  type Ledger,
  type MoneyState,
  type OpenTrip,
  type Totals,
  ledgerKey,
  openLedgers,
} from '../execution/money.ts';
import { nearestProtection } from '../execution/protection.ts';
import { CLEARS } from '../execution/stop-states.ts';
import { profitFactor } from '../portfolio/trade-stats.ts';
import { BREAKERS } from '../risk/breakers.ts';
import { findStop, openRiskQuote } from './review-context.ts';
import { describeRequest } from './judge.ts';
import type { Decision, EngineState, StrategyRuntime, SymbolState } from './state.ts';
import type {
  AccountView,
  BreakerView,
  DecisionView,
  EngineView,
  MarketView,
  OrderView,
  PnlRow,
  PnlView,
  PositionView,
  ProtectionView,
  StrategyStatus,
} from './view.ts';

/** Closes in a sparkline, closed orders and days shown. */
const SPARK_CLOSES = 60;
const SHOWN_CLOSED = 60;
const SHOWN_DAYS = 31;

/** A reader's copy of the state. Costs tens of microseconds: call it per frame, not per event. */
export function makeView(state: EngineState): EngineView {
  const symbols = [...state.market.symbols.values()];
  return {
    now: state.market.now,
    account: accountView(state),
    markets: symbols.map(marketView),
    positions: symbols.flatMap((symbol) => positionView(state, symbol)),
    orders: orderViews(state),
    strategies: strategyViews(state),
    pnl: pnlView(state),
    breakers: breakerViews(state),
  };
}

function accountView(state: EngineState): AccountView {
  const { money, market, settings } = state;
  const { equity } = market;
  const dayOpen = money.day?.equity ?? equity;
  const { limits } = settings;
  const { state: tradingState, since, reason } = money.trading;
  return {
    accountId: money.accountId,
    currency: money.currency,
    tradingState,
    stateSince: since,
    stateReason: reason,
    stateClears: CLEARS[tradingState],
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

function positionView(state: EngineState, symbol: SymbolState): PositionView[] {
  const position = state.money.positions.get(symbol.market.symbol);
  if (!position || isZero(position.quantity)) return [];
  const mark = symbol.markPrice === 0 ? null : symbol.markPrice;
  const quantity = toNumber(position.quantity);
  const unrealized = mark === null ? null : quantity * mark - toNumber(position.cost);
  const ledgers = openLedgers(state.money).filter(({ symbol: own }) => own === position.symbol);
  const risk = initialRisk(ledgers);
  return [
    {
      symbol: position.symbol,
      positionSide: positionSide(position),
      ...digits(symbol.market),
      quantity: abs(position.quantity),
      entryPrice: entryPrice(position) ?? ZERO,
      markPrice: mark,
      unrealizedPnl: unrealized,
      rMultiple: risk === null || unrealized === null ? null : unrealized / risk,
      openedTime: position.openedTime,
      feesPaid: sumOf(ledgers, (trip) => trip.feesPaid),
      fundingPaid: sumOf(ledgers, (trip) => trip.fundingPaid),
      strategyIds: ledgers.map((ledger) => ledger.strategyId),
      protection: protectionView(state, { position, ledgers, mark }),
    },
  ];
}

/** Sum over the round trips that are open: what this position has cost so far. */
function sumOf(ledgers: readonly Ledger[], pick: (trip: OpenTrip) => Decimal): Decimal {
  return ledgers.reduce((sum, { trip }) => (trip ? add(sum, pick(trip)) : sum), ZERO);
}

const digits = (market: Market) => ({
  priceDigits: priceDigits(market),
  quantityDigits: quantityDigits(market),
});

/** Quote at risk when the position was opened, from the entries' stops; null without one. */
function initialRisk(ledgers: readonly Ledger[]): number | null {
  let risk = 0;
  for (const { bracket, position } of ledgers) {
    if (!bracket?.stopPrice) return null;
    const stopValue = toNumber(bracket.stopPrice) * toNumber(position.quantity);
    risk += toNumber(position.cost) - stopValue;
  }
  return risk > 0 ? risk : null;
}

/** Protection of a position; with several ledgers the nearest stop and target are shown. */
function protectionView(
  state: EngineState,
  of: {
    readonly position: Position;
    readonly ledgers: readonly Ledger[];
    readonly mark: number | null;
  },
): ProtectionView {
  const { working } = state.money;
  const stops = of.ledgers.map((ledger) => ({ ledger, order: findStop(working.values(), ledger) }));
  const { stop, target } = nearestProtection(state.money, of.position);
  const rests = stop === null && target === null ? null : 'venue';
  return {
    stopPrice: stop?.triggerPrice ?? null,
    targetPrice: target?.price ?? null,
    trailFraction: stop?.trailFraction ?? null,
    rests,
    worstCase: worstCase(stops, of.mark),
  };
}

/** Loss against now when every stop of the position fills at its price; null if one is missing. */
function worstCase(
  stops: readonly { readonly ledger: Ledger; readonly order: Order | null }[],
  mark: number | null,
): number | null {
  let loss = 0;
  for (const { ledger, order } of stops) {
    if (!order?.triggerPrice || mark === null) return null;
    loss += (toNumber(order.triggerPrice) - mark) * toNumber(ledger.position.quantity);
  }
  return Math.min(0, loss);
}

function orderViews(state: EngineState): OrderView[] {
  const working = [...state.money.working.values()];
  const closed = [...state.money.closed.values()].slice(-SHOWN_CLOSED).reverse();
  return [...working, ...closed].map((order) => {
    const market = state.market.symbols.get(order.symbol)?.market;
    return { ...order, priceDigits: 2, quantityDigits: 8, ...(market ? digits(market) : {}) };
  });
}

function strategyViews(state: EngineState): StrategyStatus[] {
  const byId = new Map<string, StrategyRuntime[]>();
  for (const runtime of state.market.runtimes) {
    byId.set(runtime.id, [...(byId.get(runtime.id) ?? []), runtime]);
  }
  return [...byId].map(([id, runtimes]) => strategyView(state, id, runtimes));
}

function strategyView(
  state: EngineState,
  id: string,
  runtimes: readonly StrategyRuntime[],
): StrategyStatus {
  const [first] = runtimes;
  const ledgers = runtimes.flatMap(
    ({ symbol }) => state.money.ledgers.get(ledgerKey(id, symbol)) ?? [],
  );
  const decisions = runtimes.flatMap(({ lastDecision }) => lastDecision ?? []);
  return {
    id,
    name: first?.definition.name ?? id,
    summary: first?.definition.summary ?? '',
    symbols: runtimes.map(({ symbol }) => symbol),
    timeframe: first?.timeframe ?? '1m',
    enabled: first?.enabled ?? false,
    warmingUp: Math.max(0, ...runtimes.map(({ warmup, seen }) => warmup - seen)),
    params: { ...(first?.params as object) },
    thoughts: runtimes.flatMap(({ strategy, symbol }) => {
      const thought = strategy.explain?.();
      return thought ? [{ ...thought, symbol }] : [];
    }),
    positions: ledgers.map(({ symbol, position }) => ({ symbol, quantity: position.quantity })),
    netPnl: ledgers.reduce((sum, ledger) => sum + ledgerNet(state, ledger), 0),
    roundTrips: ledgers.reduce((sum, ledger) => sum + ledger.roundTrips, 0),
    lastDecision: decisionView(decisions.toSorted((a, b) => b.time - a.time)[0]),
  };
}

function decisionView(decision: Decision | undefined): DecisionView | null {
  if (!decision) return null;
  const { request, ...rest } = decision;
  const { symbol, reason } = request;
  return { symbol, what: describeRequest(request), reason, ...rest };
}

function ledgerNet(state: EngineState, ledger: Ledger): number {
  return positionNet(ledger.position, state.market.symbols.get(ledger.symbol));
}

/** Realized and open P&L less fees and funding, in quote. */
function positionNet(position: Position, symbol: SymbolState | undefined): number {
  const mark = symbol?.markPrice || null;
  const open = mark === null ? 0 : toNumber(position.quantity) * mark - toNumber(position.cost);
  return open + toNumber(netPnl(position));
}

function pnlView(state: EngineState): PnlView {
  const { money } = state;
  const { totals } = money;
  let unrealized = 0;
  for (const position of money.positions.values()) {
    const mark = state.market.symbols.get(position.symbol)?.markPrice || null;
    if (mark === null) continue;
    unrealized += toNumber(position.quantity) * mark - toNumber(position.cost);
  }
  return {
    realizedPnl: totals.realizedPnl,
    unrealizedPnl: unrealized,
    feesPaid: totals.feesPaid,
    fundingPaid: totals.fundingPaid,
    netPnl: unrealized + toNumber(netPnl(totals)),
    roundTrips: totals.roundTrips,
    winRate: totals.roundTrips === 0 ? null : totals.wins / totals.roundTrips,
    profitFactor: profitFactor(totals),
    ...pnlRows(state),
    equityCurve: money.samples.slice(),
  };
}

function pnlRows(state: EngineState): Pick<PnlView, 'bySymbol' | 'byStrategy' | 'byDay'> {
  const { money } = state;
  const bySymbol = [...money.positions.values()].map((position) => ({
    ...rowOf(position.symbol, position, 0),
    netPnl: positionNet(position, state.market.symbols.get(position.symbol)),
    roundTrips: tripsOf(money, (ledger) => ledger.symbol === position.symbol),
  }));
  const strategies = new Set([...money.ledgers.values()].map((ledger) => ledger.strategyId));
  const byStrategy = [...strategies].map((id) => strategyRow(state, id));
  const byDay = [...money.days]
    .slice(-SHOWN_DAYS)
    .map(([day, totals]) => rowOf(new Date(day).toISOString().slice(0, 10), totals));
  return { bySymbol, byStrategy, byDay };
}

function strategyRow(state: EngineState, id: string): PnlRow {
  const own = [...state.money.ledgers.values()].filter((ledger) => ledger.strategyId === id);
  const sum = (pick: (position: Position) => Decimal): number =>
    own.reduce((total, ledger) => total + toNumber(pick(ledger.position)), 0);
  return {
    key: id,
    realizedPnl: sum((position) => position.realizedPnl),
    feesPaid: sum((position) => position.feesPaid),
    fundingPaid: sum((position) => position.fundingPaid),
    netPnl: own.reduce((total, ledger) => total + ledgerNet(state, ledger), 0),
    roundTrips: own.reduce((total, ledger) => total + ledger.roundTrips, 0),
  };
}

function rowOf(
  key: string,
  totals: Pick<Totals, 'realizedPnl' | 'feesPaid' | 'fundingPaid'> & { roundTrips?: number },
  roundTrips = totals.roundTrips ?? 0,
): PnlRow {
  return {
    key,
    realizedPnl: toNumber(totals.realizedPnl),
    feesPaid: toNumber(totals.feesPaid),
    fundingPaid: toNumber(totals.fundingPaid),
    netPnl: toNumber(netPnl(totals)),
    roundTrips,
  };
}

function tripsOf(money: MoneyState, pick: (ledger: Ledger) => boolean): number {
  let count = 0;
  for (const ledger of money.ledgers.values()) if (pick(ledger)) count += ledger.roundTrips;
  return count;
}

function breakerViews(state: EngineState): BreakerView[] {
  const { money, market, settings } = state;
  const { equity, peak } = market;
  const input = { equity, dayOpen: money.day?.equity ?? equity, peak };
  return BREAKERS.map((breaker) => {
    const tripped = money.breakers.get(breaker.name);
    return {
      name: breaker.name,
      value: tripped?.value ?? breaker.measure(input),
      limit: tripped?.limit ?? breaker.limit(settings.limits),
      tripped: tripped !== undefined,
      clears: breaker.clears,
    };
  });
}
