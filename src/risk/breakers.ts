import type { NumberLimit, RiskLimits } from '../domain/limits.ts';
import type { TradingState } from '../domain/verdict.ts';

/** What a breaker measures; equity and marks as floats in the account's currency. */
export interface BreakerInput {
  readonly equity: number;
  /** Equity the trading day opened with. */
  readonly dayOpen: number;
  readonly peak: number;
}

export interface Breaker {
  readonly name: string;
  /** State it lowers trading to. */
  readonly state: TradingState;
  /** The setting that holds its limit. */
  readonly setting: `risk.${NumberLimit}`;
  readonly clears: string;
  /** Fraction lost, at least 0. */
  measure(input: BreakerInput): number;
  limit(limits: RiskLimits): number;
}

const CLEARED_BY_OPERATOR = 'the operator: r and the typed account name';

const lostFraction = (from: number, to: number): number =>
  from > 0 ? Math.max(0, (from - to) / from) : 0;

/** Post-trade rules that lower the trading state by themselves; only the operator raises it. */
export const BREAKERS: readonly Breaker[] = [
  {
    name: 'dailyLoss',
    state: 'reducing',
    setting: 'risk.dailyLossFraction',
    clears: CLEARED_BY_OPERATOR,
    measure: ({ equity, dayOpen }) => lostFraction(dayOpen, equity),
    limit: (limits) => limits.dailyLossFraction,
  },
  {
    name: 'drawdown',
    state: 'halted',
    setting: 'risk.drawdownFraction',
    clears: CLEARED_BY_OPERATOR,
    measure: ({ equity, peak }) => lostFraction(peak, equity),
    limit: (limits) => limits.drawdownFraction,
  },
];
