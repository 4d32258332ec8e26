import { describe, expect, test } from 'vitest';

import { ONE, decimal } from '../../src/domain/decimal.ts';
import { required } from '../../src/domain/errors.ts';
import { Desk, PERPETUAL, SPOT, hold, place, puppet } from '../support/builders.ts';

const BRACKET = { stopFraction: 0.05, targetFraction: 0.1 };
const ARMED = ['sell stop 1 at 95', 'sell limit 1 at 110'];

/** Strategy `a` holds 1 at 100 with its stop and target. */
function longDesk(
  more: { stopFraction?: number; targetFraction?: number; trailFraction?: number } = BRACKET,
  symbol: string = SPOT.symbol,
) {
  const a = puppet();
  const desk = new Desk({
    markets: [symbol === SPOT.symbol ? SPOT : PERPETUAL],
    strategies: [{ id: 'a', puppet: a, symbol, ...more }],
    model: { leverage: symbol === SPOT.symbol ? 1 : 5 },
  });
  a.next = [hold('long', { symbol })];
  desk.candle(100, symbol);
  desk.candle(100, symbol);
  expect(desk.held('a', symbol)).toBe(1);
  return { desk, a };
}

describe.each([SPOT.symbol, PERPETUAL.symbol])('a bracket on %s', (symbol) => {
  const long = () => longDesk(BRACKET, symbol);

  test('is attached when the entry fills, as one reduce-only group', () => {
    const { desk } = long();
    expect(desk.protection('a', symbol)).toEqual(ARMED);
    const orders = desk.working('protective');
    expect(new Set(orders.map(({ groupId }) => groupId)).size).toBe(1);
    expect(orders.every(({ reduceOnly, groupId }) => reduceOnly && groupId !== null)).toBe(true);
  });

  test('is not there before the entry fills', () => {
    const a = puppet();
    const desk = new Desk({
      markets: [SPOT, PERPETUAL],
      strategies: [{ id: 'a', puppet: a, symbol, ...BRACKET }],
    });
    a.next = [place({ symbol, type: 'limit', price: 90 })];
    desk.candle(100, symbol);
    expect([desk.working('entry').length, desk.working('protective').length]).toEqual([1, 0]);
  });

  test('the stop ends the target, and the target the stop', () => {
    const stopped = long().desk;
    stopped.candle([99, 99, 94, 94], symbol);
    expect([stopped.held('a', symbol), stopped.working().length]).toEqual([0, 0]);
    expect(stopped.of('fill').at(-1)?.price).toBe(decimal('95'));
    const taken = long().desk;
    taken.candle([101, 112, 101, 111], symbol);
    expect([taken.held('a', symbol), taken.working().length]).toEqual([0, 0]);
    expect(taken.of('fill').at(-1)?.price).toBe(decimal('110'));
  });

  test('is canceled before an exit goes out, and is gone after it', () => {
    const { desk, a } = long();
    a.next = [hold('flat', { symbol })];
    desk.candle(100, symbol);
    expect(desk.protection('a', symbol)).toEqual([]);
    desk.candle(100, symbol);
    expect([desk.held('a', symbol), desk.working().length]).toEqual([0, 0]);
    const kinds = desk.records.map((body) =>
      'orderId' in body ? `${body.kind} ${body.orderId.slice(-1)}` : body.kind,
    );
    expect(kinds.indexOf('cancelRequested p')).toBeLessThan(kinds.indexOf('orderCreated x'));
  });

  test('comes back when the exit is rejected', () => {
    const { desk, a } = long();
    const { venue } = desk.run;
    const submit = venue.submit.bind(venue);
    venue.submit = (order) => {
      if (order.role !== 'exit') submit(order);
      else desk.tell({ kind: 'rejected', orderId: order.id, code: 'NO_LIQUIDITY', reason: 'none' });
    };
    a.next = [hold('flat', { symbol })];
    desk.candle(100, symbol);
    expect(desk.held('a', symbol)).toBe(1);
    expect(desk.protection('a', symbol)).toEqual(ARMED);
  });

  test('comes back when the exit of a reversal is rejected: the old bracket, not the new one', () => {
    const { desk, a } = long();
    const { venue } = desk.run;
    const submit = venue.submit.bind(venue);
    venue.submit = (order) => {
      if (order.role === 'protective') submit(order);
      else desk.tell({ kind: 'rejected', orderId: order.id, code: 'NO_LIQUIDITY', reason: 'none' });
    };
    a.next = [hold('short', { symbol, stopPrice: 105 })];
    desk.candle(100, symbol);
    expect(desk.held('a', symbol)).toBe(1);
    expect(desk.protection('a', symbol)).toEqual(ARMED);
  });

  test('follows what is held when a part is sold by hand', () => {
    const { desk } = long();
    desk.candle(100, symbol);
    desk.tell({
      kind: 'fill',
      id: 'late',
      orderId: desk.of('orderCreated')[0]?.orderId ?? ('' as never),
      accountId: 'main',
      symbol,
      side: 'buy',
      price: decimal('100'),
      quantity: decimal('0.5'),
      fee: decimal('0'),
      feeAsset: 'USDT',
      feeQuote: decimal('0'),
      liquidity: 'taker',
      time: 0,
    });
    expect(desk.protection('a', symbol)).toEqual(['sell stop 1.5 at 95', 'sell limit 1.5 at 110']);
  });

  test('the operator who closes the position ends it', () => {
    const { desk } = long();
    desk.close(symbol);
    desk.candle(100, symbol);
    expect([desk.held('a', symbol), desk.working().length]).toEqual([0, 0]);
  });
});

test('partial fills of an entry are covered one after another', () => {
  const a = puppet();
  const desk = new Desk({
    strategies: [{ id: 'a', puppet: a, ...BRACKET, sizing: { kind: 'fixed', value: 3 } }],
  });
  desk.candle(100);
  a.next = [place({ type: 'limit', price: 100 })];
  desk.candle(101);
  const entry = desk.working('entry')[0];
  if (!entry) throw new Error('no entry');
  const trade = (quantity: number): void =>
    desk.drive({
      kind: 'trades',
      symbol: SPOT.symbol,
      time: desk.run.state.market.now + 1000,
      trades: [{ time: desk.run.state.market.now + 1000, price: 99, quantity, side: 'sell' }],
    });
  trade(1);
  expect(desk.protection('a')).toEqual(ARMED);
  trade(0.5);
  expect(desk.protection('a')).toEqual(['sell stop 1.5 at 95', 'sell limit 1.5 at 110']);
  trade(9);
  expect(desk.protection('a')).toEqual(['sell stop 3 at 95', 'sell limit 3 at 110']);
});

test('a target that fills in part leaves a stop for the rest', () => {
  const { desk } = longDesk();
  const time = desk.run.state.market.now + 1000;
  const trades = [{ time, price: 111, quantity: 0.4, side: 'buy' as const }];
  desk.drive({ kind: 'trades', symbol: SPOT.symbol, time, trades });
  expect(desk.held('a')).toBe(0.6);
  expect(desk.protection('a')).toEqual(['sell stop 0.6 at 95', 'sell limit 0.6 at 110']);
});

test('a manual entry with stop and target is protected like any other', () => {
  const desk = new Desk();
  desk.candle(100);
  desk.order({ stopPrice: decimal('95'), targetPrice: decimal('110') });
  desk.candle(100);
  expect(desk.protection('manual')).toEqual(ARMED);
});

describe('on spot, where the stop holds the coins', () => {
  test('a manual market sell goes through; what stays is protected again', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ stopPrice: decimal('95') });
    desk.candle(100);
    desk.order({ side: 'sell', quantity: decimal('0.25') });
    desk.candle(100);
    expect(desk.held('manual')).toBe(0.75);
    expect(desk.protection('manual')).toEqual(['sell stop 0.75 at 95']);
    expect(desk.of('rejected')).toEqual([]);
  });
});

describe('a trailing stop', () => {
  test('starts below the entry, follows the price up and never down', () => {
    const { desk } = longDesk({ trailFraction: 0.1 });
    expect(desk.protection('a')).toEqual(['sell trailingStop 1 at 90']);
    desk.candle([100, 120, 100, 119]);
    expect(desk.protection('a')).toEqual(['sell trailingStop 1 at 108']);
    desk.candle([119, 119, 110, 110]);
    expect(desk.protection('a')).toEqual(['sell trailingStop 1 at 108']);
    desk.candle([110, 110, 107, 107]);
    expect(desk.held('a')).toBe(0);
    expect(desk.of('fill').at(-1)?.price).toBe(decimal('108'));
  });

  test('keeps its level over a restart', () => {
    const { desk } = longDesk({ trailFraction: 0.1 });
    desk.candle([100, 120, 100, 119]);
    const next = new Desk({
      money: desk.money,
      last: desk.records.length,
      start: false,
      strategies: [{ id: 'a', puppet: puppet(), trailFraction: 0.1 }],
    });
    expect(next.protection('a')).toEqual(['sell trailingStop 1 at 108']);
    next.candle([110, 110, 107, 107]);
    expect(next.held('a')).toBe(0);
  });
});

describe('two strategies with opposite positions on one perpetual', () => {
  const symbol = PERPETUAL.symbol;
  const opposite = () => {
    const [a, b] = [puppet(), puppet()];
    const desk = new Desk({
      markets: [PERPETUAL],
      model: { leverage: 10 },
      strategies: [
        { id: 'a', puppet: a, symbol, ...BRACKET },
        { id: 'b', puppet: b, symbol, sizing: { kind: 'fixed', value: 3 }, ...BRACKET },
      ],
    });
    a.next = [hold('long', { symbol })];
    b.next = [hold('short', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    return { desk, a, b };
  };

  test('each has its own stop and target, and the account holds the difference', () => {
    const { desk } = opposite();
    expect([desk.held('a', symbol), desk.held('b', symbol)]).toEqual([1, -3]);
    expect(desk.money.positions.get(symbol)?.quantity).toBe(decimal('-2'));
    expect(desk.protection('a', symbol)).toEqual(ARMED);
    expect(desk.protection('b', symbol)).toEqual(['buy stop 3 at 105', 'buy limit 3 at 90']);
  });

  test('the long one’s stop closes the long one only', () => {
    const { desk } = opposite();
    desk.candle([99, 99, 94, 94], symbol);
    expect([desk.held('a', symbol), desk.held('b', symbol)]).toEqual([0, -3]);
    expect(desk.protection('b', symbol)).toEqual(['buy stop 3 at 105', 'buy limit 3 at 90']);
  });

  test('a stop that was armed before the other came is armed again', () => {
    const [a, b] = [puppet(), puppet()];
    const desk = new Desk({
      markets: [PERPETUAL],
      model: { leverage: 10 },
      strategies: [
        { id: 'a', puppet: a, symbol, ...BRACKET },
        { id: 'b', puppet: b, symbol, sizing: { kind: 'fixed', value: 3 } },
      ],
    });
    a.next = [hold('long', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect(desk.protection('a', symbol)).toEqual(ARMED);
    b.next = [hold('short', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect(desk.of('canceled').map(({ reason }) => reason)).toContain(
      'reduce-only: the position is closed',
    );
    expect(desk.protection('a', symbol)).toEqual(ARMED);
  });

  test('a stop that the operator takes away stays away', () => {
    const { desk } = longDesk(BRACKET, symbol);
    for (const { id } of desk.working('protective')) {
      desk.command({ kind: 'cancelOrder', orderId: id });
    }
    desk.candle(100, symbol);
    expect(desk.protection('a', symbol)).toEqual([]);
  });

  test('each closes its own part by its own exit', () => {
    const { desk, a, b } = opposite();
    a.next = [hold('flat', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect([desk.held('a', symbol), desk.held('b', symbol)]).toEqual([0, -3]);
    b.next = [hold('flat', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect([desk.held('a', symbol), desk.held('b', symbol)]).toEqual([0, 0]);
    expect(desk.money.positions.get(symbol)?.quantity).toBe(decimal('0'));
    expect(desk.working()).toEqual([]);
  });

  test('a net of nothing still lets each leave', () => {
    const [a, b] = [puppet(), puppet()];
    const desk = new Desk({
      markets: [PERPETUAL],
      model: { leverage: 10 },
      strategies: [
        { id: 'a', puppet: a, symbol, ...BRACKET },
        { id: 'b', puppet: b, symbol, ...BRACKET },
      ],
    });
    a.next = [hold('long', { symbol })];
    b.next = [hold('short', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect(desk.money.positions.get(symbol)?.quantity).toBe(decimal('0'));
    expect(desk.protection('a', symbol)).toEqual(ARMED);
    desk.candle([99, 99, 94, 94], symbol);
    expect([desk.held('a', symbol), desk.held('b', symbol)]).toEqual([0, -1]);
  });

  test('a reversal closes and opens in one step, under the new bracket', () => {
    const { desk, a } = longDesk(BRACKET, symbol);
    a.next = [hold('short', { symbol })];
    desk.candle(100, symbol);
    desk.candle(100, symbol);
    expect(desk.held('a', symbol)).toBe(-1);
    expect(desk.protection('a', symbol)).toEqual(['buy stop 1 at 105', 'buy limit 1 at 90']);
    expect(desk.money.roundTrips).toHaveLength(1);
  });
});

const lateFill = (desk: Desk, id: string, quantity: string): void =>
  desk.tell({
    kind: 'fill',
    id,
    orderId: required(desk.of('orderCreated')[0]?.orderId, 'order'),
    accountId: 'main',
    symbol: SPOT.symbol,
    side: 'buy',
    price: decimal('100'),
    quantity: decimal(quantity),
    fee: decimal('0'),
    feeAsset: 'USDT',
    feeQuote: decimal('0'),
    liquidity: 'taker',
    time: 0,
  });

test('a size on its way to the venue is corrected when a fill overtakes it', () => {
  const a = puppet();
  const { symbol } = PERPETUAL;
  const desk = new Desk({
    markets: [PERPETUAL],
    strategies: [{ id: 'a', puppet: a, symbol, stopFraction: 0.05 }],
    model: { leverage: 10 },
  });
  desk.candle(100, symbol);
  // All three fill at one open, before the venue hears of the stop and of its sizes.
  a.next = [
    place({ symbol, quantity: '3' }),
    place({ symbol, quantity: '1' }),
    place({ symbol, side: 'sell', quantity: '1', stopPrice: 105 }),
  ];
  desk.candle(100, symbol);
  desk.candle(100, symbol);
  expect(desk.held('a', symbol)).toBe(3);
  expect(desk.protection('a', symbol)).toEqual(['sell stop 3 at 95']);
});

test('a fill told twice is journaled, booked and said once', () => {
  const { desk } = longDesk();
  lateFill(desk, 'again', '0.5');
  const records = desk.records.length;
  lateFill(desk, 'again', '0.5');
  expect([desk.held('a'), desk.records.length]).toEqual([1.5, records]);
});

test('while an exit is on its way a late fill brings no stop beside it', () => {
  const { desk } = longDesk();
  desk.close();
  lateFill(desk, 'late', '0.5');
  expect([desk.held('a'), desk.protection('a')]).toEqual([1.5, []]);
});

test('a holding of less than a step beside whole steps is protected by whole steps', () => {
  const { desk } = longDesk();
  lateFill(desk, 'odd', '0.0004');
  expect(desk.protection('a')).toEqual(ARMED);
  desk.close();
  desk.candle(100);
  expect(desk.money.ledgers.get(`a ${SPOT.symbol}`)?.position.quantity).toBe(decimal('0.0004'));
  expect([desk.working().length, desk.denials()]).toEqual([0, []]);
  expect(desk.of('orderCreated').at(-1)?.request.quantity).toBe(ONE);
});
