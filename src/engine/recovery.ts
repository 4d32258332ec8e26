/** RECOVERING, and what a venue's report does: books compared, differences said and decided. */
import { totalOf } from '../domain/account.ts';
import {
  type Decimal,
  abs,
  decimal,
  gt,
  isPositive,
  isZero,
  mul,
  sub,
  toText,
} from '../domain/decimal.ts';
import { runOf } from '../domain/ids.ts';
import {
  type Drift,
  type ExternalOrder,
  type VenueReport,
  describeDrift,
  differenceOf,
} from '../domain/venue.ts';
import { scopeKey } from '../execution/money.ts';
import { isUnheard } from '../execution/orders.ts';
import { protect } from '../execution/protection.ts';
import {
  type Comparison,
  compareBooks,
  describeDifferences,
  explainDrift,
} from '../execution/reconcile.ts';
import { tightenSymbol } from '../execution/stop-states.ts';
import { watchStop } from '../execution/stop-watch.ts';
import { stepAccount } from './account-events.ts';
import type { StepContext } from './step-context.ts';
import { retryProtection } from './upkeep.ts';

/** How soon a report that showed something new is followed by the next one of a venue outside. */
const LOOK_AGAIN_MS = 1000;
/** Reports in a row that make a difference a fact even where it changes with every one. */
const MOVING_REPORTS = 3;
/** Coins of a new account that its first line names. */
const NAMED_COINS = 5;
const MILLION = decimal('1000000');

/** The books can no longer be trusted: nothing is opened until a report agrees with them. */
export function stepRecover(ctx: StepContext, reason: string): void {
  const since = ctx.truth.recovering?.since ?? ctx.now();
  ctx.truth.recovering = { since, reason, blocked: null };
  // What was seen before says nothing about now.
  ctx.truth.suspects.clear();
  ctx.truth.stray.clear();
  // A venue in this process answers in the same moment: nothing happened that anybody could see.
  if (ctx.isOutside) {
    ctx.log?.({ level: 'warn', category: 'system', message: `recovering: ${reason}` });
  }
  ctx.send({ kind: 'report', reason });
}

/** Compares what the venue told with our books, and ends RECOVERING when they agree. */
export function stepReport(ctx: StepContext, report: VenueReport): void {
  const found = compareBooks(ctx.money, report);
  const words = describeDifferences(ctx.money, found);
  const isNews = keepExternals(ctx, report.externalOrders);
  const drifts = judgeDrifts(ctx, found);
  const balances = judgeBalances(ctx, found);
  const isOpen = drifts.isOpen || balances.isOpen;
  const { recovering } = ctx.truth;
  if (recovering) {
    const blocked = blockOf(report, found, isOpen ? openWords(ctx, found) : []);
    if (blocked === null) endRecovery(ctx, words);
    else stayRecovering(ctx, blocked, isOpen);
  } else if (isNews || drifts.isNews || balances.isNews) {
    ctx.record({ kind: 'reconciled', accountId: ctx.money.accountId, differences: words });
  }
  retryProtection(ctx);
  watchStop(ctx, report);
}

/** Why the books cannot be trusted yet, in words for the operator; null when they can. */
function blockOf(report: VenueReport, found: Comparison, open: readonly string[]): string | null {
  const [run] = report.foreignRuns ?? [];
  if (run !== undefined) {
    return (
      `orders of run ${run} are open that this journal does not know: ` +
      'another Tapedeck trades this account, or this state is a restored backup. ' +
      'Stop the other one; cancel or adopt its orders here'
    );
  }
  const [first] = [...(report.doubts ?? []), ...found.orders, ...open];
  return first ?? null;
}

/** The differences that another report has to show; the operator may know of others. */
function openWords({ money, truth }: StepContext, found: Comparison): readonly string[] {
  const positions = found.positions.filter(({ symbol }) => truth.suspects.has(symbol));
  const balances = found.balances.filter(({ asset }) => truth.stray.has(asset));
  return describeDifferences(money, { orders: [], positions, balances });
}

function stayRecovering(ctx: StepContext, blocked: string, isOpen: boolean): void {
  const { recovering } = ctx.truth;
  if (!recovering) return;
  const isNew = recovering.blocked !== blocked;
  recovering.blocked = blocked;
  if (isNew) {
    ctx.send({ kind: 'notice', level: 'error', text: `still recovering: ${blocked}` });
  }
  // A venue in this process answers at once, and always the same: asked again only for a reason.
  if (!ctx.isOutside && !isNew && !isOpen) return;
  const delayMs = ctx.isOutside ? LOOK_AGAIN_MS : 0;
  if (ctx.isOutside || isNew) {
    ctx.send({ kind: 'report', reason: 'the books do not agree yet', delayMs });
  }
}

function endRecovery(ctx: StepContext, differences: readonly string[]): void {
  const { recovering, started } = ctx.truth;
  if (!recovering) return;
  ctx.record({ kind: 'reconciled', accountId: ctx.money.accountId, differences });
  ctx.truth.recovering = null;
  ctx.truth.compared = true;
  if (!started) return;
  const { state } = ctx.money.trading;
  const text = `books agree with the venue after: ${recovering.reason} · ${state} again`;
  ctx.send({ kind: 'notice', level: 'info', text });
  for (const ledger of ctx.money.ledgers.values()) protect(ctx, ledger);
}

/** What a judgement found: something journaled, something that needs another look. */
interface Judged {
  readonly isNews: boolean;
  readonly isOpen: boolean;
}

/** The list as it is; orders that were not there before are named. */
function keepExternals(ctx: StepContext, listed: readonly ExternalOrder[] | undefined): boolean {
  if (listed === undefined) return false;
  const known = ctx.money.externals;
  // The report may have been on its way when one of them was taken over.
  const own = new Set(Array.from(ctx.money.working.values(), ({ venueOrderId }) => venueOrderId));
  const orders = listed.filter(({ venueOrderId }) => !own.has(venueOrderId));
  const isSame =
    orders.length === known.size &&
    orders.every((order) => known.get(order.venueOrderId)?.filled === order.filled);
  if (isSame) return false;
  const fresh = orders.filter(({ venueOrderId }) => !known.has(venueOrderId));
  ctx.record({ kind: 'externalOrders', accountId: ctx.money.accountId, orders });
  if (fresh.length === 0) return true;
  const named = fresh.slice(0, 3).map(describeExternal);
  const more = fresh.length > named.length ? ` and ${fresh.length - named.length} more` : '';
  const text = `not ours, left alone: ${named.join(', ')}${more}`;
  ctx.send({ kind: 'notice', level: 'warn', text });
  return true;
}

/** `sell 0.5 BTC/USDT limit 70000`: an order of somebody else in words. */
export function describeExternal(order: ExternalOrder): string {
  const price = order.price ?? order.triggerPrice;
  const at = price === null ? '' : ` ${toText(price)}`;
  return `${order.side} ${toText(order.quantity)} ${order.symbol} ${order.type}${at}`;
}

/**
 * A holding that differs in two reports by the same amount (or in three by any) is a drift, unless
 * an order whose outcome is unknown may explain it, or the operator knows of just this difference.
 */
function judgeDrifts(ctx: StepContext, { positions }: Comparison): Judged {
  const { suspects } = ctx.truth;
  const apart = new Map(positions.map((drift) => [drift.symbol, drift]));
  let isNews = endDrifts(ctx, apart);
  let isOpen = false;
  for (const symbol of suspects.keys()) if (!apart.has(symbol)) suspects.delete(symbol);
  for (const drift of positions) {
    const difference = differenceOf(drift);
    const known = ctx.money.drifts.get(drift.symbol);
    if (known && isWithinLot(ctx, drift.symbol, differenceOf(known), difference)) continue;
    if (mayBeUnderWay(ctx, drift, difference)) continue;
    const before = suspects.get(drift.symbol);
    const isSame =
      before !== undefined && isWithinLot(ctx, drift.symbol, before.difference, difference);
    const seen = (before?.seen ?? 0) + 1;
    if (isSame || seen >= MOVING_REPORTS || isFromBefore(ctx, drift)) {
      suspects.delete(drift.symbol);
      tellDrift(ctx, drift);
      isNews = true;
    } else {
      suspects.set(drift.symbol, { difference, seen });
      isOpen = true;
    }
  }
  return { isNews, isOpen };
}

function isWithinLot(ctx: StepContext, symbol: string, a: Decimal, b: Decimal): boolean {
  const lot = ctx.money.markets.get(symbol)?.stepSize;
  return lot === undefined ? a === b : !gt(abs(sub(a, b)), lot);
}

/** Could orders that were sent and never answered make up the difference? */
function mayBeUnderWay(ctx: StepContext, { symbol }: Drift, difference: Decimal): boolean {
  const side = isPositive(difference) ? 'buy' : 'sell';
  for (const order of ctx.money.working.values()) {
    if (order.symbol !== symbol || order.side !== side) continue;
    if (isUnheard(order) || order.status === 'submitted') return true;
  }
  return false;
}

function tellDrift(ctx: StepContext, drift: Drift): void {
  const { symbol, ours, theirs } = drift;
  const explanation = explainDrift(drift, ctx.money.markets.get(symbol));
  const { accountId } = ctx.money;
  ctx.record({ kind: 'drifted', accountId, explanation, symbol, ours, theirs });
  if (isFromBefore(ctx, drift)) return leaveAlone(ctx, drift);
  const words = `${symbol}: ${describeDrift(drift)}`;
  tightenSymbol(ctx, symbol, `books differ, ${words}`);
  const text = `${words} · ${explanation} · book it, close it or leave it`;
  ctx.send({ kind: 'notice', level: 'error', text });
}

/**
 * Coins that were there when this start first looked, in a spot market where this journal never
 * ordered: savings on the account, no question that has to be answered before anything is traded.
 */
function isFromBefore({ isOutside, truth, money }: StepContext, { symbol, ours }: Drift): boolean {
  if (!isOutside || truth.compared || !isZero(ours)) return false;
  if (money.markets.get(symbol)?.kind !== 'spot' || money.positions.has(symbol)) return false;
  // Orders that are named as ours: this journal is a new one, or an old one.
  for (const order of money.externals.values()) if (runOf(order.clientOrderId)) return false;
  for (const orders of [money.working, money.closed]) {
    for (const order of orders.values()) if (order.symbol === symbol) return false;
  }
  return true;
}

function leaveAlone(ctx: StepContext, { symbol, theirs }: Drift): void {
  const { accountId, markets } = ctx.money;
  ctx.record({ kind: 'driftEnded', accountId, symbol, how: 'ignored' });
  const coins = `${toText(theirs)} ${markets.get(symbol)?.base ?? symbol}`;
  const text = `the account holds ${coins} from before: left alone, not traded`;
  ctx.send({ kind: 'notice', level: 'warn', text });
}

/** Books and venue agree again: the question is closed, the state stays with the operator. */
function endDrifts(ctx: StepContext, apart: ReadonlyMap<string, Drift>): boolean {
  let isNews = false;
  for (const { symbol, ignored } of ctx.money.drifts.values()) {
    if (apart.has(symbol)) continue;
    const { accountId } = ctx.money;
    ctx.record({ kind: 'driftEnded', accountId, symbol, how: 'agreed' });
    isNews = true;
    const scope = ctx.money.scopes.get(scopeKey({ symbol }));
    const stays = scope && !ignored ? `; it stays ${scope.state} until you resume it` : '';
    ctx.send({ kind: 'notice', level: 'info', text: `${symbol} agrees again${stays}` });
  }
  return isNews;
}

/**
 * Money that differs in two reports by the same amount came or went without a trade. It waits
 * while something open may explain it: a drift, an inferred fill, an order of unknown outcome.
 */
function judgeBalances(ctx: StepContext, { balances }: Comparison): Judged {
  const { stray } = ctx.truth;
  const isNew = ctx.money.balances.size === 0;
  const isExplained = hasOpenQuestion(ctx);
  const before = new Map(stray);
  stray.clear();
  let isOpen = false;
  let isNews = false;
  for (const { asset, difference } of balances) {
    if (!isNew && isExplained) continue;
    const isRounding = !isNew && isSmallChange(ctx, asset, difference);
    if (isNew || isRounding || before.get(asset) === difference) {
      const { accountId } = ctx.money;
      stepAccount(ctx, { kind: 'deposited', accountId, asset, amount: difference });
      if (!isNew && !isRounding) tellTransfer(ctx, asset, difference);
      isNews = true;
    } else {
      stray.set(asset, difference);
      isOpen = true;
    }
  }
  if (isNew && isNews) tellHoldings(ctx, balances);
  return { isNews, isOpen };
}

function hasOpenQuestion(ctx: StepContext): boolean {
  const { drifts, provisional, working } = ctx.money;
  if (provisional.size > 0 || ctx.truth.suspects.size > 0) return true;
  for (const { ignored } of drifts.values()) if (!ignored) return true;
  for (const order of working.values()) if (isUnheard(order)) return true;
  return false;
}

/**
 * Venues round what a fill costs, each in its own way. What is less than a millionth of the balance
 * is put right without a word, and nothing waits for it.
 */
function isSmallChange({ money }: StepContext, asset: string, difference: Decimal): boolean {
  return !gt(mul(abs(difference), MILLION), totalOf(money.balances, asset));
}

/** What a new account begins with came before us, in one line: some hold dust of fifty coins. */
function tellHoldings(ctx: StepContext, balances: Comparison['balances']): void {
  const rest = balances.filter(({ asset }) => asset !== ctx.money.currency);
  const own = balances.filter(({ asset }) => asset === ctx.money.currency);
  const sums = [...own, ...rest].map((one) => `${toText(one.difference)} ${one.asset}`);
  const more = sums.length > NAMED_COINS ? ` and ${sums.length - NAMED_COINS} more coins` : '';
  const text = `the account holds ${sums.slice(0, NAMED_COINS).join(', ')}${more}`;
  ctx.send({ kind: 'notice', level: 'info', text });
}

function tellTransfer(ctx: StepContext, asset: string, amount: Decimal): void {
  const what = isPositive(amount) ? 'came in' : 'went out';
  const text = `${toText(abs(amount))} ${asset} ${what} without a trade: booked as a transfer`;
  ctx.send({ kind: 'notice', level: 'warn', text });
}
