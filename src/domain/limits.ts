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
  /** All positions of one cluster, at the side they may reach, as a fraction of equity. */
  readonly clusterExposureFraction: number;
  /** Markets whose returns correlate at least so much share a cluster, above 0 to 1. */
  readonly clusterCorrelation: number;
  /** Breakers; what each measures stands in `risk/breakers.ts`. */
  readonly dailyLossFraction: number;
  readonly drawdownFraction: number;
  readonly lossStreakCount: number;
  readonly errorCount: number;
  readonly disconnectCount: number;
  readonly rejectionCount: number;
  readonly slippageBps: number;
  readonly volatilityRatio: number;
  /** Errors, rejections and lost connections count for so long. */
  readonly incidentSeconds: number;
  /** The operator clears a breaker no earlier than so long after it tripped. */
  readonly breakerCooldownSeconds: number;
  /** The venue's timer that cancels everything of the account when we fall silent. */
  readonly deadMan: boolean;
  readonly deadManSeconds: number;
}

/** Longest duplicate guard that can be set: equal orders are remembered this long. */
export const MAX_DUPLICATE_SECONDS = 3600;

/** Limits that are numbers. */
export type NumberLimit = Exclude<keyof RiskLimits, 'enabled' | 'symbols' | 'deadMan'>;

export interface LimitRange {
  /** Smallest value; not itself allowed where `above` is set. */
  readonly min: number;
  readonly above?: true;
  readonly max: number;
  readonly whole?: true;
}

/** What each limit may be, in a file as well as on the screen. */
export const LIMIT_RANGES: Readonly<Record<NumberLimit, LimitRange>> = {
  priceBandFraction: { min: 0, above: true, max: 1 },
  maxSpreadBps: { min: 0, above: true, max: 10_000 },
  minNotionalQuote: { min: 0, max: 1e12 },
  maxNotionalFraction: { min: 0, above: true, max: 100 },
  maxPositionFraction: { min: 0, above: true, max: 100 },
  maxAccountPositionFraction: { min: 0, above: true, max: 100 },
  maxPositions: { min: 1, max: 1000, whole: true },
  maxOrdersPerMinute: { min: 1, max: 10_000, whole: true },
  duplicateSeconds: { min: 0, max: MAX_DUPLICATE_SECONDS },
  riskPerTradeFraction: { min: 0, above: true, max: 1 },
  openRiskFraction: { min: 0, above: true, max: 10 },
  grossExposureFraction: { min: 0, above: true, max: 100 },
  netExposureFraction: { min: 0, above: true, max: 100 },
  staleSeconds: { min: 0, above: true, max: 86_400 },
  cooldownSeconds: { min: 0, max: 604_800 },
  dailyLossFraction: { min: 0, above: true, max: 1 },
  drawdownFraction: { min: 0, above: true, max: 1 },
  clusterExposureFraction: { min: 0, above: true, max: 100 },
  clusterCorrelation: { min: 0, above: true, max: 1 },
  lossStreakCount: { min: 1, max: 100, whole: true },
  errorCount: { min: 1, max: 100, whole: true },
  disconnectCount: { min: 1, max: 100, whole: true },
  rejectionCount: { min: 1, max: 100, whole: true },
  slippageBps: { min: 0, above: true, max: 10_000 },
  volatilityRatio: { min: 1, above: true, max: 1000 },
  incidentSeconds: { min: 1, max: 86_400 },
  breakerCooldownSeconds: { min: 0, max: 604_800 },
  deadManSeconds: { min: 15, max: 3600 },
};

export const isNumberLimit = (name: string): name is NumberLimit =>
  Object.hasOwn(LIMIT_RANGES, name);

/** What is wrong with a limit's new value, in words; null when it may be. */
export function limitFault(name: string, value: unknown): string | null {
  if (!isNumberLimit(name)) return null;
  const { min, above, max, whole } = LIMIT_RANGES[name];
  const wanted = `must be ${above ? 'above' : 'at least'} ${String(min)} and at most ${String(max)}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} ${wanted}`;
  if (whole && !Number.isInteger(value)) return `${name} must be a whole number`;
  const isLow = above ? value <= min : value < min;
  return isLow || value > max ? `${name} ${wanted}` : null;
}

/** Mostly a smaller number is the tighter one; these tighten upward. */
const TIGHTER_UPWARD: ReadonlySet<keyof RiskLimits> = new Set([
  'minNotionalQuote',
  'duplicateSeconds',
  'cooldownSeconds',
  'incidentSeconds',
  'breakerCooldownSeconds',
]);

/** Would this change let more through than before? Such a change needs a confirmation. */
export function isLoosening(
  name: keyof RiskLimits,
  change: { readonly from: RiskLimits[keyof RiskLimits]; readonly to: unknown },
): boolean {
  const { from, to } = change;
  if (name === 'enabled' || name === 'deadMan') return from === true && to === false;
  if (name === 'symbols') {
    if (from === null || !Array.isArray(from)) return false;
    return !Array.isArray(to) || to.some((symbol) => !from.includes(String(symbol)));
  }
  if (typeof from !== 'number' || typeof to !== 'number') return true;
  return TIGHTER_UPWARD.has(name) ? to < from : to > from;
}
