/** Strings with escape sequences, as Ink's text nodes make them, as lines of cells. */
import type { CellLine } from './grid.ts';
import { type CellStyle, PLAIN, SGR, type StyleTable, gentleChange } from './styles.ts';
import { cellWidth } from './width.ts';

const MOST_TEXTS = 4_096;
/** One whole control sequence, or one whole string sequence (a title, a link). */
const SEQUENCE =
  // eslint-disable-next-line no-control-regex -- finding control characters is its purpose
  /(?:\u001B\[|\u009B)([0-?]*)([ -/]*)([@-~])|(?:\u001B\]|\u009D)[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)|\u001B/gu;

export type Wrap = 'wrap' | 'hard' | 'truncate-end' | 'truncate-middle' | 'truncate-start';

/** Reads texts for one style table; the same text is read once. */
export class TextCells {
  readonly #table: StyleTable;
  readonly #known = new Map<string, readonly CellLine[]>();

  constructor(table: StyleTable) {
    this.#table = table;
  }

  /** The lines of a text. Styles last beyond line ends; what draws nothing is left out. */
  parse(text: string): readonly CellLine[] {
    const known = this.#known.get(text);
    if (known !== undefined) {
      // Newest last: the oldest leaves first.
      this.#known.delete(text);
      this.#known.set(text, known);
      return known;
    }
    const lines = this.#read(text);
    this.#known.set(text, lines);
    if (this.#known.size > MOST_TEXTS) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    return lines;
  }

  /** The line as text again, every style opened and closed by itself. */
  toText(line: CellLine): string {
    let text = '';
    let current = PLAIN;
    line.codes.forEach((code, i) => {
      const style = this.#table.styleOf(line.styles[i] ?? 0);
      if (style !== current) text += gentleChange(current, style);
      current = style;
      text += String.fromCodePoint(code);
    });
    return text + gentleChange(current, PLAIN);
  }

  #read(text: string): readonly CellLine[] {
    const lines: Cell[][] = [[]];
    let style = PLAIN;
    let id = 0;
    let end = 0;
    const put = (plain: string): void => {
      for (const character of plain) {
        const code = character.codePointAt(0) ?? 0;
        if (character === '\n') lines.push([]);
        else if (cellWidth(code) > 0) lines.at(-1)?.push({ code, style: id });
      }
    };
    for (const match of text.matchAll(SEQUENCE)) {
      put(text.slice(end, match.index));
      end = match.index + match[0].length;
      if (match[3] !== 'm' || match[2] !== '') continue;
      style = applySgr(style, match[1] ?? '');
      id = this.#table.intern(style);
    }
    put(text.slice(end));
    return lines.map(toLine);
  }
}

interface Cell {
  readonly code: number;
  readonly style: number;
}

const toLine = (cells: readonly Cell[]): CellLine => ({
  codes: cells.map((cell) => cell.code),
  styles: cells.map((cell) => cell.style),
  width: cells.reduce((sum, cell) => sum + cellWidth(cell.code), 0),
});

const toCells = (line: CellLine): readonly Cell[] =>
  line.codes.map((code, i) => ({ code, style: line.styles[i] ?? 0 }));

/** The style after the parameters of one sequence; unknown ones change nothing. */
export function applySgr(from: CellStyle, parameters: string): CellStyle {
  const codes = parameters.split(';');
  let { attributes, foreground, background } = from;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] === '' ? '0' : (codes[i] ?? '0');
    const value = Number(code);
    if (value === 0) [attributes, foreground, background] = [0, '', ''];
    for (const [bit, on, off] of SGR) {
      if (code === on) attributes |= bit;
      if (code === off) attributes &= ~bit;
    }
    if (value === 38 || value === 48) {
      const count = codes[i + 1] === '2' ? 5 : 3;
      const color = codes.slice(i, i + count).join(';');
      i += count - 1;
      if (value === 38) foreground = color;
      else background = color;
    } else if (value === 39) foreground = '';
    else if (value === 49) background = '';
    else if (isBetween(value, 30, 37) || isBetween(value, 90, 97)) foreground = code;
    else if (isBetween(value, 40, 47) || isBetween(value, 100, 107)) background = code;
  }
  return { attributes, foreground, background };
}

const isBetween = (value: number, first: number, last: number): boolean =>
  value >= first && value <= last;

/** Columns `from` to `to` of a line, the way Ink clips: halves of wide characters are blanks. */
export function clipLine(line: CellLine, from: number, to: number): CellLine {
  const kept: Cell[] = [];
  let column = 0;
  for (const cell of toCells(line)) {
    const start = column;
    column += cellWidth(cell.code);
    if (column <= from) continue;
    if (start >= to) break;
    kept.push(start < from || column > to ? { code: SPACE, style: cell.style } : cell);
  }
  return toLine(kept);
}

const SPACE = 32;
const ELLIPSIS = 0x2026;

/** Lines that fit `columns`, as wrap-ansi and cli-truncate make them, whose rules Ink follows. */
export function wrapLines(
  lines: readonly CellLine[],
  columns: number,
  wrap: Wrap,
): readonly CellLine[] {
  if (wrap === 'wrap' || wrap === 'hard') {
    if (columns <= 0) return lines;
    return lines.flatMap((line) => wrapCells(toCells(line), columns, wrap).map(toLine));
  }
  return lines.map((line) => truncate(line, columns, wrap));
}

function truncate(line: CellLine, columns: number, wrap: Wrap): CellLine {
  if (columns < 1) return toLine([]);
  if (line.width <= columns) return line;
  if (columns === 1) return toLine([{ code: ELLIPSIS, style: 0 }]);
  const { width } = line;
  if (wrap === 'truncate-start') {
    const kept = wholeCells(line, width - columns + 1, width);
    return toLine([{ code: ELLIPSIS, style: kept[0]?.style ?? 0 }, ...kept]);
  }
  if (wrap === 'truncate-middle') {
    const half = Math.min(Math.floor(columns / 2), columns - 1);
    const right = wholeCells(line, width - (columns - half) + 1, width);
    return toLine([...wholeCells(line, 0, half), { code: ELLIPSIS, style: 0 }, ...right]);
  }
  const kept = wholeCells(line, 0, columns - 1);
  return toLine([...kept, { code: ELLIPSIS, style: kept.at(-1)?.style ?? 0 }]);
}

/** The characters that lie wholly between two columns. */
function wholeCells(line: CellLine, from: number, to: number): readonly Cell[] {
  const kept: Cell[] = [];
  let column = 0;
  for (const cell of toCells(line)) {
    const end = column + cellWidth(cell.code);
    if (end > to) break;
    if (column >= from) kept.push(cell);
    column = end;
  }
  return kept;
}

const widthOf = (cells: readonly Cell[]): number =>
  cells.reduce((sum, cell) => sum + cellWidth(cell.code), 0);

function wrapCells(line: readonly Cell[], columns: number, wrap: 'wrap' | 'hard'): Cell[][] {
  const rows = new Rows(columns);
  splitWords(line).forEach(({ space, word }) => {
    if (space !== null) {
      if (rows.used >= columns) rows.next();
      rows.push(space);
    }
    const width = widthOf(word);
    if (wrap === 'wrap' && width > columns) {
      // A word longer than a row begins where it takes fewer rows.
      const here = 1 + Math.floor((width - (columns - rows.used) - 1) / columns);
      if (Math.floor((width - 1) / columns) < here) rows.next();
      rows.pour(word);
      return;
    }
    const isTight = rows.used + width > columns;
    if (isTight && wrap === 'hard' && (rows.used < columns || width === 0)) {
      rows.pour(word);
      return;
    }
    if (isTight && rows.used > 0 && width > 0) rows.next();
    if (wrap === 'hard' && rows.used + width > columns) rows.pour(word);
    else word.forEach((cell) => rows.push(cell));
  });
  return rows.done;
}

class Rows {
  readonly done: Cell[][] = [[]];
  readonly #columns: number;
  used = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  next(): void {
    this.done.push([]);
    this.used = 0;
  }

  push(cell: Cell): void {
    this.done.at(-1)?.push(cell);
    this.used += cellWidth(cell.code);
  }

  /** Character by character, into as many rows as it takes. */
  pour(word: readonly Cell[]): void {
    word.forEach((cell, i) => {
      if (this.used > 0 && this.used + cellWidth(cell.code) > this.#columns) this.next();
      this.push(cell);
      if (this.used === this.#columns && i < word.length - 1) this.next();
    });
  }
}

/** Words with the space before each; the first has none. Two spaces hold an empty word. */
function splitWords(line: readonly Cell[]): { space: Cell | null; word: Cell[] }[] {
  const words: { space: Cell | null; word: Cell[] }[] = [{ space: null, word: [] }];
  for (const cell of line) {
    if (cell.code === SPACE) words.push({ space: cell, word: [] });
    else words.at(-1)?.word.push(cell);
  }
  return words;
}
