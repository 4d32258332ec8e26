// Hand-made parts of a view: markets, positions, orders, strategies, alerts.
import type { AlertView, SessionView } from '../../src/app/session-types.ts';
import { ZERO, decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type {
  MarketView,
  OrderView,
  ParamInfo,
  PnlRow,
  PositionView,
  StrategyStatus,
} from '../../src/engine/view.ts';

/** 2026-03-02 14:02:31 UTC. */
export const NOW = Date.UTC(2026, 2, 2, 14, 2, 31);

const wave = (scale: number, base: number): number[] =>
  Array.from({ length: 40 }, (_, i) => base + scale * Math.sin(i / 4) + (scale * i) / 40);

export function aMarket(change: Partial<MarketView> = {}): MarketView {
  return {
    symbol: 'BTC/USDT',
    priceDigits: 2,
    quantityDigits: 5,
    lastPrice: 67412.3,
    bid: 67412.2,
    ask: 67412.9,
    spreadBps: 0.1,
    changeFraction: 0.0124,
    volumeQuote: 1_240_000_000,
    dayReachMs: 86_400_000,
    closes: wave(120, 67300),
    dataTime: NOW - 400,
    ...change,
  };
}

export function aPosition(change: Partial<PositionView> = {}): PositionView {
  return {
    symbol: 'BTC/USDT',
    positionSide: 'long',
    priceDigits: 2,
    quantityDigits: 4,
    quantity: decimal('0.0310'),
    entryPrice: decimal('67260'),
    markPrice: 67412.3,
    unrealizedPnl: 4.72,
    rMultiple: 0.6,
    openedTime: NOW - 270_000,
    feesPaid: decimal('2.0851'),
    fundingPaid: ZERO,
    strategyIds: ['sma-cross'],
    protection: {
      stopPrice: decimal('66980'),
      targetPrice: decimal('68100'),
      trailFraction: null,
      rests: 'venue',
      worstCase: -13.4,
      slippageBps: null,
    },
    maxFavorable: 6.2,
    maxAdverse: -1.74,
    maxFavorableR: 0.8,
    maxAdverseR: -0.2,
    exposureFraction: 0.203,
    isDust: false,
    ...change,
  };
}

let orderNumber = 0;
export function anOrder(change: Partial<OrderView> = {}): OrderView {
  orderNumber += 1;
  return {
    id: `td0000000000${String(orderNumber).padStart(6, '0')}e` as OrderId,
    accountId: 'paper',
    symbol: 'ETH/USDT',
    strategyId: 'grid',
    role: 'entry',
    side: 'buy',
    type: 'limit',
    quantity: decimal('0.2'),
    price: decimal('3470'),
    triggerPrice: null,
    trailFraction: null,
    timeInForce: 'GTC',
    postOnly: true,
    reduceOnly: false,
    cutToFunds: false,
    groupId: null,
    bracket: null,
    tag: null,
    reason: 'level 4 of 10',
    status: 'accepted',
    filled: ZERO,
    filledNotional: ZERO,
    venueOrderId: '1',
    createdTime: NOW - 20_000,
    updatedTime: NOW - 20_000,
    statusReason: null,
    decisionPrice: 3481,
    fillIds: [],
    priceDigits: 2,
    quantityDigits: 4,
    ...change,
  };
}

export const aParam = (change: Partial<ParamInfo> = {}): ParamInfo => ({
  name: 'fast',
  description: '',
  kind: 'integer',
  value: 10,
  standard: 10,
  min: 2,
  max: 500,
  choices: [],
  ...change,
});

export function aStrategy(change: Partial<StrategyStatus> = {}): StrategyStatus {
  return {
    id: 'sma-cross',
    name: 'sma-cross',
    summary: 'two averages that cross',
    symbols: ['BTC/USDT'],
    timeframe: '1m',
    enabled: true,
    warmingUp: 0,
    params: { fast: 10, slow: 30 },
    paramInfo: [
      aParam({ name: 'fast', value: 10, standard: 10, description: 'candles of the fast average' }),
      aParam({ name: 'slow', value: 30, standard: 30, description: 'candles of the slow average' }),
    ],
    previousParams: null,
    thoughts: [
      {
        symbol: 'BTC/USDT',
        text: 'long · 10 over 30 by 87.2',
        inputs: { fast: 67388, slow: 67301 },
      },
    ],
    positions: [{ symbol: 'BTC/USDT', quantity: decimal('0.031') }],
    netPnl: 41.2,
    roundTrips: 6,
    lastDecision: null,
    ...change,
  };
}

const row = (key: string, net: number): PnlRow => ({
  key,
  realizedPnl: net + 3,
  feesPaid: 3,
  fundingPaid: 0,
  netPnl: net,
  roundTrips: 4,
});

export const markets = (): MarketView[] => [
  aMarket(),
  aMarket({
    symbol: 'ETH/USDT',
    lastPrice: 3481.07,
    bid: 3481.02,
    ask: 3481.12,
    spreadBps: 0.3,
    changeFraction: 0.0082,
    volumeQuote: 482_000_000,
    closes: wave(9, 3470),
  }),
  aMarket({
    symbol: 'SOL/USDT',
    priceDigits: 3,
    lastPrice: 172.461,
    bid: 172.459,
    ask: 172.462,
    spreadBps: 0.2,
    changeFraction: -0.0041,
    volumeQuote: 61_300_000,
    closes: wave(-2, 173),
  }),
  aMarket({
    symbol: 'BTC/USDT:USDT',
    priceDigits: 1,
    lastPrice: 67420.1,
    bid: 67420,
    ask: 67420.2,
    spreadBps: 0.3,
    changeFraction: 0.0126,
    volumeQuote: 3_100_000_000,
    closes: wave(120, 67310),
  }),
];

export const orders = (): OrderView[] => [
  anOrder(),
  anOrder({ side: 'sell', price: decimal('3495') }),
  anOrder({
    symbol: 'BTC/USDT',
    strategyId: 'sma-cross',
    role: 'protective',
    side: 'sell',
    type: 'stop',
    quantity: decimal('0.031'),
    price: null,
    triggerPrice: decimal('66980'),
    postOnly: false,
    reduceOnly: true,
    reason: 'stop of the position',
  }),
  anOrder({
    symbol: 'BTC/USDT',
    strategyId: 'sma-cross',
    type: 'market',
    quantity: decimal('0.031'),
    price: null,
    postOnly: false,
    status: 'filled',
    filled: decimal('0.031'),
    filledNotional: decimal('2085.06'),
    createdTime: NOW - 270_000,
    reason: '10 crossed above 30',
  }),
  anOrder({
    symbol: 'SOL/USDT',
    strategyId: 'manual',
    status: 'rejected',
    quantity: decimal('18'),
    price: decimal('171.2'),
    statusReason: 'post-only would take liquidity at 171.1',
    createdTime: NOW - 400_000,
  }),
];

export const strategies = (): StrategyStatus[] => [
  aStrategy(),
  aStrategy({
    id: 'rsi-reversion',
    symbols: ['ETH/USDT'],
    timeframe: '5m',
    netPnl: 12.07,
    thoughts: [{ symbol: 'ETH/USDT', text: 'flat · RSI 41', inputs: { rsi: 41 } }],
  }),
  aStrategy({
    id: 'breakout',
    symbols: ['SOL/USDT'],
    netPnl: -8.32,
    thoughts: [{ symbol: 'SOL/USDT', text: 'armed at 173.10', inputs: {} }],
  }),
  aStrategy({
    id: 'grid',
    symbols: ['ETH/USDT'],
    netPnl: 67.45,
    thoughts: [{ symbol: 'ETH/USDT', text: '6 of 10 resting', inputs: {} }],
  }),
  aStrategy({ id: 'macd', timeframe: '15m', netPnl: 0, enabled: false, roundTrips: 0 }),
  aStrategy({ id: 'bollinger', timeframe: '1h', netPnl: 0, warmingUp: 12, roundTrips: 0 }),
];

export const positions = (): PositionView[] => [
  aPosition(),
  aPosition({
    symbol: 'ETH/USDT',
    quantity: decimal('1.2'),
    entryPrice: decimal('3452.9'),
    markPrice: 3481.07,
    unrealizedPnl: 33.8,
    rMultiple: 1.1,
    strategyIds: ['grid'],
    protection: {
      stopPrice: decimal('3421'),
      targetPrice: null,
      trailFraction: null,
      rests: 'engine',
      worstCase: -72.08,
      slippageBps: null,
    },
  }),
];

export const account = (): SessionView['account'] => ({
  accountId: 'paper',
  currency: 'USDT',
  tradingState: 'running',
  stateSince: NOW - 600_000,
  stateReason: 'resumed by the operator',
  stateClears: '',
  cash: decimal('8200'),
  equity: 10_284.17,
  equityStart: 10_000,
  dayPnl: 112.4,
  dayPnlFraction: 0.0111,
  drawdownFraction: 0.008,
  drawdownLimit: 0.15,
  openRiskFraction: 0.016,
  openRiskLimit: 0.1,
  riskEnabled: true,
  deadManSeconds: null,
});

export const pnl = (): SessionView['pnl'] => ({
  realizedPnl: decimal('251.20'),
  unrealizedPnl: 38.52,
  feesPaid: decimal('5.55'),
  fundingPaid: decimal('0.12'),
  netPnl: 284.05,
  roundTrips: 31,
  winRate: 0.58,
  profitFactor: 1.42,
  sharpe: 1.8,
  valueAtRisk: 0.004,
  maxDrawdownFraction: 0.021,
  byStrategy: [row('sma-cross', 41.2), row('grid', 67.45), row('breakout', -8.32)],
  bySymbol: [row('BTC/USDT', 41.2), row('ETH/USDT', 79.52)],
  byDay: [row('2026-03-01', 171.65), row('2026-03-02', 112.4)],
  equityCurve: wave(90, 10_100).map((equity, i) => [NOW - (40 - i) * 3_600_000, equity]),
});

export function anAlert(change: Partial<AlertView> = {}): AlertView {
  return {
    id: 1,
    time: NOW - 13_000,
    level: 'warn',
    source: 'denial',
    text: 'breakout denied EXPOSURE_GROSS 1.12 of 1',
    count: 3,
    active: false,
    clears: 'risk.grossExposureFraction',
    verdict: {
      code: 'EXPOSURE_GROSS',
      ok: false,
      value: 1.12,
      limit: 1,
      setting: 'risk.grossExposureFraction',
    },
    strategyId: 'breakout',
    symbol: 'SOL/USDT',
    ...change,
  };
}

/** Nothing is in doubt, nothing is anybody else's. */
export const truth = (): SessionView['truth'] => ({
  recovering: null,
  heldState: 'running',
  stopUnproven: false,
  externalOrders: [],
  drifts: [],
  unknownOrders: 0,
  inferredFills: 0,
  tombstones: 0,
});
