import type { OrderRequest } from '../../domain/order.ts';
import { toNumber } from '../../domain/decimal.ts';
import { type ReviewContext, type RiskRule, perOrder } from '../rule.ts';

/**
 * Quote an entry loses when it ends at its stop. Without a stop the strategy's declared worst
 * case counts, and without that the whole notional (DECISIONS 14).
 */
export function riskToStop(
  request: OrderRequest,
  of: { readonly price: number; readonly worstCaseFraction: number },
): number {
  const quantity = toNumber(request.quantity);
  const stop = request.bracket?.stopPrice ?? null;
  const trail = request.bracket?.trailFraction ?? null;
  if (stop !== null) {
    const distance = (of.price - toNumber(stop)) * (request.side === 'buy' ? 1 : -1);
    return Math.max(0, distance) * quantity;
  }
  return of.price * (trail ?? of.worstCaseFraction) * quantity;
}

/**
 * As much as the order counts for once it works: against its stop from the price it names, which
 * is the worst it may fill at, and no other rule may find more of it later.
 */
function riskOf(request: OrderRequest, context: ReviewContext): number {
  const { worstCaseFraction } = context;
  const hasStop = (request.bracket?.stopPrice ?? null) !== null;
  const price = hasStop && request.price !== null ? toNumber(request.price) : context.price;
  return riskToStop(request, { price, worstCaseFraction });
}

const fraction = (quote: number, context: ReviewContext): number =>
  context.equity > 0 ? quote / context.equity : Infinity;

export const riskPerTrade: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: perOrder({
    code: 'RISK_PER_TRADE',
    setting: 'riskPerTradeFraction',
    unit: 'fraction',
  }),
  check(request, context) {
    const value = fraction(riskOf(request, context), context);
    const limit = context.limits.riskPerTradeFraction;
    return {
      code: 'RISK_PER_TRADE',
      ok: value <= limit,
      value,
      limit,
      setting: 'risk.riskPerTradeFraction',
    };
  },
};

export const openRisk: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: {
    code: 'OPEN_RISK',
    setting: 'openRiskFraction',
    group: 'account',
    unit: 'fraction',
    measure: (context) => fraction(context.openRiskQuote, context),
  },
  check(request, context) {
    const quote = context.openRiskQuote + riskOf(request, context);
    const value = fraction(quote, context);
    const limit = context.limits.openRiskFraction;
    return {
      code: 'OPEN_RISK',
      ok: value <= limit,
      value,
      limit,
      setting: 'risk.openRiskFraction',
    };
  },
};
