/**
 * Limits of the risk rules and breakers. Fractions are of equity unless said otherwise; times are
 * engine time. `config/schema.ts` holds defaults, ranges and descriptions.
 */
export interface RiskLimits {
  /** False is `--risk none`: rules and breakers off; balance, margin and grids stay. */
  readonly enabled: boolean;
  /** Symbols that may be traded; null = all that are subscribed. */
  readonly symbols: readonly string[] | null;
  /** Farthest a marketable price may be from the last price, as a fraction of it. */
  readonly priceBandFraction: number;
  readonly maxSpreadBps: number;
  /** Smallest and largest order, in quote; maxNotionalFraction is the one that scales. */
  readonly minNotionalQuote: number;
  readonly maxNotionalFraction: number;
  readonly maxPositionFraction: number;
  readonly maxAccountPositionFraction: number;
  readonly maxPositions: number;
  readonly maxOrdersPerMinute: number;
  readonly duplicateSeconds: number;
  readonly riskPerTradeFraction: number;
  readonly openRiskFraction: number;
  readonly grossExposureFraction: number;
  readonly netExposureFraction: number;
  readonly staleSeconds: number;
  /** No new entry of a strategy and symbol for this long after its stop-loss. */
  readonly cooldownSeconds: number;
  /** Breakers. */
  readonly dailyLossFraction: number;
  readonly drawdownFraction: number;
}

/** Longest duplicate guard that can be set: equal orders are remembered this long. */
export const MAX_DUPLICATE_SECONDS = 3600;

/** Settings where a smaller number is the tighter one; the two others tighten upward. */
const TIGHTER_UPWARD: ReadonlySet<keyof RiskLimits> = new Set([
  'minNotionalQuote',
  'duplicateSeconds',
  'cooldownSeconds',
]);

/** Would this change let more through than before? Such a change needs a confirmation. */
export function isLoosening(
  name: keyof RiskLimits,
  change: { readonly from: RiskLimits[keyof RiskLimits]; readonly to: unknown },
): boolean {
  const { from, to } = change;
  if (name === 'enabled') return from === true && to === false;
  if (name === 'symbols') {
    if (from === null || !Array.isArray(from)) return false;
    return !Array.isArray(to) || to.some((symbol) => !from.includes(String(symbol)));
  }
  if (typeof from !== 'number' || typeof to !== 'number') return true;
  return TIGHTER_UPWARD.has(name) ? to < from : to > from;
}
