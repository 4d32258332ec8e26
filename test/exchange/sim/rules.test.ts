import { describe, expect, test } from 'vitest';

import { decimal, toText } from '../../../src/domain/decimal.ts';
import type { RejectCode } from '../../../src/domain/record.ts';
import { createSimVenue } from '../../../src/exchange/sim/venue.ts';
import { Harness, MODEL, type OrderText, PERPETUAL, SPOT, orderOf } from './harness.ts';

const PERP = { symbol: PERPETUAL.symbol } as const;

const balance = (of: Harness, asset: string): string =>
  toText(of.venue.report().balances.get(asset) ?? decimal('0'));
const position = (of: Harness, symbol: string): string =>
  toText(of.venue.report().positions.get(symbol) ?? decimal('0'));

describe('refusals', () => {
  const limit = { type: 'limit', price: '100' } as const;
  const refused: readonly (readonly [string, OrderText, RejectCode])[] = [
    ['an unknown symbol', { symbol: 'DOGE/USDT' }, 'UNKNOWN_SYMBOL'],
    ['another account', { accountId: 'other' }, 'INVALID_ORDER'],
    ['no quantity', { quantity: '0' }, 'INVALID_ORDER'],
    ['a negative quantity', { quantity: '-1' }, 'INVALID_ORDER'],
    ['a quantity off the step', { quantity: '0.00015' }, 'STEP_SIZE'],
    ['a price off the tick', { ...limit, price: '100.001' }, 'TICK_SIZE'],
    ['a trigger off the tick', { type: 'stop', triggerPrice: '100.001' }, 'TICK_SIZE'],
    ['too small a notional', { ...limit, quantity: '0.01' }, 'MIN_NOTIONAL'],
    ['a market order with a price', { price: '100' }, 'INVALID_ORDER'],
    ['a limit without a price', { type: 'limit' }, 'INVALID_ORDER'],
    ['a stop without a trigger', { type: 'stop' }, 'INVALID_ORDER'],
    ['a limit with a trigger', { ...limit, triggerPrice: '90' }, 'INVALID_ORDER'],
    ['a trail of nothing', { type: 'trailingStop', trailFraction: null }, 'INVALID_ORDER'],
    ['a trail of everything', { type: 'trailingStop', trailFraction: 1 }, 'INVALID_ORDER'],
    ['a post-only stop', { type: 'stop', triggerPrice: '110', postOnly: true }, 'INVALID_ORDER'],
    ['a post-only IOC', { ...limit, timeInForce: 'IOC', postOnly: true }, 'INVALID_ORDER'],
    ['a limit to be cut to funds', { ...limit, cutToFunds: true }, 'INVALID_ORDER'],
    ['reduce-only without a position', { reduceOnly: true, side: 'sell' }, 'REDUCE_ONLY'],
    ['a limit beyond the funds', { ...limit, quantity: '100' }, 'INSUFFICIENT_FUNDS'],
    ['a sale of what is not held', { ...limit, side: 'sell' }, 'INSUFFICIENT_FUNDS'],
    ['a limit beyond the margin', { ...PERP, ...limit, quantity: '101' }, 'INSUFFICIENT_MARGIN'],
  ];

  test.each(refused)('%s', (_, order, code) => {
    const harness = new Harness();
    harness.candle([100, 100, 100, 100]);
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    harness.submit(order);
    expect(harness.rejection()?.code).toBe(code);
    expect(harness.venue.report().openOrders).toEqual([]);
  });

  test('a quantity below the smallest', () => {
    const market = { ...SPOT, minQuantity: decimal('0.5') };
    const harness = new Harness({ markets: [market] });
    harness.submit({ type: 'limit', price: '100', quantity: '0.4' });
    expect(harness.rejection()).toMatchObject({
      code: 'MIN_QUANTITY',
      reason: 'quantity 0.4 is below 0.5',
    });
  });

  test('name the values', () => {
    const harness = new Harness({ balances: { USDT: '50' } });
    harness.submit({ type: 'limit', price: '100' });
    expect(harness.rejection()?.reason).toBe('needs 100.1 USDT, free 50');
  });

  test('a reduce-only order of a perpetual may be small, a spot exit may not', () => {
    const harness = new Harness();
    harness.submit({ quantity: '0.1' });
    harness.submit({ ...PERP, quantity: '0.1' });
    harness.candle([100, 100, 100, 100]);
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    const exit = { side: 'sell', reduceOnly: true, quantity: '0.01' } as const;
    expect(harness.submit({ ...PERP, ...exit }).status).toBe('accepted');
    expect(harness.submit(exit).status).toBe('rejected');
  });

  test('the 201st working order of a market', () => {
    const harness = new Harness({ balances: { USDT: '1000000' } });
    for (let n = 0; n < 200; n++) harness.submit({ type: 'limit', price: '100' });
    expect(harness.rejection()).toBeUndefined();
    harness.submit({ type: 'limit', price: '100' });
    expect(harness.rejection()?.code).toBe('TOO_MANY_ORDERS');
  });

  test('an id that has ended; one that works is only acknowledged again', () => {
    const harness = new Harness();
    harness.submit({ id: 'a', type: 'limit', price: '100' });
    harness.submit({ id: 'a', type: 'limit', price: '100' });
    expect(harness.kinds()).toEqual(['accepted', 'accepted']);
    expect(harness.venue.report().openOrders).toEqual(['a']);
    harness.cancel(orderOf({ id: 'a' }, 0));
    harness.submit({ id: 'a', type: 'limit', price: '100' });
    expect(harness.rejection()?.code).toBe('DUPLICATE_ID');
  });

  test('a cancel of nothing, an amend of nothing and one that makes no sense', () => {
    const harness = new Harness();
    harness.venue.cancel(orderOf({}, 0).id);
    harness.venue.amend(orderOf({}, 0).id, { quantity: decimal('1') });
    const order = harness.submit({ id: 'a', type: 'limit', price: '100' });
    harness.venue.amend(order.id, { price: decimal('100.001') });
    harness.venue.amend(order.id, { quantity: decimal('100000') });
    expect(harness.kinds()).toEqual([
      'cancelRejected',
      'amended',
      'accepted',
      'amended',
      'amended',
    ]);
    expect([toText(order.quantity), toText(order.price ?? SPOT.tickSize)]).toEqual(['1', '100']);
  });
});

describe('reduce-only', () => {
  test('is cut to the position at its fill and canceled when the position is gone', () => {
    const harness = new Harness();
    harness.submit({ ...PERP, quantity: '2' });
    harness.candle([100, 100, 100, 100], { symbol: PERPETUAL.symbol });
    const stop = { ...PERP, side: 'sell', type: 'stop', triggerPrice: '90' } as const;
    const large = harness.submit({ ...stop, quantity: '5', reduceOnly: true });
    const second = harness.submit({ ...stop, quantity: '2', reduceOnly: true });
    harness.candle([100, 100, 80, 100], { symbol: PERPETUAL.symbol });
    expect([large.status, toText(large.quantity), second.status]).toEqual([
      'filled',
      '2',
      'canceled',
    ]);
    expect(position(harness, PERPETUAL.symbol)).toBe('0');
  });
});

test('what only reduces ends with the position, without waiting for its price', () => {
  const harness = new Harness();
  harness.submit({});
  harness.candle([100, 100, 100, 100]);
  const exit = { side: 'sell', reduceOnly: true } as const;
  const stop = harness.submit({ ...exit, type: 'stop', triggerPrice: '50' });
  harness.submit({ ...exit, role: 'exit' });
  harness.candle([100, 100, 100, 100]);
  expect(stop.status).toBe('canceled');
});

describe('groups', () => {
  test('hold funds once', () => {
    const harness = new Harness({ balances: { USDT: '0', BTC: '1' } });
    const sell = { side: 'sell', groupId: 'g' } as const;
    harness.submit({ ...sell, type: 'limit', price: '110' });
    harness.submit({ ...sell, type: 'stop', triggerPrice: '90' });
    expect(harness.rejection()).toBeUndefined();
    harness.submit({ side: 'sell', type: 'limit', price: '110' });
    expect(harness.rejection()?.code).toBe('INSUFFICIENT_FUNDS');
    harness.candle([100, 100, 80, 100]);
    expect(balance(harness, 'BTC')).toBe('0');
    expect(harness.openOrders()).toEqual([]);
  });

  test('a partial fill shrinks the others, a full one ends them', () => {
    const harness = new Harness();
    harness.submit({ ...PERP, quantity: '3' });
    harness.book([[99, 9]], [[101, 9]], PERPETUAL.symbol);
    const exit = { ...PERP, side: 'sell', quantity: '3', reduceOnly: true, groupId: 'g' } as const;
    const target = harness.submit({ ...exit, type: 'limit', price: '110' });
    const stop = harness.submit({ ...exit, type: 'stop', triggerPrice: '90' });
    harness.trade(111, 1, 'buy', PERPETUAL.symbol);
    expect([toText(target.filled), toText(stop.quantity)]).toEqual(['1', '2']);
    harness.trade(111, 5, 'buy', PERPETUAL.symbol);
    expect([target.status, stop.status]).toEqual(['filled', 'canceled']);
  });

  test('a canceled one leaves the others', () => {
    const harness = new Harness();
    const first = harness.submit({ type: 'limit', price: '90', groupId: 'g' });
    const second = harness.submit({ type: 'limit', price: '80', groupId: 'g' });
    harness.cancel(first);
    expect(second.status).toBe('accepted');
  });

  test('live within one market', () => {
    const harness = new Harness();
    harness.submit({ type: 'limit', price: '90', groupId: 'g' });
    harness.submit({ ...PERP, type: 'limit', price: '90', groupId: 'g' });
    expect(harness.rejection()?.code).toBe('INVALID_ORDER');
  });
});

describe('amending', () => {
  test('moves price and quantity, and what is held', () => {
    const harness = new Harness({ balances: { USDT: '150' } });
    const order = harness.submit({ type: 'limit', price: '100' });
    harness.venue.amend(order.id, { price: decimal('50'), quantity: decimal('2') });
    expect([toText(order.quantity), toText(order.price ?? SPOT.tickSize)]).toEqual(['2', '50']);
    harness.submit({ type: 'limit', price: '49.9' });
    expect(harness.rejection()?.reason).toBe('needs 49.9499 USDT, free 49.9');
    harness.candle([60, 60, 49, 60]);
    expect(harness.fills().map((fill) => toText(fill.price))).toEqual(['50']);
  });

  test('a trigger moved beyond the market fires', () => {
    const harness = new Harness();
    harness.book([[99, 9]], [[101, 9]]);
    harness.submit({});
    const stop = harness.submit({
      side: 'sell',
      type: 'stop',
      triggerPrice: '90',
      reduceOnly: true,
    });
    harness.venue.amend(stop.id, { triggerPrice: decimal('100') });
    expect(stop.status).toBe('filled');
  });
});

describe('the place in the queue', () => {
  const queued = () => {
    const harness = new Harness();
    harness.book([[99, 2], [98, 5]], [[101, 9]]); // prettier-ignore
    const order = harness.submit({ type: 'limit', price: '99', quantity: '2' });
    harness.trade(99, 2, 'sell');
    expect(harness.fills()).toEqual([]);
    // What stood before us is gone; somebody comes after us.
    harness.book([[99, 5], [98, 5]], [[101, 9]]); // prettier-ignore
    return { harness, order };
  };
  const sold = (harness: Harness, quantity: number) => {
    harness.trade(99, quantity, 'sell');
    return harness.fills().map((fill) => toText(fill.quantity));
  };

  test('is kept by a smaller size', () => {
    const { harness, order } = queued();
    harness.venue.amend(order.id, { quantity: decimal('1') });
    expect(sold(harness, 1)).toEqual(['1']);
  });

  test.each([
    ['a larger size', { quantity: decimal('3') }],
    ['the same price again', { price: decimal('99') }],
  ])('is lost by %s', (_name, change) => {
    const { harness, order } = queued();
    harness.venue.amend(order.id, change);
    expect(sold(harness, 5)).toEqual([]);
    expect(sold(harness, 1)).toEqual(['1']);
  });

  test('among our own orders too: the one that was moved comes last', () => {
    const harness = new Harness();
    const [one] = ['100', '100'].map((price) => harness.submit({ type: 'limit', price }));
    harness.trade(101, 1, 'buy');
    harness.venue.amend((one ?? orderOf({}, 0)).id, { quantity: decimal('2') });
    harness.trade(101, 1, 'buy');
    harness.trade(99, 1, 'sell');
    expect(harness.fills().map((fill) => fill.orderId)).toEqual(['o2']);
  });
});

describe('a change of what cannot be changed is refused with its reason', () => {
  const refusal = (harness: Harness) => {
    const answer = harness.answers.at(-1);
    return answer?.kind === 'amended' ? answer.reason : '';
  };

  test('a trigger of an order without one, or whose trigger has fired', () => {
    const harness = new Harness();
    harness.book([[99, 9]], [[101, 9]]);
    const limit = harness.submit({ type: 'limit', price: '90' });
    harness.venue.amend(limit.id, { triggerPrice: decimal('95') });
    expect(refusal(harness)).toBe('refused: a limit has no trigger price');
    const active = harness.submit({ type: 'stopLimit', price: '95', triggerPrice: '99' });
    harness.venue.amend(active.id, { triggerPrice: decimal('98') });
    expect(refusal(harness)).toBe('refused: its trigger has fired');
  });

  test('less than has filled, and a post-only price that would take', () => {
    const harness = new Harness();
    harness.book([[99, 9]], [[101, 1]]);
    const part = harness.submit({ type: 'limit', price: '101', quantity: '3' });
    harness.venue.amend(part.id, { quantity: decimal('1') });
    expect(refusal(harness)).toBe('refused: quantity 1 has filled already');
    harness.cancel(part);
    const maker = harness.submit({ type: 'limit', price: '90', postOnly: true });
    harness.book([[99, 9]], [[101, 1]]);
    harness.venue.amend(maker.id, { price: decimal('101') });
    expect(refusal(harness)).toContain('POST_ONLY_WOULD_TAKE');
    expect(toText(maker.price ?? decimal('0'))).toBe('90');
  });
});

test('a limit moved across the market between candles takes at the next open', () => {
  const harness = new Harness();
  const order = harness.submit({ type: 'limit', price: '90' });
  harness.candle([100, 100, 99, 100]);
  harness.candle([100, 100, 99, 100]);
  harness.venue.amend(order.id, { price: decimal('105') });
  harness.candle([101, 102, 100, 101]);
  expect(harness.fills()).toMatchObject([{ price: decimal('101'), liquidity: 'taker' }]);
});

describe('after a restart', () => {
  test('orders in flight count as received, canceled ones end, fill ids go on', () => {
    const flight = orderOf({ id: 'a', type: 'limit', price: '90' }, 0);
    const unknown = orderOf({ id: 'b', type: 'limit', price: '90', status: 'unknown' }, 0);
    const leaving = orderOf({ id: 'c', type: 'limit', price: '90', status: 'pendingCancel' }, 0);
    const partial = orderOf(
      { id: 'd', type: 'limit', price: '95', status: 'partiallyFilled', fillIds: ['d-1', 'd-2'] },
      0,
    );
    partial.filled = decimal('0.5');
    const done = orderOf({ id: 'e', type: 'limit', price: '95', status: 'filled' }, 0);
    const harness = new Harness({ openOrders: [flight, unknown, leaving, partial, done] });
    expect(
      harness.take().map((record) => `${record.kind} ${'orderId' in record ? record.orderId : ''}`),
    ).toEqual(['accepted a', 'accepted b', 'canceled c']);
    expect(harness.venue.report().openOrders).toEqual(['a', 'b', 'd']);
    harness.candle([94, 94, 94, 94]);
    expect(harness.fills()[0]).toMatchObject({ id: 'd-3', quantity: decimal('0.5') });
  });

  test('a stop that had filled in part goes on', () => {
    const fillIds = ['a-1'];
    const text = { id: 'a', side: 'sell', type: 'stop', triggerPrice: '90', fillIds } as const;
    const order = orderOf({ ...text, fillIds, status: 'partiallyFilled' }, 0);
    order.filled = decimal('0.4');
    const harness = new Harness({ balances: { BTC: '1' }, openOrders: [order] });
    harness.candle([99, 99, 99, 99]);
    expect(harness.fills()[0]).toMatchObject({ id: 'a-2', quantity: decimal('0.6') });
  });

  test('a triggered stop-limit stays triggered', () => {
    const sell = { side: 'sell', type: 'stopLimit', triggerPrice: '95', price: '94' } as const;
    const before = new Harness({ balances: { BTC: '1' } });
    const order = before.submit(sell);
    expect(order.venueOrderId).toBe('sim-o1');
    before.candle([90, 91, 89, 90]);
    expect(order.venueOrderId).toBe('sim-o1-t');
    const harness = new Harness({ balances: { BTC: '1' }, openOrders: [order], time: 60_000 });
    harness.candle([96, 97, 95.5, 96]);
    expect(harness.fills().map((fill) => toText(fill.price))).toEqual(['96']);
  });

  test('the report speaks of orders, positions and balances', () => {
    const harness = new Harness({ balances: { USDT: '1000', BTC: '2' } });
    harness.submit({});
    harness.candle([100, 100, 100, 100]);
    harness.submit({ id: 'x', type: 'limit', price: '50' });
    const report = harness.venue.report();
    expect(report.openOrders).toEqual(['x']);
    expect([...report.positions]).toEqual([['BTC/USDT', decimal('1')]]);
    expect([...report.balances]).toEqual([
      ['USDT', decimal('899.9')],
      ['BTC', decimal('3')],
    ]);
  });

  test('it keeps no object of the engine', () => {
    const order = orderOf({ id: 'a', type: 'limit', price: '90' }, 0);
    const answers: string[] = [];
    const venue = createSimVenue({
      accountId: 'main',
      markets: [SPOT],
      clock: { now: () => 0 },
      scheduler: { after: () => () => undefined },
      post: ({ record }) => answers.push(record.kind),
      model: MODEL,
      books: { balances: new Map([['USDT', decimal('1000')]]), positions: [], openOrders: [order] },
    });
    order.price = decimal('1');
    order.quantity = decimal('77');
    const candle = { openTime: 0, open: 89, high: 89, low: 89, close: 89, volume: 1 };
    venue.onMarket?.(
      { kind: 'candle', symbol: SPOT.symbol, time: 60_000, timeframe: '1m', candle },
      'open',
    );
    expect(answers).toEqual(['accepted', 'fill']);
    expect([...venue.report().positions]).toEqual([[SPOT.symbol, decimal('1')]]);
  });
});
