import { type BudgetLimits, LIMITS } from './limits.ts';

/**
 * Who asks, most urgent first: `cancel` is never held back by the budget, `proof` (questions about
 * unknown orders and missing fills) may use the reserve, the others may not.
 */
export const LANES = ['cancel', 'proof', 'exit', 'entry', 'rest'] as const;
export type Lane = (typeof LANES)[number];

/** A token bucket on the monotonic clock. Cancels may overdraw it; the others then wait longer. */
export class RateBudget {
  private readonly limits: BudgetLimits;
  private tokens: number;
  private filledAt: number;

  constructor(limits: BudgetLimits, now: number) {
    this.limits = limits;
    this.tokens = limits.burst;
    this.filledAt = now;
  }

  /** Takes one request of this lane; false when it has to wait. */
  take(lane: Lane, now: number): boolean {
    if (this.waitMs(lane, now) > 0) return false;
    this.tokens = Math.max(this.tokens - 1, -this.limits.burst);
    return true;
  }

  /** Time until a request of this lane may leave; 0 when it may at once. */
  waitMs(lane: Lane, now: number): number {
    this.refill(now);
    if (lane === 'cancel') return 0;
    const needed = lane === 'proof' ? 1 : 1 + this.limits.reserve;
    if (this.tokens >= needed) return 0;
    return Math.ceil(((needed - this.tokens) * 1000) / this.limits.perSecond);
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
