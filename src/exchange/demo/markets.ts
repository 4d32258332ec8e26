import { decimal, ONE, ZERO } from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';

/** Everything the demo market knows about one of its symbols. */
export interface DemoSpec {
  readonly market: Market;
  /** Price units per tick as its reciprocal, so that ticks / ticksPerUnit is the exact float. */
  readonly ticksPerUnit: number;
  readonly stepsPerUnit: number;
  readonly startPrice: number;
  /** How strongly it follows the common move of all assets. */
  readonly beta: number;
  /** Spread of a calm book, as a fraction of price. */
  readonly spreadFraction: number;
  /** Ticks between neighboring levels of the book. */
  readonly levelTicks: number;
  /** Usual quantity at the best level, base units. */
  readonly levelQuantity: number;
  /** Usual quantity of a print, base units. */
  readonly tradeQuantity: number;
  /** Mean prints per second in a calm market. */
  readonly tradeRate: number;
}

const SPOT = {
  kind: 'spot',
  quote: 'USDT',
  settle: 'USDT',
  minNotional: decimal('5'),
  contractSize: ONE,
  makerFeeRate: decimal('0.001'),
  takerFeeRate: decimal('0.001'),
  maxLeverage: 1,
  maintenanceMarginFraction: ZERO,
} as const;

const BTC: DemoSpec = {
  market: {
    ...SPOT,
    symbol: 'BTC/USDT',
    base: 'BTC',
    tickSize: decimal('0.01'),
    stepSize: decimal('0.00001'),
    minQuantity: decimal('0.00001'),
  },
  ticksPerUnit: 100,
  stepsPerUnit: 100_000,
  startPrice: 67_000,
  beta: 1,
  spreadFraction: 4e-6,
  levelTicks: 100,
  levelQuantity: 0.6,
  tradeQuantity: 0.012,
  tradeRate: 1.1,
};

const ETH: DemoSpec = {
  market: {
    ...SPOT,
    symbol: 'ETH/USDT',
    base: 'ETH',
    tickSize: decimal('0.01'),
    stepSize: decimal('0.0001'),
    minQuantity: decimal('0.0001'),
  },
  ticksPerUnit: 100,
  stepsPerUnit: 10_000,
  startPrice: 3_480,
  beta: 1.15,
  spreadFraction: 8e-6,
  levelTicks: 6,
  levelQuantity: 9,
  tradeQuantity: 0.2,
  tradeRate: 0.8,
};

const SOL: DemoSpec = {
  market: {
    ...SPOT,
    symbol: 'SOL/USDT',
    base: 'SOL',
    tickSize: decimal('0.01'),
    stepSize: decimal('0.001'),
    minQuantity: decimal('0.001'),
  },
  ticksPerUnit: 100,
  stepsPerUnit: 1_000,
  startPrice: 172,
  beta: 1.35,
  spreadFraction: 6e-5,
  levelTicks: 1,
  levelQuantity: 60,
  tradeQuantity: 3,
  tradeRate: 0.6,
};

const BTC_PERPETUAL: DemoSpec = {
  market: {
    ...SPOT,
    symbol: 'BTC/USDT:USDT',
    kind: 'perpetual',
    base: 'BTC',
    tickSize: decimal('0.1'),
    stepSize: decimal('0.001'),
    minQuantity: decimal('0.001'),
    minNotional: decimal('5'),
    makerFeeRate: decimal('0.0002'),
    takerFeeRate: decimal('0.0005'),
    maxLeverage: 20,
    maintenanceMarginFraction: decimal('0.005'),
  },
  ticksPerUnit: 10,
  stepsPerUnit: 1_000,
  startPrice: 67_000,
  beta: 1,
  spreadFraction: 2e-6,
  levelTicks: 8,
  levelQuantity: 1.4,
  tradeQuantity: 0.03,
  tradeRate: 1.3,
};

/** In the order of their state in the path: three assets, then the perpetual on the first. */
export const DEMO_SPECS: readonly DemoSpec[] = [BTC, ETH, SOL, BTC_PERPETUAL];
export const ASSETS = 3;
export const PERPETUAL = 3;

/** Symbols of the demo market, spot first. */
export const DEMO_SYMBOLS: readonly string[] = DEMO_SPECS.map((spec) => spec.market.symbol);

/** The demo market's contracts, with grids and fees as large venues have them. */
export function demoMarkets(): Market[] {
  return DEMO_SPECS.map((spec) => spec.market);
}
