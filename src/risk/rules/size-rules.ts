import { toNumber } from '../../domain/decimal.ts';
import type { RiskLimits } from '../../domain/limits.ts';
import type { OrderRequest } from '../../domain/order.ts';
import type { DenialCode } from '../../domain/verdict.ts';
import type { ReviewContext, RiskRule } from '../rule.ts';

/** Signed quote an order would add when it fills whole at its expected price. */
function signedNotional(request: OrderRequest, context: ReviewContext): number {
  return toNumber(request.quantity) * context.price * (request.side === 'buy' ? 1 : -1);
}

/** Quote a fraction of equity stands for; below zero equity allows nothing. */
const share = (fraction: number, context: ReviewContext): number =>
  Math.max(0, context.equity) * fraction;

type FractionLimit = {
  [K in keyof RiskLimits]: RiskLimits[K] extends number ? K : never;
}[keyof RiskLimits];

/** A rule that compares quote after the order with a fraction of equity. */
function sizeRule(
  code: DenialCode,
  setting: FractionLimit,
  measure: (added: number, request: OrderRequest, context: ReviewContext) => number,
): RiskRule {
  return {
    alwaysOn: false,
    appliesToReducing: false,
    check(request, context) {
      const value = measure(signedNotional(request, context), request, context);
      const limit = share(context.limits[setting], context);
      return { code, ok: value <= limit, value, limit, setting: `risk.${setting}` };
    },
  };
}

export const maxNotional = sizeRule('MAX_NOTIONAL', 'maxNotionalFraction', (added) =>
  Math.abs(added),
);

export const maxPosition = sizeRule(
  'MAX_POSITION',
  'maxPositionFraction',
  (added, _request, context) => Math.abs(context.sideExposure + added),
);

export const maxAccountPosition = sizeRule(
  'MAX_ACCOUNT_POSITION',
  'maxAccountPositionFraction',
  (added, _request, context) => grossAfter(added, context),
);

/** Gross and net exposure are shown and limited as fractions of equity. */
export const exposureGross: RiskRule = exposureRule('EXPOSURE_GROSS', 'grossExposureFraction', {
  after: grossAfter,
});
export const exposureNet: RiskRule = exposureRule('EXPOSURE_NET', 'netExposureFraction', {
  after: (added, context) => Math.abs(context.netExposure + added),
});

function exposureRule(
  code: DenialCode,
  setting: FractionLimit,
  of: { after: (added: number, context: ReviewContext) => number },
): RiskRule {
  return {
    alwaysOn: false,
    appliesToReducing: false,
    check(request, context) {
      const quote = of.after(signedNotional(request, context), context);
      const value = context.equity > 0 ? quote / context.equity : Infinity;
      const limit = context.limits[setting];
      return { code, ok: value <= limit, value, limit, setting: `risk.${setting}` };
    },
  };
}

/** An order raises the gross only where it takes its market beyond what it may reach already. */
function grossAfter(added: number, context: ReviewContext): number {
  const reached = Math.abs(context.sideExposure + added);
  return context.grossExposure + Math.max(0, reached - context.symbolExposure);
}

export const maxPositions: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  check(_request, { limits, openPositions, holdsSymbol }) {
    const value = openPositions + (holdsSymbol ? 0 : 1);
    return {
      code: 'MAX_POSITIONS',
      ok: value <= limits.maxPositions,
      value,
      limit: limits.maxPositions,
      setting: 'risk.maxPositions',
    };
  },
};
