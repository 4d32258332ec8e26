import type { BreakerView, LimitView } from '../../src/engine/view.ts';
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

export const limits = (): LimitView[] => [
  {
    code: 'dailyLoss',
    group: 'breaker',
    setting: 'risk.dailyLossFraction',
    value: 0.004,
    limit: 0.05,
    unit: 'fraction',
    symbol: null,
  },
  {
    code: 'OPEN_RISK',
    group: 'account',
    setting: 'risk.openRiskFraction',
    value: 0.016,
    limit: 0.1,
    unit: 'fraction',
    symbol: null,
  },
  {
    code: 'MAX_POSITIONS',
    group: 'account',
    setting: 'risk.maxPositions',
    value: 2,
    limit: 5,
    unit: 'count',
    symbol: null,
  },
  {
    code: 'SPREAD_LIMIT',
    group: 'symbol',
    setting: 'risk.maxSpreadBps',
    value: 0.3,
    limit: 20,
    unit: 'bps',
    symbol: 'ETH/USDT',
  },
  {
    code: 'MAX_NOTIONAL',
    group: 'order',
    setting: 'risk.maxNotionalFraction',
    value: null,
    limit: 5000,
    unit: 'quote',
    symbol: null,
  },
];
