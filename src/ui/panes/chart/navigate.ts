/** Where a chart is moved to: its cursor, its part of time, its zoom. */
import type { EpochMs } from '../../../domain/time.ts';
import { type KeyContext, type KeyResult, result } from '../../input/action.ts';
import { type ChartState, type Model, withNote } from '../../model.ts';
import type { RowScene } from '../definition.ts';
import { type Bar, FARTHEST, NEAREST, barMs, barsOf, indexAt, zoomOf } from './bars.ts';

/** Part of the shown candles that one key moves. */
const PAN_PART = 4;

const OLDEST = 'no older candles are known';
const NEWEST = 'this is the newest candle';

export const withChart = (model: Model, change: Partial<ChartState>): Model => ({
  ...model,
  chart: { ...model.chart, ...change },
});

/** The candles there are, as columns; empty before the first. */
function barsIn({ model, view }: RowScene): readonly Bar[] {
  return view.watched === null ? [] : barsOf(view.watched, zoomOf(model.chart));
}

/** Open time of the candle under the cursor, else of the newest; null before the first. */
export function candleAtCursor(scene: RowScene): EpochMs | null {
  const { style, cursor } = scene.model.chart;
  if (style === 'equity') return null;
  const bars = barsIn(scene);
  const bar = cursor === null ? bars.at(-1) : bars[indexAt(bars, cursor)];
  return bar?.openTime ?? null;
}

/** The first key puts the cursor on the newest candle; at the edges it takes the market along. */
export function moveCursor(model: Model, { view }: KeyContext, step: 1 | -1): KeyResult {
  const bars = barsIn({ model, view });
  const newest = bars.at(-1);
  if (newest === undefined) return result(withNote(model, 'no candles yet'));
  const { cursor } = model.chart;
  if (cursor === null) return result(withChart(model, { cursor: newest.openTime }));
  const next = bars[indexAt(bars, cursor) + step];
  if (next !== undefined) return result(withChart(model, { cursor: next.openTime }));
  const moved = panned({ model, view }, step);
  if (moved === null) return result(withNote(model, step < 0 ? OLDEST : NEWEST));
  const edge = (step < 0 ? bars[0] : newest) ?? newest;
  return result(withChart(moved, { cursor: edge.openTime + step * columnMs({ model, view }) }));
}

const columnMs = ({ model, view }: RowScene): number =>
  view.watched === null ? 0 : barMs(view.watched.timeframe, zoomOf(model.chart));

/** A quarter of the shown candles into the past or back; null where nothing is there. */
function panned({ model, view }: RowScene, step: 1 | -1): Model | null {
  const { watched } = view;
  const bars = barsIn({ model, view });
  const newest = bars.at(-1);
  if (watched === null || newest === undefined) return null;
  if (step < 0 ? !watched.hasOlder : model.chart.until === null) return null;
  const way = Math.max(1, Math.floor(bars.length / PAN_PART)) * columnMs({ model, view });
  const until = newest.openTime + step * way;
  const isNow = step > 0 && (!watched.hasNewer || until >= view.now);
  return withChart(model, { until: isNow ? null : until });
}

export function pan(model: Model, { view }: KeyContext, step: 1 | -1): KeyResult {
  const moved = panned({ model, view }, step);
  return result(moved ?? withNote(model, step < 0 ? OLDEST : NEWEST));
}

export function zoomBy(model: Model, step: 1 | -1): KeyResult {
  const next = model.chart.zoom + step;
  if (next > NEAREST) return result(withNote(model, 'no wider than this'));
  if (next < FARTHEST) return result(withNote(model, 'no more candles than this'));
  return result(withChart(model, { zoom: next }));
}

/** The newest candle again, without a cursor. */
const follow = (model: Model): Model => withChart(model, { until: null, cursor: null });

/** What the row keys do in a chart: up and down zoom, pages pan, both ends follow the market. */
export function moveChart(model: Model, context: KeyContext, by: number): KeyResult {
  if (!Number.isFinite(by)) return result(follow(model));
  const step = by < 0 ? -1 : 1;
  return Math.abs(by) > 1 ? pan(model, context, step) : zoomBy(model, step < 0 ? 1 : -1);
}
