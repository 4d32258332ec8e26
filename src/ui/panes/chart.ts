import { shownSymbol } from '../../domain/safe-text.ts';
import type { ActionId } from '../input/keymap.ts';
import { arrow, formatAge, formatNumber, formatPercent, pnlToken } from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  fitRows,
  muted,
  rowWidth,
  span,
  textWidth,
} from '../text/rows.ts';
import { barsOf, indexAt, zoomOf } from './chart/bars.ts';
import { equityRows } from './chart/equity.ts';
import { candleAtCursor, moveChart } from './chart/navigate.ts';
import { pictureRows } from './chart/picture.ts';
import { type ChartSlice, chartSlice } from './chart/slice.ts';
import { candleRows } from '../why/candle.ts';
import type { PaneDefinition } from './definition.ts';
import { NO_CURVE } from './equity-points.ts';

/** What the border draws around title and figure, and the pane's key before them. */
const TITLE_FRAME_CELLS = 9;

function chartPane(slice: ChartSlice, size: Size): Pane {
  return {
    title: titleOf(slice, size.width),
    summary: summaryOf(slice),
    rows: fitRows(chartRows(slice, size), size),
  };
}

function chartRows(slice: ChartSlice, size: Size): readonly Row[] {
  const { symbol, watched } = slice;
  if (slice.chart.style === 'equity') {
    return equityRows(slice, size) ?? [[muted(` ${NO_CURVE}`)]];
  }
  if (symbol === null) return [[muted(' no market data yet: waiting for the feed')]];
  if (watched === null) return [[muted(` loading candles of ${shownSymbol(symbol, 24)}`)]];
  return (
    pictureRows(slice, watched, size) ?? [
      [muted(` no candles of ${watched.timeframe} yet: the first one comes with the next trade`)],
    ]
  );
}

function titleOf(slice: ChartSlice, width: number): string {
  const { symbol, watched, chart } = slice;
  if (chart.style === 'equity') return 'Equity';
  if (symbol === null) return 'Chart';
  const { candles } = zoomOf(chart);
  const timeframe = watched === null ? '' : `  ${watched.timeframe}`;
  const many = candles > 1 ? ` ×${String(candles)}` : '';
  const name = `${shownSymbol(symbol, 24)}${timeframe}${many}`;
  // The price is worth more than the word for what one sees; a line looks like a line.
  const rest = rowWidth(summaryOf(slice)) + TITLE_FRAME_CELLS;
  const styled = `${name}  ${chart.style}`;
  return textWidth(styled) + rest <= width ? styled : name;
}

/** The market's price and change of a day; its age where that is what one should know. */
function summaryOf(slice: ChartSlice): Row {
  const { market, staleMs } = slice;
  if (slice.chart.style === 'equity') return equitySummary(slice);
  if (!market) return [];
  const price = formatNumber(market.lastPrice, market.priceDigits);
  if (staleMs !== null) return [muted(price), span(`  stale ${formatAge(staleMs)}`, 'warn')];
  const { changeFraction } = market;
  if (changeFraction === null) return [span(price, 'text.strong')];
  const percent = formatPercent(Math.abs(changeFraction), 2);
  return [
    span(price, 'text.strong'),
    span(` ${arrow(changeFraction, 4)} ${percent} %`, pnlToken(changeFraction)),
  ];
}

/** What the account is worth, and since it began. */
function equitySummary({ equity, equityStart }: ChartSlice): Row {
  const change = equityStart > 0 ? equity / equityStart - 1 : null;
  const percent = change === null ? formatNumber(null, 2) : formatPercent(Math.abs(change), 2);
  return [
    span(formatNumber(equity, 2), 'text.strong'),
    span(` ${arrow(change, 4)} ${percent} %`, pnlToken(change)),
  ];
}

export const chart: PaneDefinition = {
  draw: (scene, size) => chartPane(chartSlice(scene), size),
  calmMs: 200,
  rowKeys: () => [],
  cursorKey: (scene) => candleAtCursor(scene)?.toString() ?? null,
  move: moveChart,
  whyTitle: () => 'Candle',
  why(key, { view, model }) {
    const { watched } = view;
    if (watched === null) return null;
    const zoom = zoomOf(model.chart);
    const bars = barsOf(watched, zoom);
    const bar = bars[indexAt(bars, Number(key))];
    return bar?.openTime === Number(key) ? candleRows(bar, watched, zoom) : null;
  },
  unavailable: (action, { model }) =>
    model.chart.style === 'equity' && OF_CANDLES.has(action)
      ? 'the equity curve has no candles: v shows them'
      : null,
};

/** What the equity curve does not have. */
const OF_CANDLES: ReadonlySet<ActionId> = new Set([
  'cursorLeft', 'cursorRight', 'panLeft', 'panRight', 'zoomIn', 'zoomOut',
  'indicators', 'patterns', 'volume',
]); // prettier-ignore
