/** Columns that line up: numbers on their decimal point, words cut with `…`. */
import { type Row, type Span, type Token, fit, fitRight, fitRow, span, textWidth } from './rows.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right' | 'decimal';
  /** 1 stays longest; columns with the highest number are dropped first. */
  readonly priority: number;
  /** Least width, so that a column does not jump when a digit comes or goes. */
  readonly min?: number;
  /** Least width in a pane of `STEADY_WIDTH`: columns there stay, whatever the rows hold. */
  readonly steady?: number;
  /** Words may shrink to this many cells before any column is dropped. */
  readonly shrinkTo?: number;
  /** A mark that belongs to the next column: one blank behind it instead of two. */
  readonly mark?: boolean;
}

export interface TableRow {
  readonly cells: readonly Span[];
  readonly selected: boolean;
}

interface Placed {
  readonly index: number;
  readonly width: number;
  /** Cells after the decimal point that shorter fractions are padded to. */
  readonly fraction: number;
}

const GAP = 2;
const STEADY_WIDTH = 70;

const gapAfter = (column: Column | undefined): number => (column?.mark === true ? 1 : GAP);

/** Header and rows of exactly `width` cells. The first cell of a row marks the selected one. */
export function table(
  columns: readonly Column[],
  rows: readonly TableRow[],
  width: number,
): readonly Row[] {
  const placed = place(columns, rows, width - 1);
  const gaps = placed.map(({ index }) => gapAfter(columns[index]));
  const header = placed.map(({ index, width: cells }) => {
    const column = columns[index];
    const title = column?.title ?? '';
    return span(
      column?.align === 'left' ? fit(title, cells) : fitRight(title, cells),
      'text.muted',
    );
  });
  return [
    fitRow(joined(span(' '), header, gaps), width),
    ...rows.map((row) => {
      const cells = placed.map((one) => cell(columns[one.index], row.cells[one.index], one));
      return tint(fitRow(joined(marker(row.selected), cells, gaps), width), row.selected);
    }),
  ];
}

/** Selected rows keep their meaning colors only where there is one. */
function tint(row: Row, selected: boolean): Row {
  if (!selected) return row;
  return row.map((one) => (one.token === 'text.normal' ? { ...one, token: 'selected' } : one));
}

const marker = (selected: boolean): Span => span(selected ? '›' : ' ', 'accent');

/** One for all rows: a table has more gaps than anything else. */
const BLANKS = [span(''), span(' '), span('  ')] as const;

function joined(first: Span, cells: readonly Span[], gaps: readonly number[]): Row {
  const row = [first];
  cells.forEach((one, i) => {
    if (i > 0) row.push(BLANKS[gaps[i - 1] ?? GAP] ?? BLANKS[GAP]);
    row.push(one);
  });
  return row;
}

function cell(column: Column | undefined, content: Span | undefined, at: Placed): Span {
  const token: Token = content?.token ?? 'text.normal';
  const text = content?.text ?? '';
  if (column?.align === 'left') return span(fit(text, at.width), token);
  const padded = column?.align === 'decimal' ? text + decimalPad(text, at.fraction) : text;
  return span(fitRight(padded, at.width), token);
}

function place(
  columns: readonly Column[],
  rows: readonly TableRow[],
  width: number,
): readonly Placed[] {
  const natural = columns.map((column, index) => {
    const one = measure(column, index, rows);
    const least = width >= STEADY_WIDTH ? (column.steady ?? 0) : 0;
    return { ...one, width: Math.max(one.width, least) };
  });
  const dropped = new Set<number>();
  const kept = (): readonly Placed[] => natural.filter(({ index }) => !dropped.has(index));
  const total = (): number =>
    cellsOf(columns, kept(), (one) => leastWidth(columns[one.index], one.width));
  while (total() > width && dropped.size < columns.length - 1) {
    dropped.add(lastOf(columns, dropped));
  }
  const left = kept();
  let excess = cellsOf(columns, left, (one) => one.width) - width;
  // Words at the end give way first: names stand in front.
  const cut = left.toReversed().map((one) => {
    const least = left.length === 1 ? 0 : leastWidth(columns[one.index], one.width);
    const less = Math.max(0, Math.min(excess, one.width - least));
    excess -= less;
    return { ...one, width: one.width - less };
  });
  return cut.toReversed();
}

/** Cells of these columns with the gaps between them. */
const cellsOf = (
  columns: readonly Column[],
  placed: readonly Placed[],
  widthOf: (one: Placed) => number,
): number =>
  placed.reduce((sum, one, i) => {
    const gap = i === placed.length - 1 ? 0 : gapAfter(columns[one.index]);
    return sum + widthOf(one) + gap;
  }, 0);

const leastWidth = (column: Column | undefined, natural: number): number =>
  column?.shrinkTo === undefined ? natural : Math.min(natural, column.shrinkTo);

function lastOf(columns: readonly Column[], dropped: ReadonlySet<number>): number {
  let worst = -1;
  columns.forEach((column, index) => {
    if (dropped.has(index)) return;
    const current = columns[worst];
    if (!current || column.priority >= current.priority) worst = index;
  });
  return worst;
}

function measure(column: Column, index: number, rows: readonly TableRow[]): Placed {
  const texts = rows.map((row) => row.cells[index]?.text ?? '');
  const fraction = column.align === 'decimal' ? Math.max(0, ...texts.map(fractionCells)) : 0;
  const widths = texts.map((text) => textWidth(text) + decimalPad(text, fraction).length);
  return { index, fraction, width: Math.max(textWidth(column.title), column.min ?? 0, ...widths) };
}

/** Point and digits after it. */
function fractionCells(text: string): number {
  const point = text.lastIndexOf('.');
  return point < 0 ? 0 : text.length - point;
}

const decimalPad = (text: string, fraction: number): string =>
  ' '.repeat(Math.max(0, fraction - fractionCells(text)));
