/** What a venue outside this process says of an account: orders, fills, money, and its refusals. */
import { type Decimal, sub, toText } from './decimal.ts';
import type { Fill } from './fill.ts';
import type { OrderId } from './ids.ts';
import type { OrderType } from './order.ts';
import type { RejectCode } from './record.ts';
import type { EpochMs } from './time.ts';
import type { Side } from './trade.ts';

/** Names an order at the venue: by our own id before it is answered, by either afterwards. */
export interface OrderRef {
  readonly symbol: string;
  /** Our id; null for an order that somebody else made. */
  readonly orderId: OrderId | null;
  readonly venueOrderId: string | null;
}

export type VenueOrderStatus = 'open' | 'filled' | 'canceled' | 'rejected' | 'expired';

/** An order as the venue has it. Quantities in base units, prices in quote per base. */
export interface VenueOrder {
  readonly accountId: string;
  readonly symbol: string;
  readonly venueOrderId: string;
  /** The client order id as the venue knows it, ours or another program's; null without one. */
  readonly clientOrderId: string | null;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly reduceOnly: boolean;
  readonly status: VenueOrderStatus;
  readonly filled: Decimal;
  /** Average price of what is filled; null before the first fill. */
  readonly averagePrice: Decimal | null;
  /** The venue's clock. */
  readonly updatedTime: EpochMs;
  readonly reason: string | null;
}

/** One execution as the venue tells it; ours and those of orders that are not ours. */
export interface VenueFill extends Omit<Fill, 'orderId' | 'inferred'> {
  readonly venueOrderId: string;
  readonly clientOrderId: string | null;
}

/** Money and holdings of the account at one moment of the venue. */
export interface VenueAccount {
  readonly accountId: string;
  /** Signed base units of perpetuals, and of spot markets the holding of their base asset. */
  readonly positions: ReadonlyMap<string, Decimal>;
  /** Totals by asset. */
  readonly balances: ReadonlyMap<string, Decimal>;
  readonly time: EpochMs;
}

/**
 * Why a request came to nothing, by what to do about it (RELIABILITY 3). `unknownOutcome` is
 * everything that is no proven refusal: the request may have been carried out.
 */
export type VenueFault =
  | { readonly kind: 'rejected'; readonly code: RejectCode; readonly reason: string }
  /** The venue knows no such order: the answer to a question, never to a create. */
  | { readonly kind: 'notFound'; readonly reason: string }
  /** Keys are refused: nothing was done, and nothing will be until the operator acts. */
  | { readonly kind: 'auth'; readonly reason: string }
  /** Refused before matching; nothing may be sent for so long. `banned`: not even a cancel. */
  | {
      readonly kind: 'rateLimited';
      readonly reason: string;
      readonly waitMs: number;
      readonly banned: boolean;
    }
  /** Proven not carried out: maintenance, a closed market. */
  | { readonly kind: 'down'; readonly reason: string }
  | { readonly kind: 'unknownOutcome'; readonly reason: string };

export type VenueResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: VenueFault };

/** An order at the venue that no order of ours is: made by a person or another program. */
export type ExternalOrder = Omit<
  VenueOrder,
  'accountId' | 'status' | 'averagePrice' | 'updatedTime' | 'reason'
>;

/** Our books against the venue's on one symbol, signed base units. */
export interface Drift {
  readonly symbol: string;
  readonly ours: Decimal;
  readonly theirs: Decimal;
}

/** Theirs less ours: what our books lack. */
export const differenceOf = ({ ours, theirs }: Omit<Drift, 'symbol'>): Decimal => sub(theirs, ours);

/** `1.5 here, 1 at the venue`: a difference in words. */
export const describeDrift = ({ ours, theirs }: Omit<Drift, 'symbol'>): string =>
  `${toText(ours)} here, ${toText(theirs)} at the venue`;

/** The venue's own view of the account: open order ids, signed positions, balance totals. */
export interface VenueReport {
  readonly openOrders: readonly OrderId[];
  readonly positions: ReadonlyMap<string, Decimal>;
  readonly balances: ReadonlyMap<string, Decimal>;
  /** Open orders that are none of ours; left out by a venue in the process, which has none. */
  readonly externalOrders?: readonly ExternalOrder[];
  /** Runs whose orders are open there, with our prefix, and that our journal does not know. */
  readonly foreignRuns?: readonly string[];
  /** What could not be found out, in words: until it is empty the books are not compared clean. */
  readonly doubts?: readonly string[];
}
