/** Kraken's limits: counters that rise with requests and run down with time. */
import type { EpochMs } from '../../../domain/time.ts';
import { SECOND_MS } from '../../../domain/time.ts';

export interface CounterLimit {
  readonly max: number;
  readonly decayPerSecond: number;
}

export interface KrakenLimits {
  /** Requests of one key (https://docs.kraken.com/api/docs/guides/spot-rest-ratelimits). */
  readonly private: CounterLimit;
  /** Orders of one account in one pair (docs.kraken.com/api/docs/guides/spot-ratelimits). */
  readonly trading: CounterLimit;
  /** Public requests; the exchange says one a second and lets bursts pass. */
  readonly public: CounterLimit;
  /** Requests refused in a row before the key is locked. */
  readonly patience: number;
  readonly lockoutMs: number;
}

/** Those of the highest tier (`Pro`). */
export const PRO_LIMITS: KrakenLimits = {
  private: { max: 20, decayPerSecond: 1 },
  trading: { max: 180, decayPerSecond: 3.75 },
  public: { max: 60, decayPerSecond: 1 },
  patience: 20,
  lockoutMs: 900_000,
};

/** One counter. It starts at zero. */
export class DecayingCounter {
  private readonly limit: CounterLimit;
  private value = 0;
  private at: EpochMs = 0;

  constructor(limit: CounterLimit) {
    this.limit = limit;
  }

  /** Counts `cost`; false, and nothing counted, when that would be too much. */
  add(cost: number, now: EpochMs): boolean {
    this.decay(now);
    if (this.value + cost > this.limit.max) return false;
    this.value += cost;
    return true;
  }

  /** Counts what is never refused, up to the limit. */
  charge(cost: number, now: EpochMs): void {
    this.decay(now);
    this.value = Math.min(this.limit.max, this.value + cost);
  }

  private decay(now: EpochMs): void {
    const passed = Math.max(0, now - this.at);
    this.value = Math.max(0, this.value - (passed / SECOND_MS) * this.limit.decayPerSecond);
    this.at = now;
  }
}

/** Ages in seconds below which an order costs more; beyond the last it costs nothing more. */
const AGES: readonly number[] = [5, 10, 15, 45, 90, 300];
/** What is added then, by the same places. */
const CANCEL_COST: readonly number[] = [8, 6, 5, 4, 2, 1];
const EDIT_COST: readonly number[] = [6, 5, 4, 2, 1];
const AMEND_COST: readonly number[] = [3, 2, 1];

/** What a trading request adds to the counter of its pair; `ageMs` of the order it is about. */
export function tradingCost(kind: 'add' | 'amend' | 'edit' | 'cancel', ageMs: number): number {
  const step = AGES.findIndex((below) => ageMs < below * SECOND_MS);
  const of = (costs: readonly number[]): number => costs[step] ?? 0;
  switch (kind) {
    case 'add':
      return 1;
    case 'amend':
      return 1 + of(AMEND_COST);
    case 'edit':
      return 1 + of(EDIT_COST);
    case 'cancel':
      return of(CANCEL_COST);
  }
}
