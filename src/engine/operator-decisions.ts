/** What the operator decides of orders and holdings that are not ours. */
import type { Command } from '../domain/command.ts';
import {
  type Decimal,
  abs,
  isZero,
  quantize,
  quantizeNumber,
  sign,
  toText,
} from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import { createOrderId } from '../domain/ids.ts';
import { MANUAL, type OrderRequest } from '../domain/order.ts';
import { isAgainst } from '../domain/position.ts';
import { describeDrift, differenceOf } from '../domain/venue.ts';
import { type DriftEntry, type ExternalEntry, ledgerOf, scopeKey } from '../execution/money.ts';
import { blankRequest, exitRequest } from '../execution/orders.ts';
import { protect } from '../execution/protection.ts';
import { stepPosition } from './account-events.ts';
import { refuse } from './answers.ts';
import { submitReviewed } from './judge.ts';
import { describeExternal } from './recovery.ts';
import type { StepContext } from './step-context.ts';

type DecideExternal = Extract<Command, { kind: 'decideExternal' }>;
type DecideDrift = Extract<Command, { kind: 'decideDrift' }>;

/** Leaves, cancels or takes over an order at the venue that somebody else made. */
export function decideExternal(ctx: StepContext, command: DecideExternal): void {
  const { venueOrderId, decision } = command;
  const order = ctx.money.externals.get(venueOrderId);
  if (!order) return refuse(ctx, 'decision', `no order ${venueOrderId} of somebody else is open`);
  const { accountId } = ctx.money;
  const what = describeExternal(order);
  if (decision === 'ignore') {
    ctx.record({ kind: 'externalIgnored', accountId, venueOrderId });
    return ctx.send({ kind: 'notice', level: 'info', text: `left alone: ${what}` });
  }
  if (decision === 'cancel') {
    const { symbol } = order;
    ctx.send({ kind: 'cancelExternal', order: { symbol, orderId: null, venueOrderId } });
    ctx.send({ kind: 'report', reason: 'an order of somebody else was canceled', delayMs: 1000 });
    return ctx.send({ kind: 'notice', level: 'info', text: `cancel sent for ${what}` });
  }
  const fault = ledgerFault(ctx, decision.ledger, order.symbol) ?? adoptedFault(ctx, venueOrderId);
  if (fault !== null) return refuse(ctx, 'adoption', fault);
  adoptOrder(ctx, order, decision.ledger);
}

/** A report that was on its way may list an order that was taken over, and ended, meanwhile. */
function adoptedFault({ money }: StepContext, venueOrderId: string): string | null {
  for (const orders of [money.working, money.closed]) {
    for (const order of orders.values()) {
      if (order.venueOrderId === venueOrderId) return `${venueOrderId} is our order ${order.id}`;
    }
  }
  return null;
}

/** Why this ledger cannot take something over; null when it can. */
function ledgerFault(ctx: StepContext, strategyId: string, symbol: string): string | null {
  const market = ctx.state.market.symbols.get(symbol);
  if (!market) return `${symbol} is not one of the markets of this run`;
  if (strategyId === MANUAL || market.runtimes.some(({ id }) => id === strategyId)) return null;
  return `no strategy ${strategyId} trades ${symbol}`;
}

function adoptOrder(ctx: StepContext, order: ExternalEntry, strategyId: string): void {
  const { symbol, side, type, price, triggerPrice, quantity, venueOrderId, filled } = order;
  const run = required(ctx.money.run, 'run');
  const ledger = ledgerOf(ctx.money, { strategyId, symbol });
  const isExit = order.reduceOnly || isAgainst(ledger.position, side);
  const request: OrderRequest = {
    ...blankRequest(ctx.money, { strategyId, symbol }),
    role: isExit ? 'exit' : 'entry',
    side,
    type,
    price,
    triggerPrice,
    quantity,
    reduceOnly: order.reduceOnly,
    reason: 'taken over by the operator',
  };
  const orderId = createOrderId(run.id, run.orders + 1, request.role);
  const decisionPrice = ctx.lastPrice(symbol);
  ctx.record({ kind: 'orderAdopted', orderId, venueOrderId, request, filled, decisionPrice });
  const text = `${strategyId} takes over ${describeExternal(order)} as ${orderId}`;
  ctx.send({ kind: 'notice', level: 'info', text });
}

/** Leaves, books or closes a holding that our fills do not explain. */
export function decideDrift(ctx: StepContext, { symbol, decision }: DecideDrift): void {
  const drift = ctx.money.drifts.get(symbol);
  if (!drift) return refuse(ctx, 'decision', `the books of ${symbol} agree with the venue`);
  if (decision === 'ignore') {
    ctx.record({ kind: 'driftEnded', accountId: ctx.money.accountId, symbol, how: 'ignored' });
    const text = `${symbol} left as it is: ${describeDrift(drift)}`;
    return ctx.send({ kind: 'notice', level: 'info', text });
  }
  const ledger = decision === 'close' ? MANUAL : decision.ledger;
  const difference = differenceOf(drift);
  const fault = ledgerFault(ctx, ledger, symbol) ?? closeFault(drift, difference, decision);
  if (fault !== null) return refuse(ctx, 'decision', fault);
  if (!bookDrift(ctx, drift, ledger)) return;
  if (decision === 'close') closeBooked(ctx, symbol, difference);
}

/** Something can be closed only where the venue holds more than we do. */
function closeFault(
  { symbol, theirs }: DriftEntry,
  difference: Decimal,
  decision: DecideDrift['decision'],
): string | null {
  if (decision !== 'close' || sign(theirs) === sign(difference)) return null;
  return `${symbol}: the venue holds less than our books say, nothing is there to close; book it`;
}

function bookDrift(ctx: StepContext, drift: DriftEntry, strategyId: string): boolean {
  const { symbol } = drift;
  const { accountId } = ctx.money;
  const last = ctx.lastPrice(symbol);
  if (last === 0) {
    refuse(ctx, 'decision', `${symbol} has no price yet to book its holding at`);
    return false;
  }
  const { tickSize } = required(ctx.money.markets.get(symbol), symbol);
  const quantity = differenceOf(drift);
  stepPosition(ctx, {
    kind: 'positionAdopted',
    accountId,
    symbol,
    strategyId,
    quantity,
    price: quantizeNumber(last, tickSize, 'nearest'),
    reason: drift.explanation,
  });
  ctx.record({ kind: 'driftEnded', accountId, symbol, how: 'adopted' });
  protect(ctx, ledgerOf(ctx.money, { strategyId, symbol }));
  const scope = ctx.money.scopes.get(scopeKey({ symbol }));
  const stays = scope ? `; ${symbol} stays ${scope.state} until you resume it` : '';
  const text = `${toText(quantity)} ${symbol} booked to ${strategyId} at ${last}${stays}`;
  ctx.send({ kind: 'notice', level: 'info', text });
  return true;
}

function closeBooked(ctx: StepContext, symbol: string, quantity: Decimal): void {
  const ledger = ledgerOf(ctx.money, { strategyId: MANUAL, symbol });
  const { stepSize } = required(ctx.money.markets.get(symbol), symbol);
  const whole = quantize(abs(quantity), stepSize, 'down');
  if (isZero(whole) || !isAgainst(ledger.position, sign(quantity) > 0 ? 'sell' : 'buy')) return;
  const reason = 'holding of somebody else closed by the operator';
  submitReviewed(ctx, null, exitRequest(ctx.money, ledger, { quantity: whole, reason }));
}
