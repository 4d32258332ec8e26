import {
  type Decimal,
  ZERO,
  abs,
  add,
  gt,
  gte,
  isPositive,
  isZero,
  neg,
  quantize,
  sign,
  sub,
} from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import { createOrderId } from '../domain/ids.ts';
import { type Order, type OrderRequest, isWorking, reachedQuantity } from '../domain/order.ts';
import type { Side } from '../domain/trade.ts';
import type { Approved } from '../domain/verdict.ts';
import type { OrderChange } from '../ports.ts';
import type { ExecutionContext } from './context.ts';
import type { Ledger, MoneyState } from './money.ts';

/**
 * Makes an order of an approved request: `submitted` in the journal and in state before anything
 * is sent. Returns the order.
 */
export function createOrder(ctx: ExecutionContext, request: Approved<OrderRequest>): Order {
  const run = required(ctx.money.run, 'run');
  const orderId = createOrderId(run.id, run.orders + 1, request.role);
  const decisionPrice = ctx.lastPrice(request.symbol);
  ctx.record({ kind: 'orderCreated', orderId, request, decisionPrice });
  const order = required(ctx.money.working.get(orderId), `order ${orderId}`);
  ctx.send({ kind: 'submit', order });
  return order;
}

/** What every order of a ledger starts from. */
export function blankRequest(
  money: Pick<MoneyState, 'accountId'>,
  ledger: Pick<Ledger, 'strategyId' | 'symbol'>,
) {
  return {
    accountId: money.accountId,
    symbol: ledger.symbol,
    strategyId: ledger.strategyId,
    price: null,
    triggerPrice: null,
    trailFraction: null,
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
    cutToFunds: false,
    groupId: null,
    bracket: null,
    tag: null,
  } as const;
}

/** A market order that closes `quantity` of what a ledger holds. */
export function exitRequest(
  money: MoneyState,
  ledger: Ledger,
  of: { readonly quantity: Decimal; readonly reason: string },
): OrderRequest {
  return {
    ...blankRequest(money, ledger),
    role: 'exit',
    side: closingSide(ledger.position),
    type: 'market',
    reduceOnly: isAlone(money, ledger),
    ...of,
  };
}

/** Side of the orders that make a holding smaller. */
export function closingSide(position: { readonly quantity: Decimal }): Side {
  return isPositive(position.quantity) ? 'sell' : 'buy';
}

/**
 * Reduce-only is measured on the account's netted position. Where two ledgers share a symbol one
 * may offset the other, and the venue would refuse or cut a reduce-only order that is right for
 * its ledger; then the engine alone keeps it from growing anything.
 */
export function isAlone(money: MoneyState, ledger: Ledger): boolean {
  for (const other of money.ledgers.values()) {
    if (other === ledger || other.symbol !== ledger.symbol) continue;
    if (sign(other.position.quantity) * sign(ledger.position.quantity) < 0) return false;
  }
  return true;
}

/** Base units of a ledger that an order can close: what it holds, down to the market's step. */
export function closableQuantity(
  money: MoneyState,
  ledger: Pick<Ledger, 'symbol' | 'position'>,
): Decimal {
  const { stepSize } = required(money.markets.get(ledger.symbol), ledger.symbol);
  return quantize(abs(ledger.position.quantity), stepSize, 'down');
}

/** Asks the venue to cancel; an order that is already being canceled is left alone. */
export function requestCancel(ctx: ExecutionContext, order: Order, reason: string): void {
  if (!isWorking(order) || order.status === 'pendingCancel') return;
  ctx.record({ kind: 'cancelRequested', orderId: order.id, reason });
  ctx.send({ kind: 'cancel', orderId: order.id });
}

/** Asks the venue to change an order; its answer is `amended`. */
export function requestAmend(ctx: ExecutionContext, order: Order, change: OrderChange): void {
  if (!isWorking(order) || order.status === 'pendingCancel') return;
  ctx.send({ kind: 'amend', orderId: order.id, change });
}

/** May it be at the venue, or not: was it sent and never answered? */
export function isUnheard(order: Readonly<Order>): boolean {
  if (order.status === 'unknown') return true;
  return order.status === 'pendingCancel' && order.venueOrderId === null;
}

/** Cancels every working order the filter picks; returns how many. */
export function cancelWhere(
  ctx: ExecutionContext,
  reason: string,
  pick: (order: Order) => boolean,
): number {
  if (ctx.money.working.size === 0) return 0;
  let count = 0;
  // A copy: in the process a cancel can end the order, and with it the entry of the map.
  const working = Array.from(ctx.money.working.values());
  for (const order of working) {
    if (order.status === 'pendingCancel' || !pick(order)) continue;
    requestCancel(ctx, order, reason);
    count += 1;
  }
  return count;
}

/** Base units an order could still fill, signed by its side. */
export function remainingSigned(order: Readonly<Order>): Decimal {
  const remaining = sub(order.quantity, order.filled);
  return order.side === 'buy' ? remaining : neg(remaining);
}

/** Is this a working order of the ledger that is not its protection? */
export function isOwnWork(order: Readonly<Order>, ledger: Pick<Ledger, 'strategyId' | 'symbol'>) {
  return (
    order.strategyId === ledger.strategyId &&
    order.symbol === ledger.symbol &&
    order.role !== 'protective'
  );
}

/**
 * Position of a ledger plus everything its working orders could still fill: what a decision must
 * start from, or a fill in flight is sold twice (ENGINE 5). Protection is left out: it only fires
 * instead of an exit.
 */
export function expectedQuantity(money: MoneyState, ledger: Ledger): Decimal {
  let expected = ledger.position.quantity;
  for (const order of money.working.values()) {
    if (isOwnWork(order, ledger)) expected = add(expected, remainingSigned(order));
  }
  return expected;
}

/** Is this a stop or target of ours that was reached and closes at the market? */
export function isFiring(order: Pick<Order, 'role' | 'type'>): boolean {
  return order.role === 'protective' && order.type === 'market';
}

/** Base units the ledger's working exits would still close, unsigned. */
export function workingExits(money: MoneyState, ledger: Ledger): Decimal {
  let total = ZERO;
  for (const order of money.working.values()) {
    const isOwn = order.strategyId === ledger.strategyId && order.symbol === ledger.symbol;
    if (isOwn && (order.role === 'exit' || isFiring(order))) {
      total = add(total, sub(reachedQuantity(order), order.filled));
    }
  }
  return total;
}

/** Base units that the protection of a ledger still holds at the venue. */
export function workingProtection(money: MoneyState, ledger: Ledger): Decimal {
  let total = ZERO;
  for (const order of money.working.values()) {
    const isOwn = order.strategyId === ledger.strategyId && order.symbol === ledger.symbol;
    if (isOwn && order.role === 'protective' && !isFiring(order)) {
      total = add(total, sub(reachedQuantity(order), order.filled));
    }
  }
  return total;
}

/**
 * Cancels exits that would close more than is held, newest first: a stop that filled beside them
 * sold their coins already, and they would sell another ledger's or open the other way.
 */
export function cancelExcessExits(ctx: ExecutionContext, ledger: Ledger): void {
  const side = closingSide(ledger.position);
  let room = abs(ledger.position.quantity);
  for (const order of Array.from(ctx.money.working.values())) {
    if (order.role !== 'exit' || !isOwnWork(order, ledger)) continue;
    const rest = sub(reachedQuantity(order), order.filled);
    if (order.side === side && !gt(rest, room)) room = sub(room, rest);
    else requestCancel(ctx, order, 'more than is held');
  }
}

/**
 * Symbols in which any strategy or the operator holds or works an entry. Two that offset each
 * other both hold; less than a step is dust.
 */
export function symbolsInUse(money: MoneyState): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { symbol, position } of money.ledgers.values()) {
    if (isZero(position.quantity) || found.has(symbol)) continue;
    const step = money.markets.get(symbol)?.stepSize ?? ZERO;
    if (gte(abs(position.quantity), step)) found.add(symbol);
  }
  for (const order of money.working.values()) if (order.role === 'entry') found.add(order.symbol);
  return found;
}
