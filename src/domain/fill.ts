import type { Decimal } from './decimal.ts';
import type { OrderId } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { Side } from './trade.ts';

/** One execution of ours. Counted once, by `id` + symbol + account. */
export interface Fill {
  /** The venue's id; the simulated venue uses `<order id>-<n-th fill>`. */
  readonly id: string;
  readonly orderId: OrderId;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: Decimal;
  /** Base units, > 0. */
  readonly quantity: Decimal;
  /** Amount of `feeAsset` paid; negative is a rebate. */
  readonly fee: Decimal;
  readonly feeAsset: string;
  /** The fee's worth in quote at the time of the fill. */
  readonly feeQuote: Decimal;
  readonly liquidity: 'maker' | 'taker';
  /** Made of an order's totals because the venue tells no fills yet; its own replace it. */
  readonly inferred?: true;
  readonly time: EpochMs;
}
