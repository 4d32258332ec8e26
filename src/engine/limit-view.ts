import { ZERO } from '../domain/decimal.ts';
import type { NumberLimit, RiskLimits } from '../domain/limits.ts';
import type { OrderRequest } from '../domain/order.ts';
import type { Side } from '../domain/trade.ts';
import { blankRequest } from '../execution/orders.ts';
import type { ReviewContext, Standing } from '../risk/rule.ts';
import { RULES } from '../risk/rules.ts';
import { reviewContext } from './review-context.ts';
import type { EngineState } from './state.ts';
import type { BreakerView, LimitView } from './view.ts';

/** Breakers first, then what the whole account shares, down to what an order alone can break. */
const GROUPS = ['breaker', 'account', 'symbol', 'rate', 'order'] as const;

const STANDINGS: readonly Standing[] = RULES.flatMap(({ standing }) => standing ?? []).toSorted(
  (a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group),
);

/** Every limit that is on and what it is measured at now, by the rules that would deny an order. */
export function limitViews(state: EngineState, breakers: readonly BreakerView[]): LimitView[] {
  const { limits } = state.settings;
  if (!limits.enabled) return [];
  const looks = looksAt(state);
  const views = STANDINGS.filter((one) => !one.offAtZero || limits[one.setting] > 0).map(
    (standing) => limitView(standing, looks),
  );
  return [...breakerLimits(breakers), ...views.flatMap((view) => view ?? []), ...bases(limits)];
}

/** As they measure now, also while they are tripped: that is what clearing them would meet. */
const breakerLimits = (breakers: readonly BreakerView[]): LimitView[] =>
  breakers.map(({ name, setting, now, nowLimit, unit, of }) => ({
    code: name,
    group: 'breaker',
    setting,
    value: now,
    limit: nowLimit,
    unit,
    symbol: of,
  }));

/** Settings that other limits are measured by: how long, how alike. */
const BASES: readonly { readonly setting: NumberLimit; readonly unit: 'seconds' | 'ratio' }[] = [
  { setting: 'breakerCooldownSeconds', unit: 'seconds' },
  { setting: 'incidentSeconds', unit: 'seconds' },
  { setting: 'clusterCorrelation', unit: 'ratio' },
  { setting: 'deadManSeconds', unit: 'seconds' },
];

const bases = (limits: RiskLimits): LimitView[] =>
  BASES.map(({ setting, unit }) => ({
    code: setting,
    group: 'basis',
    setting: `risk.${setting}`,
    value: null,
    limit: limits[setting],
    unit,
    symbol: null,
  }));

interface Look {
  readonly symbol: string;
  readonly context: ReviewContext;
}

/** What a review of an order on either side of every market would start from. */
function looksAt(state: EngineState): Look[] {
  const sides: readonly Side[] = ['buy', 'sell'];
  return [...state.market.symbols.keys()].flatMap((symbol) =>
    sides.map((side) => ({ symbol, context: reviewContext(state, nothing(state, symbol, side)) })),
  );
}

/** An order of nothing: what is measured with it is what stands already. */
function nothing({ money }: EngineState, symbol: string, side: Side): OrderRequest {
  return {
    ...blankRequest(money, { strategyId: '', symbol }),
    role: 'entry',
    side,
    type: 'market',
    quantity: ZERO,
    reason: '',
  };
}

/** The nearest of all markets and both sides; null when no market is there to look at. */
function limitView(standing: Standing, looks: readonly Look[]): LimitView | null {
  const { code, group, setting, unit } = standing;
  const [first] = looks;
  if (!first) return null;
  let value: number | null = null;
  let symbol: string | null = null;
  for (const look of group === 'order' ? [] : looks) {
    const measured = standing.measure(look.context);
    if (measured === null || (value !== null && measured <= value)) continue;
    value = measured;
    symbol = look.symbol;
  }
  const limit = standing.limit?.(first.context) ?? first.context.limits[setting];
  return {
    code,
    group,
    setting: `risk.${setting}`,
    value,
    limit,
    unit,
    symbol: group === 'symbol' ? symbol : null,
  };
}
