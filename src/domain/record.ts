import type { Decimal } from './decimal.ts';
import type { Fill } from './fill.ts';
import type { OrderId, RunId } from './ids.ts';
import type { Market } from './market.ts';
import type { OrderAmend, OrderRequest } from './order.ts';
import type { EpochMs } from './time.ts';
import type { DenialCode, TradingState } from './verdict.ts';
import type { SettingValue } from './command.ts';
import type { Drift, ExternalOrder } from './venue.ts';

/** What a trading state stricter than the account's holds for. */
export type StateScope = { readonly strategyId: string } | { readonly symbol: string };

/**
 * Journal records: decisions and money facts (ENGINE 4), the only things that change `money`.
 * The envelope `{ n, t, m }` (number, engine time, market events applied so far) is added when a
 * record is appended.
 */

/** A feed's own state as small, plain JSON; only the feed reads it. */
export type FeedCheckpoint = Readonly<Record<string, number | string | readonly number[]>>;

/** What a venue or the lifecycle tells us: enters as an event, is journaled as it is. */
export type AccountRecord =
  | {
      readonly kind: 'runStarted';
      readonly run: RunId;
      readonly version: string;
      readonly mode: string;
      readonly accountId: string;
      readonly currency: string;
      /** Random seed of the simulated market or of the run. */
      readonly seed: number;
      readonly markets: readonly Market[];
    }
  | { readonly kind: 'runStopped'; readonly reason: string; readonly equity: number }
  | {
      readonly kind: 'deposited';
      readonly accountId: string;
      readonly asset: string;
      readonly amount: Decimal;
    }
  | { readonly kind: 'accepted'; readonly orderId: OrderId; readonly venueOrderId: string }
  | {
      readonly kind: 'rejected';
      readonly orderId: OrderId;
      readonly code: RejectCode;
      readonly reason: string;
    }
  | { readonly kind: 'canceled'; readonly orderId: OrderId; readonly reason: string }
  | { readonly kind: 'expired'; readonly orderId: OrderId; readonly reason: string }
  | { readonly kind: 'cancelRejected'; readonly orderId: OrderId; readonly reason: string }
  | {
      readonly kind: 'amended';
      readonly orderId: OrderId;
      readonly quantity: Decimal | null;
      readonly price: Decimal | null;
      /** New trigger, e.g. of a trailing stop that moved. */
      readonly triggerPrice: Decimal | null;
      readonly reason: string;
    }
  | { readonly kind: 'outcomeUnknown'; readonly orderId: OrderId; readonly reason: string }
  | { readonly kind: 'neverSent'; readonly orderId: OrderId; readonly reason: string }
  /**
   * An unknown order that the venue denied to know often and long enough: its room is free again,
   * and a tombstone waits for it for a day.
   */
  | { readonly kind: 'neverPlaced'; readonly orderId: OrderId; readonly reason: string }
  /** An order with a tombstone is at the venue after all: it works again. */
  | { readonly kind: 'resurfaced'; readonly orderId: OrderId; readonly venueOrderId: string }
  | ({ readonly kind: 'fill' } & Fill)
  /**
   * The venue's own fills in the place of one that was inferred from an order's totals. Their
   * quantities add up to the inferred one's; price and fee are put right. Of several inferred ones
   * that were parts of one fill, all but the oldest are replaced by nothing, just before it.
   */
  | {
      readonly kind: 'fillsReplaced';
      readonly orderId: OrderId;
      readonly inferredId: string;
      readonly fills: readonly Fill[];
    }
  | {
      readonly kind: 'funding';
      readonly accountId: string;
      readonly symbol: string;
      readonly asset: string;
      /** Positive = paid by us, in the settle asset. */
      readonly amount: Decimal;
      readonly rate: number;
    }
  /** The venue changed grids, limits or fees of markets, or trades some of them no more. */
  | {
      readonly kind: 'marketsChanged';
      readonly accountId: string;
      /** Whole markets that differ from before. */
      readonly markets: readonly Market[];
      /** Symbols that are not traded now. */
      readonly gone: readonly string[];
      /** Symbols that were gone and are traded again. */
      readonly back: readonly string[];
    }
  /** The operator went through the live gate: what it said, and what was typed beside its phrase. */
  | {
      readonly kind: 'gatePassed';
      readonly accountId: string;
      readonly phrase: string;
      /** What the operator vouched for because nobody could tell, as typed. */
      readonly vouched: readonly string[];
      readonly checks: readonly {
        readonly name: string;
        readonly ok: boolean | null;
        readonly said: string;
      }[];
    };

/** Why a venue refuses an order; stable codes, the reason has the words and values. */
export type RejectCode =
  | 'INSUFFICIENT_FUNDS'
  | 'INSUFFICIENT_MARGIN'
  | 'MIN_NOTIONAL'
  | 'MIN_QUANTITY'
  | 'TICK_SIZE'
  | 'STEP_SIZE'
  | 'UNKNOWN_SYMBOL'
  | 'POST_ONLY_WOULD_TAKE'
  | 'REDUCE_ONLY'
  | 'FOK_NOT_FILLABLE'
  | 'NO_LIQUIDITY'
  | 'WOULD_TRIGGER'
  | 'TOO_MANY_ORDERS'
  | 'DUPLICATE_ID'
  | 'INVALID_ORDER'
  | 'UNSUPPORTED'
  /** Refused before matching: keys, request limit, maintenance. */
  | 'AUTH'
  | 'RATE_LIMITED'
  | 'VENUE_DOWN';

/** What `step` decides. */
export type DecisionRecord =
  | {
      readonly kind: 'orderCreated';
      readonly orderId: OrderId;
      readonly request: OrderRequest;
      /** Last price when the decision was made. */
      readonly decisionPrice: number;
    }
  /** The stop of a holding moved: trailed by this program, or by hand where orders stay as made. */
  | {
      readonly kind: 'stopMoved';
      readonly strategyId: string;
      readonly symbol: string;
      readonly stopPrice: Decimal;
    }
  | { readonly kind: 'cancelRequested'; readonly orderId: OrderId; readonly reason: string }
  /** The operator's change of an order, reviewed; the venue answers `amended`. */
  | ({ readonly kind: 'amendRequested'; readonly orderId: OrderId } & OrderAmend & {
        readonly reason: string;
      })
  | {
      readonly kind: 'denied';
      readonly accountId: string;
      readonly strategyId: string;
      readonly symbol: string;
      readonly code: DenialCode;
      readonly value: number | string;
      readonly limit: number | string;
      readonly setting: string | null;
      readonly what: string;
      /** How often this denial was repeated since it was last journaled. */
      readonly repeated: number;
    }
  | {
      readonly kind: 'tradingState';
      readonly accountId: string;
      readonly state: TradingState;
      readonly reason: string;
      readonly by: 'operator' | 'breaker' | 'engine';
      /** Left out: the whole account. Of a strategy or a symbol the strictest one counts. */
      readonly scope?: StateScope;
    }
  | {
      readonly kind: 'breakerTripped';
      readonly accountId: string;
      readonly breaker: string;
      /** Left out: the whole account. */
      readonly scope?: StateScope;
      readonly value: number;
      readonly limit: number;
      /** Of value and limit; left out by records from before there were several. */
      readonly unit?: 'fraction' | 'count' | 'bps' | 'ratio';
      readonly clears: string;
      /** Earliest engine time at which the operator may clear it. */
      readonly cooldownUntil?: EpochMs;
    }
  | {
      readonly kind: 'breakerCleared';
      readonly accountId: string;
      readonly breaker: string;
      readonly scope?: StateScope;
    }
  /** A trouble that breakers count and no other record tells of. */
  | {
      readonly kind: 'incident';
      readonly accountId: string;
      readonly what: 'strategyError' | 'linkLost';
      readonly strategyId: string | null;
      readonly symbol: string | null;
      readonly detail: string;
    }
  | {
      readonly kind: 'strategyToggled';
      readonly strategyId: string;
      readonly enabled: boolean;
      readonly note: string;
    }
  | {
      readonly kind: 'paramsChanged';
      readonly strategyId: string;
      /** Name of the strategy whose parameters these are. */
      readonly strategy: string;
      readonly params: Readonly<Record<string, SettingValue>>;
      readonly previousParams: Readonly<Record<string, SettingValue>>;
      /** What the configuration said then: while it says so, a restart keeps `params`. */
      readonly configuredParams: Readonly<Record<string, SettingValue>>;
    }
  | { readonly kind: 'riskChanged'; readonly changes: Readonly<Record<string, SettingValue>> }
  | {
      readonly kind: 'dayOpened';
      readonly accountId: string;
      readonly day: EpochMs;
      readonly equity: number;
    }
  | { readonly kind: 'equityPeak'; readonly accountId: string; readonly equity: number }
  | {
      readonly kind: 'equitySample';
      readonly accountId: string;
      readonly hour: EpochMs;
      readonly equity: number;
    }
  | { readonly kind: 'feedCursor'; readonly checkpoint: FeedCheckpoint }
  | {
      readonly kind: 'reconciled';
      readonly accountId: string;
      readonly differences: readonly string[];
    }
  /** Position and fills do not agree by more than a lot; it stays until somebody decides. */
  | ({ readonly kind: 'drifted'; readonly accountId: string; readonly explanation: string } & Drift)
  | {
      readonly kind: 'driftEnded';
      readonly accountId: string;
      readonly symbol: string;
      readonly how: 'agreed' | 'adopted' | 'ignored';
    }
  /** The open orders of the account that are not ours, whenever they change. */
  | {
      readonly kind: 'externalOrders';
      readonly accountId: string;
      readonly orders: readonly ExternalOrder[];
    }
  /** The operator decided to leave an external order as it is: no longer shown as open question. */
  | { readonly kind: 'externalIgnored'; readonly accountId: string; readonly venueOrderId: string }
  /** An external order becomes one of ours, as it is at the venue now. */
  | {
      readonly kind: 'orderAdopted';
      readonly orderId: OrderId;
      readonly venueOrderId: string;
      readonly request: OrderRequest;
      readonly filled: Decimal;
      readonly decisionPrice: number;
    }
  /** A holding that no fill of ours explains is booked into a ledger at a price, cash untouched. */
  | {
      readonly kind: 'positionAdopted';
      readonly accountId: string;
      readonly symbol: string;
      readonly strategyId: string;
      /** Signed base units that are added to the ledger. */
      readonly quantity: Decimal;
      readonly price: Decimal;
      readonly reason: string;
    }
  | { readonly kind: 'commandRefused'; readonly command: string; readonly reason: string };

export type RecordBody = AccountRecord | DecisionRecord;

/** Envelope of every journal record. */
export interface Envelope {
  /** Number of the record: 1, 2, 3 … over the life of the state directory. */
  readonly n: number;
  /** Engine time, epoch ms. */
  readonly t: EpochMs;
  /** Market events applied so far: where a recorded or seeded feed continues. */
  readonly m: number;
}

export type JournalRecord = Envelope & RecordBody;
