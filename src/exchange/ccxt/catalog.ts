import { BINANCE } from './catalog/binance.ts';
import { CRYPTOCOM } from './catalog/cryptocom.ts';
import { GEMINI } from './catalog/gemini.ts';
import { KRAKEN } from './catalog/kraken.ts';
import { BITFINEX, BITSTAMP, BYBIT, COINBASE, HTX, KUCOIN, OKX } from './catalog/paper.ts';
import type { ExchangeRow } from './row.ts';

/** One row for each exchange that is offered. */
export const EXCHANGES: readonly ExchangeRow[] = [
  BINANCE,
  COINBASE,
  KRAKEN,
  GEMINI,
  CRYPTOCOM,
  BITSTAMP,
  BITFINEX,
  HTX,
  OKX,
  BYBIT,
  KUCOIN,
];

/** The row of an exchange by its id; undefined where only unproven market data can be had. */
export function findExchange(id: string): ExchangeRow | undefined {
  return EXCHANGES.find((row) => row.id === id);
}
