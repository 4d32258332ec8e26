/** Where in a recording to go: a time of day, a date, or so much further or back. */
import type { EpochMs } from '../../domain/time.ts';
import { typeOnly } from './text-field.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

/** What may be typed for a time, and how much of it. */
export const MAX_TIME_TEXT = 24;
export const typeTime = typeOnly(/[^0-9a-zA-Z:+\- ]/g, MAX_TIME_TEXT);

const STEP = /^([+−-])\s*(\d{1,6})\s*([smhd])$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$/;

/**
 * Reads `+2h`, `-30m`, `14:30` (the next one), `2026-03-02` or `2026-03-02 14:30`, all UTC.
 * Null for anything else.
 */
export function parseSeek(text: string, now: EpochMs): EpochMs | null {
  const typed = text.trim();
  const step = STEP.exec(typed);
  if (step) {
    const [, sign, count = '0', unit = 's'] = step;
    return now + (sign === '+' ? 1 : -1) * Number(count) * (UNITS[unit] ?? 0);
  }
  if (CLOCK.test(typed)) {
    const today = now - (now % DAY_MS);
    const time = clockMs(typed);
    if (time === null) return null;
    return today + time > now ? today + time : today + DAY_MS + time;
  }
  const [, date, clock] = DATE.exec(typed) ?? [];
  if (date === undefined) return null;
  const day = Date.parse(`${date}T00:00:00Z`);
  const time = clock === undefined ? 0 : clockMs(clock);
  const isDay = Number.isFinite(day) && new Date(day).toISOString().startsWith(date);
  return isDay && time !== null ? day + time : null;
}

/** Milliseconds since midnight; null for a time that no clock shows. */
function clockMs(text: string): number | null {
  const [, hours = '0', minutes = '0', seconds = '0'] = CLOCK.exec(text) ?? [];
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  if (h > 23 || m > 59 || s > 59) return null;
  return h * HOUR_MS + m * MINUTE_MS + s * SECOND_MS;
}
