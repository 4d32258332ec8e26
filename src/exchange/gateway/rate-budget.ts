import type { BudgetView, RequestBudget, RequestKind } from '../../ports.ts';
import { LIMITS } from './limits.ts';

/**
 * Who asks, most urgent first: `cancel` is never held back by the budget, `proof` (questions about
 * unknown orders and missing fills, changes of exits and stops) may use the reserve, the others may
 * not.
 */
export const LANES = ['cancel', 'proof', 'exit', 'entry', 'rest'] as const;
export type Lane = (typeof LANES)[number];

/** A token bucket on the monotonic clock. Cancels may overdraw it; the others then wait longer. */
export class RateBudget {
  private readonly limits: RequestBudget;
  private tokens: number;
  private filledAt: number;

  constructor(limits: RequestBudget, now: number) {
    this.limits = limits;
    this.tokens = limits.burst;
    this.filledAt = now;
  }

  /** Takes one request of this lane; false when it has to wait. */
  take(lane: Lane, kind: RequestKind, now: number): boolean {
    if (this.waitMs(lane, kind, now) > 0) return false;
    this.tokens = Math.max(this.tokens - this.costOf(kind), -this.limits.burst);
    return true;
  }

  /** Time until a request of this lane may leave; 0 when it may at once. */
  waitMs(lane: Lane, kind: RequestKind, now: number): number {
    this.refill(now);
    const cost = this.costOf(kind);
    // What the venue counts elsewhere, or not at all, is no question of what is left here.
    if (lane === 'cancel' || cost === 0) return 0;
    const { burst, reserve, perSecond } = this.limits;
    const asked = cost + (lane === 'proof' ? 0 : reserve);
    // What costs more than there ever is leaves when everything is there.
    const needed = Math.min(asked, burst);
    if (this.tokens >= needed) return 0;
    return Math.ceil(((needed - this.tokens) * 1000) / perSecond);
  }

  /** For the screen: in whole units of the venue. */
  view(now: number): BudgetView {
    const waitingMs = this.waitMs('entry', 'create', now);
    const { burst } = this.limits;
    return { used: Math.max(0, Math.round(burst - this.tokens)), limit: burst, waitingMs };
  }

  private costOf(kind: RequestKind): number {
    return this.limits.costs?.[kind] ?? 1;
  }

  private refill(now: number): void {
    const grown = ((now - this.filledAt) * this.limits.perSecond) / 1000;
    this.tokens = Math.min(this.limits.burst, this.tokens + Math.max(0, grown));
    this.filledAt = Math.max(this.filledAt, now);
  }
}

/** Longest any order may wait for the budget, by what it is for. */
export function longestWaitMs(role: 'entry' | 'exit' | 'protective'): number {
  return role === 'entry' ? LIMITS.entryWaitMs : LIMITS.exitWaitMs;
}
