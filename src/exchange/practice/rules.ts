/** What a practice exchange is made of, what its rules are, and how it refuses. */
import type { Decimal } from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';
import type { Position } from '../../domain/position.ts';
import type { RejectCode } from '../../domain/record.ts';
import type { OrderRef, VenueFault } from '../../domain/venue.ts';
import type { Clock, DeadManAbility, Scheduler, VenueAbilities } from '../../ports.ts';
import type { SimModel } from '../sim/models.ts';
import type { Numbering } from './records.ts';
import type { RequestLimitOptions } from './request-limit.ts';

export interface PracticeOptions {
  readonly accountId: string;
  readonly markets: readonly Market[];
  /** The exchange's own time: it goes on while our process is down. */
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly balances: ReadonlyMap<string, Decimal>;
  /** Holdings of an account that is not new. */
  readonly positions?: readonly Position[];
  readonly model: SimModel;
  readonly rules?: Partial<PracticeRules>;
  readonly numbering?: Numbering;
}

/** One asset of the account: `locked` backs open orders. */
export interface PracticeBalance {
  readonly asset: string;
  readonly total: Decimal;
  readonly free: Decimal;
  readonly locked: Decimal;
}

export interface PracticeRules {
  readonly abilities: VenueAbilities;
  /** A client order id is unique among open orders only, as on some real venues (F7). */
  readonly reusesIds: boolean;
  /** The history shows a fill only so long after it happened (F16). */
  readonly fillLagMs: number;
  readonly limit: RequestLimitOptions;
}

const DEAD_MAN: DeadManAbility = { cancelsStops: true, longestMs: 300_000 };

export const USUAL_RULES: PracticeRules = {
  abilities: { stops: true, trailingStops: true, oco: true, amend: true, deadMan: DEAD_MAN },
  reusesIds: false,
  fillLagMs: 0,
  limit: { perMinute: 1_200, patience: 20, banMs: 120_000 },
};

export const USUAL_NUMBERING: Numbering = { order: 'p', fill: 't', from: 0 };

export type RequestKind = 'create' | 'cancel' | 'other';

/** A request that the exchange's rules refuse. */
export const refused = (code: RejectCode, reason: string): { ok: false; fault: VenueFault } => ({
  ok: false,
  fault: { kind: 'rejected', code, reason },
});

/** A question after an order that is none. */
export const notFound = (ref: OrderRef): { ok: false; fault: VenueFault } => ({
  ok: false,
  fault: {
    kind: 'notFound',
    reason: `unknown order ${ref.venueOrderId ?? ref.orderId ?? 'without id'}`,
  },
});
