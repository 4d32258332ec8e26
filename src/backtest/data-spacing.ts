import { InputError } from '../domain/errors.ts';
import { type EpochMs, type Timeframe, TIMEFRAMES, timeframeMs } from '../domain/time.ts';

interface Spacing {
  readonly timeframe: Timeframe;
  readonly gaps: number;
}

/**
 * Timeframe of a file from the distances of its rows: the most frequent one. Longer distances are
 * gaps (a weekend, an outage); a shorter one is a fault, because candles would overlap. Where the
 * usual distance is no timeframe of ours (months), it is the longest timeframe that fits into
 * every distance. One row alone has the timeframe asked for. Throws InputError.
 */
export function fileSpacing(of: {
  readonly path: string;
  readonly times: Float64Array;
  readonly lines: Float64Array;
  readonly asked: Timeframe | null;
}): Spacing {
  const { path, times, lines, asked } = of;
  if (times.length < 2) {
    if (asked !== null) return { timeframe: asked, gaps: 0 };
    throw new InputError(`${path}: one row tells no timeframe; name it with --timeframe`);
  }
  const usual = usualDistance(times);
  const exact = timeframeOf(usual);
  const timeframe = exact ?? longestFitting(times);
  if (timeframe === null) {
    throw new InputError(
      `${path}:${lines[1] ?? 0}: rows are ${duration(usual)} apart, which is no timeframe; ` +
        `known: ${Object.keys(TIMEFRAMES).join(' ')}`,
    );
  }
  const length = timeframeMs(timeframe);
  let gaps = 0;
  for (let i = 1; i < times.length; i++) {
    const distance = distanceAt(times, i);
    if (distance > length) gaps += 1;
    if (distance >= length) continue;
    throw new InputError(
      `${path}:${lines[i] ?? 0}: the row is ${duration(distance)} after the one above, ` +
        `but the file's candles are ${timeframe} long; remove or correct it`,
    );
  }
  return { timeframe, gaps };
}

/** Throws InputError unless candles of the timeframe asked for can be made of the file's own. */
export function requireFits(of: {
  readonly path: string;
  readonly timeframe: Timeframe;
  readonly asked: Timeframe | null;
}): void {
  const { path, timeframe, asked } = of;
  if (asked === null) return;
  if (timeframeMs(asked) % timeframeMs(timeframe) === 0) return;
  const why =
    timeframeMs(asked) < timeframeMs(timeframe)
      ? `shorter than its candles of ${timeframe}`
      : `no multiple of its candles of ${timeframe}`;
  throw new InputError(`${path}: timeframe ${asked} is ${why}; use --timeframe ${timeframe}`);
}

const distanceAt = (times: Float64Array, i: number): number =>
  (times[i] ?? NaN) - (times[i - 1] ?? NaN);

/** The most frequent distance; of equally frequent ones the shortest. */
function usualDistance(times: Float64Array): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < times.length; i++) {
    const distance = distanceAt(times, i);
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let usual = Infinity;
  let most = 0;
  for (const [distance, count] of counts) {
    if (count < most || (count === most && distance > usual)) continue;
    usual = distance;
    most = count;
  }
  return usual;
}

function timeframeOf(length: number): Timeframe | null {
  return timeframesLongestFirst().find((one) => timeframeMs(one) === length) ?? null;
}

function longestFitting(times: Float64Array): Timeframe | null {
  const fits = (length: number): boolean => {
    for (let i = 1; i < times.length; i++) if (distanceAt(times, i) % length !== 0) return false;
    return true;
  };
  return timeframesLongestFirst().find((one) => fits(timeframeMs(one))) ?? null;
}

function timeframesLongestFirst(): Timeframe[] {
  const all = Object.keys(TIMEFRAMES) as Timeframe[];
  return all.sort((a, b) => timeframeMs(b) - timeframeMs(a));
}

function duration(ms: EpochMs): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${ms / 1_000} s`;
}
