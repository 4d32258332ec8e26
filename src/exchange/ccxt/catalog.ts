import { BINANCE } from './catalog/binance.ts';
import { KRAKEN } from './catalog/kraken.ts';
import type { ExchangeRow } from './row.ts';

/** One row for each exchange that is offered. */
export const EXCHANGES: readonly ExchangeRow[] = [BINANCE, KRAKEN];

/** The row of an exchange by its id; undefined where only unproven market data can be had. */
export function findExchange(id: string): ExchangeRow | undefined {
  return EXCHANGES.find((row) => row.id === id);
}
