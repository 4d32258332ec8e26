/** Candles of the past by request, page by page. */
import type { Candle } from '../../domain/candle.ts';
import { type EpochMs, type Timeframe, candleOpenTime, timeframeMs } from '../../domain/time.ts';
import type { DataClient } from './data-client.ts';
import { toCandles } from './market-data.ts';

export interface CandleQuery {
  readonly client: Pick<DataClient, 'fetchOHLCV'>;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** First open time wanted. */
  readonly from: EpochMs;
  /** Open times before this. */
  readonly to: EpochMs;
  /** Most candles the exchange gives at once. */
  readonly perCall: number;
  /** The exchange's time: what is open by it is left out. */
  serverNow(): EpochMs;
}

/** One answer of the exchange. */
export interface CandlePage {
  /** Open times from `from` up to, without, `to` are answered by it. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Finished ones of that time, oldest first; minutes without trades may be missing. */
  readonly candles: readonly Candle[];
  /** Open time of the newest row, also of one still open; -Infinity without any. */
  readonly newest: EpochMs;
  /** Open time of the oldest row; Infinity without any. */
  readonly oldest: EpochMs;
  /** Rows that were no candle. */
  readonly dropped: number;
}

/**
 * All finished candles of a time, oldest first. One request each page; a page without candles
 * (before a listing, an outage) is stepped over. Throws what the library throws.
 */
export async function* candlePages(query: CandleQuery): AsyncGenerator<CandlePage> {
  const { client, symbol, timeframe, perCall } = query;
  const length = timeframeMs(timeframe);
  let cursor = alignUp(query.from, length);
  for (;;) {
    const end = Math.min(query.to, candleOpenTime(query.serverNow(), length));
    if (cursor >= end) return;
    const limit = Math.min(perCall, Math.ceil((end - cursor) / length) + 1);
    const rows = await client.fetchOHLCV(symbol, timeframe, cursor, limit);
    const { candles: all, dropped } = toCandles(rows, timeframe);
    const from = cursor;
    // What is still open by the exchange's own clock is left out.
    const candles = all.filter(({ openTime }) => openTime >= from && openTime < end);
    const newest = all.at(-1)?.openTime ?? -Infinity;
    // An exchange that leaves out the beginning gave its newest ones: there is nothing before.
    const reached = newest >= cursor ? newest + length : cursor + limit * length;
    cursor = Math.min(end, reached);
    const oldest = all[0]?.openTime ?? Infinity;
    yield { from, to: cursor, candles, newest, oldest, dropped };
  }
}

/** Everything of a time at once, for a warm-up. */
export async function fetchCandles(query: CandleQuery): Promise<Candle[]> {
  const all: Candle[] = [];
  for await (const { candles } of candlePages(query)) all.push(...candles);
  return all;
}

/** First open time at or after `time`. */
export function alignUp(time: EpochMs, lengthMs: number): EpochMs {
  const open = candleOpenTime(time, lengthMs);
  return open === time ? time : open + lengthMs;
}
