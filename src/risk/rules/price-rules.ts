import { toNumber } from '../../domain/decimal.ts';
import { type RiskRule, perOrder } from '../rule.ts';

/** A price that would match at once must be near the last one (fat fingers, bad feeds). */
export const priceBand: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: perOrder({ code: 'PRICE_BAND', setting: 'priceBandFraction', unit: 'fraction' }),
  check(request, { limits, lastPrice }) {
    if (request.price === null || lastPrice === 0) return null;
    const price = toNumber(request.price);
    const marketable = request.side === 'buy' ? price >= lastPrice : price <= lastPrice;
    if (!marketable) return null;
    const value = Math.abs(price - lastPrice) / lastPrice;
    return {
      code: 'PRICE_BAND',
      ok: value <= limits.priceBandFraction,
      value,
      limit: limits.priceBandFraction,
      setting: 'risk.priceBandFraction',
    };
  },
};

/** No entry across a wide spread; silent where no book is known. */
export const spreadLimit: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: {
    code: 'SPREAD_LIMIT',
    setting: 'maxSpreadBps',
    group: 'symbol',
    unit: 'bps',
    measure: ({ spreadBps }) => spreadBps,
  },
  check(_request, { limits, spreadBps }) {
    if (spreadBps === null) return null;
    return {
      code: 'SPREAD_LIMIT',
      ok: spreadBps <= limits.maxSpreadBps,
      value: spreadBps,
      limit: limits.maxSpreadBps,
      setting: 'risk.maxSpreadBps',
    };
  },
};
