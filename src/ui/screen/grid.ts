/** A screen as cells: what is to be seen, before any byte of it is sent. */
import type { StyleTable } from './styles.ts';
import { cellWidth } from './width.ts';

/** Second cell of a wide character. */
export const CONTINUATION = 0;
export const SPACE = 32;

/** Half-open: `x2` and `y2` are the first column and row outside. */
export interface Clip {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Characters in cells; a wide one is one entry here. */
export interface CellLine {
  readonly codes: readonly number[];
  readonly styles: readonly number[];
  /** Cells, not characters. */
  readonly width: number;
}

export interface StyledText {
  readonly text: string;
  readonly style: number;
}

/** How spans of somebody else's making are written. */
export interface Pen<Span> {
  readonly text: (span: Span) => string;
  readonly style: (span: Span) => number;
}

/** Blanks are kept in the style that can be seen on them, so that equal looks are equal cells. */
export class Grid {
  width = 0;
  height = 0;
  /** Code points by row; CONTINUATION behind a wide one. */
  codes = new Int32Array(0);
  styles = new Uint16Array(0);
  /** Rows written since somebody last looked. */
  changed = new Uint8Array(0);
  readonly #table: StyleTable;

  constructor(table: StyleTable, size: { width: number; height: number }) {
    this.#table = table;
    this.resize(size.width, size.height);
  }

  /** All cells are blank afterwards. */
  resize(width: number, height: number): void {
    if (width !== this.width || height !== this.height) {
      this.width = width;
      this.height = height;
      this.codes = new Int32Array(width * height);
      this.styles = new Uint16Array(width * height);
      this.changed = new Uint8Array(height);
    }
    this.clear();
  }

  clear(): void {
    this.codes.fill(SPACE);
    this.styles.fill(0);
    this.changed.fill(1);
  }

  get all(): Clip {
    return { x1: 0, y1: 0, x2: this.width, y2: this.height };
  }

  /** `count` times one character of one cell. */
  putRun(at: { x: number; y: number; count: number }, cell: StyledText, clip: Clip): void {
    if (at.y < clip.y1 || at.y >= clip.y2) return;
    const from = Math.max(at.x, clip.x1);
    const to = Math.min(at.x + at.count, clip.x2);
    if (from >= to) return;
    const code = cell.text.codePointAt(0) ?? SPACE;
    this.#openAt(from, at.y);
    for (let x = from; x < to; x++) this.#set(x, at.y, code, cell.style);
    this.#closeAt(to, at.y);
  }

  /** A line of text; wide characters cut by the clip leave a blank in their style. */
  putLine(x: number, y: number, line: CellLine, clip: Clip): void {
    if (y < clip.y1 || y >= clip.y2 || line.codes.length === 0) return;
    const first = Math.max(x, clip.x1);
    const end = Math.min(x + line.width, clip.x2);
    if (first >= end) return;
    this.#openAt(first, y);
    let column = x;
    for (let i = 0; i < line.codes.length && column < end; i++) {
      const code = line.codes[i] ?? SPACE;
      const style = line.styles[i] ?? 0;
      if (cellWidth(code) === 2) {
        this.#setWide({ x: column, y, code, style }, { first, end });
        column += 2;
      } else {
        if (column >= first) this.#set(column, y, code, style);
        column++;
      }
    }
    this.#closeAt(end, y);
  }

  /** A row of spans in exactly `width` cells; what they do not reach is blank. */
  putRow<Span>(
    at: { x: number; y: number; width: number },
    row: readonly Span[],
    { pen, clip }: { pen: Pen<Span>; clip: Clip },
  ): void {
    const { y } = at;
    if (y < clip.y1 || y >= clip.y2) return;
    const first = Math.max(at.x, clip.x1);
    const end = Math.min(at.x + at.width, clip.x2);
    if (first >= end) return;
    this.#openAt(first, y);
    let column = at.x;
    for (const span of row) {
      if (column >= end) break;
      column = this.#putText(pen.text(span), pen.style(span), { column, y, first, end });
    }
    for (let x = Math.max(column, first); x < end; x++) this.#set(x, y, SPACE, 0);
    this.#closeAt(end, y);
  }

  /** The column behind the text. This is where most of a frame's drawing happens. */
  #putText(
    text: string,
    style: number,
    of: { column: number; y: number; first: number; end: number },
  ): number {
    const { y, first, end } = of;
    const { codes, styles } = this;
    const row = y * this.width;
    const blank = this.#table.blankOf(style);
    let { column } = of;
    for (let i = 0; i < text.length && column < end; i++) {
      let code = text.charCodeAt(i);
      if (code < SPACE || code >= 0x7f) {
        code = text.codePointAt(i) ?? SPACE;
        if (code > 0xffff) i++;
        const cells = cellWidth(code);
        if (cells === 2) {
          this.#setWide({ x: column, y, code, style }, { first, end });
          column += 2;
          continue;
        }
        // Safe text has no controls; should one come this far, it must not reach the terminal.
        if (cells === 0) code = QUESTION;
      }
      if (column >= first) {
        codes[row + column] = code;
        styles[row + column] = code === SPACE ? blank : style;
      }
      column++;
    }
    return column;
  }

  /** Of a wide character half outside only a blank in its style is seen. */
  #setWide(
    cell: { x: number; y: number; code: number; style: number },
    inside: { first: number; end: number },
  ): void {
    const { x, y, code, style } = cell;
    if (x < inside.first) {
      if (x + 1 === inside.first) this.#set(inside.first, y, SPACE, style);
    } else if (x + 1 >= inside.end) {
      this.#set(x, y, SPACE, style);
    } else {
      this.#set(x, y, code, style);
      this.#set(x + 1, y, CONTINUATION, style);
    }
  }

  #set(x: number, y: number, code: number, style: number): void {
    const index = y * this.width + x;
    this.codes[index] = code;
    this.styles[index] = code === SPACE ? this.#table.blankOf(style) : style;
  }

  /** Whoever writes from here on cuts a wide character that begins one cell before. */
  #openAt(x: number, y: number): void {
    this.changed[y] = 1;
    const index = y * this.width + x;
    if (x > 0 && this.codes[index] === CONTINUATION) {
      this.#set(x - 1, y, SPACE, this.styles[index - 1] ?? 0);
    }
  }

  /** Whoever wrote up to here may have cut the first half off a wide character. */
  #closeAt(x: number, y: number): void {
    const index = y * this.width + x;
    if (x < this.width && this.codes[index] === CONTINUATION) {
      this.#set(x, y, SPACE, this.styles[index] ?? 0);
    }
  }
}

const QUESTION = 63;
