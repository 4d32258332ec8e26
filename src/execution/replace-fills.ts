import { credit, totalOf } from '../domain/account.ts';
import { add, sub } from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { Fill } from '../domain/fill.ts';
import { notional } from '../domain/market.ts';
import type { Order } from '../domain/order.ts';
import type { RecordBody } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import { adoptPosition, bookFill, bookFunding, bookHolding, dayTotals } from './book-fills.ts';
import {
  type MoneyState,
  type Provisional,
  type RoundTrip,
  type Totals,
  createMoneyState,
  findOrder,
  keptLedgerOf,
  ledgerKey,
  positionOf,
} from './money.ts';
import { copyLedger, isInferred } from './provisional.ts';

type Moves = Provisional['moves'];

/**
 * The venue's own fills take the place of an inferred one: everything that moved the symbol since
 * is booked again with them, and the books get the difference. So they are what they were had the
 * real fills come at once. Of an inferred fill that lies too far back only the ids change.
 */
export function replaceFills(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'fillsReplaced' }>,
  time: EpochMs,
): void {
  const order = findOrder(money, record.orderId);
  if (!order) return;
  const fills = record.fills.filter(({ id }) => !order.fillIds.includes(id));
  const at = order.fillIds.indexOf(record.inferredId);
  if (at < 0) {
    for (const fill of fills) bookFill(money, fill, time);
    return;
  }
  order.fillIds.splice(at, 1, ...fills.map(({ id }) => id));
  money.counts.fills += fills.length - 1;
  const known = money.provisional.get(order.symbol);
  const place = known?.moves.findIndex(({ record: move }) => {
    return move.kind === 'fill' && move.id === record.inferredId;
  });
  const moved = place === undefined ? undefined : known?.moves[place];
  if (!known || place === undefined || moved?.record.kind !== 'fill') return;
  const real = fills.map((fill) => ({
    time: moved.time,
    record: { kind: 'fill' as const, ...fill },
  }));
  correctOrder(order, moved.record, fills);
  const moves = [...known.moves.slice(0, place), ...real, ...known.moves.slice(place + 1)];
  correctBooks(money, order.symbol, {
    before: rebook(money, known, known.moves),
    after: rebook(money, known, moves),
  });
  if (moves.some((move) => isInferred(move.record))) {
    money.provisional.set(order.symbol, { ...known, moves });
  } else {
    money.provisional.delete(order.symbol);
  }
}

function correctOrder(order: Order, inferred: Fill, fills: readonly Fill[]): void {
  order.filled = sub(order.filled, inferred.quantity);
  order.filledNotional = sub(order.filledNotional, notional(inferred));
  for (const fill of fills) {
    order.filled = add(order.filled, fill.quantity);
    order.filledNotional = add(order.filledNotional, notional(fill));
  }
}

/** What these moves make of the symbol's books as they were: money of its own, nothing shared. */
function rebook(money: MoneyState, of: Provisional, moves: Moves): MoneyState {
  const books = createMoneyState();
  const { symbol } = of.position;
  books.currency = money.currency;
  books.markets.set(symbol, required(money.markets.get(symbol), `market ${symbol}`));
  books.positions.set(symbol, { ...of.position });
  for (const ledger of of.ledgers) {
    books.ledgers.set(ledgerKey(ledger.strategyId, symbol), copyLedger(ledger));
  }
  for (const { time, record } of moves) {
    if (record.kind === 'funding') bookFunding(books, record, time);
    else if (record.kind === 'positionAdopted') adoptPosition(books, record, time);
    else bookAgain(money, books, { fill: record, time });
  }
  return books;
}

function bookAgain(
  money: MoneyState,
  books: MoneyState,
  of: { readonly fill: Fill; readonly time: EpochMs },
): void {
  const order = findOrder(money, of.fill.orderId);
  // An order of this window that is forgotten already: its part cancels out in the difference.
  if (order) bookHolding(books, { ...of, order });
}

interface Difference {
  readonly before: MoneyState;
  readonly after: MoneyState;
}

function correctBooks(money: MoneyState, symbol: string, of: Difference): void {
  const { before, after } = of;
  Object.assign(positionOf(money, symbol), positionOf(after, symbol));
  for (const [, ledger] of after.ledgers) {
    const { bracket: _bracket, initialStop: _stop, position, ...numbers } = ledger;
    const own = keptLedgerOf(money, ledger);
    Object.assign(own.position, position);
    Object.assign(own, numbers);
  }
  for (const asset of new Set([...before.balances.keys(), ...after.balances.keys()])) {
    const amount = sub(totalOf(after.balances, asset), totalOf(before.balances, asset));
    credit(money.balances, { asset, amount });
  }
  money.deposits = add(money.deposits, sub(after.deposits, before.deposits));
  correctTotals(money.totals, { before: before.totals, after: after.totals });
  for (const day of new Set([...before.days.keys(), ...after.days.keys()])) {
    const parts = { before: dayTotals(before, day), after: dayTotals(after, day) };
    correctTotals(dayTotals(money, day), parts);
  }
  correctTrips(money, of);
}

function correctTotals(
  totals: Totals,
  { before, after }: { readonly before: Totals; readonly after: Totals },
): void {
  for (const name of ['realizedPnl', 'feesPaid', 'fundingPaid'] as const) {
    totals[name] = add(totals[name], sub(after[name], before[name]));
  }
  for (const name of ['roundTrips', 'wins', 'grossProfit', 'grossLoss'] as const) {
    totals[name] += after[name] - before[name];
  }
}

/** Round trips that closed meanwhile get their numbers right where they stand. */
function correctTrips(money: MoneyState, { before, after }: Difference): void {
  const isSame = (a: RoundTrip, b: RoundTrip): boolean =>
    a.strategyId === b.strategyId &&
    a.symbol === b.symbol &&
    a.openTime === b.openTime &&
    a.closeTime === b.closeTime;
  before.roundTrips.forEach((old, n) => {
    const at = money.roundTrips.findLastIndex((trip) => isSame(trip, old));
    const right = after.roundTrips[n];
    if (at >= 0 && right) money.roundTrips[at] = right;
  });
}
