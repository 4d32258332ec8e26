import { describe, expect, test } from 'vitest';

import { decimal, toText } from '../../src/domain/decimal.ts';
import { required } from '../../src/domain/errors.ts';
import { type RunId, createOrderId } from '../../src/domain/ids.ts';
import type { Order, OrderRequest } from '../../src/domain/order.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { SECOND_MS } from '../../src/domain/time.ts';
import { reduceMoney } from '../../src/execution/reduce-money.ts';
import { ACCOUNT, SPOT, request } from '../support/builders.ts';
import { Outside } from './outside.ts';

/** One bitcoin is held; its stop was just sent. */
function withStop(): { outside: Outside; stop: Order } {
  const outside = Outside.ready();
  const order = outside.order({ stopPrice: decimal('90') });
  outside.accept(order);
  outside.fill(order);
  return { outside, stop: stopOf(outside) };
}

function stopOf(outside: Outside): Order {
  const stop = [...outside.money.working.values()].find(({ role }) => role === 'protective');
  if (!stop) throw new Error('no stop works');
  return stop;
}

const stopsSent = (outside: Outside): number =>
  outside.sent.filter((line) => line.startsWith('submit') && line.endsWith('p')).length;

describe('protection that fails', () => {
  test('a change that the venue refuses is asked for again with the next report, which comes soon', () => {
    const { outside, stop } = withStop();
    outside.accept(stop);
    const second = outside.order({});
    outside.fill(second);
    expect(outside.sent.at(-1)).toBe(`amend ${stop.id}`);
    const nothing = { quantity: null, price: null, triggerPrice: null };
    outside.tell({ kind: 'amended', orderId: stop.id, ...nothing, reason: 'refused: too early' });
    outside.take();
    outside.wait(2 * SECOND_MS);
    expect(outside.take()).toEqual(['report protection of BTC/USDT could not be changed']);
    outside.report();
    expect(outside.take()).toEqual([`amend ${stop.id}`]);
    outside.report();
    expect(outside.take()).toEqual([]);
  });

  test('a change that overtook its order is asked for again once the order was taken', () => {
    const { outside, stop } = withStop();
    const second = outside.order({});
    outside.fill(second);
    const nothing = { quantity: null, price: null, triggerPrice: null };
    outside.tell({ kind: 'amended', orderId: stop.id, ...nothing, reason: 'refused: not known' });
    outside.take();
    outside.accept(stop);
    expect(outside.take()).toEqual([`amend ${stop.id}`]);
    outside.report();
    expect(outside.take()).toEqual([]);
  });

  test('a stop that the venue refuses is sent again, later every time, until it is taken', () => {
    const { outside } = withStop();
    const refuse = (): void => {
      const { id: orderId } = stopOf(outside);
      outside.tell({ kind: 'rejected', orderId, code: 'TICK_SIZE', reason: 'no' });
    };
    refuse();
    const sentAt: number[] = [];
    for (let second = 0; second <= 300; second += 10) {
      const before = stopsSent(outside);
      outside.wait(10 * SECOND_MS);
      outside.report();
      if (stopsSent(outside) === before) continue;
      sentAt.push(second);
      refuse();
    }
    expect(sentAt).toEqual([0, 30, 90, 210]);
    outside.wait(600 * SECOND_MS);
    outside.report();
    outside.accept(stopOf(outside));
    outside.report();
    expect(outside.run.state.truth.unprotected.size).toBe(0);
  });

  test('that was given up and is there after all makes way for the one that took its place', () => {
    const { outside, stop } = withStop();
    outside.tell({ kind: 'outcomeUnknown', orderId: stop.id, reason: 'timeout' });
    outside.tell({ kind: 'neverPlaced', orderId: stop.id, reason: 'denied' });
    const second = stopOf(outside);
    expect(second.id).not.toBe(stop.id);
    outside.accept(second);
    outside.take();
    outside.tell({ kind: 'resurfaced', orderId: stop.id, venueOrderId: 'v1' });
    expect(outside.take()).toEqual([`cancel ${stop.id}`]);
  });
});

describe('protection of coins that another ledger owes', () => {
  /** A record of a life before: nobody is told. */
  function book(outside: Outside, body: RecordBody): void {
    reduceMoney(outside.money, body, { n: 100, t: outside.time, m: 0 });
  }
  function orderOf(outside: Outside, change: Partial<OrderRequest>): Order {
    const orderId = createOrderId('00000000abc' as RunId, 99, change.role ?? 'entry');
    book(outside, {
      kind: 'orderCreated',
      orderId,
      request: request(change),
      decisionPrice: 100,
    });
    return required(outside.find(orderId), orderId);
  }
  /** One coin was bought with a stop; strategy `a` owes 0.4 of it. */
  function owing(): Outside {
    const outside = Outside.ready();
    const order = outside.order({ stopPrice: decimal('90') });
    outside.accept(order);
    const quantity = decimal('-0.4');
    const what = { accountId: ACCOUNT, symbol: SPOT.symbol, strategyId: 'a', quantity };
    book(outside, { kind: 'positionAdopted', ...what, price: decimal('100'), reason: 'test' });
    outside.fill(order);
    return outside;
  }
  const wanted = (outside: Outside): string[] =>
    outside.of('orderCreated').flatMap(({ request: { role, quantity } }) => {
      return role === 'protective' ? [toText(quantity)] : [];
    });

  test('covers what the account has: more the venue would refuse whole', () => {
    expect(wanted(owing())).toEqual(['0.6']);
  });

  test('follows when the other ledger gives them back', () => {
    const outside = owing();
    outside.accept(stopOf(outside));
    outside.take();
    const order = orderOf(outside, { strategyId: 'a', role: 'exit', quantity: decimal('0.4') });
    outside.fill(order, { quantity: '0.4' });
    expect(outside.take()).toEqual([`amend ${stopOf(outside).id}`]);
  });

  test('is shared between ledgers that hold: who came first is covered first', () => {
    const outside = owing();
    outside.accept(stopOf(outside));
    const bracket = { stopPrice: decimal('95'), targetPrice: null, trailFraction: null };
    const order = orderOf(outside, { strategyId: 'b', quantity: decimal('0.5'), bracket });
    outside.take();
    outside.fill(order, { quantity: '0.5' });
    expect(wanted(outside)).toEqual(['0.6', '0.1']);
    expect(outside.take()).toContain(`amend ${stopOf(outside).id}`);
  });
});

describe('exits beside a stop', () => {
  test('are canceled, newest first, when the stop sold their coins', () => {
    const { outside, stop } = withStop();
    outside.accept(stop);
    const exit = (quantity: string): Order => {
      const price = decimal('110');
      return outside.order({ side: 'sell', type: 'limit', quantity: decimal(quantity), price });
    };
    const [first, second] = [exit('0.5'), exit('0.4')];
    for (const order of [first, second]) outside.accept(order);
    outside.take();
    outside.fill(stop, { quantity: '0.3' });
    expect(outside.take()).toEqual([`cancel ${second.id}`]);
    outside.fill(stop, { quantity: '0.3' });
    expect(outside.take()).toEqual([`cancel ${first.id}`]);
  });
});
