import { type EpochMs } from '../domain/time.ts';

/** How a file writes its times. One file writes all of them alike. */
export type TimeStyle = 'iso' | 'seconds' | 'milliseconds' | 'microseconds';

const ISO =
  /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|z|UTC|[+-]\d{2}:?\d{2}))?)?$/;
const EPOCH = /^\d+(?:\.\d+)?$/;
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Markets have no data before; anything later is a slip. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

/** The style of one time as text; null when it is none we read. */
export function timeStyleOf(text: string): TimeStyle | null {
  if (!EPOCH.test(text)) return ISO.test(text) ? 'iso' : null;
  const value = Number(text);
  // By magnitude: each range is 1973 to 5138 in its unit, and none touches the next.
  if (value >= 1e8 && value < 1e11) return 'seconds';
  if (value >= 1e11 && value < 1e14) return 'milliseconds';
  if (value >= 1e14 && value < 1e17) return 'microseconds';
  return null;
}

/** Epoch ms of a time in the file's style; NaN when it is written otherwise or impossible. */
export function parseTime(text: string, style: TimeStyle): EpochMs {
  if (style === 'iso') return parseIso(text);
  if (timeStyleOf(text) !== style) return NaN;
  const value = Number(text);
  if (style === 'seconds') return Math.round(value * 1_000);
  return style === 'milliseconds' ? Math.floor(value) : Math.floor(value / 1_000);
}

/** ISO date or date and time; UTC unless it names an offset. */
function parseIso(text: string): EpochMs {
  const match = ISO.exec(text);
  if (match === null) return NaN;
  const [, years, months, days, hours = '0', minutes = '0', seconds = '0', fraction, zone] = match;
  const year = Number(years);
  const month = Number(months);
  const day = Number(days);
  if (year < FIRST_YEAR || year > LAST_YEAR) return NaN;
  if (day < 1 || day > (MONTH_DAYS[month - 1] ?? 0)) return NaN;
  if (month === 2 && day === 29 && !(year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))) {
    return NaN;
  }
  const clock = [Number(hours), Number(minutes), Number(seconds)] as const;
  if (clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return NaN;
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000 + 1e-6);
  return Date.UTC(year, month - 1, day, ...clock, ms) - offsetMs(zone);
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
}
