/** Strictest last: `stricter` compares by this order (RELIABILITY 4). */
export const TRADING_STATES = [
  'running',
  'paused',
  'reducing',
  'recovering',
  'halted',
  'flattening',
] as const;
/**
 * running: all · paused: no new entries · reducing: only smaller · recovering: nothing until the
 * books agree · halted: cancels, and what the operator closes · flattening: the engine closes all.
 */
export type TradingState = (typeof TRADING_STATES)[number];

/** The stricter of two states. */
export function stricter(a: TradingState, b: TradingState): TradingState {
  return TRADING_STATES.indexOf(a) >= TRADING_STATES.indexOf(b) ? a : b;
}

/** Stable codes of every denial, one line each: what was measured and against what. */
export const DENIAL_CODES = {
  TRADING_STATE: 'the trading state does not allow it',
  SYMBOL_NOT_ALLOWED: 'symbol is not in the allow-list',
  INVALID_NUMBER: 'price or quantity is not a positive number on the market grid',
  PROTECTION_SIDE: 'stop or target is on the wrong side of the entry price',
  PRICE_BAND: 'marketable price is too far from the last price (fraction)',
  SPREAD_LIMIT: 'spread is too wide (bps)',
  MIN_NOTIONAL: 'order is smaller than the venue takes (quote)',
  MAX_NOTIONAL: 'order is larger than allowed (quote)',
  MAX_POSITION: 'position of the symbol would be larger than allowed (quote)',
  MAX_ACCOUNT_POSITION: 'all positions together would be larger than allowed (quote)',
  MAX_POSITIONS: 'too many open positions',
  ORDER_RATE: 'too many orders in a minute',
  DUPLICATE_INTENT: 'the same order was sent moments ago (seconds)',
  BALANCE: 'not enough free balance with fees (asset units)',
  MARGIN: 'not enough free margin with fees (settle units)',
  RISK_PER_TRADE: 'loss to the stop is too large a part of equity (fraction)',
  OPEN_RISK: 'losses to all stops together are too large a part of equity (fraction)',
  EXPOSURE_GROSS: 'sum of all notionals is too large a part of equity (fraction)',
  EXPOSURE_NET: 'long minus short notionals are too large a part of equity (fraction)',
  CLUSTER_EXPOSURE: 'markets that move together are too large a part of equity (fraction)',
  STALE_DATA: 'market data is too old (seconds)',
  FEED_BAD: 'the feed sends data that cannot be true (count)',
  EXPIRE_TIME: 'an order good till a date needs one in the future',
  SHORT_NOT_ALLOWED: 'a spot market cannot be sold short',
  EXIT_TOO_LARGE: 'exit is larger than the position with its working orders (base units)',
  COOLDOWN: 'waiting after a stop-loss (seconds)',
  REFUSED_OFTEN: 'waiting after the venue refused several orders in a row (seconds)',
  SIZE_ZERO: 'the sizing rule gives less than one step (base units)',
} as const;
export type DenialCode = keyof typeof DENIAL_CODES;

/** One rule's answer: measured value against limit, both in the unit of the code's line. */
export interface Verdict {
  readonly code: DenialCode;
  readonly ok: boolean;
  readonly value: number | string;
  readonly limit: number | string;
  /** The setting that changes the limit, e.g. `risk.maxPositions`; null for the venue's own. */
  readonly setting: string | null;
}

/** A measured value for people: at most six significant digits. */
export function formatMeasure(value: number | string): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : value;
}

/** Why an order is denied: `MAX_NOTIONAL 1200 of 1000`, `TRADING_STATE paused, needs running`. */
export function describeDenial(verdict: Pick<Verdict, 'code' | 'value' | 'limit'>): string {
  const { code, value, limit } = verdict;
  const joiner = typeof limit === 'string' ? ', needs ' : ' of ';
  return `${code} ${formatMeasure(value)}${joiner}${formatMeasure(limit)}`;
}

/** An intent stopped by our own risk: never an order. */
export interface Denied {
  readonly ok: false;
  readonly verdicts: readonly Verdict[];
  /** The first verdict that said no. */
  readonly verdict: Verdict;
}

/** A private member: a copy with another quantity (`{ ...approved, … }`) loses the mark. */
declare class ApprovedMark {
  private readonly approved: true;
}
/** Only `risk/review.ts` makes one, so an unreviewed order does not compile. */
export type Approved<T> = T & ApprovedMark;
