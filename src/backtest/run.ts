import { type Decimal, decimal, max, quantizeNumber, toNumber, toText } from '../domain/decimal.ts';
import { InputError, required } from '../domain/errors.ts';
import type { CandleEvent, MarketEvent } from '../domain/event.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Market } from '../domain/market.ts';
import type { EpochMs, Timeframe } from '../domain/time.ts';
import { formatMeasure } from '../domain/verdict.ts';
import { monotonicMs } from '../engine/clock.ts';
import { exactEquity } from '../engine/exact-equity.ts';
import { type DigestSink, createMemoryJournal } from '../engine/memory-journal.ts';
import type { Run } from '../engine/run.ts';
import { RECORDING_ENDED, finishRun } from '../engine/start.ts';
import type { EngineState, RuntimeSetup } from '../engine/state.ts';
import type { SimModel } from '../exchange/sim/models.ts';
import { type EquityCurve, type EquityStats, equityStats } from '../portfolio/stats.ts';
import { type TradeStats, tradeStats } from '../portfolio/trade-stats.ts';
import type { PullFeed } from '../ports.ts';
import { EquityCollector } from './equity.ts';
import { createAccountRun } from './account-run.ts';
import {
  type ClosedRoundTrip,
  type TradeEntry,
  createTripCollector,
  toTradeEntry,
  toTradeResult,
} from './trades.ts';

/** One strategy on one market over one recording. */
export interface BacktestOptions {
  readonly feed: PullFeed;
  /** Time the recording took to load, milliseconds; reported apart from the engine's. */
  readonly loadMs: number;
  readonly setup: RuntimeSetup;
  readonly market: Market;
  readonly cash: Decimal;
  readonly model: SimModel;
  readonly limits: RiskLimits;
  readonly accountId: string;
  /** Mode in the journal; `replay` makes the journal that of the replay (DECISIONS 1, 2). */
  readonly mode: string;
  readonly seed: number;
  readonly version: string;
  /** Engine time of the first records: the open of the first candle. */
  readonly startTime: EpochMs;
  readonly digest: DigestSink;
}

/** What `backtest --json` prints before trades and equity (PRODUCT 9), in its order. */
export type BacktestFigures = {
  readonly strategy: string;
  readonly params: unknown;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Open of the first candle and close of the last, epoch ms. */
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly candles: number;
  readonly cashStart: string;
  /** With an open position at the last close. */
  readonly equityFinal: string;
  readonly equityPeak: string;
  readonly returnFraction: number;
  /** First close to last close, without fees. */
  readonly buyHoldFraction: number | null;
  readonly exposureFraction: number | null;
  /** Of every fill, those of an open position too. */
  readonly feesPaid: string;
  readonly loadMs: number;
  /** The engine's loop alone. */
  readonly durationMs: number;
  readonly candlesPerSecond: number | null;
  readonly digest: string;
} & Omit<EquityStats, 'longestIsOpen'> &
  TradeStats;

/** A finished backtest; `toJson` is its printed form. */
export interface BacktestResult {
  readonly figures: BacktestFigures;
  readonly trades: readonly TradeEntry[];
  /** Equity at every close, dated by the bar's open time. */
  readonly curve: EquityCurve;
  /** The longest drawdown had not recovered when the recording ended. */
  readonly longestDrawdownIsOpen: boolean;
  /** What a reader of the figures has to know, in words: denials, breakers, what is open. */
  readonly notes: readonly string[];
  /** Final state of the engine, for reads. */
  readonly state: EngineState;
}

/** Without the engine's state: as it can be handed from process to process. */
export type PlayedBacktest = Omit<BacktestResult, 'state'>;

/**
 * Plays the whole recording through the same run and step as every other mode, as fast as it
 * goes, with a journal in memory (DECISIONS 2). The run begins RUNNING. A position that is open at
 * the end counts in equity, not among the trades.
 */
export function runBacktest(options: BacktestOptions): BacktestResult {
  const { feed, market, setup } = options;
  const journal = createMemoryJournal(options.digest);
  const trips = createTripCollector();
  const rejected: Rejected = { count: 0, reason: '' };
  const run = createAccountRun({
    ...options,
    markets: [market],
    runtimes: [setup],
    start: true,
    journal,
    onRecord: (body, n) => {
      trips.onRecord(body, n);
      if (body.kind !== 'rejected') return;
      rejected.count += 1;
      rejected.reason = `${body.code}, ${body.reason}`;
    },
  });
  trips.follow(run.state);
  const equity = new EquityCollector(feed.length);
  const begun = monotonicMs();
  const prices = playAll(run, feed, equity);
  const durationMs = monotonicMs() - begun;
  finishRun(run, RECORDING_ENDED);
  if (equity.length === 0) throw new InputError(NO_CANDLE);
  const trades = trips.closed;
  const sums = sumUp(run.state, options, { equity, trades, prices });
  const timing = {
    loadMs: options.loadMs,
    durationMs,
    candlesPerSecond: durationMs > 0 ? (equity.length / durationMs) * 1000 : null,
    digest: journal.digest(),
  };
  return {
    figures: { ...sums.figures, ...timing },
    longestDrawdownIsOpen: sums.longestIsOpen,
    trades: trades.map(toTradeEntry),
    curve: equity.curve(),
    notes: notesOn(run.state, rejected),
    state: run.state,
  };
}

/** The printed form: the figures, then trades and equity as arrays of plain values. */
export function toJson(result: PlayedBacktest) {
  const { times, values } = result.curve;
  const equity = Array.from(values, (value, i) => [times[i] ?? 0, value] as const);
  return { ...result.figures, trades: result.trades, equity };
}

interface EndPrices {
  readonly firstClose: number;
  readonly lastClose: number;
}

/** The engine's loop. One sample per finished candle of the recording's own timeframe. */
function playAll(run: Run, feed: PullFeed, equity: EquityCollector): EndPrices {
  const { market, money } = run.state;
  const symbol = required([...market.symbols.values()][0], 'symbol');
  let candles = market.candles;
  let fills = money.counts.fills;
  let firstClose = 0;
  for (let event = feed.next(); event !== null; event = feed.next()) {
    run.drive(event);
    if (market.candles === candles) continue;
    candles = market.candles;
    const candle = candleOf(event) ?? symbol.builder.baseSeries?.at(0);
    if (candle === undefined) continue;
    if (firstClose === 0) firstClose = candle.close;
    const held = symbol.quantity !== 0 || money.counts.fills !== fills;
    fills = money.counts.fills;
    equity.add(candle.openTime, market.equity, held);
  }
  return { firstClose, lastClose: symbol.lastPrice };
}

const candleOf = (event: MarketEvent): CandleEvent['candle'] | undefined =>
  event.kind === 'candle' ? event.candle : undefined;

function sumUp(
  state: EngineState,
  options: BacktestOptions,
  of: {
    readonly equity: EquityCollector;
    readonly trades: readonly ClosedRoundTrip[];
    readonly prices: EndPrices;
  },
) {
  const { setup, market, cash } = options;
  const { equity, prices } = of;
  const curve = equity.curve();
  const end = exactEquity(state);
  const start = toNumber(cash);
  const { longestIsOpen, ...stats } = required(equityStats(curve, start), 'equity');
  const peak = quantizeNumber(equity.peak, PEAK_GRID, 'nearest');
  const figures = {
    strategy: setup.definition.name,
    params: setup.params,
    symbol: market.symbol,
    timeframe: setup.timeframe,
    start: curve.times[0] ?? 0,
    end: state.market.now,
    candles: equity.length,
    cashStart: toText(cash),
    equityFinal: toText(end),
    equityPeak: toText(max(max(peak, end), cash)),
    returnFraction: toNumber(end) / start - 1,
    buyHoldFraction: prices.firstClose > 0 ? prices.lastClose / prices.firstClose - 1 : null,
    ...stats,
    exposureFraction: equity.exposureFraction,
    ...tradeStats(of.trades.map(toTradeResult)),
    feesPaid: toText(state.money.totals.feesPaid),
  };
  return { figures, longestIsOpen };
}

const NO_CANDLE = 'the recording holds no finished candle; give a longer one';

/** Equity is a float measurement; its peak is printed to this grid. */
const PEAK_GRID = decimal('0.00000001');

/** Orders that the venue refused, and why it refused the last one. */
interface Rejected {
  count: number;
  reason: string;
}

function notesOn(state: EngineState, rejected: Rejected): string[] {
  const { money } = state;
  const notes: string[] = [];
  for (const [symbol, { quantity }] of money.positions) {
    if (toNumber(quantity) === 0) continue;
    notes.push(
      `open at the end: ${toText(quantity)} ${symbol}; it counts in equity, not in trades`,
    );
  }
  for (const [name, { value, limit, clears }] of money.breakers) {
    const measured = `${formatMeasure(value)} of ${formatMeasure(limit)}`;
    notes.push(`breaker ${name} tripped at ${measured}; cleared by ${clears}`);
  }
  if (money.trading.state !== 'running') {
    notes.push(`trading state at the end: ${money.trading.state}, ${money.trading.reason}`);
  }
  if (money.counts.denials > 0) notes.push(`orders denied by risk rules: ${money.counts.denials}`);
  if (rejected.count > 0) {
    notes.push(`orders rejected by the venue: ${rejected.count}, the last: ${rejected.reason}`);
  }
  if (state.market.errors > 0) notes.push(`errors of the strategy: ${state.market.errors}`);
  return notes;
}
