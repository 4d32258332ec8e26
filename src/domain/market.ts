import { type Decimal, decimalPlaces, mul } from './decimal.ts';

/** A tradable contract. Prices are quote per base; quantities are base units, never contracts. */
export interface Market {
  /** Unified symbol: `BTC/USDT` spot, `BTC/USDT:USDT` linear perpetual. */
  readonly symbol: string;
  readonly kind: 'spot' | 'perpetual';
  readonly base: string;
  readonly quote: string;
  /** Asset that P&L and margin are paid in: the quote on spot. */
  readonly settle: string;
  readonly tickSize: Decimal;
  /** Quantity grid in base units (already multiplied by contractSize). */
  readonly stepSize: Decimal;
  readonly minQuantity: Decimal;
  /** Smallest order in quote. */
  readonly minNotional: Decimal;
  /** Base units of one venue contract; 1 on spot. Only adapters convert with it. */
  readonly contractSize: Decimal;
  readonly makerFeeRate: Decimal;
  readonly takerFeeRate: Decimal;
  /** Largest leverage the venue grants; 1 on spot. */
  readonly maxLeverage: number;
  /** Maintenance margin as a fraction of notional; 0 on spot. */
  readonly maintenanceMarginFraction: Decimal;
}

/** Leverage an account that asks for `asked` gets here: 1 on spot, else what the market grants. */
export function grantedLeverage(
  market: Pick<Market, 'kind' | 'maxLeverage'>,
  asked: number,
): number {
  return market.kind === 'spot' ? 1 : Math.max(1, Math.min(asked, market.maxLeverage));
}

/** Price × quantity in quote. All our markets are spot or linear, so the formula is one. */
export function notional(of: { readonly price: Decimal; readonly quantity: Decimal }): Decimal {
  return mul(of.price, of.quantity);
}

/** Digits after the point of this market's prices. */
export const priceDigits = (market: Market): number => decimalPlaces(market.tickSize);
/** Digits after the point of this market's quantities. */
export const quantityDigits = (market: Market): number => decimalPlaces(market.stepSize);

const SYMBOL = /^([A-Za-z0-9][A-Za-z0-9._-]{0,19})\/([A-Za-z0-9]{1,12})(?::([A-Za-z0-9]{1,12}))?$/;

/**
 * Parts of a unified symbol, or null when it is not one. A settle asset makes it a perpetual;
 * only linear ones (settled in the quote) are ours.
 */
export function parseSymbol(
  symbol: string,
): { base: string; quote: string; settle: string; kind: Market['kind'] } | null {
  const match = SYMBOL.exec(symbol);
  const base = match?.[1];
  const quote = match?.[2];
  if (!base || !quote) return null;
  const settle = match?.[3];
  if (settle !== undefined && settle !== quote) return null;
  return { base, quote, settle: quote, kind: settle === undefined ? 'spot' : 'perpetual' };
}
