/** What a headless run reports at its end, exactly: money as decimal text (DECISIONS 34). */
import { totalOf } from '../domain/account.ts';
import { ZERO, abs, isZero, toText } from '../domain/decimal.ts';
import { entryPrice, positionSide, unrealizedPnl } from '../domain/position.ts';
import { exactEquity, exactMark, exactUnrealizedPnl } from '../engine/exact-equity.ts';
import type { EngineState } from '../engine/state.ts';
import { BREAKERS } from '../risk/breakers.ts';
import type { RecoveredView } from './session-types.ts';

export interface PositionSummary {
  readonly symbol: string;
  readonly positionSide: string;
  readonly quantity: string;
  readonly entryPrice: string;
  readonly markPrice: string;
  readonly unrealizedPnl: string;
}

/** One rule that denied orders, with the newest measured value and its limit. */
export interface RuleSummary {
  readonly code: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly count: number;
  readonly value: number | string;
  readonly limit: number | string;
  readonly setting: string | null;
}

export interface BreakerSummary {
  readonly breaker: string;
  readonly time: number;
  readonly value: number;
  readonly limit: number;
  readonly clears: string;
  /** What it lowered trading to, and the setting of its limit. */
  readonly state: string;
  readonly setting: string | null;
}

/** Keys of `run --headless --json` (PRODUCT 9), and which rules and breakers spoke. */
export interface RunSummary {
  readonly mode: string;
  readonly exchange: string;
  readonly symbols: readonly string[];
  readonly start: number | null;
  readonly end: number | null;
  readonly events: number;
  readonly candles: number;
  readonly orders: number;
  readonly fills: number;
  readonly roundTrips: number;
  readonly denials: number;
  readonly errors: number;
  readonly equityStart: string;
  readonly equityFinal: string;
  readonly cash: string;
  readonly positions: readonly PositionSummary[];
  readonly realizedPnl: string;
  readonly unrealizedPnl: string;
  readonly feesPaid: string;
  readonly fundingPaid: string;
  readonly tradingState: string;
  readonly recovered: RecoveredView | null;
  readonly digest: string;
  readonly durationMs: number;
  readonly eventsPerSecond: number;
  readonly rules: readonly RuleSummary[];
  readonly breakers: readonly BreakerSummary[];
}

/** The summary of a run so far, from its state and what the session knows. */
export function summarize(
  state: EngineState,
  of: Pick<
    RunSummary,
    'mode' | 'exchange' | 'start' | 'recovered' | 'digest' | 'durationMs' | 'rules'
  >,
): RunSummary {
  const { money, market } = state;
  const { totals, counts } = money;
  // Of this process: the count itself goes on over restarts.
  const played = market.events - (of.recovered?.events ?? 0);
  const pending = [...market.denials.values()].reduce((sum, denial) => sum + denial.repeated, 0);
  return {
    mode: of.mode,
    exchange: of.exchange,
    symbols: [...market.symbols.keys()],
    start: of.start,
    end: market.events === 0 ? null : market.now,
    events: market.events,
    candles: market.candles,
    orders: counts.orders,
    fills: counts.fills,
    roundTrips: totals.roundTrips,
    denials: counts.denials + pending,
    errors: market.errors,
    equityStart: toText(money.deposits),
    equityFinal: toText(exactEquity(state)),
    cash: toText(totalOf(money.balances, money.currency)),
    positions: openPositions(state),
    realizedPnl: toText(totals.realizedPnl),
    unrealizedPnl: toText(exactUnrealizedPnl(state)),
    feesPaid: toText(totals.feesPaid),
    fundingPaid: toText(totals.fundingPaid),
    tradingState: money.trading.state,
    recovered: of.recovered,
    digest: of.digest,
    durationMs: of.durationMs,
    eventsPerSecond: of.durationMs > 0 ? (played / of.durationMs) * 1000 : 0,
    rules: of.rules,
    breakers: trippedBreakers(state),
  };
}

function trippedBreakers({ money }: EngineState): BreakerSummary[] {
  return [...money.breakers].flatMap(([breaker, { time, value, limit, clears }]) => {
    const known = BREAKERS.find(({ name }) => name === breaker.split(' ')[0]);
    if (!known) return [];
    return [{ breaker, time, value, limit, clears, state: known.state, setting: known.setting }];
  });
}

function openPositions(state: EngineState): PositionSummary[] {
  const held = [...state.money.positions.values()].filter(({ quantity }) => !isZero(quantity));
  return held.map((position) => {
    const mark = exactMark(state, position);
    return {
      symbol: position.symbol,
      positionSide: positionSide(position),
      quantity: toText(abs(position.quantity)),
      entryPrice: toText(entryPrice(position) ?? ZERO),
      markPrice: toText(mark),
      unrealizedPnl: toText(unrealizedPnl(position, mark)),
    };
  });
}
