import type { OrderId } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import { findOrder, ledgerKey } from '../execution/money.ts';
import { protect } from '../execution/protection.ts';
import type { StepContext } from './step-context.ts';

/** A change that met the one before it, or an order on its way, can be asked for so soon. */
const SOON_MS = 2_000;
/** Wait after the second refusal in a row, doubled after every other. */
const WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 600_000;

/**
 * Protection of an account outside that could not be placed or changed: it covers something else
 * than what is held until it is tried again with a report, later every time it is `refused`. Where
 * a change only came too early, the next report is asked for soon.
 */
export function noteFailedProtection(
  ctx: StepContext,
  orderId: OrderId,
  why: 'refused' | 'tooEarly',
): void {
  const order = ctx.isOutside ? findOrder(ctx.money, orderId) : undefined;
  if (order?.role !== 'protective') return;
  const { unprotected } = ctx.truth;
  const key = ledgerKey(order.strategyId, order.symbol);
  const before = unprotected.get(key);
  const refusals = (before?.refusals ?? 0) + (why === 'refused' ? 1 : 0);
  const doubled = WAIT_MS * 2 ** (refusals - 2);
  const waitMs = refusals < 2 ? 0 : Math.min(doubled, LONGEST_WAIT_MS);
  unprotected.set(key, { refusals, due: ctx.now() + waitMs });
  if (why === 'refused' || before) return;
  const reason = `protection of ${order.symbol} could not be changed`;
  ctx.send({ kind: 'report', reason, delayMs: SOON_MS });
}

/** The venue took protection of this order's ledger: one more look whether it is enough. */
export function endRefusedProtection(ctx: StepContext, order: Order | undefined): void {
  if (order?.role !== 'protective') return;
  const { unprotected } = ctx.truth;
  const key = ledgerKey(order.strategyId, order.symbol);
  const failed = unprotected.get(key);
  if (failed === undefined) return;
  unprotected.set(key, { refusals: 0, due: ctx.now() });
  // A change that met the order on its way there: no report has to come first.
  if (failed.refusals === 0) retryProtection(ctx);
}

/** A sell has ended and gives its coins back: what was refused for lack of them is due again. */
export function endHeldProtection(ctx: StepContext, order: Order): void {
  if (ctx.abilities.holdsCoins !== true || order.side !== 'sell') return;
  for (const [key, failed] of ctx.truth.unprotected) {
    if (ctx.money.ledgers.get(key)?.symbol !== order.symbol || !Number.isFinite(failed.due))
      continue;
    if (failed.due > ctx.now()) ctx.truth.unprotected.set(key, { ...failed, due: ctx.now() });
  }
}

/** Tries again what is due; what fails again is noted again. */
export function retryProtection(ctx: StepContext): void {
  for (const [key, { refusals, due }] of Array.from(ctx.truth.unprotected)) {
    if (ctx.now() < due) continue;
    if (refusals === 0) ctx.truth.unprotected.delete(key);
    else ctx.truth.unprotected.set(key, { refusals, due: Infinity });
    const ledger = ctx.money.ledgers.get(key);
    if (ledger) protect(ctx, ledger);
  }
}
