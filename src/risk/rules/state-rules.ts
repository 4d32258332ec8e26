import type { RiskRule } from '../rule.ts';

/**
 * What the trading state lets through (RELIABILITY 4): entries only while running; exits also
 * while paused and reducing; while halted only what the operator closes; while flattening only
 * what the engine closes.
 */
export const tradingState: RiskRule = {
  alwaysOn: true,
  appliesToReducing: true,
  check(request, { tradingState: state, reducing, by }) {
    const allowed =
      state === 'running' ||
      (reducing && (state === 'paused' || state === 'reducing')) ||
      (reducing && state === 'halted' && by === 'operator') ||
      (reducing && state === 'flattening' && by === 'engine') ||
      // Armed protection fires in every state; flattening replaces it (DECISIONS 13).
      (reducing && state !== 'flattening' && request.role === 'protective');
    return {
      code: 'TRADING_STATE',
      ok: allowed,
      value: state,
      limit: reducing ? 'running, paused or reducing' : 'running',
      setting: null,
    };
  },
};

export const symbolAllowed: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  check(request, { limits }) {
    if (limits.symbols === null) return null;
    return {
      code: 'SYMBOL_NOT_ALLOWED',
      ok: limits.symbols.includes(request.symbol),
      value: request.symbol,
      limit: limits.symbols.join(' '),
      setting: 'risk.symbols',
    };
  },
};
