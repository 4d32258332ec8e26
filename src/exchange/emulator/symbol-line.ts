/** Everything of one symbol on the local exchange: book, prints, candles, the day's figures. */
import type { Candle } from '../../domain/candle.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { Trade } from '../../domain/trade.ts';
import { DemoBook } from '../demo/levels.ts';
import { DemoTape } from '../demo/tape.ts';
import { BookLine } from './book-line.ts';
import type { DayStats, NumberedTrade } from './dialect.ts';
import { LiveCandles, mergeCandles } from './live-candles.ts';
import type { Listing } from './listing.ts';
import { LISTED_SINCE, Past } from './past.ts';

/** Prints kept at least; twice as many at most. */
const KEPT_TRADES = 2_000;
/** Minutes printed while the exchange runs that are kept: six weeks. */
const KEPT_MINUTES = 60_480;
const KEPT_SECONDS = 3_600;

/** See the file's line. Times are those of the market, never skewed. */
export class SymbolLine {
  readonly listing: Listing;
  readonly book: DemoBook;
  readonly tape: DemoTape;
  readonly levels: BookLine;
  /** What the path's price is multiplied by. */
  scale = 1;
  private trades: NumberedTrade[] = [];
  private lastTradeId: number;
  private readonly past: Past;
  private readonly minutes: LiveCandles;
  private readonly seconds: LiveCandles;
  private readonly start: EpochMs;
  private closedDay: { readonly minute: EpochMs; readonly stats: DayStats } | null = null;

  /** `start`: a whole minute; everything before it is the past's. */
  constructor(of: { listing: Listing; seed: number; start: EpochMs }) {
    const { listing, seed, start } = of;
    this.listing = listing;
    this.start = start;
    this.book = new DemoBook(listing.spec, seed);
    this.tape = new DemoTape(this.book, seed);
    const count = start / MINUTE_MS;
    this.levels = new BookLine(count * 1_000);
    this.lastTradeId = count * 1_000;
    this.past = new Past(listing.spec, seed);
    const price = this.past.minute(start - MINUTE_MS)?.close ?? listing.spec.startPrice;
    const at = { openTime: start, price };
    this.minutes = new LiveCandles({ ...at, lengthMs: MINUTE_MS, keep: KEPT_MINUTES });
    this.seconds = new LiveCandles({ ...at, lengthMs: SECOND_MS, keep: KEPT_SECONDS });
  }

  /** Price of the newest candle: the last print's. */
  get lastPrice(): number {
    return this.trades.at(-1)?.price ?? this.minutes.at(this.start)?.close ?? 0;
  }

  /** Numbers the prints and counts them; returns them as they are told. */
  print(trades: readonly Trade[]): NumberedTrade[] {
    const numbered = trades.map((trade) => ({ ...trade, id: (this.lastTradeId += 1) }));
    for (const trade of numbered) {
      this.trades.push(trade);
      this.minutes.print(trade);
      this.seconds.print(trade);
    }
    if (this.trades.length > 2 * KEPT_TRADES) this.trades = this.trades.slice(-KEPT_TRADES);
    return numbered;
  }

  /** Opens what candles are due. */
  reach(time: EpochMs): void {
    this.minutes.reach(time);
    this.seconds.reach(time);
  }

  newestTrades(limit: number): readonly NumberedTrade[] {
    return limit <= 0 ? [] : this.trades.slice(-limit);
  }

  /** The candle of this length that opens then, as far as it is over; undefined when none is. */
  candle(openTime: EpochMs, lengthMs: number, now: EpochMs): Candle | undefined {
    if (lengthMs < MINUTE_MS) return this.seconds.at(openTime);
    const end = Math.min(openTime + lengthMs, now + 1);
    const parts: Candle[] = [];
    let time = Math.max(openTime, LISTED_SINCE);
    while (time < end) {
      const isHour = time % HOUR_MS === 0 && time + HOUR_MS <= Math.min(this.start, end);
      const part = isHour ? this.past.hour(time) : this.minute(time);
      if (part) parts.push(part);
      time += isHour ? HOUR_MS : MINUTE_MS;
    }
    const whole = mergeCandles(parts);
    return whole && { ...whole, openTime };
  }

  /** The last 24 hours; counts and quote volumes are estimated from the candles. */
  day(now: EpochMs): DayStats {
    const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    if (this.closedDay?.minute !== minute) {
      this.closedDay = { minute, stats: this.sumDay(minute) };
    }
    const { stats } = this.closedDay;
    const open = this.minute(minute);
    if (!open) return { ...stats, closeTime: now };
    return {
      ...stats,
      high: Math.max(stats.high, open.high),
      low: Math.min(stats.low, open.low),
      last: open.close,
      volume: stats.volume + open.volume,
      quoteVolume: stats.quoteVolume + open.volume * open.close,
      closeTime: now,
    };
  }

  private sumDay(minute: EpochMs): DayStats {
    const openTime = minute - DAY_MS + MINUTE_MS;
    let quoteVolume = 0;
    const parts: Candle[] = [];
    for (let time = openTime; time < minute; time += MINUTE_MS) {
      const one = this.minute(time);
      if (!one) continue;
      parts.push(one);
      quoteVolume += one.volume * ((one.open + one.close) / 2);
    }
    const last = this.lastPrice;
    const nothing = { open: last, high: last, low: last, close: last, volume: 0 };
    const { open, high, low, close, volume } = mergeCandles(parts) ?? nothing;
    const count = Math.round(volume / this.listing.spec.tradeQuantity);
    const prices = { open, high, low, last: close, volume, quoteVolume };
    return { ...prices, openTime, closeTime: minute, count };
  }

  private minute(openTime: EpochMs): Candle | undefined {
    return openTime < this.start ? this.past.minute(openTime) : this.minutes.at(openTime);
  }
}
