import { type Decimal, toNumber, toText } from '../domain/decimal.ts';
import type { DataFile } from './data-file.ts';

/** Prices looked at: enough to meet every digit a market quotes. */
const SAMPLE = 2_000;
/** What a float leaves of a price on a grid, as `quantizeNumber` takes it. */
const ROUNDING = 1e-6;
const MOST_DIGITS = 12;

/**
 * Says in words that prices of a recording lie between the ticks of its market: every fill is then
 * rounded to a tick, against us, and the figures are of another market. Null where they fit.
 */
export function finerThanTick(file: DataFile, tickSize: Decimal): string | null {
  const prices = file.kind === 'candles' ? file.opens : file.prices;
  const tick = toNumber(tickSize);
  let digits = 0;
  for (const price of prices.subarray(0, SAMPLE)) {
    const steps = price / tick;
    const slack = ROUNDING + steps * 4 * Number.EPSILON;
    if (Math.abs(steps - Math.round(steps)) > slack) digits = Math.max(digits, digitsOf(price));
  }
  if (digits === 0) return null;
  const fitting = `0.${'1'.padStart(digits, '0')}`;
  return (
    `prices of the file lie between ticks of ${toText(tickSize)}; fills are rounded to them, ` +
    `against you: give --tick ${fitting}`
  );
}

/** Digits after the point that a price is written with. */
function digitsOf(price: number): number {
  const [, fraction = ''] = price.toFixed(MOST_DIGITS).replace(/0+$/, '').split('.');
  return Math.max(1, fraction.length);
}
