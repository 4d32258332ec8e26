/** What the shown panes need beyond the view: candles, book and prints of one market. */
import type { HistoryOf, WatchRequest } from '../app/session-types.ts';
import { emptyPanes, layout } from './layout/layout.ts';
import type { PaneId } from './layout/panes.ts';
import { currentSymbol } from './model.ts';
import { candlesFor } from './panes/chart/bars.ts';
import type { RowScene } from './panes/definition.ts';
import { PANE_TABLE } from './panes/registry.ts';
import type { Size } from './text/rows.ts';

/** The standard timeframe of a chart. */
const TIMEFRAME = '1m';
/** Prints of a tape: what a filter leaves of them should still fill the pane. */
const MOST_TRADES = 200;
/** Our fills come with candles: enough of them for those that a tape shows. */
const FILL_CANDLES = 20;

/** Null while no market is known. Panes that are not on the screen ask for nothing. */
export function watchRequest(scene: RowScene, size: Size): WatchRequest | null {
  const { view, model } = scene;
  const symbol = currentSymbol(model, view);
  if (symbol === null) return null;
  const { panes } = layout(size, model, emptyPanes(view));
  const inner = (id: PaneId): Size => {
    const rect = panes.find((one) => one.id === id)?.rect;
    return {
      width: Math.max(0, (rect?.width ?? 0) - 2),
      height: Math.max(0, (rect?.height ?? 0) - 2),
    };
  };
  const { chart } = model;
  const chartCandles = chart.style === 'equity' ? 0 : candlesFor(inner('chart').width, chart);
  return {
    symbol,
    timeframe: model.timeframe ?? TIMEFRAME,
    candles: Math.max(chartCandles, inner('tape').height > 0 ? FILL_CANDLES : 0),
    until: chart.until,
    bookLevels: inner('book').height,
    trades: Math.max(
      inner('tape').height > 0 ? MOST_TRADES : 0,
      inner('book').height > 0 ? inner('book').width : 0,
    ),
    strategyId: drawnStrategy(scene, symbol),
    indicators: chart.indicators,
    patterns: chart.patterns,
  };
}

/** The chosen strategy where it trades this market, else one that is on. */
function drawnStrategy({ view, model }: RowScene, symbol: string): string | null {
  const here = view.strategies.filter((one) => one.symbols.includes(symbol));
  const chosen = here.find((one) => one.id === model.panes.strategies.selected);
  return (chosen ?? here.find((one) => one.enabled))?.id ?? null;
}

/** Whose journal steps the open "why" tells; null without one. */
export function storyOf(scene: RowScene): HistoryOf | null {
  const { dialog } = scene.model;
  if (dialog?.kind !== 'why') return null;
  return PANE_TABLE[dialog.pane].historyOf?.(dialog.key, scene) ?? null;
}
