/** Styled text in terminal cells: what panes return and the painter colors. */
import { cellWidth } from '../screen/width.ts';

/** What a piece of text means; a theme says how it looks. */
export const TOKENS = [
  'text.normal',
  'text.muted',
  'text.strong',
  'title',
  'title.focus',
  'border.normal',
  'border.focus',
  'border.live',
  'accent',
  'line.1',
  'line.2',
  'line.3',
  'line.4',
  'depth.bid',
  'depth.ask',
  'volume',
  'pnl.up',
  'pnl.down',
  'warn',
  'danger',
  'good',
  'selected',
  'field',
  'key',
  'key.danger',
  'mode.simulated',
  'mode.live',
  'state.running',
  'state.tight',
  'state.stopped',
] as const;
export type Token = (typeof TOKENS)[number];

export interface Span {
  readonly text: string;
  readonly token: Token;
}
export type Row = readonly Span[];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A pane without its border. `rows` fill the inner size exactly. */
export interface Pane {
  readonly title: string;
  /** The one figure a pane is asked for, drawn right in its border. */
  readonly summary: Row;
  readonly rows: readonly Row[];
}

export const span = (text: string, token: Token = 'text.normal'): Span => ({ text, token });
export const muted = (text: string): Span => span(text, 'text.muted');

/** Without its colors: what is old, or said beside. */
export const dimmed = (row: Row): Row => row.map(({ text }) => muted(text));

/** Texts without a character of two cells: their length is their width. */
const NARROW = /^[\u0020-\u10ff\u2000-\u2e7f]*$/;
const FIRST_WIDE = 0x1100;
const isWide = (code: number): boolean => cellWidth(code) === 2;

/** Terminal cells of a safe text. */
export function textWidth(text: string): number {
  let width = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= FIRST_WIDE && isWide(code)) width++;
  }
  return width;
}

/** The first cells of a text, exactly `width` of them: a halved wide character becomes a space. */
function takeCells(text: string, width: number): string {
  if (NARROW.test(text)) return text.slice(0, width).padEnd(width);
  let taken = '';
  let used = 0;
  for (const character of text) {
    const cells = isWide(character.charCodeAt(0)) ? 2 : 1;
    if (used + cells > width) break;
    taken += character;
    used += cells;
  }
  return taken + ' '.repeat(width - used);
}

/** The text in exactly `width` cells; words that do not fit end in `…`. */
export function fit(text: string, width: number): string {
  if (width <= 0) return '';
  const has = textWidth(text);
  if (has <= width) return text + ' '.repeat(width - has);
  const taken = takeCells(text, width - 1);
  const kept = text.startsWith(taken) ? withoutHalfNumber(taken, text) : taken;
  return `${kept}…${' '.repeat(width - 1 - textWidth(kept))}`;
}

const NUMBER_AT_END = /(?<=^|[\s(=])[−+-]?\d[\d.,]*$/;

/** A number is never cut in half: what is left of one would read as another. */
function withoutHalfNumber(taken: string, text: string): string {
  return /^(?:\d|[.,]\d)/.test(text.slice(taken.length)) ? taken.replace(NUMBER_AT_END, '') : taken;
}

/** Right-aligned in exactly `width` cells. A number is never cut: it gives way to `…`. */
export function fitRight(text: string, width: number): string {
  if (width <= 0) return '';
  const has = textWidth(text);
  return has <= width ? ' '.repeat(width - has) + text : '…'.padStart(width);
}

export const rowWidth = (row: Row): number =>
  row.reduce((sum, one) => sum + textWidth(one.text), 0);

export const rowText = (row: Row): string => row.map((one) => one.text).join('');

/** The row in exactly `width` cells: padded, or cut with `…`. */
export function fitRow(row: Row, width: number, padToken: Token = 'text.normal'): Row {
  const has = rowWidth(row);
  if (has === width) return row;
  if (has < width) return [...row, { text: ' '.repeat(width - has), token: padToken }];
  const out: Span[] = [];
  let left = width;
  for (let i = 0; i < row.length && left > 0; i++) {
    const one = row[i];
    if (!one || one.text === '') continue;
    const cells = textWidth(one.text);
    if (cells < left) {
      out.push(one);
    } else {
      const isLast = row.slice(i + 1).every((rest) => rest.text === '');
      out.push({ text: fit(`${one.text}${isLast ? '' : ' …'}`, left), token: one.token });
    }
    left -= cells;
  }
  return out;
}

/** Cells `from` to `to` of a row, exactly `to - from` of them. */
export function sliceRow(row: Row, from: number, to: number): Row {
  const out: Span[] = [];
  let x = 0;
  for (const one of row) {
    const end = x + textWidth(one.text);
    if (end > from && x < to) {
      const start = Math.max(0, from - x);
      const skipped = start === 0 ? one.text : dropCells(one.text, start);
      out.push({ text: takeCells(skipped, Math.min(end, to) - x - start), token: one.token });
    }
    x = end;
  }
  const has = rowWidth(out);
  return has < to - from ? [...out, span(' '.repeat(to - from - has))] : out;
}

function dropCells(text: string, count: number): string {
  if (NARROW.test(text)) return text.slice(count);
  let used = 0;
  let index = 0;
  while (index < text.length && used < count) {
    used += isWide(text.charCodeAt(index)) ? 2 : 1;
    index++;
  }
  return ' '.repeat(used - count) + text.slice(index);
}

/** Left part, right part, blanks between; the left gives way first. Exactly `width` cells. */
export function spread(left: Row, right: Row, width: number): Row {
  const rightWidth = rowWidth(right);
  if (rightWidth + 1 >= width) return fitRow(right.length > 0 ? right : left, width);
  return [...fitRow(left, width - rightWidth), ...right];
}

/** As many of the groups, in order, as fit; groups are kept whole. Exactly `width` cells. */
export function whole(groups: readonly Row[], width: number): Row {
  const out: Span[] = [];
  let left = width;
  for (const group of groups) {
    const has = rowWidth(group);
    if (has > left) break;
    out.push(...group);
    left -= has;
  }
  return fitRow(out, width);
}

/** Exactly `height` rows of exactly `width` cells. */
export function fitRows(rows: readonly Row[], size: Size): readonly Row[] {
  const out = rows.slice(0, size.height).map((row) => fitRow(row, size.width));
  while (out.length < size.height) out.push(fitRow([], size.width));
  return out;
}

/** First index of a window of `height` that keeps `selected` visible, as near the middle as fits. */
export function windowStart(of: { selected: number; count: number; height: number }): number {
  const last = Math.max(0, of.count - of.height);
  return Math.min(last, Math.max(0, of.selected - Math.floor(of.height / 2)));
}
