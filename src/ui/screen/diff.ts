/** From what a terminal shows to what it should show, in as few bytes as we know how. */
import { moveCost, moveTo } from './cursor.ts';
import { CONTINUATION, type Grid, SPACE } from './grid.ts';
import { type Run, runsOfRow } from './runs.ts';
import type { StyleTable } from './styles.ts';

/** Content of a cell nobody knows: equal to none. */
const UNKNOWN = -1;

/**
 * Frames below this arrive in one read and cannot be seen half drawn. Marks around every frame
 * would cost more than they are worth: tmux 3.7 repaints a whole pane at the end of each.
 */
const SYNC_FROM_BYTES = 2_048;
const SYNC_BEGIN = '\u001B[?2026h';
const SYNC_END = '\u001B[?2026l';
const RESET = '\u001B[m';
const ERASE_TO_END = '\u001B[K';
/** More runs than this are drawn row by row: looking for a cheaper order would take too long. */
const MOST_ORDERED = 600;

/** Writes frames for one terminal; remembers what it shows. */
export class FrameWriter {
  readonly #table: StyleTable;
  readonly #skipCorner: boolean;
  #width = 0;
  #height = 0;
  #codes = new Int32Array(0);
  #styles = new Uint16Array(0);
  #out = '';
  /** Null where nobody knows: behind the last column some terminals wait, others go on below. */
  #at: { x: number; y: number } | null = null;
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
    this.#at = null;
    this.#style = 0;
    const runs = this.#runs(grid, everything);
    if (runs.length === 0) return '';
    this.#draw(grid, runs);
    this.#switchTo(0);
    const frame = everything ? RESET + this.#out : this.#out;
    return frame.length < SYNC_FROM_BYTES ? frame : SYNC_BEGIN + frame + SYNC_END;
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

  /** What is to be drawn, row by row; from here on it counts as shown. */
  #runs(grid: Grid, everything: boolean): Run[] {
    const shown = { codes: this.#codes, styles: this.#styles };
    const all: Run[] = [];
    for (let y = 0; y < grid.height; y++) {
      if (!everything && grid.changed[y] === 0) continue;
      grid.changed[y] = 0;
      const end = this.#skipCorner && y === grid.height - 1 ? grid.width - 1 : grid.width;
      for (const run of runsOfRow(grid, shown, { y, end, table: this.#table })) all.push(run);
      const row = y * grid.width;
      this.#codes.set(grid.codes.subarray(row, row + grid.width), row);
      this.#styles.set(grid.styles.subarray(row, row + grid.width), row);
    }
    return all;
  }

  /**
   * Tables have styles by column: there it is cheaper to go down one column, and to come back for
   * the next, than to switch styles in every row. From each run on: the next one of all, or the
   * next in the same style, whichever costs less.
   */
  #draw(grid: Grid, runs: readonly Run[]): void {
    const sameNext = runs.length <= MOST_ORDERED ? nextInStyle(runs) : null;
    const isDrawn = new Uint8Array(runs.length);
    let first = 0;
    let next = 0;
    while (first < runs.length) {
      const run = runs[next];
      if (run === undefined) return;
      this.#run(grid, run);
      isDrawn[next] = 1;
      while (isDrawn[first] === 1) first++;
      const same = sameNext?.[next] ?? -1;
      const [other, alike] = [runs[first], runs[same]];
      const isBetter =
        other !== undefined && alike !== undefined && this.#cost(alike) < this.#cost(other);
      next = isBetter ? same : first;
    }
  }

  #cost(run: Run): number {
    const style = this.#wantedStyle(run);
    return moveCost(this.#at, { x: run.start, y: run.y }) + this.#changeCost(this.#style, style);
  }

  /** Erasing leaves the background: any style that shows nothing on a blank will do. */
  #wantedStyle(run: Run): number {
    return run.erase !== 'no' && this.#table.blankOf(this.#style) === 0 ? this.#style : run.style;
  }

  #run(grid: Grid, run: Run): void {
    this.#moveTo(grid, run);
    if (run.erase === 'no') {
      this.#write(grid, run, this.#skipCorner && run.y === grid.height - 1);
      return;
    }
    this.#switchTo(this.#wantedStyle(run));
    this.#out += run.erase === 'tail' ? ERASE_TO_END : `\u001B[${String(run.end - run.start)}X`;
  }

  /** Cells of one row, from the cursor on. */
  #write(
    grid: Grid,
    { y, start, end }: Pick<Run, 'y' | 'start' | 'end'>,
    skipCorner: boolean,
  ): void {
    const row = y * grid.width;
    for (let x = start; x < end; x++) {
      const code = grid.codes[row + x] ?? SPACE;
      if (code === CONTINUATION) continue;
      const style = grid.styles[row + x] ?? 0;
      // A blank may stand in any style that does not show on it.
      if (code !== SPACE || this.#table.blankOf(this.#style) !== style) this.#switchTo(style);
      // Half of a wide character would stand in the corner.
      const isCut = skipCorner && x === grid.width - 2 && isWideAt(grid, row + x);
      this.#out += isCut ? ' ' : String.fromCodePoint(code);
    }
    this.#at = end < grid.width ? { x: end, y } : null;
  }

  #switchTo(style: number): void {
    if (style === this.#style) return;
    this.#out += this.#table.change(this.#style, style);
    this.#style = style;
  }

  #changeCost(from: number, to: number): number {
    return this.#table.change(from, to).length;
  }

  /** By a jump, or by writing again what stands in between where that is cheaper. */
  #moveTo(grid: Grid, run: Run): void {
    const at = this.#at;
    const to = { x: run.start, y: run.y };
    if (at?.y === to.y && at.x < to.x && this.#isNearer(grid, run)) {
      this.#write(grid, { y: to.y, start: at.x, end: to.x }, false);
    } else if (at?.x !== to.x || at.y !== to.y) {
      this.#out += moveTo(at, to);
    }
    this.#at = to;
  }

  /** Would writing the cells between cursor and run cost less than a jump? */
  #isNearer(grid: Grid, run: Run): boolean {
    const at = this.#at;
    if (at === null) return false;
    const style = this.#wantedStyle(run);
    const jump = moveCost(at, { x: run.start, y: run.y }) + this.#changeCost(this.#style, style);
    if (run.start - at.x > jump) return false;
    const row = run.y * grid.width;
    let cost = 0;
    let current = this.#style;
    for (let i = row + at.x; i < row + run.start && cost < jump; i++) {
      const code = grid.codes[i] ?? SPACE;
      if (code === CONTINUATION) continue;
      const wanted = grid.styles[i] ?? 0;
      if (code !== SPACE || this.#table.blankOf(current) !== wanted) {
        cost += this.#changeCost(current, wanted);
        current = wanted;
      }
      cost += bytesOf(code);
    }
    return cost + this.#changeCost(current, style) < jump;
  }
}

/** For each run the next one in its style, or -1. */
function nextInStyle(runs: readonly Run[]): Int32Array {
  const next = new Int32Array(runs.length).fill(-1);
  const newest = new Map<number, number>();
  for (let i = runs.length - 1; i >= 0; i--) {
    const style = runs[i]?.style ?? 0;
    next[i] = newest.get(style) ?? -1;
    newest.set(style, i);
  }
  return next;
}

const isWideAt = (grid: Grid, index: number): boolean => grid.codes[index + 1] === CONTINUATION;

/** Bytes of a code point in UTF-8. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
