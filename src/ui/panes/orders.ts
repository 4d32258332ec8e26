import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { emptyRow, indexOf, listRows, symbolColumn, symbolText } from './list.ts';
import { averagePrice, externalRows, orderRows } from '../why/order.ts';
import {
  type ExternalOrder,
  type OrderLine,
  externalId,
  orderLines,
  strangerOf,
} from '../truth.ts';
import { toNumber } from '../../domain/decimal.ts';
import { isWorking } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { MarketView, OrderView } from '../slices.ts';
import {
  formatAge,
  formatWhen,
  formatDecimal,
  formatPercent,
  formatSigned,
  words,
  formatClock,
} from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  type Span,
  type Token,
  fitRows,
  muted,
  span,
} from '../text/rows.ts';
import type { Column } from '../text/table.ts';

export interface OrdersSlice {
  readonly lines: readonly OrderLine[];
  readonly markets: readonly MarketView[];
  readonly selected: string | null;
  readonly focused: boolean;
  readonly filter: string;
  readonly now: EpochMs;
  /** Our books and the venue do not agree yet: what works is not known. */
  readonly recovering: boolean;
  /** Why nothing new reaches the journal, and so nothing leaves; null while it does. */
  readonly failed: string | null;
}

const WHY: Column = { title: 'why', align: 'left', priority: 7, steady: 10, shrinkTo: 10 };
/** In a wide pane the reason is worth more than the last columns. */
const WIDE_WHY: Column = { ...WHY, shrinkTo: 24 };
const WIDE_FROM = 110;

const TIME: Column = { title: 'time', align: 'left', priority: 10 };
const COLUMNS: readonly Column[] = [
  { title: 'side', align: 'left', priority: 3 },
  { title: 'type', align: 'left', priority: 5, min: 6, steady: 11 },
  { title: 'qty', align: 'decimal', priority: 4, steady: 7 },
  { title: 'price', align: 'decimal', priority: 4, steady: 9 },
  { title: 'away %', align: 'decimal', priority: 9, min: 6 },
  { title: 'filled', align: 'decimal', priority: 11 },
  { title: 'terms', align: 'left', priority: 12 },
  { title: 'status', align: 'left', priority: 1, min: 9 },
  { title: 'age', align: 'right', priority: 8, min: 6 },
  { title: 'by', align: 'left', priority: 6, shrinkTo: 6 },
  WHY,
];

const WIDE_COLUMNS = COLUMNS.map((column) => (column === WHY ? WIDE_WHY : column));

function ordersPane(slice: OrdersSlice, size: Size): Pane {
  const { lines } = slice;
  const working = lines.filter((one) => one.ours && isWorking(one.order)).length;
  const others = lines.filter((one) => !one.ours).length;
  const title = `Orders${lines.length > 0 ? ` ${String(working)}` : ''}`;
  const failed: readonly Row[] =
    slice.failed === null
      ? []
      : [[span(` the journal failed, no order leaves: ${safeText(slice.failed, 200)}`, 'danger')]];
  if (lines.length === 0) {
    const rows = [
      ...failed,
      emptyRow(
        slice.recovering
          ? 'recovering: orders are known once our books and the venue agree'
          : 'no orders yet; o places one',
        slice.filter,
      ),
    ];
    return { title, summary: [], rows: fitRows(rows, size) };
  }
  const selected = indexOf(lines, slice.selected, (one) => one.key);
  const cells = (one: OrderLine): readonly Span[] =>
    one.ours ? cellsOf(one.order, slice, size.width) : externalCells(one.order, slice, size.width);
  const columns = [
    TIME,
    symbolColumn(size.width),
    ...(size.width < WIDE_FROM ? COLUMNS : WIDE_COLUMNS),
  ];
  const list = { width: size.width, height: Math.max(0, size.height - failed.length) };
  // Whoever looks elsewhere wants to see what works, not the old order that was looked at last.
  const marked = slice.focused || selected < list.height - 1 ? selected : -1;
  return {
    title,
    summary: [
      ...(others === 0 ? [] : [span(`${String(others)} not ours · `, 'warn')]),
      muted(`${String(working)} working · ${String(lines.length - working - others)} recent`),
    ],
    rows: fitRows(
      [
        ...failed,
        ...listRows(
          {
            items: lines,
            columns,
            selected: marked,
            cells,
          },
          list,
        ),
      ],
      size,
    ),
  };
}

function cellsOf(order: OrderView, slice: OrdersSlice, width: number): readonly Span[] {
  const working = isWorking(order);
  const token: Token = working ? 'text.normal' : 'text.muted';
  return [
    span(formatWhen(order.createdTime, slice.now), token),
    span(symbolText(order.symbol, width), token),
    span(order.side, working ? (order.side === 'buy' ? 'pnl.up' : 'pnl.down') : token),
    span(order.type === 'trailingStop' ? 'trailing' : words(order.type, '-'), token),
    span(formatDecimal(order.quantity, order.quantityDigits), token),
    span(priceText(order), token),
    span(working ? formatSigned(awayPercent(order, slice.markets), 2) : '', token),
    span(formatDecimal(order.filled, order.quantityDigits), token),
    muted(terms(order)),
    order.amending ? span('amending', 'warn') : span(words(order.status, ' '), statusToken(order)),
    muted(formatAge(slice.now - order.createdTime)),
    muted(safeText(order.strategyId, 24)),
    muted(safeText(order.statusReason ?? order.reason, 120)),
  ];
}

/** Somebody else's: what is known of it, and that it waits for a decision. */
function externalCells(order: ExternalOrder, slice: OrdersSlice, width: number): readonly Span[] {
  const token: Token = order.ignored ? 'text.muted' : 'text.normal';
  const market = slice.markets.find((one) => one.symbol === order.symbol);
  const { priceDigits = 2, quantityDigits = 8 } = market ?? {};
  const price = order.price ?? order.triggerPrice;
  return [
    span(formatWhen(order.since, slice.now), token),
    span(symbolText(order.symbol, width), token),
    span(order.side, token),
    span(words(order.type, '-'), token),
    span(formatDecimal(order.quantity, quantityDigits), token),
    span(price === null ? 'market' : formatDecimal(price, priceDigits), token),
    span(formatSigned(awayPercent(order, slice.markets), 2), token),
    span(formatDecimal(order.filled, quantityDigits), token),
    muted(order.reduceOnly ? 'reduce' : ''),
    order.ignored ? muted('left alone') : span('not ours', 'warn'),
    muted(formatAge(slice.now - order.since)),
    muted(safeText(order.clientOrderId ?? '', 24)),
    muted(order.ignored ? 'you left it as it is' : 'd decides: cancel, take over, leave'),
  ];
}

/** What it got, else its limit, else what wakes it. */
function priceText(order: OrderView): string {
  const price = averagePrice(order) ?? order.price ?? order.triggerPrice;
  if (price !== null) return formatDecimal(price, order.priceDigits);
  return order.trailFraction === null ? 'market' : `${formatPercent(order.trailFraction, 2)} %`;
}

/** How far what wakes or fills it is from the last price, in percent; null where either lacks. */
export function awayPercent(
  order: Pick<OrderView, 'symbol' | 'price' | 'triggerPrice'>,
  markets: readonly MarketView[],
): number | null {
  const last = markets.find((one) => one.symbol === order.symbol)?.lastPrice ?? null;
  const price = order.triggerPrice ?? order.price;
  if (last === null || last === 0 || price === null) return null;
  return (toNumber(price) / last - 1) * 100;
}

const untilText = ({ timeInForce, expireTime }: OrderView): string =>
  expireTime === undefined ? timeInForce : `till ${formatClock(expireTime)}`;

const terms = (order: OrderView): string =>
  [untilText(order), order.postOnly ? 'post' : '', order.reduceOnly ? 'reduce' : '']
    .filter(Boolean)
    .join(' ');

function statusToken(order: OrderView): Token {
  switch (order.status) {
    case 'rejected':
    case 'unknown':
      return 'danger';
    case 'filled':
      return 'good';
    case 'expired':
    case 'canceled':
      return 'text.muted';
    case 'pendingCancel':
      return 'warn';
    default:
      return 'text.normal';
  }
}

/** Why the order's prices and quantity cannot be changed now; null where they can. */
export function notAmendable(order: OrderView): string | null {
  if (!isWorking(order)) return `this order is already ${words(order.status, ' ')}`;
  if (order.status === 'pendingCancel') return 'this order is being canceled';
  if (order.status === 'unknown') return 'the venue has not said what became of this order';
  if (order.amending) return 'another change of this order is on its way';
  if (order.type === 'market') return 'a market order has no price to amend';
  const isTrail = order.type === 'trailingStop' && order.role === 'protective';
  return isTrail ? 'a trailing stop moves by itself' : null;
}

const shownOrders = ({ view, model }: RowScene): readonly OrderLine[] =>
  orderLines(view).filter(({ ours, order }) =>
    passes(
      model.panes.orders.filter,
      order.symbol,
      order.side,
      order.type,
      ...(ours ? [order.status, order.strategyId] : ['not ours', order.clientOrderId ?? '']),
    ),
  );

export const orders: PaneDefinition = {
  draw: (scene, size) => {
    const { markets, now, store, account } = scene.view;
    const recovering = account.tradingState === 'recovering';
    const { selected, filter } = scene.model.panes.orders;
    const shown = { lines: shownOrders(scene), markets, now, failed: store.failed, recovering };
    return ordersPane(
      { ...shown, selected, focused: scene.model.focus === 'orders', filter },
      size,
    );
  },
  holdsRow: true,
  rowKeys: (scene) => shownOrders(scene).map((one) => one.key),
  symbolOf: (key, { view }) =>
    orderLines(view).find((one) => one.key === key)?.order.symbol ?? null,
  whyTitle: (key) => `Order ${externalId(key) ?? key}`,
  why: (key, { view }, width) => {
    const line = orderLines(view).find((one) => one.key === key);
    if (line === undefined) return null;
    return line.ours ? orderRows(line.order, view, width) : externalRows(line.order, view, width);
  },
  unavailable(action, { view }, selected) {
    const isOther = externalId(selected) !== null;
    if (action === 'decideOrder') {
      return strangerOf(view, selected) === null ? 'every order of the account is ours' : null;
    }
    if (isOther) return 'not an order of ours: d decides about it';
    const order = view.orders.find((one) => one.id === selected);
    if (!order) return 'no order is selected';
    if (action === 'amend') return notAmendable(order);
    return isWorking(order) ? null : `this order is already ${words(order.status, ' ')}`;
  },
  historyOf: (key) => (externalId(key) === null ? { orderId: key } : null),
};
