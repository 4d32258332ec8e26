/** How large an entry is. Written on the command line as `all-in`, `percent:20`, `risk:1` … */
export type Sizing =
  | { readonly kind: 'all-in' }
  /** Percent of equity as notional. */
  | { readonly kind: 'percent'; readonly value: number }
  /** Base units. */
  | { readonly kind: 'fixed'; readonly value: number }
  /** Percent of equity lost when the stop is hit. */
  | { readonly kind: 'risk'; readonly value: number }
  /** Percent of equity that one ATR moves the position by. */
  | { readonly kind: 'volatility'; readonly value: number }
  /** Fraction of the Kelly bet of this strategy's own closed round trips, 0 to 1, capped. */
  | { readonly kind: 'kelly'; readonly value: number };

const RANGES = {
  percent: { min: 0, max: 1000 },
  fixed: { min: 0, max: 1e12 },
  risk: { min: 0, max: 100 },
  volatility: { min: 0, max: 100 },
  kelly: { min: 0, max: 1 },
} as const;

/** What `parseSizing` takes, for messages. */
export const SIZING_HELP =
  'all-in | percent:N (of equity) | fixed:N (base units) | risk:N (percent of equity to the stop)' +
  ' | volatility:N (percent of equity per ATR) | kelly:F (fraction 0 to 1)';

/** Sizing of a text such as `percent:20`; null when it is not one. */
export function parseSizing(text: string): Sizing | null {
  if (text === 'all-in') return { kind: 'all-in' };
  const [kind = '', number = '', ...rest] = text.split(':');
  if (rest.length > 0 || !Object.hasOwn(RANGES, kind) || !/^\d+(\.\d+)?$/.test(number)) return null;
  const known = kind as keyof typeof RANGES;
  const value = Number(number);
  const range = RANGES[known];
  return value > range.min && value <= range.max ? { kind: known, value } : null;
}
