import { type CandleFile, openDataFile } from '../../src/backtest/data-file.ts';
import { createFileFeed } from '../../src/backtest/feed.ts';
import type { BacktestOptions } from '../../src/backtest/run.ts';
import { ZERO, decimal } from '../../src/domain/decimal.ts';
import type { RiskLimits } from '../../src/domain/limits.ts';
import { type Market, parseSymbol } from '../../src/domain/market.ts';
import { SeededRng } from '../../src/domain/rng.ts';
import { parseSizing } from '../../src/domain/sizing.ts';
import { type Timeframe, timeframeMs } from '../../src/domain/time.ts';
import type { RuntimeSetup } from '../../src/engine/state.ts';
import type { SimModel } from '../../src/exchange/sim/models.ts';
import type { StrategyDefinition } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { smaCross } from '../../src/strategies/sma-cross.ts';

/** A market as files get it (DECISIONS 23): tick 0.01, step 0.00000001, no minimum. */
export function fileMarket(symbol: string, of: { fee: string; stepSize?: string }): Market {
  const parts = parseSymbol(symbol);
  if (parts === null) throw new Error(symbol);
  const { base, quote, settle, kind } = parts;
  const stepSize = decimal(of.stepSize ?? '0.00000001');
  return {
    symbol,
    base,
    quote,
    settle,
    kind,
    stepSize,
    tickSize: decimal('0.01'),
    minQuantity: stepSize,
    minNotional: ZERO,
    contractSize: decimal('1'),
    makerFeeRate: decimal(of.fee),
    takerFeeRate: decimal(of.fee),
    maxLeverage: 100,
    maintenanceMarginFraction: ZERO,
  };
}

/** `--risk none`. */
export const NO_LIMITS: RiskLimits = {
  enabled: false,
  symbols: null,
  priceBandFraction: 0.05,
  maxSpreadBps: 100,
  minNotionalQuote: 0,
  maxNotionalFraction: 1,
  maxPositionFraction: 1,
  maxAccountPositionFraction: 1,
  maxPositions: 10,
  maxOrdersPerMinute: 60,
  duplicateSeconds: 10,
  riskPerTradeFraction: 0.02,
  openRiskFraction: 0.1,
  grossExposureFraction: 1,
  netExposureFraction: 1,
  staleSeconds: 60,
  cooldownSeconds: 0,
  dailyLossFraction: 0.05,
  drawdownFraction: 0.15,
  clusterExposureFraction: 1.5,
  clusterCorrelation: 0.8,
  lossStreakCount: 10,
  errorCount: 10,
  disconnectCount: 5,
  rejectionCount: 5,
  slippageBps: 100,
  volatilityRatio: 6,
  incidentSeconds: 600,
  breakerCooldownSeconds: 900,
  deadMan: false,
  deadManSeconds: 60,
};

export const NEXT_OPEN: SimModel = {
  fill: 'next-open',
  slippageBps: 0,
  spreadFraction: 0,
  latencyMs: 0,
  leverage: 1,
};

export interface BacktestCase {
  readonly file: CandleFile;
  readonly params: Readonly<Record<string, unknown>>;
  readonly definition?: StrategyDefinition;
  readonly sizing?: string;
  readonly cash?: string;
  readonly fee?: string;
  readonly model?: Partial<SimModel>;
  readonly limits?: RiskLimits;
  readonly stopFraction?: number;
}

/** Options of a backtest with the defaults of PRODUCT 9, but without risk rules. */
export function backtestOptions(of: BacktestCase): BacktestOptions {
  const definition = of.definition ?? smaCross;
  const sizing = parseSizing(of.sizing ?? 'percent:20');
  if (sizing === null) throw new Error(of.sizing);
  const { file } = of;
  const setup: RuntimeSetup = {
    id: definition.name,
    definition,
    params: definition.params.parse(of.params),
    symbol: file.symbol,
    timeframe: file.timeframe,
    sizing,
    stopFraction: of.stopFraction ?? null,
    targetFraction: null,
    trailFraction: null,
    enabled: true,
  };
  return {
    feed: createFileFeed(file),
    loadMs: 0,
    setup,
    market: fileMarket(file.symbol, { fee: of.fee ?? '0.001' }),
    cash: decimal(of.cash ?? '10000'),
    model: { ...NEXT_OPEN, ...of.model },
    limits: of.limits ?? NO_LIMITS,
    accountId: 'backtest',
    mode: 'backtest',
    seed: 1,
    version: 'test',
    startTime: file.firstTime,
    digest: createDigest(),
  };
}

/** Candles of a file in ../shared/data. */
export function candleFile(path: string, symbol: string): CandleFile {
  const file = openDataFile(path, { symbol, timeframe: null });
  if (file.kind !== 'candles') throw new Error(`${path} holds ${file.kind}`);
  return file;
}

/** Candles from rows of open, high, low, close. */
export function candleFileOf(
  rows: readonly (readonly [number, number, number, number])[],
  of: { readonly symbol?: string; readonly timeframe?: Timeframe; readonly start?: number } = {},
): CandleFile {
  const column = (index: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, (r) => r[index]);
  return toFile({ ...of, count: rows.length }, [column(0), column(1), column(2), column(3)]);
}

/** A random walk of minutes on a grid of cents, the same for the same seed. */
export function generatedCandles(count: number, of: { seed: number; symbol?: string }): CandleFile {
  const rng = new SeededRng(of.seed);
  const columns = Array.from({ length: 4 }, () => new Float64Array(count));
  const [opens, highs, lows, closes] = columns;
  const cents = (value: number): number => Math.max(1, Math.round(value * 100)) / 100;
  let price = 20_000;
  for (let i = 0; i < count; i++) {
    const open = price;
    const close = cents(open * Math.exp(0.0005 * rng.normal()));
    if (opens) opens[i] = open;
    if (closes) closes[i] = close;
    if (highs) highs[i] = cents(Math.max(open, close) * (1 + 0.0002 * rng.next()));
    if (lows)
      lows[i] = Math.min(open, close, cents(Math.min(open, close) * (1 - 2e-4 * rng.next())));
    price = close;
  }
  return toFile({ count, ...of }, columns);
}

function toFile(
  of: {
    readonly count: number;
    readonly symbol?: string;
    readonly timeframe?: Timeframe;
    readonly start?: number;
  },
  columns: readonly Float64Array[],
): CandleFile {
  const timeframe = of.timeframe ?? '1m';
  const start = of.start ?? Date.UTC(2024, 0, 1);
  const none = new Float64Array(0);
  const times = Float64Array.from(
    { length: of.count },
    (_, i) => start + i * timeframeMs(timeframe),
  );
  return {
    kind: 'candles',
    path: 'generated',
    symbol: of.symbol ?? 'BTC/USDT',
    timeframe,
    length: of.count,
    firstTime: start,
    lastTime: times.at(-1) ?? start,
    gaps: 0,
    times,
    opens: columns[0] ?? none,
    highs: columns[1] ?? none,
    lows: columns[2] ?? none,
    closes: columns[3] ?? none,
    volumes: new Float64Array(of.count).fill(1),
  };
}
