import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { emptyRow, indexOf } from './list.ts';
import { cooldownText, limitMeaning, limitRows } from '../why/limit.ts';
import { safeText, shownSymbol } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { AccountView, BreakerView, ClusterView, LimitView, ScopeView } from '../slices.ts';
import { formatAge, formatWhen, formatPercent } from '../text/format.ts';
import { bar } from '../text/bar.ts';
import { UNIT_SIGN, formatUnit, ruleName } from '../text/verdicts.ts';
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
  windowStart,
} from '../text/rows.ts';
import { type Column, type TableRow, table } from '../text/table.ts';

export interface RiskSlice {
  readonly account: AccountView;
  readonly limits: readonly LimitView[];
  readonly breakers: readonly BreakerView[];
  readonly scopes: readonly ScopeView[];
  readonly clusters: readonly ClusterView[];
  readonly selected: string | null;
  readonly filter: string;
  readonly now: EpochMs;
}

/** Cells of a bar, and in a pane narrower than so many. */
const BAR_CELLS = 16;
const SHORT_BAR_CELLS = 6;
const SHORT_BELOW = 72;
const WARN_FROM = 0.5;
const DANGER_FROM = 0.8;

/** Figures of many units stand in one column: right-aligned, each with the sign of its unit. */
const COLUMNS: readonly Column[] = [
  { title: 'rule', align: 'left', priority: 1, min: 12, shrinkTo: 15 },
  { title: 'now', align: 'right', priority: 1, min: 6 },
  { title: 'limit   ', align: 'right', priority: 1, min: 9, mark: true },
  { title: '', align: 'left', priority: 3 },
  { title: 'used', align: 'right', priority: 4, min: 7 },
  { title: 'left', align: 'right', priority: 6 },
  { title: 'nearest', align: 'left', priority: 7, shrinkTo: 8 },
  { title: 'setting', align: 'left', priority: 8, shrinkTo: 12 },
];

/** Where figures and their units have no room, the used part alone says how near a limit is. */
const FIGURES_FROM = 42;
const isShown = (index: number, width: number): boolean =>
  width >= FIGURES_FROM || ['rule', 'used'].includes(COLUMNS[index]?.title ?? '');

const GROUPS: Readonly<Record<LimitView['group'], string>> = {
  breaker: 'breakers',
  account: 'account',
  symbol: 'per symbol, the nearest',
  order: 'per order',
  rate: 'pace',
  basis: 'what these are measured by',
};

/** What the selected limit means, in a pane of at least so many rows. */
const DETAIL_ROWS = 2;
const DETAIL_FROM = 14;

function riskPane(slice: RiskSlice, size: Size): Pane {
  const { account, limits } = slice;
  const top = [
    ...stateRows(account, slice.now),
    ...scopeRows(slice, size),
    ...(size.height >= DETAIL_FROM ? clusterRows(slice.clusters, size.width) : []),
  ];
  const room = Math.max(0, size.height - top.length);
  const current = limits[indexOf(limits, slice.selected, keyOf)];
  const detailed = size.height >= DETAIL_FROM && current !== undefined;
  const list = { width: size.width, height: Math.max(0, room - (detailed ? DETAIL_ROWS : 0)) };
  const nothing = account.riskEnabled ? 'no limits are known yet' : 'no limit is on';
  const rows = limits.length === 0 ? [emptyRow(nothing, slice.filter)] : grouped(slice, list);
  const details = detailed ? detailRows(current, slice) : [];
  return {
    title: 'Risk',
    summary: summary(slice),
    rows: fitRows([...top, ...fitRows(rows, list), ...details], size),
  };
}

const keyOf = (limit: LimitView): string => limit.code;

/** Used part of a limit; null where nothing is measured. A limit of nothing is used up by anything. */
export function usedPart({ value, limit }: Pick<LimitView, 'value' | 'limit'>): number | null {
  if (value === null || Number.isNaN(value)) return null;
  // 0.08 of 0.1 is 80 %, not a bit of binary less.
  if (limit > 0) return Math.max(0, Number((value / limit).toPrecision(12)));
  return value > 0 ? Infinity : 0;
}

const usedToken = (used: number | null): Token =>
  used === null
    ? 'text.muted'
    : used >= DANGER_FROM
      ? 'danger'
      : used >= WARN_FROM
        ? 'warn'
        : 'good';

/** Whether it trades, why not, since when, and what would change that. */
function stateRows(account: AccountView, now: EpochMs): readonly Row[] {
  const { tradingState, stateSince, stateReason, stateClears } = account;
  const off: readonly Row[] = account.riskEnabled
    ? []
    : [[span(' risk rules and breakers are off', 'warn')]];
  const token: Token = tradingState === 'running' ? 'good' : 'warn';
  const state: Row = [
    span(` ${tradingState.toUpperCase()}`, token),
    muted(` since ${formatWhen(stateSince, now)}  `),
    span(safeText(stateReason, 200)),
  ];
  const clears: readonly Row[] =
    tradingState === 'running' || stateClears === ''
      ? []
      : [[muted(' → '), span(safeText(stateClears, 200))]];
  return [...off, state, ...clears];
}

/** Scopes and clusters that are listed; more are counted. */
const MOST_SCOPES = 3;
const MOST_CLUSTERS = 2;

/** What is stopped harder than the account: one row each. */
function scopeRows({ scopes, now }: RiskSlice, { width }: Size): readonly Row[] {
  const rows = scopes
    .slice(-MOST_SCOPES)
    .map((one) =>
      fitRow(
        [
          span(` ${one.state.toUpperCase()} `, 'warn'),
          span(safeText(one.name, 24), 'text.strong'),
          muted(` since ${formatWhen(one.since, now)}  `),
          span(safeText(one.reason, 160)),
        ],
        width,
      ),
    );
  const more = scopes.length - rows.length;
  return more > 0 ? [...rows, [muted(` and ${String(more)} more`)]] : rows;
}

/** Markets that count as one bet. */
const clusterRows = (clusters: readonly ClusterView[], width: number): readonly Row[] =>
  clusters
    .slice(0, MOST_CLUSTERS)
    .map(({ symbols, exposureFraction }) =>
      fitRow(
        [
          muted(' move together: '),
          span(safeText(symbols.map((one) => shownSymbol(one)).join(', '), 120)),
          muted(`  ${formatPercent(exposureFraction, 1)} % of equity`),
        ],
        width,
      ),
    );

/** Groups under their names; the window keeps the selected row and its group's name in sight. */
function grouped(slice: RiskSlice, size: Size): readonly Row[] {
  const { limits } = slice;
  const index = indexOf(limits, slice.selected, keyOf);
  const barCells = size.width < SHORT_BELOW ? SHORT_BAR_CELLS : BAR_CELLS;
  const cells = limits.map((one, i): TableRow => ({
    selected: i === index,
    cells: cellsOf(one, slice, barCells).filter((_cell, at) => isShown(at, size.width)),
  }));
  const [header = [], ...lines] = table(
    COLUMNS.filter((_column, i) => isShown(i, size.width)),
    cells,
    size.width,
  );
  const rows: Row[] = [];
  let selectedAt = 0;
  lines.forEach((line, i) => {
    const group = limits[i]?.group;
    if (group !== undefined && group !== limits[i - 1]?.group) {
      rows.push(fitRow([muted(` ${GROUPS[group]}`)], size.width));
    }
    if (i === index) selectedAt = rows.length;
    rows.push(line);
  });
  const height = Math.max(0, size.height - 1);
  const start = windowStart({ selected: selectedAt, count: rows.length, height });
  return [header, ...rows.slice(start, start + height)];
}

function cellsOf(limit: LimitView, { breakers }: RiskSlice, barCells: number): readonly Span[] {
  const used = usedPart(limit);
  const token = usedToken(used);
  const tripped = breakers.find((one) => one.name === limit.code && one.tripped);
  const cooling = tripped && tripped.cooldownLeftMs > 0 ? formatAge(tripped.cooldownLeftMs) : '';
  return [
    tripped ? span(`✗ ${ruleName(limit.code)}`, 'danger') : span(`  ${ruleName(limit.code)}`),
    limit.value === null ? muted('') : span(formatUnit(limit.value, limit.unit)),
    span(`${formatUnit(limit.limit, limit.unit)} ${UNIT_SIGN[limit.unit].trim().padEnd(2)}`),
    span(used === null ? '' : bar(used, barCells), token),
    tripped ? span('TRIPPED', 'danger') : span(usedText(used), token),
    // Of a tripped one, the time until it may be cleared.
    tripped ? span(cooling, 'warn') : muted(leftText(limit)),
    muted(shownSymbol(limit.symbol ?? '', 24)),
    muted(safeText(limit.setting ?? 'fixed', 48)),
  ];
}

const leftText = ({ value, limit, unit }: LimitView): string =>
  value === null ? '' : formatUnit(Math.max(0, limit - value), unit);

function usedText(used: number | null): string {
  if (used === null) return '';
  const text = used < 10 ? `${formatPercent(used, 0)} %` : '>999 %';
  return used >= 1 ? `! ${text}` : text;
}

/** The nearest of what is measured, or the breaker that spoke. */
function summary({ limits, breakers, account }: RiskSlice): Row {
  if (!account.riskEnabled) return [span('off', 'warn')];
  const tripped = breakers.filter((one) => one.tripped);
  if (tripped.length > 0) {
    return [span(`tripped: ${tripped.map((one) => ruleName(one.name)).join(', ')}`, 'danger')];
  }
  const measured = limits.flatMap((limit) => {
    const used = usedPart(limit);
    return used === null ? [] : [{ limit, used }];
  });
  const nearest = measured.reduce<(typeof measured)[number] | null>(
    (best, one) => (best === null || one.used > best.used ? one : best),
    null,
  );
  if (nearest === null) return [];
  return [
    muted(`nearest ${ruleName(nearest.limit.code)} `),
    span(usedText(nearest.used), usedToken(nearest.used)),
  ];
}

function detailRows(limit: LimitView, { breakers, now }: RiskSlice): readonly Row[] {
  const breaker = breakers.find((one) => one.name === limit.code);
  const meaning: Row = [muted(` ${ruleName(limit.code)}: `), span(limitMeaning(limit.code))];
  if (breaker?.tripped !== true) {
    return [meaning, [muted(` ${safeText(limit.setting ?? 'nobody may change it', 200)}`)]];
  }
  const { trippedTime, state } = breaker;
  const when = trippedTime === null ? '' : ` ${formatWhen(trippedTime, now)}`;
  const text = `tripped${when}, ${state} · cooldown ${cooldownText(breaker)} → ${breaker.clears}`;
  return [meaning, [span(` ${safeText(text, 200)}`, 'danger')]];
}

const shownLimits = ({ view, model }: RowScene): readonly LimitView[] =>
  view.limits.filter((one) =>
    passes(
      model.panes.risk.filter,
      ruleName(one.code),
      one.code,
      one.setting ?? '',
      one.symbol ?? '',
    ),
  );

export const risk: PaneDefinition = {
  draw: (scene, size) => {
    const { account, breakers, scopes, clusters, now } = scene.view;
    const { selected, filter } = scene.model.panes.risk;
    const limits = shownLimits(scene);
    const risks = { account, breakers, scopes, clusters, limits };
    return riskPane({ ...risks, selected, filter, now }, size);
  },
  holdsRow: true,
  rowKeys: (scene) => shownLimits(scene).map(keyOf),
  whyTitle: (key) => `Limit: ${ruleName(key)}`,
  why: (key, { view }, width) => {
    const limit = view.limits.find((one) => keyOf(one) === key);
    return limit ? limitRows(limit, view, width) : null;
  },
  unavailable(action, { view }, selected) {
    if (selected === null) return 'no limit is selected';
    if (action !== 'clearBreaker') {
      const limit = view.limits.find((one) => one.code === selected);
      return limit?.setting === null ? 'this limit is fixed' : null;
    }
    const breaker = view.breakers.find((one) => one.name === selected);
    if (!breaker) return 'this limit is no breaker: it clears by itself';
    if (!breaker.tripped) return 'this breaker has not tripped';
    return breaker.cooldownLeftMs > 0 ? `cooldown: ${cooldownText(breaker)}` : null;
  },
};
