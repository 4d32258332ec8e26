import {
  type Decimal,
  gt,
  isOnGrid,
  isPositive,
  lt,
  toNumber,
  toText,
} from '../../domain/decimal.ts';
import { type OrderRequest, hasLimitPrice, isTriggerType } from '../../domain/order.ts';
import { type ReviewContext, type RiskRule, perOrder } from '../rule.ts';

/** What every venue checks: prices and quantities above zero and on the market's grid. */
export const marketGrid: RiskRule = {
  alwaysOn: true,
  appliesToReducing: true,
  check(request, { market }) {
    const fault =
      missingPrice(request) ??
      gridFault('quantity', request.quantity, market.stepSize) ??
      gridFault('price', request.price, market.tickSize) ??
      gridFault('triggerPrice', request.triggerPrice, market.tickSize) ??
      gridFault('stop', request.bracket?.stopPrice ?? null, market.tickSize) ??
      gridFault('target', request.bracket?.targetPrice ?? null, market.tickSize);
    if (fault === null) return null;
    const { value, limit } = fault;
    return { code: 'INVALID_NUMBER', ok: false, value, limit, setting: null };
  },
};

/** A limit order without a price, or a stop without a trigger, is no order. */
function missingPrice(request: OrderRequest) {
  const { type } = request;
  const needed = { limit: 'a price', value: 'none' };
  if (hasLimitPrice(type) && request.price === null) return needed;
  const waits = isTriggerType(type) && type !== 'trailingStop';
  return waits && request.triggerPrice === null ? { ...needed, limit: 'a trigger price' } : null;
}

function gridFault(name: string, value: Decimal | null, grid: Decimal) {
  if (value === null || (isPositive(value) && isOnGrid(value, grid))) return null;
  return { value: `${name} ${toText(value)}`, limit: `above zero, a multiple of ${toText(grid)}` };
}

/** A stop must lie where the entry loses, a target where it wins, or they would fire at once. */
export const protectionSide: RiskRule = {
  alwaysOn: true,
  appliesToReducing: false,
  check(request, { price }) {
    const { stopPrice = null, targetPrice = null } = request.bracket ?? {};
    const buys = request.side === 'buy';
    const fault =
      sideFault('stop', stopPrice, { price, above: !buys }) ??
      sideFault('target', targetPrice, { price, above: buys });
    if (fault === null) return null;
    return { code: 'PROTECTION_SIDE', ok: false, ...fault, setting: null };
  },
};

function sideFault(
  name: string,
  value: Decimal | null,
  of: { readonly price: number; readonly above: boolean },
) {
  if (value === null || toNumber(value) > of.price === of.above) return null;
  return {
    value: `${name} ${toText(value)}`,
    limit: `${of.above ? 'above' : 'below'} ${of.price}`,
  };
}

export const shortNotAllowed: RiskRule = {
  alwaysOn: true,
  appliesToReducing: false,
  check(request, { market, accountQuantity }) {
    if (market.kind !== 'spot' || request.side === 'buy') return null;
    return {
      code: 'SHORT_NOT_ALLOWED',
      ok: false,
      value: `sell ${toText(request.quantity)}, holding ${accountQuantity}`,
      limit: 'spot sells only what is held',
      setting: null,
    };
  },
};

/** An exit never sells more than the position with its working exits (ENGINE 5). */
export const sizeOfExit: RiskRule = {
  alwaysOn: true,
  appliesToReducing: true,
  check(request, { closable, reducing }) {
    if (!reducing) return null;
    return {
      code: 'EXIT_TOO_LARGE',
      ok: !gt(request.quantity, closable),
      value: toNumber(request.quantity),
      limit: toNumber(closable),
      setting: null,
    };
  },
};

export const minNotional: RiskRule = {
  alwaysOn: true,
  appliesToReducing: false,
  standing: perOrder({
    code: 'MIN_NOTIONAL',
    setting: 'minNotionalQuote',
    unit: 'quote',
    offAtZero: true,
  }),
  check(request, { market, limits, price }) {
    const value = toNumber(request.quantity) * price;
    const own = limits.enabled ? limits.minNotionalQuote : 0;
    const limit = Math.max(toNumber(market.minNotional), own);
    const tooFew = lt(request.quantity, market.minQuantity);
    return {
      code: 'MIN_NOTIONAL',
      ok: !tooFew && value >= limit,
      value: tooFew ? `${toText(request.quantity)} ${market.base}` : value,
      limit: tooFew ? `${toText(market.minQuantity)} ${market.base}` : limit,
      setting: limit === own && own > 0 ? 'risk.minNotionalQuote' : null,
    };
  },
};

/** Free balance (spot) or margin (perpetual), fees included; reductions free money instead. */
export const funds: RiskRule = {
  alwaysOn: true,
  appliesToReducing: false,
  check(request, context) {
    const needed = fundsNeeded(request, context);
    const spot = context.market.kind === 'spot';
    return {
      code: spot ? 'BALANCE' : 'MARGIN',
      // An order that may be cut to funds only needs something to buy with.
      ok: request.cutToFunds ? context.free > 0 : needed <= context.free,
      value: needed,
      limit: context.free,
      setting: null,
    };
  },
};

/** What an entry takes from the free amount: notional (or its margin) and the taker fee. */
function fundsNeeded(request: OrderRequest, context: ReviewContext): number {
  const { market, leverage } = context;
  const price = request.price === null ? context.price : toNumber(request.price);
  const value = toNumber(request.quantity) * price;
  const fee = value * toNumber(market.takerFeeRate);
  return (market.kind === 'spot' ? value : value / leverage) + fee;
}
