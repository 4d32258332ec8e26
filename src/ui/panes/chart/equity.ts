/** The account's equity by hours, and below it how far it had fallen from its peak. */
import { HOUR_MS } from '../../../domain/time.ts';
import { Cells } from '../../text/cells.ts';
import { formatPercent } from '../../text/format.ts';
import { type Row, type Size, fitRow, muted, span, whole } from '../../text/rows.ts';
import { type EquityPoint, equityPoints } from '../equity-points.ts';
import type { Bar, Zoom } from './bars.ts';
import { type Columns, columnsOf } from './columns.ts';
import { drawValues } from './lines.ts';
import { rangeOf } from './marks.ts';
import { drawPanel } from './panels.ts';
import { numberCells, priceAxis } from './price-axis.ts';
import { type Room, roomFor } from './room.ts';
import { createScale, isDrawable } from './scale.ts';
import type { ChartSlice } from './slice.ts';
import { drawTimes } from './time-axis.ts';

/** Quote amounts are said to the cent. */
const DIGITS = 2;
const WIDEST = 24;

/** Null before there are two points to draw a line between. */
export function equityRows(slice: ChartSlice, size: Size): readonly Row[] | null {
  // What no scale holds cannot be drawn.
  const points = equityPoints(slice).filter(({ equity }) => isDrawable(equity));
  if (points.length < 2) return null;
  const range = rangeOf(barsFrom(points, 1), []);
  const rough = createScale(range, 1);
  const room = roomFor(size, {
    number: numberCells(rough, DIGITS),
    volume: false,
    panels: 1,
    cursor: false,
  });
  const { plot } = room;
  const perColumn = Math.max(1, Math.ceil(points.length / Math.max(1, plot.width)));
  const zoom = zoomFor(points.length, plot.width);
  const columns = columnsOf(barsFrom(points, perColumn), {
    width: plot.width,
    zoom,
    cursor: null,
    lengthMs: null,
  });
  const scale = createScale(range, plot.height);
  const cells = new Cells(plot);
  const values = columns.bars.map((bar) => bar.close);
  drawValues(cells, { columns, values, scale, token: 'accent' });
  const axis = priceAxis(
    { scale, digits: DIGITS, tickSize: 0.01, marks: [], last: slice.equity, lastToken: 'accent' },
    room,
  );
  return [
    ...(room.legend === 0 ? [] : [legend(points, slice, size.width)]),
    ...cells.rows().map((row, y) => [...row, ...(axis[y] ?? [])]),
    ...drawdownRows(points, columns, room),
    ...timeRow(columns, room, perColumn * HOUR_MS),
  ];
}

/** The newest point of each column; the curve is drawn whole, however long. */
function barsFrom(points: readonly EquityPoint[], perColumn: number): readonly Bar[] {
  const bars: Bar[] = [];
  for (let end = points.length - 1; end >= 0; end -= perColumn) {
    const point = points[end];
    if (!point) continue;
    const { time: openTime, equity } = point;
    const flat = { open: equity, high: equity, low: equity, close: equity, volume: 0 };
    bars.push({ openTime, ...flat, index: end });
  }
  return bars.toReversed();
}

/** A short curve is stretched, so that a day fills more than a corner. */
const zoomFor = (points: number, width: number): Zoom => ({
  cells: Math.min(WIDEST, Math.max(1, Math.floor(width / points))),
  candles: 1,
});

function legend(points: readonly EquityPoint[], { pnl }: ChartSlice, width: number): Row {
  const percent = (fraction: number | null): string =>
    `${formatPercent(fraction, 1)}${fraction === null ? '' : ' %'}`;
  return whole(
    [
      [span(' equity by hours ', 'accent')],
      [muted(' drawdown now '), span(percent(points.at(-1)?.drawdown ?? null))],
      [muted('  deepest '), span(percent(pnl.maxDrawdownFraction))],
    ],
    width,
  );
}

function drawdownRows(
  points: readonly EquityPoint[],
  columns: Columns,
  room: Room,
): readonly Row[] {
  const height = room.panels[0] ?? 0;
  if (height === 0) return [];
  const values = points.map(({ drawdown }) => (drawdown === 0 ? 0 : -100 * drawdown));
  const panel = drawPanel([{ label: 'dd%', scale: 'own', values }], {
    columns,
    height,
    axis: room.axis,
    at: columns.bars.length - 1,
  });
  const width = room.plot.width + room.axis;
  return panel.cells.rows().map((row, y) => fitRow([...row, ...(panel.axis[y] ?? [])], width));
}

function timeRow(columns: Columns, room: Room, lengthMs: number): readonly Row[] {
  if (room.time === 0) return [];
  const cells = new Cells({ width: room.plot.width, height: 1 });
  drawTimes(cells, columns, { lengthMs });
  return cells.rows();
}
