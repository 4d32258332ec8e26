import type { Decimal } from './decimal.ts';
import type { OrderId } from './ids.ts';
import type { OrderType, TimeInForce } from './order.ts';
import type { StateScope } from './record.ts';
import type { EpochMs } from './time.ts';
import type { Side } from './trade.ts';

/** A manual order as the ticket hands it over; the same risk review as strategies. */
export interface Ticket {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly trailFraction: number | null;
  readonly stopPrice: Decimal | null;
  readonly targetPrice: Decimal | null;
  readonly timeInForce: TimeInForce;
  /** When a GTD order ends by itself; left out by any other. */
  readonly expireTime?: EpochMs;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
}

/** New risk limits or parameters, as the config layer checked them: plain JSON by path. */
export type SettingValue = number | string | boolean | null | readonly string[];

/** What the operator can ask. A tightening command never fails and never waits. */
export type Command =
  | { readonly kind: 'placeOrder'; readonly ticket: Ticket; readonly pressId: string }
  | { readonly kind: 'cancelOrder'; readonly orderId: OrderId }
  /** Null leaves as it is; the venue may replace the order under the same id (reviewed like new). */
  | {
      readonly kind: 'amendOrder';
      readonly orderId: OrderId;
      readonly price: Decimal | null;
      readonly triggerPrice: Decimal | null;
      readonly quantity: Decimal | null;
      readonly pressId: string;
    }
  | { readonly kind: 'cancelAll'; readonly symbol: string | null }
  | { readonly kind: 'closePosition'; readonly symbol: string; readonly pressId: string }
  | { readonly kind: 'pause'; readonly reason: string }
  | { readonly kind: 'resume'; readonly phrase: string | null }
  /** `by`: left out where a person asks; the process itself when it can no longer record. */
  | { readonly kind: 'halt'; readonly reason: string; readonly by?: 'engine' }
  | { readonly kind: 'flatten'; readonly reason: string }
  | { readonly kind: 'toggleStrategy'; readonly strategyId: string; readonly enabled: boolean }
  | {
      readonly kind: 'changeParams';
      readonly strategyId: string;
      /** All of them: what is left out takes its default. */
      readonly params: Readonly<Record<string, SettingValue>>;
      /** An edit of the configuration, not of the operator. */
      readonly fromConfig?: true;
    }
  | {
      readonly kind: 'changeRisk';
      readonly changes: Readonly<Record<string, SettingValue>>;
      /** An edit of the configuration, not of the operator: it never loosens what is in force. */
      readonly fromConfig?: true;
    }
  | { readonly kind: 'clearBreaker'; readonly breaker: string }
  /** Stops one strategy or symbol harder than the account; resumed with `resumeScope`. */
  | {
      readonly kind: 'tightenScope';
      readonly scope: StateScope;
      readonly state: 'paused' | 'reducing' | 'halted';
      readonly reason: string;
    }
  | { readonly kind: 'resumeScope'; readonly scope: StateScope; readonly phrase: string | null }
  /** What becomes of an order at the venue that is not ours; `ledger`: a strategy or MANUAL. */
  | {
      readonly kind: 'decideExternal';
      readonly venueOrderId: string;
      readonly decision: 'ignore' | 'cancel' | { readonly ledger: string };
    }
  /**
   * What becomes of a holding that our fills do not explain: booked into a ledger, closed at the
   * market, or left (our books stay as they are and the difference is no alarm any more).
   */
  | {
      readonly kind: 'decideDrift';
      readonly symbol: string;
      readonly decision: 'ignore' | 'close' | { readonly ledger: string };
    };
