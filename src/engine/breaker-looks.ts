import { ZERO, gte, isZero, toNumber } from '../domain/decimal.ts';
import { type Order, intendedPrice, isWorking } from '../domain/order.ts';
import { netPnl } from '../domain/position.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import { type Incident, breakerKey } from '../execution/money.ts';
import type { AccountLook, StrategyLook, SymbolLook } from '../risk/breakers.ts';
import type { EngineState, SymbolState } from './state.ts';

/** One market-like order that ended, and how much worse than meant it filled. */
export interface Slip {
  readonly id: Order['id'];
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
    errors: countIncidents(
      state,
      'errorRate',
      ({ what }) => what !== 'rejected' && what !== 'linkLost',
    ),
    disconnects: countIncidents(state, 'connection', ({ what }) => what === 'linkLost'),
  };
}

/** What the breakers of one strategy, or of the operator's own orders, measure now. */
export function strategyLook(state: EngineState, strategyId: string): StrategyLook {
  return {
    lossStreak: lossStreak(state, strategyId),
    rejections: countIncidents(
      state,
      breakerKey('rejections', { strategyId }),
      (one) => one.what === 'rejected' && one.strategyId === strategyId,
    ),
  };
}

/** What the breakers of one symbol measure now. */
export function symbolLook(state: EngineState, symbol: SymbolState): SymbolLook {
  const drift = state.money.drifts.get(symbol.name);
  return {
    slippageBps: slippage(state, symbol),
    volatilityRatio: symbol.volatility.ratio,
    drifts: drift === undefined || drift.ignored ? 0 : 1,
  };
}

/** Keeps how much worse than meant a market-like order filled, once it has ended. */
export function rememberSlip({ slips }: SymbolState, order: Order): void {
  if (isWorking(order) || isZero(order.filled)) return;
  const intended = intendedPrice(order);
  if (intended === null) return;
  // A canceled order may fill once more.
  for (const { id } of slips) if (id === order.id) return;
  const notional = toNumber(order.filledNotional);
  const price = notional / toNumber(order.filled);
  const bps = (price / intended - 1) * 10_000 * (order.side === 'buy' ? 1 : -1);
  slips.push({ id: order.id, time: order.updatedTime, bps, notional });
  if (slips.length > SLIPS) slips.shift();
}

/** Incidents within the window that the operator has not cleared away; newest stand last. */
function countIncidents(
  { money, market, settings }: EngineState,
  key: string,
  counts: (incident: Incident) => boolean,
): number {
  const { incidents } = money;
  if (incidents.length === 0) return 0;
  const window = market.now - settings.limits.incidentSeconds * SECOND_MS;
  const since = Math.max(window, money.cleared.get(key) ?? -Infinity);
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
  const since = money.cleared.get(breakerKey('lossStreak', { strategyId })) ?? -Infinity;
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

/** Mean by notional; null with fewer than LEAST_SLIPS. */
function slippage({ money }: EngineState, { slips, name }: SymbolState): number | null {
  const since = money.cleared.get(breakerKey('slippage', { symbol: name })) ?? -Infinity;
  let count = 0;
  let weight = 0;
  let sum = 0;
  for (const slip of slips) {
    if (slip.time < since) continue;
    count += 1;
    weight += slip.notional;
    sum += slip.bps * slip.notional;
  }
  return count < LEAST_SLIPS || weight === 0 ? null : Math.max(0, sum / weight);
}
