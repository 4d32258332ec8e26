import { type Decimal, isPositive, isZero, toNumber, toReadableText } from '../domain/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import type { OrderId } from '../domain/ids.ts';
import { priceDigits, quantityDigits } from '../domain/market.ts';
import { MANUAL, type Order, isProtectiveStop } from '../domain/order.ts';
import type { AccountRecord } from '../domain/record.ts';
import { findOrder, ledgerKey, ledgerOf } from '../execution/money.ts';
import { isAlone } from '../execution/orders.ts';
import { protect } from '../execution/protection.ts';
import { advanceFlatten } from '../execution/flatten.ts';
import { amendAnswer } from './amend.ts';
import { watchConduct } from './breakers.ts';
import { ask } from './decide.ts';
import { describeRequest } from './judge.ts';
import { markToMarket } from './marks.ts';
import { observeFill, refreshMirror } from './reduce.ts';
import type { StepContext } from './step-context.ts';

/**
 * Steps what a venue (or the lifecycle) says: journaled first, then acted on: protection follows
 * the position, the strategy hears of its fill, flattening takes its next step.
 */
export function stepAccount(ctx: StepContext, record: AccountRecord): void {
  if (record.kind === 'fill' && isKnownFill(ctx, record)) return;
  const isUnasked = record.kind === 'canceled' && !isCancelAsked(ctx, record.orderId);
  const answer = record.kind === 'amended' ? amendAnswer(ctx, record) : null;
  ctx.record(record);
  switch (record.kind) {
    case 'fill':
      onFill(ctx, record);
      break;
    case 'rejected':
    case 'canceled':
    case 'expired':
    case 'neverSent':
      onOrderEnd(ctx, record, isUnasked);
      break;
    case 'amended':
      if (answer) ctx.send({ kind: 'notice', ...answer });
      if (record.quantity !== null || answer) onMoved(ctx, record.orderId);
      break;
    case 'runStarted':
      // A new account is valued with its first deposit: its day opens with money, not with zero.
      if (!isZero(ctx.money.deposits)) markToMarket(ctx);
      break;
    case 'deposited':
      refreshMirror(ctx.state);
      markToMarket(ctx);
      break;
    case 'funding':
      refreshMirror(ctx.state);
      markToMarket(ctx);
      logFunding(ctx, record);
      break;
    default:
      break;
  }
  watchConduct(ctx, record);
  advanceFlatten(ctx);
}

/** Fills count once by venue id, symbol and account; one without an order of ours is not ours. */
function isKnownFill(ctx: StepContext, fill: Fill): boolean {
  const order = findOrder(ctx.money, fill.orderId);
  return !order || order.fillIds.includes(fill.id);
}

function onFill(ctx: StepContext, fill: Fill): void {
  const order = findOrder(ctx.money, fill.orderId);
  if (!order) return;
  observeFill(ctx.state, fill);
  refreshMirror(ctx.state);
  markToMarket(ctx);
  if (isProtectiveStop(order)) {
    ctx.state.market.stoppedAt.set(ledgerKey(order.strategyId, order.symbol), fill.time);
  }
  protect(ctx, ledgerOf(ctx.money, order));
  logFill(ctx, order, fill);
  tellStrategy(ctx, order, fill);
}

function tellStrategy(ctx: StepContext, order: Order, fill: Fill): void {
  if (order.strategyId === MANUAL) return;
  const symbol = ctx.state.market.symbols.get(order.symbol);
  for (const runtime of symbol?.runtimes ?? []) {
    if (runtime.id !== order.strategyId || runtime.strategy.onFill === undefined) continue;
    const { side, time } = fill;
    ask(ctx, runtime, {
      kind: 'fill',
      fill: {
        orderId: order.id,
        tag: order.tag,
        side,
        price: toNumber(fill.price),
        quantity: toNumber(fill.quantity),
        time,
      },
    });
  }
}

/** What was asked for before the newest fill or change may arrive after it: asked again. */
function onMoved(ctx: StepContext, orderId: OrderId): void {
  const order = findOrder(ctx.money, orderId);
  if (order?.role === 'protective') protect(ctx, ledgerOf(ctx.money, order));
}

function isCancelAsked(ctx: StepContext, orderId: OrderId): boolean {
  return findOrder(ctx.money, orderId)?.status === 'pendingCancel';
}

/**
 * An order ended without filling whole: an exit that failed gets its protection back. So does a
 * position whose stop the venue ended by itself: reduce-only orders do when another strategy turns
 * the account's netted position; their successors are not reduce-only.
 */
function onOrderEnd(
  ctx: StepContext,
  record: Extract<AccountRecord, { kind: 'rejected' | 'canceled' | 'expired' | 'neverSent' }>,
  isUnasked: boolean,
): void {
  const order = findOrder(ctx.money, record.orderId);
  if (!order) return;
  const ledger = ledgerOf(ctx.money, order);
  const isOutgrown =
    record.kind === 'rejected' && record.code === 'REDUCE_ONLY' && !isAlone(ctx.money, ledger);
  if (order.role !== 'protective' || isUnasked || isOutgrown) protect(ctx, ledger);
  if (record.kind !== 'rejected') return;
  if (order.role === 'protective' && !isOutgrown && !isZero(ledger.position.quantity)) {
    const text = `${order.symbol} is unprotected: ${order.type} rejected, ${record.code}: ${record.reason}`;
    ctx.send({ kind: 'notice', level: 'error', text });
  }
  const what = describeRequest(order);
  const message = `${order.strategyId} rejected ${record.code}: ${what}: ${record.reason}`;
  ctx.log?.({ level: 'warn', category: 'trading', message });
  if (order.strategyId === MANUAL) ctx.send({ kind: 'notice', level: 'warn', text: message });
}

/** Money in a sentence: nobody reads a fee to eighteen digits; the journal keeps them all. */
const amount = (value: Decimal): string => toReadableText(value, { most: 4, least: 2 });

function logFill(ctx: StepContext, order: Order, fill: Fill): void {
  const isManual = order.strategyId === MANUAL;
  if (ctx.log === null && !isManual) return;
  const fee = isPositive(fill.fee) ? ` fee ${amount(fill.fee)} ${fill.feeAsset}` : '';
  const market = ctx.money.markets.get(fill.symbol);
  const quantity = toReadableText(fill.quantity, { least: market ? quantityDigits(market) : 0 });
  const price = toReadableText(fill.price, { least: market ? priceDigits(market) : 0 });
  const what = `${fill.side} ${quantity} ${fill.symbol} at ${price}`;
  const message = `${order.strategyId} filled ${what}${fee} ${fill.liquidity}`;
  ctx.log?.({ level: 'info', category: 'trading', message });
  if (isManual) ctx.send({ kind: 'notice', level: 'info', text: message });
}

function logFunding(ctx: StepContext, record: Extract<AccountRecord, { kind: 'funding' }>): void {
  const verb = isPositive(record.amount) ? 'paid' : 'received';
  const message = `funding ${verb} ${amount(record.amount)} ${record.asset} on ${record.symbol}`;
  ctx.log?.({ level: 'info', category: 'trading', message });
}
