import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { emptyRow, indexOf, listRows } from './list.ts';
import { alertRows } from '../why/alert.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { AlertView } from '../slices.ts';
import { formatWhen } from '../text/format.ts';
import { type Pane, type Size, type Span, type Token, fitRows, muted, span } from '../text/rows.ts';
import type { Column } from '../text/table.ts';

export interface AlertsSlice {
  /** Newest first. */
  readonly alerts: readonly AlertView[];
  /** Of all, whatever the filter. */
  readonly active: number;
  readonly now: EpochMs;
  readonly selected: string | null;
  readonly filter: string;
}

const COLUMNS: readonly Column[] = [
  { title: '', align: 'left', priority: 1, mark: true },
  { title: 'time', align: 'left', priority: 2, min: 8 },
  { title: 'level', align: 'left', priority: 6, min: 5 },
  { title: 'source', align: 'left', priority: 5, min: 9 },
  { title: 'what', align: 'left', priority: 1, shrinkTo: 36 },
  { title: 'times', align: 'right', priority: 3 },
  { title: 'state', align: 'left', priority: 4, min: 6 },
];
const NONE = 'no alerts: no denial, no breaker, no stale feed';
/** In a narrow pane the words have what mark and time leave. */
const NARROW_BELOW = 56;
const NARROW_COLUMNS = COLUMNS.map((column) =>
  column.title === 'what' ? { ...column, shrinkTo: 10 } : column,
).filter(({ priority }) => priority <= 2);

function alertsPane(slice: AlertsSlice, size: Size): Pane {
  const { alerts, active, now } = slice;
  const selected = indexOf(alerts, slice.selected, keyOf);
  const narrow = size.width < NARROW_BELOW;
  const rows =
    alerts.length === 0
      ? [emptyRow(narrow ? 'no alerts' : NONE, slice.filter)]
      : listRows(
          narrow
            ? {
                items: alerts,
                columns: NARROW_COLUMNS,
                selected,
                cells: (one) => narrowCellsOf(one, now),
              }
            : { items: alerts, columns: COLUMNS, selected, cells: (one) => cellsOf(one, now) },
          size,
        );
  return {
    title: 'Alerts',
    summary: [active > 0 ? span(`${String(active)} active`, 'warn') : muted('none active')],
    rows: fitRows(rows, size),
  };
}

const keyOf = (alert: AlertView): string => String(alert.id);

function cellsOf(alert: AlertView, now: EpochMs): readonly Span[] {
  const { active, level, count } = alert;
  const token: Token = !active ? 'text.muted' : level === 'error' ? 'danger' : 'warn';
  return [
    active ? span('●', token) : muted('○'),
    muted(formatWhen(alert.time, now)),
    span(level, token),
    muted(alert.source),
    span(safeText(alert.text, 200), active ? 'text.normal' : 'text.muted'),
    count > 1 ? span(`${String(count)}×`) : muted(''),
    span(active ? 'active' : 'past', token),
  ];
}

const narrowCellsOf = (alert: AlertView, now: EpochMs): readonly Span[] =>
  cellsOf(alert, now).filter((_cell, i) => (COLUMNS[i]?.priority ?? 0) <= 2);

const shownAlerts = ({ view, model }: RowScene): readonly AlertView[] =>
  view.alerts
    .filter((one) =>
      passes(
        model.panes.alerts.filter,
        one.text,
        one.source,
        one.level,
        one.active ? 'active' : 'past',
        one.symbol ?? '',
        one.strategyId ?? '',
      ),
    )
    .toSorted((a, b) => b.time - a.time || b.id - a.id);

export const alerts: PaneDefinition = {
  draw: (scene, size) => {
    const active = scene.view.alerts.filter((one) => one.active).length;
    const { selected, filter } = scene.model.panes.alerts;
    const { now } = scene.view;
    return alertsPane({ alerts: shownAlerts(scene), active, selected, filter, now }, size);
  },
  holdsRow: true,
  rowKeys: (scene) => shownAlerts(scene).map(keyOf),
  whyTitle: () => 'Alert',
  why: (key, { view }, width) => {
    const alert = view.alerts.find((one) => keyOf(one) === key);
    return alert ? alertRows(alert, view, width) : null;
  },
};
