import { describe, expect, test } from 'vitest';

import { decimal, toNumber } from '../../src/domain/decimal.ts';
import type { DenialCode } from '../../src/domain/verdict.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { Desk, ETH, SPOT, WIDE, hold, puppet, request } from '../support/builders.ts';

const limitsOf = (desk: Desk) => makeView(desk.run.state).limits;
const limitOf = (desk: Desk, code: string) => limitsOf(desk).find((one) => one.code === code);

/** What the review of a tiny entry measures; its own part is a millionth of anything here. */
const reviewed = (desk: Desk, code: DenialCode, symbol: string = SPOT.symbol): unknown => {
  const tiny = request({ strategyId: 'x', symbol, quantity: decimal('0.001') });
  const { verdicts } = desk.run.context.review(tiny);
  return verdicts.find((one) => one.code === code)?.value;
};

/** Two coins long with a stop, a resting entry in another market, ten minutes old. */
function busy() {
  const one = puppet();
  const desk = new Desk({
    markets: [SPOT, ETH],
    strategies: [
      { id: 's', puppet: one, sizing: { kind: 'fixed', value: 20 }, stopFraction: 0.05 },
    ],
    limits: { duplicateSeconds: 10, cooldownSeconds: 300, minNotionalQuote: 10 },
  });
  one.next = [hold('long')];
  desk.candle(100);
  desk.candle(10, ETH.symbol);
  desk.candle([100, 110, 100, 110]);
  desk.order({
    symbol: ETH.symbol,
    type: 'limit',
    quantity: decimal('50'),
    price: decimal('8'),
    stopPrice: decimal('7'),
  });
  return desk;
}

test('every numeric setting of the risk limits is shown, once', () => {
  const settings = limitsOf(busy()).flatMap(({ setting }) => setting ?? []);
  const numeric = Object.entries(WIDE).filter(([, value]) => typeof value === 'number');
  expect(settings.toSorted()).toEqual(numeric.map(([name]) => `risk.${name}`).toSorted());
  const groups = limitsOf(busy()).map(({ group }) => group);
  const order = ['breaker', 'account', 'symbol', 'rate', 'order', 'basis'];
  expect(groups).toEqual(groups.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
});

test('what is off is left out: rules at zero, and all of them with the rules off', () => {
  const codes = limitsOf(new Desk()).map(({ code }) => code);
  for (const code of ['DUPLICATE_INTENT', 'COOLDOWN', 'MIN_NOTIONAL']) {
    expect(codes).not.toContain(code);
    expect(limitOf(busy(), code)).toMatchObject({ group: 'order', value: null });
  }
  expect(limitsOf(new Desk({ limits: { enabled: false } }))).toEqual([]);
});

describe('a value', () => {
  // 20 BTC at 110 and an order for 50 ETH at 8; equity 10,000 + 20 × 10.
  const EQUITY = 10_200;

  test('is what the orders and positions add up to by hand', () => {
    const desk = busy();
    const value = (code: string) => limitOf(desk, code)?.value;
    expect(value('EXPOSURE_GROSS')).toBeCloseTo((2200 + 400) / EQUITY, 9);
    expect(value('EXPOSURE_NET')).toBeCloseTo((2200 + 400) / EQUITY, 9);
    expect(value('MAX_ACCOUNT_POSITION')).toBeCloseTo(2600, 9);
    expect(limitOf(desk, 'MAX_ACCOUNT_POSITION')?.limit).toBeCloseTo(1000 * EQUITY, 6);
    expect(limitOf(desk, 'MAX_POSITION')).toMatchObject({ value: 2200, symbol: SPOT.symbol });
    expect(value('MAX_POSITIONS')).toBe(2);
    // From 110 to the stop at 95, and from 8 to 7.
    expect(value('OPEN_RISK')).toBeCloseTo((20 * 15 + 50) / EQUITY, 9);
    expect(value('ORDER_RATE')).toBe(1);
    expect(value('drawdown')).toBe(0);
    expect(value('SPREAD_LIMIT')).toBeNull();
    // ETH spoke a minute before BTC.
    expect(limitOf(desk, 'STALE_DATA')).toMatchObject({ value: 60, symbol: ETH.symbol });
  });

  test('is what a review starts from', () => {
    const desk = busy();
    const same = ['OPEN_RISK', 'EXPOSURE_GROSS', 'EXPOSURE_NET', 'MAX_ACCOUNT_POSITION'] as const;
    for (const code of same) {
      const value = limitOf(desk, code)?.value ?? Number.NaN;
      // A thousandth of a coin at 110, all of it at risk.
      const own = code === 'MAX_ACCOUNT_POSITION' ? 0.11 : 0.11 / EQUITY;
      expect(reviewed(desk, code), code).toBeCloseTo(value + own, 9);
    }
    expect(reviewed(desk, 'MAX_POSITION')).toBeCloseTo(2200 + 0.11, 9);
    expect(reviewed(desk, 'MAX_POSITIONS')).toBe(limitOf(desk, 'MAX_POSITIONS')?.value);
    expect(reviewed(desk, 'STALE_DATA', ETH.symbol)).toBe(limitOf(desk, 'STALE_DATA')?.value);
    // The review counts the order it is asked about.
    expect(reviewed(desk, 'ORDER_RATE')).toBe((limitOf(desk, 'ORDER_RATE')?.value ?? 0) + 1);
  });

  test('of a tripped breaker is what it measures now, not what tripped it', () => {
    const desk = new Desk({ limits: { dailyLossFraction: 0.05 } });
    desk.candle(100);
    desk.order({ quantity: decimal('50') });
    desk.candle([100, 100, 85, 85]);
    expect(desk.state).toBe('reducing');
    expect(limitOf(desk, 'dailyLoss')?.value).toBeCloseTo(0.075, 9);
    desk.candle(96);
    expect(limitOf(desk, 'dailyLoss')).toMatchObject({ limit: 0.05, symbol: null });
    expect(limitOf(desk, 'dailyLoss')?.value).toBeCloseTo(0.02, 9);
  });

  test('of spreads is the widest, with its market', () => {
    const desk = new Desk({ markets: [SPOT, ETH] });
    desk.book([[99, 1]], [[101, 1]]);
    desk.book([[10, 1]], [[10.01, 1]], ETH.symbol);
    expect(limitOf(desk, 'SPREAD_LIMIT')).toMatchObject({ symbol: SPOT.symbol, unit: 'bps' });
    expect(limitOf(desk, 'SPREAD_LIMIT')?.value).toBeCloseTo(200, 6);
  });

  test('of net exposure is the farther side of what may fill', () => {
    const desk = new Desk({ markets: [SPOT, ETH] });
    desk.candle(100);
    desk.order({ quantity: decimal('10') });
    desk.candle(100);
    desk.order({ type: 'limit', side: 'sell', quantity: decimal('4'), price: decimal('105') });
    const net = limitOf(desk, 'EXPOSURE_NET')?.value ?? Number.NaN;
    expect(net * makeView(desk.run.state).account.equity).toBeCloseTo(1000, 6);
    expect(toNumber(makeView(desk.run.state).positions[0]?.quantity ?? decimal('0'))).toBe(10);
  });
});
