import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { emptyRow, indexOf, listRows, symbolColumn, symbolText } from './list.ts';
import { staleAge } from './stale.ts';
import { DUST, downText, positionRows, slippageNote } from '../why/position.ts';
import type { SessionView } from '../../app/session-types.ts';
import { abs, toNumber } from '../../domain/decimal.ts';
import { safeText, shownSymbol } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import { describeDrift } from '../../domain/venue.ts';
import type { MarketView, PositionView } from '../slices.ts';
import { type DriftView, driftOf } from '../truth.ts';
import {
  UNKNOWN,
  arrow,
  change,
  formatAge,
  formatWhen,
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
  type Span,
  type Token,
  fitRow,
  fitRows,
  muted,
  span,
  whole,
} from '../text/rows.ts';
import type { Column } from '../text/table.ts';

export interface PositionsSlice {
  readonly positions: readonly PositionView[];
  readonly markets: readonly MarketView[];
  readonly selected: string | null;
  readonly filter: string;
  readonly strategiesOn: number;
  /** Our books and the venue do not agree yet: what is open is not known. */
  readonly recovering: boolean;
  /** Holdings that our fills do not explain. */
  readonly drifts: readonly DriftView[];
  /** Where it trades, for what becomes of a stop when this process dies. */
  readonly session: Pick<SessionView, 'mode' | 'drill' | 'account'>;
  readonly now: EpochMs;
}

const COLUMNS: readonly Column[] = [
  { title: 'side', align: 'left', priority: 2, min: 5 },
  { title: 'qty', align: 'decimal', priority: 3, steady: 7 },
  { title: 'entry', align: 'decimal', priority: 7, steady: 9 },
  { title: 'mark', align: 'decimal', priority: 8, steady: 9 },
  { title: 'uP&L', align: 'decimal', priority: 2, min: 9 },
  { title: 'R', align: 'right', priority: 6, min: 4 },
  { title: 'stop', align: 'decimal', priority: 4, steady: 9 },
  { title: 'rests', align: 'left', priority: 5, min: 6 },
  { title: 'worst', align: 'decimal', priority: 9 },
  { title: 'target', align: 'decimal', priority: 11 },
  { title: 'MFE R', align: 'right', priority: 13, min: 5 },
  { title: 'MAE R', align: 'right', priority: 13, min: 5 },
  { title: 'eq %', align: 'decimal', priority: 12, min: 5 },
  { title: 'age', align: 'right', priority: 14, min: 6 },
  { title: 'funding', align: 'decimal', priority: 15 },
  { title: 'by', align: 'left', priority: 10, shrinkTo: 6 },
];
/** There only while a mark is old. */
const STALE_COLUMN: Column = { title: 'mark age', align: 'right', priority: 3 };

/** Rows of detail below the table, in a pane of at least so many rows. */
const DETAIL_ROWS = 3;
const DETAIL_FROM = 7;

function positionsPane(slice: PositionsSlice, size: Size): Pane {
  const drifts = slice.drifts.map((drift) => driftRow(drift, size.width));
  if (drifts.length === 0) return heldPane(slice, size);
  const height = Math.max(0, size.height - drifts.length);
  const pane = heldPane(slice, { ...size, height });
  return { ...pane, rows: fitRows([...drifts, ...pane.rows], size) };
}

/** What differs, and the key that decides; dim once the operator knows of it. */
function driftRow(drift: DriftView, width: number): Row {
  const { symbol, explanation, ignored } = drift;
  const what = `${shownSymbol(symbol, 24)} ${describeDrift(drift)}`;
  if (ignored) return fitRow([muted(` ${what}: left as it is`)], width);
  const text = ` ${what}: ${safeText(explanation, 120)}`;
  return fitRow([span(' d', 'key'), span(text, 'danger')], width);
}

function heldPane(slice: PositionsSlice, size: Size): Pane {
  const { positions } = slice;
  const title = `Positions${positions.length > 0 ? ` ${String(positions.length)}` : ''}`;
  if (positions.length === 0) {
    const text = slice.recovering
      ? 'recovering: positions are known once our books and the venue agree'
      : `no positions; strategies that are on: ${String(slice.strategiesOn)}`;
    return { title, summary: [], rows: fitRows([emptyRow(text, slice.filter)], size) };
  }
  const selected = indexOf(positions, slice.selected, (one) => one.symbol);
  const ages = new Map(positions.map((one) => [one.symbol, ageOf(one, slice)]));
  const stale = [...ages.values()].some((age) => age !== null);
  const columns = [symbolColumn(size.width), ...COLUMNS, ...(stale ? [STALE_COLUMN] : [])];
  const cells = (one: PositionView): readonly Span[] => {
    const age = ages.get(one.symbol) ?? null;
    const all = cellsOf(one, { stale: age !== null, now: slice.now, width: size.width });
    return stale ? [...all, span(age === null ? '' : formatAge(age), 'warn')] : all;
  };
  const detailed = size.height >= DETAIL_FROM;
  const list = { width: size.width, height: size.height - (detailed ? DETAIL_ROWS : 0) };
  const rows = fitRows(listRows({ items: positions, columns, selected, cells }, list), list);
  const current = positions[selected];
  const details = detailed && current ? detail(current, slice, size.width) : [];
  return { title, summary: summary(positions), rows: fitRows([...rows, ...details], size) };
}

const ageOf = (position: PositionView, slice: PositionsSlice): number | null =>
  staleAge(
    slice.markets.find((one) => one.symbol === position.symbol),
    { now: slice.now, mode: slice.session.mode },
  );

const isGuarded = ({ protection }: PositionView): boolean =>
  protection.stopPrice !== null || protection.trailFraction !== null;

/** A stop that covers one holding of several leaves the worst of all unknown. */
const isPartlyGuarded = (position: PositionView): boolean =>
  isGuarded(position) && position.protection.worstCase === null && position.markPrice !== null;

/** Figures of an old mark are dim: they may no longer be so. */
function cellsOf(
  position: PositionView,
  of: { readonly stale: boolean; readonly now: EpochMs; readonly width: number },
): readonly Span[] {
  const { protection, priceDigits } = position;
  const guarded = isGuarded(position);
  const live = (token: Token): Token => (of.stale ? 'text.muted' : token);
  const signed = (value: number | null, places: number): Span =>
    span(formatSigned(value, places), live(pnlToken(value)));
  const unrealized = position.unrealizedPnl;
  return [
    span(symbolText(position.symbol, of.width)),
    span(position.positionSide, position.positionSide === 'short' ? 'pnl.down' : 'pnl.up'),
    span(formatDecimal(abs(position.quantity), position.quantityDigits)),
    span(formatDecimal(position.entryPrice, priceDigits)),
    span(formatNumber(position.markPrice, priceDigits), live('text.normal')),
    span(`${arrow(unrealized, 2)} ${formatSigned(unrealized, 2)}`, live(pnlToken(unrealized))),
    signed(position.rMultiple, 1),
    guarded ? span(formatDecimal(protection.stopPrice, priceDigits)) : span('none', 'warn'),
    restsSpan(position),
    signed(protection.worstCase, 2),
    span(formatDecimal(protection.targetPrice, priceDigits)),
    signed(position.maxFavorableR, 1),
    signed(position.maxAdverseR, 1),
    span(formatPercent(position.exposureFraction, 1), live('text.normal')),
    muted(formatAge(of.now - position.openedTime)),
    span(formatNumber(toNumber(position.fundingPaid), 2)),
    muted(safeText(position.strategyIds.join(', '), 40)),
  ];
}

function restsSpan(position: PositionView): Span {
  const { rests } = position.protection;
  if (isPartlyGuarded(position)) return span('in part', 'warn');
  if (position.isDust) return muted('dust');
  if (rests === 'unknown') return span(rests, 'warn');
  return rests === null ? span('nowhere', 'warn') : span(rests);
}

const restsText = (rests: PositionView['protection']['rests']): string =>
  rests === 'unknown'
    ? 'was sent, not confirmed by the venue'
    : `rests at the ${rests ?? 'engine'}`;

/** Sum over all positions; unknown as soon as one part is. */
function totalOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}

function summary(positions: readonly PositionView[]): Row {
  const worst = totalOf(positions.map((one) => one.protection.worstCase));
  const bare = positions.filter((one) => !isGuarded(one) && !one.isDust).length;
  const partly = positions.filter(isPartlyGuarded).length;
  const lack = partly > 0 ? 'a full stop' : 'a stop';
  return [
    muted('unrealized '),
    ...change(totalOf(positions.map((one) => one.unrealizedPnl)), 2),
    muted('   worst case '),
    bare + partly > 0
      ? span(`open: ${String(bare + partly)} without ${lack}`, 'warn')
      : span(formatSigned(worst, 2), pnlToken(worst)),
  ];
}

/** The selected one: what it did, what guards it, and what a dead process means for that. */
function detail(
  position: PositionView,
  of: Pick<PositionsSlice, 'session' | 'now'>,
  width: number,
): readonly Row[] {
  const { protection, priceDigits } = position;
  const by = safeText(position.strategyIds.join(', ') || UNKNOWN, 60);
  const story = [
    `opened ${formatWhen(position.openedTime, of.now)} by ${by}`,
    `fees ${formatNumber(toNumber(position.feesPaid), 2)}`,
    `funding paid ${formatNumber(toNumber(position.fundingPaid), 2)}`,
    `MFE ${excursion(position.maxFavorable, position.maxFavorableR)}`,
    `MAE ${excursion(position.maxAdverse, position.maxAdverseR)}`,
  ];
  const guarded = isGuarded(position);
  const isSafe = guarded && !isPartlyGuarded(position) && protection.rests !== 'unknown';
  const guard = guarded
    ? [
        `stop ${formatDecimal(protection.stopPrice, priceDigits)} ${restsText(protection.rests)}`,
        ...(protection.trailFraction === null
          ? []
          : [`trails by ${formatPercent(protection.trailFraction, 2)} %`]),
        `target ${formatDecimal(protection.targetPrice, priceDigits)}`,
        isPartlyGuarded(position)
          ? 'a part has no stop'
          : `worst case ${formatSigned(protection.worstCase, 2)}`,
        ...(isPartlyGuarded(position) ? [] : [slippageNote(position)]),
      ]
    : [position.isDust ? DUST : 'no stop: the whole notional is at risk'];
  return [
    whole(
      [
        [span(` ${shownSymbol(position.symbol, 24)} `, 'text.strong')],
        ...dotted(story, 'text.muted'),
      ],
      width,
    ),
    whole(dotted(guard, isSafe ? 'text.normal' : 'warn'), width),
    fitRow([muted(` ${downText(of.session, protection.rests)}`)], width),
  ];
}

/** `+6.20 (+0.8 R)`; the R only where there was a stop to measure by. */
const excursion = (quote: number | null, inR: number | null): string =>
  `${formatSigned(quote, 2)}${inR === null ? '' : ` (${formatSigned(inR, 1)} R)`}`;

/** Facts apart by dots; a fact that does not fit is left out whole. */
const dotted = (facts: readonly string[], token: Token): readonly Row[] =>
  facts.map((text, i) => [span(`${i === 0 ? ' ' : ' · '}${text}`, token)]);

const shownPositions = ({ view, model }: RowScene): readonly PositionView[] =>
  view.positions.filter((one) =>
    passes(model.panes.positions.filter, one.symbol, one.positionSide, one.strategyIds.join(' ')),
  );

export const positions: PaneDefinition = {
  draw: (scene, size) => {
    const { view, model } = scene;
    const { now, markets } = view;
    const strategiesOn = view.strategies.filter((one) => one.enabled).length;
    const { selected, filter } = model.panes.positions;
    const recovering = view.account.tradingState === 'recovering';
    const shown = {
      positions: shownPositions(scene),
      markets,
      session: view,
      now,
      strategiesOn,
      recovering,
      drifts: view.truth.drifts,
    };
    return positionsPane({ ...shown, selected, filter }, size);
  },
  holdsRow: true,
  rowKeys: (scene) => shownPositions(scene).map((one) => one.symbol),
  symbolOf: (key) => key,
  why: (key, { view }, width) => {
    const position = view.positions.find((one) => one.symbol === key);
    return position ? positionRows(position, view, width) : null;
  },
  unavailable(action, { view }, selected) {
    if (action === 'decideDrift') {
      return driftOf(view, selected) === null ? 'books and venue agree' : null;
    }
    return selected === null ? 'no position is open' : null;
  },
  historyOf: (key) => ({ symbol: key }),
};
