import {
  type Decimal,
  ZERO,
  abs,
  add,
  isZero,
  mulDiv,
  quantize,
  sign,
  sub,
  toNumber,
} from '../domain/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import { type FillEffect, netPnl } from '../domain/position.ts';
import {
  type Ledger,
  type MoneyState,
  type OpenTrip,
  ROUND_TRIPS,
  type RoundTrip,
  type TripCounts,
} from './money.ts';

/**
 * Books one fill of a ledger on its round trip: flat → position → flat. A fill that reverses
 * closes one and opens the next; its fee is split by quantity. Less than one step is flat: it is
 * what a fee paid in coins leaves behind, and no order sells it.
 */
export function bookTrip(
  ledger: Ledger,
  of: {
    readonly fill: Fill;
    readonly effect: FillEffect;
    readonly reason: string;
    readonly stepSize: Decimal;
  },
): RoundTrip | null {
  const { fill, effect } = of;
  let closed: RoundTrip | null = null;
  const closingFee = isZero(effect.closed)
    ? ZERO
    : mulDiv(fill.feeQuote, effect.closed, fill.quantity);
  const trip = ledger.trip;
  if (trip && !isZero(effect.closed)) {
    const exit = mulDiv(effect.notional, effect.closed, fill.quantity);
    trip.closedQuantity = add(trip.closedQuantity, effect.closed);
    trip.exitNotional = add(trip.exitNotional, exit);
    trip.realizedPnl = add(trip.realizedPnl, effect.realizedPnl);
    trip.feesPaid = add(trip.feesPaid, closingFee);
    const left = quantize(abs(ledger.position.quantity), of.stepSize, 'down');
    if (isZero(left) || !isZero(effect.opened)) {
      closed = closeTrip(ledger, trip, of);
    }
  }
  if (!isZero(effect.opened)) openTrip(ledger, of, sub(fill.feeQuote, closingFee));
  return closed;
}

function openTrip(
  ledger: Ledger,
  of: { readonly fill: Fill; readonly effect: FillEffect },
  fee: Decimal,
): void {
  const { fill, effect } = of;
  ledger.trip ??= {
    openTime: fill.time,
    positionSide: fill.side === 'buy' ? 'long' : 'short',
    quantity: ZERO,
    entryNotional: ZERO,
    closedQuantity: ZERO,
    exitNotional: ZERO,
    realizedPnl: ZERO,
    feesPaid: ZERO,
    fundingPaid: ZERO,
  };
  const value = mulDiv(effect.notional, effect.opened, fill.quantity);
  ledger.trip.quantity = add(ledger.trip.quantity, effect.opened);
  ledger.trip.entryNotional = add(ledger.trip.entryNotional, value);
  ledger.trip.feesPaid = add(ledger.trip.feesPaid, fee);
}

function closeTrip(
  ledger: Ledger,
  trip: OpenTrip,
  of: { readonly fill: Fill; readonly reason: string },
): RoundTrip {
  const { closedQuantity: _closed, ...rest } = trip;
  const closed: RoundTrip = {
    strategyId: ledger.strategyId,
    symbol: ledger.symbol,
    ...rest,
    closeTime: of.fill.time,
    reason: of.reason,
  };
  ledger.trip = null;
  countTrip(ledger, closed);
  return closed;
}

/** Counts a closed round trip; one that ends at exactly zero is no win. */
export function countTrip(counts: TripCounts, trip: RoundTrip): void {
  const pnl = toNumber(netPnl(trip));
  counts.roundTrips += 1;
  if (pnl > 0) {
    counts.wins += 1;
    counts.grossProfit += pnl;
  } else {
    counts.grossLoss -= pnl;
  }
}

/** Keeps the newest round trips. */
export function keepTrip(money: MoneyState, trip: RoundTrip): void {
  money.roundTrips.push(trip);
  if (money.roundTrips.length > ROUND_TRIPS) money.roundTrips.shift();
}

/**
 * Shares a funding payment among the ledgers of a symbol by their signed part of the account's
 * position; the last one takes the rounding rest, so that the parts sum to the payment.
 */
export function shareFunding(
  money: MoneyState,
  payment: { readonly symbol: string; readonly amount: Decimal; readonly quantity: Decimal },
): void {
  if (isZero(payment.quantity)) return;
  const holders = [...money.ledgers.values()].filter(
    (ledger) => ledger.symbol === payment.symbol && sign(ledger.position.quantity) !== 0,
  );
  let rest = payment.amount;
  holders.forEach((ledger, index) => {
    const isLast = index === holders.length - 1;
    const part = isLast ? rest : mulDiv(payment.amount, ledger.position.quantity, payment.quantity);
    rest = sub(rest, part);
    ledger.position.fundingPaid = add(ledger.position.fundingPaid, part);
    if (ledger.trip) ledger.trip.fundingPaid = add(ledger.trip.fundingPaid, part);
  });
}
