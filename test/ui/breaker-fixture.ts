import type { BreakerView } from '../../src/engine/view.ts';
import { NOW } from './account-fixture.ts';

/** A breaker of the account that has not tripped, where nothing else is said. */
export function aBreaker(change: Partial<BreakerView> = {}): BreakerView {
  const { value = 0.008, limit = 0.15, tripped = false } = change;
  return {
    name: 'drawdown',
    breaker: 'drawdown',
    of: null,
    value,
    now: value,
    limit,
    nowLimit: limit,
    unit: 'fraction',
    setting: 'risk.drawdownFraction',
    state: 'halted',
    tripped,
    trippedTime: tripped ? NOW - 60_000 : null,
    cooldownLeftMs: 0,
    clears: 'the operator: r',
    ...change,
  };
}
