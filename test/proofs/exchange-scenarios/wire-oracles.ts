/**
 * The oracles of RELIABILITY 3 over the wire: the local exchange's own records on one side, the
 * journal on the disk and the requests as they arrived on the other, both exact.
 */
import {
  type Decimal,
  ZERO,
  isOnGrid,
  isPositive,
  parseDecimal,
  toText,
} from '../../../src/domain/decimal.ts';
import type { Fill } from '../../../src/domain/fill.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { Market } from '../../../src/domain/market.ts';
import type { JournalRecord } from '../../../src/domain/record.ts';
import type { ExchangeRow } from '../../../src/exchange/ccxt/row.ts';
import type { AccountDump } from '../../../src/exchange/emulator/dump.ts';
import type { LoggedRequest } from '../../../src/exchange/emulator/request-log.ts';
import type { MoneyState } from '../../../src/execution/money.ts';

type VenueOrder = AccountDump['orders'][number];
type VenueFill = AccountDump['fills'][number];

interface Sides {
  /** What a restart would find. */
  readonly money: MoneyState;
  /** Of every life, in order. */
  readonly records: readonly JournalRecord[];
  readonly dump: AccountDump;
  readonly row: ExchangeRow;
  /** Assets and symbols that others moved: the operator has not decided yet. */
  readonly differs: readonly string[];
}

/** I1 to I3 once nothing is under way: what is broken, in words. */
export function checkQuiet({ money, records, dump, row, differs }: Sides): string[] {
  const ours = new Map<OrderId, VenueOrder[]>();
  for (const order of dump.orders) {
    const id = order.clientOrderId === null ? null : row.clientIds.decode(order.clientOrderId);
    if (id !== null) ours.set(id, [...(ours.get(id) ?? []), order]);
  }
  return [
    ...[...ours].flatMap(([id, orders]) => orderFaults(money, id, orders)),
    ...lostOrders(money, ours),
    ...fillFaults(records, dump, ours),
    ...holdingFaults(money, dump, differs),
  ];
}

/** I1, and that an order is here what it is there. */
function orderFaults(money: MoneyState, id: OrderId, orders: readonly VenueOrder[]): string[] {
  const [theirs] = orders;
  if (!theirs || orders.length > 1) {
    return [`I1: ${id} is ${orders.map((one) => one.venueOrderId).join(' and ')} there`];
  }
  const working = money.working.get(id);
  const own = working ?? money.closed.get(id);
  if (!own) return [`I2: ${id} is ${theirs.status} there and unknown here`];
  const found: string[] = [];
  if (toText(own.filled) !== theirs.filled) {
    found.push(`I2: ${id} filled ${toText(own.filled)} here and ${theirs.filled} there`);
  }
  if ((theirs.status === 'open') !== (working !== undefined)) {
    found.push(`I3: ${id} is ${own.status} here and ${theirs.status} there`);
  }
  return found;
}

function lostOrders(money: MoneyState, ours: ReadonlyMap<OrderId, unknown>): string[] {
  return [...money.working.values()]
    .filter(({ id }) => !ours.has(id))
    .map(({ id, status }) => `I3: ${id} is ${status} here and unknown there`);
}

/** I2: each of the exchange's fills of ours once, and no other. */
function fillFaults(
  records: readonly JournalRecord[],
  dump: AccountDump,
  ours: ReadonlyMap<OrderId, readonly VenueOrder[]>,
): string[] {
  const ids = new Map(
    [...ours].flatMap(([id, orders]) => orders.map((one) => [one.venueOrderId, id] as const)),
  );
  const booked = bookedFills(records);
  const found = booked.repeated.map((id) => `I2: fill ${id} was journaled twice`);
  for (const id of booked.inferred) found.push(`I2: fill ${id} was inferred and never replaced`);
  for (const theirs of dump.fills) {
    const id = ids.get(theirs.venueOrderId);
    const own = booked.fills.get(theirs.wireId);
    booked.fills.delete(theirs.wireId);
    if (id === undefined) {
      if (own) found.push(`I2: the fill ${theirs.wireId} of somebody else was journaled`);
    } else if (!own) found.push(`I2: fill ${theirs.wireId} of ${id} was never journaled`);
    else if (own.orderId !== id || !isSame(own, theirs)) {
      found.push(`I2: fill ${theirs.wireId} is not what the exchange executed`);
    }
  }
  for (const id of booked.fills.keys()) found.push(`I2: fill ${id} is unknown at the exchange`);
  return found;
}

const isSame = (own: Fill, theirs: VenueFill): boolean =>
  own.symbol === theirs.symbol &&
  own.side === theirs.side &&
  toText(own.quantity) === theirs.quantity &&
  toText(own.price) === theirs.price &&
  toText(own.fee) === theirs.fee &&
  own.feeAsset === theirs.feeAsset;

/** What the journal counts, with what was inferred replaced by what was told. */
function bookedFills(records: readonly JournalRecord[]) {
  const fills = new Map<string, Fill>();
  const inferred = new Set<string>();
  const repeated: string[] = [];
  const count = (fill: Fill): void => {
    if (fills.has(fill.id)) repeated.push(fill.id);
    fills.set(fill.id, fill);
  };
  for (const record of records) {
    if (record.kind === 'fill' && record.inferred) inferred.add(record.id);
    else if (record.kind === 'fill') count(record);
    if (record.kind !== 'fillsReplaced') continue;
    inferred.delete(record.inferredId);
    record.fills.forEach(count);
  }
  return { fills, inferred, repeated };
}

/** I3: balances and positions to the last digit. */
function holdingFaults(money: MoneyState, dump: AccountDump, differs: readonly string[]): string[] {
  const theirs = new Map(dump.balances.map(({ asset, total }) => [asset, total] as const));
  const assets = new Set([...theirs.keys(), ...money.balances.keys()]);
  const found = [...money.drifts.keys()]
    .filter((symbol) => !differs.includes(symbol))
    .map((symbol) => `I3: ${symbol} is said to differ`);
  for (const asset of assets) {
    if (differs.includes(asset)) continue;
    const own = toText(money.balances.get(asset)?.total ?? ZERO);
    const there = theirs.get(asset) ?? '0';
    if (own !== there) found.push(`I3: ${own} ${asset} here, ${there} there`);
  }
  for (const { symbol, quantity } of money.positions.values()) {
    const base = symbol.split('/')[0] ?? '';
    if (differs.includes(symbol) || differs.includes(base)) continue;
    const there = theirs.get(base) ?? '0';
    if (toText(quantity) !== there) {
      found.push(`I3: position ${toText(quantity)} ${symbol} here, ${there} ${base} there`);
    }
  }
  return found;
}

const PLAIN = /^\d+(\.\d+)?$/;

/** I1 and I6 as the requests for new orders arrived. */
export function checkWire(of: {
  readonly creates: readonly LoggedRequest[];
  readonly row: ExchangeRow;
  /** With the grids there were, each of them good at its time. */
  readonly markets: readonly Market[];
}): string[] {
  const found: string[] = [];
  const sent = new Set<string>();
  for (const { query, body } of of.creates) {
    const fields = new URLSearchParams(body === '' ? query : body);
    const id = fields.get('newClientOrderId') ?? fields.get('cl_ord_id') ?? '';
    if (of.row.clientIds.decode(id) === null) found.push(`I1: order '${id}' has no id of ours`);
    if (sent.has(id)) found.push(`I1: order ${id} was sent twice`);
    sent.add(id);
    const numbers: readonly (readonly [string, (market: Market) => Decimal])[] = [
      ['quantity', (market) => market.stepSize],
      ['volume', (market) => market.stepSize],
      ['price', (market) => market.tickSize],
      ['price2', (market) => market.tickSize],
      ['stopPrice', (market) => market.tickSize],
    ];
    for (const [name, grid] of numbers) {
      const text = fields.get(name);
      if (text === null) continue;
      const value = PLAIN.test(text) ? parseDecimal(text) : null;
      const fits = (market: Market) => value !== null && isOnGrid(value, grid(market));
      if (value !== null && isPositive(value) && of.markets.some(fits)) continue;
      found.push(`I6: ${name} ${text} of order ${id}`);
    }
  }
  return found;
}
