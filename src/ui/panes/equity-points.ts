/** The account's equity at closed hours and now. */
import type { EpochMs } from '../../domain/time.ts';
import type { PnlView } from '../slices.ts';

export interface EquityPoint {
  readonly time: EpochMs;
  readonly equity: number;
  /** Fall from the highest so far, as a fraction ≥ 0. */
  readonly drawdown: number;
}

export interface EquityHistory {
  readonly pnl: Pick<PnlView, 'equityCurve'>;
  /** Now: the newest point. */
  readonly equity: number;
  /** Where the account began: the first peak. */
  readonly equityStart: number;
  readonly now: EpochMs;
}

/** Said where there are fewer than two points, between which a line could be drawn. */
export const NO_CURVE = 'the equity curve begins with the first closed hour';

/** Oldest first; what is no number is left out. */
export function equityPoints({
  pnl,
  equity,
  equityStart,
  now,
}: EquityHistory): readonly EquityPoint[] {
  let peak = equityStart;
  return [...pnl.equityCurve, [now, equity] as const]
    .filter(([time, value]) => Number.isFinite(time) && Number.isFinite(value))
    .map(([time, value]) => {
      peak = Math.max(peak, value);
      return { time, equity: value, drawdown: peak > 0 ? 1 - value / peak : 0 };
    });
}
