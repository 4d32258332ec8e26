// Guards of the order manager that another one behind them would hide.
import { describe, expect, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import { LIMITS } from '../../../src/exchange/gateway/limits.ts';
import { GatewayBench } from './bench.ts';
import { dropAnswer, dropRequest, refused, venueFill } from './scripted-client.ts';

describe('an order that the stream has shown', () => {
  test('F1: is not lost with the answer to its create', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', dropAnswer);
    const id = bench.submit();
    bench.pass(60_000);
    expect(bench.told(id)).toEqual(['accepted']);
    expect(bench.state(id)).toBe('accepted 0');
  });

  test('F4: is not ended by a refusal of its create', () => {
    const bench = GatewayBench.started();
    let refuse = () => {};
    bench.client.next('create', (sent) => {
      sent.arrive();
      refuse = () => sent.reply(refused({ kind: 'rejected', code: 'TICK_SIZE', reason: 'tick' }));
    });
    const id = bench.submit();
    bench.pass(1_000);
    refuse();
    bench.pass(1_000);
    expect(bench.told(id)).toEqual(['accepted']);
    // What is true of it is asked for.
    expect(bench.client.sentOf('order')).toHaveLength(1);
  });
});

test('F11: a cancel that is asked for twice is one wish', () => {
  const bench = GatewayBench.started();
  const id = bench.open();
  bench.client.next('cancel', dropRequest, dropRequest);
  bench.cancel(id);
  bench.gateway.cancel(id);
  expect(bench.client.sentOf('cancel')).toHaveLength(1);
});

test('nothing leaves after a planned stop', () => {
  const bench = GatewayBench.started();
  bench.gateway.stop();
  bench.pass(10_000);
  bench.submit();
  bench.pass(10_000);
  expect(bench.client.sentOf('create')).toEqual([]);
});

test('requests that wait for the limit are bounded: what is beyond is never sent, and said', () => {
  const bench = GatewayBench.started();
  const ids = Array.from({ length: LIMITS.queued + 100 }, () => bench.submit());
  const last = ids.at(-1);
  expect(last === undefined ? [] : bench.told(last)).toEqual(['neverSent']);
  expect(bench.of('neverSent').at(-1)?.reason).toMatch(/too many requests wait/);
});

describe('F12: fills of orders whose id is not known yet', () => {
  /** Is it said that there are too many, after one more of them than may wait? */
  function isDoubted(idOf: (n: number) => string): boolean {
    const bench = GatewayBench.started();
    const order = { ...bench.client.orderOf(bench.open()), venueOrderId: 'v-later' };
    for (let n = 0; n <= LIMITS.strayFills; n += 1) {
      bench.client.listener?.onFill(venueFill(order, { id: idOf(n), clientOrderId: null }));
    }
    return bench.logs.some((line) => line.includes('too many fills of unknown orders'));
  }

  test('are bounded, and that is said', () => {
    expect(isDoubted((n) => `fill ${n}`)).toBe(true);
  });

  test('count once, however often they are told', () => {
    expect(isDoubted(() => 'the same fill')).toBe(false);
  });
});

test('F16: an order is asked for once, however many of its fills do not fit yet', () => {
  const bench = GatewayBench.started();
  bench.client.streams = false;
  const id = bench.open();
  bench.client.fill(id, '0.4', { isListed: false, price: '101' });
  const order = bench.client.orderOf(id);
  bench.client.listener?.onOrder(order);
  bench.pass(20_000);
  expect(bench.of('fill').map(({ inferred }) => inferred)).toEqual([true]);
  const before = bench.client.sentOf('order').length;
  for (const quantity of ['0.15', '0.1']) {
    bench.client.listener?.onFill(venueFill(order, { id: quantity, quantity: decimal(quantity) }));
  }
  bench.pass(LIMITS.streamGraceMs + 50);
  expect(bench.client.sentOf('order').length - before).toBe(1);
});

test('an order that has not left is taken back in the turn of its cancel', () => {
  const bench = GatewayBench.started();
  const ids = Array.from({ length: 100 }, () => bench.submit());
  const last = ids[99];
  if (last === undefined) throw new Error('no order');
  bench.cancel(last);
  expect(bench.told(last)).toEqual(['neverSent']);
  expect(bench.client.sentOf('cancel')).toEqual([]);
});

test('a change waits for the answer to the one before', () => {
  const bench = GatewayBench.started();
  const id = bench.open();
  bench.client.next('amend', dropRequest);
  bench.gateway.amend(id, { price: decimal('99') });
  bench.gateway.amend(id, { price: decimal('98') });
  expect(bench.client.sentOf('amend')).toHaveLength(1);
  expect(bench.of('amended').map(({ reason }) => reason)).toEqual([
    'refused: a change before it has no answer yet',
  ]);
});

test('an account that answers after its deadline makes no second report', () => {
  const bench = GatewayBench.started();
  const before = bench.reports().length;
  let answerLate = () => {};
  bench.client.next('account', (sent) => {
    answerLate = () => sent.reply(sent.arrive());
  });
  bench.gateway.requestReport('test');
  bench.pass(15_000);
  expect(bench.reports().length - before).toBe(1);
  answerLate();
  bench.pass(1_000);
  expect(bench.reports().length - before).toBe(1);
});

test('after a planned stop no timer fires and nothing is told', () => {
  const bench = GatewayBench.started();
  const id = bench.open();
  bench.client.next('cancel', dropRequest);
  bench.cancel(id);
  bench.gateway.stop();
  const told = bench.events.length;
  bench.pass(LIMITS.cancelAlarmMs + 5_000);
  bench.gateway.cancel('an order nobody sent' as OrderId);
  expect(bench.alarms).toEqual([]);
  expect(bench.events).toHaveLength(told);
});

test('F45: what is not believed is said once, however often it comes', () => {
  const bench = GatewayBench.started();
  const order = { ...bench.client.orderOf(bench.open()), accountId: 'somebody else' };
  for (let times = 0; times < 3; times += 1) bench.client.listener?.onOrder(order);
  expect(bench.logs.filter((line) => line.includes('not believed'))).toHaveLength(1);
});

test('F3: an order that was given up is known again after a restart, should it appear', () => {
  const before = GatewayBench.started();
  before.client.next('create', dropRequest);
  const id = before.submit();
  before.pass(90_000);
  expect(before.told(id)).toEqual(['outcomeUnknown', 'neverPlaced']);
  const bench = before.restart();
  bench.gateway.start();
  bench.pass(1_000);
  bench.client.listener?.onOrder(bench.client.place(bench.order(id)));
  expect(bench.told(id)).toEqual(['resurfaced']);
});
