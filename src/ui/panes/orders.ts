import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { emptyRow, indexOf, listRows, symbolColumn, symbolText } from './list.ts';
import { averagePrice, orderRows } from '../why/order.ts';
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
  readonly orders: readonly OrderView[];
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
  const { orders } = slice;
  const working = orders.filter(isWorking).length;
  const title = `Orders${orders.length > 0 ? ` ${String(working)}` : ''}`;
  const failed: readonly Row[] =
    slice.failed === null
      ? []
      : [[span(` the journal failed, no order leaves: ${safeText(slice.failed, 200)}`, 'danger')]];
  if (orders.length === 0) {
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
  const selected = indexOf(orders, slice.selected, (one) => one.id);
  const cells = (one: OrderView): readonly Span[] => cellsOf(one, slice, size.width);
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
    summary: [muted(`${String(working)} working · ${String(orders.length - working)} recent`)],
    rows: fitRows(
      [
        ...failed,
        ...listRows(
          {
            items: orders,
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

const shownOrders = ({ view, model }: RowScene): readonly OrderView[] =>
  view.orders.filter((one) =>
    passes(model.panes.orders.filter, one.symbol, one.side, one.type, one.status, one.strategyId),
  );

export const orders: PaneDefinition = {
  draw: (scene, size) => {
    const { markets, now, store, account } = scene.view;
    const recovering = account.tradingState === 'recovering';
    const { selected, filter } = scene.model.panes.orders;
    const shown = { orders: shownOrders(scene), markets, now, failed: store.failed, recovering };
    return ordersPane(
      { ...shown, selected, focused: scene.model.focus === 'orders', filter },
      size,
    );
  },
  holdsRow: true,
  rowKeys: (scene) => shownOrders(scene).map((one) => one.id),
  symbolOf: (key, { view }) => view.orders.find((one) => one.id === key)?.symbol ?? null,
  whyTitle: (key) => `Order ${key}`,
  why: (key, { view }, width) => {
    const order = view.orders.find((one) => one.id === key);
    return order ? orderRows(order, view, width) : null;
  },
  unavailable(action, { view }, selected) {
    const order = view.orders.find((one) => one.id === selected);
    if (!order) return 'no order is selected';
    if (action === 'amend') return notAmendable(order);
    return isWorking(order) ? null : `this order is already ${words(order.status, ' ')}`;
  },
  historyOf: (key) => ({ orderId: key }),
};
