/**
 * Times are epoch milliseconds in UTC, plain numbers: they live in typed arrays, files and
 * arithmetic on every line, where a brand would only add casts.
 */
export type EpochMs = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** A clock that differs by more is set wrong, and somebody is told. */
export const CLOCK_OFF_MS = 1_000;

/** `4.2 s`: a duration in milliseconds, for people. */
export const inSeconds = (ms: number): string => `${(ms / SECOND_MS).toFixed(1)} s`;

/** Candle lengths we know. A month is left out: it has no fixed length. */
export const TIMEFRAMES = {
  '1s': SECOND_MS,
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '8h': 8 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
} as const;
export type Timeframe = keyof typeof TIMEFRAMES;

/** Is the text one of our timeframes? */
export function isTimeframe(text: string): text is Timeframe {
  return Object.hasOwn(TIMEFRAMES, text);
}

/** Length of a timeframe in milliseconds. */
export const timeframeMs = (timeframe: Timeframe): number => TIMEFRAMES[timeframe];

/** Monday 1970-01-05: weeks start on Monday, as venues draw them. */
const WEEK_ORIGIN = 4 * DAY_MS;

/** Open time of the candle that contains `time`. */
export function candleOpenTime(time: EpochMs, lengthMs: number): EpochMs {
  const origin = lengthMs === TIMEFRAMES['1w'] ? WEEK_ORIGIN : 0;
  return Math.floor((time - origin) / lengthMs) * lengthMs + origin;
}

/** Start of the trading day (00:00 UTC) that contains `time` (DECISIONS 9). */
export const dayStart = (time: EpochMs): EpochMs => Math.floor(time / DAY_MS) * DAY_MS;
