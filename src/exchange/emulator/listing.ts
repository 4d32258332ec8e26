/** What the local exchange lists: the demo market's spot symbols, a very small coin, a halted one. */
import { decimal } from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';
import { type DemoSpec, DEMO_SPECS } from '../demo/markets.ts';
import type { MarketStatus } from './dialect.ts';

/** A symbol as the exchange keeps it. The market's grids may be changed by the control API. */
export interface Listing {
  readonly spec: Changeable<DemoSpec>;
  readonly market: Changeable<Market>;
  /** Which price of the demo's path it follows. */
  readonly follows: number;
  status: MarketStatus;
  delisted: boolean;
}

export type Changeable<T> = { -readonly [Field in keyof T]: T[Field] };

const SOL_PLACE = 2;

/** A coin of a fraction of a cent: many decimals in prices, none in quantities. */
const SMALL: Partial<DemoSpec> = {
  ticksPerUnit: 100_000_000,
  stepsPerUnit: 1,
  startPrice: 0.00001172,
  spreadFraction: 8e-4,
  levelTicks: 1,
  levelQuantity: 40_000_000,
  tradeQuantity: 2_500_000,
  tradeRate: 0.4,
};

/** The listings of a new exchange; every one has objects of its own. */
export function createListings(): Listing[] {
  const spot = DEMO_SPECS.flatMap((spec, follows) =>
    spec.market.kind === 'spot' ? [listing(spec, follows, {})] : [],
  );
  const sol = DEMO_SPECS[SOL_PLACE];
  if (!sol) return spot;
  const small = listing({ ...sol, ...SMALL }, SOL_PLACE, {
    symbol: 'PEPE/USDT',
    base: 'PEPE',
    tickSize: decimal('0.00000001'),
    stepSize: decimal('1'),
    minQuantity: decimal('1'),
    minNotional: decimal('1'),
  });
  const halted = listing({ ...sol, startPrice: 0.0814 * 1_000 }, SOL_PLACE, {
    symbol: 'LUNA/USDT',
    base: 'LUNA',
  });
  halted.status = 'halted';
  return [...spot, small, halted];
}

function listing(of: DemoSpec, follows: number, change: Partial<Market>): Listing {
  const market = { ...of.market, ...change };
  return { spec: { ...of, market }, market, follows, status: 'trading', delisted: false };
}
