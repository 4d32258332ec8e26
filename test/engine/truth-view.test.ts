import { expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { SPOT } from '../support/builders.ts';
import { Outside } from './outside.ts';

const viewOf = (outside: Outside) => makeView(outside.run.state);

test('a view says that the books are in question, why, and what comes after', () => {
  const outside = Outside.ready();
  outside.recover('the clock jumped');
  outside.report({ doubts: ['fills cannot be read'] });
  const { account, truth } = viewOf(outside);
  expect(account).toMatchObject({
    tradingState: 'recovering',
    stateReason: 'the clock jumped: fills cannot be read',
    stateClears: 'ends by itself when the books agree',
  });
  expect(truth).toMatchObject({
    heldState: 'running',
    recovering: { blocked: 'fills cannot be read' },
  });
  outside.report();
  expect(viewOf(outside).account.tradingState).toBe('running');
});

test('halted stays what is shown while it recovers', () => {
  const outside = Outside.ready();
  outside.command({ kind: 'halt', reason: 'enough' });
  expect(viewOf(outside).truth.stopUnproven).toBe(true);
  outside.recover();
  expect(viewOf(outside).account).toMatchObject({ tradingState: 'halted', stateReason: 'enough' });
});

test('it lists what is not certain and not ours', () => {
  const outside = Outside.ready();
  const orders = [1, 2, 3].map((n) =>
    outside.order({ type: 'limit', price: decimal(String(90 + n)) }),
  );
  const [lost, gone, known] = orders;
  if (known) outside.accept(known);
  for (const one of [lost, gone]) {
    if (one) outside.tell({ kind: 'outcomeUnknown', orderId: one.id, reason: 'timeout' });
  }
  if (gone) outside.tell({ kind: 'neverPlaced', orderId: gone.id, reason: 'denied' });
  outside.report({
    externalOrders: [
      {
        venueOrderId: '9',
        clientOrderId: null,
        symbol: SPOT.symbol,
        side: 'buy',
        type: 'limit',
        quantity: decimal('1'),
        filled: decimal('0'),
        price: decimal('50'),
        triggerPrice: null,
        reduceOnly: false,
      },
    ],
  });
  for (const quantity of ['-1', '-1']) outside.reportHolding(quantity);
  expect(viewOf(outside).truth).toMatchObject({
    unknownOrders: 1,
    tombstones: 1,
    externalOrders: [{ venueOrderId: '9' }],
    drifts: [{ symbol: SPOT.symbol, theirs: decimal('-1') }],
  });
});

test('a stop that was sent rests nowhere for sure until the venue says so', () => {
  const outside = Outside.ready();
  const entry = outside.order({ stopPrice: decimal('90') });
  outside.accept(entry);
  outside.fill(entry);
  const stop = [...outside.money.working.values()].find(({ role }) => role === 'protective');
  if (!stop) throw new Error('no stop works');
  const rests = () => viewOf(outside).positions[0]?.protection.rests;
  expect(rests()).toBe('unknown');
  outside.tell({ kind: 'outcomeUnknown', orderId: stop.id, reason: 'timeout' });
  expect(rests()).toBe('unknown');
  outside.accept(stop);
  expect(rests()).toBe('venue');
});
