import type { Approved, Denied, Verdict } from '../domain/verdict.ts';
import type { OrderRequest } from '../domain/order.ts';
import type { ReviewContext, RiskRule } from './rule.ts';
import { RULES } from './rules.ts';

/** An order that may be sent, with every verdict that let it through. */
export interface Passed {
  readonly ok: true;
  readonly approved: Approved<OrderRequest>;
  readonly verdicts: readonly Verdict[];
}

/**
 * Folds every rule into one verdict. All rules speak, so that the screen can show them together;
 * the first that says no names the denial. The context counts working orders, and an approved
 * order is created before the next review, so two orders of one step never use the same room.
 */
export function review(request: OrderRequest, context: ReviewContext): Passed | Denied {
  const verdicts: Verdict[] = [];
  let first: Verdict | null = null;
  for (const rule of RULES) {
    if (!applies(rule, context)) continue;
    const verdict = rule.check(request, context);
    if (verdict === null) continue;
    verdicts.push(verdict);
    if (!verdict.ok && first === null) first = verdict;
  }
  if (first !== null) return { ok: false, verdicts, verdict: first };
  // The one place that makes an Approved: after every rule had its say.
  return { ok: true, approved: request as Approved<OrderRequest>, verdicts };
}

/** Rules of the venue's own stay with `--risk none`; others may skip orders that reduce. */
function applies(rule: RiskRule, context: ReviewContext): boolean {
  if (!context.limits.enabled && !rule.alwaysOn) return false;
  return rule.appliesToReducing || !context.reducing;
}
