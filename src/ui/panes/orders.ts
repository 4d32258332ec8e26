import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { orderRows } from '../why/order.ts';
import { type Decimal, div, isZero } from '../../domain/decimal.ts';
import { isWorking } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { OrderView } from '../slices.ts';
import { formatClock, formatDecimal, formatPercent, words } from '../text/format.ts';
import {
  type Pane,
  type Size,
  type Token,
  fitRows,
  muted,
  span,
  windowStart,
} from '../text/rows.ts';
import { type Column, type TableRow, table } from '../text/table.ts';

export interface OrdersSlice {
  readonly orders: readonly OrderView[];
  readonly selected: string | null;
}

const COLUMNS: readonly Column[] = [
  { title: 'time', align: 'left', priority: 8 },
  { title: 'symbol', align: 'left', priority: 2, min: 8, steady: 13, shrinkTo: 13 },
  { title: 'side', align: 'left', priority: 3 },
  { title: 'type', align: 'left', priority: 5, min: 6, steady: 11 },
  { title: 'qty', align: 'decimal', priority: 4, steady: 7 },
  { title: 'price', align: 'decimal', priority: 4, steady: 9 },
  { title: 'filled', align: 'decimal', priority: 9 },
  { title: 'terms', align: 'left', priority: 10 },
  { title: 'status', align: 'left', priority: 1, min: 9 },
  { title: 'by', align: 'left', priority: 7, shrinkTo: 6 },
  { title: 'why', align: 'left', priority: 6, steady: 8, shrinkTo: 8 },
];

export function ordersPane(slice: OrdersSlice, size: Size): Pane {
  const { orders } = slice;
  const working = orders.filter(isWorking).length;
  const title = `Orders${orders.length > 0 ? ` ${String(working)}` : ''}`;
  if (orders.length === 0) {
    return { title, summary: [], rows: fitRows([[muted(' no orders yet; o places one')]], size) };
  }
  const index = Math.max(
    0,
    orders.findIndex((one) => one.id === slice.selected),
  );
  const height = Math.max(0, size.height - 1);
  const start = windowStart({ selected: index, count: orders.length, height });
  const rows = orders
    .slice(start, start + height)
    .map((order, i) => toRow(order, start + i === index));
  return {
    title,
    summary: [muted(`${String(working)} working · ${String(orders.length - working)} recent`)],
    rows: fitRows(table(COLUMNS, rows, size.width), size),
  };
}

function toRow(order: OrderView, selected: boolean): TableRow {
  const working = isWorking(order);
  const token: Token = working ? 'text.normal' : 'text.muted';
  return {
    selected,
    cells: [
      span(formatClock(order.createdTime), token),
      span(safeText(order.symbol, 24), token),
      span(order.side, working ? (order.side === 'buy' ? 'pnl.up' : 'pnl.down') : token),
      span(order.type === 'trailingStop' ? 'trailing' : words(order.type, '-'), token),
      span(formatDecimal(order.quantity, order.quantityDigits), token),
      span(priceText(order), token),
      span(formatDecimal(order.filled, order.quantityDigits), token),
      muted(terms(order)),
      span(words(order.status, ' '), statusToken(order)),
      muted(safeText(order.strategyId, 24)),
      muted(safeText(order.statusReason ?? order.reason, 120)),
    ],
  };
}

/** What it got, else its limit, else what wakes it. */
function priceText(order: OrderView): string {
  const price = averagePrice(order) ?? order.price ?? order.triggerPrice;
  if (price !== null) return formatDecimal(price, order.priceDigits);
  return order.trailFraction === null ? 'market' : `${formatPercent(order.trailFraction, 2)} %`;
}

function averagePrice(order: OrderView): Decimal | null {
  return isZero(order.filled) ? null : div(order.filledNotional, order.filled);
}

const terms = (order: OrderView): string =>
  [order.timeInForce, order.postOnly ? 'post' : '', order.reduceOnly ? 'reduce' : '']
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

const shownOrders = ({ view, model }: RowScene): readonly OrderView[] =>
  view.orders.filter((one) =>
    passes(model.panes.orders.filter, one.symbol, one.side, one.type, one.status, one.strategyId),
  );

export const orders: PaneDefinition = {
  draw: (scene, size) => {
    const { selected } = scene.model.panes.orders;
    return ordersPane({ orders: shownOrders(scene), selected }, size);
  },
  rowKeys: (scene) => shownOrders(scene).map((one) => one.id),
  why: (key, { view }, width) => {
    const order = view.orders.find((one) => one.id === key);
    return order ? orderRows(order, width) : null;
  },
  unavailable(_action, { view }, selected) {
    const order = view.orders.find((one) => one.id === selected);
    if (!order) return 'no order is selected';
    return isWorking(order) ? null : `this order is already ${words(order.status, ' ')}`;
  },
  historyOf: (key) => ({ orderId: key }),
};
