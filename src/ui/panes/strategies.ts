import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { emptyRow, indexOf, listRows } from './list.ts';
import { paramText, strategyRows } from '../why/strategy.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { ScopeView, StrategyStatus } from '../slices.ts';
import { UNKNOWN, formatWhen, formatSigned, pnlToken, shortSymbol } from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  type Span,
  type Token,
  fit,
  fitRow,
  fitRows,
  muted,
  span,
  whole,
  windowStart,
} from '../text/rows.ts';
import { type Column, table } from '../text/table.ts';

/** A strategy, and its own stop where it has one that is stricter than the account's. */
export type Shown = StrategyStatus & { readonly stopped?: ScopeView | undefined };

export interface StrategiesSlice {
  readonly strategies: readonly Shown[];
  readonly selected: string | null;
  readonly filter: string;
  readonly now: EpochMs;
}

const TABLE_WIDTH = 64;
/** What the selected one last decided and its parameters, in a pane of at least so many rows. */
const DETAIL_ROWS = 2;
const DETAIL_FROM = 10;

const COLUMNS: readonly Column[] = [
  { title: '', align: 'left', priority: 1, mark: true },
  { title: 'strategy', align: 'left', priority: 1, min: 13, shrinkTo: 13 },
  { title: 'on', align: 'left', priority: 3, shrinkTo: 8 },
  { title: 'tf', align: 'left', priority: 4 },
  { title: 'net P&L', align: 'decimal', priority: 2, min: 9 },
  { title: 'trips', align: 'right', priority: 6 },
  { title: 'thinks', align: 'left', priority: 5, shrinkTo: 20 },
  { title: 'decided', align: 'left', priority: 7, min: 8 },
  { title: '', align: 'left', priority: 8, shrinkTo: 12 },
];

export function strategiesPane(slice: StrategiesSlice, size: Size): Pane {
  const { strategies } = slice;
  const on = strategies.filter((one) => one.enabled).length;
  const index = indexOf(strategies, slice.selected, (one) => one.id);
  const rows =
    strategies.length === 0
      ? [emptyRow('no strategies configured', slice.filter)]
      : size.width >= TABLE_WIDTH
        ? tableRows(slice, index, size)
        : pairRows(strategies, index, size);
  return {
    title: 'Strategies',
    summary: [muted(`${String(on)} on · ${String(strategies.length - on)} off`)],
    rows: fitRows(rows, size),
  };
}

/** What it thinks, or what keeps it from thinking. */
function thoughtLine(strategy: Shown): string {
  const { stopped } = strategy;
  if (stopped) return safeText(`${stopped.state}: ${stopped.reason}`, 160);
  if (!strategy.enabled) return 'off';
  if (strategy.warmingUp > 0) return `warming up: ${String(strategy.warmingUp)} candles left`;
  const thoughts = strategy.thoughts.filter((thought) => thought.text !== '');
  const several = thoughts.length > 1;
  const text = thoughts
    .map((thought) => (several ? `${baseOf(thought.symbol)} ${thought.text}` : thought.text))
    .join(' · ');
  return safeText(text || 'waiting for a candle', 160);
}

const thoughtToken = ({ stopped, enabled, warmingUp }: Shown): Token =>
  stopped !== undefined || (enabled && warmingUp > 0) ? 'warn' : 'text.muted';

const baseOf = (symbol: string): string => symbol.split('/')[0] ?? symbol;

const symbolsOf = ({ symbols }: StrategyStatus): string =>
  safeText(
    symbols.length === 1 ? shortSymbol(symbols[0] ?? '') : symbols.map(baseOf).join(','),
    40,
  );

/** Cells of mark, name and gaps in a line of a narrow pane. */
const NAMED_CELLS = 17;
/** Cells of a figure such as `+1,234.56`, where they are left. */
const FIGURE_CELLS = 9;

/** Markets and timeframe; where one line has no room for its timeframe, none shows it. */
function scopesIn(shown: readonly Shown[], width: number): readonly string[] {
  const figures = Math.max(0, ...shown.map((one) => net(one, centsIn(shown)).text.length));
  const full = shown.map((one) => `${shortSymbols(one)} ${one.timeframe}`);
  const fits = full.every((text) => NAMED_CELLS + text.length + 1 + figures <= width);
  return fits ? full : shown.map(shortSymbols);
}

/** `BTC`, or `BTC+2` for three. */
function shortSymbols({ symbols }: StrategyStatus): string {
  const [first = ''] = symbols;
  const more = symbols.length - 1;
  return safeText(`${baseOf(first)}${more > 0 ? `+${String(more)}` : ''}`, 20);
}

const mark = (strategy: Shown): Span =>
  strategy.stopped
    ? span('■', 'state.tight')
    : strategy.enabled
      ? span('●', 'good')
      : span('○', 'text.muted');

const net = (strategy: StrategyStatus, digits = 2): Span =>
  span(formatSigned(strategy.netPnl, digits), pnlToken(strategy.netPnl));

/** In a narrow pane all leave their cents out where one figure is large. */
const centsIn = (shown: readonly Shown[]): 0 | 2 =>
  shown.every((one) => Math.abs(one.netPnl) < 10_000) ? 2 : 0;

function tableRows(
  { strategies, now }: StrategiesSlice,
  index: number,
  size: Size,
): readonly Row[] {
  const cells = (one: Shown): readonly Span[] => cellsOf(one, now);
  const detailed = size.height >= DETAIL_FROM;
  const list = { width: size.width, height: size.height - (detailed ? DETAIL_ROWS : 0) };
  const rows = listRows({ items: strategies, columns: COLUMNS, selected: index, cells }, list);
  const current = strategies[index];
  return detailed && current
    ? [...fitRows(rows, list), ...detailRows(current, now, size.width)]
    : fitRows(rows, size);
}

function cellsOf(one: Shown, now: EpochMs): readonly Span[] {
  const token = one.enabled ? 'text.normal' : 'text.muted';
  const { lastDecision } = one;
  return [
    mark(one),
    span(safeText(one.id, 32), token),
    span(symbolsOf(one), token),
    muted(one.timeframe),
    net(one),
    muted(String(one.roundTrips)),
    span(thoughtLine(one), thoughtToken(one)),
    muted(lastDecision === null ? UNKNOWN : formatWhen(lastDecision.time, now)),
    muted(lastDecision === null ? '' : outcome(lastDecision)),
  ];
}

/** What a decision wanted, and the rule that said no where one did. */
function outcome(decision: NonNullable<StrategyStatus['lastDecision']>): string {
  const denied = decision.verdicts.find((verdict) => !verdict.ok);
  return safeText(`${decision.what}${denied ? `, denied by ${denied.code}` : ''}`, 80);
}

function detailRows(strategy: StrategyStatus, now: EpochMs, width: number): readonly Row[] {
  const { lastDecision } = strategy;
  const decided =
    lastDecision === null
      ? 'has decided nothing yet'
      : `${formatWhen(lastDecision.time, now)} ${outcome(lastDecision)}: ${lastDecision.reason}`;
  return [
    fitRow(
      [span(` ${safeText(strategy.id, 32)} `, 'text.strong'), span(safeText(decided, 300))],
      width,
    ),
    whole(
      [
        [muted(' parameters')],
        ...strategy.paramInfo.map((info): Row => [
          muted(`  ${info.name} ${paramText(info.value)}`),
        ]),
      ],
      width,
    ),
  ];
}

function pairRows(strategies: readonly Shown[], index: number, size: Size): readonly Row[] {
  const lines = strategies.length * 2 <= size.height || size.height >= 8 ? 2 : 1;
  // Of a last one that fits by half, the line with its name and its figure is shown.
  const height = Math.max(1, Math.ceil(size.height / lines));
  const start = windowStart({ selected: index, count: strategies.length, height });
  const shown = strategies.slice(start, start + height);
  const scopes = scopesIn(shown, size.width);
  // Room that is left keeps the figures from jumping when a digit comes.
  const room = size.width - NAMED_CELLS - 1 - Math.max(0, ...scopes.map((one) => one.length));
  const figureCells = Math.min(FIGURE_CELLS, Math.max(0, room));
  const columns: readonly Column[] = [
    { title: '', align: 'left', priority: 1, mark: true },
    { title: '', align: 'left', priority: 1, min: 13, shrinkTo: 6, mark: true },
    { title: '', align: 'left', priority: 3, shrinkTo: 3, mark: true },
    { title: '', align: 'decimal', priority: 2, min: figureCells },
  ];
  const cells = shown.map((one, i) => ({
    selected: start + i === index,
    cells: [
      mark(one),
      span(safeText(one.id, 32), one.enabled ? 'text.normal' : 'text.muted'),
      muted(scopes[i] ?? ''),
      net(one, centsIn(shown)),
    ],
  }));
  const rows = table(columns, cells, size.width).slice(1);
  return rows.flatMap((row, i): Row[] => {
    const one = shown[i];
    if (lines === 1 || !one) return [row];
    const token = thoughtToken(one);
    const text = fit(thoughtLine(one), Math.max(0, size.width - 5));
    return [row, fitRow([span('    '), span(text, token)], size.width)];
  });
}

const shownStrategies = ({ view, model }: RowScene): readonly Shown[] =>
  view.strategies
    .filter((one) => passes(model.panes.strategies.filter, one.id, one.name, one.symbols.join(' ')))
    .map((one) => {
      const isOwn = ({ kind, name }: ScopeView): boolean => kind === 'strategy' && name === one.id;
      return { ...one, stopped: view.scopes.find(isOwn) };
    });

export const strategies: PaneDefinition = {
  draw: (scene, size) => {
    const { selected, filter } = scene.model.panes.strategies;
    const { now } = scene.view;
    return strategiesPane({ strategies: shownStrategies(scene), selected, filter, now }, size);
  },
  leads: true,
  holdsRow: true,
  rowKeys: (scene) => shownStrategies(scene).map((one) => one.id),
  why: (key, { view }, width) => {
    const strategy = view.strategies.find((one) => one.id === key);
    return strategy ? strategyRows(strategy, view, width) : null;
  },
  unavailable(action, { view }, selected) {
    const strategy = view.strategies.find((one) => one.id === selected);
    if (!strategy) return 'no strategy is configured';
    const isStopped = view.scopes.some(
      ({ kind, name }) => kind === 'strategy' && name === selected,
    );
    if (action === 'releaseStrategy' && !isStopped) return 'it is not stopped by itself';
    if (action === 'editParams' && strategy.paramInfo.length === 0) return 'it has no parameters';
    if (action === 'revertParams' && strategy.previousParams === null) {
      return 'its parameters were not changed';
    }
    return null;
  },
  historyOf: (key) => ({ strategyId: key }),
};
