import { expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { Order } from '../../src/domain/order.ts';
import type { SendGuard } from '../../src/ports.ts';
import { ticket } from '../support/builders.ts';
import { Outside } from './outside.ts';

class FakeGuard implements SendGuard {
  isClosed = false;
  readonly told: string[] = [];
  mayExist(order: Readonly<Order>): void {
    this.told.push(`may ${order.id}`);
  }
  gone(orderId: OrderId): void {
    this.told.push(`gone ${orderId}`);
  }
}

test('the emergency thread hears of an order before the venue does, and of its end', () => {
  const guard = new FakeGuard();
  const outside = Outside.ready({
    guard,
    onSubmit: (order) => void guard.told.push(`submit ${order.id}`),
  });
  const order = outside.order({ type: 'limit', price: decimal('90') });
  expect(guard.told).toEqual([`may ${order.id}`, `submit ${order.id}`]);
  outside.accept(order);
  outside.tell({ kind: 'canceled', orderId: order.id, reason: 'x' });
  outside.tell({ kind: 'canceled', orderId: order.id, reason: 'x' });
  expect(guard.told.slice(2)).toEqual([`gone ${order.id}`]);
});

test('a create at a closed gate is never sent, whatever it is', () => {
  const guard = new FakeGuard();
  const outside = Outside.ready({ guard });
  guard.isClosed = true;
  outside.take();
  outside.command({
    kind: 'placeOrder',
    pressId: 'x',
    ticket: ticket({ symbol: 'BTC/USDT' }),
  });
  expect(outside.take()).toEqual([]);
  expect(outside.of('neverSent')).toMatchObject([{ reason: 'halted by the emergency thread' }]);
  expect(outside.working()).toEqual([]);
  expect(guard.told.filter((word) => word.startsWith('may'))).toEqual([]);
});

test('orders that a restart finds, and one that appears by itself, are named to it', () => {
  const before = Outside.ready();
  const order = before.order({ type: 'limit', price: decimal('90') });
  const guard = new FakeGuard();
  const after = new Outside({ money: before.money, guard });
  expect(guard.told).toEqual([`may ${order.id}`]);
  after.tell({ kind: 'neverPlaced', orderId: order.id, reason: 'denied four times' });
  after.tell({ kind: 'resurfaced', orderId: order.id, venueOrderId: 'v1' });
  expect(guard.told.slice(1)).toEqual([`gone ${order.id}`, `may ${order.id}`]);
});
