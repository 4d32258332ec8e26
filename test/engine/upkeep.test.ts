import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { Order } from '../../src/domain/order.ts';
import { SECOND_MS } from '../../src/domain/time.ts';
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

  test('a change that overtook its order is asked for again though the order was taken', () => {
    const { outside, stop } = withStop();
    const second = outside.order({});
    outside.fill(second);
    const nothing = { quantity: null, price: null, triggerPrice: null };
    outside.tell({ kind: 'amended', orderId: stop.id, ...nothing, reason: 'refused: not known' });
    outside.accept(stop);
    outside.take();
    outside.report();
    expect(outside.take()).toEqual([`amend ${stop.id}`]);
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
});
