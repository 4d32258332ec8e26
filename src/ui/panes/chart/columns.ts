/** Where the columns of a chart stand: the newest near the right end. */
import { type Bar, type Zoom, shownBars, indexAt } from './bars.ts';
import type { EpochMs } from '../../../domain/time.ts';

export interface Columns {
  /** Shown columns, oldest first. */
  readonly bars: readonly Bar[];
  readonly zoom: Zoom;
  /** Cells left of the first one. */
  readonly offset: number;
  readonly width: number;
  /** Index of the column under the cursor; null without one. */
  readonly cursor: number | null;
}

interface Wanted {
  readonly width: number;
  readonly zoom: Zoom;
  readonly cursor: EpochMs | null;
  /** Time of one column; null keeps the newest one at the very end. */
  readonly lengthMs: number | null;
}

export function columnsOf(all: readonly Bar[], of: Wanted): Columns {
  const { width, zoom, lengthMs } = of;
  // A last column needs no gap behind it.
  const most = Math.floor((width + gapOf(zoom)) / zoom.cells);
  const newest = all.at(-1)?.openTime;
  const free = lengthMs === null || newest === undefined ? 0 : freeColumns(newest / lengthMs, most);
  const columns = most - free;
  const bars = shownBars(all, { columns, cursor: of.cursor });
  return {
    bars,
    zoom,
    width,
    offset: Math.max(0, width + gapOf(zoom) - (bars.length + free) * zoom.cells),
    cursor: of.cursor === null || bars.length === 0 ? null : indexAt(bars, of.cursor),
  };
}

/**
 * Columns left free behind the newest one, which is the `nth` of all time. The chart moves on by
 * several columns at once: it stands still while it is read, and a terminal gets far fewer bytes.
 */
function freeColumns(nth: number, most: number): number {
  const step = most >= 80 ? 8 : most >= 32 ? 4 : 1;
  return step - 1 - (((Math.floor(nth) % step) + step) % step);
}

const gapOf = (zoom: Zoom): number => (zoom.cells > 1 ? 1 : 0);

/** Cells of a candle's body. */
export const bodyCells = (zoom: Zoom): number => zoom.cells - gapOf(zoom);

/** First cell of a column. */
export const startOf = ({ offset, zoom }: Columns, index: number): number =>
  offset + index * zoom.cells;

/** Middle cell of a column. */
export const middleOf = (columns: Columns, index: number): number =>
  startOf(columns, index) + Math.floor(bodyCells(columns.zoom) / 2);
