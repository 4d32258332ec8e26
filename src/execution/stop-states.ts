import type { Order } from '../domain/order.ts';
import type { StateScope } from '../domain/record.ts';
import { type TradingState, stricter } from '../domain/verdict.ts';
import type { ExecutionContext } from './context.ts';
import { type TradingStateEntry, scopeKey } from './money.ts';
import { cancelWhere, requestCancel } from './orders.ts';
import { beginStopWatch } from './stop-watch.ts';
import { effectiveState } from './truth.ts';

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
  if (scope === undefined && ctx.isOutside && isStop(to.state)) beginStopWatch(ctx, canceled);
  const whose = scope === undefined ? '' : `${scopeName(scope)} `;
  const level = to.state === 'running' || to.state === 'paused' ? 'info' : 'warn';
  ctx.send({
    kind: 'notice',
    level,
    text: `${whose}${to.state}: ${to.reason}${canceledText(canceled)}`,
  });
}

/** ` · 2 orders canceled`, behind what canceled them; empty for none. */
export const canceledText = (canceled: number): string =>
  canceled === 0 ? '' : ` · ${canceled} ${canceled === 1 ? 'order' : 'orders'} canceled`;

/** Is it an order of this strategy, or in this symbol? */
export const isInScope = (
  of: { readonly strategyId: string; readonly symbol: string },
  scope: StateScope,
): boolean => ('symbol' in scope ? of.symbol === scope.symbol : of.strategyId === scope.strategyId);

/** The strategy or symbol that a scope is about. */
export const scopeName = (scope: StateScope): string =>
  'symbol' in scope ? scope.symbol : scope.strategyId;

/** Only smaller from here on, in one symbol; a stricter state stays. */
export function tightenSymbol(ctx: ExecutionContext, symbol: string, reason: string): void {
  const scope = { symbol };
  const current = ctx.money.scopes.get(scopeKey(scope))?.state ?? 'running';
  if (stricter(current, 'reducing') === current) return;
  setTradingState(ctx, { state: 'reducing', reason, by: 'engine', scope });
}

/** An order that works again, against what the state allows, is canceled again. */
export function cancelIfStopped(ctx: ExecutionContext, order: Order): void {
  const state = effectiveState(ctx.money, order, false);
  if (mustLeave(order, state)) requestCancel(ctx, order, `${state}: it appeared afterwards`);
}

/** Does it end everything that is open, so that the venue's word on it is looked for? */
const isStop = (state: TradingState): boolean => state === 'halted' || state === 'flattening';

/** Reducing cancels resting entries, halted all but protection, flattening everything. */
function mustLeave(order: Order, state: TradingState): boolean {
  if (state === 'flattening') return true;
  if (state === 'halted') return order.role !== 'protective';
  return state === 'reducing' && order.role === 'entry';
}
