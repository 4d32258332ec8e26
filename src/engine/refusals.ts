/** Entries that the venue refuses again and again wait: no strategy spins on its limits (F24, F26). */
import type { Order, OrderRequest } from '../domain/order.ts';
import type { RejectCode } from '../domain/record.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { Denied } from '../domain/verdict.ts';
import { ledgerKey } from '../execution/money.ts';
import type { EngineState } from './state.ts';

/** Refusals in a row after which a ledger's entries wait. */
const REFUSALS = 3;
/** How long they wait then; twice as long after every further refusal, up to a bound. */
const WAIT_MS = MINUTE_MS;
const LONGEST_WAIT_MS = HOUR_MS;

/** Refusals that an order asks for by its own flags. */
const EXPECTED: readonly RejectCode[] = ['POST_ONLY_WOULD_TAKE', 'FOK_NOT_FILLABLE'];

/** Counts a refused entry; any other order says nothing about the next one. */
export function countRefusal(
  { market }: EngineState,
  order: Readonly<Order>,
  of: { readonly code: RejectCode; readonly time: number },
): void {
  if (order.role !== 'entry' || EXPECTED.includes(of.code)) return;
  const key = ledgerKey(order.strategyId, order.symbol);
  const count = (market.refusals.get(key)?.count ?? 0) + 1;
  market.refusals.set(key, { count, time: of.time });
}

/** The venue takes orders of this ledger: what it refused before is over. */
export function endRefusals({ market }: EngineState, order: Readonly<Order> | undefined): void {
  if (market.refusals.size === 0 || order?.role !== 'entry') return;
  market.refusals.delete(ledgerKey(order.strategyId, order.symbol));
}

/** Why an entry has to wait; null when it has not. The operator's own orders never wait. */
export function refusedOften({ market }: EngineState, request: OrderRequest): Denied | null {
  if (market.refusals.size === 0 || request.role !== 'entry') return null;
  const known = market.refusals.get(ledgerKey(request.strategyId, request.symbol));
  if (!known || known.count < REFUSALS) return null;
  const waitMs = Math.min(LONGEST_WAIT_MS, WAIT_MS * 2 ** (known.count - REFUSALS));
  if (market.now >= known.time + waitMs) return null;
  const value = (market.now - known.time) / SECOND_MS;
  const limit = waitMs / SECOND_MS;
  const verdict = { code: 'REFUSED_OFTEN', ok: false, value, limit, setting: null } as const;
  return { ok: false, verdict, verdicts: [verdict] };
}
