import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { strategyRows } from '../why/strategy.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { StrategyStatus } from '../slices.ts';
import { formatSigned, pnlToken } from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  type Span,
  fit,
  fitRow,
  fitRows,
  muted,
  span,
  windowStart,
} from '../text/rows.ts';
import { type Column, table } from '../text/table.ts';

export interface StrategiesSlice {
  readonly strategies: readonly StrategyStatus[];
  readonly selected: string | null;
}

const TABLE_WIDTH = 64;

const COLUMNS: readonly Column[] = [
  { title: '', align: 'left', priority: 1, mark: true },
  { title: 'strategy', align: 'left', priority: 1, min: 13, shrinkTo: 8 },
  { title: 'on', align: 'left', priority: 3, shrinkTo: 8 },
  { title: 'tf', align: 'left', priority: 4 },
  { title: 'net P&L', align: 'decimal', priority: 2, min: 9 },
  { title: 'trips', align: 'right', priority: 6 },
  { title: 'thinks', align: 'left', priority: 5, shrinkTo: 10 },
];

export function strategiesPane(slice: StrategiesSlice, size: Size): Pane {
  const { strategies } = slice;
  const on = strategies.filter((one) => one.enabled).length;
  const index = Math.max(
    0,
    strategies.findIndex((one) => one.id === slice.selected),
  );
  const rows =
    strategies.length === 0
      ? [[muted(' no strategies configured')]]
      : size.width >= TABLE_WIDTH
        ? tableRows(strategies, index, size)
        : pairRows(strategies, index, size);
  return {
    title: 'Strategies',
    summary: [muted(`${String(on)} on · ${String(strategies.length - on)} off`)],
    rows: fitRows(rows, size),
  };
}

/** What it thinks, or what keeps it from thinking. */
export function thoughtLine(strategy: StrategyStatus): string {
  if (!strategy.enabled) return 'off';
  if (strategy.warmingUp > 0) return `warming up: ${String(strategy.warmingUp)} candles left`;
  const thoughts = strategy.thoughts.filter((thought) => thought.text !== '');
  const several = thoughts.length > 1;
  const text = thoughts
    .map((thought) => (several ? `${baseOf(thought.symbol)} ${thought.text}` : thought.text))
    .join(' · ');
  return safeText(text || 'waiting for a candle', 160);
}

const baseOf = (symbol: string): string => symbol.split('/')[0] ?? symbol;

const symbolsOf = (strategy: StrategyStatus): string =>
  safeText(
    strategy.symbols.length === 1
      ? (strategy.symbols[0] ?? '')
      : strategy.symbols.map(baseOf).join(','),
    40,
  );

const mark = (strategy: StrategyStatus): Span =>
  strategy.enabled ? span('●', 'good') : span('○', 'text.muted');

const net = (strategy: StrategyStatus): Span =>
  span(formatSigned(strategy.netPnl, 2), pnlToken(strategy.netPnl));

function tableRows(
  strategies: readonly StrategyStatus[],
  index: number,
  size: Size,
): readonly Row[] {
  const height = Math.max(0, size.height - 1);
  const start = windowStart({ selected: index, count: strategies.length, height });
  const rows = strategies.slice(start, start + height).map((one, i) => ({
    selected: start + i === index,
    cells: [
      mark(one),
      span(safeText(one.id, 32), one.enabled ? 'text.normal' : 'text.muted'),
      span(symbolsOf(one), one.enabled ? 'text.normal' : 'text.muted'),
      muted(one.timeframe),
      net(one),
      muted(String(one.roundTrips)),
      span(thoughtLine(one), one.warmingUp > 0 ? 'warn' : 'text.muted'),
    ],
  }));
  return table(COLUMNS, rows, size.width);
}

function pairRows(
  strategies: readonly StrategyStatus[],
  index: number,
  size: Size,
): readonly Row[] {
  const lines = strategies.length * 2 <= size.height || size.height >= 8 ? 2 : 1;
  const height = Math.max(1, Math.floor(size.height / lines));
  const start = windowStart({ selected: index, count: strategies.length, height });
  const shown = strategies.slice(start, start + height);
  const columns: readonly Column[] = [
    { title: '', align: 'left', priority: 1, mark: true },
    { title: '', align: 'left', priority: 1, min: 14, shrinkTo: 6 },
    { title: '', align: 'left', priority: 3, shrinkTo: 5 },
    { title: '', align: 'decimal', priority: 2, min: 9 },
  ];
  const cells = shown.map((one, i) => ({
    selected: start + i === index,
    cells: [
      mark(one),
      span(safeText(one.id, 32), one.enabled ? 'text.normal' : 'text.muted'),
      muted(
        `${one.symbols.length === 1 ? baseOf(symbolsOf(one)) : symbolsOf(one)} ${one.timeframe}`,
      ),
      net(one),
    ],
  }));
  const rows = table(columns, cells, size.width).slice(1);
  return rows.flatMap((row, i): Row[] => {
    const one = shown[i];
    if (lines === 1 || !one) return [row];
    const token = one.enabled && one.warmingUp > 0 ? 'warn' : 'text.muted';
    const text = fit(thoughtLine(one), Math.max(0, size.width - 5));
    return [row, fitRow([span('    '), span(text, token)], size.width)];
  });
}

const shownStrategies = ({ view, model }: RowScene): readonly StrategyStatus[] =>
  view.strategies.filter((one) =>
    passes(model.panes.strategies.filter, one.id, one.name, one.symbols.join(' ')),
  );

export const strategies: PaneDefinition = {
  draw: (scene, size) => {
    const { selected } = scene.model.panes.strategies;
    return strategiesPane({ strategies: shownStrategies(scene), selected }, size);
  },
  rowKeys: (scene) => shownStrategies(scene).map((one) => one.id),
  why: (key, { view }, width) => {
    const strategy = view.strategies.find((one) => one.id === key);
    return strategy ? strategyRows(strategy, width) : null;
  },
  unavailable: (_action, _scene, selected) =>
    selected === null ? 'no strategy is configured' : null,
  historyOf: (key) => ({ strategyId: key }),
};
