/** A chart of candles or of a line, put together from its parts. */
import type { WatchedView } from '../../../app/session-types.ts';
import { Cells } from '../../text/cells.ts';
import { flow } from '../../text/flow.ts';
import { formatCompact } from '../../text/format.ts';
import {
  type Row,
  type Size,
  type Token,
  dimmed,
  fit,
  fitRight,
  fitRow,
  muted,
  span,
  whole,
} from '../../text/rows.ts';
import { type Bar, type Zoom, barMs, barsOf, zoomOf } from './bars.ts';
import { barToken, drawCandles } from './candles.ts';
import { type Columns, columnsOf, middleOf } from './columns.ts';
import { cursorGroups, legendGroups, timeOf } from './legend.ts';
import { drawValues } from './lines.ts';
import { drawFills, drawPatterns, drawPriceMarks, priceMarks, rangeOf } from './marks.ts';
import { drawPanel, lineToken, panelsOf, volumeRows } from './panels.ts';
import { numberCells, priceAxis } from './price-axis.ts';
import { type Room, roomFor } from './room.ts';
import { type Scale, createScale } from './scale.ts';
import type { ChartSlice } from './slice.ts';
import { drawTimes } from './time-axis.ts';

interface Picture {
  readonly slice: ChartSlice;
  readonly watched: WatchedView;
  readonly room: Room;
  readonly columns: Columns;
  readonly scale: Scale;
  /** Time of one column. */
  readonly lengthMs: number;
  /** Column whose values are said: the cursor's, else the newest. */
  readonly at: number;
}

/** Rows of at most `size`; null where there is no candle to draw. */
export function pictureRows(
  slice: ChartSlice,
  watched: WatchedView,
  size: Size,
): readonly Row[] | null {
  const picture = pictureOf(slice, watched, size);
  if (picture === null) return null;
  const { room } = picture;
  const below = [...panelBlocks(picture), ...timeRow(picture), ...volumeBlock(picture)];
  const plot = plotRows(picture);
  const legend = room.legend === 0 ? [] : legendRows(picture, size.width);
  // A cursor's second line lies over the first row of the plot.
  return [...legend, ...plot.slice(Math.max(0, legend.length - room.legend)), ...below];
}

function pictureOf(slice: ChartSlice, watched: WatchedView, size: Size): Picture | null {
  const { chart } = slice;
  const zoom: Zoom = zoomOf(chart);
  const all = barsOf(watched, zoom);
  if (all.length === 0) return null;
  const panels = panelsOf(watched.lines).length;
  const marks = priceMarks(slice);
  const cursor = chart.cursor;
  const wanted = { volume: chart.volume, panels, cursor: cursor !== null };
  // The axis is as wide as its numbers, which come from the candles that fit beside it.
  const lengthMs = barMs(watched.timeframe, zoom);
  const guess = columnsOf(all, { width: size.width, zoom, cursor, lengthMs });
  const rough = createScale(rangeOf(guess.bars, marks), 1);
  const room = roomFor(size, { ...wanted, number: numberCells(rough, watched.priceDigits) });
  const columns = columnsOf(all, { width: room.plot.width, zoom, cursor, lengthMs });
  if (columns.bars.length === 0) return null;
  return {
    slice,
    watched,
    room,
    columns,
    scale: createScale(rangeOf(columns.bars, marks), room.plot.height),
    lengthMs,
    at: columns.cursor ?? columns.bars.length - 1,
  };
}

const barAt = ({ columns, at }: Picture): Bar | undefined => columns.bars[at];

function plotRows(picture: Picture): readonly Row[] {
  const { slice, watched, room, columns, scale, lengthMs } = picture;
  const { plot } = room;
  const cells = new Cells(plot);
  const marks = priceMarks(slice);
  if (slice.chart.style === 'candles') {
    drawCandles(cells, columns, scale);
  } else {
    const values = columns.bars.map((bar) => bar.close);
    drawValues(cells, { columns, values, scale, token: 'accent' });
  }
  const lines = watched.lines.filter((line) => line.scale === 'price');
  lines.forEach((line, i) => {
    const values = columns.bars.map((bar) => line.values[bar.index]);
    drawValues(cells, { columns, values, scale, token: lineToken(i) });
  });
  const { patterns } = watched;
  if (slice.chart.patterns) drawPatterns(cells, { columns, scale, patterns, lengthMs });
  drawFills(cells, { columns, scale, fills: watched.fills, lengthMs });
  drawPriceMarks(cells, marks, { scale, width: plot.width });
  drawCursor(cells, columns);
  const bar = barAt(picture);
  const axis = priceAxis(
    {
      scale,
      marks,
      digits: watched.priceDigits,
      tickSize: watched.tickSize,
      last: bar?.close ?? null,
      lastToken: lastToken(picture),
    },
    room,
  );
  return cells.rows().map((row, y) => agedRow([...row, ...(axis[y] ?? [])], slice));
}

function lastToken(picture: Picture): Token {
  const bar = barAt(picture);
  return bar === undefined || picture.columns.cursor !== null ? 'selected' : barToken(bar);
}

const CURSOR = '┊'.charCodeAt(0);

function drawCursor(cells: Cells, columns: Columns): void {
  if (columns.cursor === null) return;
  const x = middleOf(columns, columns.cursor);
  for (let y = 0; y < cells.height; y++) {
    if (cells.isBlank(x, y)) cells.set(x, y, CURSOR, 'accent');
  }
}

/** Old data loses its color, so that nobody reads it as the market. */
const agedRow = (row: Row, { staleMs }: ChartSlice): Row => (staleMs === null ? row : dimmed(row));

function legendRows(picture: Picture, width: number): readonly Row[] {
  const bar = barAt(picture);
  if (bar === undefined) return [[]];
  const { watched, lengthMs } = picture;
  const hidden = panelsOf(watched.lines).slice(picture.room.panels.length).flat();
  const of = { watched, bar, lengthMs, hidden };
  if (picture.columns.cursor === null) return [whole(legendGroups(of), width)];
  const lines = flow(cursorGroups(of, width), width);
  return lines.slice(0, picture.room.plot.height >= 6 ? 3 : 1);
}

function timeRow({ room, columns, lengthMs, slice }: Picture): readonly Row[] {
  if (room.time === 0) return [];
  const cells = new Cells({ width: room.plot.width, height: 1 });
  const { cursor } = columns;
  const at = cursor === null ? undefined : columns.bars[cursor];
  if (cursor === null || at === undefined) {
    drawTimes(cells, columns, { lengthMs });
  } else {
    const text = ` ${timeOf(at.openTime, lengthMs)} `;
    const middle = middleOf(columns, cursor) - Math.floor(text.length / 2);
    const from = Math.min(Math.max(0, middle), Math.max(0, room.plot.width - text.length));
    drawTimes(cells, columns, { lengthMs, except: { from, to: from + text.length } });
    cells.text(from, 0, text, 'field');
  }
  const past = slice.chart.until !== null;
  const axis = fit(past ? ' past' : '', room.axis);
  return [[...cells.row(0), span(axis, past ? 'warn' : 'text.muted')]];
}

function volumeBlock({ room, columns, at }: Picture): readonly Row[] {
  if (room.volume === 0) return [];
  const volume = columns.bars[at]?.volume ?? null;
  const label = fitRight(`vol ${formatCompact(volume)}`, room.axis);
  return volumeRows(columns, room.volume)
    .rows()
    .map((row, y) => (y === room.volume - 1 ? [...row, muted(label)] : row));
}

function panelBlocks({ watched, room, columns, at, slice }: Picture): readonly Row[] {
  return panelsOf(watched.lines)
    .slice(0, room.panels.length)
    .flatMap((lines, i) => {
      const height = room.panels[i] ?? 0;
      const panel = drawPanel(lines, { columns, height, axis: room.axis, at });
      return panel.cells
        .rows()
        .map((row, y) =>
          agedRow(fitRow([...row, ...(panel.axis[y] ?? [])], columns.width + room.axis), slice),
        );
    });
}
