import { ZERO, gte, isZero, toNumber } from '../domain/decimal.ts';
import { type Order, intendedPrice, isWorking } from '../domain/order.ts';
import { netPnl } from '../domain/position.ts';
import type { StateScope } from '../domain/record.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import { type Incident, type MoneyState, breakerKey } from '../execution/money.ts';
import type { AccountLook, StrategyLook, SymbolLook } from '../risk/breakers.ts';
import type { EngineState, SymbolState } from './state.ts';

/** One market-like order that ended, and how much worse than meant it filled. */
export interface Slip {
  readonly order: Readonly<Order>;
  readonly time: EpochMs;
  /** Adverse = positive. */
  readonly bps: number;
  readonly notional: number;
}

/** Newest market orders that slippage is the mean of, and how many it takes. */
export const SLIPS = 20;
export const LEAST_SLIPS = 5;

/** What the account's breakers measure now. */
export function accountLook(state: EngineState): AccountLook {
  const { money, market } = state;
  const { equity, peak } = market;
  return {
    equity,
    dayOpen: money.day?.equity ?? equity,
    peak,
    errors: countIncidents(state, { name: 'errorRate' }, isError),
    disconnects: countIncidents(state, { name: 'connection' }, isLinkLost),
  };
}

const isError = ({ what }: Incident): boolean => what !== 'rejected' && what !== 'linkLost';
const isLinkLost = ({ what }: Incident): boolean => what === 'linkLost';

/** What the breakers of one strategy, or of the operator's own orders, measure now. */
export function strategyLook(state: EngineState, strategyId: string): StrategyLook {
  return {
    lossStreak: lossStreak(state, strategyId),
    rejections: countIncidents(
      state,
      { name: 'rejections', scope: { strategyId } },
      (one) => one.what === 'rejected' && one.strategyId === strategyId,
    ),
  };
}

/** What the breakers of one symbol measure now. */
export function symbolLook(state: EngineState, symbol: SymbolState): SymbolLook {
  const drift = state.money.drifts.get(symbol.name);
  return {
    slippageBps: symbol.slippageBps,
    volatilityRatio: symbol.volatility.ratio,
    drifts: drift === undefined || drift.ignored ? 0 : 1,
  };
}

/** Keeps how much worse than meant a market-like order filled, once it has ended. */
export function rememberSlip(state: EngineState, symbol: SymbolState, order: Order): void {
  if (isWorking(order) || isZero(order.filled)) return;
  const intended = intendedPrice(order);
  if (intended === null) return;
  const { slips } = symbol;
  // A canceled order may fill once more. Looked for as an object: comparing texts takes far longer.
  for (const slip of slips) if (slip.order === order) return;
  const notional = toNumber(order.filledNotional);
  const price = notional / toNumber(order.filled);
  const bps = (price / intended - 1) * 10_000 * (order.side === 'buy' ? 1 : -1);
  slips.push({ order, time: order.updatedTime, bps, notional });
  if (slips.length > SLIPS) slips.shift();
  measureSlippage(state, symbol);
}

/** Slippage of the newest market orders; moves with every other one, and when it is cleared. */
export function measureSlippage({ money }: EngineState, symbol: SymbolState): void {
  const since = clearedTime(money, { name: 'slippage', scope: { symbol: symbol.name } });
  let count = 0;
  let weight = 0;
  let sum = 0;
  for (const slip of symbol.slips) {
    if (slip.time < since) continue;
    count += 1;
    weight += slip.notional;
    sum += slip.bps * slip.notional;
  }
  const isKnown = count >= LEAST_SLIPS && weight !== 0;
  symbol.slippageBps = isKnown ? Math.max(0, sum / weight) : null;
}

/** A breaker of the account, or of one strategy or symbol. */
interface Whose {
  readonly name: string;
  readonly scope?: StateScope;
}

/** When the operator last cleared it; -Infinity when never. */
const clearedTime = ({ cleared }: MoneyState, { name, scope }: Whose): EpochMs =>
  cleared.size === 0 ? -Infinity : (cleared.get(breakerKey(name, scope)) ?? -Infinity);

/** Incidents within the window that the operator has not cleared away; newest stand last. */
function countIncidents(
  { money, market, settings }: EngineState,
  breaker: Whose,
  counts: (incident: Incident) => boolean,
): number {
  const { incidents } = money;
  if (incidents.length === 0) return 0;
  const window = market.now - settings.limits.incidentSeconds * SECOND_MS;
  const since = Math.max(window, clearedTime(money, breaker));
  let count = 0;
  for (let at = incidents.length - 1; at >= 0; at -= 1) {
    const incident = incidents[at];
    if (!incident || incident.time <= since) break;
    if (counts(incident)) count += 1;
  }
  return count;
}

/** Round trips of a strategy that lost, since its newest one that did not. */
function lossStreak({ money }: EngineState, strategyId: string): number {
  const since = clearedTime(money, { name: 'lossStreak', scope: { strategyId } });
  let streak = 0;
  for (let at = money.roundTrips.length - 1; at >= 0; at -= 1) {
    const trip = money.roundTrips[at];
    if (!trip || trip.closeTime < since) break;
    if (trip.strategyId !== strategyId) continue;
    if (gte(netPnl(trip), ZERO)) break;
    streak += 1;
  }
  return streak;
}
