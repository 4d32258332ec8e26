import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { toNumber } from '../../domain/decimal.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { AccountView, BreakerView, PnlRow, PnlView } from '../slices.ts';
import {
  change,
  formatLimit,
  formatNumber,
  formatPercent,
  formatSigned,
  pnlToken,
  sparkline,
  words,
} from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  type Token,
  fitRows,
  muted,
  span,
  whole,
} from '../text/rows.ts';
import { type Column, table } from '../text/table.ts';

export interface PnlSlice {
  readonly pnl: PnlView;
  readonly account: AccountView;
  readonly breakers: readonly BreakerView[];
  /** First row of the breakdown that is shown. */
  readonly scroll: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'by', align: 'left', priority: 4 },
  { title: '', align: 'left', priority: 1, min: 10, shrinkTo: 13 },
  { title: 'realized', align: 'decimal', priority: 3, min: 9 },
  { title: 'fees', align: 'decimal', priority: 5 },
  { title: 'funding', align: 'decimal', priority: 7 },
  { title: 'net', align: 'decimal', priority: 2, min: 9 },
  { title: 'trips', align: 'right', priority: 6 },
];

export function pnlPane(slice: PnlSlice, size: Size): Pane {
  const { pnl } = slice;
  const top = [...totals(pnl, size.width), ...limits(slice, size.width)];
  const breakdown = parts(pnl);
  const room = Math.max(0, size.height - top.length - 1);
  const start = Math.min(slice.scroll, Math.max(0, breakdown.length - room));
  const shown = breakdown.slice(start, start + room).map(toRow);
  const rows = shown.length > 0 ? [...top, ...table(COLUMNS, shown, size.width)] : top;
  return {
    title: 'P&L',
    summary: [muted('net '), ...change(pnl.netPnl, 2)],
    rows: fitRows(rows, size),
  };
}

/** Rows of the breakdown, for scrolling. */
export const breakdownLength = (pnl: PnlView): number => parts(pnl).length;

interface Part {
  readonly by: string;
  readonly row: PnlRow;
}

const parts = (pnl: PnlView): readonly Part[] => [
  ...pnl.byStrategy.map((row) => ({ by: 'strategy', row })),
  ...pnl.bySymbol.map((row) => ({ by: 'symbol', row })),
  // Month and day: the year would cost what tells two days apart.
  ...pnl.byDay.toReversed().map((row) => ({ by: 'day', row: { ...row, key: row.key.slice(5) } })),
];

const toRow = ({ by, row }: Part) => ({
  selected: false,
  cells: [
    muted(by),
    span(safeText(row.key, 32)),
    span(formatSigned(row.realizedPnl, 2), pnlToken(row.realizedPnl)),
    span(formatNumber(row.feesPaid, 2)),
    span(formatNumber(row.fundingPaid, 2)),
    span(formatSigned(row.netPnl, 2), pnlToken(row.netPnl)),
    muted(String(row.roundTrips)),
  ],
});

function figure(name: string, text: string, token: Token = 'text.normal'): Row {
  return [muted(` ${name} `), span(text, token), span(' ')];
}

function totals(pnl: PnlView, width: number): readonly Row[] {
  const realized = toNumber(pnl.realizedPnl);
  const curve = pnl.equityCurve.map(([, equity]) => equity);
  const room = Math.min(24, Math.max(0, width - 62));
  const bars: Row = curve.length > 1 && room > 4 ? [span(sparkline(curve, room), 'accent')] : [];
  return [
    whole(
      [
        figure('realized', formatSigned(realized, 2), pnlToken(realized)),
        figure('unrealized', formatSigned(pnl.unrealizedPnl, 2), pnlToken(pnl.unrealizedPnl)),
        figure('fees', formatNumber(toNumber(pnl.feesPaid), 2)),
        figure('funding', formatNumber(toNumber(pnl.fundingPaid), 2)),
      ],
      width,
    ),
    whole(
      [
        figure('round trips', String(pnl.roundTrips)),
        figure('win rate', `${formatPercent(pnl.winRate, 0)}${pnl.winRate === null ? '' : ' %'}`),
        figure('profit factor', formatNumber(pnl.profitFactor, 2)),
        bars,
      ],
      width,
    ),
  ];
}

/** How close each limit is, and what would clear a breaker that spoke. */
function limits(slice: PnlSlice, width: number): readonly Row[] {
  const { account, breakers } = slice;
  if (!account.riskEnabled) {
    return [whole([[span(' risk rules and breakers are off', 'warn')]], width)];
  }
  const risk = limitFigure('open risk', account.openRiskFraction, account.openRiskLimit);
  const quiet = breakers.filter((one) => !one.tripped);
  const tripped = breakers.filter((one) => one.tripped);
  return [
    whole(
      [risk, ...quiet.map((one) => limitFigure(words(one.name, ' '), one.value, one.limit))],
      width,
    ),
    ...tripped.map((one): Row => [
      span(
        ` ${words(one.name, ' ')} tripped at ${formatPercent(one.value, 1)} of ${formatLimit(one.limit)} %: `,
        'danger',
      ),
      span(safeText(one.clears, 120), 'warn'),
    ]),
  ];
}

function limitFigure(name: string, value: number, max: number): Row {
  const used = max > 0 ? value / max : 0;
  const token: Token = used >= 0.8 ? 'danger' : used >= 0.5 ? 'warn' : 'text.normal';
  return figure(safeText(name, 24), `${formatPercent(value, 1)} of ${formatLimit(max)} %`, token);
}

const keyOf = ({ by, row }: Part): string => `${by} ${row.key}`;

const shownParts = ({ view, model }: RowScene): readonly Part[] =>
  parts(view.pnl).filter((part) => passes(model.panes.pnl.filter, keyOf(part)));

export const pnl: PaneDefinition = {
  draw: (scene, size) => {
    const { view, model } = scene;
    const { account, breakers } = view;
    const shown = shownParts(scene);
    const at = shown.findIndex((part) => keyOf(part) === model.panes.pnl.selected);
    return pnlPane({ pnl: view.pnl, account, breakers, scroll: Math.max(0, at) }, size);
  },
  rowKeys: (scene) => shownParts(scene).map(keyOf),
  why: () => null,
};
