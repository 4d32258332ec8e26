// A change of an order on its way, over a restart, between two fills of its entry, of a short.
import { describe, expect, test } from 'vitest';

import { stateCodec } from '../../src/app/state/codec.ts';
import { decimal, toNumber } from '../../src/domain/decimal.ts';
import type { Order } from '../../src/domain/order.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { Desk, PERPETUAL, SPOT } from '../support/builders.ts';

const ASK = { price: null, triggerPrice: null, quantity: null } as const;
let presses = 0;

function amend(
  desk: Desk,
  { id }: Order,
  asked: Partial<Record<'price' | 'triggerPrice' | 'quantity', string>>,
): void {
  const change = Object.fromEntries(
    Object.entries(asked).map(([name, text]) => [name, decimal(text)]),
  );
  const pressId = `later-${(presses += 1)}`;
  desk.command({ kind: 'amendOrder', orderId: id, ...ASK, ...change, pressId });
}

function first(orders: readonly Order[]): Order {
  const [order] = orders;
  if (!order) throw new Error('no order works');
  return order;
}

const refusals = (desk: Desk) => desk.of('commandRefused').map(({ reason }) => reason);
const fills = (desk: Desk) =>
  desk.of('fill').map(({ quantity, price }) => [toNumber(quantity), toNumber(price)]);

describe('on the way to the venue', () => {
  const slow = () => {
    const desk = new Desk({
      markets: [PERPETUAL],
      model: { latencyMs: 100 },
      limits: { grossExposureFraction: 0.03 },
    });
    const { symbol } = PERPETUAL;
    desk.book([[99, 9]], [[101, 9]], symbol);
    desk.order({ symbol, type: 'limit', price: decimal('90') });
    desk.book([[99, 9]], [[101, 9]], symbol);
    const order = first(desk.working());
    return { desk, symbol, order };
  };

  test('a change has its room before it is answered', () => {
    const { desk, symbol, order } = slow();
    amend(desk, order, { quantity: '3' });
    expect(order).toMatchObject({ quantity: decimal('1'), amending: { quantity: decimal('3') } });
    desk.order({ symbol, type: 'limit', price: decimal('80') });
    expect(desk.denials()).toEqual(['EXPOSURE_GROSS']);
  });

  test('an order that is being canceled is not changed any more', () => {
    const { desk, order } = slow();
    desk.command({ kind: 'cancelOrder', orderId: order.id });
    amend(desk, order, { price: '91' });
    expect(refusals(desk)[0]).toContain('it is being canceled');
  });

  test('a second change waits for the answer to the first', () => {
    const { desk, symbol, order } = slow();
    amend(desk, order, { quantity: '2' });
    amend(desk, order, { quantity: '3' });
    expect(refusals(desk)[0]).toContain('on its way');
    desk.book([[99, 9]], [[101, 9]], symbol);
    expect(order).toMatchObject({ quantity: decimal('2'), amending: undefined });
  });

  test('an order that fills first refuses it, and nothing is bought twice', () => {
    const { desk, symbol, order } = slow();
    amend(desk, order, { price: '91' });
    desk.drive({
      kind: 'trades',
      symbol,
      time: desk.run.state.market.now + 50,
      trades: [{ time: desk.run.state.market.now, price: 89, quantity: 5, side: 'sell' }],
    });
    desk.book([[89, 9]], [[93, 9]], symbol);
    expect(fills(desk)).toEqual([[1, 90]]);
    expect(order.status).toBe('filled');
    expect(desk.notices.at(-1)).toMatch(/^warn change refused: no such working order: buy/);
  });
});

describe('a change whose answer a restart overtook', () => {
  const { symbol } = PERPETUAL;
  const options = { markets: [PERPETUAL], model: { latencyMs: 100 } };

  /** The books of a session that ended while a change was on its way. */
  function cutShort() {
    const desk = new Desk(options);
    desk.book([[99, 9]], [[101, 9]], symbol);
    desk.order({ symbol, type: 'limit', price: decimal('90') });
    desk.book([[99, 9]], [[101, 9]], symbol);
    amend(desk, first(desk.working()), { price: '95', quantity: '3' });
    expect(first(desk.working()).amending).toBeDefined();
    const { encodeState, decodeState } = stateCodec();
    return { money: decodeState(encodeState(desk.money)), last: desk.journal.length };
  }

  test('is refused in the journal and said: the order is what it was, and can be changed', () => {
    const desk = new Desk({ ...options, ...cutShort() });
    const order = first(desk.working());
    expect(order).toMatchObject({ price: decimal('90'), quantity: decimal('1') });
    expect(order.amending).toBeUndefined();
    expect(desk.of('amended')).toEqual([
      {
        kind: 'amended',
        orderId: order.id,
        quantity: null,
        price: null,
        triggerPrice: null,
        reason: 'refused: lost in the restart',
      },
    ]);
    expect(desk.notices).toContain(
      `warn change refused: lost in the restart: buy ${symbol} limit ${order.id}`,
    );
    desk.book([[99, 9]], [[101, 9]], symbol);
    amend(desk, order, { price: '94' });
    desk.book([[99, 9]], [[101, 9]], symbol);
    expect(order.price).toBe(decimal('94'));
  });
});

describe('an entry of five that fills in two parts', () => {
  /** Two of five coins at 100, with a stop at 90 and a target at 120. */
  function half(): Desk {
    const desk = new Desk();
    desk.book([[99, 9]], [[100, 2]]);
    desk.order({
      type: 'limit',
      price: decimal('100'),
      quantity: decimal('5'),
      stopPrice: decimal('90'),
      targetPrice: decimal('120'),
    });
    expect(desk.protection('manual')).toEqual(['sell stop 2 at 90', 'sell limit 2 at 120']);
    return desk;
  }
  const fillRest = (desk: Desk) => desk.book([[98, 9]], [[100, 3]]);

  test('keeps the stop and target that were moved between them', () => {
    const desk = half();
    const [stop, target] = desk.working('protective');
    if (stop) amend(desk, stop, { triggerPrice: '95' });
    if (target) amend(desk, target, { price: '130' });
    fillRest(desk);
    expect(desk.held('manual')).toBe(5);
    expect(desk.protection('manual')).toEqual(['sell stop 5 at 95', 'sell limit 5 at 130']);
  });

  test.each(['93', '97'])('counts its R from the stop it was opened with, not from %s', (moved) => {
    const desk = half();
    const [stop] = desk.working('protective');
    if (stop) amend(desk, stop, { triggerPrice: moved });
    fillRest(desk);
    const time = desk.run.state.market.now + 1000;
    const trades = [{ time, price: 104, quantity: 1, side: 'buy' }] as const;
    desk.drive({ kind: 'trades', symbol: SPOT.symbol, time, trades });
    const [position] = makeView(desk.run.state).positions;
    // Five coins from 100 to 104, with a stop that was ten away.
    expect(position?.unrealizedPnl).toBeCloseTo(20, 9);
    expect(position?.rMultiple).toBeCloseTo(20 / 50, 9);
    expect(position?.maxFavorableR).toBeCloseTo(20 / 50, 9);
  });

  test('takes the target of a later entry', () => {
    const desk = half();
    fillRest(desk);
    desk.order({ type: 'limit', price: decimal('100'), targetPrice: decimal('140') });
    desk.book([[98, 9]], [[100, 3]]);
    expect(desk.held('manual')).toBe(6);
    expect(desk.protection('manual')).toEqual(['sell stop 6 at 90', 'sell limit 6 at 140']);
  });
});

describe('an entry that sells', () => {
  test('is larger at a higher price: reviewed, and denied beyond the largest order', () => {
    const { symbol } = PERPETUAL;
    const desk = new Desk({ markets: [PERPETUAL], limits: { maxNotionalFraction: 0.02 } });
    desk.candle(100, symbol);
    desk.order({ symbol, side: 'sell', type: 'limit', price: decimal('110') });
    const order = first(desk.working('entry'));
    amend(desk, order, { price: '201' });
    expect(desk.of('denied')).toMatchObject([{ code: 'MAX_NOTIONAL', value: 201, limit: 200 }]);
    amend(desk, order, { price: '199' });
    expect(toNumber(order.price ?? decimal('0'))).toBe(199);
  });

  test('on spot is an exit, and follows the price as it likes', () => {
    const desk = new Desk({ limits: { maxNotionalFraction: 0.02 } });
    desk.candle(100);
    desk.order();
    desk.candle(100);
    desk.order({ side: 'sell', type: 'limit', price: decimal('120') });
    const order = first(desk.working('exit'));
    amend(desk, order, { price: '250' });
    expect(desk.denials()).toEqual([]);
    expect(order).toMatchObject({ symbol: SPOT.symbol, price: decimal('250') });
  });
});
