import type { Candle } from '../domain/candle.ts';
import type { Decimal } from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { OrderId } from '../domain/ids.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Market } from '../domain/market.ts';
import type { OrderRequest } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import type { Sizing } from '../domain/sizing.ts';
import { DAY_MS, type EpochMs, type Timeframe, timeframeMs } from '../domain/time.ts';
import type { Verdict } from '../domain/verdict.ts';
import { type MoneyState, createMoneyState } from '../execution/money.ts';
import { type TruthState, createTruth } from '../execution/truth.ts';
import { HigherCandleBuilder, TradeCandleBuilder } from '../market/candle-builder.ts';
import type { OrderBook } from '../market/order-book.ts';
import { CandleSeries } from '../market/series.ts';
import { VolatilityMeter } from '../risk/volatility.ts';
import type {
  MatchPhase,
  Strategy,
  StrategyDefinition,
  StrategyThought,
  StrategyView,
  VenueAbilities,
} from '../ports.ts';
import type { Slip } from './breaker-looks.ts';
import type { Excursion } from './excursion.ts';
import { startParams } from './param-start.ts';
import type { ParamSpec } from './view.ts';

/**
 * `money` changes by journaled records only; `market` is rebuilt from the feed (DECISIONS 6).
 * Mutable, changed within a step or the start of a run only; readers get copies.
 */
export interface EngineState {
  readonly money: MoneyState;
  readonly market: MarketState;
  readonly truth: TruthState;
  readonly settings: EngineSettings;
}

export interface EngineSettings {
  limits: RiskLimits;
  /** What the account asks for; each market caps it. */
  readonly leverage: number;
}

export interface MarketState {
  now: EpochMs;
  /** Market events applied since the session began. */
  events: number;
  candles: number;
  readonly symbols: Map<string, SymbolState>;
  readonly runtimes: StrategyRuntime[];
  /** Declared worst cases by strategy id: every review asks for every open ledger's. */
  readonly worstCases: ReadonlyMap<string, number>;
  /** What the venue can do itself; null before the run begins, and for readers of files. */
  abilities: VenueAbilities | null;
  /** While a candle is matched, its phase: its prices are newer than the last close. */
  phase: MatchPhase | null;
  /** Marked to market after every price and fill; float. */
  equity: number;
  /** Cash in the account's currency, and the symbols with a position: mirrors for valuations. */
  cash: number;
  readonly held: SymbolState[];
  drawdownFraction: number;
  /** Deepest drawdown of this process, for the summary. */
  maxDrawdownFraction: number;
  /** Highest equity so far; `money.peak` is what the journal knows of it. */
  peak: number;
  /** Engine time at which the open trading day ends; 0 before the first. */
  nextDay: EpochMs;
  journaledPeak: number;
  sampledHour: EpochMs;
  sampledEquity: number;
  /** Floats of holdings, as long as their exact value is the same; bounded by the ledgers. */
  readonly floats: Map<Position, { readonly exact: Decimal; readonly float: number }>;
  /** Orders made lately, newest last, no older than the rate and duplicate rules look back. */
  readonly recentOrders: { readonly request: OrderRequest; readonly time: EpochMs }[];
  readonly denials: Map<string, { code: string; day: EpochMs; repeated: number }>;
  /** Last stop-loss by ledger key, for the cooldown rule. */
  readonly stoppedAt: Map<string, EpochMs>;
  /** Entries the venue refused in a row, and when the newest was, by ledger key. */
  readonly refusals: Map<string, { readonly count: number; readonly time: EpochMs }>;
  /** Orders the operator already submitted by press id: one press, one order. */
  readonly presses: Set<string>;
  /** Market data that could not be true and was held back. */
  badData: number;
  /** Correlations by pair of symbols, as long as no new candle came; bounded by the markets. */
  readonly correlations: Map<
    string,
    { readonly left: number; readonly right: number; readonly value: number | null }
  >;
  /** Earliest end of a working GTD order the venue does not end; -Infinity: to be looked for. */
  nextExpiry: EpochMs;
  /** Throws of all strategies; shown in the summary. */
  errors: number;
  /** Made with the first view of an hour. */
  curveStats: CurveStats | null;
}

/** Ratios of the hourly equity curve, and the hour and sample they belong to. */
export interface CurveStats {
  readonly hour: EpochMs;
  readonly last: EpochMs;
  readonly sharpe: number | null;
  readonly valueAtRisk: number | null;
  readonly maxDrawdownFraction: number | null;
}

/** Candles kept per symbol and timeframe: strategies and charts look no further back. */
export const SERIES_LENGTH = 600;

export interface SymbolState {
  /** As the venue has it now: grids and limits may change while it trades. */
  market: Market;
  readonly name: string;
  readonly spot: boolean;
  /** 0 before the first price. */
  lastPrice: number;
  /** Fair price of a perpetual when the venue tells one, else the last price. */
  markPrice: number;
  hasMarkFeed: boolean;
  dataTime: EpochMs;
  book: OrderBook | null;
  readonly series: Map<Timeframe, CandleSeries>;
  /**
   * Candles built by us that finished with this event, shortest first; emptied before each event.
   * A candle the feed itself sends is not among them.
   */
  readonly finished: { timeframe: Timeframe; candle: Candle }[];
  readonly builder: CandleBuilders;
  /** Float mirror of the account's position, refreshed on fills. */
  quantity: number;
  cost: number;
  /** How far the open holding went; null while flat. */
  excursion: Excursion | null;
  /** Newest ended market orders, for the slippage breaker; oldest first. */
  readonly slips: Slip[];
  /** Their mean by notional, adverse = positive; null while there are too few. */
  slippageBps: number | null;
  /** How large its candles' returns are against what is usual. */
  readonly volatility: VolatilityMeter;
  /** Data of its feed lately that could not be true, and good data since. */
  badData: number;
  goodData: number;
  readonly runtimes: StrategyRuntime[];
}

export interface CandleBuilders {
  /** Timeframe of the candles the feed sends, or that trades are built into. */
  base: Timeframe | null;
  baseSeries: CandleSeries | null;
  trades: TradeCandleBuilder | null;
  /** False where the feed sends finished candles beside its prints: only those count. */
  readonly fromTrades: boolean;
  readonly higher: HigherCandleBuilder[];
  readonly wanted: ReadonlySet<Timeframe>;
}

/** One strategy instance on one symbol. */
export interface StrategyRuntime {
  readonly id: string;
  readonly definition: StrategyDefinition;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly sizing: Sizing;
  readonly stopFraction: number | null;
  readonly targetFraction: number | null;
  readonly trailFraction: number | null;
  /** What the configuration or the command line says. */
  configured: unknown;
  params: unknown;
  /** What each parameter is; empty where nobody described them. */
  readonly paramSpecs: readonly ParamSpec[];
  warmup: number;
  enabled: boolean;
  /** Candles it has been fed. */
  seen: number;
  strategy: Strategy;
  /** Its window on the engine, made with its first call. */
  view: StrategyView | null;
  lastDecision: Decision | null;
  /** Throws counted; at MAX_STRATEGY_ERRORS it is switched off. */
  errors: number;
}

/** The last thing a strategy wanted and what became of it; put into words by the view. */
export interface Decision {
  readonly time: EpochMs;
  readonly request: OrderRequest;
  /** What the strategy looked at; empty where nobody reads. */
  readonly inputs: StrategyThought['inputs'];
  readonly verdicts: readonly Verdict[];
  readonly orderId: OrderId | null;
}

export interface RuntimeSetup {
  readonly id: string;
  readonly definition: StrategyDefinition;
  readonly params: unknown;
  readonly paramSpecs?: readonly ParamSpec[];
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly sizing: Sizing;
  readonly stopFraction: number | null;
  readonly targetFraction: number | null;
  readonly trailFraction: number | null;
  readonly enabled: boolean;
}

/** State at the start of a run: recovered money, or none, and a market that has said nothing yet. */
export function createEngineState(of: {
  readonly markets: readonly Market[];
  readonly runtimes: readonly RuntimeSetup[];
  readonly settings: EngineSettings;
  readonly money?: MoneyState;
  readonly now: EpochMs;
  /** Left out: prints are built into candles, where the feed has prints. */
  readonly candlesFrom?: 'trades' | 'feed';
}): EngineState {
  const money = of.money ?? createMoneyState();
  const runtimes = of.runtimes.map((setup) => createRuntime(setup, of.markets, money));
  const symbols = new Map<string, SymbolState>();
  for (const market of of.markets) {
    const own = runtimes.filter((runtime) => runtime.symbol === market.symbol);
    symbols.set(market.symbol, createSymbolState(market, own, of.candlesFrom !== 'feed'));
  }
  return {
    money,
    truth: createTruth(),
    settings: of.settings,
    market: {
      now: of.now,
      events: money.cursor.events,
      candles: 0,
      symbols,
      runtimes,
      worstCases: new Map(
        runtimes.map(({ id, definition }) => [id, definition.worstCaseFraction ?? 1]),
      ),
      abilities: null,
      phase: null,
      equity: 0,
      cash: 0,
      held: [],
      drawdownFraction: 0,
      peak: money.peak,
      nextDay: money.day === null ? 0 : money.day.start + DAY_MS,
      journaledPeak: money.peak,
      sampledHour: 0,
      sampledEquity: 0,
      maxDrawdownFraction: 0,
      floats: new Map(),
      recentOrders: [],
      denials: new Map(),
      stoppedAt: new Map(),
      refusals: new Map(),
      presses: new Set(),
      badData: 0,
      correlations: new Map(),
      nextExpiry: -Infinity,
      errors: 0,
      curveStats: null,
    },
  };
}

function createRuntime(
  setup: RuntimeSetup,
  markets: readonly Market[],
  money: MoneyState,
): StrategyRuntime {
  const { definition, params: configured, symbol, timeframe, paramSpecs = [] } = setup;
  const params = startParams(money.strategies.get(setup.id)?.change, { definition, configured });
  const market = required(
    markets.find((candidate) => candidate.symbol === symbol),
    `market ${symbol} of strategy ${setup.id}`,
  );
  return {
    ...setup,
    configured,
    params,
    paramSpecs,
    warmup: definition.warmup(params),
    seen: 0,
    strategy: definition.create(params, { symbol, timeframe, market }),
    view: null,
    lastDecision: null,
    errors: 0,
  };
}

function createSymbolState(
  market: Market,
  runtimes: StrategyRuntime[],
  fromTrades: boolean,
): SymbolState {
  const wanted = new Set<Timeframe>();
  for (const runtime of runtimes) {
    wanted.add(runtime.timeframe);
    for (const higher of runtime.definition.higherTimeframes?.(runtime.params) ?? []) {
      wanted.add(higher);
    }
  }
  return {
    market,
    name: market.symbol,
    spot: market.kind === 'spot',
    lastPrice: 0,
    markPrice: 0,
    hasMarkFeed: false,
    dataTime: 0,
    book: null,
    series: new Map(),
    finished: [],
    builder: { base: null, baseSeries: null, trades: null, fromTrades, higher: [], wanted },
    quantity: 0,
    cost: 0,
    excursion: null,
    slips: [],
    slippageBps: null,
    volatility: new VolatilityMeter(),
    badData: 0,
    goodData: 0,
    runtimes,
  };
}

/**
 * Sets up candle building once the feed's own timeframe is known: every wanted longer timeframe
 * is built from it. Finished candles land in the series and in `finished`.
 */
export function openBuilders(symbol: SymbolState, base: Timeframe): void {
  const { builder } = symbol;
  builder.base = base;
  builder.baseSeries = seriesOf(symbol, base);
  const longer = [...builder.wanted]
    .filter((timeframe) => timeframeMs(timeframe) > timeframeMs(base))
    .sort((a, b) => timeframeMs(a) - timeframeMs(b));
  for (const timeframe of longer) {
    const of = { lowerMs: timeframeMs(base), higherMs: timeframeMs(timeframe) };
    const series = seriesOf(symbol, timeframe);
    builder.higher.push(
      new HigherCandleBuilder(of, (candle) => {
        series.push(candle);
        // Copied: the builder reuses its candle, and a gap can finish two with one call.
        symbol.finished.push({ timeframe, candle: { ...candle } });
      }),
    );
  }
}

/** Base timeframe of candles that are built from trades. */
export const TRADES_TIMEFRAME: Timeframe = '1m';

/** Starts building candles from trades, of a minute or the shortest one wanted. */
export function openTradeBuilder(
  symbol: SymbolState,
  onBase: (timeframe: Timeframe, candle: Candle) => void,
): TradeCandleBuilder {
  const base = symbol.builder.base ?? shortestWanted(symbol.builder.wanted);
  if (symbol.builder.base === null) openBuilders(symbol, base);
  const builder = new TradeCandleBuilder(timeframeMs(base), (candle) => onBase(base, candle));
  symbol.builder.trades = builder;
  return builder;
}

function shortestWanted(wanted: ReadonlySet<Timeframe>): Timeframe {
  return [...wanted, TRADES_TIMEFRAME].reduce((a, b) => (timeframeMs(a) <= timeframeMs(b) ? a : b));
}

/** Finished candles of a timeframe, made with the first call. */
export function seriesOf(symbol: SymbolState, timeframe: Timeframe): CandleSeries {
  let series = symbol.series.get(timeframe);
  if (!series) symbol.series.set(timeframe, (series = new CandleSeries(SERIES_LENGTH)));
  return series;
}
