import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { totalOf } from '../../src/domain/account.ts';
import { decimal, isNegative, lt, mul, toNumber } from '../../src/domain/decimal.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { previewTicket } from '../../src/engine/preview.ts';
import { Desk, PERPETUAL, SPOT, hold, market, place, puppet, ticket } from '../support/builders.ts';

const FEE = decimal('0.001');
const cents = fc.integer({ min: 1000, max: 50_000 }).map((n) => n / 100);

describe('all-in', () => {
  const buy = (
    cash: string,
    prices: readonly number[],
    spec = market({ takerFeeRate: FEE }),
    leverage = 1,
  ) => {
    const a = puppet();
    const { symbol } = spec;
    const desk = new Desk({
      markets: [spec],
      strategies: [{ id: 'a', puppet: a, symbol, sizing: { kind: 'all-in' } }],
      cash,
      model: { leverage },
    });
    const [first = 100, ...rest] = prices;
    a.next = [hold('long', { symbol })];
    desk.candle(first, symbol);
    for (const price of rest) desk.candle(price, symbol);
    return desk;
  };

  test('on spot spends everything down to less than a step, and never more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 1_000_000 }),
        cents,
        fc.double({ min: -0.04, max: 0.04, noNaN: true }),
        (cash, price, jump) => {
          // The next open is where it fills: what it may cost is only known there.
          const next = Math.round(price * (1 + jump) * 100) / 100;
          const desk = buy(String(cash), [price, next]);
          const left = totalOf(desk.money.balances, 'USDT');
          expect(isNegative(left)).toBe(false);
          expect(desk.held('a')).toBeGreaterThan(0);
          const step = mul(decimal(next.toFixed(2)), decimal('0.0011'));
          if (Math.abs(jump) < 0.03) expect(lt(left, step)).toBe(true);
        },
      ),
    );
  });

  test('keeps a hundredth back where the venue refuses what it cannot pay', () => {
    const a = puppet();
    const desk = new Desk({
      markets: [SPOT],
      strategies: [{ id: 'a', puppet: a, symbol: SPOT.symbol, sizing: { kind: 'all-in' } }],
      cash: '1000',
    });
    Object.assign(desk.run.context.abilities, { cutsToFunds: false });
    a.next = [hold('long', { symbol: SPOT.symbol })];
    desk.candle(100, SPOT.symbol);
    const [order] = desk.money.working.values();
    expect(order?.cutToFunds).toBe(false);
    const cost = toNumber(order?.quantity ?? decimal('0')) * 100;
    expect(cost).toBeGreaterThan(980);
    expect(cost).toBeLessThanOrEqual(990);
  });

  test('asks for no more leverage than the market grants', () => {
    const tight = { ...PERPETUAL, maxLeverage: 2 };
    const desk = new Desk({ markets: [tight], model: { leverage: 50 }, cash: '1000' });
    desk.candle(100, tight.symbol);
    desk.order({ symbol: tight.symbol, quantity: decimal('21') });
    desk.order({ symbol: tight.symbol, quantity: decimal('20') });
    expect([desk.denials(), desk.working()]).toEqual([['MARGIN'], [expect.anything()]]);
    const ticketFor = ticket({ symbol: tight.symbol, quantity: decimal('2') });
    expect(previewTicket(desk.run.context, ticketFor).margin).toBe(100);
  });

  test('on a perpetual holds what margin and fee allow', () => {
    fc.assert(
      fc.property(cents, fc.constantFrom(1, 2, 5, 10), (price, leverage) => {
        const spec = market({ ...PERPETUAL, takerFeeRate: FEE });
        const desk = buy('10000', [price, price], spec, leverage);
        const held = desk.held('a', spec.symbol) * price;
        const fees = toNumber(desk.money.totals.feesPaid);
        const margin = held / leverage;
        expect(margin + fees).toBeLessThanOrEqual(10_000 + 1e-6);
        expect(margin + fees).toBeGreaterThan(10_000 - price * 0.0015);
      }),
    );
  });

  test('after an exit in the same step uses what the exit brings', () => {
    const spec = market({ ...PERPETUAL, takerFeeRate: FEE });
    const a = puppet();
    const { symbol } = spec;
    const desk = new Desk({
      markets: [spec],
      strategies: [{ id: 'a', puppet: a, symbol, sizing: { kind: 'all-in' } }],
    });
    a.next = [hold('long', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    const long = desk.held('a', symbol);
    a.next = [hold('short', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    const short = desk.held('a', symbol);
    expect(desk.of('rejected')).toEqual([]);
    expect(long).toBeGreaterThan(99);
    expect(-short).toBeGreaterThan(99);
    expect(-short).toBeLessThan(long);
  });
});

describe('sizes of a strategy', () => {
  test('follow equity with what is open in it', () => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a, sizing: { kind: 'percent', value: 10 } }],
    });
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    expect(desk.held('a')).toBe(10);
    desk.candle(200);
    a.next = [place()];
    desk.candle(200);
    // 11,000 of equity: 5.5 at 200.
    expect(desk.of('orderCreated').at(-1)?.request.quantity).toBe(decimal('5.5'));
  });

  test('risk to the stop that comes with the entry', () => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a, sizing: { kind: 'risk', value: 1 }, stopFraction: 0.05 }],
    });
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    expect(desk.held('a')).toBe(20);
    expect(desk.protection('a')).toEqual(['sell stop 20 at 95']);
    desk.candle([100, 100, 90, 95]);
    expect(toNumber(desk.money.totals.realizedPnl)).toBe(-100);
  });

  test('volatility by the mean true range of the newest 14 candles', () => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a, sizing: { kind: 'volatility', value: 1 } }],
    });
    for (let n = 0; n < 14; n += 1) desk.candle([100, 102, 98, 100]);
    a.next = [place()];
    desk.candle([100, 102, 98, 100]);
    // 100 quote of 10,000 over a range of 4.
    expect(desk.of('orderCreated').at(-1)?.request.quantity).toBe(decimal('25'));
  });

  test('a share is a part of what the rule gives, rounded down', () => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a, sizing: { kind: 'fixed', value: 1 } }],
    });
    a.next = [place({ share: 0.3337 })];
    desk.candle(100);
    expect(desk.of('orderCreated').at(-1)?.request.quantity).toBe(decimal('0.333'));
  });

  test('a quantity in text is taken to the last digit', () => {
    const spec = market({
      stepSize: decimal('0.000000000000000001'),
      minQuantity: decimal('0.000000000000000001'),
    });
    const a = puppet();
    const desk = new Desk({ markets: [spec], strategies: [{ id: 'a', puppet: a }] });
    a.next = [place({ quantity: '1.123456789012345678' })];
    desk.candle(100);
    expect(desk.of('orderCreated').at(-1)?.request.quantity).toBe(decimal('1.123456789012345678'));
  });

  test('less than a step is denied, not sent', () => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a, sizing: { kind: 'percent', value: 0.0001 } }],
    });
    a.next = [hold('long')];
    desk.candle(100);
    expect(desk.of('denied')).toEqual([
      expect.objectContaining({ code: 'SIZE_ZERO', setting: 'sizing' }),
    ]);
  });
});

describe('pace', () => {
  const wish = (quantity = '1') => place({ type: 'limit', price: 90, quantity });

  test('the same order again within ten seconds is denied, after them it is not', () => {
    const desk = new Desk({ limits: { duplicateSeconds: 10 } });
    desk.candle(100);
    const order = { type: 'limit', price: decimal('90') } as const;
    desk.order(order);
    desk.wait(9_999);
    desk.order(order);
    expect(desk.of('denied').map(({ code, value, limit }) => [code, value, limit])).toEqual([
      ['DUPLICATE_INTENT', 9.999, 10],
    ]);
    desk.order({ ...order, quantity: decimal('1.001') });
    desk.order({ ...order, price: decimal('90.01') });
    desk.order({ type: 'limit', price: decimal('90'), side: 'sell' });
    desk.wait(1);
    desk.order(order);
    expect(desk.denials()).toEqual(['DUPLICATE_INTENT', 'SHORT_NOT_ALLOWED']);
    expect(desk.working()).toHaveLength(4);
  });

  test('a duplicate guard of an hour lasts an hour', () => {
    const desk = new Desk({ limits: { duplicateSeconds: 3600 } });
    desk.candle(100);
    const order = { type: 'limit', price: decimal('90') } as const;
    desk.order(order);
    desk.wait(50 * MINUTE_MS);
    desk.order({ ...order, price: decimal('91') });
    desk.wait(9 * MINUTE_MS);
    desk.order(order);
    desk.wait(MINUTE_MS);
    desk.order(order);
    expect(desk.of('denied').map(({ code, value }) => [code, value])).toEqual([
      ['DUPLICATE_INTENT', 3540],
    ]);
  });

  test('a denied order starts no guard', () => {
    const desk = new Desk({ limits: { duplicateSeconds: 10 }, start: false });
    desk.candle(100);
    desk.order({});
    desk.command({ kind: 'resume', phrase: null });
    desk.order({});
    expect(desk.denials()).toEqual(['TRADING_STATE']);
  });

  test('orders of one step count against the rate', () => {
    const a = puppet();
    const desk = new Desk({
      strategies: [{ id: 'a', puppet: a }],
      limits: { maxOrdersPerMinute: 3 },
    });
    desk.candle(100);
    a.next = ['1', '2', '3', '4', '5'].map(wish);
    desk.candle(100);
    expect(desk.of('orderCreated')).toHaveLength(3);
    expect(desk.denials()).toEqual(['ORDER_RATE']);
    a.next = [wish('6')];
    desk.candle(100);
    expect(desk.of('orderCreated')).toHaveLength(4);
  });

  test('rate, duplicate guard and cooldown hold over a restart', () => {
    const limits = { maxOrdersPerMinute: 3, duplicateSeconds: 60, cooldownSeconds: 600 };
    const desk = new Desk({ limits });
    desk.candle(100);
    desk.order({ stopPrice: decimal('95') });
    desk.candle([100, 100, 90, 90]);
    expect(desk.held('manual')).toBe(0);
    desk.order({ type: 'limit', price: decimal('50') });
    expect(desk.denials()).toEqual(['COOLDOWN']);
    const next = new Desk({ money: desk.money, last: desk.records.length, limits });
    next.candle(90);
    next.order({ type: 'limit', price: decimal('50') });
    expect(next.denials()).toEqual(['COOLDOWN']);

    const busy = new Desk({ limits: { ...limits, cooldownSeconds: 0 } });
    busy.candle(100);
    for (const price of ['50', '51', '52']) busy.order({ type: 'limit', price: decimal(price) });
    const after = new Desk({ money: busy.money, last: busy.records.length, limits });
    after.order({ type: 'limit', price: decimal('52') });
    const said = after.of('denied').at(-1);
    expect(said).toMatchObject({ code: 'STALE_DATA' });
    const codes = after.run.context.review(
      busy.of('orderCreated').at(-1)?.request ?? ({} as never),
    ).verdicts;
    expect(codes.filter(({ ok }) => !ok).map(({ code }) => code)).toEqual([
      'STALE_DATA',
      'ORDER_RATE',
      'DUPLICATE_INTENT',
    ]);
  });
});

test('spot sells no more than is held, whoever asks', () => {
  const a = puppet();
  const desk = new Desk({ strategies: [{ id: 'a', puppet: a }] });
  a.next = [hold('long')];
  desk.candle(100);
  desk.candle(100);
  desk.order({ side: 'sell' });
  expect(desk.denials()).toEqual(['SHORT_NOT_ALLOWED']);
  a.next = [hold('short')];
  desk.candle(100);
  desk.candle(100);
  expect(desk.held('a', SPOT.symbol)).toBe(0);
});
