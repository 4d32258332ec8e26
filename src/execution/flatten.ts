import { toText } from '../domain/decimal.ts';
import { MANUAL } from '../domain/order.ts';
import type { EpochMs } from '../domain/time.ts';
import { describeDenial } from '../domain/verdict.ts';
import type { ExecutionContext } from './context.ts';
import { isDust } from './dust.ts';
import { type Ledger, openLedgers } from './money.ts';
import { closableQuantity, createOrder, exitRequest, isOwnWork } from './orders.ts';
import { protect } from './protection.ts';
import { setTradingState } from './stop-states.ts';
import { FLATTEN_PATIENCE_MS, beginFlatCheck, beginStopWatch } from './stop-watch.ts';

/** How the words of a flattening that could not close everything begin. */
export const NOT_FLAT = 'NOT FLAT';

/** Reason of the orders that flattening makes. */
const FLATTEN = 'flatten';
/** Closing orders a venue may refuse in one flattening before it ends with an alarm. */
const CLOSE_ATTEMPTS = 6;
/** Wait after the first refusal, doubled after every other (engine time). */
const CLOSE_RETRY_MS = 1000;

/**
 * One step of closing everything: first every order of ours is gone, then each ledger is closed
 * at the market, then the state becomes halted. Called after every event while flattening. A
 * refused close is tried again after a wait; at the end of the attempts the account is halted
 * with an alarm, and what it still holds gets its protection back.
 */
export function advanceFlatten(ctx: ExecutionContext): void {
  if (ctx.money.trading.state !== 'flattening') return;
  if (ctx.isOutside && !mayClose(ctx)) return;
  const working = [...ctx.money.working.values()];
  if (working.some((order) => order.role !== 'exit')) return;
  const held = openLedgers(ctx.money);
  const open = held.filter(
    (ledger) => !isDust(ctx, { symbol: ledger.symbol, quantity: ledger.position.quantity }),
  );
  let stuck = 0;
  for (const ledger of open) {
    const isClosing = working.some((order) => isOwnWork(order, ledger));
    if (isClosing || ctx.lastPrice(ledger.symbol) === 0) continue;
    const refused = refusedCloses(ctx, ledger);
    const wait = CLOSE_RETRY_MS * 2 ** (refused.count - 1);
    if (refused.count >= CLOSE_ATTEMPTS) stuck += 1;
    else if (refused.count > 0 && ctx.now() < refused.newest + wait) continue;
    else if (!closeLedger(ctx, ledger)) stuck += 1;
  }
  if (working.length === 0 && stuck === open.length) endFlatten(ctx, { held, open });
}

function endFlatten(
  ctx: ExecutionContext,
  of: { readonly held: readonly Ledger[]; readonly open: readonly Ledger[] },
): void {
  const { reason } = ctx.money.trading;
  const { stop } = ctx.truth;
  if (of.open.length === 0 && stop && stop.phase !== 'proven') {
    if (stop.phase === 'closing') beginFlatCheck(ctx, stop);
    return;
  }
  const left = stop?.left ?? null;
  if (of.open.length === 0 && left !== null) {
    return endNotFlat(ctx, [], `the venue still shows ${left}, which our books do not explain`);
  }
  const name = ({ position, symbol }: Ledger): string => `${toText(position.quantity)} ${symbol}`;
  if (of.open.length === 0) {
    const dust = of.held.length === 0 ? '' : ` except dust ${of.held.map(name).join(', ')}`;
    setTradingState(ctx, { state: 'halted', reason: `flat${dust}: ${reason}`, by: 'engine' });
    return;
  }
  endNotFlat(ctx, of.open, `still ${of.open.map(name).join(', ')}`);
}

/** Closing failed: an alarm, and what is still held gets its protection back. */
function endNotFlat(ctx: ExecutionContext, open: readonly Ledger[], what: string): void {
  const text = `${NOT_FLAT}, ${what}: ${ctx.money.trading.reason}`;
  setTradingState(ctx, { state: 'halted', reason: text, by: 'engine' });
  ctx.send({ kind: 'notice', level: 'error', text });
  for (const ledger of open) protect(ctx, ledger);
}

/**
 * At a venue outside nothing is closed before its reports show no order of ours, twice: a fill of
 * one would open what was closed. A venue that does not answer for minutes ends it with an alarm.
 */
function mayClose(ctx: ExecutionContext): boolean {
  const stop = ctx.truth.stop ?? beginStopWatch(ctx, 0);
  if (ctx.now() < ctx.money.trading.since + FLATTEN_PATIENCE_MS) return stop.phase !== 'orders';
  const held = openLedgers(ctx.money);
  endNotFlat(ctx, held, 'the venue does not confirm that orders are gone and positions closed');
  return false;
}

/** Closing orders of this flattening that ended without closing everything. */
function refusedCloses(
  ctx: ExecutionContext,
  ledger: Ledger,
): { readonly count: number; readonly newest: EpochMs } {
  const { since } = ctx.money.trading;
  let count = 0;
  let newest = 0;
  for (const order of ctx.money.closed.values()) {
    if (order.role !== 'exit' || order.createdTime < since || !isOwnWork(order, ledger)) continue;
    if (order.status === 'filled' || order.reason !== FLATTEN) continue;
    count += 1;
    newest = Math.max(newest, order.updatedTime);
  }
  return { count, newest };
}

/** Closes what a ledger holds with one market order. A denial is an alarm, and gives false. */
function closeLedger(ctx: ExecutionContext, of: Ledger): boolean {
  const quantity = closableQuantity(ctx.money, of);
  const request = exitRequest(ctx.money, of, { quantity, reason: FLATTEN });
  const verdict = ctx.review(request, 'engine');
  if (verdict.ok) {
    createOrder(ctx, verdict.approved);
    return true;
  }
  const who = of.strategyId === MANUAL ? '' : ` of ${of.strategyId}`;
  const text = `${NOT_FLAT}: closing ${of.symbol}${who} denied, ${describeDenial(verdict.verdict)}`;
  ctx.send({ kind: 'notice', level: 'error', text });
  return false;
}
