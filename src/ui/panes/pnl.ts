import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { type EquityHistory, NO_CURVE, equityPoints } from './equity-points.ts';
import { emptyRow, indexOf, listRows } from './list.ts';
import { type Part, openPart, partRows } from '../why/pnl.ts';
import { toNumber } from '../../domain/decimal.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { Breakdown } from '../model.ts';
import type { PnlView } from '../slices.ts';
import {
  UNKNOWN,
  change,
  formatNumber,
  formatPercent,
  formatSigned,
  pnlToken,
  sparkline,
} from '../text/format.ts';
import { curveRows } from '../text/curve.ts';
import { flow } from '../text/flow.ts';
import {
  type Pane,
  type Row,
  type Size,
  type Span,
  type Token,
  fitRow,
  fitRows,
  muted,
  span,
} from '../text/rows.ts';
import type { Column } from '../text/table.ts';

export interface PnlSlice extends EquityHistory {
  readonly pnl: PnlView;
  readonly parts: readonly Part[];
  readonly by: Breakdown;
  readonly selected: string | null;
  readonly filter: string;
}

const COLUMNS: readonly Column[] = [
  { title: 'by', align: 'left', priority: 4 },
  { title: '', align: 'left', priority: 1, min: 10, shrinkTo: 13 },
  { title: 'realized', align: 'decimal', priority: 3, min: 9 },
  { title: 'open', align: 'decimal', priority: 6, min: 8 },
  { title: 'fees', align: 'decimal', priority: 5 },
  { title: 'funding', align: 'decimal', priority: 8 },
  { title: 'net', align: 'decimal', priority: 2, min: 9 },
  { title: 'trips', align: 'right', priority: 7 },
];

/** From this height on curves of equity and drawdown stand below; both take half of the room. */
const CURVES_FROM = 18;
const MOST_CURVE_ROWS = 16;
/** From this width on they stand beside the breakdown. */
const BESIDE_FROM = 140;
const TABLE_CELLS = 84;
/** Below this height the rows of the breakdown are worth more than the last figures. */
const ALL_FIGURES_FROM = 12;
/** From this height on at least one line of it. */
const LINE_FROM = 10;

function pnlPane(slice: PnlSlice, size: Size): Pane {
  const { pnl, by } = slice;
  const figures = quality(pnl, size.width);
  const top = [
    ...identity(pnl, size.width),
    ...(size.height < ALL_FIGURES_FROM ? figures.slice(0, 1) : figures),
  ];
  const room = { width: size.width, height: Math.max(0, size.height - top.length) };
  return {
    title: by === 'all' ? 'P&L' : `P&L by ${by}`,
    summary: [muted('net '), ...change(pnl.netPnl, 2)],
    rows: fitRows([...top, ...belowRows(slice, room, size)], size),
  };
}

/** The breakdown, and the curves beside it, below it, or in one line. */
function belowRows(slice: PnlSlice, room: Size, size: Size): readonly Row[] {
  if (size.width >= BESIDE_FROM && size.height >= LINE_FROM) {
    const width = room.width - TABLE_CELLS;
    const left = fitRows(breakdownRows(slice, { ...room, width: TABLE_CELLS }), {
      ...room,
      width: TABLE_CELLS,
    });
    const right = fitRows(curvesOf(slice, { ...room, width }), { ...room, width });
    return left.map((row, i) => [...row, ...(right[i] ?? [])]);
  }
  const curves =
    size.height >= CURVES_FROM
      ? curvesOf(slice, { ...room, height: Math.floor(room.height / 2) })
      : size.height >= LINE_FROM
        ? [curveLine(slice, size.width)]
        : [];
  const list = { ...room, height: room.height - curves.length };
  return [...fitRows(breakdownRows(slice, list), list), ...curves];
}

function breakdownRows(slice: PnlSlice, size: Size): readonly Row[] {
  const { parts } = slice;
  if (parts.length === 0) return [emptyRow('nothing was traded yet', slice.filter)];
  const selected = indexOf(parts, slice.selected, keyOf);
  return listRows({ items: parts, columns: COLUMNS, selected, cells: cellsOf }, size);
}

const keyOf = ({ by, row }: Part): string => `${by} ${row.key}`;

function cellsOf({ by, row }: Part): readonly Span[] {
  return [
    muted(by),
    span(safeText(row.key, 32)),
    span(formatSigned(row.realizedPnl, 2), pnlToken(row.realizedPnl)),
    by === 'day' ? muted(UNKNOWN) : span(formatSigned(openPart(row), 2), pnlToken(openPart(row))),
    span(formatNumber(row.feesPaid, 2)),
    span(formatNumber(row.fundingPaid, 2)),
    span(formatSigned(row.netPnl, 2), pnlToken(row.netPnl)),
    muted(String(row.roundTrips)),
  ];
}

const figure = (name: string, text: string, token: Token = 'text.normal'): Row => [
  muted(` ${name} `),
  span(text, token),
  span(' '),
];

/** The sum as one reads it; the border has the net already where this line has no room for it. */
function identity(pnl: PnlView, width: number): readonly Row[] {
  const realized = toNumber(pnl.realizedPnl);
  const parts = [
    figure('realized', formatSigned(realized, 2), pnlToken(realized)),
    figure('+ unrealized', formatSigned(pnl.unrealizedPnl, 2), pnlToken(pnl.unrealizedPnl)),
    figure('− fees', formatNumber(toNumber(pnl.feesPaid), 2)),
    figure('− funding', formatNumber(toNumber(pnl.fundingPaid), 2)),
  ];
  const net = figure('= net', formatSigned(pnl.netPnl, 2), pnlToken(pnl.netPnl));
  const [short, full] = [flow(parts, width), flow([...parts, net], width)];
  return full.length > short.length ? short : full;
}

function quality(pnl: PnlView, width: number): readonly Row[] {
  const percent = (fraction: number | null, digits: number): string =>
    fraction === null ? UNKNOWN : `${formatPercent(fraction, digits)} %`;
  return flow(
    [
      figure('round trips', String(pnl.roundTrips)),
      figure('win rate', percent(pnl.winRate, 0)),
      figure('profit factor', formatNumber(pnl.profitFactor, 2)),
      figure('Sharpe', formatNumber(pnl.sharpe, 2)),
      figure('VaR 95 % 1 h', percent(pnl.valueAtRisk, 2)),
      figure('max drawdown', percent(pnl.maxDrawdownFraction, 2)),
    ],
    width,
  );
}

function curveLine(slice: PnlSlice, width: number): Row {
  const points = equityPoints(slice);
  if (points.length < 2) return fitRow([muted(` ${NO_CURVE}`)], width);
  const label = ' equity by the hour ';
  const values = points.map(({ equity }) => equity);
  return fitRow([muted(label), span(sparkline(values, width - label.length - 1), 'accent')], width);
}

/** Equity and how far it fell, at most `height` rows of exactly `width` cells. */
function curvesOf(slice: PnlSlice, size: Size): readonly Row[] {
  const { width } = size;
  const points = equityPoints(slice);
  const title = (text: string): Row => fitRow([muted(` ${text}`)], width);
  const upper = Math.min(MOST_CURVE_ROWS, Math.floor(((size.height - 2) * 2) / 3));
  const lower = Math.min(MOST_CURVE_ROWS, size.height - 2 - upper);
  if (upper < 1 || lower < 1) return [];
  if (points.length < 2) return fitRows([title(NO_CURVE)], { width, height: upper + lower + 2 });
  return [
    title('equity at closed hours, and now'),
    ...curveRows(
      {
        values: points.map(({ equity }) => equity),
        label: (value) => formatNumber(value, 2),
        token: 'accent',
      },
      { width, height: upper },
    ),
    title('drawdown from its peak'),
    ...curveRows(
      {
        values: points.map(({ drawdown }) => -drawdown),
        label: (value) => `${formatPercent(value, 2)} %`,
        token: 'pnl.down',
        includes: 0,
      },
      { width, height: lower },
    ),
  ];
}

/** Newest day first. */
function parts(pnl: PnlView): readonly Part[] {
  return [
    ...pnl.byStrategy.map((row): Part => ({ by: 'strategy', row })),
    ...pnl.bySymbol.map((row): Part => ({ by: 'symbol', row })),
    ...pnl.byDay.toReversed().map((row): Part => ({ by: 'day', row })),
  ];
}

const shownParts = ({ view, model }: RowScene): readonly Part[] =>
  parts(view.pnl).filter(
    (part) =>
      (model.pnlBy === 'all' || model.pnlBy === part.by) &&
      passes(model.panes.pnl.filter, keyOf(part)),
  );

export const pnl: PaneDefinition = {
  draw: (scene, size) => {
    const { view, model } = scene;
    const { selected, filter } = model.panes.pnl;
    const { equity, equityStart } = view.account;
    const history = { pnl: view.pnl, equity, equityStart, now: view.now };
    const shown = { parts: shownParts(scene), by: model.pnlBy, selected, filter };
    return pnlPane({ ...history, ...shown }, size);
  },
  holdsRow: true,
  rowKeys: (scene) => shownParts(scene).map(keyOf),
  why: (key, { view }, width) => {
    const part = parts(view.pnl).find((one) => keyOf(one) === key);
    return part ? partRows(part, view, width) : null;
  },
  historyOf(key, { view }) {
    const part = parts(view.pnl).find((one) => keyOf(one) === key);
    if (!part || part.by === 'day') return null;
    return part.by === 'symbol' ? { symbol: part.row.key } : { strategyId: part.row.key };
  },
};
