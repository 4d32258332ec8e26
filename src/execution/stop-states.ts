import { isZero, lt, toNumber, toText } from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import { MANUAL, type Order } from '../domain/order.ts';
import type { StateScope } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import { type TradingState, describeDenial } from '../domain/verdict.ts';
import type { ExecutionContext } from './context.ts';
import { type Ledger, type TradingStateEntry, openLedgers } from './money.ts';
import { cancelWhere, closableQuantity, createOrder, exitRequest, isOwnWork } from './orders.ts';
import { protect } from './protection.ts';

/** What clears a state, in words for the screen (RELIABILITY 4). */
export const CLEARS: Readonly<Record<TradingState, string>> = {
  running: '',
  paused: 'r resumes',
  reducing: 'look at the loss, then r and the account name',
  recovering: 'ends by itself when the books agree',
  halted: 'look at the reason, then r and the account name',
  flattening: 'ends by itself when everything is closed',
};

/** Sets the trading state and does what it demands of working orders. */
export function setTradingState(
  ctx: ExecutionContext,
  to: {
    readonly state: TradingState;
    readonly reason: string;
    readonly by: TradingStateEntry['by'];
    /** Left out: the whole account. */
    readonly scope?: StateScope;
  },
): void {
  ctx.record({ kind: 'tradingState', accountId: ctx.money.accountId, ...to });
  const { scope } = to;
  const canceled = cancelWhere(
    ctx,
    `${to.state}: ${to.reason}`,
    (order) => (scope === undefined || isInScope(order, scope)) && mustLeave(order, to.state),
  );
  const whose = scope === undefined ? '' : `${scopeName(scope)} `;
  const orders =
    canceled === 0 ? '' : ` · ${canceled} ${canceled === 1 ? 'order' : 'orders'} canceled`;
  const level = to.state === 'running' || to.state === 'paused' ? 'info' : 'warn';
  ctx.send({ kind: 'notice', level, text: `${whose}${to.state}: ${to.reason}${orders}` });
}

/** Is it an order of this strategy, or in this symbol? */
export const isInScope = (
  of: { readonly strategyId: string; readonly symbol: string },
  scope: StateScope,
): boolean => ('symbol' in scope ? of.symbol === scope.symbol : of.strategyId === scope.strategyId);

/** The strategy or symbol that a scope is about. */
export const scopeName = (scope: StateScope): string =>
  'symbol' in scope ? scope.symbol : scope.strategyId;

/** Reducing cancels resting entries, halted all but protection, flattening everything. */
function mustLeave(order: Order, state: TradingState): boolean {
  if (state === 'flattening') return true;
  if (state === 'halted') return order.role !== 'protective';
  return state === 'reducing' && order.role === 'entry';
}

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
  const working = [...ctx.money.working.values()];
  if (working.some((order) => order.role !== 'exit')) return;
  const held = openLedgers(ctx.money);
  const open = held.filter((ledger) => !isDust(ctx, ledger));
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
  const name = ({ position, symbol }: Ledger): string => `${toText(position.quantity)} ${symbol}`;
  if (of.open.length === 0) {
    const dust = of.held.length === 0 ? '' : ` except dust ${of.held.map(name).join(', ')}`;
    setTradingState(ctx, { state: 'halted', reason: `flat${dust}: ${reason}`, by: 'engine' });
    return;
  }
  const text = `${NOT_FLAT}, still ${of.open.map(name).join(', ')}: ${reason}`;
  setTradingState(ctx, { state: 'halted', reason: text, by: 'engine' });
  ctx.send({ kind: 'notice', level: 'error', text });
  for (const ledger of of.open) protect(ctx, ledger);
}

/** Is this holding smaller than any order the venue would take? */
function isDust(ctx: ExecutionContext, ledger: Ledger): boolean {
  const market = required(ctx.money.markets.get(ledger.symbol), ledger.symbol);
  const quantity = closableQuantity(ctx.money, ledger);
  if (isZero(quantity) || lt(quantity, market.minQuantity)) return true;
  const price = ctx.lastPrice(ledger.symbol);
  // Venues exempt orders that reduce a perpetual from the smallest notional.
  if (market.kind === 'perpetual' || price === 0) return false;
  return toNumber(quantity) * price < toNumber(market.minNotional);
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
