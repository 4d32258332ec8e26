import {
  type Decimal,
  gt,
  isPositive,
  isZero,
  sub,
  toNumber,
  toReadableText,
  toText,
} from '../domain/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import type { OrderId } from '../domain/ids.ts';
import { priceDigits, quantityDigits } from '../domain/market.ts';
import { MANUAL, type Order, isProtectiveStop, isWorking } from '../domain/order.ts';
import type { AccountRecord, RecordBody } from '../domain/record.ts';
import { findOrder, ledgerKey, ledgerOf } from '../execution/money.ts';
import { isAlone } from '../execution/orders.ts';
import { protect } from '../execution/protection.ts';
import { advanceFlatten } from '../execution/flatten.ts';
import { cancelIfStopped, tightenSymbol } from '../execution/stop-states.ts';
import { amendAnswer } from './amend.ts';
import { watchConduct } from './breakers.ts';
import { ask } from './decide.ts';
import { describeRequest } from './judge.ts';
import { onMarketsChanged } from './market-changes.ts';
import { markToMarket } from './marks.ts';
import { observeFill, refreshMirror } from './reduce.ts';
import { countRefusal, endRefusals } from './refusals.ts';
import type { StepContext } from './step-context.ts';
import { endHeldProtection, endRefusedProtection, noteFailedProtection } from './upkeep.ts';

type FillsReplaced = Extract<AccountRecord, { kind: 'fillsReplaced' }>;

/**
 * Steps what a venue (or the lifecycle) says: journaled first, then acted on: protection follows
 * the position, the strategy hears of its fill, flattening takes its next step.
 */
export function stepAccount(ctx: StepContext, record: AccountRecord): void {
  if (record.kind === 'fill' && (isKnownFill(ctx, record) || isMisdirected(ctx, record))) return;
  if (record.kind === 'fillsReplaced' && isReplaced(ctx, record)) return;
  const isUnasked = record.kind === 'canceled' && !isCancelAsked(ctx, record.orderId);
  const answer = record.kind === 'amended' ? amendAnswer(ctx, record) : null;
  const { deposits } = ctx.money;
  ctx.record(record);
  switch (record.kind) {
    case 'fill':
      onFill(ctx, record);
      break;
    case 'fillsReplaced':
      onReplaced(ctx, record);
      break;
    case 'accepted':
      endRefusals(ctx.state, findOrder(ctx.money, record.orderId));
      endRefusedProtection(ctx, findOrder(ctx.money, record.orderId));
      break;
    case 'neverPlaced':
    case 'resurfaced':
    case 'outcomeUnknown':
      onOutcome(ctx, record);
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
      else if (isRefusedAmend(record)) noteFailedProtection(ctx, record.orderId, 'tooEarly');
      break;
    case 'runStarted':
      // A new account is valued with its first deposit: its day opens with money, not with zero.
      if (!isZero(ctx.money.deposits)) markToMarket(ctx);
      break;
    case 'deposited':
      followTransfer(ctx, deposits);
      break;
    case 'marketsChanged':
      onMarketsChanged(ctx, record);
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

/** Books a holding that no fill of ours explains, and values it. */
export function stepPosition(
  ctx: StepContext,
  record: Extract<RecordBody, { kind: 'positionAdopted' }>,
): void {
  const { deposits } = ctx.money;
  ctx.record(record);
  followTransfer(ctx, deposits);
}

/** What came or went without a trade is no gain and no loss: the live peak moves along. */
function followTransfer(ctx: StepContext, before: Decimal): void {
  const { market } = ctx.state;
  refreshMirror(ctx.state);
  if (market.peak > 0) {
    market.peak = Math.max(0, market.peak + toNumber(sub(ctx.money.deposits, before)));
    market.journaledPeak = ctx.money.peak;
  }
  markToMarket(ctx);
}

/** What a fill and its order must agree on, and do not; null when they do. */
function misfit(fill: Fill, order: Order): 'symbol' | 'side' | 'accountId' | null {
  if (fill.symbol !== order.symbol) return 'symbol';
  if (fill.side !== order.side) return 'side';
  return fill.accountId === order.accountId ? null : 'accountId';
}

/**
 * A fill that names an order of ours and another symbol, side or account is not booked: whatever
 * it belongs to, the order it names is not to be trusted any more (F45).
 */
function isMisdirected(ctx: StepContext, fill: Fill): boolean {
  const order = findOrder(ctx.money, fill.orderId);
  if (!order) return false;
  const wrong = misfit(fill, order);
  if (wrong === null) return false;
  const what = `fill ${fill.id} says ${fill[wrong]} where order ${order.id} says ${order[wrong]}`;
  ctx.send({ kind: 'notice', level: 'error', text: `not booked: ${what}` });
  tightenSymbol(ctx, order.symbol, `the venue contradicts itself: ${what}`);
  return true;
}

function isReplaced(ctx: StepContext, record: FillsReplaced): boolean {
  const known = findOrder(ctx.money, record.orderId)?.fillIds ?? [];
  return !known.includes(record.inferredId) && record.fills.every(({ id }) => known.includes(id));
}

/** The venue's own fills are here: the books have its prices and fees. */
function onReplaced(ctx: StepContext, record: FillsReplaced): void {
  const order = findOrder(ctx.money, record.orderId);
  if (!order) return;
  refreshMirror(ctx.state);
  markToMarket(ctx);
  watchOverfill(ctx, order);
  protect(ctx, ledgerOf(ctx.money, order));
  const message = `${order.strategyId} ${order.symbol}: the venue's own fills of ${order.id} are in`;
  ctx.log?.({ level: 'info', category: 'trading', message });
}

/** More filled than was asked for: the books have the truth, and the symbol only gets smaller. */
function watchOverfill(ctx: StepContext, order: Order): void {
  if (!gt(order.filled, order.quantity)) return;
  const filled = `${toText(order.filled)} of ${toText(order.quantity)}`;
  const what = `order ${order.id} filled ${filled} ${order.symbol}`;
  ctx.send({ kind: 'notice', level: 'error', text: `OVERFILL: ${what}` });
  tightenSymbol(ctx, order.symbol, `more filled than was asked for: ${what}`);
}

/** What is known, or not, of an order that was sent. */
function onOutcome(
  ctx: StepContext,
  record: Extract<AccountRecord, { kind: 'neverPlaced' | 'resurfaced' | 'outcomeUnknown' }>,
): void {
  const order = findOrder(ctx.money, record.orderId);
  if (!order) return;
  const what = `${describeRequest(order)} ${order.id}`;
  if (record.kind === 'outcomeUnknown') {
    const text = `outcome unknown, its whole size stays reserved: ${what}`;
    return ctx.send({ kind: 'notice', level: 'warn', text });
  }
  if (record.kind === 'resurfaced') {
    const text = `at the venue after all, it works again: ${what}`;
    ctx.send({ kind: 'notice', level: 'error', text });
    cancelIfStopped(ctx, order);
    // Given up, its place was taken by another: both together cover more than is held.
    if (order.role === 'protective') protect(ctx, ledgerOf(ctx.money, order));
    return;
  }
  if (isWorking(order)) return;
  ctx.send({ kind: 'notice', level: 'warn', text: `never placed, its room is free: ${what}` });
  protect(ctx, ledgerOf(ctx.money, order));
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
  watchOverfill(ctx, order);
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

const isRefusedAmend = (record: Extract<AccountRecord, { kind: 'amended' }>): boolean =>
  record.price === null && record.triggerPrice === null;

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
  if (record.kind === 'canceled') endHeldProtection(ctx, order);
  const ledger = ledgerOf(ctx.money, order);
  const isOutgrown =
    record.kind === 'rejected' && record.code === 'REDUCE_ONLY' && !isAlone(ctx.money, ledger);
  if (order.role !== 'protective' || isUnasked || isOutgrown) protect(ctx, ledger);
  if (record.kind === 'expired' && order.strategyId === MANUAL) {
    const text = `order expired: ${describeRequest(order)}: ${record.reason}`;
    ctx.send({ kind: 'notice', level: 'info', text });
  }
  if (record.kind !== 'canceled') noteFailedProtection(ctx, record.orderId, 'refused');
  if (record.kind !== 'rejected') return;
  countRefusal(ctx.state, order, { code: record.code, time: ctx.now() });
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
