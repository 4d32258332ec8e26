import { describe, expect, test } from 'vitest';

import { ONE, decimal } from '../../src/domain/decimal.ts';
import { MANUAL, type OrderRequest } from '../../src/domain/order.ts';
import type { Approved } from '../../src/domain/verdict.ts';
import { type Passed, review } from '../../src/risk/review.ts';
import { PERPETUAL, request } from '../support/builders.ts';
import { buys, context, limit, stopAt } from './quiet-context.ts';

describe('an exit', () => {
  const exit = request({ role: 'exit', side: 'sell' });

  test('passes while every rule about freshness, size, rate and loss would deny an entry', () => {
    const storm = context({
      reducing: true,
      equity: -5,
      spreadBps: 9999,
      dataAgeSeconds: null,
      openPositions: 99,
      grossExposure: 1e9,
      netExposure: 1e9,
      sideExposure: 1e9,
      openRiskQuote: 1e9,
      free: -1,
      ordersLastMinute: 999,
      duplicateAgeSeconds: 0,
      stoppedAgoSeconds: 0,
      limits: {
        symbols: [],
        maxSpreadBps: 1,
        minNotionalQuote: 1e9,
        maxNotionalFraction: 0,
        maxPositionFraction: 0,
        maxAccountPositionFraction: 0,
        maxPositions: 0,
        maxOrdersPerMinute: 0,
        duplicateSeconds: 10,
        riskPerTradeFraction: 0,
        openRiskFraction: 0,
        grossExposureFraction: 0,
        netExposureFraction: 0,
        staleSeconds: 1,
        cooldownSeconds: 600,
      },
    });
    expect(review(exit, storm).ok).toBe(true);
    const entry = review(request({}), { ...storm, reducing: false });
    const codes = entry.verdicts.filter(({ ok }) => !ok).map(({ code }) => code);
    expect(codes).toEqual([
      'SYMBOL_NOT_ALLOWED',
      'STALE_DATA',
      'SPREAD_LIMIT',
      'MIN_NOTIONAL',
      'MAX_NOTIONAL',
      'MAX_POSITION',
      'MAX_ACCOUNT_POSITION',
      'MAX_POSITIONS',
      'BALANCE',
      'RISK_PER_TRADE',
      'OPEN_RISK',
      'EXPOSURE_GROSS',
      'EXPOSURE_NET',
      'CLUSTER_EXPOSURE',
      'ORDER_RATE',
      'DUPLICATE_INTENT',
      'COOLDOWN',
    ]);
  });

  test('never sells more than the position with its working exits', () => {
    expect(review(exit, context({ reducing: true, closable: decimal('0.999') })).ok).toBe(false);
  });
});

describe('measures without a number', () => {
  test('no data yet is stale', () => {
    const result = review(request(), context({ dataAgeSeconds: null }));
    if (result.ok) throw new Error('allowed');
    expect(result.verdict).toMatchObject({ code: 'STALE_DATA', value: 'no data yet' });
  });

  test('without equity nothing is small enough', () => {
    const codes = review(request(), context({ equity: 0 })).verdicts.filter(({ ok }) => !ok);
    expect(codes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['MAX_NOTIONAL', 'RISK_PER_TRADE', 'EXPOSURE_GROSS']),
    );
  });

  test('an entry without a stop risks its whole notional, or the declared worst case', () => {
    const limits = { riskPerTradeFraction: 0.01 };
    expect(review(request(), context({ limits })).ok).toBe(true);
    expect(review(request(buys('1.001')), context({ limits })).ok).toBe(false);
    const declared = context({ limits, worstCaseFraction: 0.05 });
    expect(review(request(buys('20')), declared).ok).toBe(true);
    expect(review(request(buys('20.001')), declared).ok).toBe(false);
  });

  test('a price that rests is not banded, however far it is', () => {
    const limits = { priceBandFraction: 0.01 };
    expect(review(request(limit('1')), context({ limits })).ok).toBe(true);
    expect(
      review(request({ ...limit('500'), side: 'sell' }), context({ limits, market: PERPETUAL })).ok,
    ).toBe(true);
  });

  test.each([
    ['a limit order without a price', { type: 'limit' }],
    ['a stop without a trigger', { type: 'stop' }],
    ['a stop-limit without a trigger', { type: 'stopLimit', price: decimal('100') }],
    ['nothing to buy', { quantity: decimal('0') }],
    ['less than nothing', { quantity: decimal('-1') }],
    ['half a step', { quantity: decimal('0.0005') }],
    ['a price of zero', { type: 'limit', price: decimal('0') }],
    ['a stop off the grid', stopAt('95.001')],
  ] as const)('%s is no order, with or without rules', (_, order) => {
    for (const enabled of [true, false]) {
      const result = review(request(order), context({ limits: { enabled } }));
      expect(result.ok ? null : result.verdict.code).toBe('INVALID_NUMBER');
    }
  });
});

test('the first rule that denies names the denial; all of them speak', () => {
  const change = { tradingState: 'halted', dataAgeSeconds: null } as const;
  const result = review(request(), context(change));
  if (result.ok) throw new Error('allowed');
  expect(result.verdict.code).toBe('TRADING_STATE');
  expect(result.verdicts.filter(({ ok }) => !ok).map(({ code }) => code)).toEqual([
    'TRADING_STATE',
    'STALE_DATA',
  ]);
});

test('a manual order is reviewed like any other', () => {
  expect(
    review(request({ strategyId: MANUAL }), context({ tradingState: 'paused', by: 'operator' })).ok,
  ).toBe(false);
});

test('only a review makes an approved order', () => {
  const send = (approved: Approved<OrderRequest>): OrderRequest => approved;
  const plain = request();
  // @ts-expect-error an order that nobody reviewed
  send(plain);
  // @ts-expect-error nor one that claims it was
  send({ ...plain, approved: true });
  const passed = review(plain, context());
  if (!passed.ok) throw new Error('denied');
  send(passed.approved);
  // @ts-expect-error a changed copy is not the order that was reviewed
  send({ ...passed.approved, quantity: ONE }); // oxlint-disable-line typescript/no-misused-spread
  // @ts-expect-error nobody else makes what a review gives
  const forged: Passed = { ok: true, approved: plain, verdicts: [] };
  expect(forged.ok).toBe(true);
});
