/** Values to rows and back: a vertical scale of half rows with round levels. */

/** A cell is two half rows high. */
export const HALVES = 2;
/** Beyond it sums and differences lose their meaning on a screen. */
const MOST = 1e100;
/** Grid steps over the height of a chart: how finely its ends are rounded. */
const END_STEPS = 20;

export interface Scale {
  /** Value at the upper edge of the first row. */
  readonly top: number;
  /** Value at the lower edge of the last row. */
  readonly bottom: number;
  readonly rows: number;
}

export const isDrawable = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Math.abs(value) <= MOST;

/**
 * The smallest of 1, 2, 5 × 10^n that is at least `least`. Steps that are not above zero become the
 * smallest there is.
 */
export function niceStep(least: number): number {
  if (!(least > Number.MIN_VALUE)) return Number.MIN_VALUE;
  const exponent = Math.floor(Math.log10(least));
  for (const factor of [1, 2, 5, 10]) {
    const step = Number(`${String(factor)}e${String(exponent)}`);
    if (step >= least) return step;
  }
  return Number(`1e${String(exponent + 2)}`);
}

/**
 * A scale that holds `low` to `high`. Its ends are rounded outwards, so that it stands still while
 * a price moves a little within it.
 */
export function createScale(
  range: { readonly low: number; readonly high: number },
  rows: number,
): Scale {
  const { low, high } = range;
  const spread = high - low;
  // A flat market lies in the middle of a narrow scale.
  const least = Math.max(Math.abs(high), Math.abs(low)) * 1e-5 || 1;
  const half = spread > least ? 0 : least;
  const step = niceStep((spread + 2 * half) / END_STEPS);
  const top = Math.ceil((high + half) / step) * step;
  const bottom = Math.floor((low - half) / step) * step;
  return top > bottom ? { top, bottom, rows } : { top: high + least, bottom: low - least, rows };
}

/** Half row of a value, from 0 at the top; below 0 or beyond the last where it lies outside. */
function halfRowAt(scale: Scale, value: number): number {
  const halves = scale.rows * HALVES;
  const part = (scale.top - value) / (scale.top - scale.bottom);
  // The lower edge belongs to the last half row.
  return value === scale.bottom ? halves - 1 : Math.floor(part * halves);
}

/** The same, held within the scale. */
export const halfRowOf = (scale: Scale, value: number): number =>
  Math.min(scale.rows * HALVES - 1, Math.max(0, halfRowAt(scale, value)));

export const rowOf = (scale: Scale, value: number): number =>
  Math.floor(halfRowOf(scale, value) / HALVES);

export const isWithin = (scale: Scale, value: number): boolean =>
  value >= scale.bottom && value <= scale.top;

/** Value in the middle of a half row. */
export const valueAt = (scale: Scale, halfRow: number): number =>
  scale.top - ((halfRow + 0.5) / (scale.rows * HALVES)) * (scale.top - scale.bottom);

/** Dot row of a value with `perRow` dots in a row; outside where the value is. */
export const dotOf = (scale: Scale, value: number, perRow: number): number => {
  const dots = scale.rows * perRow;
  const at = Math.floor(((scale.top - value) / (scale.top - scale.bottom)) * dots);
  return value === scale.bottom ? dots - 1 : Math.min(dots, Math.max(-1, at));
};

/** Round values within the scale, highest first, at least `rowsApart` rows from each other. */
export function levelsOf(scale: Scale, rowsApart: number, leastStep: number): readonly number[] {
  const { top, bottom, rows } = scale;
  const step = niceStep(Math.max(((top - bottom) / rows) * rowsApart, leastStep));
  const levels: number[] = [];
  for (let n = Math.floor(top / step); n * step >= bottom && levels.length < rows; n--) {
    levels.push(n * step);
  }
  return levels;
}
