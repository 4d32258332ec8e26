/** The ladder drawn: asks above, the spread between, bids below. */
import type { WatchedView } from '../../../app/session-types.ts';
import { type Decimal, ZERO, add, sub } from '../../../domain/decimal.ts';
import { bar } from '../../text/bar.ts';
import { formatDecimal, formatNumber, formatSigned, withoutZeros } from '../../text/format.ts';
import {
  type Row,
  type Size,
  type Token,
  fitRight,
  fitRow,
  muted,
  span,
  textWidth,
  whole,
} from '../../text/rows.ts';
import { niceStep } from '../chart/scale.ts';
import type { OrderView } from '../../slices.ts';
import { type Ladder, type LadderRow, fromTop, spreadBps } from './ladder.ts';

interface LadderPicture {
  readonly watched: WatchedView;
  readonly ladder: Ladder;
  readonly cursor: string | null;
}

/** Sums from the best price on stand beside the quantities from here. */
const TOTALS_FROM = 36;
const LEAST_BAR = 3;
/** Longer ones would say no more, and cost more to draw. */
const LONGEST_BAR = 32;

interface Widths {
  readonly price: number;
  readonly quantity: number;
  /** 0 where there is no room for sums. */
  readonly total: number;
  readonly totalDigits: number;
  readonly bar: number;
  /** Quantity of a full bar. */
  readonly most: number;
}

/** Exactly `size.height` rows. */
export function ladderRows(picture: LadderPicture, size: Size): readonly Row[] {
  const { ladder, cursor } = picture;
  const all: readonly (LadderRow | null)[] = [...ladder.asks.toReversed(), null, ...ladder.bids];
  const shown = shownRows(all, { height: size.height, middle: ladder.asks.length, cursor });
  const widths = widthsOf(
    picture,
    size.width,
    shown.filter((one) => !!one),
  );
  return shown.map((row) => {
    if (row === undefined) return [];
    return row === null ? spreadRow(picture, size.width) : priceRow(row, picture, widths);
  });
}

/**
 * The spread in the middle; a cursor near its edge takes the window along. Where the market has
 * left the cursor's price behind, that price stands at the edge and the market stays in sight.
 */
function shownRows(
  all: readonly (LadderRow | null)[],
  of: { height: number; middle: number; cursor: string | null },
): readonly (LadderRow | null | undefined)[] {
  const { height, cursor } = of;
  const rowsFrom = (start: number) => Array.from({ length: height }, (_, i) => all[start + i]);
  const centered = of.middle - Math.floor((height - 1) / 2);
  const at = cursor === null ? -1 : all.findIndex((row) => row?.key === cursor);
  if (at < 0) return rowsFrom(centered);
  if (Math.abs(at - of.middle) < height) {
    return rowsFrom(Math.min(at, Math.max(centered, at - height + 1)));
  }
  const rows = rowsFrom(centered);
  return at < of.middle ? [all[at], ...rows.slice(1)] : [...rows.slice(0, -1), all[at]];
}

function widthsOf(
  { watched, ladder }: LadderPicture,
  width: number,
  shown: readonly LadderRow[],
): Widths {
  const rows = fromTop(ladder);
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(textWidth));
  const price = widest(rows.map((row) => formatNumber(row.price, watched.priceDigits)));
  const quantity = widest(rows.map((row) => quantityText(row.quantity, watched)));
  const totalDigits = digitsOf(Math.max(0, ...rows.map((row) => row.total)));
  const total =
    width >= TOTALS_FROM ? widest(rows.map((row) => formatNumber(row.total, totalDigits))) : 0;
  const taken = 1 + price + 2 + quantity + (total > 0 ? total + 2 : 0) + 1;
  const bars = width - taken >= LEAST_BAR ? Math.min(LONGEST_BAR, width - taken) : 0;
  const most = Math.max(0, ...shown.map((row) => row.quantity ?? 0));
  // A rounded end keeps all bars still while one level grows.
  const step = niceStep(most / 8);
  return { price, quantity, total, totalDigits, bar: bars, most: Math.ceil(most / step) * step };
}

/** Four digits of a sum say enough. */
const digitsOf = (most: number): number => (most < 10 ? 3 : most < 100 ? 2 : most < 1000 ? 1 : 0);

const quantityText = (quantity: number | null, { quantityDigits }: WatchedView): string =>
  quantity === null ? '' : formatNumber(quantity, quantityDigits);

function priceRow(row: LadderRow, { watched, cursor }: LadderPicture, widths: Widths): Row {
  const selected = row.key === cursor;
  const text: Token = selected ? 'selected' : 'text.normal';
  const side: Token = row.side === 'ask' ? 'pnl.down' : 'pnl.up';
  const number = (of: string, cells: number, token: Token) => span(fitRight(of, cells), token);
  const parts: Row = [
    span(selected ? '›' : ' ', 'accent'),
    number(formatNumber(row.price, watched.priceDigits), widths.price, selected ? text : side),
    number(quantityText(row.quantity, watched), widths.quantity + 2, text),
  ];
  const total =
    widths.total === 0
      ? []
      : // Its own color would be a change of style in every row of the fastest pane.
        [number(formatNumber(row.total, widths.totalDigits), widths.total + 2, text)];
  const depth: Token = row.side === 'ask' ? 'depth.ask' : 'depth.bid';
  return [...parts, ...total, ...barCells(row, widths, depth)];
}

/** Depth as a bar; our own order stands over its end. */
function barCells(row: LadderRow, widths: Widths, token: Token): Row {
  const own = row.own.length === 0 ? '' : ownText(row.own);
  if (widths.bar === 0) return own === '' ? [] : [span('◂', 'accent')];
  const part = widths.most > 0 ? (row.quantity ?? 0) / widths.most : 0;
  const cells = bar(part, widths.bar);
  if (own === '') return [span(` ${cells}`, token)];
  const text = textWidth(own) <= widths.bar ? own : '◂';
  const left = widths.bar - textWidth(text);
  return [span(` ${cells.slice(0, left)}`, token), span(text, 'accent')];
}

function ownText(orders: readonly OrderView[]): string {
  const digits = orders[0]?.quantityDigits ?? 0;
  return `◂${withoutZeros(formatDecimal(remainingOf(orders), digits))}`;
}

/** What of these orders is not filled yet. */
export const remainingOf = (orders: readonly OrderView[]): Decimal =>
  orders.reduce((sum, one) => add(sum, sub(one.quantity, one.filled)), ZERO);

function spreadRow({ watched, ladder }: LadderPicture, width: number): Row {
  const imbalance = watched.book?.imbalance ?? null;
  const bps = spreadBps(ladder);
  const token: Token =
    imbalance === null || imbalance === 0 ? 'text.muted' : imbalance > 0 ? 'pnl.up' : 'pnl.down';
  return fitRow(
    whole(
      [
        [muted('  spread '), span(`${formatNumber(bps, 2)}${bps === null ? '' : ' bp'}`)],
        [muted('   imb '), span(formatSigned(imbalance, 2), token)],
      ],
      width,
    ),
    width,
  );
}

/** The newest prints on one line, newest first: `tape ▲0.310 ▼0.118`. */
export function tapeLine({ trades, quantityDigits }: WatchedView, width: number): Row {
  const prints = (trades ?? []).map((trade): Row => {
    const buys = trade.side === 'buy';
    const quantity = withoutZeros(formatNumber(trade.quantity, quantityDigits));
    return [span(` ${buys ? '▲' : '▼'}${quantity}`, buys ? 'pnl.up' : 'pnl.down')];
  });
  return whole([[muted(' tape')], ...prints], width);
}
