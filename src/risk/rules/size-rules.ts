import { toNumber } from '../../domain/decimal.ts';
import type { OrderRequest } from '../../domain/order.ts';
import type { ReviewContext, RiskRule, Standing } from '../rule.ts';

/** Signed quote an order would add when it fills whole at its expected price. */
function signedNotional(request: OrderRequest, context: ReviewContext): number {
  return toNumber(request.quantity) * context.price * (request.side === 'buy' ? 1 : -1);
}

/** Measures what the account would be at with so much signed quote more; 0 is without the order. */
type Measure = (added: number, context: ReviewContext) => number;

/** A rule that compares quote after the order with a fraction of equity. */
function sizeRule(of: Pick<Standing, 'code' | 'setting' | 'group'>, measure: Measure): RiskRule {
  const { code, setting, group } = of;
  // Below zero equity allows nothing.
  const limitOf = ({ limits, equity }: ReviewContext): number =>
    Math.max(0, equity) * limits[setting];
  return {
    alwaysOn: false,
    appliesToReducing: false,
    standing: {
      ...of,
      unit: 'quote',
      measure: (context) => (group === 'order' ? null : measure(0, context)),
      limit: limitOf,
    },
    check(request, context) {
      const value = measure(signedNotional(request, context), context);
      const limit = limitOf(context);
      return { code, ok: value <= limit, value, limit, setting: `risk.${setting}` };
    },
  };
}

export const maxNotional = sizeRule(
  { code: 'MAX_NOTIONAL', setting: 'maxNotionalFraction', group: 'order' },
  (added) => Math.abs(added),
);

export const maxPosition = sizeRule(
  { code: 'MAX_POSITION', setting: 'maxPositionFraction', group: 'symbol' },
  (added, context) => Math.abs(context.sideExposure + added),
);

export const maxAccountPosition = sizeRule(
  { code: 'MAX_ACCOUNT_POSITION', setting: 'maxAccountPositionFraction', group: 'account' },
  grossAfter,
);

/** Gross and net exposure are shown and limited as fractions of equity. */
export const exposureGross: RiskRule = exposureRule(
  { code: 'EXPOSURE_GROSS', setting: 'grossExposureFraction' },
  grossAfter,
);
export const exposureNet: RiskRule = exposureRule(
  { code: 'EXPOSURE_NET', setting: 'netExposureFraction' },
  (added, context) => Math.abs(context.netExposure + added),
);

function exposureRule(of: Pick<Standing, 'code' | 'setting'>, measure: Measure): RiskRule {
  const { code, setting } = of;
  const fraction = (added: number, context: ReviewContext): number =>
    context.equity > 0 ? measure(added, context) / context.equity : Infinity;
  return {
    alwaysOn: false,
    appliesToReducing: false,
    standing: {
      ...of,
      group: 'account',
      unit: 'fraction',
      measure: (context) => fraction(0, context),
    },
    check(request, context) {
      const value = fraction(signedNotional(request, context), context);
      const limit = context.limits[setting];
      return { code, ok: value <= limit, value, limit, setting: `risk.${setting}` };
    },
  };
}

/** An order raises the gross only where it takes its market beyond what it may reach already. */
export function grossAfter(added: number, context: ReviewContext): number {
  const reached = Math.abs(context.sideExposure + added);
  return context.grossExposure + Math.max(0, reached - context.symbolExposure);
}

/**
 * Markets that move together are one bet: what the cluster of this one may reach, with every order
 * at work. Nothing is denied for a correlation that is not known yet; the verdict then says so.
 */
export const clusterExposure: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: {
    code: 'CLUSTER_EXPOSURE',
    setting: 'clusterExposureFraction',
    group: 'symbol',
    unit: 'fraction',
    measure: ({ cluster, equity }) =>
      ofEquity(Math.max(Math.abs(cluster.bought), Math.abs(cluster.sold)), equity),
  },
  check(request, context) {
    const { cluster, equity, limits } = context;
    const added = signedNotional(request, context);
    const reached = added > 0 ? cluster.bought + added : cluster.sold + added;
    const value = ofEquity(Math.abs(reached), equity);
    const limit = limits.clusterExposureFraction;
    const of = { code: 'CLUSTER_EXPOSURE', setting: 'risk.clusterExposureFraction' } as const;
    const [other] = cluster.unknown;
    if (value <= limit && other !== undefined) {
      const needs = `more shared candles with ${other}`;
      return { ...of, ok: true, value: 'not known yet', limit: needs };
    }
    return { ...of, ok: value <= limit, value, limit };
  },
};

const ofEquity = (quote: number, equity: number): number =>
  equity > 0 ? quote / equity : Infinity;

export const maxPositions: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: {
    code: 'MAX_POSITIONS',
    setting: 'maxPositions',
    group: 'account',
    unit: 'count',
    measure: ({ openPositions }) => openPositions,
  },
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
