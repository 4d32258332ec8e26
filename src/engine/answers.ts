import { toText } from '../domain/decimal.ts';
import type { Order } from '../domain/order.ts';
import { positionSide } from '../domain/position.ts';
import type { Ledger } from '../execution/money.ts';
import { expectedQuantity } from '../execution/orders.ts';
import { stopOf } from './review-context.ts';
import type { StepContext } from './step-context.ts';

/** A command that is not carried out: journaled, and said with its reason. */
export function refuse(ctx: StepContext, command: string, reason: string): void {
  ctx.record({ kind: 'commandRefused', command, reason });
  ctx.send({ kind: 'notice', level: 'warn', text: `${command} refused: ${reason}` });
}

/** Working orders of a strategy that nobody has asked to cancel. */
export function restingOrders(
  ctx: StepContext,
  strategyId: string,
  pick: (order: Order) => boolean = () => true,
): number {
  let count = 0;
  for (const order of ctx.money.working.values()) {
    if (order.strategyId !== strategyId || order.status === 'pendingCancel') continue;
    if (pick(order)) count += 1;
  }
  return count;
}

/** `long 0.5 BTC/USDT with its stop at 64000`: what a ledger holds, in words. */
export function describeHeld(ctx: StepContext, ledger: Ledger): string {
  const quantity = toText(expectedQuantity(ctx.money, ledger)).replace('-', '');
  const stop = stopOf(ctx.state, ledger);
  const guard = stop === null ? 'without a stop' : `with its stop at ${stop}`;
  return `${positionSide(ledger.position)} ${quantity} ${ledger.symbol} ${guard}`;
}
