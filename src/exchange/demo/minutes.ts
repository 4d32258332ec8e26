import type { Candle } from '../../domain/candle.ts';
import { type CandleEvent, finishedCandle } from '../../domain/event.ts';
import { type EpochMs, MINUTE_MS } from '../../domain/time.ts';
import type { DemoMarket } from './demo-market.ts';
import { DEMO_SPECS } from './markets.ts';

type OpenCandle = { -readonly [Field in keyof Candle]: Candle[Field] };

/**
 * Minute candles of the demo's past, made straight from the drawn prints. The same candles the
 * engine makes of the events: every minute has a print, so there is no gap to rule on.
 */
export class DemoMinutes {
  /** Finished minutes kept of each symbol. */
  readonly #limit: number;
  readonly #open: (OpenCandle | undefined)[] = DEMO_SPECS.map(() => undefined);
  readonly #finished: CandleEvent[][] = DEMO_SPECS.map(() => []);
  /** End of the open minute. */
  #end = Infinity;

  /** Keeps the newest `limit` finished minutes of each symbol. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts all prints of the market's current second. */
  addSecond(market: DemoMarket): void {
    for (let i = 0; i < DEMO_SPECS.length; i++) this.addPrints(market, i);
  }

  /** Counts the prints of one symbol in the market's current second. */
  addPrints(market: DemoMarket, index: number): void {
    const tape = market.tapes[index];
    const book = market.books[index];
    if (tape === undefined || book === undefined || tape.count === 0) return;
    const second = market.nextSecond - 1;
    for (let i = 0; i < tape.count; i++) {
      const price = book.price(tape.ticks[i] ?? 0);
      const quantity = (tape.steps[i] ?? 0) / book.spec.stepsPerUnit;
      const candle = this.#open[index];
      if (candle === undefined) {
        const openTime = (second - (second % 60)) * 1_000;
        const at = { open: price, high: price, low: price, close: price };
        this.#open[index] = { openTime, ...at, volume: quantity };
        this.#end = openTime + MINUTE_MS;
        continue;
      }
      if (price > candle.high) candle.high = price;
      if (price < candle.low) candle.low = price;
      candle.close = price;
      candle.volume += quantity;
    }
  }

  /** Finishes what ended at or before this time. */
  close(time: EpochMs): void {
    if (time < this.#end) return;
    this.#end = Infinity;
    for (let i = 0; i < DEMO_SPECS.length; i++) this.closeOne(i, time);
  }

  /** Finishes the candle of one symbol when it ended at or before this time. */
  closeOne(index: number, time: EpochMs): void {
    const candle = this.#open[index];
    const finished = this.#finished[index];
    if (candle === undefined || finished === undefined) return;
    if (candle.openTime + MINUTE_MS > time) return;
    finished.push(toEvent(index, candle));
    this.#open[index] = undefined;
    // Cut in large pieces: a shift per candle would move the whole list every minute.
    if (finished.length >= 2 * this.#limit) finished.splice(0, finished.length - this.#limit);
  }

  /** Finished candles in time order, at most `perSymbol` of each symbol. */
  newest(perSymbol: number): CandleEvent[] {
    const count = Math.min(perSymbol, this.#limit);
    if (count <= 0) return [];
    return this.#finished.flatMap((one) => one.slice(-count)).sort((a, b) => a.time - b.time);
  }

  /** The candles that are not over yet. */
  get unfinished(): CandleEvent[] {
    return this.#open.flatMap((candle, index) =>
      candle === undefined ? [] : [toEvent(index, candle)],
    );
  }
}

function toEvent(index: number, candle: Candle): CandleEvent {
  const symbol = DEMO_SPECS[index]?.market.symbol ?? '';
  return finishedCandle({ symbol, timeframe: '1m', candle: { ...candle } });
}
