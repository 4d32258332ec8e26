/** Values as a trader reads them: grouped digits, true minus, `—` for what cannot be known. */
import { type Decimal, toFixedText } from '../../domain/decimal.ts';
import {
  DAY_MS,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  dayStart,
} from '../../domain/time.ts';
import { type Row, type Token, span } from './rows.ts';

export const UNKNOWN = '—';
const MINUS = '−';
const MAX_DIGITS = 18;

/** `1234567.5` with 2 digits gives `1,234,567.50`. */
export function formatNumber(value: number | null, digits: number): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  return group(value.toFixed(clampDigits(digits)));
}

/** `1 order`, `2 orders`. */
export const count = (of: number, noun: string): string =>
  `${formatNumber(of, 0)} ${noun}${of === 1 ? '' : 's'}`;

/** Exact value with the market's digits, cut and never rounded. */
export function formatDecimal(value: Decimal | null, digits: number): string {
  if (value === null) return UNKNOWN;
  return group(toFixedText(value, clampDigits(digits)));
}

/** With its sign in front, also for gains; zero has none. */
export function formatSigned(value: number | null, digits: number): string {
  const text = formatNumber(value, digits);
  return value !== null && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A fraction as percent: `0.0111` gives `1.11`. The unit stands beside it. */
export const formatPercent = (fraction: number | null, digits: number): string =>
  formatNumber(fraction === null ? null : fraction * 100, digits);

/** `0.2000` gives `0.2`: next to a name there is no column to keep. */
export const withoutZeros = (text: string): string =>
  text.includes('.') ? text.replace(/\.?0+$/, '') : text;

/** Shortest percent without trailing zeros, for limits: `0.1` gives `10`. */
export const formatLimit = (fraction: number | null): string =>
  withoutZeros(formatPercent(fraction, 2));

/** Large amounts in three digits: `1.24k`, `12.4M`, `310B`. */
export function formatCompact(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  let rest = Math.abs(value);
  let unit = 0;
  while (rest >= 999.5 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit++;
  }
  if (rest >= 999.5) return value < 0 ? `${MINUS}>999T` : '>999T';
  const digits = rest >= 99.95 || (unit === 0 && rest === 0) ? 0 : rest >= 9.995 ? 1 : 2;
  return `${value < 0 ? MINUS : ''}${rest.toFixed(digits)}${UNITS[unit] ?? ''}`;
}
const UNITS = ['', 'k', 'M', 'B', 'T'] as const;

/** Age in words of at most seven cells: `0.1 s`, `12 s`, `4 min`, `3 h`, `2 d`. */
export function formatAge(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return UNKNOWN;
  const age = Math.max(0, ms);
  if (age < 9_950) return `${(age / SECOND_MS).toFixed(1)} s`;
  if (age < MINUTE_MS) return `${Math.floor(age / SECOND_MS)} s`;
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`;
  if (age < DAY_MS) return `${Math.floor(age / HOUR_MS)} h`;
  return age < 999 * DAY_MS ? `${Math.floor(age / DAY_MS)} d` : '>999 d';
}

/** How far figures of a day reach back, in whole units: `24h`, `8h`, `20min`; empty when unknown. */
export function formatReach(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return '';
  return ms >= HOUR_MS ? `${Math.floor(ms / HOUR_MS)}h` : `${Math.floor(ms / MINUTE_MS)}min`;
}

/** Clock in UTC: `14:02:31`. */
export function formatClock(time: EpochMs): string {
  if (!Number.isFinite(time)) return UNKNOWN;
  const seconds = Math.floor((((time % DAY_MS) + DAY_MS) % DAY_MS) / SECOND_MS);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** A moment as one reads it at `now`: `14:02:31`, with its day when that is another: `01-30 22:15`. */
export const formatWhen = (time: EpochMs, now: EpochMs): string =>
  dayStart(time) === dayStart(now)
    ? formatClock(time)
    : `${formatDate(time).slice(5)} ${formatClock(time).slice(0, 5)}`;

/** Day of an engine time: `2021-05-19`. */
export function formatDate(time: EpochMs): string {
  const inRange = Math.abs(time) < 8e15;
  return inRange ? new Date(time).toISOString().slice(0, 10) : UNKNOWN;
}

/** `10` gives `10×`, `max` stays. */
export const formatSpeed = (speed: number | 'max'): string =>
  speed === 'max' ? 'max' : `${String(speed)}×`;

/** Direction by arrow, for a reader without color; none for what reads as zero. */
export const arrow = (value: number | null, digits: number): string =>
  value === null || !/[1-9]/.test(formatNumber(value, digits)) ? ' ' : value > 0 ? '▲' : '▼';

/** What a sum of floats may leave of nothing: no profit and no loss. */
const NOTHING = 1e-9;

export const pnlToken = (value: number | null): Token =>
  value === null || !Number.isFinite(value)
    ? 'text.muted'
    : value > NOTHING
      ? 'pnl.up'
      : value < -NOTHING
        ? 'pnl.down'
        : 'text.normal';

/** Arrow, sign, then color: `▲ +112.40`. */
export const change = (value: number | null, digits: number): Row => [
  span(`${arrow(value, digits)} ${formatSigned(value, digits)}`, pnlToken(value)),
];

/** `stopLimit` gives `stop-limit`, `partiallyFilled` gives `partially filled`. */
export const words = (name: string, joiner: string): string =>
  name.replace(/[A-Z]/g, (letter) => `${joiner}${letter.toLowerCase()}`);

const LEVELS = '▁▂▃▄▅▆▇█';

/** The newest values as one-cell bars between their lowest and highest; blank where none is. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.filter(Number.isFinite).slice(-Math.max(0, width));
  if (width <= 0) return '';
  const low = Math.min(...shown);
  const range = Math.max(...shown) - low;
  const bars = shown.map((value) => {
    const level = range > 0 ? Math.round(((value - low) / range) * (LEVELS.length - 1)) : 3;
    return LEVELS[level] ?? ' ';
  });
  return bars.join('').padStart(width);
}

const clampDigits = (digits: number): number =>
  Number.isFinite(digits) ? Math.min(MAX_DIGITS, Math.max(0, Math.trunc(digits))) : 2;

function group(plain: string): string {
  const from = plain.startsWith('-') ? 1 : 0;
  const point = plain.indexOf('.');
  const whole = plain.slice(from, point < 0 ? undefined : point);
  // Numbers beyond 1e21 come with an exponent, which has no groups.
  const grouped = whole.length > 3 && !whole.includes('e') ? withCommas(whole) : whole;
  const text = point < 0 ? grouped : grouped + plain.slice(point);
  return from === 1 && /[1-9]/.test(plain) ? MINUS + text : text;
}

function withCommas(whole: string): string {
  let text = whole;
  for (let at = whole.length - 3; at > 0; at -= 3) text = `${text.slice(0, at)},${text.slice(at)}`;
  return text;
}

/** `BTC perp` for `BTC/USDT:USDT`; spot markets keep their symbol. */
export function shortSymbol(symbol: string): string {
  const [pair = symbol, settle] = symbol.split(':');
  return settle === undefined ? symbol : `${pair.split('/')[0] ?? pair} perp`;
}
