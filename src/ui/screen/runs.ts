/** What differs between two grids, as stretches that one style draws. */
import { CONTINUATION, type Grid, SPACE } from './grid.ts';
import type { StyleTable } from './styles.ts';

/** Half-open: `end` is the first column behind. */
export interface Run {
  readonly y: number;
  readonly start: number;
  end: number;
  style: number;
  /** Blank in no style, and long: erased instead of written. */
  readonly erase: 'no' | 'cells' | 'tail';
}

/** What a terminal shows, as far as is known. */
export interface ShownCells {
  readonly codes: Int32Array;
  readonly styles: Uint16Array;
}

/** Blanks from this number on are erased; a tail, which nothing follows, is sooner. */
const ERASE_FROM = 10;
const ERASE_TAIL_FROM = 4;
/** Unchanged cells of one byte up to this number are written again: a jump takes as many bytes. */
const BRIDGE = 3;

/** The runs of one row, left to right. Cells from column `end` on are left out. */
export function runsOfRow(
  grid: Grid,
  shown: ShownCells,
  of: { y: number; end: number; table: StyleTable },
): Run[] {
  const { y, end, table } = of;
  const { codes, styles, width } = grid;
  const row = y * width;
  const before = sameCells(grid, shown, row, row + end);
  if (before === end) return [];
  const differs = (x: number): boolean =>
    codes[row + x] !== shown.codes[row + x] || styles[row + x] !== shown.styles[row + x];
  const isEmpty = (x: number): boolean => codes[row + x] === SPACE && styles[row + x] === 0;
  const runs: Run[] = [];
  let open: Run | null = null;
  for (let x = before; x < end; x++) {
    if (!differs(x)) continue;
    if (isEmpty(x)) {
      const blank = blankStretch(x, { end, width, isEmpty, differs });
      if (blank !== null) {
        runs.push({ y, start: x, end: blank.end, style: 0, erase: blank.erase });
        open = null;
        x = blank.end - 1;
        continue;
      }
    }
    // Both halves of a wide character are written, and differ, together.
    const isWide = x + 1 < width && codes[row + x + 1] === CONTINUATION;
    const after = isWide ? x + 2 : x + 1;
    if (open === null || !joins(open, { grid, row, from: x, table })) {
      open = { y, start: x, end: after, style: styles[row + x] ?? 0, erase: 'no' };
      runs.push(open);
    }
    open.end = after;
    x = after - 1;
  }
  return runs;
}

/** How many cells from `from` on are as shown. */
function sameCells({ codes, styles }: Grid, shown: ShownCells, from: number, to: number): number {
  let i = from;
  while (i < to && codes[i] === shown.codes[i] && styles[i] === shown.styles[i]) i++;
  return i - from;
}

/** Blanks from `start` to the last one that changed, when it pays to erase them. */
function blankStretch(
  start: number,
  of: {
    end: number;
    width: number;
    isEmpty: (x: number) => boolean;
    differs: (x: number) => boolean;
  },
): { end: number; erase: 'cells' | 'tail' } | null {
  let x = start;
  let last = start;
  while (x < of.end && of.isEmpty(x)) {
    if (of.differs(x)) last = x;
    x++;
  }
  const count = last + 1 - start;
  // A corner that is never written may be erased all the same.
  if (x >= of.end && count >= ERASE_TAIL_FROM && (x === of.width || of.isEmpty(x))) {
    return { end: of.end, erase: 'tail' };
  }
  return count >= ERASE_FROM ? { end: last + 1, erase: 'cells' } : null;
}

/** Takes the cell at `from` into an open run, where one style draws both and what lies between. */
function joins(
  run: Run,
  of: { grid: Grid; row: number; from: number; table: StyleTable },
): boolean {
  const { grid, row, from, table } = of;
  if (from - run.end > BRIDGE) return false;
  let { style } = run;
  // A run of blanks takes the style of what follows, if that leaves them as they are.
  for (let x = run.end; x <= from; x++) {
    const code = grid.codes[row + x] ?? SPACE;
    const wanted = grid.styles[row + x] ?? 0;
    if (x < from && code > 0x7f) return false;
    if (code === SPACE ? table.blankOf(style) === wanted : style === wanted) continue;
    if (code === SPACE || !isBlankRun(grid, row, run, x) || table.blankOf(wanted) !== style) {
      return false;
    }
    style = wanted;
  }
  run.style = style;
  return true;
}

function isBlankRun(grid: Grid, row: number, run: Run, end: number): boolean {
  for (let x = run.start; x < end; x++) if (grid.codes[row + x] !== SPACE) return false;
  return true;
}
