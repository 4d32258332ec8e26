/** Candles as the columns of a chart: one each, wider ones, or several put into one. */
import type { WatchedView } from '../../../app/session-types.ts';
import { type EpochMs, type Timeframe, candleOpenTime, timeframeMs } from '../../../domain/time.ts';
import type { ChartState } from '../../model.ts';
import { isDrawable } from './scale.ts';

/** One column: a candle, or what several look like as one. */
export interface Bar {
  readonly openTime: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Index of its newest candle: the one whose indicators are shown. */
  readonly index: number;
}

export interface Zoom {
  /** Cells of a column with its gap. */
  readonly cells: number;
  /** Candles in a column. */
  readonly candles: number;
}

const NORMAL: Zoom = { cells: 1, candles: 1 };
/** By `ChartState.zoom`, from far to near. */
const ZOOMS: ReadonlyMap<number, Zoom> = new Map([
  [-2, { cells: 1, candles: 4 }],
  [-1, { cells: 1, candles: 2 }],
  [0, NORMAL],
  [1, { cells: 2, candles: 1 }],
  [2, { cells: 4, candles: 1 }],
  [3, { cells: 6, candles: 1 }],
]);
export const FARTHEST = Math.min(...ZOOMS.keys());
export const NEAREST = Math.max(...ZOOMS.keys());

export const zoomOf = ({ zoom }: Pick<ChartState, 'zoom'>): Zoom => ZOOMS.get(zoom) ?? NORMAL;

/** Time of one column. */
export const barMs = (timeframe: Timeframe, zoom: Zoom): number =>
  timeframeMs(timeframe) * zoom.candles;

/** Candles that fill this many cells, and one more for a column that begins outside. */
export const candlesFor = (cells: number, chart: Pick<ChartState, 'zoom'>): number => {
  const zoom = zoomOf(chart);
  return cells <= 0 ? 0 : (Math.floor(cells / zoom.cells) + 1) * zoom.candles;
};

/** All candles as columns, oldest first; what is no number is left out. */
export function barsOf(
  watched: Pick<WatchedView, 'candles' | 'timeframe'>,
  zoom: Zoom,
): readonly Bar[] {
  const length = barMs(watched.timeframe, zoom);
  const bars: Bar[] = [];
  watched.candles.forEach((candle, index) => {
    const { openTime, open, high, low, close, volume } = candle;
    if (![openTime, open, high, low, close].every(isDrawable)) return;
    const from = zoom.candles === 1 ? openTime : candleOpenTime(openTime, length);
    const last = bars.at(-1);
    if (zoom.candles > 1 && last?.openTime === from) {
      bars[bars.length - 1] = {
        ...last,
        high: Math.max(last.high, high),
        low: Math.min(last.low, low),
        close,
        volume: last.volume + volume,
        index,
      };
    } else {
      bars.push({ openTime: from, open, high, low, close, volume, index });
    }
  });
  return bars;
}

/** Columns that are shown: the newest ones, or those from the cursor on where it lies before. */
export function shownBars(
  bars: readonly Bar[],
  of: { readonly columns: number; readonly cursor: EpochMs | null },
): readonly Bar[] {
  const first = Math.max(0, bars.length - of.columns);
  const { cursor } = of;
  if (cursor === null) return bars.slice(first);
  const at = indexAt(bars, cursor);
  const start = Math.min(first, at);
  return bars.slice(start, start + of.columns);
}

/** The column that holds a time: the last that opened by then, the first for an earlier time. */
export function indexAt(bars: readonly Bar[], time: EpochMs): number {
  let low = 0;
  let high = bars.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((bars[middle]?.openTime ?? Infinity) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}
