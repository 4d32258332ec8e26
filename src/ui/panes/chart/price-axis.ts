/** The column right of a chart: round prices, the last one, and the names of prices that matter. */
import { formatNumber } from '../../text/format.ts';
import { type Row, type Token, fit, fitRight, span, textWidth } from '../../text/rows.ts';
import type { PriceMark } from './marks.ts';
import type { Room } from './room.ts';
import { type Scale, isWithin, levelsOf, rowOf } from './scale.ts';

/** Rows from one round price to the next: fewer where there are few. */
const apart = (rows: number): number => (rows >= 12 ? 4 : rows >= 8 ? 3 : 2);
/** With fewer rows every price is needed. */
const SPARSE_FROM = 10;

export interface PriceAxis {
  readonly scale: Scale;
  readonly digits: number;
  readonly tickSize: number;
  readonly marks: readonly PriceMark[];
  /** Price of the newest candle, or of the one under the cursor. */
  readonly last: number | null;
  readonly lastToken: Token;
}

interface Label {
  readonly name: string;
  readonly price: string;
  readonly token: Token;
}

/** Cells of the longest number that may stand in the axis. */
export function numberCells(scale: Scale, digits: number): number {
  const ends = [scale.top, scale.bottom].map((value) => formatNumber(value, digits));
  return Math.max(...ends.map(textWidth));
}

/** One row of exactly `room.axis` cells per row of the scale. */
export function priceAxis(axis: PriceAxis, room: Pick<Room, 'axis' | 'names'>): readonly Row[] {
  const labels = labelsOf(axis);
  return labels.map((label) => (room.axis === 0 ? [] : labelRow(label, room)));
}

function labelsOf(axis: PriceAxis): readonly (Label | null)[] {
  const { scale, digits, last } = axis;
  const text = (price: number): string => formatNumber(price, digits);
  const labels = Array.from({ length: scale.rows }, (): Label | null => null);
  for (const level of levelsOf(scale, apart(scale.rows), axis.tickSize)) {
    labels[rowOf(scale, level)] = { name: '', price: text(level), token: 'text.muted' };
  }
  if (last !== null && isWithin(scale, last)) {
    const row = rowOf(scale, last);
    // Two numbers right above one another are hard to tell apart.
    const hidden = scale.rows >= SPARSE_FROM ? [row - 1, row + 1] : [];
    for (const near of hidden) if (near in labels) labels[near] = null;
    labels[row] = { name: '', price: text(last), token: axis.lastToken };
  }
  for (const mark of axis.marks.toReversed()) {
    const { price } = mark;
    const arrow = price > scale.top ? '↑' : price < scale.bottom ? '↓' : '←';
    const name = `${arrow}${mark.name}`;
    labels[rowOf(scale, price)] = { name, price: text(price), token: mark.token };
  }
  return labels;
}

/** Name and price where both fit; else the name, which says what the place in the chart is. */
function labelRow(label: Label | null, { axis, names }: Pick<Room, 'axis' | 'names'>): Row {
  if (label === null) return [span(' '.repeat(axis))];
  const { name, price, token } = label;
  if (name === '') return [span(fitRight(price, axis), token)];
  if (names === 0) return [span(fit(name, axis), token)];
  const room = axis - textWidth(price) - 1;
  return [span(`${fit(name, room)} ${price}`, token)];
}
