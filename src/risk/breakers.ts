import type { NumberLimit, RiskLimits } from '../domain/limits.ts';

/** What breakers of the whole account look at; money as floats in the account's currency. */
export interface AccountLook {
  readonly equity: number;
  /** Equity the trading day opened with. */
  readonly dayOpen: number;
  readonly peak: number;
  /** Errors of strategies and unknown outcomes of orders within `incidentSeconds`. */
  readonly errors: number;
  /** Lost connections to the venue within `incidentSeconds`. */
  readonly disconnects: number;
}

/** What breakers of one strategy (or of the operator's own orders) look at. */
export interface StrategyLook {
  /** Losing round trips since the newest one that did not lose. */
  readonly lossStreak: number;
  /** Orders the venue refused within `incidentSeconds`, without answers one asks for. */
  readonly rejections: number;
}

/** What breakers of one symbol look at. */
export interface SymbolLook {
  /** Mean adverse slippage of the newest market orders, bps; null while there are too few. */
  readonly slippageBps: number | null;
  /** Size of recent candle returns over their usual size; null while there are too few. */
  readonly volatilityRatio: number | null;
  /** Holdings that our fills do not explain and nobody decided on: 0 or 1. */
  readonly drifts: number;
}

export type BreakerUnit = 'fraction' | 'count' | 'bps' | 'ratio';

interface BreakerOf<Scope extends string, Look> {
  readonly name: string;
  /** Whose trading it lowers: the account's, one strategy's, one symbol's. */
  readonly scope: Scope;
  /** State it lowers trading to. */
  readonly state: 'paused' | 'reducing' | 'halted';
  readonly unit: BreakerUnit;
  /** The setting that holds its limit; null where nobody may choose it. */
  readonly setting: `risk.${NumberLimit}` | null;
  /** In the unit, at least 0; null where nothing can be measured yet. */
  measure(look: Look): number | null;
  limit(limits: RiskLimits): number;
}

export type AccountBreaker = BreakerOf<'account', AccountLook>;
export type StrategyBreaker = BreakerOf<'strategy', StrategyLook>;
export type SymbolBreaker = BreakerOf<'symbol', SymbolLook>;
export type Breaker = AccountBreaker | StrategyBreaker | SymbolBreaker;

const lostFraction = (from: number, to: number): number =>
  from > 0 ? Math.max(0, (from - to) / from) : 0;

/**
 * Post-trade rules that lower the trading state by themselves; only the operator raises it again,
 * and not before the cooldown is over (DECISIONS 35). A stale or bad feed, the rest after a
 * stop-loss and the order rate are denials: they lapse by themselves.
 */
export const ACCOUNT_BREAKERS: readonly AccountBreaker[] = [
  {
    name: 'dailyLoss',
    scope: 'account',
    state: 'reducing',
    unit: 'fraction',
    setting: 'risk.dailyLossFraction',
    measure: ({ equity, dayOpen }) => lostFraction(dayOpen, equity),
    limit: (limits) => limits.dailyLossFraction,
  },
  {
    name: 'drawdown',
    scope: 'account',
    state: 'halted',
    unit: 'fraction',
    setting: 'risk.drawdownFraction',
    measure: ({ equity, peak }) => lostFraction(peak, equity),
    limit: (limits) => limits.drawdownFraction,
  },
  {
    name: 'errorRate',
    scope: 'account',
    state: 'paused',
    unit: 'count',
    setting: 'risk.errorCount',
    measure: ({ errors }) => errors,
    limit: (limits) => limits.errorCount,
  },
  {
    name: 'connection',
    scope: 'account',
    state: 'paused',
    unit: 'count',
    setting: 'risk.disconnectCount',
    measure: ({ disconnects }) => disconnects,
    limit: (limits) => limits.disconnectCount,
  },
];

export const STRATEGY_BREAKERS: readonly StrategyBreaker[] = [
  {
    name: 'lossStreak',
    scope: 'strategy',
    state: 'paused',
    unit: 'count',
    setting: 'risk.lossStreakCount',
    measure: ({ lossStreak }) => lossStreak,
    limit: (limits) => limits.lossStreakCount,
  },
  {
    name: 'rejections',
    scope: 'strategy',
    state: 'paused',
    unit: 'count',
    setting: 'risk.rejectionCount',
    measure: ({ rejections }) => rejections,
    limit: (limits) => limits.rejectionCount,
  },
];

export const SYMBOL_BREAKERS: readonly SymbolBreaker[] = [
  {
    name: 'slippage',
    scope: 'symbol',
    state: 'paused',
    unit: 'bps',
    setting: 'risk.slippageBps',
    measure: ({ slippageBps }) => slippageBps,
    limit: (limits) => limits.slippageBps,
  },
  {
    name: 'volatility',
    scope: 'symbol',
    state: 'paused',
    unit: 'ratio',
    setting: 'risk.volatilityRatio',
    measure: ({ volatilityRatio }) => volatilityRatio,
    limit: (limits) => limits.volatilityRatio,
  },
  {
    name: 'unexpectedPosition',
    scope: 'symbol',
    state: 'reducing',
    unit: 'count',
    setting: null,
    measure: ({ drifts }) => drifts,
    // One lot that nothing explains is enough.
    limit: () => 1,
  },
];

/** The one list, in the order they are shown. */
export const BREAKERS: readonly Breaker[] = [
  ...ACCOUNT_BREAKERS,
  ...STRATEGY_BREAKERS,
  ...SYMBOL_BREAKERS,
];
