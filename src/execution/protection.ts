import { totalOf } from '../domain/account.ts';
import {
  type Decimal,
  ZERO,
  add,
  gt,
  isPositive,
  isZero,
  lt,
  max,
  min,
  quantize,
  sub,
} from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { Market } from '../domain/market.ts';
import {
  type Bracket,
  type Order,
  type OrderRequest,
  isProtectiveStop,
  isWorking,
} from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import type { Side } from '../domain/trade.ts';
import { describeDenial } from '../domain/verdict.ts';
import type { ExecutionContext } from './context.ts';
import { isDust } from './dust.ts';
import { type Ledger, type MoneyState, ledgerKey } from './money.ts';
import { trailLevel, watchedOf } from './watched-parts.ts';
import {
  blankRequest,
  cancelExcessExits,
  cancelWhere,
  closableQuantity,
  closingSide,
  createOrder,
  isAlone,
  isFiring,
  isUnheard,
  requestAmend,
  requestCancel,
} from './orders.ts';

/**
 * Stops and targets of a position. They rest at the venue as reduce-only orders of one group, so
 * that a fill of one ends the other, and always cover what the ledger holds.
 */
export function protect(ctx: ExecutionContext, ledger: Ledger): void {
  cover(ctx, ledger);
  // Coins that one ledger owes, or gives back, are another's: its protection at work follows.
  for (const other of ctx.money.ledgers.values()) {
    const isNeighbor = other !== ledger && other.symbol === ledger.symbol;
    if (isNeighbor && ctx.money.markets.get(other.symbol)?.kind === 'spot') {
      if (protectiveOrders(ctx, other).length > 0) cover(ctx, other);
    }
  }
}

function cover(ctx: ExecutionContext, ledger: Ledger): void {
  // Flattening replaces protection: a stop placed now would be one more order to wait for.
  if (ctx.money.trading.state === 'flattening') return;
  cancelExcessExits(ctx, ledger);
  const quantity = coverableQuantity(ctx.money, ledger);
  // What is smaller than any order needs none, and would be refused one (F25).
  if (isDust(ctx, { symbol: ledger.symbol, quantity })) {
    return release(ctx, ledger, isZero(quantity) ? 'position is closed' : 'only dust is left');
  }
  if (hasWorkingExit(ctx, ledger)) return;
  beginTrail(ctx, ledger);
  const { bracket } = ledger;
  if (bracket === null) return;
  const side = closingSide(ledger.position);
  const requests = protectiveRequests(ctx, ledger, { bracket, side, quantity });
  const kept: Order[] = [];
  // What is known to work comes first: of two the other one is too many.
  const known = (order: Order): number => (isUnheard(order) ? 1 : 0);
  for (const order of protectiveOrders(ctx, ledger).sort((a, b) => known(a) - known(b))) {
    const request = requests.find((one) => isSameProtection(one, order));
    if (request && !kept.some((other) => isSameProtection(request, other))) {
      if (adjust(ctx, order, request)) kept.push(order);
    } else {
      const isTurned = order.side !== side;
      const reason = isTurned ? 'position changed side' : 'replaced by newer protection';
      requestCancel(ctx, order, reason);
    }
  }
  for (const request of requests) {
    // One of both can be gone alone: a stop that filled while its new size was on the way.
    if (kept.some((order) => isSameProtection(request, order))) continue;
    const verdict = ctx.review(request);
    if (verdict.ok) createOrder(ctx, verdict.approved);
    else {
      const why = describeDenial(verdict.verdict);
      const text = `${ledger.symbol} is unprotected: ${request.type} denied, ${why}`;
      ctx.send({ kind: 'notice', level: 'error', text });
    }
  }
}

/** A trail that this program moves begins at the price of the moment. */
function beginTrail(ctx: ExecutionContext, ledger: Ledger): void {
  const { bracket, strategyId, symbol } = ledger;
  const fraction = bracket?.trailFraction ?? null;
  const price = ctx.lastPrice(symbol);
  if (bracket === null || fraction === null || bracket.stopPrice !== null || !(price > 0)) return;
  const market = required(ctx.money.markets.get(symbol), symbol);
  if (!watchedOf(bracket, { abilities: ctx.abilities, market }).trail) return;
  const stopPrice = trailLevel(ledger, { price, fraction, market });
  ctx.record({ kind: 'stopMoved', strategyId, symbol, stopPrice });
}

/**
 * Base units that protection can cover: what the ledger holds. Of a spot market only coins that
 * the account has: a venue refuses a stop over more of them whole, and nothing would be protected.
 * Where another ledger owes some (a difference that was booked there), who comes first in the books
 * is covered first.
 */
export function coverableQuantity(money: MoneyState, ledger: Ledger): Decimal {
  const quantity = closableQuantity(money, ledger);
  const market = required(money.markets.get(ledger.symbol), ledger.symbol);
  if (market.kind !== 'spot' || !isPositive(ledger.position.quantity)) return quantity;
  let coins = totalOf(money.balances, market.base);
  for (const other of money.ledgers.values()) {
    if (other === ledger) break;
    if (other.symbol !== ledger.symbol || !isPositive(other.position.quantity)) continue;
    coins = sub(coins, other.position.quantity);
  }
  return min(quantity, quantize(max(coins, ZERO), market.stepSize, 'down'));
}

/** Cancels the protection of a ledger. */
export function release(
  ctx: ExecutionContext,
  ledger: Pick<Ledger, 'strategyId' | 'symbol'>,
  reason: string,
): void {
  cancelWhere(ctx, reason, (order) => isProtectionOf(order, ledger));
}

/** Working protective orders of a ledger. */
export function protectiveOrders(
  ctx: Pick<ExecutionContext, 'money'>,
  ledger: Pick<Ledger, 'strategyId' | 'symbol'>,
): Order[] {
  return [...ctx.money.working.values()].filter(
    (order) => isProtectionOf(order, ledger) && order.status !== 'pendingCancel',
  );
}

/**
 * Stop and target of a position that fill first, of whichever strategy; null where none works. A
 * stop whose trigger is not known yet counts only where there is no other.
 */
export function nearestProtection(
  money: MoneyState,
  position: Pick<Position, 'symbol' | 'quantity'>,
): { readonly stop: Order | null; readonly target: Order | null } {
  const side = closingSide(position);
  const [higher, lower] = side === 'sell' ? [gt, lt] : [lt, gt];
  let stop: Order | null = null;
  let target: Order | null = null;
  for (const order of money.working.values()) {
    if (order.symbol !== position.symbol || order.role !== 'protective') continue;
    if (order.side !== side || isFiring(order)) continue;
    if (isProtectiveStop(order)) stop = first(stop, order, 'triggerPrice', higher);
    else target = first(target, order, 'price', lower);
  }
  return { stop, target };
}

function first(
  known: Order | null,
  order: Order,
  price: 'price' | 'triggerPrice',
  isNearer: (a: Decimal, b: Decimal) => boolean,
): Order {
  const [before, own] = [known?.[price] ?? null, order[price]];
  if (known === null || (own !== null && (before === null || isNearer(own, before)))) return order;
  return known;
}

function isProtectionOf(order: Order, ledger: Pick<Ledger, 'strategyId' | 'symbol'>): boolean {
  return (
    order.role === 'protective' &&
    order.strategyId === ledger.strategyId &&
    order.symbol === ledger.symbol
  );
}

/** While an exit is on its way the protection stands back: both would sell the same coins. */
export function hasWorkingExit(ctx: Pick<ExecutionContext, 'money'>, ledger: Ledger): boolean {
  for (const order of ctx.money.working.values()) {
    const isExit = (order.role === 'exit' || isFiring(order)) && isWorking(order);
    if (isExit && order.strategyId === ledger.strategyId && order.symbol === ledger.symbol) {
      return true;
    }
  }
  return false;
}

function isSameProtection(request: OrderRequest, order: Order): boolean {
  const { side, type, trailFraction } = request;
  return order.side === side && order.type === type && order.trailFraction === trailFraction;
}

/**
 * Brings a working order to the size and price wanted; the level of a trail is the venue's. False
 * where the venue cannot change orders: it is canceled then, and a new one takes its place.
 */
function adjust(ctx: ExecutionContext, order: Order, request: OrderRequest): boolean {
  // The venue counts the filled part in: what remains must equal what is held.
  const quantity = add(request.quantity, order.filled);
  const { price, triggerPrice } = request;
  const isMoved = price !== order.price || triggerPrice !== order.triggerPrice;
  const change = {
    ...(order.quantity === quantity ? {} : { quantity }),
    ...(isMoved && order.type === 'stop' && triggerPrice !== null ? { triggerPrice } : {}),
    ...(isMoved && order.type === 'limit' && price !== null ? { price } : {}),
  };
  if (Object.keys(change).length === 0) return true;
  if (ctx.abilities.amend) requestAmend(ctx, order, change);
  else requestCancel(ctx, order, 'replaced, because this venue cannot change orders');
  return ctx.abilities.amend;
}

const onGrid = (price: Decimal | null, market: Market, mode: 'up' | 'down'): Decimal | null =>
  price === null ? null : quantize(price, market.tickSize, mode);

function protectiveRequests(
  ctx: ExecutionContext,
  ledger: Ledger,
  of: { readonly bracket: Bracket; readonly side: Side; readonly quantity: Decimal },
): OrderRequest[] {
  const { bracket, side, quantity } = of;
  const { trailFraction } = bracket;
  const market = required(ctx.money.markets.get(ledger.symbol), ledger.symbol);
  // The venue may have made its grid coarser since; away from the price.
  const isLong = side === 'sell';
  const stopPrice = onGrid(bracket.stopPrice, market, isLong ? 'down' : 'up');
  const targetPrice = onGrid(bracket.targetPrice, market, isLong ? 'up' : 'down');
  const watched = watchedOf(bracket, { abilities: ctx.abilities, market });
  const common = {
    ...blankRequest(ctx.money, ledger),
    role: 'protective',
    side,
    quantity,
    reduceOnly: isAlone(ctx.money, ledger),
    groupId: `${ledgerKey(ledger.strategyId, ledger.symbol)} ${ledger.position.openedTime}`,
  } as const;
  const requests: OrderRequest[] = [];
  if (trailFraction !== null && !watched.trail) {
    const reason = `trailing stop ${(trailFraction * 100).toFixed(2)} %`;
    const type = 'trailingStop';
    requests.push({ ...common, type, triggerPrice: stopPrice, trailFraction, reason });
  } else if (stopPrice !== null && !watched.stop) {
    const reason = watched.trail ? 'trailing stop, moved by this program' : 'stop';
    requests.push({ ...common, type: 'stop', triggerPrice: stopPrice, reason });
  }
  if (targetPrice !== null && !watched.target) {
    requests.push({ ...common, type: 'limit', price: targetPrice, reason: 'target' });
  }
  return requests;
}
