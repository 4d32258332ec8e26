/** The candles a chart can show: more of them, and of more timeframes, than the engine keeps. */
import type { Candle } from '../../domain/candle.ts';
import type { CandleEvent, MarketEvent } from '../../domain/event.ts';
import {
  DAY_MS,
  type EpochMs,
  TIMEFRAMES,
  type Timeframe,
  candleOpenTime,
  isTimeframe,
  timeframeMs,
} from '../../domain/time.ts';
import type { EngineState, SymbolState } from '../../engine/state.ts';
import { HigherCandleBuilder } from '../../market/candle-builder.ts';
import { CandleSeries } from '../../market/series.ts';
import type { FeedPast } from '../../ports.ts';

/** Finished candles kept of each symbol and timeframe: a day of minutes, and some more. */
export const KEPT_CANDLES = 1_500;

/** Change and volume of the last 24 hours; `dayReachMs` is shorter where less is known. */
export interface DayFigures {
  readonly changeFraction: number | null;
  readonly volumeQuote: number;
  readonly dayReachMs: number;
}

/**
 * Candles of every timeframe at or above the one the market delivers, for every symbol. It reads
 * what the engine has built (base candles and the open one) after each event; only the longer
 * timeframes are put together here, by the same builder the engine uses. A candle whose beginning
 * was not seen is left out: its open, range and volume would be wrong.
 */
export class ChartHistory {
  readonly #symbols = new Map<string, SymbolCandles>();

  /** Takes what was before: the feed's past, or where the session is under way, the engine's. */
  constructor(state: EngineState, feed: FeedPast) {
    const ends = new Map<string, EpochMs>();
    for (const { symbol, candle } of feed.history(1)) ends.set(symbol, candle.openTime);
    for (const symbol of state.market.symbols.values()) {
      const candles = new SymbolCandles(symbol, ends.get(symbol.name) ?? null);
      this.#symbols.set(symbol.name, candles);
    }
    for (const event of feed.history(historyLength(feed))) {
      this.#symbols.get(event.symbol)?.remember(event);
    }
    for (const symbol of this.#symbols.values()) symbol.begin();
  }

  /** Takes what an event that the engine has just applied has finished. */
  observe(event: MarketEvent): void {
    this.#symbols.get(event.symbol)?.observe(event);
  }

  /** The candles of a symbol. Undefined for one that is not in this session. */
  of(symbol: string): SymbolCandles | undefined {
    return this.#symbols.get(symbol);
  }
}

/** Base candles that fill what is kept of days; longer timeframes get what there is. */
function historyLength(feed: FeedPast): number {
  for (const { timeframe } of feed.history(1)) {
    return KEPT_CANDLES * Math.ceil(DAY_MS / timeframeMs(timeframe));
  }
  return 0;
}

/** A timeframe above the base, made of candles of the longest shorter one that fits. */
interface Level {
  readonly timeframe: Timeframe;
  readonly lower: Timeframe;
  readonly builder: HigherCandleBuilder;
  /** Open time of the first candle that is whole. */
  readonly from: EpochMs;
}

/** Of the finished candles that reach into a day: the oldest one's open, the volume of all. */
interface FinishedDay {
  readonly total: number;
  /** Open time of the oldest candle that counts, there or not. */
  readonly first: EpochMs;
  readonly openTime: EpochMs;
  readonly open: number;
  readonly volumeQuote: number;
}

/** One symbol's candles of every timeframe. */
export class SymbolCandles {
  /** Timeframes there are candles of, shortest first; empty before the first candle or print. */
  timeframes: readonly Timeframe[] = [];
  readonly #symbol: SymbolState;
  readonly #series = new Map<Timeframe, CandleSeries>();
  readonly #takesPast: boolean;
  #levels: readonly Level[] = [];
  #base: Timeframe | null = null;
  #newest: EpochMs = -Infinity;
  #finishedDay: FinishedDay | null = null;

  /** `pastEnd`: open time of the newest candle of the feed's past; null without a past. */
  constructor(symbol: SymbolState, pastEnd: EpochMs | null) {
    this.#symbol = symbol;
    const { baseSeries } = symbol.builder;
    const oldest = baseSeries?.at(baseSeries.length - 1)?.openTime ?? Infinity;
    const isWhole = baseSeries === null || baseSeries.total === baseSeries.length;
    // The session is long under way: candles between its past and what the engine keeps are gone.
    this.#takesPast = isWhole || (pastEnd !== null && oldest <= pastEnd);
  }

  /** Takes a candle of the feed's past; they come in time order. */
  remember({ timeframe, candle }: CandleEvent): void {
    if (this.#takesPast && timeframe === this.#symbol.builder.base) this.#push(candle);
  }

  /** After the past: what the engine has built since. */
  begin(): void {
    const own = this.#symbol.builder.baseSeries?.newest(Infinity) ?? [];
    for (const candle of own) if (candle.openTime > this.#newest) this.#push(candle);
    this.#openWithPrint();
  }

  /** Takes what an event has finished. */
  observe(event: MarketEvent): void {
    if (event.kind === 'candle') this.#push(event.candle);
    for (const { timeframe, candle } of this.#symbol.finished) {
      if (timeframe === this.#symbol.builder.base) this.#push(candle);
    }
    if (this.#base === null) this.#openWithPrint();
  }

  /** Finished candles of a timeframe; null while there are none. */
  series(timeframe: Timeframe): CandleSeries | null {
    return this.#series.get(timeframe) ?? null;
  }

  /** A copy of the candle that is still forming; null where there is none. */
  forming(timeframe: Timeframe): Candle | null {
    const open = this.#symbol.builder.trades?.unfinished ?? null;
    if (timeframe === this.#base) return open && { ...open };
    const level = this.#levels.find((one) => one.timeframe === timeframe);
    if (level === undefined) return null;
    const lower = this.forming(level.lower);
    return level.builder.unfinishedWith(lower && lower.openTime >= level.from ? lower : null);
  }

  /** Figures of the last 24 hours, to the candle; null before the first candle or print. */
  day(): DayFigures | null {
    // The shortest timeframe whose kept candles reach a day back.
    const timeframe = this.timeframes.find((one) => timeframeMs(one) * KEPT_CANDLES > DAY_MS);
    if (timeframe === undefined) return null;
    const series = this.series(timeframe);
    const forming = this.forming(timeframe);
    const newest = forming?.openTime ?? series?.openTimeAt(0);
    if (newest === undefined) return null;
    // Before the first event only history is there.
    const until = this.#symbol.dataTime || newest + timeframeMs(timeframe);
    const finished = series && this.#dayOf(series, { timeframe, since: until - DAY_MS });
    const begin = finished ?? forming;
    const last = forming?.close ?? series?.closeAt(0);
    if (!begin || last === undefined) return null;
    return {
      changeFraction: last / begin.open - 1,
      volumeQuote: (finished?.volumeQuote ?? 0) + (forming ? forming.volume * forming.close : 0),
      dayReachMs: Math.min(DAY_MS, until - begin.openTime),
    };
  }

  /** Open and volume of the finished candles that reach into a day; remembered for a candle. */
  #dayOf(
    series: CandleSeries,
    of: { readonly timeframe: Timeframe; readonly since: EpochMs },
  ): FinishedDay | null {
    const lengthMs = timeframeMs(of.timeframe);
    const first = candleOpenTime(of.since, lengthMs);
    const known = this.#finishedDay;
    if (known?.total === series.total && known.first === first) return known;
    let day: FinishedDay | null = null;
    for (let back = 0; series.openTimeAt(back) >= first; back += 1) {
      const candle = series.at(back);
      if (!candle) break;
      const { openTime, open, volume, close } = candle;
      const volumeQuote: number = (day?.volumeQuote ?? 0) + volume * close;
      day = { total: series.total, first, openTime, open, volumeQuote };
    }
    this.#finishedDay = day;
    return day;
  }

  #openWithPrint(): void {
    const open = this.#symbol.builder.trades?.unfinished;
    if (this.#base === null && open) this.#open(open.openTime);
  }

  #push(candle: Candle): void {
    if (this.#base === null) this.#open(candle.openTime);
    if (this.#base === null) return;
    this.#newest = candle.openTime;
    this.#keep(this.#base, candle);
  }

  /** The market has begun: its base timeframe is known, and where whole candles begin. */
  #open(first: EpochMs): void {
    const base = (this.#base = this.#symbol.builder.base);
    if (base === null) return;
    this.timeframes = timeframesOf(base);
    this.#levels = this.timeframes.flatMap((timeframe) => {
      const higherMs = timeframeMs(timeframe);
      const fits = (one: Timeframe): boolean =>
        timeframeMs(one) < higherMs && higherMs % timeframeMs(one) === 0;
      const lower = this.timeframes.findLast(fits);
      if (lower === undefined) return [];
      const of = { lowerMs: timeframeMs(lower), higherMs };
      const builder = new HigherCandleBuilder(of, (candle) => this.#keep(timeframe, candle));
      const slot = candleOpenTime(first, higherMs);
      return { timeframe, lower, builder, from: slot === first ? first : slot + higherMs };
    });
  }

  /** Keeps a finished candle, and counts it in the longer ones that are made of it. */
  #keep(timeframe: Timeframe, candle: Candle): void {
    let series = this.#series.get(timeframe);
    if (!series) this.#series.set(timeframe, (series = new CandleSeries(KEPT_CANDLES)));
    series.push(candle);
    for (const { lower, builder, from } of this.#levels) {
      if (lower === timeframe && candle.openTime >= from) builder.add(candle);
    }
  }
}

/** The base timeframe and every longer one that is made of whole candles of it. */
function timeframesOf(base: Timeframe): readonly Timeframe[] {
  return Object.keys(TIMEFRAMES)
    .filter(isTimeframe)
    .filter((timeframe) => timeframeMs(timeframe) % timeframeMs(base) === 0);
}
