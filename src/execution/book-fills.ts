/** Fills, funding and adopted holdings: booked on position, ledger, balances, trips, totals. */
import { credit, settleFill } from '../domain/account.ts';
import { dropOldest } from '../domain/bounded.ts';
import {
  ZERO,
  type Decimal,
  abs,
  add,
  gte,
  isPositive,
  isZero,
  max,
  min,
  neg,
  sub,
  toNumber,
} from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { Fill } from '../domain/fill.ts';
import type { OrderId } from '../domain/ids.ts';
import { notional } from '../domain/market.ts';
import type { Bracket, Order } from '../domain/order.ts';
import { type FillEffect, applyFill } from '../domain/position.ts';
import type { RecordBody } from '../domain/record.ts';
import { type EpochMs, dayStart } from '../domain/time.ts';
import { isDust } from './dust.ts';
import {
  DAYS,
  type Ledger,
  type MoneyState,
  createTotals,
  findOrder,
  keptLedgerOf,
  positionOf,
} from './money.ts';
import { move } from './order-life.ts';
import { noteMove } from './provisional.ts';
import { bookTrip, countTrip, keepTrip, shareFunding } from './round-trips.ts';

/** Books a fill once: order, balances, account position, the strategy's ledger, totals. */
export function bookFill(money: MoneyState, fill: Fill, time: EpochMs): void {
  const order = findOrder(money, fill.orderId);
  if (!order || order.fillIds.includes(fill.id)) return;
  if (money.provisional.size > 0 || fill.inferred) {
    noteMove(money, { kind: 'fill', ...fill }, time);
  }
  const value = bookHolding(money, { fill, order, time });
  money.counts.fills += 1;
  order.fillIds.push(fill.id);
  order.filled = add(order.filled, fill.quantity);
  order.filledNotional = add(order.filledNotional, value);
  const full = gte(order.filled, order.quantity);
  order.updatedTime = time;
  move(money, order, full ? 'fullFill' : 'partialFill', { time });
}

/** What a fill does beyond its order. Returns the quote it moved, unsigned. */
export function bookHolding(
  money: MoneyState,
  of: {
    readonly fill: Fill;
    readonly order: Pick<
      Order,
      'strategyId' | 'symbol' | 'role' | 'bracket' | 'reason' | 'fillIds'
    >;
    readonly time: EpochMs;
  },
): Decimal {
  const { fill, order, time } = of;
  const market = required(money.markets.get(fill.symbol), `market ${fill.symbol}`);
  const effect = applyFill(positionOf(money, fill.symbol), fill, market);
  settleFill(money.balances, { fill, market, realizedPnl: effect.realizedPnl });
  const ledger = keptLedgerOf(money, order);
  // What no order could close is nothing that the new holding goes on with.
  const isRest = isDust(
    { money, lastPrice: () => toNumber(fill.price) },
    {
      symbol: fill.symbol,
      quantity: ledger.position.quantity,
    },
  );
  const own = applyFill(ledger.position, fill, market);
  if (order.role === 'entry') takeBracket(ledger, order, { effect: own, isRest });
  const { stepSize } = market;
  bookOnTrip(money, ledger, { fill, effect: own, reason: order.reason, stepSize });
  for (const totals of [money.totals, dayTotals(money, time)]) {
    totals.realizedPnl = add(totals.realizedPnl, effect.realizedPnl);
    totals.feesPaid = add(totals.feesPaid, fill.feeQuote);
  }
  return effect.notional;
}

function bookOnTrip(money: MoneyState, ledger: Ledger, of: Parameters<typeof bookTrip>[1]): void {
  const trip = bookTrip(ledger, of);
  if (!trip) return;
  keepTrip(money, trip);
  for (const counts of [money.totals, dayTotals(money, trip.closeTime)]) countTrip(counts, trip);
}

/** A new holding gets the bracket of its entry; one that grows keeps its own where that has none. */
function takeBracket(
  ledger: Ledger,
  order: Pick<Order, 'bracket' | 'fillIds'>,
  of: { readonly effect: FillEffect; readonly isRest: boolean },
): void {
  const { effect, isRest } = of;
  if (isZero(effect.opened)) return;
  const { bracket } = order;
  const isNew = isRest || !isZero(effect.closed) || ledger.trip === null;
  const stop = bracket?.stopPrice ?? null;
  ledger.initialStop = isNew ? stop : nearerStop(ledger, ledger.initialStop, stop);
  if (isNew || ledger.bracket === null) ledger.bracket = bracket;
  else if (bracket !== null) ledger.bracket = growBracket(ledger, order, bracket);
}

/**
 * Of two stops the one that loses less: no part of the holding gets a stop farther away than it
 * was reviewed with. The target of the newest entry counts, but what else fills of an entry does
 * not bring its target again; a trail goes on as it began.
 */
function growBracket(ledger: Ledger, order: Pick<Order, 'fillIds'>, added: Bracket): Bracket {
  const old = ledger.bracket ?? added;
  const isFirst = order.fillIds.length === 0;
  return {
    stopPrice: nearerStop(ledger, old.stopPrice, added.stopPrice),
    targetPrice: isFirst
      ? (added.targetPrice ?? old.targetPrice)
      : (old.targetPrice ?? added.targetPrice),
    trailFraction: old.trailFraction ?? added.trailFraction,
  };
}

function nearerStop(ledger: Ledger, old: Decimal | null, added: Decimal | null): Decimal | null {
  if (!old || !added) return added ?? old;
  return isPositive(ledger.position.quantity) ? max(old, added) : min(old, added);
}

/** Totals of the trading day of a time, begun with the first thing booked in it. */
export function dayTotals(money: MoneyState, time: EpochMs): MoneyState['totals'] {
  const day = dayStart(time);
  let totals = money.days.get(day);
  if (totals) return totals;
  money.days.set(day, (totals = createTotals()));
  dropOldest(money.days, DAYS);
  return totals;
}

/** Funding moves the settle balance; ledgers share it by their part of the position. */
export function bookFunding(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'funding' }>,
  time: EpochMs,
): void {
  noteMove(money, record, time);
  credit(money.balances, { asset: record.asset, amount: neg(record.amount) });
  const position = positionOf(money, record.symbol);
  position.fundingPaid = add(position.fundingPaid, record.amount);
  money.totals.fundingPaid = add(money.totals.fundingPaid, record.amount);
  const day = dayTotals(money, time);
  day.fundingPaid = add(day.fundingPaid, record.amount);
  shareFunding(money, { ...record, quantity: position.quantity });
}

/**
 * Money that no trade explains came or went: what the account began with moves along, and so do
 * the marks that losses are measured from. Other assets than the account's are worth nothing here.
 */
export function bookDeposit(
  money: MoneyState,
  { asset, amount }: { readonly asset: string; readonly amount: Decimal },
): void {
  credit(money.balances, { asset, amount });
  if (asset === money.currency) shiftStart(money, amount);
}

function shiftStart(money: MoneyState, amount: Decimal): void {
  money.deposits = add(money.deposits, amount);
  const shift = toNumber(amount);
  if (money.day) money.day = { ...money.day, equity: Math.max(0, money.day.equity + shift) };
  if (money.peak > 0) money.peak = Math.max(0, money.peak + shift);
}

/**
 * A holding that no fill of ours explains is booked at a price, as one made or given up there. The
 * cash it cost was somebody else's (or comes as a deposit of its own), so what the account began
 * with takes it: the coins of a spot market are worth something, a perpetual is worth what it won.
 */
export function adoptPosition(
  money: MoneyState,
  record: Extract<RecordBody, { kind: 'positionAdopted' }>,
  time: EpochMs,
): void {
  noteMove(money, record, time);
  const { symbol, quantity, price } = record;
  if (isZero(quantity)) return;
  const market = required(money.markets.get(symbol), `market ${symbol}`);
  const side = isPositive(quantity) ? 'buy' : 'sell';
  const fill: Fill = {
    id: `adopted-${time}`,
    orderId: '' as OrderId,
    accountId: record.accountId,
    symbol,
    side,
    price,
    quantity: abs(quantity),
    fee: ZERO,
    feeAsset: market.settle,
    feeQuote: ZERO,
    liquidity: 'taker',
    time,
  };
  const effect = applyFill(positionOf(money, symbol), fill, market);
  const ledger = keptLedgerOf(money, record);
  bookOnTrip(money, ledger, {
    fill,
    effect: applyFill(ledger.position, fill, market),
    reason: record.reason,
    stepSize: market.stepSize,
  });
  for (const totals of [money.totals, dayTotals(money, time)]) {
    totals.realizedPnl = add(totals.realizedPnl, effect.realizedPnl);
  }
  if (market.kind === 'spot') {
    credit(money.balances, { asset: market.base, amount: quantity });
    shiftStart(money, notional({ price, quantity }));
  } else {
    shiftStart(money, sub(ZERO, effect.realizedPnl));
  }
}
