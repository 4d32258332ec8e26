import type { Candle } from '../domain/candle.ts';
import {
  type Decimal,
  ZERO,
  isZero,
  parseDecimal,
  quantize,
  quantizeNumber,
  toNumber,
  toText,
} from '../domain/decimal.ts';
import type { Intent, WantedProtection } from '../domain/intent.ts';
import { type Market, grantedLeverage } from '../domain/market.ts';
import {
  type Bracket,
  type OrderRequest,
  type OrderType,
  hasLimitPrice,
  isTriggerType,
} from '../domain/order.ts';
import type { Side } from '../domain/trade.ts';
import { ledgerOf } from '../execution/money.ts';
import { blankRequest } from '../execution/orders.ts';
import { ALL_IN_MARGIN, sizeEntry } from '../risk/sizing.ts';
import { deny } from './judge.ts';
import { bestPrice, freeAfterExits, worstCaseOf } from './review-context.ts';
import type { StrategyRuntime, SymbolState } from './state.ts';
import type { StepContext } from './step-context.ts';

export type TargetIntent = Extract<Intent, { kind: 'target' }>;
export type PlaceIntent = Extract<Intent, { kind: 'place' }>;

/**
 * Request of an intent: prices to the tick, quantity by the sizing rule. Null when it was denied,
 * or while no price is known.
 */
export function entryRequest(
  ctx: StepContext,
  runtime: StrategyRuntime,
  symbol: SymbolState,
  of: {
    readonly side: Side;
    readonly type: OrderType;
    readonly intent: TargetIntent | PlaceIntent;
  },
): OrderRequest | null {
  const { side, type, intent } = of;
  const place = intent.kind === 'place' ? intent : null;
  const { tickSize } = symbol.market;
  const ledger = ledgerOf(ctx.money, { strategyId: runtime.id, symbol: symbol.market.symbol });
  const fault = numberFault(intent);
  if (fault !== null) {
    const junk = { role: 'entry', side, type, quantity: ZERO, reason: intent.reason } as const;
    const verdict = { code: 'INVALID_NUMBER', ok: false, setting: null, ...fault } as const;
    const request = { ...blankRequest(ctx.money, ledger), ...junk };
    deny(ctx, runtime, request, { ok: false, verdict, verdicts: [verdict] });
    return null;
  }
  const price = hasLimitPrice(type) ? toTick(place?.price, tickSize) : null;
  const triggerPrice = isTriggerType(type) ? toTick(place?.triggerPrice, tickSize) : null;
  const near = price ?? triggerPrice;
  const expected = near === null ? bestPrice(symbol, side) : toNumber(near);
  if (!(expected > 0)) return null;
  const bracket = bracketOf(runtime, symbol, { side, price: expected, wanted: intent });
  const isAllIn = runtime.sizing.kind === 'all-in' && type === 'market';
  const isCut = isAllIn && ctx.abilities.cutsToFunds !== false;
  const whole = quantityOf(ctx, runtime, symbol, { place, price: expected, bracket });
  const quantity = isAllIn && !isCut ? withReserve(whole, symbol.market) : whole;
  const request: OrderRequest = {
    ...blankRequest(ctx.money, ledger),
    role: 'entry',
    side,
    type,
    quantity,
    price,
    triggerPrice,
    timeInForce: place?.timeInForce ?? 'GTC',
    ...(place?.expireTime === undefined ? {} : { expireTime: place.expireTime }),
    postOnly: place?.postOnly ?? false,
    reduceOnly: place?.reduceOnly ?? false,
    cutToFunds: isCut,
    bracket,
    tag: place?.tag ?? null,
    reason: intent.reason,
  };
  if (!isZero(quantity)) return request;
  const limit = `one step, ${toText(symbol.market.stepSize)}`;
  const verdict = { code: 'SIZE_ZERO', ok: false, value: '0', limit, setting: 'sizing' } as const;
  deny(ctx, runtime, request, { ok: false, verdict, verdicts: [verdict] });
  return null;
}

/** Of everything; the rest pays for a price that moves on the way to a venue that cuts nothing. */
const UNCUT_SHARE = 0.99;

function withReserve(quantity: Decimal, { stepSize }: Market): Decimal {
  const payable = toNumber(quantity) / ALL_IN_MARGIN;
  return quantizeNumber(payable * UNCUT_SHARE, stepSize, 'down');
}

/** Far beyond any price; what is larger could overflow on its way to a grid. */
const MAX_PRICE = 1e15;

/** Last moment a date has. */
const LAST_DATE = 8.64e15;

/** A number of a strategy that is none: said, not taken for a wish that was not made. */
function numberFault(intent: TargetIntent | PlaceIntent): { value: string; limit: string } | null {
  const { stopPrice, targetPrice, trailFraction } = intent;
  const place = intent.kind === 'place' ? intent : null;
  const [price, triggerPrice] = [place?.price, place?.triggerPrice];
  for (const [name, value] of Object.entries({ price, triggerPrice, stopPrice, targetPrice })) {
    if (value === undefined || isBetween(value, 0, MAX_PRICE)) continue;
    return { value: `${name} ${value}`, limit: 'a price above zero' };
  }
  if (trailFraction !== undefined && !(isBetween(trailFraction, 0, 1) && trailFraction < 1)) {
    return { value: `trailFraction ${trailFraction}`, limit: 'a fraction above 0 and below 1' };
  }
  const until = place?.expireTime;
  if (until !== undefined && !isBetween(until, 0, LAST_DATE)) {
    return { value: `expireTime ${until}`, limit: 'a date in epoch milliseconds' };
  }
  const share = place?.share;
  if (share === undefined || isBetween(share, 0, 1)) return null;
  return { value: `share ${share}`, limit: 'a part above 0, at most 1' };
}

function isBetween(value: number, above: number, atMost: number): boolean {
  return Number.isFinite(value) && value > above && value <= atMost;
}

function toTick(price: number | undefined, tickSize: Decimal): Decimal | null {
  return price === undefined ? null : quantizeNumber(price, tickSize, 'nearest');
}

/** Stop, target and trail: the intent's own, else the instance's fractions of the price. */
function bracketOf(
  runtime: StrategyRuntime,
  symbol: SymbolState,
  of: { readonly side: Side; readonly price: number; readonly wanted: WantedProtection },
): Bracket | null {
  const { tickSize } = symbol.market;
  const away = of.side === 'buy' ? -1 : 1;
  const at = (fraction: number | null, direction: number): number | undefined =>
    fraction === null ? undefined : of.price * (1 + direction * fraction);
  const stop = of.wanted.stopPrice ?? at(runtime.stopFraction, away);
  const target = of.wanted.targetPrice ?? at(runtime.targetFraction, -away);
  const trailFraction = of.wanted.trailFraction ?? runtime.trailFraction;
  const bracket = {
    stopPrice: toTick(stop, tickSize),
    targetPrice: toTick(target, tickSize),
    trailFraction,
  };
  const isEmpty = !bracket.stopPrice && !bracket.targetPrice && trailFraction === null;
  return isEmpty ? null : bracket;
}

function quantityOf(
  ctx: StepContext,
  runtime: StrategyRuntime,
  symbol: SymbolState,
  of: {
    readonly place: PlaceIntent | null;
    readonly price: number;
    readonly bracket: Bracket | null;
  },
): Decimal {
  const { place, price, bracket } = of;
  const { stepSize } = symbol.market;
  if (place?.quantity !== undefined) {
    const wanted = parseDecimal(place.quantity);
    return wanted === null ? ZERO : quantize(wanted, stepSize, 'down');
  }
  const ledger = ledgerOf(ctx.money, { strategyId: runtime.id, symbol: runtime.symbol });
  const stop = bracket?.stopPrice ?? null;
  const quantity = sizeEntry({
    sizing: runtime.sizing,
    market: symbol.market,
    equity: ctx.state.market.equity,
    // Only all-in looks at it, and measuring it walks every order.
    free: runtime.sizing.kind === 'all-in' ? freeAfterExits(ctx.state, symbol) : 0,
    leverage: grantedLeverage(symbol.market, ctx.state.settings.leverage),
    price,
    stopDistance: stop === null ? null : Math.abs(price - toNumber(stop)),
    worstCaseFraction: worstCaseOf(ctx.state, runtime.id),
    atr: averageRange(symbol, runtime),
    record: ledger,
  });
  const share = place?.share ?? 1;
  if (share === 1) return quantity;
  return quantizeNumber(toNumber(quantity) * share, stepSize, 'down');
}

/** Candles of the volatility sizing's average true range. */
const ATR_CANDLES = 14;

/** Mean true range of the newest candles of the strategy's timeframe; null while too few. */
function averageRange(symbol: SymbolState, runtime: StrategyRuntime): number | null {
  if (runtime.sizing.kind !== 'volatility') return null;
  const candles = symbol.series.get(runtime.timeframe)?.newest(ATR_CANDLES + 1) ?? [];
  if (candles.length <= ATR_CANDLES) return null;
  let sum = 0;
  let previous: Candle | null = null;
  for (const candle of candles) {
    if (previous) {
      sum += Math.max(candle.high, previous.close) - Math.min(candle.low, previous.close);
    }
    previous = candle;
  }
  return sum / ATR_CANDLES;
}
