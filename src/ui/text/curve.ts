/** A series over time as a braille line with its highest and lowest value beside it. */
import { DOTS_ACROSS, DOTS_DOWN, Dots, drawLine } from './braille.ts';
import { Cells } from './cells.ts';
import { type Row, type Size, type Token, textWidth } from './rows.ts';

interface Curve {
  readonly values: readonly number[];
  readonly label: (value: number) => string;
  readonly token: Token;
  /** Reaches from here at least: a fall is seen against what it falls from. */
  readonly includes?: number;
}

const GAP = 1;

/** Rows of exactly `width` cells; the scale stands right, its top and bottom in their rows. */
export function curveRows(curve: Curve, size: Size): readonly Row[] {
  const { includes, label, token } = curve;
  const values = curve.values.filter(Number.isFinite);
  const ends = includes === undefined ? values : [...values, includes];
  const high = ends.reduce((most, value) => Math.max(most, value), -Infinity);
  const low = ends.reduce((least, value) => Math.min(least, value), Infinity);
  const cells = new Cells(size);
  if (values.length === 0 || size.height <= 0) return cells.rows();
  const [top, bottom] = [label(high), label(low)];
  const scale = Math.max(textWidth(top), textWidth(bottom));
  const plot = { width: Math.max(0, size.width - scale - GAP - 1), height: size.height };
  const dots = new Dots(plot);
  const columns = plot.width * DOTS_ACROSS;
  drawSeries(dots, rowsOf(values, { low, high, rows: plot.height * DOTS_DOWN }), columns);
  for (let y = 0; y < plot.height; y++) {
    for (let x = 0; x < plot.width; x++) {
      const code = dots.code(x, y);
      if (code !== 0) cells.set(x + 1, y, code, token);
    }
  }
  const mark = (y: number, text: string): void =>
    cells.text(size.width - textWidth(text), y, text, 'text.muted');
  mark(0, top);
  if (size.height > 1 && bottom !== top) mark(size.height - 1, bottom);
  return cells.rows();
}

/** Dot row of every value, 0 on top. */
function rowsOf(
  values: readonly number[],
  of: { readonly low: number; readonly high: number; readonly rows: number },
): readonly number[] {
  const range = of.high - of.low;
  return values.map((value) => (range > 0 ? (of.high - value) / range : 0.5) * (of.rows - 1));
}

/**
 * The series stretched over all columns: straight between the values where there are fewer than
 * columns, and from the highest to the lowest of each column's values where there are more.
 */
function drawSeries(dots: Dots, rows: readonly number[], columns: number): void {
  const last = rows.length - 1;
  const at = (x: number): number => (columns > 1 ? (x / (columns - 1)) * last : last);
  const between = (place: number): number => {
    const before = rows[Math.floor(place)] ?? 0;
    const after = rows[Math.ceil(place)] ?? before;
    return before + (after - before) * (place - Math.floor(place));
  };
  const heights = Array.from({ length: columns }, (_, x) => Math.round(between(at(x))));
  drawLine(dots, heights);
  for (let x = 1; x < columns; x++) {
    for (let i = Math.ceil(at(x - 1)); i <= at(x); i++) {
      const row = Math.round(rows[i] ?? 0);
      dots.column(x, row, heights[x] ?? row);
    }
  }
}
