/** What of our own trading stands in a chart: prices that matter, fills, and candle patterns. */
import type { FillMark, PatternMark, WatchedView } from '../../../app/session-types.ts';
import { type Decimal, toNumber } from '../../../domain/decimal.ts';
import { isWorking } from '../../../domain/order.ts';
import type { OrderView } from '../../slices.ts';
import type { Cells } from '../../text/cells.ts';
import { formatDecimal, formatNumber, withoutZeros } from '../../text/format.ts';
import type { Token } from '../../text/rows.ts';
import type { Bar } from './bars.ts';
import { type Columns, middleOf } from './columns.ts';
import { HALVES, type Scale, halfRowOf, isDrawable, isWithin, rowOf } from './scale.ts';
import type { ChartSlice } from './slice.ts';

/** A price with a name: the position's own, or an order that waits. */
export interface PriceMark {
  readonly price: number;
  /** Such as `stop` or `buy 0.2`. */
  readonly name: string;
  readonly token: Token;
}

/** The first ones matter most: they keep their place where two share a row. */
export function priceMarks({ position, orders }: ChartSlice): readonly PriceMark[] {
  const { stopPrice = null, targetPrice = null } = position?.protection ?? {};
  const own: PriceMark[] = [
    ...mark(stopPrice, 'stop', 'pnl.down'),
    ...mark(targetPrice, 'target', 'pnl.up'),
    ...mark(position?.entryPrice ?? null, 'entry', 'text.normal'),
  ];
  // The orders behind stop and target are those two, not further ones.
  const isProtection = (order: OrderView): boolean => order.role === 'protective' && !!position;
  const working = orders.filter((one) => isWorking(one) && !isProtection(one));
  return [
    ...own,
    ...working.flatMap((order) =>
      mark(order.price ?? order.triggerPrice, `${order.side} ${quantityText(order)}`, 'accent'),
    ),
  ];
}

function mark(price: Decimal | null, name: string, token: Token): readonly PriceMark[] {
  if (price === null) return [];
  const value = toNumber(price);
  return isDrawable(value) && value > 0 ? [{ price: value, name, token }] : [];
}

const quantityText = ({ quantity, quantityDigits }: OrderView): string =>
  withoutZeros(formatDecimal(quantity, quantityDigits));

/** Marks up to this part of the candles' range away still stretch the scale. */
const STRETCH = 0.35;

/** Range of the candles, and of marks that lie near. */
export function rangeOf(
  bars: readonly Bar[],
  marks: readonly PriceMark[],
): { readonly low: number; readonly high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const bar of bars) {
    low = Math.min(low, bar.low, bar.open, bar.close);
    high = Math.max(high, bar.high, bar.open, bar.close);
  }
  const reach = (high - low) * STRETCH;
  const near = marks
    .map(({ price }) => price)
    .filter((price) => {
      return price >= low - reach && price <= high + reach;
    });
  return { low: Math.min(low, ...near), high: Math.max(high, ...near) };
}

const DOT = '·'.charCodeAt(0);
/** Cells between the dots of a price that matters. */
const DOT_STEP = 3;

/** A trace of the prices that matter, where nothing else is drawn. */
export function drawPriceMarks(
  cells: Cells,
  marks: readonly PriceMark[],
  of: {
    scale: Scale;
    width: number;
  },
): void {
  for (const { price, token } of marks) {
    if (!isWithin(of.scale, price)) continue;
    const y = rowOf(of.scale, price);
    for (let x = of.width - 1; x >= 0; x -= DOT_STEP) {
      if (cells.isBlank(x, y)) cells.set(x, y, DOT, token);
    }
  }
}

/** Filled where it opens or grows a position, hollow where it closes; the tip is the side. */
export const fillGlyph = ({ side, opens }: FillMark): string =>
  side === 'buy' ? (opens ? '▲' : '△') : opens ? '▼' : '▽';

/** `bought 0.031 at 67,260.00` */
export function fillText(
  { side, price, quantity }: FillMark,
  { priceDigits, quantityDigits }: Pick<WatchedView, 'priceDigits' | 'quantityDigits'>,
): string {
  const units = withoutZeros(formatNumber(quantity, quantityDigits));
  return `${side === 'buy' ? 'bought' : 'sold'} ${units} at ${formatNumber(price, priceDigits)}`;
}

/** What it did to our position, and who wanted it. */
export const fillMeaning = ({ opens, strategyId }: FillMark): string =>
  `${opens ? 'opens or grows' : 'closes or shrinks'} a position, by ${strategyId ?? 'nobody known'}`;

/** Each at its candle and price. */
export function drawFills(
  cells: Cells,
  of: { columns: Columns; scale: Scale; fills: readonly FillMark[]; lengthMs: number },
): void {
  const { columns, scale } = of;
  for (const fill of of.fills) {
    const index = columnOf(columns, fill.time, of.lengthMs);
    if (index === null || !isDrawable(fill.price) || !isWithin(scale, fill.price)) continue;
    const glyph = fillGlyph(fill).charCodeAt(0);
    cells.set(middleOf(columns, index), rowOf(scale, fill.price), glyph, 'text.strong');
  }
}

/** Shown column that holds a time; null for a time outside of all. */
function columnOf({ bars }: Columns, time: number, lengthMs: number): number | null {
  const index = bars.findLastIndex((bar) => bar.openTime <= time);
  const bar = bars[index];
  return bar !== undefined && time < bar.openTime + lengthMs ? index : null;
}

export const patternToken = ({ bias }: PatternMark): Token =>
  bias === 'bullish' ? 'pnl.up' : bias === 'bearish' ? 'pnl.down' : 'text.muted';

export const patternGlyph = ({ bias }: PatternMark): string => (bias === 'neutral' ? '◦' : '•');

/** Below a candle what promises a rise, above it the rest. */
export function drawPatterns(
  cells: Cells,
  of: { columns: Columns; scale: Scale; patterns: readonly PatternMark[]; lengthMs: number },
): void {
  const { columns, scale } = of;
  for (const pattern of of.patterns) {
    const index = columnOf(columns, pattern.openTime, of.lengthMs);
    const bar = index === null ? undefined : columns.bars[index];
    if (index === null || bar === undefined) continue;
    const below = pattern.bias === 'bullish';
    const edge = Math.floor(halfRowOf(scale, below ? bar.low : bar.high) / HALVES);
    const y = below ? edge + 1 : edge - 1;
    const x = middleOf(columns, index);
    if (y < 0 || y >= scale.rows) continue;
    cells.set(x, y, patternGlyph(pattern).charCodeAt(0), patternToken(pattern));
  }
}
