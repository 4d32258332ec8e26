/** What the screen looks at closely: candles, book, prints and our fills of one market. */
import type { Candle } from '../domain/candle.ts';
import type { MarketEvent } from '../domain/event.ts';
import { toNumber } from '../domain/decimal.ts';
import { priceDigits, quantityDigits } from '../domain/market.ts';
import type { RecordBody } from '../domain/record.ts';
import { type EpochMs, type Timeframe, timeframeMs } from '../domain/time.ts';
import type { Trade } from '../domain/trade.ts';
import type { EngineState, SymbolState } from '../engine/state.ts';
import type { MarketView } from '../engine/view.ts';
import { INDICATORS } from '../indicators/catalog.ts';
import type { CandleSeries } from '../market/series.ts';
import { ChartHistory, KEPT_CANDLES, type SymbolCandles } from './charts/chart-history.ts';
import { ChartLines } from './charts/chart-lines.ts';
import { FillMarks } from './charts/fill-marks.ts';
import type { MarketSource } from './market-source.ts';
import { PatternMarks } from './charts/pattern-marks.ts';
import type { FillMark, WatchRequest, WatchedBook, WatchedView } from './session-types.ts';

/** Newest public prints kept of each symbol. */
export const KEPT_TRADES = 200;

/**
 * Follows the market and our fills beside the engine, for readers. A session makes one with its
 * first reader, so a run that nobody looks at pays nothing; per event it costs a look-up and what
 * the event finished. A view copies the watched symbol's data only.
 */
export class Watch {
  readonly #state: EngineState;
  readonly #source: MarketSource;
  readonly #history: ChartHistory;
  readonly #fills: FillMarks;
  /** Oldest first, by symbol. */
  readonly #trades = new Map<string, Trade[]>();
  readonly #bookTimes = new Map<string, EpochMs>();
  #request: WatchRequest | null = null;
  readonly #lines = new ChartLines();
  readonly #patterns: PatternMarks;
  #shown: ShownCandles | null = null;

  /** `onLoaded`: see PatternMarks. */
  constructor(state: EngineState, source: MarketSource, onLoaded: (trouble: unknown) => void) {
    this.#patterns = new PatternMarks(onLoaded);
    this.#state = state;
    this.#source = source;
    this.#history = new ChartHistory(state, source.past);
    this.#fills = new FillMarks(state.money);
  }

  /** Takes an event that the engine has just applied. */
  observe(event: MarketEvent): void {
    if (event.kind === 'trades') this.#keepTrades(event.symbol, event.trades);
    else if (event.kind === 'book' || event.kind === 'bookChange') {
      this.#bookTimes.set(event.symbol, event.time);
    }
    this.#history.observe(event);
  }

  /** Takes a record that the money has just applied. */
  onRecord(record: RecordBody): void {
    this.#fills.onRecord(record);
  }

  /** What the next views show. */
  request(request: WatchRequest): void {
    this.#request = request;
  }

  /** A market's figures of a day, from as many candles as a day has. */
  withDay(market: MarketView): MarketView {
    return { ...market, ...this.#history.of(market.symbol)?.day() };
  }

  /** Null before the first request, and for a symbol that is not in this session. */
  view(): WatchedView | null {
    const request = this.#request;
    const symbol = request && this.#state.market.symbols.get(request.symbol);
    const history = request && this.#history.of(request.symbol);
    if (!request || !symbol || !history) return null;
    const timeframe = servedTimeframe(request.timeframe, history.timeframes);
    const chart = this.#candles(request, history, timeframe);
    return {
      symbol: symbol.name,
      timeframe,
      timeframes: history.timeframes,
      priceDigits: priceDigits(symbol.market),
      quantityDigits: quantityDigits(symbol.market),
      tickSize: toNumber(symbol.market.tickSize),
      ...chart,
      lines: this.#linesOf(request, history, { timeframe, ...chart }),
      patterns: request.patterns ? this.#marksOf(chart, history.series(timeframe)) : [],
      fills: fillsWithin(this.#fills.of(symbol.name), chart, timeframe),
      book: this.#book(symbol, request.bookLevels),
      trades: this.#newestTrades(symbol.name, request.trades),
      catalog: INDICATORS.map(({ name }) => name),
    };
  }

  #linesOf(
    { strategyId, indicators }: WatchRequest,
    history: SymbolCandles,
    chart: ChartCandles & Pick<WatchedView, 'timeframe'>,
  ): WatchedView['lines'] {
    const runtime = this.#state.market.runtimes.find(
      ({ id, symbol }) => id === strategyId && symbol === this.#request?.symbol,
    );
    return this.#lines.lines({ ...chart, history, runtime: runtime ?? null, indicators });
  }

  #marksOf({ candles, forming }: ChartCandles, series: CandleSeries | null) {
    return this.#patterns.marks(series, forming ? candles.slice(0, -1) : candles);
  }

  #keepTrades(symbol: string, trades: readonly Trade[]): void {
    let kept = this.#trades.get(symbol);
    if (!kept) this.#trades.set(symbol, (kept = []));
    for (const trade of trades) kept.push(trade);
    // Cut in large pieces: a shift per print would move the list with every one.
    if (kept.length > 2 * KEPT_TRADES) kept.splice(0, kept.length - KEPT_TRADES);
  }

  #newestTrades(symbol: string, count: number): readonly Trade[] | null {
    if (!this.#source.hasTrades) return null;
    const most = Math.min(count, KEPT_TRADES);
    return most <= 0 ? [] : (this.#trades.get(symbol) ?? []).slice(-most).toReversed();
  }

  #book(symbol: SymbolState, depth: number): WatchedBook | null {
    if (!this.#source.hasBook) return null;
    const { bids, asks } = symbol.book?.levels(depth) ?? { bids: [], asks: [] };
    return {
      bids: bids.map(({ price, quantity }) => [price, quantity] as const),
      asks: asks.map(({ price, quantity }) => [price, quantity] as const),
      imbalance: symbol.book?.imbalance(depth) ?? null,
      time: this.#bookTimes.get(symbol.name) ?? null,
    };
  }

  /** Finished candles are copied when one was added or the window moved, not per view. */
  #candles(request: WatchRequest, history: SymbolCandles, timeframe: Timeframe): ChartCandles {
    const series = history.series(timeframe);
    const { until } = request;
    const open = history.forming(timeframe);
    const forming = open !== null && (until === null || open.openTime <= until) ? open : null;
    const newer = series === null || until === null ? 0 : countAfter(series, until);
    const wanted = Math.max(0, Math.min(request.candles, KEPT_CANDLES) - (forming ? 1 : 0));
    const length = series?.length ?? 0;
    const window = { series, newer, wanted, total: series?.total ?? 0 };
    const isSame =
      this.#shown?.series === series &&
      this.#shown.total === window.total &&
      this.#shown.newer === newer &&
      this.#shown.wanted === wanted;
    if (!isSame || !this.#shown) this.#shown = { ...window, candles: windowOf(window) };
    const { candles } = this.#shown;
    return {
      candles: forming ? [...candles, forming] : candles,
      forming: forming !== null,
      hasOlder: length > newer + wanted,
      hasNewer: newer > 0 || (open !== null && forming === null),
    };
  }
}

type ChartCandles = Pick<WatchedView, 'candles' | 'forming' | 'hasOlder' | 'hasNewer'>;

interface CandleWindow {
  readonly series: CandleSeries | null;
  /** Finished candles beyond the window, and most of those in it. */
  readonly newer: number;
  readonly wanted: number;
  readonly total: number;
}

interface ShownCandles extends CandleWindow {
  readonly candles: readonly Candle[];
}

function windowOf({ series, newer, wanted }: CandleWindow): readonly Candle[] {
  const candles: Candle[] = [];
  for (let back = newer + wanted - 1; back >= newer; back -= 1) {
    const candle = series?.at(back);
    if (candle) candles.push(candle);
  }
  return candles;
}

/** Finished candles that opened after this time. */
function countAfter(series: CandleSeries, until: EpochMs): number {
  let count = 0;
  while (series.openTimeAt(count) > until) count += 1;
  return count;
}

/** The timeframe asked for, or the shortest longer one; of a market without any yet, itself. */
function servedTimeframe(asked: Timeframe, given: readonly Timeframe[]): Timeframe {
  return given.find((one) => timeframeMs(one) >= timeframeMs(asked)) ?? given.at(-1) ?? asked;
}

/** Fills between the first candle's open and the last one's close. */
function fillsWithin(
  fills: readonly FillMark[],
  { candles }: ChartCandles,
  timeframe: Timeframe,
): readonly FillMark[] {
  const [first] = candles;
  const last = candles.at(-1);
  if (!first || !last) return [];
  const end = last.openTime + timeframeMs(timeframe);
  return fills.filter(({ time }) => time >= first.openTime && time < end);
}
