import { ONE, decimal } from '../../src/domain/decimal.ts';
import type { OrderRequest } from '../../src/domain/order.ts';
import type { ReviewContext } from '../../src/risk/rule.ts';
import { SPOT, START, WIDE } from '../support/builders.ts';

/** A quiet account of 10,000 that holds nothing; every limit is far away. */
const QUIET: ReviewContext = {
  limits: WIDE,
  market: SPOT,
  tradingState: 'running',
  reducing: false,
  by: 'strategy',
  equity: 10_000,
  lastPrice: 100,
  spreadBps: 2,
  dataAgeSeconds: 1,
  price: 100,
  accountQuantity: 0,
  closable: ONE,
  openPositions: 0,
  holdsSymbol: false,
  grossExposure: 0,
  netExposure: 0,
  symbolExposure: 0,
  sideExposure: 0,
  openRiskQuote: 0,
  cluster: { members: [SPOT.symbol], bought: 0, sold: 0, unknown: [] },
  badData: 0,
  now: START,
  worstCaseFraction: 1,
  free: 10_000,
  leverage: 1,
  ordersLastMinute: 0,
  duplicateAgeSeconds: null,
  stoppedAgoSeconds: null,
};

export type Change = Partial<Omit<ReviewContext, 'limits'>> & {
  readonly limits?: Partial<ReviewContext['limits']>;
};
/** The quiet account with what differs. */
export const context = ({ limits, ...change }: Change = {}): ReviewContext => ({
  ...QUIET,
  ...change,
  limits: { ...WIDE, ...limits },
});

/** Parts of a request. */
export const limit = (price: string): Partial<OrderRequest> => ({
  type: 'limit',
  price: decimal(price),
});
export const buys = (quantity: string): Partial<OrderRequest> => ({ quantity: decimal(quantity) });
export const stopAt = (price: string): Partial<OrderRequest> => ({
  bracket: { stopPrice: decimal(price), targetPrice: null, trailFraction: null },
});
