import { describe, expect, test } from 'vitest';

import { ONE, decimal } from '../../src/domain/decimal.ts';
import type { OrderRequest } from '../../src/domain/order.ts';
import { DENIAL_CODES, type DenialCode } from '../../src/domain/verdict.ts';
import { review } from '../../src/risk/review.ts';
import { RULES } from '../../src/risk/rules.ts';
import { PERPETUAL, SPOT, START, market, request } from '../support/builders.ts';
import { type Change, buys, context, limit, stopAt } from './quiet-context.ts';

interface Case {
  /** Allowed exactly here, and denied just beyond it. */
  readonly at: readonly [Partial<OrderRequest>, Change];
  readonly beyond: readonly [Partial<OrderRequest>, Change];
  readonly value: number | string;
  readonly limit: number | string;
  readonly setting: string | null;
  /** Stays with `--risk none`: what the venue would refuse anyway. */
  readonly venue?: true;
  /** Speaks on orders that reduce, too. */
  readonly exits?: true;
}

/** Two markets that move together may reach 14,500 of a 10,000 account. */
const together: Change = {
  cluster: { members: [SPOT.symbol, 'ETH/USDT'], bought: 14_500, sold: 9000, unknown: [] },
};
const goodTill = (expireTime: number): Partial<OrderRequest> => ({
  ...limit('100'),
  timeInForce: 'GTD',
  expireTime,
});

/** Every code once: a new one that has no case does not compile. */
const CASES: Readonly<Record<Exclude<DenialCode, 'SIZE_ZERO' | 'REFUSED_OFTEN'>, Case>> = {
  CLUSTER_EXPOSURE: {
    at: [buys('5'), { ...together, limits: { clusterExposureFraction: 1.5 } }],
    beyond: [buys('5.001'), { ...together, limits: { clusterExposureFraction: 1.5 } }],
    value: 1.50001,
    limit: 1.5,
    setting: 'risk.clusterExposureFraction',
  },
  FEED_BAD: {
    at: [{}, { badData: 2 }],
    beyond: [{}, { badData: 3 }],
    value: 3,
    limit: 'fewer than 3',
    setting: null,
  },
  EXPIRE_TIME: {
    at: [goodTill(START + 1), {}],
    beyond: [goodTill(START), {}],
    value: '2026-03-02T00:00:00.000Z',
    limit: 'after 2026-03-02T00:00:00.000Z',
    setting: null,
    venue: true,
    exits: true,
  },
  TRADING_STATE: {
    at: [{}, { tradingState: 'running' }],
    beyond: [{}, { tradingState: 'paused' }],
    value: 'paused',
    limit: 'running',
    setting: null,
    venue: true,
    exits: true,
  },
  SYMBOL_NOT_ALLOWED: {
    at: [{}, { limits: { symbols: [SPOT.symbol] } }],
    beyond: [{}, { limits: { symbols: ['ETH/USDT', 'SOL/USDT'] } }],
    value: SPOT.symbol,
    limit: 'ETH/USDT SOL/USDT',
    setting: 'risk.symbols',
  },
  INVALID_NUMBER: {
    at: [limit('100.01'), {}],
    beyond: [limit('100.011'), {}],
    value: 'price 100.011',
    limit: 'above zero, a multiple of 0.01',
    setting: null,
    venue: true,
    exits: true,
  },
  PROTECTION_SIDE: {
    at: [stopAt('99.99'), {}],
    beyond: [stopAt('100.01'), {}],
    value: 'stop 100.01',
    limit: 'below 100',
    setting: null,
    venue: true,
  },
  PRICE_BAND: {
    at: [limit('105'), { limits: { priceBandFraction: 0.05 } }],
    beyond: [limit('105.01'), { limits: { priceBandFraction: 0.05 } }],
    value: 0.0501,
    limit: 0.05,
    setting: 'risk.priceBandFraction',
  },
  SPREAD_LIMIT: {
    at: [{}, { spreadBps: 10, limits: { maxSpreadBps: 10 } }],
    beyond: [{}, { spreadBps: 10.01, limits: { maxSpreadBps: 10 } }],
    value: 10.01,
    limit: 10,
    setting: 'risk.maxSpreadBps',
  },
  MIN_NOTIONAL: {
    at: [buys('0.1'), { limits: { minNotionalQuote: 10 } }],
    beyond: [buys('0.099'), { limits: { minNotionalQuote: 10 } }],
    value: 9.9,
    limit: 10,
    setting: 'risk.minNotionalQuote',
    venue: true,
  },
  MAX_NOTIONAL: {
    at: [buys('10'), { limits: { maxNotionalFraction: 0.1 } }],
    beyond: [buys('10.001'), { limits: { maxNotionalFraction: 0.1 } }],
    value: 1000.1,
    limit: 1000,
    setting: 'risk.maxNotionalFraction',
  },
  MAX_POSITION: {
    at: [buys('4'), { sideExposure: 600, limits: { maxPositionFraction: 0.1 } }],
    beyond: [buys('4.001'), { sideExposure: 600, limits: { maxPositionFraction: 0.1 } }],
    value: 1000.1,
    limit: 1000,
    setting: 'risk.maxPositionFraction',
  },
  MAX_ACCOUNT_POSITION: {
    at: [buys('4'), { grossExposure: 600, limits: { maxAccountPositionFraction: 0.1 } }],
    beyond: [buys('4.001'), { grossExposure: 600, limits: { maxAccountPositionFraction: 0.1 } }],
    value: 1000.1,
    limit: 1000,
    setting: 'risk.maxAccountPositionFraction',
  },
  MAX_POSITIONS: {
    at: [{}, { openPositions: 2, limits: { maxPositions: 3 } }],
    beyond: [{}, { openPositions: 3, limits: { maxPositions: 3 } }],
    value: 4,
    limit: 3,
    setting: 'risk.maxPositions',
  },
  BALANCE: {
    at: [{}, { free: 100.1, market: market({ takerFeeRate: decimal('0.001') }) }],
    beyond: [{}, { free: 100.09, market: market({ takerFeeRate: decimal('0.001') }) }],
    value: 100.1,
    limit: 100.09,
    setting: null,
    venue: true,
  },
  MARGIN: {
    at: [
      {},
      { free: 20.1, leverage: 5, market: market({ ...PERPETUAL, takerFeeRate: decimal('0.001') }) },
    ],
    beyond: [
      {},
      {
        free: 20.09,
        leverage: 5,
        market: market({ ...PERPETUAL, takerFeeRate: decimal('0.001') }),
      },
    ],
    value: 20.1,
    limit: 20.09,
    setting: null,
    venue: true,
  },
  RISK_PER_TRADE: {
    at: [{ ...stopAt('95'), ...buys('20') }, { limits: { riskPerTradeFraction: 0.01 } }],
    beyond: [{ ...stopAt('94.99'), ...buys('20') }, { limits: { riskPerTradeFraction: 0.01 } }],
    value: 0.01002,
    limit: 0.01,
    setting: 'risk.riskPerTradeFraction',
  },
  OPEN_RISK: {
    at: [
      { ...stopAt('95'), ...buys('20') },
      { openRiskQuote: 100, limits: { openRiskFraction: 0.02 } },
    ],
    beyond: [
      { ...stopAt('95'), ...buys('20') },
      { openRiskQuote: 100.2, limits: { openRiskFraction: 0.02 } },
    ],
    value: 0.02002,
    limit: 0.02,
    setting: 'risk.openRiskFraction',
  },
  EXPOSURE_GROSS: {
    at: [buys('4'), { grossExposure: 600, limits: { grossExposureFraction: 0.1 } }],
    beyond: [buys('4.001'), { grossExposure: 600, limits: { grossExposureFraction: 0.1 } }],
    value: 0.10001,
    limit: 0.1,
    setting: 'risk.grossExposureFraction',
  },
  EXPOSURE_NET: {
    at: [buys('4'), { netExposure: 600, limits: { netExposureFraction: 0.1 } }],
    beyond: [buys('4.001'), { netExposure: 600, limits: { netExposureFraction: 0.1 } }],
    value: 0.10001,
    limit: 0.1,
    setting: 'risk.netExposureFraction',
  },
  ORDER_RATE: {
    at: [{}, { ordersLastMinute: 4, limits: { maxOrdersPerMinute: 5 } }],
    beyond: [{}, { ordersLastMinute: 5, limits: { maxOrdersPerMinute: 5 } }],
    value: 6,
    limit: 5,
    setting: 'risk.maxOrdersPerMinute',
  },
  DUPLICATE_INTENT: {
    at: [{}, { duplicateAgeSeconds: 10, limits: { duplicateSeconds: 10 } }],
    beyond: [{}, { duplicateAgeSeconds: 9.999, limits: { duplicateSeconds: 10 } }],
    value: 9.999,
    limit: 10,
    setting: 'risk.duplicateSeconds',
  },
  STALE_DATA: {
    at: [{}, { dataAgeSeconds: 30, limits: { staleSeconds: 30 } }],
    beyond: [{}, { dataAgeSeconds: 30.001, limits: { staleSeconds: 30 } }],
    value: 30.001,
    limit: 30,
    setting: 'risk.staleSeconds',
  },
  SHORT_NOT_ALLOWED: {
    at: [{ side: 'sell' }, { market: PERPETUAL }],
    beyond: [{ side: 'sell' }, { market: SPOT }],
    value: 'sell 1, holding 0',
    limit: 'spot sells only what is held',
    setting: null,
    venue: true,
  },
  EXIT_TOO_LARGE: {
    at: [
      { role: 'exit', side: 'sell' },
      { reducing: true, closable: ONE },
    ],
    beyond: [
      { role: 'exit', side: 'sell' },
      { reducing: true, closable: decimal('0.999') },
    ],
    value: 1,
    limit: 0.999,
    setting: null,
    venue: true,
    exits: true,
  },
  COOLDOWN: {
    at: [{}, { stoppedAgoSeconds: 60, limits: { cooldownSeconds: 60 } }],
    beyond: [{}, { stoppedAgoSeconds: 59.9, limits: { cooldownSeconds: 60 } }],
    value: 59.9,
    limit: 60,
    setting: 'risk.cooldownSeconds',
  },
};

const cases = Object.entries(CASES).map(([code, of]) => ({ code: code as DenialCode, ...of }));
const judge = ([order, change]: Case['at']) => review(request(order), context(change));

describe.each(cases)('$code', ({ code, at, beyond, value, limit: most, setting, venue, exits }) => {
  test('is silent at the limit', () => {
    expect(judge(at)).toMatchObject({ ok: true });
  });

  test('denies just beyond it with code, measure, limit and setting', () => {
    const result = judge(beyond);
    if (result.ok) throw new Error('allowed');
    expect(result.verdict.code).toBe(code);
    const { value: measured, limit: allowed } = result.verdict;
    if (typeof value === 'number') expect(measured).toBeCloseTo(value, 9);
    else expect(measured).toBe(value);
    if (typeof most === 'number') expect(allowed).toBeCloseTo(most, 9);
    else expect(allowed).toBe(most);
    expect(result.verdict.setting).toBe(setting);
  });

  test('is said only by itself: no other rule denies the same case', () => {
    const result = judge(beyond);
    const denied = result.verdicts.filter(({ ok }) => !ok).map((verdict) => verdict.code);
    expect(denied.filter((other) => !isTwin(code, other))).toEqual([code]);
  });

  test('with --risk none speaks only where the venue would', () => {
    const [order, change] = beyond;
    const limits = { ...change.limits, enabled: false };
    const isVenues = venue === true && setting === null;
    expect(review(request(order), context({ ...change, limits })).ok).toBe(!isVenues);
  });

  test('blocks an exit only where that is its purpose', () => {
    const [order, change] = beyond;
    const exit = { ...order, role: 'exit', side: 'sell', reduceOnly: true } as const;
    const quantity = exits ? (order.quantity ?? ONE) : ONE;
    const reducing = { ...change, reducing: true, closable: change.closable ?? ONE };
    const result = review(request({ ...exit, quantity }), context(reducing));
    // Paused lets exits through; the other states have a table of their own.
    expect(result.ok).toBe(exits !== true || code === 'TRADING_STATE');
  });
});

/** Both measure the gross, once in quote and once as a fraction. */
function isTwin(code: DenialCode, other: DenialCode): boolean {
  return code === 'MAX_ACCOUNT_POSITION' && other === 'EXPOSURE_GROSS';
}

test('every code has a case, and every rule speaks in one', () => {
  expect([...Object.keys(CASES), 'SIZE_ZERO', 'REFUSED_OFTEN'].sort()).toEqual(
    Object.keys(DENIAL_CODES).sort(),
  );
  const silent = RULES.filter(
    (rule) =>
      !cases.some(
        ({ beyond: [order, change] }) => rule.check(request(order), context(change))?.ok === false,
      ),
  );
  expect(silent).toEqual([]);
});
