import { type RiskRule, perOrder } from '../rule.ts';

/** No entry on a price that may no longer be true. */
export const staleData: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: {
    code: 'STALE_DATA',
    setting: 'staleSeconds',
    group: 'symbol',
    unit: 'seconds',
    measure: ({ dataAgeSeconds }) => dataAgeSeconds,
  },
  check(_request, { limits, dataAgeSeconds }) {
    return {
      code: 'STALE_DATA',
      ok: dataAgeSeconds !== null && dataAgeSeconds <= limits.staleSeconds,
      value: dataAgeSeconds ?? 'no data yet',
      limit: limits.staleSeconds,
      setting: 'risk.staleSeconds',
    };
  },
};

/** Orders of the account within one minute of engine time, this one included. */
export const orderRate: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: {
    code: 'ORDER_RATE',
    setting: 'maxOrdersPerMinute',
    group: 'rate',
    unit: 'count',
    measure: ({ ordersLastMinute }) => ordersLastMinute,
  },
  check(_request, { limits, ordersLastMinute }) {
    const value = ordersLastMinute + 1;
    return {
      code: 'ORDER_RATE',
      ok: value <= limits.maxOrdersPerMinute,
      value,
      limit: limits.maxOrdersPerMinute,
      setting: 'risk.maxOrdersPerMinute',
    };
  },
};

/** Same symbol, strategy, side, type, price and quantity again within seconds (DECISIONS 14). */
export const duplicateIntent: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: perOrder({
    code: 'DUPLICATE_INTENT',
    setting: 'duplicateSeconds',
    unit: 'seconds',
    offAtZero: true,
  }),
  check(_request, { limits, duplicateAgeSeconds }) {
    if (duplicateAgeSeconds === null) return null;
    return {
      code: 'DUPLICATE_INTENT',
      ok: duplicateAgeSeconds >= limits.duplicateSeconds,
      value: duplicateAgeSeconds,
      limit: limits.duplicateSeconds,
      setting: 'risk.duplicateSeconds',
    };
  },
};

/** A rest after a stop-loss of the same strategy and symbol. */
export const cooldown: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  standing: perOrder({
    code: 'COOLDOWN',
    setting: 'cooldownSeconds',
    unit: 'seconds',
    offAtZero: true,
  }),
  check(_request, { limits, stoppedAgoSeconds }) {
    if (stoppedAgoSeconds === null || limits.cooldownSeconds === 0) return null;
    return {
      code: 'COOLDOWN',
      ok: stoppedAgoSeconds >= limits.cooldownSeconds,
      value: stoppedAgoSeconds,
      limit: limits.cooldownSeconds,
      setting: 'risk.cooldownSeconds',
    };
  },
};
