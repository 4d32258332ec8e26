/** What Kraken calls assets and pairs: one name per age of its interfaces, all in use. */
import { decimalPlaces } from '../../../domain/decimal.ts';
import type { Market } from '../../../domain/market.ts';
import type { EmulatorMarket } from '../dialect.ts';

/** One pair by all its names. */
export interface KrakenPair {
  /** Key of AssetPairs: `XBTUSDT`, or `XXBTZUSD` between two assets of the first age. */
  readonly id: string;
  /** `XBTUSDT`: orders and trades name it so. */
  readonly altname: string;
  /** `XBT/USDT`: name of the first WebSocket interface. */
  readonly wsname: string;
  /** `BTC/USDT`: name of the second one, and the unified symbol. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly market: Market;
  readonly priceDigits: number;
  readonly lotDigits: number;
}

/**
 * Assets of the first age carry a letter in front; some have names of their own. The `LUNA` of
 * today is the second of its name there.
 */
const OLD_NAMES: Readonly<Record<string, { readonly id: string; readonly altname: string }>> = {
  BTC: { id: 'XXBT', altname: 'XBT' },
  ETH: { id: 'XETH', altname: 'ETH' },
  LTC: { id: 'XLTC', altname: 'LTC' },
  XRP: { id: 'XXRP', altname: 'XRP' },
  DOGE: { id: 'XXDG', altname: 'XDG' },
  USD: { id: 'ZUSD', altname: 'USD' },
  EUR: { id: 'ZEUR', altname: 'EUR' },
  GBP: { id: 'ZGBP', altname: 'GBP' },
  LUNA: { id: 'LUNA2', altname: 'LUNA2' },
};

/** Name of an asset in balances and AssetPairs: `XXBT` for BTC, `SOL` for SOL. */
export const assetId = (asset: string): string => OLD_NAMES[asset]?.id ?? asset;

/** Its short name: `XBT` for BTC. */
export const assetAltname = (asset: string): string => OLD_NAMES[asset]?.altname ?? asset;

/** The spot markets that are listed now, under Kraken's names. */
export class KrakenNames {
  private readonly market: Pick<EmulatorMarket, 'markets'>;

  constructor(market: Pick<EmulatorMarket, 'markets'>) {
    this.market = market;
  }

  get pairs(): readonly KrakenPair[] {
    return this.market.markets.filter(({ kind }) => kind === 'spot').map(toPair);
  }

  /** Assets as unified codes, in the order they come up. */
  get assets(): readonly string[] {
    return [...new Set(this.pairs.flatMap(({ base, quote }) => [base, quote]))];
  }

  /** By any of its names; undefined when there is no such pair. */
  pair(name: string): KrakenPair | undefined {
    return this.pairs.find(({ id, altname, wsname, symbol }) =>
      [id, altname, wsname, symbol].includes(name),
    );
  }

  /** By the unified symbol, as WebSocket messages name it. */
  symbol(symbol: string): KrakenPair | undefined {
    return this.pairs.find((pair) => pair.symbol === symbol);
  }

  /** Unified code of an asset by its long or short name; undefined when there is none. */
  asset(name: string): string | undefined {
    return this.assets.find((one) => [one, assetId(one), assetAltname(one)].includes(name));
  }
}

/** A market under all the names of its pair. */
export function toPair(market: Market): KrakenPair {
  const { symbol, base, quote } = market;
  const altname = assetAltname(base) + assetAltname(quote);
  const isOld = isFirstAge(base) && isFirstAge(quote);
  return {
    id: isOld ? assetId(base) + assetId(quote) : altname,
    altname,
    wsname: `${assetAltname(base)}/${assetAltname(quote)}`,
    symbol,
    base,
    quote,
    market,
    priceDigits: decimalPlaces(market.tickSize),
    lotDigits: decimalPlaces(market.stepSize),
  };
}

const isFirstAge = (asset: string): boolean => assetId(asset) !== assetAltname(asset);
