import { type Decimal, ZERO, mul, quantize, quantizeNumber } from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';
import type { Role } from '../../domain/ids.ts';
import type { Side } from '../../domain/trade.ts';

/** What the simulated venue assumes where the market data is silent. */
export interface SimModel {
  /** Candle markets only: when a market order decided on a candle fills. */
  readonly fill: 'next-open' | 'close';
  /** Adverse move of every taker fill where there is no book to walk, basis points. */
  readonly slippageBps: number;
  /** Spread as a fraction, charged wholly on entries, where there is no book; exits pay none. */
  readonly spreadFraction: number;
  /** Way of an order or cancel to the venue; ignored where only candles are known. */
  readonly latencyMs: number;
  /** Leverage the account asks for; each market caps it (1 on spot). */
  readonly leverage: number;
  /** Left out: fees in the settle asset, cut at the 18th decimal. */
  readonly fees?: FeeRule;
}

/** How some venues take their fees of spot fills. */
export interface FeeRule {
  /** `received`: of what the fill brought, so a buy pays in coins. */
  readonly asset: 'quote' | 'received';
  /** Smallest part of a fee; the rest is given to the account. */
  readonly grid: Decimal;
}

/** Part of its value that a spot buy pays beside it in quote. */
export function buyFeeRate(market: Market, fees: FeeRule | undefined): Decimal {
  return fees?.asset === 'received' ? ZERO : market.takerFeeRate;
}

/** What a fill costs, by the venue's rule; `quote` is its worth in quote. */
export function chargeOf(
  of: {
    readonly side: Side;
    readonly price: Decimal;
    readonly quantity: Decimal;
    readonly liquidity: 'maker' | 'taker';
  },
  market: Market,
  fees: FeeRule | undefined,
): { readonly fee: Decimal; readonly asset: string; readonly quote: Decimal } {
  const usual = feeOf(mul(of.price, of.quantity), of.liquidity, market);
  if (!fees || market.kind !== 'spot') return { fee: usual, asset: market.settle, quote: usual };
  if (fees.asset === 'quote' || of.side === 'sell') {
    const fee = quantize(usual, fees.grid, 'down');
    return { fee, asset: market.quote, quote: fee };
  }
  const fee = quantize(feeOf(of.quantity, of.liquidity, market), fees.grid, 'down');
  return { fee, asset: market.base, quote: mul(fee, of.price) };
}

/** A range that slippage may not leave, e.g. what a candle traded. */
export interface PriceRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Price a taker pays or gets around a raw market price, in quote as a float: the spread first
 * (entries only: buy × (1 + F), sell × (1 − F)), then slippage, both against us. With `within`,
 * slippage goes no further than the range traded, but never to the better side of the raw price.
 */
export function takerPrice(
  of: { readonly raw: number; readonly side: Side; readonly role: Role },
  model: SimModel,
  within?: PriceRange,
): number {
  const buys = of.side === 'buy';
  const spread = of.role === 'entry' ? model.spreadFraction : 0;
  const quoted = buys ? of.raw * (1 + spread) : of.raw * (1 - spread);
  const slippage = model.slippageBps / 10_000;
  if (slippage === 0) return quoted;
  const slipped = buys ? quoted * (1 + slippage) : quoted * (1 - slippage);
  if (!within) return slipped;
  return buys
    ? Math.max(quoted, Math.min(slipped, within.high))
    : Math.min(quoted, Math.max(slipped, within.low));
}

/** A simulated float price on the market's grid, rounded against us. */
export function toFillPrice(price: number, side: Side, market: Market): Decimal {
  return quantizeNumber(price, market.tickSize, side === 'buy' ? 'up' : 'down');
}

/** Fee for a notional in quote (or for coins, in coins), cut toward zero at the 18th decimal. */
export function feeOf(value: Decimal, liquidity: 'maker' | 'taker', market: Market): Decimal {
  return mul(value, liquidity === 'maker' ? market.makerFeeRate : market.takerFeeRate);
}
