import {
  type Decimal,
  ZERO,
  add,
  abs,
  div,
  isZero,
  min,
  mulDiv,
  neg,
  sign,
  sub,
} from './decimal.ts';
import type { Fill } from './fill.ts';
import { type Market, notional } from './market.ts';
import type { EpochMs } from './time.ts';
import type { Side } from './trade.ts';

export type PositionSide = 'long' | 'short' | 'flat';

/**
 * A netted holding of one market. The quote cost of what is open is kept exactly, the entry price
 * is derived from it: so `cash + quantity × mark` and `start + realized + unrealized − fees −
 * funding` are the same number to the last digit. Mutable; owned by `reduceMoney`.
 */
export interface Position {
  readonly symbol: string;
  /** Signed base units: above zero is long. */
  quantity: Decimal;
  /** Signed quote cost of the open quantity: quantity × average entry price. */
  cost: Decimal;
  /** Sums over the life of the ledger, in quote. Realized P&L is before fees and funding. */
  realizedPnl: Decimal;
  feesPaid: Decimal;
  /** Positive = paid by us. */
  fundingPaid: Decimal;
  /** When the open holding began; 0 while flat. */
  openedTime: EpochMs;
}

/** A flat position. */
export function createPosition(symbol: string): Position {
  return {
    symbol,
    quantity: ZERO,
    cost: ZERO,
    realizedPnl: ZERO,
    feesPaid: ZERO,
    fundingPaid: ZERO,
    openedTime: 0,
  };
}

/** Side of a signed quantity. */
export function positionSide(position: { readonly quantity: Decimal }): PositionSide {
  const direction = sign(position.quantity);
  return direction > 0 ? 'long' : direction < 0 ? 'short' : 'flat';
}

/** Would an order of this side make the position smaller? False while it is flat. */
export function isAgainst(position: { readonly quantity: Decimal }, side: Side): boolean {
  return sign(position.quantity) === (side === 'sell' ? 1 : -1);
}

/** Realized P&L less fees and funding, in quote. */
export function netPnl(of: {
  readonly realizedPnl: Decimal;
  readonly feesPaid: Decimal;
  readonly fundingPaid: Decimal;
}): Decimal {
  return sub(sub(of.realizedPnl, of.feesPaid), of.fundingPaid);
}

/** Average entry price in quote; null while flat. */
export function entryPrice(position: Position): Decimal | null {
  return isZero(position.quantity) ? null : div(position.cost, position.quantity);
}

/** Quantity × mark − cost: exact, in quote. */
export function unrealizedPnl(position: Position, mark: Decimal): Decimal {
  return sub(notional({ price: mark, quantity: position.quantity }), position.cost);
}

/** What one fill did to a position. Quantities unsigned, money in quote. */
export interface FillEffect {
  readonly opened: Decimal;
  readonly closed: Decimal;
  readonly realizedPnl: Decimal;
  /** Cost of the part that was closed, unsigned: entry notional of the closed quantity. */
  readonly closedCost: Decimal;
  /** Quote that the fill moved, unsigned. */
  readonly notional: Decimal;
}

/**
 * Books one fill: same direction adds at cost, opposite direction realizes the closed part, and a
 * fill larger than the holding reverses through zero, the rest opening at the fill's price. A fee
 * paid in the base asset of a spot market lowers the quantity that is held: the fee is booked as
 * a cost of the holding's quantity, not twice as money.
 */
export function applyFill(position: Position, fill: Fill, market: Market): FillEffect {
  const value = notional(fill);
  const change = fill.side === 'buy' ? fill.quantity : neg(fill.quantity);
  const before = position.quantity;
  const opposite = sign(before) * sign(change) < 0;
  const closed = opposite ? min(abs(before), fill.quantity) : ZERO;
  const opened = sub(fill.quantity, closed);
  let realizedPnl = ZERO;
  let closedCost = ZERO;
  if (!isZero(closed)) {
    const costPart = mulDiv(position.cost, closed, abs(before));
    const closedValue = isZero(opened) ? value : mulDiv(value, closed, fill.quantity);
    const proceeds = sign(before) > 0 ? closedValue : neg(closedValue);
    realizedPnl = sub(proceeds, costPart);
    closedCost = abs(costPart);
    position.cost = sub(position.cost, costPart);
    if (!isZero(opened)) {
      const openedValue = sub(value, closedValue);
      position.cost = fill.side === 'buy' ? openedValue : neg(openedValue);
      position.openedTime = fill.time;
    }
  } else {
    position.cost = add(position.cost, fill.side === 'buy' ? value : neg(value));
    if (isZero(before)) position.openedTime = fill.time;
  }
  position.quantity = add(before, change);
  if (isZero(position.quantity)) position.openedTime = 0;
  position.realizedPnl = add(position.realizedPnl, realizedPnl);
  position.feesPaid = add(position.feesPaid, fill.feeQuote);
  if (market.kind === 'spot' && fill.feeAsset === market.base) {
    realizedPnl = add(realizedPnl, bookBaseFee(position, fill));
  }
  return { opened, closed, realizedPnl, closedCost, notional: value };
}

/**
 * A fee taken from the bought coins: they leave the holding at the price they were charged at, so
 * the fee appears once, in feesPaid, and the remaining quantity keeps its price. Returns what that
 * realized.
 */
function bookBaseFee(position: Position, fill: Fill): Decimal {
  position.quantity = sub(position.quantity, fill.fee);
  position.cost = sub(position.cost, fill.feeQuote);
  if (!isZero(position.quantity)) return ZERO;
  // Nothing is left to carry a rounding rest of the cost: it is realized.
  const rest = neg(position.cost);
  position.realizedPnl = add(position.realizedPnl, rest);
  position.cost = ZERO;
  position.openedTime = 0;
  return rest;
}
