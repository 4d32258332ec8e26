/** Rows of `export`: fills, orders, equity and the journal, from the files alone. */
import { toPlain } from '../domain/codec.ts';
import { type Decimal, div, isZero, toText } from '../domain/decimal.ts';
import type { Order } from '../domain/order.ts';
import type { JournalRecord } from '../domain/record.ts';
import { findOrder } from '../execution/money.ts';
import { readArchive, readJournal, readState } from './state/reader.ts';

export const EXPORTS = ['fills', 'orders', 'equity', 'journal'] as const;
export type ExportKind = (typeof EXPORTS)[number];

type Cell = string | number | boolean | null;
export type ExportRow = Readonly<Record<string, Cell>>;

/** Rows, oldest first. Journal rows are the records as they stand. Throws StoreError. */
export function exportRows(kind: ExportKind, directory: string): readonly object[] {
  switch (kind) {
    case 'fills':
      return fillRows(directory);
    case 'orders':
      return allOrders(directory).map(orderRow);
    case 'equity':
      return readState(directory).money.samples.map(([time, equity]) => ({ time, equity }));
    case 'journal':
      return readJournal(directory).map((record) => toPlain(record) as object);
  }
}

/** Header of a CSV without rows. */
export const COLUMNS: Readonly<Record<ExportKind, readonly string[]>> = {
  fills: [
    'id',
    'orderId',
    'clientOrderId',
    'symbol',
    'side',
    'price',
    'quantity',
    'fee',
    'feeAsset',
    'liquidity',
    'time',
    'strategy',
  ],
  orders: ['clientOrderId', 'orderId', 'symbol', 'strategy', 'side', 'type', 'quantity', 'status'],
  equity: ['time', 'equity'],
  journal: ['n', 't', 'm', 'kind'],
};

type FillRecord = Extract<JournalRecord, { kind: 'fill' }>;

/**
 * What the archive does not hold yet is in the journal, and is read first: what a running console
 * archives meanwhile is then there twice, and counted once.
 */
function fillRows(directory: string): ExportRow[] {
  const newest = readJournal(directory).filter((record) => record.kind === 'fill');
  const orders = new Map(allOrders(directory).map((order) => [order.id, order]));
  const fills = new Map<string, FillRecord>();
  const archived = [...readArchive(directory, 'fills')].map((row) => row as FillRecord);
  for (const fill of [...archived, ...newest]) fills.set(`${fill.symbol} ${fill.id}`, fill);
  return [...fills.values()].map((fill) => {
    const order = orders.get(fill.orderId);
    return {
      id: fill.id,
      orderId: order?.venueOrderId ?? null,
      clientOrderId: fill.orderId,
      symbol: fill.symbol,
      side: fill.side,
      price: toText(fill.price),
      quantity: toText(fill.quantity),
      fee: toText(fill.fee),
      feeAsset: fill.feeAsset,
      liquidity: fill.liquidity,
      time: fill.time,
      strategy: order?.strategyId ?? null,
    };
  });
}

/** Orders of the archive, of the journal since, and of the state, oldest first. */
function allOrders(directory: string): Order[] {
  const recent = new Map<string, Order>();
  const { money } = readState(directory, (state, record) => {
    const order = 'orderId' in record ? findOrder(state, record.orderId) : undefined;
    if (order) recent.set(order.id, order);
  });
  const orders = new Map<string, Order>();
  const archived = [...readArchive(directory, 'orders')].map((row) => row as Order);
  const held = [...money.closed.values(), ...money.working.values()];
  for (const order of [...archived, ...recent.values(), ...held]) orders.set(order.id, order);
  return [...orders.values()].sort((a, b) => a.createdTime - b.createdTime);
}

function orderRow(order: Order): ExportRow {
  const average = isZero(order.filled) ? null : div(order.filledNotional, order.filled);
  return {
    clientOrderId: order.id,
    orderId: order.venueOrderId,
    symbol: order.symbol,
    strategy: order.strategyId,
    role: order.role,
    side: order.side,
    type: order.type,
    quantity: toText(order.quantity),
    price: textOf(order.price),
    triggerPrice: textOf(order.triggerPrice),
    timeInForce: order.timeInForce,
    postOnly: order.postOnly,
    reduceOnly: order.reduceOnly,
    status: order.status,
    filled: toText(order.filled),
    averagePrice: textOf(average),
    createdTime: order.createdTime,
    updatedTime: order.updatedTime,
    reason: order.reason,
    statusReason: order.statusReason,
  };
}

const textOf = (value: Decimal | null): string | null => (value === null ? null : toText(value));
