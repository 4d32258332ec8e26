import { type Decimal, ZERO, abs, max, sub, toNumber } from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import { MAX_DUPLICATE_SECONDS, type RiskLimits } from '../domain/limits.ts';
import { type Market, grantedLeverage } from '../domain/market.ts';
import {
  MANUAL,
  type Order,
  type OrderRequest,
  isProtectiveStop,
  reachedQuantity,
} from '../domain/order.ts';
import { isAgainst } from '../domain/position.ts';
import { type EpochMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { Side } from '../domain/trade.ts';
import type { TradingState } from '../domain/verdict.ts';
import { type Ledger, ledgerKey, ledgerOf, openLedgers } from '../execution/money.ts';
import { symbolsInUse, workingExits, workingProtection } from '../execution/orders.ts';
import { effectiveState } from '../execution/truth.ts';
import { totalOf } from '../domain/account.ts';
import {
  type Exposure,
  exposureOf,
  holdingNotional,
  reachOf,
  workingNotional,
} from '../portfolio/exposure.ts';
import type { Actor, Cluster, ReviewContext } from '../risk/rule.ts';
import { riskToStop } from '../risk/rules/loss-rules.ts';
import { clusterOf } from './clusters.ts';
import type { EngineState, SymbolState } from './state.ts';

/** As far as the order rate and any duplicate guard look back. */
export const RECENT_ORDERS_MS = Math.max(MINUTE_MS, MAX_DUPLICATE_SECONDS * SECOND_MS);

/**
 * Measures what the rules compare. Getters, because most rules look at little: an exit never
 * pays for exposures.
 */
export function reviewContext(
  state: EngineState,
  request: OrderRequest,
  by: Actor = request.strategyId === MANUAL ? 'operator' : 'strategy',
): ReviewContext {
  return new Measured(state, request, by);
}

class Measured implements ReviewContext {
  readonly limits: RiskLimits;
  readonly market: Market;
  readonly tradingState: TradingState;
  readonly reducing: boolean;
  readonly by: Actor;
  readonly equity: number;
  readonly lastPrice: number;
  readonly price: number;
  readonly leverage: number;
  private readonly state: EngineState;
  private readonly request: OrderRequest;
  private readonly symbol: SymbolState;
  private readonly ledger: Ledger;
  /** Measured once, for every rule that asks. */
  private exposure: Exposure | null = null;
  private ownCluster: Cluster | null = null;
  private inUse: ReadonlySet<string> | null = null;

  constructor(state: EngineState, request: OrderRequest, by: Actor) {
    const symbol = required(state.market.symbols.get(request.symbol), request.symbol);
    const ledger = ledgerOf(state.money, request);
    this.state = state;
    this.request = request;
    this.symbol = symbol;
    this.ledger = ledger;
    this.limits = state.settings.limits;
    this.market = symbol.market;
    const isRecovering = state.truth.recovering !== null;
    this.tradingState = effectiveState(state.money, request, isRecovering);
    this.reducing = isReducing(ledger, request);
    this.by = by;
    this.equity = state.market.equity;
    this.lastPrice = symbol.lastPrice;
    this.price = expectedPrice(symbol, request);
    this.leverage = grantedLeverage(symbol.market, state.settings.leverage);
  }

  get worstCaseFraction(): number {
    return worstCaseOf(this.state, this.request.strategyId);
  }

  get spreadBps(): number | null {
    return this.symbol.book?.spreadBps ?? null;
  }

  get dataAgeSeconds(): number | null {
    const { dataTime } = this.symbol;
    return dataTime === 0 ? null : (this.state.market.now - dataTime) / 1000;
  }

  get accountQuantity(): number {
    return this.symbol.quantity + workingEntryQuantity(this.state, this.request.symbol);
  }

  get closable(): Decimal {
    const { money, market } = this.state;
    const { role, type } = this.request;
    const held = abs(this.ledger.position.quantity);
    if (role === 'protective') return held;
    const left = sub(held, workingExits(money, this.ledger));
    // A market exit takes the place of its protection; one that rests would need the same coins,
    // and take another ledger's.
    if (type === 'market' || market.abilities?.holdsCoins !== true) return left;
    return max(ZERO, sub(left, workingProtection(money, this.ledger)));
  }

  get openPositions(): number {
    return this.measuredInUse().size;
  }

  get holdsSymbol(): boolean {
    return this.measuredInUse().has(this.request.symbol);
  }

  private measuredInUse(): ReadonlySet<string> {
    this.inUse ??= symbolsInUse(this.state.money);
    return this.inUse;
  }

  get grossExposure(): number {
    return this.measuredExposure().gross;
  }

  get netExposure(): number {
    const { netIfBought, netIfSold } = this.measuredExposure();
    return this.request.side === 'buy' ? netIfBought : netIfSold;
  }

  get symbolExposure(): number {
    return reachOf(this.measuredExposure().bySymbol.get(this.request.symbol));
  }

  get sideExposure(): number {
    const reach = this.measuredExposure().bySymbol.get(this.request.symbol);
    return (this.request.side === 'buy' ? reach?.bought : reach?.sold) ?? 0;
  }

  get cluster(): Cluster {
    this.ownCluster ??= clusterOf(
      this.state,
      this.request.symbol,
      this.measuredExposure().bySymbol,
    );
    return this.ownCluster;
  }

  get badData(): number {
    return this.symbol.badData;
  }

  get now(): EpochMs {
    return this.state.market.now;
  }

  get openRiskQuote(): number {
    return openRiskQuote(this.state);
  }

  get free(): number {
    // A limit order takes its money when it arrives, a market order after the exits before it.
    const { state, symbol, request } = this;
    return request.type === 'market' ? freeAfterExits(state, symbol) : freeFunds(state);
  }

  get ordersLastMinute(): number {
    const { recentOrders, now } = this.state.market;
    const older = recentOrders.findLastIndex(({ time }) => time <= now - MINUTE_MS);
    return recentOrders.length - 1 - older;
  }

  get duplicateAgeSeconds(): number | null {
    const { recentOrders, now } = this.state.market;
    const since = now - this.limits.duplicateSeconds * SECOND_MS;
    for (let at = recentOrders.length - 1; at >= 0; at -= 1) {
      const recent = recentOrders[at];
      if (!recent || recent.time < since) return null;
      if (isSameOrder(recent.request, this.request)) return (now - recent.time) / SECOND_MS;
    }
    return null;
  }

  get stoppedAgoSeconds(): number | null {
    const { strategyId, symbol } = this.request;
    const stopped = this.state.market.stoppedAt.get(ledgerKey(strategyId, symbol));
    return stopped === undefined ? null : (this.state.market.now - stopped) / 1000;
  }

  private measuredExposure(): Exposure {
    this.exposure ??= exposure(this.state);
    return this.exposure;
  }
}

/**
 * Same symbol, strategy, side, type, price and quantity (DECISIONS 14), for the same purpose: the
 * two halves of a reversal, an exit and an entry of one size, are no duplicates.
 */
function isSameOrder(a: OrderRequest, b: OrderRequest): boolean {
  return (
    a.role === b.role &&
    a.symbol === b.symbol &&
    a.strategyId === b.strategyId &&
    a.side === b.side &&
    a.type === b.type &&
    a.price === b.price &&
    a.quantity === b.quantity
  );
}

/** Is it an exit against what its ledger holds? */
function isReducing(ledger: Ledger, request: OrderRequest): boolean {
  return request.role !== 'entry' && isAgainst(ledger.position, request.side);
}

/** Price an order is expected to fill at: its limit or trigger, the book's best, the last. */
export function expectedPrice(symbol: SymbolState, request: OrderRequest): number {
  const best = bestPrice(symbol, request.side);
  const { side, type, price, triggerPrice } = request;
  const own = price ?? triggerPrice;
  if (own === null) return best;
  const value = toNumber(own);
  if (best === 0) return value;
  // A far trigger on the wrong side must not make an order look small: it fires at once.
  const rises = (side === 'buy') === (type === 'stop');
  if (price === null) return rises ? Math.max(value, best) : Math.min(value, best);
  return type === 'limit' && side === 'sell' ? Math.max(value, best) : value;
}

/** Price a taker of this side would meet: the book's best, else the last; 0 before the first. */
export function bestPrice(symbol: SymbolState, side: Side): number {
  return symbol.book?.bestFor(side) ?? symbol.lastPrice;
}

/** The strategy's declared worst case; the whole notional when it declares none. */
export function worstCaseOf(state: EngineState, strategyId: string): number {
  return state.market.worstCases.get(strategyId) ?? 1;
}

function workingEntryQuantity(state: EngineState, symbol: string): number {
  let quantity = 0;
  for (const order of state.money.working.values()) {
    if (order.symbol !== symbol || order.role !== 'entry') continue;
    const remaining = toNumber(order.quantity) - toNumber(order.filled);
    quantity += order.side === 'buy' ? remaining : -remaining;
  }
  return quantity;
}

/** Exposure of the account, working entries included. */
export function exposure(state: EngineState) {
  return exposureOf(state.market.held, state.money.working.values());
}

/**
 * Quote lost against now if every stop were hit: open ledgers to their working stop, or by the
 * strategy's worst case without one, plus working entries to the stop they will get.
 */
export function openRiskQuote(state: EngineState): number {
  let risk = 0;
  // Stops are few and ledgers many: looked up once, not once per ledger.
  const stops = [...state.money.working.values()].filter(isProtectiveStop);
  for (const ledger of openLedgers(state.money)) risk += ledgerRisk(state, ledger, stops);
  for (const order of state.money.working.values()) {
    if (order.role !== 'entry') continue;
    const worstCaseFraction = worstCaseOf(state, order.strategyId);
    const remaining = { ...order, quantity: sub(reachedQuantity(order), order.filled) };
    const price = workingNotional(order) / Math.max(toNumber(remaining.quantity), 1e-18);
    risk += riskToStop(remaining, { price, worstCaseFraction });
  }
  return risk;
}

/** Float of a ledger's holding, made anew when a fill changed it: every review asks for all. */
function floatQuantity(state: EngineState, { position }: Ledger): number {
  const { floats } = state.market;
  const known = floats.get(position);
  if (known?.exact === position.quantity) return known.float;
  const float = toNumber(position.quantity);
  floats.set(position, { exact: position.quantity, float });
  return float;
}

/** Quote one open ledger loses against its mark when its stop is hit. */
function ledgerRisk(state: EngineState, ledger: Ledger, stops: readonly Order[]): number {
  const symbol = state.market.symbols.get(ledger.symbol);
  const quantity = floatQuantity(state, ledger);
  const mark = symbol?.markPrice || Math.abs(toNumber(ledger.position.cost) / quantity);
  const trigger = findStop(stops, ledger)?.triggerPrice ?? null;
  if (trigger === null) return Math.abs(quantity) * mark * worstCaseOf(state, ledger.strategyId);
  return Math.max(0, (mark - toNumber(trigger)) * quantity);
}

/** Trigger price of the working stop that protects a ledger; null without one. */
export function stopOf(state: EngineState, ledger: Pick<Ledger, 'strategyId' | 'symbol'>) {
  const order = findStop(state.money.working.values(), ledger);
  return order?.triggerPrice ? toNumber(order.triggerPrice) : null;
}

/** The working stop that protects a ledger: it has one at most. */
export function findStop(
  working: Iterable<Order>,
  ledger: Pick<Ledger, 'strategyId' | 'symbol'>,
): Order | null {
  for (const order of working) {
    if (order.symbol !== ledger.symbol || order.strategyId !== ledger.strategyId) continue;
    if (isProtectiveStop(order)) return order;
  }
  return null;
}

/**
 * Free amount of the account's currency: cash (and open P&L of perpetuals) less the margin of
 * positions and what working entries will take, fees included.
 */
export function freeFunds(state: EngineState): number {
  const { money, market, settings } = state;
  let free = toNumber(totalOf(money.balances, money.currency));
  for (const symbol of market.symbols.values()) {
    if (symbol.quantity === 0 || symbol.market.kind === 'spot') continue;
    const value = holdingNotional(symbol);
    const leverage = grantedLeverage(symbol.market, settings.leverage);
    free += value - symbol.cost - Math.abs(value) / leverage;
  }
  for (const order of money.working.values()) {
    if (order.role !== 'entry') continue;
    const spec = market.symbols.get(order.symbol)?.market;
    if (!spec || (spec.kind === 'spot' && order.side === 'sell')) continue;
    const value = workingNotional(order);
    const fee = value * toNumber(spec.takerFeeRate);
    free -= value / grantedLeverage(spec, settings.leverage) + fee;
  }
  return free;
}

/**
 * Free funds with what the symbol's market exits on their way will bring back: a reversal sends
 * its exit first, and without it every one larger than half the account would be denied. An exit
 * that rests brings nothing yet, and one that leaves the netted position larger takes.
 */
export function freeAfterExits(state: EngineState, symbol: SymbolState): number {
  const { market, lastPrice, quantity } = symbol;
  let closing = 0;
  let fees = 0;
  for (const order of state.money.working.values()) {
    if (order.symbol !== market.symbol || order.role !== 'exit' || order.type !== 'market')
      continue;
    const left = toNumber(order.quantity) - toNumber(order.filled);
    closing += order.side === 'buy' ? left : -left;
    fees += left * lastPrice * toNumber(market.takerFeeRate);
  }
  const freed =
    market.kind === 'spot' ? -closing : Math.abs(quantity) - Math.abs(quantity + closing);
  const leverage = grantedLeverage(market, state.settings.leverage);
  return freeFunds(state) + (freed * lastPrice) / leverage - fees;
}
