import { describe, expect, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import { GatewayBench } from './bench.ts';
import { answerWith, dropAnswer, dropRequest, lost, refused } from './scripted-client.ts';

const notFound = answerWith(refused({ kind: 'notFound', reason: 'unknown order' }));

describe('a cancel', () => {
  test('is sent in the same turn, and ends the order by the word of the venue', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.cancel(id);
    expect(bench.client.sentOf('cancel').map(({ at }) => at)).toEqual([bench.clock.now()]);
    bench.pass(100);
    expect(bench.told(id)).toEqual(['accepted', 'canceled']);
    bench.pass(60_000);
    expect(bench.client.sentOf('cancel')).toHaveLength(1);
  });

  test('F9: that loses the race against a fill ends with what really filled', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const id = bench.open();
    bench.client.fill(id, '0.3');
    bench.cancel(id);
    bench.pass(3_000);
    expect(bench.told(id)).toEqual(['accepted', 'fill', 'canceled']);
    expect(bench.state(id)).toBe('canceled 0.3');
  });

  test('F10: of an order the venue does not know any more books what it became', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const id = bench.open();
    bench.client.fill(id, '1');
    bench.cancel(id);
    bench.pass(3_000);
    expect(bench.told(id)).toEqual(['accepted', 'fill']);
    expect(bench.state(id)).toBe('filled 1');
  });

  test('F10: of an order that the venue denies altogether is concluded only after the proof', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.client.orders.clear();
    bench.cancel(id);
    bench.pass(30_000);
    expect(bench.state(id)).toBe('pendingCancel 0');
    bench.pass(60_000);
    expect(bench.told(id)).toEqual(['accepted', 'outcomeUnknown', 'canceled']);
    expect(bench.of('canceled')[0]?.reason).toContain('denied to know it');
  });

  test.each([
    ['request', dropRequest],
    ['answer', dropAnswer],
    ['connection', answerWith(lost)],
    ['venue', answerWith(refused({ kind: 'down', reason: 'maintenance' }))],
  ])('F11: whose %s is lost is sent again until the order is gone', (_name, script) => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const id = bench.open();
    bench.client.next('cancel', script, script);
    bench.cancel(id);
    bench.pass(8_000);
    expect(bench.state(id)).toBe('canceled 0');
    const [first = 0, second = 0, third = 0] = bench.client.sentOf('cancel').map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(1_000);
    expect(third - second).toBeGreaterThanOrEqual(2_000);
  });

  test('F11: without an end is an alarm after 10 s, once, and goes on', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.client.every('cancel', dropRequest);
    bench.cancel(id);
    bench.pass(9_900);
    expect(bench.alarms).toEqual([]);
    bench.pass(200);
    expect(bench.alarms).toHaveLength(1);
    bench.pass(60_000);
    expect(bench.alarms).toEqual([expect.stringContaining('cancel not confirmed for 10 s')]);
    expect(bench.state(id)).toBe('pendingCancel 0');
    bench.client.every('cancel', null);
    bench.pass(10_000);
    expect(bench.state(id)).toBe('canceled 0');
  });

  test('F11: that the venue refuses is sent again as long as the order is open', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const no = answerWith(refused({ kind: 'rejected', code: 'INVALID_ORDER', reason: 'busy' }));
    bench.client.next('cancel', no, no);
    bench.cancel(id);
    bench.pass(5_000);
    expect(bench.told(id)).toEqual(['accepted', 'canceled']);
  });

  test('of an order in flight goes out by client id, and again once the order surfaces', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    bench.client.next('create', answerWith(lost));
    const id = bench.submit();
    bench.cancel(id);
    expect(bench.client.sentOf('cancel')).toMatchObject([
      { ref: { orderId: id, venueOrderId: null } },
    ]);
    bench.pass(20_000);
    const before = bench.client.sentOf('cancel').length;
    bench.client.streams = true;
    const { venueOrderId } = bench.client.place(bench.order(id));
    expect(bench.client.sentOf('cancel').slice(before)).toMatchObject([
      { at: bench.clock.now(), ref: { orderId: id, venueOrderId } },
    ]);
    bench.pass(1_000);
    expect(bench.told(id).at(-1)).toBe('canceled');
  });

  test('of an order that was given up is sent when it appears after all', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', answerWith(lost));
    const id = bench.submit();
    bench.cancel(id);
    bench.pass(60_000);
    expect(bench.told(id)).toEqual(['outcomeUnknown', 'neverPlaced']);
    bench.client.place(bench.order(id));
    bench.pass(5_000);
    expect(bench.told(id).slice(2)).toEqual(['resurfaced', 'canceled']);
  });

  test('takes back an order that still waits for the request limit', () => {
    const bench = GatewayBench.started({
      ports: { budget: { perSecond: 0.1, burst: 10, reserve: 9 } },
    });
    const id = bench.submit();
    bench.cancel(id);
    bench.pass(60_000);
    expect(bench.client.sentOf('create')).toEqual([]);
    expect(bench.told(id)).toEqual(['neverSent']);
  });

  test('that a restart interrupted goes out again', () => {
    const before = GatewayBench.started();
    const id = before.open();
    before.client.every('cancel', dropRequest);
    before.cancel(id);
    const bench = before.restart();
    bench.client.every('cancel', null);
    bench.gateway.start();
    bench.pass(2_000);
    expect(bench.state(id)).toBe('canceled 0');
  });
});

describe('an order of somebody else', () => {
  test('is canceled by its venue id, and the account is read again', () => {
    const bench = GatewayBench.started();
    const foreign = bench.client.place(bench.create(), { clientOrderId: 'web-1' });
    bench.pass(5_000);
    const before = bench.reports().length;
    const { symbol, venueOrderId } = foreign;
    bench.client.next('cancel', answerWith(lost));
    bench.gateway.cancelExternal({ symbol, orderId: null, venueOrderId });
    bench.pass(5_000);
    expect(bench.client.orders.get(venueOrderId)?.status).toBe('canceled');
    expect(bench.reports().length).toBeGreaterThan(before);
  });

  test('that cannot be canceled is an alarm', () => {
    const bench = GatewayBench.started();
    bench.client.every('cancel', answerWith(lost));
    bench.gateway.cancelExternal({ symbol: 'BTC/USDT', orderId: null, venueOrderId: 'v9' });
    bench.pass(60_000);
    expect(bench.alarms).toEqual([expect.stringContaining('could not be canceled')]);
    expect(bench.client.sentOf('cancel')).toHaveLength(5);
  });
});

describe('a change of an order', () => {
  const change = { price: decimal('95'), quantity: decimal('2') };

  test('is told as the venue took it', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.gateway.amend(id, change);
    bench.pass(100);
    expect(bench.told(id)).toEqual(['accepted', 'amended']);
    expect(bench.order(id)).toMatchObject(change);
  });

  test.each([
    ['answer is lost and that happened', dropAnswer, 'amended on request', '95'],
    ['request is lost', answerWith(lost), 'refused: the venue has it as it was', '100'],
    ['venue refuses', answerWith(refused({ kind: 'down', reason: 'no' })), 'refused: no', '100'],
  ])('whose %s ends with what the venue has', (_name, script, reason, price) => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const id = bench.open();
    bench.client.next('amend', script);
    bench.gateway.amend(id, change);
    bench.pass(40_000);
    expect(bench.of('amended')).toMatchObject([{ reason }]);
    expect(bench.order(id).price).toBe(decimal(price));
    expect(bench.client.sentOf('amend')).toHaveLength(1);
  });

  test('that reaches the venue late is not concluded refused before', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const id = bench.open();
    bench.client.next('amend', (sent) => {
      sent.reply(lost);
      bench.clock.after(8_000, () => sent.arrive());
    });
    bench.gateway.amend(id, change);
    bench.pass(40_000);
    expect(bench.of('amended')).toMatchObject([{ reason: 'amended on request' }]);
  });

  test.each([
    ['took it', dropAnswer, 'amended on request', '95'],
    ['never saw it', dropRequest, 'refused: the venue has it as it was', '100'],
  ])('that a restart interrupted is asked for, never sent again: the venue %s', (...of) => {
    const [, script, reason, price] = of;
    const before = GatewayBench.started();
    before.client.streams = false;
    const id = before.open();
    before.client.next('amend', script);
    Object.assign(before.order(id), { amending: { ...change, triggerPrice: null } });
    before.gateway.amend(id, change);
    const bench = before.restart();
    bench.gateway.start();
    bench.pass(40_000);
    expect(bench.of('amended')).toMatchObject([{ reason }]);
    expect(bench.order(id)).toMatchObject({ price: decimal(price) });
    expect(bench.order(id).amending).toBeUndefined();
    expect(bench.client.sentOf('amend')).toHaveLength(1);
  });

  test('that the books know nothing of is taken over after a restart', () => {
    const before = GatewayBench.started();
    before.client.streams = false;
    const id = before.open();
    before.client.next('amend', dropAnswer);
    before.gateway.amend(id, change);
    const bench = before.restart();
    bench.gateway.start();
    bench.pass(3_000);
    expect(bench.order(id)).toMatchObject(change);
    bench.cancel(id);
    bench.pass(3_000);
    expect(bench.state(id)).toBe('canceled 0');
  });

  test('of an order that filled meanwhile is refused, and the fill booked', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const id = bench.open();
    bench.client.fill(id, '1');
    bench.gateway.amend(id, change);
    bench.pass(2_000);
    expect(bench.state(id)).toBe('filled 1');
    expect(bench.of('amended')).toMatchObject([{ price: null, quantity: null }]);
  });

  test('is refused where the venue cannot, and before the order is known there', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', dropRequest);
    const id = bench.submit();
    bench.gateway.amend(id, change);
    bench.client.abilities = { ...bench.client.abilities, amend: false };
    const other = bench.open();
    bench.gateway.amend(other, change);
    expect(bench.of('amended').map(({ reason }) => reason)).toEqual([
      'refused: the order is not known to work at the venue',
      'refused: this venue cannot change orders',
    ]);
    expect(bench.client.sentOf('amend')).toEqual([]);
  });

  test('F10: a cancel that finds nothing does not hide the order itself', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.client.next('cancel', notFound);
    bench.cancel(id);
    bench.pass(5_000);
    expect(bench.told(id)).toEqual(['accepted', 'canceled']);
    expect(bench.client.sentOf('cancel').length).toBeGreaterThan(1);
  });
});
