import { describe, expect, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import type { VenueFault } from '../../../src/domain/venue.ts';
import { GatewayBench } from './bench.ts';
import { type Script, answerWith, dropRequest, lost, refused } from './scripted-client.ts';

const newest = (bench: GatewayBench) => {
  const report = bench.reports().at(-1);
  if (!report) throw new Error('no report was told');
  return report;
};

describe('a report', () => {
  test('tells open orders, holdings and money, once per request', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const before = bench.reports().length;
    bench.gateway.requestReport('test');
    bench.pass(2_000);
    expect(bench.reports()).toHaveLength(before + 1);
    const { USDT } = Object.fromEntries(newest(bench).balances);
    expect(newest(bench)).toMatchObject({
      openOrders: [id],
      externalOrders: [],
      foreignRuns: [],
      doubts: [],
    });
    expect(USDT).toBe(decimal('10000'));
    expect(bench.gateway.report()).toBe(newest(bench));
  });

  test('asked for while one is gathered is a new one after it; many become one', () => {
    const bench = GatewayBench.started();
    bench.pass(5_000);
    const before = bench.reports().length;
    bench.gateway.requestReport('a');
    bench.pass(5);
    for (let n = 0; n < 20; n += 1) bench.gateway.requestReport(`b${n}`);
    bench.pass(10_000);
    expect(bench.reports()).toHaveLength(before + 2);
  });

  test('is one, though a wire answers twice', () => {
    const bench = GatewayBench.started();
    const before = bench.reports().length;
    bench.client.next('account', (sent) => {
      for (let n = 0; n < 3; n += 1) sent.reply(sent.arrive());
    });
    bench.gateway.requestReport('test');
    bench.pass(2_000);
    expect(bench.reports()).toHaveLength(before + 1);
  });

  test('F14: comes by itself every 30 s', () => {
    const bench = GatewayBench.started();
    const before = bench.reports().length;
    bench.pass(300_500);
    expect(bench.reports().length - before).toBeGreaterThanOrEqual(9);
    expect(bench.reports().length - before).toBeLessThanOrEqual(10);
  });

  test('comes every 5 s where no stream tells of orders', () => {
    const bench = new GatewayBench();
    bench.client.isPolled = true;
    bench.gateway.start();
    bench.pass(1_000);
    const before = bench.reports().length;
    bench.pass(20_500);
    expect(bench.reports().length).toBe(before + 4);
  });

  test('F14: ends own orders that are not open any more, fills first', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const filled = bench.open();
    const gone = bench.open({ price: decimal('99') });
    const open = bench.open({ price: decimal('98') });
    bench.client.fill(filled, '1');
    bench.client.change(bench.client.orderOf(gone), { status: 'expired' });
    bench.gateway.requestReport('test');
    bench.pass(5_000);
    expect([filled, gone, open].map((id) => bench.state(id))).toEqual([
      'filled 1',
      'expired 0',
      'accepted 0',
    ]);
    expect(newest(bench)).toMatchObject({ openOrders: [open], doubts: [] });
  });

  test('is taken again when a fill was booked meanwhile: its figures are of one moment', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    // The account is read, then the order fills, then the fills are read.
    bench.client.next('openOrders', (sent) => {
      bench.client.fill(id, '1');
      sent.reply(sent.arrive());
    });
    bench.gateway.requestReport('test');
    bench.pass(5_000);
    expect(bench.reports()).toHaveLength(2);
    expect(newest(bench).positions.get('BTC/USDT')).toBe(decimal('1'));
    expect(bench.state(id)).toBe('filled 1');
  });

  test('of an account that never rests says so', () => {
    const bench = GatewayBench.started();
    const id = bench.open({ quantity: decimal('50') });
    bench.client.every('openOrders', (sent) => {
      bench.client.fill(id, '0.1');
      sent.reply(sent.arrive());
    });
    bench.gateway.requestReport('test');
    bench.pass(20_000);
    expect(newest(bench).doubts).toEqual([expect.stringContaining('keep moving')]);
  });

  test('waits for the answer of an order that is on its way', () => {
    const bench = GatewayBench.started();
    let answer = () => {};
    bench.client.next('create', (sent) => {
      answer = () => sent.reply(sent.arrive());
    });
    bench.client.streams = false;
    const id = bench.submit();
    bench.gateway.requestReport('test');
    bench.pass(700);
    const before = bench.reports().length;
    answer();
    bench.pass(5_000);
    expect(bench.reports().length).toBe(before + 1);
    expect(newest(bench).openOrders).toEqual([id]);
  });

  test.each(['account', 'openOrders', 'fills'] as const)(
    'is told only when everything was answered (%s)',
    (kind) => {
      const bench = GatewayBench.started();
      const before = bench.reports().length;
      bench.client.next(kind, dropRequest);
      bench.gateway.requestReport('test');
      bench.pass(10_000);
      expect(bench.reports()).toHaveLength(before);
      bench.pass(3_000);
      expect(bench.reports()).toHaveLength(before + 1);
    },
  );

  test('F45: of another account is not told', () => {
    const bench = GatewayBench.started();
    const before = bench.reports().length;
    bench.client.next('account', (sent) => {
      const answer = sent.arrive();
      if (answer.ok) sent.reply({ ok: true, value: { ...Object(answer.value), accountId: 'b' } });
    });
    bench.gateway.requestReport('test');
    bench.pass(500);
    expect(bench.reports()).toHaveLength(before);
    bench.pass(10_000);
    expect(newest(bench).doubts).toEqual(['account b answered for main']);
  });

  test('F45: is told with a doubt when one order is answered with another', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const order = bench.client.orderOf(id);
    bench.client.streams = false;
    bench.client.change(order, { status: 'canceled' });
    const other = { ...order, symbol: 'ETH/USDT' };
    bench.client.every('order', answerWith({ ok: true, value: other }));
    bench.gateway.requestReport('test');
    bench.pass(2_000);
    expect(newest(bench).doubts).toEqual([expect.stringContaining('not believed')]);
    expect(bench.state(id)).toBe('accepted 0');
    bench.client.every('order', null);
    bench.pass(35_000);
    expect(bench.state(id)).toBe('canceled 0');
    expect(newest(bench).doubts).toEqual([]);
  });

  test('F20: what filled while we were down is booked once by the next run', () => {
    const before = GatewayBench.started();
    const id = before.open();
    before.client.streams = false;
    before.client.fill(id, '0.5');
    const bench = before.restart();
    bench.gateway.start();
    bench.pass(3_000);
    expect(bench.state(id)).toBe('partiallyFilled 0.5');
    bench.pass(70_000);
    expect(bench.of('fill')).toHaveLength(1);
  });

  test('F21: names orders that are not ours and never touches them', () => {
    const bench = GatewayBench.started();
    const order = bench.create();
    const byHand = bench.client.place(order, { clientOrderId: null });
    const foreign = bench.client.place(order, { clientOrderId: 'tdzzzzzzzzzzz00001e' });
    bench.pass(40_000);
    expect(newest(bench).foreignRuns).toEqual(['zzzzzzzzzzz']);
    expect(newest(bench).openOrders).toEqual([]);
    expect(newest(bench).externalOrders?.map(({ venueOrderId }) => venueOrderId)).toEqual([
      byHand.venueOrderId,
      foreign.venueOrderId,
    ]);
    expect(bench.client.sentOf('cancel')).toEqual([]);
    // Soon after it appeared, and not again and again.
    expect(bench.reports().length).toBeLessThanOrEqual(4);
  });

  test('F22: follows a fill that is not ours soon', () => {
    const bench = GatewayBench.started();
    bench.pass(5_000);
    const before = bench.reports().length;
    bench.client.place(bench.create(), { clientOrderId: 'web-1' });
    bench.client.fill('web-1', '1');
    bench.pass(5_000);
    expect(bench.reports().length).toBeGreaterThan(before);
    expect(newest(bench).positions.get('BTC/USDT')).toBe(decimal('1'));
    expect(bench.of('fill')).toEqual([]);
  });

  test('F23: follows money that moved without a trade', () => {
    const bench = GatewayBench.started();
    bench.client.balances.set('USDT', decimal('11000'));
    const account = { accountId: 'main', positions: new Map(), balances: new Map(), time: 0 };
    bench.client.listener?.onAccount(account);
    bench.pass(2_000);
    expect(newest(bench).balances.get('USDT')).toBe(decimal('11000'));
  });

  test('shows an order that the venue ended and has open again, and a cancel of it is sent', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const order = bench.client.orderOf(id);
    bench.client.change(order, { status: 'canceled' });
    expect(bench.state(id)).toBe('canceled 0');
    bench.client.change(order, { status: 'open' });
    bench.pass(40_000);
    expect(bench.state(id)).toBe('canceled 0');
    expect(newest(bench).openOrders).toEqual([id]);
    bench.gateway.cancel(id);
    bench.pass(2_000);
    expect(bench.client.orderOf(id).status).toBe('canceled');
  });

  test('takes in an order that was adopted: its fills are ours', () => {
    const bench = GatewayBench.started();
    const made = bench.create();
    const foreign = bench.client.place(made, { clientOrderId: 'web-1' });
    const order = bench.order(made.id);
    Object.assign(order, { venueOrderId: foreign.venueOrderId, status: 'accepted' });
    bench.pass(40_000);
    expect(newest(bench).openOrders).toEqual([made.id]);
    bench.client.fill('web-1', '1');
    expect(bench.state(made.id)).toBe('filled 1');
  });
});

describe('the link', () => {
  test('lost is told at once, back when it stayed so; then the account is read', () => {
    const bench = GatewayBench.started();
    bench.client.listener?.onLink(false, 'closed');
    expect(bench.links()).toEqual(['down']);
    const id = bench.open();
    bench.client.streams = false;
    bench.client.fill(id, '1');
    bench.pass(12_000);
    expect(bench.state(id)).toBe('filled 1');
    bench.client.listener?.onLink(true, 'opened');
    const before = bench.reports().length;
    expect(bench.links()).toEqual(['down']);
    bench.pass(3_000);
    expect(bench.links()).toEqual(['down', 'up']);
    expect(bench.reports().length).toBeGreaterThan(before);
    expect(bench.events.filter(({ kind }) => kind === 'recover')).toHaveLength(2);
  });

  test('F36: a storm of reconnects asks for no burst', () => {
    const bench = GatewayBench.started();
    const before = bench.client.sent.length;
    for (let n = 0; n < 1_000; n += 1) {
      bench.client.listener?.onLink(false, 'closed');
      bench.pass(30);
      bench.client.listener?.onLink(true, 'opened');
      bench.pass(70);
    }
    // The account is read all the while, at the pace of a lost stream.
    expect(bench.reports().length).toBeGreaterThan(15);
    bench.pass(5_000);
    expect(bench.client.sent.length - before).toBeLessThan(150);
    expect(bench.links()).toEqual(['down', 'up']);
  });

  test('F34, F44: is lost too while the venue does not answer, and heals by itself', () => {
    const bench = GatewayBench.started();
    bench.client.every('account', answerWith(lost));
    bench.pass(60_000);
    expect(bench.links()).toEqual(['down']);
    bench.client.every('account', null);
    bench.pass(15_000);
    expect(bench.links()).toEqual(['down', 'up']);
  });

  test('F27: maintenance is told by any answer; reading the account goes on until it ends', () => {
    const bench = GatewayBench.started();
    const down: VenueFault = { kind: 'down', reason: 'maintenance' };
    const script: Script = answerWith(refused(down));
    bench.client.every('create', script);
    bench.client.every('account', script);
    bench.open();
    expect(bench.links()).toEqual(['down']);
    bench.pass(60_000);
    expect(bench.links()).toEqual(['down']);
    bench.client.every('account', null);
    bench.pass(10_000);
    expect(bench.links()).toEqual(['down', 'up']);
  });
});
