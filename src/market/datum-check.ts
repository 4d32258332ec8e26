import type { BookLevel } from '../domain/book.ts';
import { assertNever } from '../domain/errors.ts';
import type { CandleEvent, MarketEvent } from '../domain/event.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { Trade } from '../domain/trade.ts';

/** What is known of a market before the datum, epoch ms. */
export interface KnownFeed {
  /** Newest event so far; 0 before the first. */
  readonly newest: EpochMs;
  /** Open time of the newest finished candle; NaN before the first. */
  readonly lastOpen: EpochMs;
  /** The machine's time where data is dated by another clock; null where events move the clock. */
  readonly reference: EpochMs | null;
}

/** Older than the newest by more than this: it says nothing about now. */
export const OLDEST_MS = MINUTE_MS;
/** Ahead of our clock by more than this: no clock is that wrong and still trusted. */
export const EARLIEST_MS = MINUTE_MS;
/** Far beyond any price or quantity; products of two stay finite. */
const LARGEST = 1e15;

/** What of an event may be stepped, and what is wrong with the rest. */
export interface Checked {
  /** Null when nothing of it is left. */
  readonly event: MarketEvent | null;
  /** Data that cannot be true, in words; empty when all can. */
  readonly faults: readonly string[];
}

/**
 * Holds back data that cannot be true: zero, negative, missing or not finite numbers, a crossed
 * book, a candle whose high is below its low, times weeks old or in the future. Of a list of
 * trades the others pass. Costs a few comparisons; an event without fault is handed on as it is.
 */
export function checkDatum(event: MarketEvent, known: KnownFeed): Checked {
  if (event.kind === 'checkpoint') return { event, faults: NONE };
  const late = timeFault(event.time, known);
  if (late !== null) return { event: null, faults: [late] };
  switch (event.kind) {
    case 'candle':
      return wholeOr(event, candleFault(event, known));
    case 'trades':
      return checkTrades(event, known);
    case 'book': {
      const { bids, asks } = event.levels;
      const fault = levelsFault(bids, false) ?? levelsFault(asks, false) ?? crossing(bids, asks);
      return wholeOr(event, fault);
    }
    case 'bookChange':
      return wholeOr(event, levelsFault(event.bids, true) ?? levelsFault(event.asks, true));
    case 'mark':
      return wholeOr(event, markFault(event.markPrice, event.fundingRate));
    default:
      return assertNever(event);
  }
}

/**
 * The same for a candle, without words: true where nothing is wrong with it. Candles are most of a
 * backtest, and a few comparisons are all that one may cost.
 */
export function isGoodCandle({ candle, time }: CandleEvent, known: KnownFeed): boolean {
  const { openTime, open, high, low, close, volume } = candle;
  return (
    low > 0 &&
    high <= LARGEST &&
    open >= low &&
    open <= high &&
    close >= low &&
    close <= high &&
    volume >= 0 &&
    volume <= LARGEST &&
    openTime < time &&
    // NaN before the first candle: then nothing is written again.
    !(openTime <= known.lastOpen) &&
    openTime >= 0 &&
    isNumbers(candle) &&
    isAmount(time) &&
    isTimely(time, known)
  );
}

const isTimely = (time: EpochMs, { newest, reference }: KnownFeed): boolean =>
  !(newest > 0 && time < newest - OLDEST_MS) &&
  (reference === null || time <= reference + EARLIEST_MS);

/** Text compares like the number it looks like, and then adds up to text. */
const isNumbers = ({ openTime, open, high, low, close, volume }: CandleEvent['candle']): boolean =>
  typeof openTime === 'number' &&
  typeof open === 'number' &&
  typeof high === 'number' &&
  typeof low === 'number' &&
  typeof close === 'number' &&
  typeof volume === 'number';

const NONE = Object.freeze<string[]>([]);

const wholeOr = (event: MarketEvent, fault: string | null): Checked =>
  fault === null ? { event, faults: NONE } : { event: null, faults: [fault] };

const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value <= LARGEST;
const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= LARGEST;

function timeFault(time: unknown, { newest, reference }: KnownFeed): string | null {
  if (!isAmount(time)) return `time ${String(time)} is none`;
  if (newest > 0 && time < newest - OLDEST_MS) {
    return `time ${time} is ${newest - time} ms older than the newest`;
  }
  if (reference !== null && time > reference + EARLIEST_MS) {
    return `time ${time} is ${time - reference} ms in the future`;
  }
  return null;
}

function candleFault({ candle, time }: CandleEvent, { lastOpen }: KnownFeed): string | null {
  const { openTime, open, high, low, close, volume } = candle;
  for (const price of [open, high, low, close]) {
    if (!isPositive(price)) return `candle price ${String(price)} is not above zero`;
  }
  if (!isAmount(volume)) return `candle volume ${String(volume)} is no amount`;
  if (high < low || high < open || high < close || low > open || low > close) {
    return `candle high ${high} and low ${low} do not hold open ${open} and close ${close}`;
  }
  if (!isAmount(openTime) || openTime >= time) return `candle opens at ${String(openTime)}`;
  // A candle that is finished is never written again.
  if (openTime <= lastOpen) return `candle of ${openTime} comes after that of ${lastOpen}`;
  return null;
}

function checkTrades(event: Extract<MarketEvent, { kind: 'trades' }>, known: KnownFeed): Checked {
  let faults: string[] | null = null;
  for (const trade of event.trades) {
    const fault = tradeFault(trade, known);
    if (fault !== null) (faults ??= []).push(fault);
  }
  if (faults === null) return { event, faults: NONE };
  const trades = event.trades.filter((trade) => tradeFault(trade, known) === null);
  return { event: trades.length === 0 ? null : { ...event, trades }, faults };
}

function tradeFault({ time, price, quantity }: Trade, known: KnownFeed): string | null {
  if (!isPositive(price)) return `trade price ${String(price)} is not above zero`;
  if (!isPositive(quantity)) return `trade quantity ${String(quantity)} is not above zero`;
  return timeFault(time, known);
}

function levelsFault(levels: readonly BookLevel[], mayRemove: boolean): string | null {
  for (const { price, quantity } of levels) {
    if (!isPositive(price)) return `book price ${String(price)} is not above zero`;
    if (!(mayRemove ? isAmount(quantity) : isPositive(quantity))) {
      return `book quantity ${String(quantity)} at ${price}`;
    }
  }
  return null;
}

/** Levels come in any order: the highest bid against the lowest ask. */
function crossing(bids: readonly BookLevel[], asks: readonly BookLevel[]): string | null {
  let bid = 0;
  let ask = Infinity;
  for (const { price } of bids) if (price > bid) bid = price;
  for (const { price } of asks) if (price < ask) ask = price;
  return bid >= ask ? `book is crossed: bid ${bid}, ask ${ask}` : null;
}

function markFault(markPrice: unknown, rate: unknown): string | null {
  if (!isPositive(markPrice)) return `mark price ${String(markPrice)} is not above zero`;
  if (rate === null || (typeof rate === 'number' && Math.abs(rate) < 1)) return null;
  return `funding rate ${JSON.stringify(rate)} is none`;
}
