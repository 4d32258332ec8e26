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
  drawLine(dots, heightsOf(values, { low, high, plot }));
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

/** Dot row of every dot column, 0 on top: the series stretched over the whole width. */
function heightsOf(
  values: readonly number[],
  of: { readonly low: number; readonly high: number; readonly plot: Size },
): readonly number[] {
  const columns = of.plot.width * DOTS_ACROSS;
  const rows = of.plot.height * DOTS_DOWN;
  const range = of.high - of.low;
  return Array.from({ length: columns }, (_, x) => {
    const at = columns > 1 ? (x / (columns - 1)) * (values.length - 1) : 0;
    const value = values[Math.round(at)] ?? of.low;
    const part = range > 0 ? (of.high - value) / range : 0.5;
    return Math.round(part * (rows - 1));
  });
}
