import { type Decimal, ZERO, max, quantizeNumber, toNumber } from '../domain/decimal.ts';
import type { Market } from '../domain/market.ts';
import type { Sizing } from '../domain/sizing.ts';
import { kelly } from '../portfolio/trade-stats.ts';

export interface SizingInput {
  readonly sizing: Sizing;
  readonly market: Market;
  /** Account equity and free funds in quote. */
  readonly equity: number;
  readonly free: number;
  readonly leverage: number;
  /** Price the entry is expected to fill at. */
  readonly price: number;
  /** Distance to the stop in quote per base; null without one. */
  readonly stopDistance: number | null;
  /** Stands in for a missing stop, as a fraction of the price. */
  readonly worstCaseFraction: number;
  /** Average true range in quote per base; null while unknown. */
  readonly atr: number | null;
  /** Closed round trips of this strategy, for Kelly. */
  readonly record: SizingRecord;
}

/** Net P&L by outcome are unsigned sums in quote. */
export interface SizingRecord {
  readonly roundTrips: number;
  readonly wins: number;
  readonly grossProfit: number;
  readonly grossLoss: number;
}

/** A Kelly bet needs this many round trips before it is believed. */
export const KELLY_ROUND_TRIPS = 20;
/** No Kelly bet is larger than this part of equity. */
export const KELLY_CAP = 0.25;
/** An all-in order asks for this much more than the money pays; the venue cuts it at the fill. */
export const ALL_IN_MARGIN = 1.05;

/** Base units of an entry, rounded down to the step; zero when the rule gives less than one. */
export function sizeEntry(input: SizingInput): Decimal {
  const quantity = wantedQuantity(input);
  if (!(quantity > 0) || !Number.isFinite(quantity)) return ZERO;
  return max(ZERO, quantizeNumber(quantity, input.market.stepSize, 'down'));
}

function wantedQuantity(input: SizingInput): number {
  const { sizing, equity, price } = input;
  switch (sizing.kind) {
    case 'fixed':
      return sizing.value;
    case 'percent':
      return (equity * sizing.value) / 100 / price;
    case 'all-in':
      return allInQuantity(input) * ALL_IN_MARGIN;
    case 'risk': {
      const distance = input.stopDistance ?? price * input.worstCaseFraction;
      return (equity * sizing.value) / 100 / distance;
    }
    case 'volatility':
      return input.atr === null ? 0 : (equity * sizing.value) / 100 / input.atr;
    case 'kelly':
      return (equity * kellyFraction(input.record) * sizing.value) / price;
    default:
      return sizing satisfies never;
  }
}

/** Everything free, at the leverage of the account, with the taker fee paid from it. */
function allInQuantity(input: SizingInput): number {
  const feeRate = toNumber(input.market.takerFeeRate);
  const leverage = input.market.kind === 'spot' ? 1 : input.leverage;
  return (input.free * leverage) / (input.price * (1 + feeRate * leverage));
}

/**
 * Kelly's bet W − (1 − W) / (average win / average loss) of the strategy's own closed round
 * trips, between 0 and KELLY_CAP; a tenth of the cap until there are enough of them.
 */
export function kellyFraction(record: SizingRecord): number {
  if (record.roundTrips < KELLY_ROUND_TRIPS) return KELLY_CAP / 10;
  const losses = record.roundTrips - record.wins;
  if (record.wins === 0) return 0;
  if (losses === 0 || record.grossLoss === 0) return KELLY_CAP;
  const bet = kelly({ ...record, losses, trades: record.roundTrips });
  return Math.min(KELLY_CAP, Math.max(0, bet ?? 0));
}
