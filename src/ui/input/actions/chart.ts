/** What a chart shows, and which market. */
import { neighbor } from '../../edit/choice.ts';
import { type Action, result } from '../action.ts';
import { type ChartState, currentSymbol, withDialog, withNote, withSymbol } from '../../model.ts';
import { moveCursor, pan, withChart, zoomBy } from '../../panes/chart/navigate.ts';

/** Out of the cursor, then back to the market, then out of the zoomed pane. */
const leave: Action = (model) => {
  const { cursor, until } = model.chart;
  if (cursor !== null) return result(withChart(model, { cursor: null }));
  if (until !== null) return result(withChart(model, { until: null }));
  return result({ ...model, zoomed: false });
};

const STYLES: readonly ChartState['style'][] = ['candles', 'line', 'equity'];

const style: Action = (model) => {
  return result(withChart(model, { style: neighbor(STYLES, model.chart.style) }));
};

const timeframe: Action = (model, { view }) => {
  const { watched } = view;
  if (watched === null || watched.timeframes.length === 0) {
    return result(withNote(model, 'no candles yet'));
  }
  return result({ ...model, timeframe: neighbor(watched.timeframes, watched.timeframe) });
};

const symbol =
  (step: 1 | -1): Action =>
  (model, { view }) => {
    const symbols = view.markets.map((market) => market.symbol);
    const current = currentSymbol(model, view);
    if (current === null) return result(withNote(model, 'no market yet'));
    return result(withSymbol(model, neighbor(symbols, current, step)));
  };

export const CHART_ACTIONS = {
  cursorLeft: (model, context) => moveCursor(model, context, -1),
  cursorRight: (model, context) => moveCursor(model, context, 1),
  panLeft: (model, context) => pan(model, context, -1),
  panRight: (model, context) => pan(model, context, 1),
  zoomIn: (model) => zoomBy(model, 1),
  zoomOut: (model) => zoomBy(model, -1),
  leaveCursor: leave,
  chartStyle: style,
  indicators: (model) => result(withDialog(model, { kind: 'indicators', index: 0 })),
  patterns: (model) => result(withChart(model, { patterns: !model.chart.patterns })),
  volume: (model) => result(withChart(model, { volume: !model.chart.volume })),
  timeframe,
  nextSymbol: symbol(1),
  previousSymbol: symbol(-1),
} satisfies Readonly<Record<string, Action>>;
