/** What the ticket's quantity is measured in, and how many units that makes. */
import type { SessionView } from '../../app/session-types.ts';
import {
  type Decimal,
  abs,
  decimal,
  div,
  isPositive,
  isZero,
  mul,
  quantize,
  quantizeNumber,
  sub,
} from '../../domain/decimal.ts';
import type { Side } from '../../domain/trade.ts';
import type { MarketView } from '../slices.ts';

/** Base units, quote amount, percent of equity, or percent of equity lost at the stop. */
export const SIZE_UNITS = ['units', 'quote', '%', 'risk %'] as const;
export type SizeUnit = (typeof SIZE_UNITS)[number];

export interface SizeRequest {
  readonly unit: SizeUnit;
  /** As typed. */
  readonly amount: Decimal;
  readonly side: Side;
  /** Limit or trigger price; null for what fills at the market. */
  readonly price: Decimal | null;
  readonly stop: Decimal | null;
}

export type Size =
  | { readonly ok: true; readonly quantity: Decimal }
  | { readonly ok: false; readonly problem: string };

const HUNDRED = decimal('100');
const CENT = decimal('0.00000001');

/**
 * Base units, rounded down to the market's digits, so that never more is bought than was asked
 * for. Amounts at the market are measured at the price that would be paid: the best of the other
 * side.
 */
export function unitsOf(of: SizeRequest, market: MarketView | undefined, view: SessionView): Size {
  if (of.unit === 'units') return { ok: true, quantity: of.amount };
  if (!market) return refused('no market of that name');
  const price = of.price ?? marketPrice(market, of.side);
  if (price === null) return refused('no price yet to measure the quantity at');
  const quote = of.unit === 'quote' ? of.amount : shareOfEquity(of.amount, view);
  if (quote === null) return refused('no equity to take a share of');
  if (of.unit !== 'risk %') return rounded(div(quote, price), market);
  if (of.stop === null) return refused('type a stop: the risk is measured to it');
  const distance = abs(sub(price, of.stop));
  return isZero(distance)
    ? refused('the stop is at the price: no distance to risk')
    : rounded(div(quote, distance), market);
}

const refused = (problem: string): Size => ({ ok: false, problem });

function rounded(quantity: Decimal, market: MarketView): Size {
  const digits = Math.min(18, Math.max(0, Math.trunc(market.quantityDigits)));
  const step = decimal(`1e-${String(digits)}`);
  const down = quantize(quantity, step, 'down');
  if (isPositive(down)) return { ok: true, quantity: down };
  return refused('that is less than the smallest quantity of this market');
}

function marketPrice(market: MarketView, side: Side): Decimal | null {
  const price = (side === 'buy' ? market.ask : market.bid) ?? market.lastPrice;
  return price === null || !isUsable(price) ? null : quantizeNumber(price, CENT, 'nearest');
}

function shareOfEquity(percent: Decimal, { account }: SessionView): Decimal | null {
  if (!isUsable(account.equity)) return null;
  return div(mul(quantizeNumber(account.equity, CENT, 'nearest'), percent), HUNDRED);
}

const isUsable = (value: number): boolean => Number.isFinite(value) && value > 0;
