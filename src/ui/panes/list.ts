/** Panes that are lists: a table with the selected row in sight, or one line why it is empty. */
import { safeText, shownSymbol } from '../../domain/safe-text.ts';
import { shortSymbol } from '../text/format.ts';
import { type Row, type Size, type Span, muted, windowStart } from '../text/rows.ts';
import { type Column, table } from '../text/table.ts';

interface List<T> {
  readonly items: readonly T[];
  readonly columns: readonly Column[];
  /** Index of the selected item. */
  readonly selected: number;
  readonly cells: (item: T) => readonly Span[];
}

/** Header and rows, at most `height` of them. */
export function listRows<T>(list: List<T>, size: Size): readonly Row[] {
  const { items, selected } = list;
  const height = Math.max(0, size.height - 1);
  const start = windowStart({ selected, count: items.length, height });
  const rows = items.slice(start, start + height).map((item, i) => ({
    selected: start + i === selected,
    cells: list.cells(item),
  }));
  return table(list.columns, rows, size.width);
}

/** Index of the selected item: the first where nothing, or nothing left, is selected. */
export function indexOf<T>(
  items: readonly T[],
  selected: string | null,
  keyOf: (item: T) => string,
): number {
  return Math.max(
    0,
    items.findIndex((item) => keyOf(item) === selected),
  );
}

/** Below this width a perpetual is a word: its symbol would cost a column of figures. */
const TIGHT_BELOW = 110;

/** The first column of a list by market, and what stands in it. */
export const symbolColumn = (width: number): Column => ({
  title: 'symbol',
  align: 'left',
  priority: 1,
  min: 8,
  steady: width < TIGHT_BELOW ? 9 : 13,
  shrinkTo: 13,
});
export const symbolText = (symbol: string, width: number): string =>
  // Made safe first: the space of a short name is ours.
  width < TIGHT_BELOW ? shortSymbol(shownSymbol(symbol, 24)) : shownSymbol(symbol, 24);

/** Why a list shows nothing: there is nothing, or the filter hides it. */
export const emptyRow = (text: string, filter: string): Row => [
  muted(
    filter === '' ? ` ${text}` : ` nothing here matches ${safeText(filter, 40)}; Esc shows all`,
  ),
];
