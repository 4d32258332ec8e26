/** The library's own class of an exchange with one market, to read answers as they were recorded. */
import { decimal } from '../../../src/domain/decimal.ts';
import type { Market } from '../../../src/domain/market.ts';
import { required } from '../../../src/domain/errors.ts';
import { findExchange } from '../../../src/exchange/ccxt/catalog.ts';
import { loadExchangeClass } from '../../../src/exchange/ccxt/load.ts';
import type { KnownOrder, MapContext } from '../../../src/exchange/ccxt/map.ts';

export const BTC: Market = {
  symbol: 'BTC/USDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  tickSize: decimal('0.01'),
  stepSize: decimal('0.00001'),
  minQuantity: decimal('0.00001'),
  minNotional: decimal('5'),
  contractSize: decimal('1'),
  makerFeeRate: decimal('0.001'),
  takerFeeRate: decimal('0.002'),
  maxLeverage: 1,
  maintenanceMarginFraction: decimal('0'),
};

export const ACCOUNT = 'binance:main';
export const NOW = 1_800_000_000_000;

export const rowOf = (id: string) => required(findExchange(id), `row of ${id}`);

export function contextOf(
  id: string,
  known: Readonly<Record<string, KnownOrder>> = {},
): MapContext {
  return {
    row: rowOf(id),
    accountId: ACCOUNT,
    market: (symbol) => (symbol === BTC.symbol ? BTC : undefined),
    markets: () => [BTC],
    venueNow: () => NOW,
    known: (venueOrderId) => known[venueOrderId],
  };
}

/** The parts of the library that turn raw answers into its own shapes. */
interface Parser {
  setMarkets(markets: unknown): unknown;
  parseOrder(raw: unknown): unknown;
  parseWsOrder(raw: unknown): unknown;
  parseTrade(raw: unknown, market?: unknown): unknown;
  parseWsTrade(raw: unknown): unknown;
  parseBalance(raw: unknown): unknown;
}

const IDS: Readonly<Record<string, string>> = { binance: 'BTCUSDT', kraken: 'XBTUSDT' };

/** A client that is connected to nothing and knows one market. */
export async function parserOf(id: string): Promise<Parser> {
  const { Exchange } = required(await loadExchangeClass(id), id);
  const parser = new Exchange({ number: String }) as unknown as Parser;
  const market = {
    id: IDS[id],
    altname: IDS[id],
    symbol: BTC.symbol,
    base: 'BTC',
    quote: 'USDT',
    type: 'spot',
    spot: true,
    contract: false,
    active: true,
    precision: { amount: '0.00001', price: '0.01' },
    limits: {},
    info: { altname: IDS[id] },
  };
  parser.setMarkets([market]);
  return parser;
}
