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

/** Data that cannot be true, so often that a feed is bad; lapses with good data. */
const BAD_DATA = 3;

/** No entry on a feed that tells what cannot be. */
export const badFeed: RiskRule = {
  alwaysOn: false,
  appliesToReducing: false,
  check(_request, { badData }) {
    if (badData === 0) return null;
    return {
      code: 'FEED_BAD',
      ok: badData < BAD_DATA,
      value: badData,
      limit: `fewer than ${BAD_DATA}`,
      setting: null,
    };
  },
};

/** An order good till a date has one, and it is not over; any other has none. */
export const expireTime: RiskRule = {
  alwaysOn: true,
  appliesToReducing: true,
  check({ timeInForce, expireTime: until }, { now }) {
    if (timeInForce !== 'GTD' && until === undefined) return null;
    return {
      code: 'EXPIRE_TIME',
      ok: timeInForce === 'GTD' && until !== undefined && until > now,
      value: until === undefined ? 'none' : dateText(until),
      limit: timeInForce === 'GTD' ? `after ${dateText(now)}` : 'GTD',
      setting: null,
    };
  },
};

/** Last moment a date has. */
const LAST_DATE = 8.64e15;

/** In UTC; a number that is no date as it stands. */
const dateText = (time: number): string =>
  Math.abs(time) <= LAST_DATE ? new Date(time).toISOString() : String(time);

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
