/** Where the columns of a chart stand: the newest at the right end. */
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

export function columnsOf(
  all: readonly Bar[],
  of: { readonly width: number; readonly zoom: Zoom; readonly cursor: EpochMs | null },
): Columns {
  const { width, zoom } = of;
  // A last column needs no gap behind it.
  const columns = Math.floor((width + gapOf(zoom)) / zoom.cells);
  const bars = shownBars(all, { columns, cursor: of.cursor });
  return {
    bars,
    zoom,
    width,
    offset: Math.max(0, width + gapOf(zoom) - bars.length * zoom.cells),
    cursor: of.cursor === null || bars.length === 0 ? null : indexAt(bars, of.cursor),
  };
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
