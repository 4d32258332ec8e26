import type { EquityCurve } from './stats.ts';

export interface DrawdownStats {
  /** Deepest fall from a peak, as a fraction of the peak; 0 when equity never fell. */
  readonly maxDrawdownFraction: number;
  /** Mean of the deepest points of all episodes; null when equity never fell. */
  readonly avgDrawdownFraction: number | null;
  /** Longest time from a peak to its recovery; null when equity never fell. */
  readonly maxDrawdownDurationMs: number | null;
  /** The longest episode had not recovered when the curve ended: its time counts to the end. */
  readonly longestIsOpen: boolean;
}

/**
 * Drawdowns of a curve sampled on every bar close, open position included. An episode begins at
 * the last sample on the peak and ends at the first one back on or above it; one that never
 * recovers counts to the last sample. The start equity is the first peak, dated at the first
 * sample. Null for an empty curve. Definition: `compute_drawdown_duration_peaks` of
 * backtesting.py (https://github.com/kernc/backtesting.py).
 */
export function drawdownStats(curve: EquityCurve, startEquity: number): DrawdownStats | null {
  const { times, values } = curve;
  const count = values.length;
  if (count === 0) return null;
  let peak = startEquity;
  let peakTime = times[0] ?? 0;
  let depth = 0;
  let deepest = 0;
  let depthSum = 0;
  let episodes = 0;
  let longest = 0;
  let longestIsOpen = false;
  const endEpisode = (time: number, isOpen: boolean): void => {
    if (depth > deepest) deepest = depth;
    depthSum += depth;
    episodes += 1;
    depth = 0;
    if (time - peakTime < longest) return;
    longest = time - peakTime;
    longestIsOpen = isOpen;
  };
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0;
    if (value < peak) {
      const fall = 1 - value / peak;
      if (fall > depth) depth = fall;
      continue;
    }
    const time = times[i] ?? 0;
    if (depth > 0) endEpisode(time, false);
    peak = value;
    peakTime = time;
  }
  if (depth > 0) endEpisode(times[count - 1] ?? 0, true);
  return {
    maxDrawdownFraction: deepest,
    avgDrawdownFraction: episodes === 0 ? null : depthSum / episodes,
    maxDrawdownDurationMs: episodes === 0 ? null : longest,
    longestIsOpen,
  };
}
