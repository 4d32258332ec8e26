/** Symbols as the exchange writes them, and its numbers: strings of eight decimals. */
import { type Decimal, toFixedText } from '../../../domain/decimal.ts';
import type { Market } from '../../../domain/market.ts';
import type { EmulatorMarket } from '../dialect.ts';
import { badSymbol } from './api-error.ts';
import type { Params } from './params.ts';

const DIGITS = 8;

/** `BTCUSDT` of `BTC/USDT`. */
export const symbolId = (market: Pick<Market, 'base' | 'quote'>): string =>
  `${market.base}${market.quote}`;

/** An exact amount as the exchange writes it: `0.10000000`. */
export const amountText = (value: Decimal): string => toFixedText(value, DIGITS);

/** A figure of market data as the exchange writes it. */
export const figureText = (value: number): string => value.toFixed(DIGITS);

/** The market of an id; undefined when none is listed. */
export function findMarket(market: EmulatorMarket, id: string): Market | undefined {
  return market.markets.find((listed) => symbolId(listed) === id);
}

/** The market that parameter `symbol` names. Throws ApiError. */
export function requireMarket(market: EmulatorMarket, params: Params): Market {
  const found = findMarket(market, params.required('symbol'));
  if (!found) throw badSymbol();
  return found;
}

/** The markets that `symbol` or `symbols` (a JSON array) names; all without either. */
export function chosenMarkets(market: EmulatorMarket, params: Params): readonly Market[] {
  if (params.text('symbol') !== null) return [requireMarket(market, params)];
  const list = params.text('symbols');
  if (list === null) return market.markets;
  return idsOf(list).map((id) => {
    const found = findMarket(market, id);
    if (!found) throw badSymbol();
    return found;
  });
}

function idsOf(list: string): string[] {
  const ids = /^\["[^"]+"(?:,"[^"]+")*\]$/.exec(list)?.[0];
  if (ids === undefined) throw badSymbol();
  return ids.slice(2, -2).split('","');
}
