/** Volume, and indicators on scales of their own, below the candles. */
import type { ChartLine } from '../../../app/session-types.ts';
import { Cells } from '../../text/cells.ts';
import { formatCompact, formatNumber } from '../../text/format.ts';
import { type Row, type Token, fit, fitRight, span, textWidth } from '../../text/rows.ts';
import type { Columns } from './columns.ts';
import { bodyCells, startOf } from './columns.ts';
import { drawValues } from './lines.ts';
import { type Scale, createScale, isDrawable, isWithin, niceStep, rowOf } from './scale.ts';

const LINE_TOKENS = ['line.1', 'line.2', 'line.3', 'line.4'] as const satisfies Token[];

export const lineToken = (index: number): Token =>
  LINE_TOKENS[index % LINE_TOKENS.length] ?? 'line.1';

/** Lines that belong to one indicator share a panel: their labels begin with the same word. */
export function panelsOf(lines: readonly ChartLine[]): readonly (readonly ChartLine[])[] {
  const panels = new Map<string, ChartLine[]>();
  for (const line of lines) {
    if (line.scale !== 'own') continue;
    const name = line.label.split(' ')[0] ?? '';
    const panel = panels.get(name);
    if (panel) panel.push(line);
    else panels.set(name, [line]);
  }
  return [...panels.values()];
}

/** A value on a scale that is not the market's: three digits of it matter. */
export function formatOwn(value: number | null | undefined): string {
  if (!isDrawable(value)) return formatNumber(null, 0);
  const size = Math.abs(value);
  if (size >= 10_000) return formatCompact(value);
  return formatNumber(value, size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4);
}

const EIGHTHS = 8;
const BARS = '▁▂▃▄▅▆▇█';
const FULL = BARS.charCodeAt(EIGHTHS - 1);

/** Bars as high as the volume, to an eighth of a row. */
export function volumeRows(columns: Columns, height: number): Cells {
  const cells = new Cells({ width: columns.width, height });
  const volumes = columns.bars.map(({ volume }) => (isDrawable(volume) ? Math.max(0, volume) : 0));
  const most = Math.max(0, ...volumes);
  if (most === 0) return cells;
  // A rounded end keeps the bars still while the newest one grows.
  const step = niceStep(most / 10);
  const top = Math.ceil(most / step) * step;
  volumes.forEach((volume, i) => {
    const eighths = Math.round((volume / top) * height * EIGHTHS);
    const shown = volume > 0 ? Math.max(1, eighths) : 0;
    for (let row = 0; row * EIGHTHS < shown; row++) {
      const left = Math.min(EIGHTHS, shown - row * EIGHTHS);
      const code = left === EIGHTHS ? FULL : BARS.charCodeAt(left - 1);
      for (let x = 0; x < bodyCells(columns.zoom); x++) {
        cells.set(startOf(columns, i) + x, height - 1 - row, code, 'volume');
      }
    }
  });
  return cells;
}

const ZERO_DOT = '·'.charCodeAt(0);

interface Panel {
  readonly cells: Cells;
  readonly axis: readonly Row[];
}

/** One indicator with its lines; values of the axis are those of the column `at`. */
export function drawPanel(
  lines: readonly ChartLine[],
  of: { columns: Columns; height: number; axis: number; at: number },
): Panel {
  const { columns, height, axis } = of;
  const cells = new Cells({ width: columns.width, height });
  const values = lines.map((line) => columns.bars.map((bar) => line.values[bar.index]));
  const shown = values.flat().filter(isDrawable);
  if (shown.length === 0) {
    return { cells, axis: axisRows(lines, { ...of, values, scale: null, axis }) };
  }
  const low = shown.reduce((a, b) => Math.min(a, b));
  const high = shown.reduce((a, b) => Math.max(a, b));
  const scale = createScale({ low, high }, height);
  values.forEach((one, i) => {
    drawValues(cells, { columns, values: one, scale, token: lineToken(i) });
  });
  if (low < 0 && high > 0 && isWithin(scale, 0)) {
    const y = rowOf(scale, 0);
    for (let x = columns.width - 1; x >= 0; x -= 3) {
      if (cells.isBlank(x, y)) cells.set(x, y, ZERO_DOT, 'text.muted');
    }
  }
  return { cells, axis: axisRows(lines, { ...of, values, scale, axis }) };
}

/** Ends of the scale, and between them each line's name and value. */
function axisRows(
  lines: readonly ChartLine[],
  of: {
    height: number;
    axis: number;
    at: number;
    values: readonly (readonly (number | null | undefined)[])[];
    scale: Scale | null;
  },
): readonly Row[] {
  const { height, axis, scale } = of;
  if (axis === 0) return Array.from({ length: height }, () => []);
  // Where not both fit, names and values are worth more than the ends of the scale.
  const hasEnds = lines.length <= height - 2;
  const rows: Row[] = lines.slice(0, height).map((line, i) => {
    const value = formatOwn(of.values[i]?.[of.at]);
    return nameAndValue(nameOf(line, lines.length), value, { cells: axis, token: lineToken(i) });
  });
  const end = (value: number | undefined): Row => [
    span(fitRight(value === undefined ? '' : formatOwn(value), axis), 'text.muted'),
  ];
  if (!hasEnds) return rows;
  while (rows.length < height - 2) rows.push([span(' '.repeat(axis))]);
  return [end(scale?.top), ...rows, end(scale?.bottom)];
}

/** One line: the indicator; of several: what tells them apart. */
function nameOf(line: ChartLine, count: number): string {
  const words = line.label.split(' ');
  const last = words.at(-1) ?? '';
  return count === 1 || /^[\d.]+$/.test(last) ? (words[0] ?? '') : last;
}

function nameAndValue(name: string, value: string, of: { cells: number; token: Token }): Row {
  const room = of.cells - 2 - textWidth(value);
  if (room < 1) return [span(fitRight(value, of.cells), of.token)];
  return [span(` ${fit(name, room)} ${value}`, of.token)];
}
