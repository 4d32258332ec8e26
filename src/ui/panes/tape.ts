import type { FillMark, WatchedView } from '../../app/session-types.ts';
import { shownSymbol } from '../../domain/safe-text.ts';
import { SECOND_MS } from '../../domain/time.ts';
import type { Trade } from '../../domain/trade.ts';
import { currentSymbol, currentWatched } from '../model.ts';
import type { Scene } from '../scene.ts';
import { formatClock, formatCompact, formatNumber } from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  type Span,
  dimmed,
  fitRows,
  muted,
  span,
} from '../text/rows.ts';
import type { Column } from '../text/table.ts';
import { printRows } from '../why/print.ts';
import { ageOf } from './book/age.ts';
import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { emptyRow, listRows } from './list.ts';

const COLUMNS: readonly Column[] = [
  { title: 'time', align: 'left', priority: 3, min: 8 },
  { title: '', align: 'left', priority: 1, mark: true },
  { title: 'price', align: 'decimal', priority: 1 },
  { title: 'qty', align: 'decimal', priority: 2 },
  { title: '', align: 'left', priority: 4, min: 1 },
];

/** A public print, or a fill of ours: the venue of a paper account prints none for it. */
export interface TapeRow extends Trade {
  readonly key: string;
  readonly fill: FillMark | null;
}

/** Prints and our fills, newest first. A print that is our fill is one row. */
export function tapeRows(watched: Pick<WatchedView, 'trades' | 'fills'>): readonly TapeRow[] {
  const trades = watched.trades ?? [];
  const oldest = trades.at(-1)?.time ?? Infinity;
  const fills = watched.fills.filter(({ time }) => time >= oldest);
  const matched = new Set<FillMark>();
  const rows: Omit<TapeRow, 'key'>[] = trades.map((trade) => {
    const fill = fills.find((one) => !matched.has(one) && isPrintOf(trade, one)) ?? null;
    if (fill !== null) matched.add(fill);
    return { ...trade, fill };
  });
  for (const fill of fills) {
    if (matched.has(fill)) continue;
    const { time, price, quantity, side } = fill;
    const at = rows.findIndex((row) => row.time <= time);
    rows.splice(at < 0 ? rows.length : at, 0, { time, price, quantity, side, fill });
  }
  return withKeys(rows);
}

const isPrintOf = (trade: Trade, fill: FillMark): boolean =>
  trade.price === fill.price &&
  trade.quantity === fill.quantity &&
  Math.abs(trade.time - fill.time) <= SECOND_MS;

/** Equal prints are counted from the oldest on, so that a row keeps its key while others come. */
function withKeys(rows: readonly Omit<TapeRow, 'key'>[]): readonly TapeRow[] {
  const seen = new Map<string, number>();
  return rows
    .toReversed()
    .map((row) => {
      const name = `${String(row.time)} ${row.side} ${String(row.price)} ${String(row.quantity)}`;
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      return { ...row, key: `${name} ${String(nth)}` };
    })
    .toReversed();
}

const LEAST = /^>=?(\d+(?:\.\d+)?)$/;

/** `>0.5` keeps prints of at least that quantity; other words must be in the row's text. */
function passesTape(
  filter: string,
  row: Pick<TapeRow, 'side' | 'time' | 'price' | 'quantity' | 'fill'>,
): boolean {
  const wanted = filter.split(' ').filter(Boolean);
  return wanted.every((word) => {
    const least = LEAST.exec(word)?.[1];
    if (least !== undefined) return row.quantity >= Number(least);
    const text = [row.side, row.fill === null ? '' : 'ours', formatClock(row.time)];
    return passes(word, ...text, String(row.price));
  });
}

function shownRows({ view, model }: RowScene): readonly TapeRow[] {
  const watched = currentWatched(model, view);
  if (watched === null) return [];
  const { filter } = model.panes.tape;
  return tapeRows(watched).filter((row) => passesTape(filter, row));
}

function tapePane(scene: Scene, size: Size): Pane {
  const { view, model } = scene;
  const symbol = currentSymbol(model, view);
  const watched = currentWatched(model, view);
  const title = symbol === null ? 'Tape' : `Tape ${shownSymbol(symbol, 24)}`;
  const empty = (row: Row): Pane => ({ title, summary: [], rows: fitRows([row], size) });
  if (symbol === null) return empty([muted(' no market data yet: waiting for the feed')]);
  if (watched === null) return empty([muted(' loading the tape')]);
  if (watched.trades === null) return empty([muted(` ${withoutTape(scene)}`)]);
  const rows = shownRows(scene);
  if (rows.length === 0) return empty(emptyRow('no prints yet', model.panes.tape.filter));
  const { stale } = ageOf(scene, watched.trades[0]?.time ?? null);
  const { selected } = model.panes.tape;
  const table = listRows(
    {
      items: rows,
      columns: COLUMNS,
      selected: selected === null ? -1 : rows.findIndex((row) => row.key === selected),
      cells: (row) => cellsOf(row, watched),
    },
    size,
  );
  return { title, summary: sums(rows), rows: fitRows(stale ? table.map(dimmed) : table, size) };
}

const withoutTape = ({ view }: Scene): string =>
  view.mode === 'replay' ? 'no tape in this recording' : 'this market gives no tape';

function cellsOf(row: TapeRow, { priceDigits, quantityDigits }: WatchedView): readonly Span[] {
  const buys = row.side === 'buy';
  const token = buys ? 'pnl.up' : 'pnl.down';
  return [
    muted(formatClock(row.time)),
    span(buys ? '▲' : '▼', token),
    span(formatNumber(row.price, priceDigits), token),
    span(formatNumber(row.quantity, quantityDigits)),
    span(row.fill === null ? '' : '◂', 'accent'),
  ];
}

/** Public buys against sells over the rows that pass the filter. */
function sums(rows: readonly TapeRow[]): Row {
  const sum = (side: Trade['side']): number =>
    rows
      .filter((row) => row.side === side && row.fill === null)
      .reduce((total, { quantity }) => total + quantity, 0);
  return [
    span(`▲ ${formatCompact(sum('buy'))}`, 'pnl.up'),
    span(`  ▼ ${formatCompact(sum('sell'))}`, 'pnl.down'),
  ];
}

export const tape: PaneDefinition = {
  draw: tapePane,
  calmMs: 200,
  rowKeys: (scene) => shownRows(scene).map((row) => row.key),
  whyTitle: () => 'Trade',
  why(key, scene) {
    const row = shownRows(scene).find((one) => one.key === key);
    return row && scene.view.watched ? printRows(row, scene.view.watched) : null;
  },
};
