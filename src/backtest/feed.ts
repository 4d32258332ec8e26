import type { Candle } from '../domain/candle.ts';
import { assert, InputError } from '../domain/errors.ts';
import {
  type CandleEvent,
  type MarketEvent,
  type TradesEvent,
  finishedCandle,
} from '../domain/event.ts';
import { type EpochMs, timeframeMs } from '../domain/time.ts';
import type { Trade } from '../domain/trade.ts';
import { TradeCandleBuilder } from '../market/candle-builder.ts';
import type { PullFeed } from '../ports.ts';
import type { CandleFile, DataFile, TradeFile } from './data-file.ts';

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

/** A recording that can be continued where it was left. */
export interface FileFeed extends PullFeed {
  /** Total number of events. */
  readonly length: number;
  /** The candle that was open when the recording was left; empty unless trades make candles. */
  unfinished(): readonly CandleEvent[];
}

/**
 * Plays a loaded file, one event per candle (at its close) or per moment with trades. `from` is
 * the number of events already applied. The event of a candle and the candle in it are reused:
 * valid until the next call, copy what is kept. Throws InputError when `from` is beyond the end.
 */
export function createFileFeed(file: DataFile, of: { readonly from?: number } = {}): FileFeed {
  const from = of.from ?? 0;
  assert(Number.isSafeInteger(from) && from >= 0, `feed position ${from}`);
  return file.kind === 'candles' ? new CandleFeed(file, from) : new TradeFeed(file, from);
}

function beyondEnd(file: DataFile, of: { from: number; length: number }): InputError {
  return new InputError(
    `${file.path}: the session is at event ${of.from}, but the file has ${of.length}; ` +
      'continue with the file it was recorded from',
  );
}

class CandleFeed implements FileFeed {
  readonly length: number;
  readonly #file: CandleFile;
  readonly #from: number;
  readonly #lengthMs: number;
  readonly #candle: Writable<Candle>;
  readonly #event: Writable<CandleEvent>;
  #index: number;

  constructor(file: CandleFile, from: number) {
    if (from > file.length) throw beyondEnd(file, { from, length: file.length });
    this.#file = file;
    this.#from = from;
    this.#index = from;
    this.length = file.length;
    this.#lengthMs = timeframeMs(file.timeframe);
    this.#candle = { openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
    this.#event = this.#eventOf(this.#candle);
  }

  next(): MarketEvent | null {
    const index = this.#index;
    if (index >= this.length) return null;
    this.#index = index + 1;
    fillCandle(this.#candle, this.#file, index);
    this.#event.time = this.#candle.openTime + this.#lengthMs;
    return this.#event;
  }

  *history(perSymbol: number): Iterable<CandleEvent> {
    for (let i = Math.max(0, this.#from - perSymbol); i < this.#from; i++) {
      const candle = { openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
      fillCandle(candle, this.#file, i);
      yield this.#eventOf(candle);
    }
  }

  unfinished(): readonly CandleEvent[] {
    return [];
  }

  #eventOf(candle: Candle): CandleEvent {
    const { symbol, timeframe } = this.#file;
    return finishedCandle({ symbol, timeframe, candle });
  }
}

function fillCandle(candle: Writable<Candle>, file: CandleFile, index: number): void {
  candle.openTime = file.times[index] ?? NaN;
  candle.open = file.opens[index] ?? NaN;
  candle.high = file.highs[index] ?? NaN;
  candle.low = file.lows[index] ?? NaN;
  candle.close = file.closes[index] ?? NaN;
  candle.volume = file.volumes[index] ?? NaN;
}

interface BuiltCandles {
  readonly finished: readonly CandleEvent[];
  readonly unfinished: readonly CandleEvent[];
}

/** Trades of one moment are one event, as a sweep through several levels is one order. */
class TradeFeed implements FileFeed {
  readonly length: number;
  readonly #file: TradeFile;
  /** Rows before the first event. */
  readonly #firstRow: number;
  #row = 0;
  #built: BuiltCandles | null = null;

  constructor(file: TradeFile, from: number) {
    this.#file = file;
    this.length = countMoments(file.times);
    if (from > this.length) throw beyondEnd(file, { from, length: this.length });
    for (let i = 0; i < from; i++) this.#row = this.#endOfMoment();
    this.#firstRow = this.#row;
  }

  next(): TradesEvent | null {
    if (this.#row >= this.#file.length) return null;
    const end = this.#endOfMoment();
    const trades: Trade[] = [];
    for (let row = this.#row; row < end; row++) trades.push(this.#tradeAt(row));
    this.#row = end;
    const time = this.#file.times[end - 1] ?? NaN;
    return { kind: 'trades', symbol: this.#file.symbol, time, trades };
  }

  history(perSymbol: number): readonly CandleEvent[] {
    return perSymbol > 0 ? this.#candles.finished.slice(-perSymbol) : [];
  }

  unfinished(): readonly CandleEvent[] {
    return this.#candles.unfinished;
  }

  /** Candles of the trades before the first event, as the engine built them then. */
  get #candles(): BuiltCandles {
    this.#built ??= this.#buildCandles();
    return this.#built;
  }

  #buildCandles(): BuiltCandles {
    const { symbol, timeframe } = this.#file;
    const lengthMs = timeframeMs(timeframe);
    const finished: CandleEvent[] = [];
    const eventOf = (candle: Candle): CandleEvent =>
      finishedCandle({ symbol, timeframe, candle: { ...candle } });
    const builder = new TradeCandleBuilder(lengthMs, (candle) => finished.push(eventOf(candle)));
    for (let row = 0; row < this.#firstRow; row++) builder.add(this.#tradeAt(row));
    const open = builder.unfinished;
    return { finished, unfinished: open === null ? [] : [eventOf(open)] };
  }

  #tradeAt(row: number): Trade {
    const { times, prices, quantities, buys } = this.#file;
    return {
      time: times[row] ?? NaN,
      price: prices[row] ?? NaN,
      quantity: quantities[row] ?? NaN,
      side: buys[row] === 1 ? 'buy' : 'sell',
    };
  }

  /** Row after the last trade of the moment that begins at the current row. */
  #endOfMoment(): number {
    const { times } = this.#file;
    let end = this.#row + 1;
    while (end < times.length && times[end] === times[this.#row]) end += 1;
    return end;
  }
}

function countMoments(times: Float64Array): number {
  let count = 0;
  let last: EpochMs = NaN;
  for (const time of times) {
    if (time !== last) count += 1;
    last = time;
  }
  return count;
}
