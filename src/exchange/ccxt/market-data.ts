/** Foreign market data become our own, or are dropped: nothing here throws on any value. */
import type { Candle } from '../../domain/candle.ts';
import { candleFault } from '../../domain/candle.ts';
import {
  type EpochMs,
  MINUTE_MS,
  type Timeframe,
  candleOpenTime,
  timeframeMs,
} from '../../domain/time.ts';
import type { Trade } from '../../domain/trade.ts';
import { fieldOf } from './data-client.ts';

/** Far beyond any price or quantity; products of two stay finite (as market/datum-check.ts). */
const LARGEST = 1e15;
/** Ahead of the exchange's clock by more than this: no clock is that wrong. */
const EARLIEST_MS = 30_000;
/** Prints older than this say nothing about now: what a new subscription repeats. */
const OLDEST_PRINT_MS = 30_000;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** A finite number of a number or of its text (`number: String`); NaN for anything else. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 60 || !NUMBER.test(value)) return NaN;
  return Number(value);
}

/** A number above zero that can be a price or a quantity; NaN for anything else. */
export function positiveOf(value: unknown): number {
  const number = numberOf(value);
  return number > 0 && number <= LARGEST ? number : NaN;
}

/** A print with the exchange's own number, or why it is none: `old` ones are no fault. */
export type MappedTrade =
  | { readonly kind: 'trade'; readonly id: string; readonly trade: Trade }
  | { readonly kind: 'old'; readonly id: string }
  | { readonly kind: 'fault' };

const FAULT: MappedTrade = Object.freeze({ kind: 'fault' });

/** Maps a unified trade. `serverNow` is the exchange's time. */
export function toTrade(raw: unknown, symbol: string, serverNow: EpochMs): MappedTrade {
  const named = fieldOf(raw, 'symbol');
  if (typeof named === 'string' && named !== symbol) return FAULT;
  const time = numberOf(fieldOf(raw, 'timestamp'));
  const price = positiveOf(fieldOf(raw, 'price'));
  const quantity = positiveOf(fieldOf(raw, 'amount'));
  const side = fieldOf(raw, 'side');
  if (Number.isNaN(price) || Number.isNaN(quantity)) return FAULT;
  if (side !== 'buy' && side !== 'sell') return FAULT;
  if (!Number.isSafeInteger(time) || time <= 0 || time > serverNow + EARLIEST_MS) return FAULT;
  const id = idOf(fieldOf(raw, 'id')) ?? `${time} ${price} ${quantity} ${side}`;
  if (time < serverNow - OLDEST_PRINT_MS) return { kind: 'old', id };
  return { kind: 'trade', id, trade: { time, price, quantity, side } };
}

/** The key a trade is known by, without looking at the rest of it; null where it has no id. */
export function idOf(id: unknown): string | null {
  if (typeof id === 'string' && id !== '' && id.length <= 100) return id;
  return typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : null;
}

/** A candle of a row `[openTime, open, high, low, close, volume]`; null when it is not sound. */
export function toCandle(row: unknown, timeframe: Timeframe): Candle | null {
  if (!Array.isArray(row)) return null;
  const openTime = numberOf(row[0]);
  if (!Number.isSafeInteger(openTime) || openTime < 0) return null;
  if (candleOpenTime(openTime, timeframeMs(timeframe)) !== openTime) return null;
  const candle: Candle = {
    openTime,
    open: positiveOf(row[1]),
    high: positiveOf(row[2]),
    low: positiveOf(row[3]),
    close: positiveOf(row[4]),
    volume: numberOf(row[5]),
  };
  return candle.volume > LARGEST || candleFault(candle) !== null ? null : candle;
}

/** Candles of rows, oldest first, one of each time (the last told); and how many were no candle. */
export function toCandles(
  rows: unknown,
  timeframe: Timeframe,
): { readonly candles: readonly Candle[]; readonly dropped: number } {
  if (!Array.isArray(rows)) return { candles: [], dropped: 1 };
  const byTime = new Map<EpochMs, Candle>();
  let dropped = 0;
  for (const row of rows) {
    const candle = toCandle(row, timeframe);
    if (candle === null) dropped += 1;
    else byTime.set(candle.openTime, candle);
  }
  const candles = [...byTime.values()].sort((a, b) => a.openTime - b.openTime);
  return { candles, dropped };
}

/** Newest minute that is over. */
export const newestFinished = (serverNow: EpochMs): EpochMs =>
  candleOpenTime(serverNow, MINUTE_MS) - MINUTE_MS;
