import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { positionRows } from '../why/position.ts';
import type { Mode } from '../../app/session-types.ts';
import { toNumber } from '../../domain/decimal.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { PositionView } from '../slices.ts';
import {
  UNKNOWN,
  arrow,
  change,
  formatClock,
  formatDecimal,
  formatNumber,
  formatPercent,
  formatSigned,
  pnlToken,
} from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  fitRow,
  fitRows,
  muted,
  span,
  windowStart,
} from '../text/rows.ts';
import { type Column, table } from '../text/table.ts';

export interface PositionsSlice {
  readonly positions: readonly PositionView[];
  readonly selected: string | null;
  readonly strategiesOn: number;
  readonly mode: Mode;
}

const COLUMNS: readonly Column[] = [
  { title: 'symbol', align: 'left', priority: 1, min: 8, steady: 13, shrinkTo: 13 },
  { title: 'side', align: 'left', priority: 2, min: 5 },
  { title: 'qty', align: 'decimal', priority: 3, steady: 7 },
  { title: 'entry', align: 'decimal', priority: 7, steady: 9 },
  { title: 'mark', align: 'decimal', priority: 8, steady: 9 },
  { title: 'uP&L', align: 'decimal', priority: 2, min: 9 },
  { title: 'R', align: 'right', priority: 6, min: 4 },
  { title: 'stop', align: 'decimal', priority: 4, steady: 9 },
  { title: 'rests', align: 'left', priority: 5, min: 6 },
  { title: 'target', align: 'decimal', priority: 9 },
  { title: 'worst', align: 'decimal', priority: 10 },
  { title: 'by', align: 'left', priority: 11, shrinkTo: 6 },
];

/** Rows of detail below the table, as long as the table keeps the larger part. */
const DETAIL_ROWS = 3;

export function positionsPane(slice: PositionsSlice, size: Size): Pane {
  const { positions } = slice;
  const title = `Positions${positions.length > 0 ? ` ${String(positions.length)}` : ''}`;
  if (positions.length === 0) {
    const on = `no positions; strategies that are on: ${String(slice.strategiesOn)}`;
    return { title, summary: [], rows: fitRows([[muted(` ${on}`)]], size) };
  }
  const index = Math.max(
    0,
    positions.findIndex((one) => one.symbol === slice.selected),
  );
  const detailed = size.height >= positions.length + 1 + DETAIL_ROWS || size.height >= 7;
  const height = Math.max(0, size.height - 1 - (detailed ? DETAIL_ROWS : 0));
  const start = windowStart({ selected: index, count: positions.length, height });
  const rows = table(
    COLUMNS,
    positions.slice(start, start + height).map((one, i) => toRow(one, start + i === index)),
    size.width,
  );
  const current = positions[index];
  const filled = fitRows(rows, { width: size.width, height: detailed ? height + 1 : size.height });
  return {
    title,
    summary: summary(positions),
    rows: fitRows(
      detailed && current ? [...filled, ...detail(current, slice.mode, size.width)] : filled,
      size,
    ),
  };
}

function toRow(position: PositionView, selected: boolean) {
  const { protection, priceDigits } = position;
  const unprotected = protection.stopPrice === null && protection.trailFraction === null;
  return {
    selected,
    cells: [
      span(safeText(position.symbol, 24)),
      span(position.positionSide, position.positionSide === 'short' ? 'pnl.down' : 'pnl.up'),
      span(formatDecimal(position.quantity, position.quantityDigits).replace('−', '')),
      span(formatDecimal(position.entryPrice, priceDigits)),
      span(formatNumber(position.markPrice, priceDigits)),
      span(
        `${arrow(position.unrealizedPnl, 2)} ${formatSigned(position.unrealizedPnl, 2)}`,
        pnlToken(position.unrealizedPnl),
      ),
      span(formatSigned(position.rMultiple, 1), pnlToken(position.rMultiple)),
      span(formatDecimal(protection.stopPrice, priceDigits), unprotected ? 'warn' : 'text.normal'),
      span(protection.rests ?? 'none', protection.rests === null ? 'warn' : 'text.normal'),
      span(formatDecimal(protection.targetPrice, priceDigits)),
      span(formatSigned(protection.worstCase, 2), pnlToken(protection.worstCase)),
      muted(safeText(position.strategyIds.join(', '), 40)),
    ],
  };
}

/** Sum over all positions; unknown as soon as one part is. */
export function totalOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}

function summary(positions: readonly PositionView[]): Row {
  const worst = totalOf(positions.map((one) => one.protection.worstCase));
  return [
    muted('unrealized '),
    ...change(totalOf(positions.map((one) => one.unrealizedPnl)), 2),
    muted('   worst case '),
    worst === null ? span('open', 'warn') : span(formatSigned(worst, 2), pnlToken(worst)),
  ];
}

function detail(position: PositionView, mode: Mode, width: number): readonly Row[] {
  const { protection, priceDigits } = position;
  const by = safeText(position.strategyIds.join(', ') || UNKNOWN, 60);
  const parts = [
    `opened ${formatClock(position.openedTime)} by ${by}`,
    `fees ${formatNumber(toNumber(position.feesPaid), 2)}`,
    `funding paid ${formatNumber(toNumber(position.fundingPaid), 2)}`,
  ];
  const guard: string[] = [
    protection.stopPrice === null
      ? 'no stop: the whole notional is at risk'
      : `stop ${formatDecimal(protection.stopPrice, priceDigits)} rests at the ${protection.rests ?? 'engine'}`,
  ];
  if (protection.trailFraction !== null) {
    guard.push(`trails by ${formatPercent(protection.trailFraction, 2)} %`);
  }
  if (protection.targetPrice !== null) {
    guard.push(`target ${formatDecimal(protection.targetPrice, priceDigits)}`);
  }
  if (protection.worstCase !== null) {
    guard.push(`worst case ${formatSigned(protection.worstCase, 2)}`);
  }
  const guarded = protection.stopPrice !== null || protection.trailFraction !== null;
  return [
    fitRow(
      [span(` ${safeText(position.symbol, 24)}`, 'text.strong'), muted(`  ${parts.join(' · ')}`)],
      width,
    ),
    fitRow([span(` ${guard.join(' · ')}`, guarded ? 'text.normal' : 'warn')], width),
    fitRow([muted(` ${downText(mode)}`)], width),
  ];
}

/** What becomes of protection when this process ends (DECISIONS 33). */
const downText = (mode: Mode): string =>
  mode === 'live' || mode === 'testnet'
    ? 'stops at the venue stay when this process is down; those of the engine do not'
    : 'simulated: nothing runs while this process is down';

const shownPositions = ({ view, model }: RowScene): readonly PositionView[] =>
  view.positions.filter((one) =>
    passes(model.panes.positions.filter, one.symbol, one.positionSide, one.strategyIds.join(' ')),
  );

export const positions: PaneDefinition = {
  draw: (scene, size) => {
    const { view, model } = scene;
    const strategiesOn = view.strategies.filter((one) => one.enabled).length;
    const { selected } = model.panes.positions;
    return positionsPane(
      { positions: shownPositions(scene), mode: view.mode, strategiesOn, selected },
      size,
    );
  },
  rowKeys: (scene) => shownPositions(scene).map((one) => one.symbol),
  why: (key, { view }, width) => {
    const position = view.positions.find((one) => one.symbol === key);
    return position ? positionRows(position, view, width) : null;
  },
  unavailable: (_action, _scene, selected) => (selected === null ? 'no position is open' : null),
  historyOf: (key) => ({ symbol: key }),
};
