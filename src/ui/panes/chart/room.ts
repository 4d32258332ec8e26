/** What of a chart's rows and columns goes to what. */
import type { Size } from '../../text/rows.ts';

export interface Room {
  /** Candles or line. */
  readonly plot: Size;
  /** Cells right of the plot, with the blank between; 0 where numbers would leave no chart. */
  readonly axis: number;
  /** Cells of the axis before its number, for the names of marks. */
  readonly names: number;
  readonly legend: number;
  readonly time: number;
  readonly volume: number;
  /** Rows of each panel below the plot. */
  readonly panels: readonly number[];
}

interface Wanted {
  /** Cells of the longest number of the axis. */
  readonly number: number;
  readonly volume: boolean;
  /** Indicators on scales of their own. */
  readonly panels: number;
  /** A cursor's values are worth a row that a legend alone is not. */
  readonly cursor: boolean;
}

/** Names of marks stand beside their price from here; below they stand in its place. */
const NAMES_FROM = 84;
const NAME_CELLS = 9;
/** A chart narrower than this says nothing, with or without numbers. */
const LEAST_PLOT = 12;
const PANELS_FROM = 14;

export function roomFor({ width, height }: Size, wanted: Wanted): Room {
  const names = width >= NAMES_FROM ? NAME_CELLS : 0;
  const full = wanted.number + 1 + names;
  const axis = width - full >= LEAST_PLOT ? full : 0;
  const legend = height >= (wanted.cursor ? 3 : 7) ? 1 : 0;
  const time = height >= 6 ? 1 : 0;
  const volume = wanted.volume ? volumeRows(height) : 0;
  const panels = panelRows(height, wanted.panels);
  const below = time + volume + panels.reduce((sum, rows) => sum + rows, 0);
  return {
    plot: { width: width - axis, height: Math.max(1, height - legend - below) },
    axis,
    names: axis > 0 ? names : 0,
    legend,
    time,
    volume,
    panels,
  };
}

const volumeRows = (height: number): number =>
  height >= 30 ? 3 : height >= 16 ? 2 : height >= 9 ? 1 : 0;

/** As many as leave more than half of the rows to the candles. */
function panelRows(height: number, count: number): readonly number[] {
  if (height < PANELS_FROM) return [];
  const rows = height >= 34 ? 6 : height >= 20 ? 4 : 3;
  const most = height < 20 ? 1 : Math.floor((height * 0.45) / rows);
  return Array.from({ length: Math.min(count, most) }, () => rows);
}
