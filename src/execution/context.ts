import type { OrderId } from '../domain/ids.ts';
import type { Order, OrderRequest } from '../domain/order.ts';
import type { RecordBody } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import type { OrderRef } from '../domain/venue.ts';
import type { Denied } from '../domain/verdict.ts';
import type { OrderChange, VenueAbilities } from '../ports.ts';
import type { Passed } from '../risk/review.ts';
import type { Actor } from '../risk/rule.ts';
import type { MoneyState } from './money.ts';
import type { TruthState } from './truth.ts';

/** What is to leave the engine; `engine/run.ts` performs it once its record is safe. */
export type Effect =
  | { readonly kind: 'submit'; readonly order: Readonly<Order> }
  | { readonly kind: 'cancel'; readonly orderId: OrderId }
  | { readonly kind: 'amend'; readonly orderId: OrderId; readonly change: OrderChange }
  /** Ask the venue for everything; the answer is a `report`. */
  | {
      readonly kind: 'report';
      readonly reason: string;
      readonly delayMs?: number;
      /** A halt or a flattening waits for it. */
      readonly isUrgent?: boolean;
    }
  /** Cancel an order at the venue that is not ours, as the operator decided. */
  | { readonly kind: 'cancelExternal'; readonly order: OrderRef }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };

/** What the life of an order needs of the engine: its money, its journal, its outbox. */
export interface ExecutionContext {
  readonly money: MoneyState;
  readonly truth: TruthState;
  /** The venue is outside this process: what it has is asked for, and proven by its reports. */
  readonly isOutside: boolean;
  /** What the venue can do itself. */
  readonly abilities: VenueAbilities;
  now(): EpochMs;
  /** Journals a record and applies it to `money` at once. */
  record(body: RecordBody): void;
  send(effect: Effect): void;
  /** `by` is the ledger's own (strategy, or the operator's manual orders) where it is not said. */
  review(request: OrderRequest, by?: Actor): Passed | Denied;
  /** Last price of a symbol; 0 before the first. */
  lastPrice(symbol: string): number;
}
