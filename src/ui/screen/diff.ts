/** From what a terminal shows to what it should show, in as few bytes as we know how. */
import { CONTINUATION, type Grid, SPACE } from './grid.ts';
import type { StyleTable } from './styles.ts';

/** Content of a cell nobody knows: equal to none. */
const UNKNOWN = -1;
/** A column nobody knows: behind the last one some terminals wait, others are in the next row. */
const NOWHERE = -1;

/**
 * Frames below this arrive in one read and cannot be seen half drawn. Marks around every frame
 * would cost more than they are worth: tmux 3.7 repaints a whole pane at the end of each.
 */
const SYNC_FROM_BYTES = 2_048;
const SYNC_BEGIN = '\u001B[?2026h';
const SYNC_END = '\u001B[?2026l';
const ERASE_TO_END = '\u001B[K';
/** A terminal in raw mode turns LF into CR LF: three bytes with our own CR. */
const NEXT_LINE = '\r\n';
const NEXT_LINE_BYTES = 3;

interface Move {
  readonly bytes: string;
  readonly cost: number;
}

/** Writes frames for one terminal; remembers what it shows. */
export class FrameWriter {
  readonly #table: StyleTable;
  readonly #skipCorner: boolean;
  #width = 0;
  #height = 0;
  #codes = new Int32Array(0);
  #styles = new Uint16Array(0);
  #out = '';
  #x = NOWHERE;
  #y = NOWHERE;
  #style = 0;

  /** `skipCorner`: the bottom right cell is never written, because it would scroll the screen. */
  constructor(table: StyleTable, of: { skipCorner: boolean }) {
    this.#table = table;
    this.#skipCorner = of.skipCorner;
  }

  /** The terminal may show anything now: the next frame writes every cell. */
  forget(): void {
    this.#codes.fill(UNKNOWN);
  }

  /** The bytes that make the terminal show `grid`; '' when it does. They count as written. */
  frame(grid: Grid): string {
    const everything = this.#fit(grid);
    this.#out = '';
    this.#x = NOWHERE;
    this.#y = NOWHERE;
    this.#style = 0;
    for (let y = 0; y < grid.height; y++) {
      if (everything || grid.changed[y] === 1) this.#row(grid, y);
      grid.changed[y] = 0;
    }
    if (this.#out === '') return '';
    this.#switchTo(0);
    const reset = everything ? '\u001B[m' : '';
    const long = this.#out.length >= SYNC_FROM_BYTES;
    return long ? `${SYNC_BEGIN}${reset}${this.#out}${SYNC_END}` : reset + this.#out;
  }

  /** Is nothing known of what the terminal shows? */
  #fit(grid: Grid): boolean {
    if (grid.width !== this.#width || grid.height !== this.#height) {
      this.#width = grid.width;
      this.#height = grid.height;
      this.#codes = new Int32Array(grid.codes.length).fill(UNKNOWN);
      this.#styles = new Uint16Array(grid.codes.length);
    }
    return this.#codes[0] === UNKNOWN;
  }

  #row(grid: Grid, y: number): void {
    const start = y * grid.width;
    const last = y === grid.height - 1 && this.#skipCorner ? grid.width - 2 : grid.width - 1;
    let tail = -1;
    for (let x = 0; x <= last; x++) {
      const index = start + x;
      const code = grid.codes[index] ?? SPACE;
      const style = grid.styles[index] ?? 0;
      if (code === this.#codes[index] && style === this.#styles[index]) continue;
      if (tail < 0) tail = this.#tailOf(grid, y);
      if (x >= tail && this.#eraseTail(grid, x, y)) return;
      // Only its first half draws a wide character, and takes the second cell along.
      const lead = code === CONTINUATION ? x - 1 : x;
      const isWide = lead < grid.width - 1 && grid.codes[start + lead + 1] === CONTINUATION;
      if (isWide && lead >= last) {
        // Half of it would stand in the corner.
        this.#moveTo(grid, lead, y, style);
        this.#write(grid, SPACE, this.#table.blankOf(style), 1);
      } else {
        this.#put(grid, lead, y);
      }
      for (let i = lead; i < lead + (isWide ? 2 : 1); i++) {
        this.#codes[start + i] = grid.codes[start + i] ?? SPACE;
        this.#styles[start + i] = grid.styles[start + i] ?? 0;
      }
    }
  }

  /** First column from which the row is blank up to its end. */
  #tailOf(grid: Grid, y: number): number {
    const start = y * grid.width;
    let x = grid.width;
    while (x > 0 && grid.codes[start + x - 1] === SPACE && grid.styles[start + x - 1] === 0) x--;
    return x;
  }

  /** Erases to the end of the row where writing the blanks would cost more. */
  #eraseTail(grid: Grid, x: number, y: number): boolean {
    const start = y * grid.width;
    let end = grid.width;
    while (end > x && this.#codes[start + end - 1] === SPACE && this.#styles[start + end - 1] === 0)
      end--;
    if (end - x <= ERASE_TO_END.length) return false;
    this.#moveTo(grid, x, y, 0);
    if (this.#table.blankOf(this.#style) !== 0) this.#switchTo(0);
    this.#out += ERASE_TO_END;
    this.#codes.fill(SPACE, start + x, start + grid.width);
    this.#styles.fill(0, start + x, start + grid.width);
    return true;
  }

  #put(grid: Grid, x: number, y: number): void {
    const index = y * grid.width + x;
    const code = grid.codes[index] ?? SPACE;
    const style = grid.styles[index] ?? 0;
    if (this.#x !== x || this.#y !== y) this.#moveTo(grid, x, y, style);
    this.#write(grid, code, style, grid.codes[index + 1] === CONTINUATION ? 2 : 1);
  }

  #write(grid: Grid, code: number, style: number, cells: 1 | 2): void {
    // A blank may stand in any style that does not show on it.
    if (code !== SPACE || this.#table.blankOf(this.#style) !== style) this.#switchTo(style);
    this.#out += String.fromCodePoint(code);
    this.#x += cells;
    if (this.#x >= grid.width) {
      this.#x = NOWHERE;
      this.#y = NOWHERE;
    }
  }

  #switchTo(style: number): void {
    if (style === this.#style) return;
    this.#out += this.#table.change(this.#style, style);
    this.#style = style;
  }

  /** The cheapest way to a cell: absolute, relative, or by writing what stands in between. */
  #moveTo(grid: Grid, x: number, y: number, style: number): void {
    if (x === this.#x && y === this.#y) return;
    let best = absolute(x, y);
    if (this.#y === y) {
      best = cheaper(best, along(this.#x, x));
      if (x > this.#x && this.#rewrite(grid, x, style, best.cost)) return;
    } else if (this.#y !== NOWHERE && y > this.#y) {
      best = cheaper(best, downFrom(this.#x, { x, rows: y - this.#y }));
    }
    this.#out += best.bytes;
    this.#x = x;
    this.#y = y;
  }

  /** Writes the cells up to `x` again, where that is cheaper than to jump over them. */
  #rewrite(grid: Grid, x: number, style: number, jump: number): boolean {
    const start = this.#y * grid.width;
    if (x - this.#x > jump + 8) return false;
    const budget = jump + this.#table.change(this.#style, style).length;
    let cost = 0;
    let current = this.#style;
    for (let i = start + this.#x; i < start + x; i++) {
      const code = grid.codes[i] ?? SPACE;
      const wanted = grid.styles[i] ?? 0;
      if (code !== SPACE || this.#table.blankOf(current) !== wanted) {
        cost += this.#table.change(current, wanted).length;
        current = wanted;
      }
      cost += code === CONTINUATION ? 0 : bytesOf(code);
      if (cost > budget) return false;
    }
    if (cost + this.#table.change(current, style).length > budget) return false;
    for (let i = this.#x; i < x; i++) {
      const code = grid.codes[start + i] ?? SPACE;
      if (code === CONTINUATION) continue;
      const cells = grid.codes[start + i + 1] === CONTINUATION ? 2 : 1;
      this.#write(grid, code, grid.styles[start + i] ?? 0, cells);
    }
    return true;
  }
}

/** Bytes of a code point in UTF-8. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

const move = (bytes: string, cost = bytes.length): Move => ({ bytes, cost });

const cheaper = (a: Move, b: Move): Move => (b.cost < a.cost ? b : a);

const number = (value: number): string => (value === 1 ? '' : String(value));

function absolute(x: number, y: number): Move {
  const column = x === 0 ? '' : `;${String(x + 1)}`;
  return move(`\u001B[${number(y + 1)}${column}H`);
}

/** Within a row. */
function along(from: number, to: number): Move {
  if (to === from) return move('');
  const column = move(`\u001B[${number(to + 1)}G`);
  if (to > from) return cheaper(column, move(`\u001B[${number(to - from)}C`));
  if (to === 0) return move('\r');
  const back = from - to;
  return cheaper(column, back < 4 ? move('\b'.repeat(back)) : move(`\u001B[${String(back)}D`));
}

/** To a row below, by its beginning or straight down. */
function downFrom(from: number, to: { x: number; rows: number }): Move {
  const straight = along(from, to.x);
  const down = `\u001B[${number(to.rows)}B`;
  const best = move(down + straight.bytes, down.length + straight.cost);
  if (to.rows > 1) return best;
  const rest = along(0, to.x);
  return cheaper(best, move(NEXT_LINE + rest.bytes, NEXT_LINE_BYTES + rest.cost));
}
