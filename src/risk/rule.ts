import type { Decimal } from '../domain/decimal.ts';
import type { NumberLimit, RiskLimits } from '../domain/limits.ts';
import type { Market } from '../domain/market.ts';
import type { OrderRequest } from '../domain/order.ts';
import type { EpochMs } from '../domain/time.ts';
import type { DenialCode, TradingState, Verdict } from '../domain/verdict.ts';

/** Who asks for an order: some states allow the operator, or the engine, what they deny others. */
export type Actor = 'strategy' | 'operator' | 'engine';

/** What a rule may know: measured once per review, money as floats unless it is compared exactly. */
export interface ReviewContext {
  readonly limits: RiskLimits;
  readonly market: Market;
  readonly tradingState: TradingState;
  /** Is it an exit against what this ledger holds? How much it may close is `closable`. */
  readonly reducing: boolean;
  readonly by: Actor;
  readonly equity: number;
  /** 0 before the first price. */
  readonly lastPrice: number;
  readonly spreadBps: number | null;
  readonly dataAgeSeconds: number | null;
  /** Price the order is expected to fill at, for valuations. */
  readonly price: number;
  /** Signed base units of the account in this symbol, with working entries. */
  readonly accountQuantity: number;
  /** Base units this order may close at most: the ledger's position with its working exits. */
  readonly closable: Decimal;
  readonly openPositions: number;
  /** Does the account hold (or work an entry in) this symbol already? */
  readonly holdsSymbol: boolean;
  /** Quote of all markets together, each at the larger side its working orders may reach. */
  readonly grossExposure: number;
  /** Long minus short, quote, if every working order of this side filled and none of the other. */
  readonly netExposure: number;
  /** The part of this market in grossExposure. */
  readonly symbolExposure: number;
  /** Signed quote of this market if every working order of this side filled, none of the other. */
  readonly sideExposure: number;
  /** Quote lost if every stop were hit, working entries included. */
  readonly openRiskQuote: number;
  /** Markets in use that move with this one, and what they may reach together. */
  readonly cluster: Cluster;
  /** Data of this market's feed lately that cannot be true. */
  readonly badData: number;
  /** Engine time. */
  readonly now: EpochMs;
  /** Move against the position at which an entry without stop is out, as a fraction; 1 = all. */
  readonly worstCaseFraction: number;
  /** Free amount of the account's currency, after reservations. */
  readonly free: number;
  readonly leverage: number;
  readonly ordersLastMinute: number;
  /** Age of the newest equal order within the guard's time; null when there is none. */
  readonly duplicateAgeSeconds: number | null;
  /** Seconds since the ledger's last stop-loss; null when there was none. */
  readonly stoppedAgoSeconds: number | null;
}

/** Markets whose returns correlate; signed quote as in `Reach`. */
export interface Cluster {
  /** This market first. */
  readonly members: readonly string[];
  readonly bought: number;
  readonly sold: number;
  /** Markets in use of which too few candles are known to say whether they move along. */
  readonly unknown: readonly string[];
}

/** One pre-trade rule: a pure function of request and context. */
export interface RiskRule {
  /** Stays on with `--risk none`: what a venue would refuse anyway. */
  readonly alwaysOn: boolean;
  /** Does it speak on orders that reduce? Most never block an exit (DECISIONS 14). */
  readonly appliesToReducing: boolean;
  /** Where its limit stands before any order; missing where it has no number of its own. */
  readonly standing?: Standing;
  /** Null when the rule has nothing to measure on this order. */
  check(request: OrderRequest, context: ReviewContext): Verdict | null;
}

/** A limit as the screen shows it: measured by what `check` adds an order to. */
export interface Standing {
  readonly code: DenialCode;
  readonly setting: NumberLimit;
  readonly group: 'account' | 'symbol' | 'order' | 'rate';
  readonly unit: 'fraction' | 'bps' | 'quote' | 'count' | 'seconds';
  /** Zero switches the rule off, it does not forbid everything. */
  readonly offAtZero?: true;
  /** What the account is at without the order; null where it is measured per order, or unknown. */
  measure(context: ReviewContext): number | null;
  /** In the unit; the setting itself where it is left out. */
  limit?(context: ReviewContext): number;
}

/** A limit that only an order can be measured against. */
export const perOrder = (
  of: Pick<Standing, 'code' | 'setting' | 'unit' | 'offAtZero' | 'limit'>,
): Standing => ({ ...of, group: 'order', measure: () => null });
