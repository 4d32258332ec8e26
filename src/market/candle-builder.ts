import type { Candle } from '../domain/candle.ts';
import { assert } from '../domain/errors.ts';
import { candleOpenTime, DAY_MS, type EpochMs, MINUTE_MS } from '../domain/time.ts';

/** A candle that is being written; readers see it as `Candle`. */
type OpenCandle = { -readonly [Field in keyof Candle]: Candle[Field] };

/** Receives a finished candle. The object is reused: it is valid during the call only. */
export type OnCandle = (candle: Candle) => void;

/**
 * Longest silence that is filled with empty candles: a day of minutes. After a longer one the
 * next candle simply starts where trading starts again, so a leap in time costs nothing.
 */
export const MAX_EMPTY_CANDLES = DAY_MS / MINUTE_MS;

/**
 * Trades → candles of one base timeframe. Gap rule: a slot without a trade repeats the last close
 * with volume 0, so that whatever counts candles keeps counting time. A candle leaves when time
 * reaches its close, by a later trade or by `advanceTo`; never before.
 */
export class TradeCandleBuilder {
  readonly #lengthMs: number;
  readonly #emit: OnCandle;
  readonly #candle: OpenCandle = emptyCandle();
  #isOpen = false;

  constructor(lengthMs: number, emit: OnCandle) {
    assert(lengthMs > 0, `timeframe of ${lengthMs} ms`);
    this.#lengthMs = lengthMs;
    this.#emit = emit;
  }

  /**
   * Counts a trade, after finishing what ended before it. Returns false for a trade that is older
   * than the open candle: its own has left already and is not changed afterwards.
   */
  add(trade: { readonly time: EpochMs; readonly price: number; readonly quantity: number }) {
    const { time, price, quantity } = trade;
    const candle = this.#candle;
    if (this.#isOpen && time < candle.openTime) return false;
    this.advanceTo(time);
    if (!this.#isOpen) {
      this.#start(candleOpenTime(time, this.#lengthMs), price);
    } else if (candle.volume === 0) {
      // An empty slot so far: its first trade opens it.
      this.#start(candle.openTime, price);
    }
    if (price > candle.high) candle.high = price;
    if (price < candle.low) candle.low = price;
    candle.close = price;
    candle.volume += quantity;
    return true;
  }

  /** Tells the time: every candle whose close is reached leaves, empty ones included. */
  advanceTo(time: EpochMs): void {
    const candle = this.#candle;
    if (!this.#isOpen || time < candle.openTime + this.#lengthMs) return;
    this.#emit(candle);
    const next = candle.openTime + this.#lengthMs;
    const missing = Math.floor((time - next) / this.#lengthMs);
    if (missing > MAX_EMPTY_CANDLES) {
      this.#isOpen = false;
      return;
    }
    this.#start(next, candle.close);
    for (let i = 0; i < missing; i++) {
      this.#emit(candle);
      candle.openTime += this.#lengthMs;
    }
  }

  /** Goes on with a candle that was open when the recording was left. */
  resume(candle: Candle): void {
    Object.assign(this.#candle, candle);
    this.#isOpen = true;
  }

  /** The open candle for charts: changes with every trade. Null before the first trade. */
  get unfinished(): Candle | null {
    return this.#isOpen ? this.#candle : null;
  }

  #start(openTime: EpochMs, price: number): void {
    const candle = this.#candle;
    candle.openTime = openTime;
    candle.open = price;
    candle.high = price;
    candle.low = price;
    candle.close = price;
    candle.volume = 0;
    this.#isOpen = true;
  }
}

/**
 * Finished candles → finished candles of a longer timeframe. A higher candle leaves when the
 * lower candle that closes on its boundary came, or when a later lower candle proves it over.
 * Gap rule: it is made of the lower candles there are; a slot without any is not emitted at all,
 * because a recording says nothing about it.
 */
export class HigherCandleBuilder {
  readonly #lowerMs: number;
  readonly #higherMs: number;
  readonly #emit: OnCandle;
  readonly #candle: OpenCandle = emptyCandle();
  #isOpen = false;

  /** Throws BugError when the higher length is not a whole multiple of the lower one. */
  constructor(of: { lowerMs: number; higherMs: number }, emit: OnCandle) {
    assert(
      of.lowerMs > 0 && of.higherMs % of.lowerMs === 0,
      `candles of ${of.higherMs} ms cannot be made of ${of.lowerMs} ms`,
    );
    this.#lowerMs = of.lowerMs;
    this.#higherMs = of.higherMs;
    this.#emit = emit;
  }

  /** Adds the next finished lower candle; candles come in time order. */
  add(lower: Candle): void {
    const candle = this.#candle;
    if (this.#isOpen && lower.openTime >= candle.openTime + this.#higherMs) this.#finish();
    if (!this.#isOpen) {
      candle.openTime = candleOpenTime(lower.openTime, this.#higherMs);
      candle.open = lower.open;
      candle.high = lower.high;
      candle.low = lower.low;
      candle.volume = 0;
      this.#isOpen = true;
    }
    if (lower.high > candle.high) candle.high = lower.high;
    if (lower.low < candle.low) candle.low = lower.low;
    candle.close = lower.close;
    candle.volume += lower.volume;
    if (lower.openTime + this.#lowerMs >= candle.openTime + this.#higherMs) this.#finish();
  }

  /** The open candle for charts. Null right after a finished one. */
  get unfinished(): Candle | null {
    return this.#isOpen ? this.#candle : null;
  }

  /**
   * A copy of the open candle with a lower one counted in that is itself still open; null where
   * neither is. Changes nothing: the lower candle counts for good when it is added.
   */
  unfinishedWith(lower: Candle | null): Candle | null {
    const candle = this.unfinished;
    if (lower === null) return candle === null ? null : { ...candle };
    const openTime = candleOpenTime(lower.openTime, this.#higherMs);
    if (candle === null || openTime > candle.openTime) return { ...lower, openTime };
    return {
      openTime,
      open: candle.open,
      high: Math.max(candle.high, lower.high),
      low: Math.min(candle.low, lower.low),
      close: lower.close,
      volume: candle.volume + lower.volume,
    };
  }

  #finish(): void {
    this.#isOpen = false;
    this.#emit(this.#candle);
  }
}

function emptyCandle(): OpenCandle {
  return { openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
}
