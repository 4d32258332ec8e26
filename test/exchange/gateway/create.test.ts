import { describe, expect, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import type { VenueFault } from '../../../src/domain/venue.ts';
import { BUDGET } from '../../../src/exchange/gateway/limits.ts';
import { GatewayBench } from './bench.ts';
import { answerWith, dropAnswer, dropRequest, lost, refused } from './scripted-client.ts';

describe('an order', () => {
  test('is sent once and acknowledged with the id of the venue', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    expect(bench.client.sentOf('create')).toHaveLength(1);
    expect(bench.told(id)).toEqual(['accepted']);
    expect(bench.order(id).venueOrderId).toBe(bench.client.orderOf(id).venueOrderId);
  });

  test('is not sent a second time, whoever asks for it', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.gateway.submit(bench.order(id));
    bench.client.listener?.onLink(false, 'test');
    bench.client.listener?.onLink(true, 'test');
    bench.pass(60_000);
    expect(bench.client.sentOf('create')).toHaveLength(1);
    expect(bench.alarms.join()).toContain('not sent');
    expect(bench.restart().client.sentOf('create')).toHaveLength(1);
  });

  test.each<[string, VenueFault, string]>([
    ['funds', { kind: 'rejected', code: 'INSUFFICIENT_FUNDS', reason: 'no' }, 'INSUFFICIENT_FUNDS'],
    ['keys', { kind: 'auth', reason: 'bad key' }, 'AUTH'],
    ['the limit', { kind: 'rateLimited', reason: '429', waitMs: 5, banned: false }, 'RATE_LIMITED'],
    ['maintenance', { kind: 'down', reason: 'maintenance' }, 'VENUE_DOWN'],
  ])('that is refused for %s ends as rejected', (_name, fault, code) => {
    const bench = GatewayBench.started();
    bench.client.next('create', answerWith(refused(fault)));
    const id = bench.open();
    expect(bench.of('rejected')).toMatchObject([{ orderId: id, code }]);
    bench.pass(120_000);
    expect(bench.client.sentOf('create')).toHaveLength(1);
  });

  test('F28: with a limit of its own leaves while questions are held, until it is refused itself', () => {
    const held = refused({
      kind: 'rateLimited',
      reason: 'slow down',
      waitMs: 30_000,
      banned: false,
    });
    const budget = { ...BUDGET, costs: { create: 0 } };
    const bench = GatewayBench.started({ ports: { budget } });
    bench.client.next('account', answerWith(held));
    bench.gateway.requestReport('test');
    bench.pass(50);
    expect(bench.state(bench.open({ role: 'exit', side: 'sell' }))).toBe('accepted 0');
    bench.client.next('create', answerWith(held));
    bench.open({ role: 'exit', side: 'sell', price: decimal('120') });
    const later = bench.open({ role: 'exit', side: 'sell', price: decimal('121') });
    bench.pass(20_000);
    expect(bench.told(later)).toEqual([]);
    bench.pass(15_000);
    expect(bench.state(later)).toBe('accepted 0');
  });

  test.each<[string, VenueFault]>([
    ['a broken connection', { kind: 'unknownOutcome', reason: '502: <html>' }],
    ['an answer to another question', { kind: 'notFound', reason: 'unknown order' }],
  ])('F4: that ends with %s is unknown, not refused', (_name, fault) => {
    const bench = GatewayBench.started();
    bench.client.next('create', answerWith(refused(fault)));
    expect(bench.state(bench.open())).toBe('unknown 0');
  });

  test('F4: that the client throws on is unknown, not refused', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', () => {
      throw new TypeError('x is undefined');
    });
    expect(bench.state(bench.open())).toBe('unknown 0');
  });

  test('is as it was answered though the client throws afterwards', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', (sent) => {
      sent.reply(sent.arrive());
      throw new TypeError('x is undefined');
    });
    expect(bench.state(bench.open())).toBe('accepted 0');
  });

  test('passes on what the engine throws at its answer', () => {
    const bench = GatewayBench.started({
      ports: {
        post: ({ kind }) => {
          if (kind === 'account') throw new Error('a bug of the engine');
        },
      },
    });
    bench.client.streams = false;
    bench.client.next('create', (sent) => sent.reply(sent.arrive()));
    expect(() => bench.submit()).toThrow('a bug of the engine');
  });

  test('whose duplicate is refused is not taken for refused', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const code = 'DUPLICATE_ID';
    bench.client.next('create', (sent) => {
      sent.arrive();
      sent.reply(refused({ kind: 'rejected', code, reason: 'id was used' }));
    });
    const id = bench.open();
    bench.pass(2_000);
    expect(bench.told(id)).toEqual(['outcomeUnknown', 'accepted']);
  });

  test('is answered once, whatever a wire repeats', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    bench.client.next('create', (sent) => {
      const answer = sent.arrive();
      const no = refused({ kind: 'rejected', code: 'TICK_SIZE', reason: 'tick' });
      sent.reply(no);
      sent.reply(answer);
      sent.reply(no);
    });
    const id = bench.open();
    expect(bench.told(id)).toEqual(['rejected']);
  });
});

describe('an unknown outcome', () => {
  test('F1: an order that was placed is found by its client id, never sent again', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    bench.client.next('create', dropAnswer);
    const id = bench.open();
    expect(bench.state(id)).toBe('submitted 0');
    bench.pass(10_000);
    expect(bench.state(id)).toBe('unknown 0');
    bench.pass(2_000);
    expect(bench.state(id)).toBe('accepted 0');
    expect(bench.client.sentOf('create')).toHaveLength(1);
    expect(bench.told(id)).toEqual(['outcomeUnknown', 'accepted']);
  });

  test('F2: an order that was not placed is given up after four denials and the window', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', dropRequest);
    const id = bench.submit();
    const asked = () => bench.client.sentOf('order').filter(({ ref }) => ref?.orderId === id);
    bench.pass(37_000);
    expect(bench.state(id)).toBe('unknown 0');
    expect(asked().length).toBeGreaterThanOrEqual(4);
    bench.pass(20_000);
    expect(bench.told(id)).toEqual(['outcomeUnknown', 'neverPlaced']);
    expect(bench.money.tombstones.has(id)).toBe(true);
    // The denial that decides was asked for after nothing could arrive any more.
    expect(asked().at(-1)?.at).toBeGreaterThan(
      (bench.client.sentOf('create')[0]?.at ?? 0) + 37_500,
    );
    expect(bench.client.sentOf('create')).toHaveLength(1);
  });

  test('F2: questions that fail prove nothing', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', answerWith(lost));
    bench.client.every('order', answerWith(lost));
    const id = bench.submit();
    bench.pass(600_000);
    expect(bench.state(id)).toBe('unknown 0');
    // Long after the window it still takes four denials.
    const missing = answerWith(refused({ kind: 'notFound', reason: 'no such order' }));
    bench.client.next('order', missing, missing, missing);
    bench.pass(60_000);
    expect(bench.state(id)).toBe('unknown 0');
    bench.client.every('order', null);
    bench.pass(60_000);
    expect(bench.told(id)).toEqual(['outcomeUnknown', 'neverPlaced']);
  });

  test.each([0, 1_000, 5_000, 12_000, 25_000, 36_000])(
    'F3: an order accepted %i ms late is adopted',
    (delay) => {
      const bench = GatewayBench.started();
      bench.client.streams = false;
      bench.client.next('create', answerWith(lost));
      const id = bench.submit();
      bench.pass(delay);
      bench.client.place(bench.order(id));
      bench.pass(40_000);
      expect(bench.state(id)).toBe('accepted 0');
    },
  );

  test.each(['stream', 'openOrders', 'fill'])(
    'F3: an order that appears after it was given up works again (%s)',
    (how) => {
      const bench = GatewayBench.started();
      bench.client.streams = false;
      bench.client.next('create', answerWith(lost));
      const id = bench.submit();
      bench.pass(60_000);
      expect(bench.told(id)).toEqual(['outcomeUnknown', 'neverPlaced']);
      bench.client.streams = how !== 'openOrders';
      bench.client.place(bench.order(id));
      if (how === 'fill') bench.client.fill(id, '0.4');
      bench.pass(35_000);
      expect(bench.told(id).slice(0, 3)).toEqual(['outcomeUnknown', 'neverPlaced', 'resurfaced']);
      expect(bench.state(id)).toBe(how === 'fill' ? 'partiallyFilled 0.4' : 'accepted 0');
      expect(bench.alarms.join()).toContain('at the venue after all');
    },
  );

  test('F3: one that appears and came to nothing stays given up', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', answerWith(lost));
    const id = bench.submit();
    bench.pass(60_000);
    bench.client.place(bench.order(id), { status: 'canceled' });
    bench.pass(60_000);
    expect(bench.told(id)).toEqual(['outcomeUnknown', 'neverPlaced']);
  });

  test('F1: a late answer still counts', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    bench.client.every('order', answerWith(lost));
    let answerLate = () => {};
    bench.client.next('create', (sent) => {
      const answer = sent.arrive();
      answerLate = () => sent.reply(answer);
    });
    const id = bench.submit();
    bench.pass(15_000);
    expect(bench.state(id)).toBe('unknown 0');
    answerLate();
    expect(bench.state(id)).toBe('accepted 0');
  });

  test('F1: a late refusal ends it as rejected', () => {
    const bench = GatewayBench.started();
    let refuseLate = () => {};
    bench.client.next('create', ({ reply }) => {
      refuseLate = () => reply(refused({ kind: 'rejected', code: 'TICK_SIZE', reason: 'tick' }));
    });
    const id = bench.submit();
    bench.pass(15_000);
    refuseLate();
    bench.pass(60_000);
    expect(bench.told(id)).toEqual(['outcomeUnknown', 'rejected']);
  });

  test('F1: it is found among the fills where neither its id nor the open orders show it', () => {
    const bench = GatewayBench.started();
    bench.client.streams = false;
    const missing = answerWith(refused({ kind: 'notFound', reason: 'no such order' }));
    bench.client.next('create', dropAnswer);
    bench.client.next('order', missing, missing);
    const id = bench.submit();
    bench.client.fill(id, '1');
    bench.pass(12_000);
    expect(bench.state(id)).toBe('filled 1');
  });

  test('F18, F19: after a restart what was never answered is asked for, from then on', () => {
    const before = GatewayBench.started();
    before.client.streams = false;
    before.client.next('create', dropAnswer, dropRequest);
    const placed = before.submit();
    const dropped = before.submit({ price: decimal('99') });
    const bench = before.restart();
    bench.pass(5_000);
    bench.gateway.start();
    bench.pass(3_000);
    expect(bench.state(placed)).toBe('accepted 0');
    expect(bench.state(dropped)).toBe('unknown 0');
    bench.pass(31_000);
    expect(bench.state(dropped)).toBe('unknown 0');
    bench.pass(20_000);
    expect(bench.told(dropped)).toEqual(['outcomeUnknown', 'neverPlaced']);
    expect(bench.client.sentOf('create')).toHaveLength(2);
  });

  test('F18: an order that waits in the outbox of the new run is sent, not asked for', () => {
    const bench = GatewayBench.started().restart();
    const order = bench.create();
    bench.gateway.start();
    bench.pass(60_000);
    expect(bench.told(order.id)).toEqual([]);
    bench.gateway.submit(order);
    bench.pass(50);
    expect(bench.state(order.id)).toBe('accepted 0');
  });
});
