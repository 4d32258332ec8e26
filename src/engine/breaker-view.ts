import { MANUAL } from '../domain/order.ts';
import type { StateScope } from '../domain/record.ts';
import { type TrippedBreaker, breakerKey } from '../execution/money.ts';
import { scopeName } from '../execution/stop-states.ts';
import {
  ACCOUNT_BREAKERS,
  type Breaker,
  STRATEGY_BREAKERS,
  SYMBOL_BREAKERS,
} from '../risk/breakers.ts';
import { accountLook, strategyLook, symbolLook } from './breaker-looks.ts';
import { clearsText } from './breakers.ts';
import type { EngineState } from './state.ts';
import type { BreakerView } from './view.ts';

/** One measurement: of the account, a strategy or a symbol. */
interface Measured {
  readonly value: number | null;
  readonly scope?: StateScope;
}

/**
 * Every breaker that tripped, each with its strategy or symbol, and of each the nearest that has
 * not: what it measures, its limit and state, since when, and when it may be cleared.
 */
export function breakerViews(state: EngineState): BreakerView[] {
  const account = accountLook(state);
  const strategyIds = new Set([...state.market.runtimes.map(({ id }) => id), MANUAL]);
  const strategies = [...strategyIds].map((strategyId) => ({
    scope: { strategyId },
    look: strategyLook(state, strategyId),
  }));
  const symbols = [...state.market.symbols.values()].map((symbol) => ({
    scope: { symbol: symbol.name },
    look: symbolLook(state, symbol),
  }));
  return [
    ...ACCOUNT_BREAKERS.flatMap((one) => rowsOf(state, one, [{ value: one.measure(account) }])),
    ...STRATEGY_BREAKERS.flatMap((one) => {
      const all = strategies.map(({ scope, look }) => ({ scope, value: one.measure(look) }));
      return rowsOf(state, one, all);
    }),
    ...SYMBOL_BREAKERS.flatMap((one) => {
      const all = symbols.map(({ scope, look }) => ({ scope, value: one.measure(look) }));
      return rowsOf(state, one, all);
    }),
  ];
}

/** Tripped ones first, then the nearest of the others. */
function rowsOf(state: EngineState, breaker: Breaker, all: readonly Measured[]): BreakerView[] {
  const { money } = state;
  const rows: BreakerView[] = [];
  let nearest: Measured | null = null;
  for (const one of all) {
    const tripped = money.breakers.get(breakerKey(breaker.name, one.scope));
    if (tripped) rows.push(rowOf(state, breaker, one, tripped));
    else if (nearest === null || (one.value ?? -1) > (nearest.value ?? -1)) nearest = one;
  }
  return nearest === null ? rows : [...rows, rowOf(state, breaker, nearest, null)];
}

function rowOf(
  { settings, market }: EngineState,
  breaker: Breaker,
  { value, scope }: Measured,
  tripped: TrippedBreaker | null,
): BreakerView {
  const { name, unit, setting, state } = breaker;
  return {
    name: tripped ? breakerKey(name, scope) : name,
    breaker: name,
    of: scope === undefined ? null : scopeName(scope),
    value: tripped?.value ?? value,
    now: value,
    limit: tripped?.limit ?? breaker.limit(settings.limits),
    nowLimit: breaker.limit(settings.limits),
    unit,
    setting,
    state,
    tripped: tripped !== null,
    trippedTime: tripped?.time ?? null,
    cooldownLeftMs: tripped === null ? 0 : Math.max(0, (tripped.cooldownUntil || 0) - market.now),
    clears: clearsText(breaker),
  };
}
