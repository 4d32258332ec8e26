import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import { createSimulatedClock } from '../../../src/engine/clock.ts';
import { exactSubset } from '../../../src/exchange/gateway/exact-subset.ts';
import { BUDGET } from '../../../src/exchange/gateway/limits.ts';
import { RateBudget } from '../../../src/exchange/gateway/rate-budget.ts';
import { START } from '../../support/builders.ts';
import { GatewayBench } from './bench.ts';
import { answerWith, dropRequest, refused } from './scripted-client.ts';

const tooMany = (waitMs: number, banned = false) =>
  answerWith(refused({ kind: 'rateLimited', reason: 'slow down', waitMs, banned }));

describe('the request limit', () => {
  test('F28: what the venue demands holds everything back but cancels', () => {
    const bench = GatewayBench.started();
    const open = bench.open();
    bench.client.next('create', tooMany(4_000));
    const refusedId = bench.open();
    expect(bench.told(refusedId)).toEqual(['rejected']);
    const before = bench.client.sent.length;
    const waiting = bench.submit({ price: decimal('99') });
    bench.gateway.requestReport('test');
    bench.pass(3_000);
    expect(bench.client.sent).toHaveLength(before);
    bench.cancel(open);
    expect(bench.client.sent.slice(before).map(({ kind }) => kind)).toEqual(['cancel']);
    bench.pass(3_000);
    expect(bench.state(waiting)).toBe('accepted 0');
    expect(bench.state(open)).toBe('canceled 0');
  });

  test('F28: an entry that would wait too long is never sent, an exit is sent late', () => {
    const bench = GatewayBench.started();
    bench.client.next('create', tooMany(30_000));
    bench.open();
    const entry = bench.submit();
    const exit = bench.submit({ role: 'exit', side: 'sell' });
    bench.pass(40_000);
    expect(bench.told(entry)).toEqual(['neverSent']);
    expect(bench.state(exit)).toBe('accepted 0');
  });

  test('F29: a ban sends nothing at all until it ends, pauses entries and says so', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const ban = tooMany(120_000, true);
    bench.client.next('create', (sent) => bench.clock.after(50, () => ban(sent)));
    bench.client.next('account', ban);
    bench.submit();
    bench.gateway.requestReport('test');
    bench.pass(1_000);
    const before = bench.client.sent.length;
    bench.cancel(id);
    bench.gateway.requestReport('again');
    bench.pass(115_000);
    expect(bench.client.sent).toHaveLength(before);
    expect(bench.commands()).toEqual(['pause']);
    expect(bench.links()).toEqual(['down']);
    expect(bench.alarms[0]).toContain('banned us for 120 s');
    bench.pass(10_000);
    expect(bench.state(id)).toBe('canceled 0');
    expect(bench.client.sentOf('cancel')).toHaveLength(1);
    bench.pass(10_000);
    expect(bench.links()).toEqual(['down', 'up']);
  });

  test('what a halt waits to hear takes the reserve, also a question that waits already', () => {
    const costs = { account: 1, openOrders: 1, fills: 2 };
    const budget = { perSecond: 0.01, burst: 20, reserve: 10, costs };
    const bench = GatewayBench.started({ ports: { budget } });
    /** Requests that leave within a moment. */
    const sentBy = (act: () => void): number => {
      const before = bench.client.sent.length;
      act();
      bench.pass(1_500);
      return bench.client.sent.length - before;
    };
    const usual = () => bench.gateway.requestReport('something');
    while (sentBy(usual) > 0);
    const urgent = () => bench.gateway.requestReport('is anything of ours open', true);
    // What waited leaves, and the report that was asked for.
    expect(sentBy(urgent)).toBeGreaterThan(3);
    expect(sentBy(usual)).toBe(0);
    expect(sentBy(urgent)).toBeGreaterThan(0);
  });

  test('stops are changed out of the reserve, and what costs nothing never waits', () => {
    const costs = { create: 0, amend: 1, account: 1, openOrders: 1, fills: 2 };
    const budget = { perSecond: 0.01, burst: 20, reserve: 10, costs };
    const bench = GatewayBench.started({ ports: { budget } });
    const entry = bench.open();
    const stop = bench.open({ role: 'protective', side: 'sell' });
    const count = (): number => bench.client.sent.length;
    for (let before = -1; before < count(); bench.pass(1_500)) {
      before = count();
      bench.gateway.requestReport('something');
    }
    const price = decimal('99');
    bench.gateway.amend(entry, { price });
    bench.gateway.amend(stop, { price });
    bench.submit({ role: 'exit', side: 'sell' });
    expect(bench.client.sentOf('amend').map(({ ref }) => ref?.orderId)).toEqual([stop]);
    expect(bench.client.sentOf('create')).toHaveLength(3);
  });

  test('refused keys halt the account, once', () => {
    const bench = GatewayBench.started();
    bench.client.every('account', answerWith(refused({ kind: 'auth', reason: 'invalid key' })));
    bench.pass(120_000);
    expect(bench.commands()).toEqual(['halt']);
    expect(bench.links()).toEqual(['down']);
  });

  test('keeps a reserve for cancels and for questions about unknown orders', () => {
    const bench = GatewayBench.started();
    const open = Array.from({ length: 20 }, () => bench.open());
    bench.pass(10_000);
    bench.client.every('create', dropRequest);
    for (let n = 0; n < 100; n += 1) bench.submit();
    const creates = bench.client.sentOf('create').length - 20;
    expect(creates).toBeLessThanOrEqual(BUDGET.burst - BUDGET.reserve);
    const at = bench.clock.now();
    for (const id of open) bench.cancel(id);
    expect(bench.client.sentOf('cancel').map((one) => one.at)).toEqual(open.map(() => at));
  });

  test('F36: never lets more out than the limit, whatever asks', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            lane: fc.constantFrom('proof' as const, 'entry' as const, 'rest' as const),
            kind: fc.constantFrom('create' as const, 'fills' as const, 'account' as const),
            wait: fc.integer({ min: 0, max: 300 }),
          }),
          { maxLength: 400 },
        ),
        (asked) => {
          const costs = { fills: 7, account: 3 };
          const budget = new RateBudget({ ...BUDGET, costs }, 0);
          let now = 0;
          let sent = 0;
          for (const { lane, kind, wait } of asked) {
            now += wait;
            if (budget.take(lane, kind, now)) sent += kind === 'create' ? 1 : costs[kind];
            else expect(budget.waitMs(lane, kind, now)).toBeGreaterThan(0);
            expect(budget.view(now).used).toBeLessThanOrEqual(BUDGET.burst);
            expect(sent).toBeLessThanOrEqual(BUDGET.burst + (now * BUDGET.perSecond) / 1000);
          }
        },
      ),
    );
  });

  test('a request dearer than the whole limit leaves once all of it is there', () => {
    const budget = new RateBudget({ ...BUDGET, costs: { fills: 1_000 } }, 0);
    expect(budget.take('rest', 'fills', 0)).toBe(true);
    expect(budget.waitMs('cancel', 'cancel', 0)).toBe(0);
    const wait = budget.waitMs('rest', 'fills', 0);
    expect(wait).toBeGreaterThan(0);
    expect(budget.take('rest', 'fills', wait)).toBe(true);
  });

  test('the limit of the client itself is kept and shown', () => {
    const bench = GatewayBench.started();
    const before = bench.gateway.budgetView();
    bench.submit();
    const after = bench.gateway.budgetView();
    expect(after.limit).toBe(BUDGET.burst);
    expect(after.used).toBe(before.used + 1);
    expect(after.waitingMs).toBe(0);
  });

  test('the emergency stop holds back what waited for the limit', () => {
    let isClosed = false;
    const bench = GatewayBench.started({ ports: { isGateClosed: () => isClosed } });
    bench.client.next('create', tooMany(2_000));
    bench.open();
    const id = bench.submit();
    const stop = bench.submit({ role: 'protective', side: 'sell' });
    isClosed = true;
    bench.pass(10_000);
    expect(bench.told(id)).toEqual(['neverSent']);
    expect(bench.state(stop)).toBe('accepted 0');
    expect(bench.client.sentOf('create')).toHaveLength(2);
  });
});

describe('the dead-man switch', () => {
  const options = { ports: { deadManMs: 60_000 } };

  test('F74: is set at a third of its window', () => {
    const bench = GatewayBench.started(options);
    bench.pass(120_000);
    const times = bench.client.sentOf('deadMan').map(({ at }) => at);
    expect(times.slice(1).map((at, n) => at - (times[n] ?? 0))).toEqual(Array(6).fill(20_000));
    expect(bench.alarms).toEqual([]);
  });

  test('F74: is an alarm at half of the window, and a report when it must have fired', () => {
    const bench = GatewayBench.started(options);
    bench.pass(20_000);
    bench.client.every('deadMan', dropRequest);
    bench.pass(33_000);
    expect(bench.alarms).toEqual([expect.stringContaining('dead-man switch not set')]);
    const id = bench.open();
    bench.client.streams = false;
    bench.pass(25_000);
    bench.client.change(bench.client.orderOf(id), { status: 'canceled' });
    bench.pass(8_000);
    expect(bench.alarms[1]).toContain('expired');
    expect(bench.state(id)).toBe('canceled 0');
  });

  test('is taken away before a planned stop; nothing is sent or told after it', () => {
    const bench = GatewayBench.started(options);
    let isDone = false;
    bench.gateway.stop(() => {
      isDone = true;
    });
    bench.pass(3_000);
    expect(isDone).toBe(true);
    expect(bench.client.isClosed).toBe(true);
    const { length } = bench.client.sent;
    const told = bench.events.length;
    bench.pass(120_000);
    expect(bench.client.sent).toHaveLength(length);
    expect(bench.events).toHaveLength(told);
  });

  test('does not keep a planned stop from ending when the venue is silent', () => {
    const bench = GatewayBench.started(options);
    bench.client.every('deadMan', dropRequest);
    let isDone = false;
    bench.gateway.stop(() => {
      isDone = true;
    });
    bench.pass(2_100);
    expect(isDone).toBe(true);
  });

  test('is left alone where nobody asked for it, and missed where the venue has none', () => {
    const bench = GatewayBench.started();
    bench.pass(120_000);
    expect(bench.client.sentOf('deadMan')).toEqual([]);
    const other = new GatewayBench();
    other.client.abilities = { ...other.client.abilities, deadMan: null };
    const { client, clock, money } = other;
    const bare = new GatewayBench({ client, clock, money, ports: { deadManMs: 60_000 } });
    expect(bare.alarms).toEqual([expect.stringContaining('no dead-man switch')]);
  });
});

describe('an order manager that is stopped', () => {
  test('leaves no timer behind that would keep its process from ending', () => {
    const clock = createSimulatedClock(START);
    const pending = new Set<symbol>();
    const transport = {
      now: () => clock.now(),
      after(ms: number, fire: () => void) {
        const timer = Symbol('timer');
        pending.add(timer);
        const cancel = clock.after(ms, () => {
          pending.delete(timer);
          fire();
        });
        return () => {
          pending.delete(timer);
          cancel();
        };
      },
    };
    const bench = GatewayBench.started({ clock, ports: { transport } });
    bench.client.every('create', dropRequest);
    bench.client.every('cancel', dropRequest);
    bench.cancel(bench.open());
    bench.submit({ price: decimal('99') });
    expect(pending.size).toBeGreaterThan(2);
    bench.gateway.stop();
    expect(pending.size).toBe(0);
  });
});

describe('parts that add up', () => {
  const parts = ['0.1', '0.3', '0.2', '0.3'].map((text, id) => ({ id, quantity: decimal(text) }));
  const ids = (total: string) => exactSubset(parts, decimal(total))?.map(({ id }) => id) ?? null;

  test('are the first ones where those fit, else any, else none', () => {
    expect(ids('0.4')).toEqual([0, 1]);
    expect(ids('0.5')).toEqual([1, 2]);
    expect(ids('0.9')).toEqual([0, 1, 2, 3]);
    expect(ids('0.75')).toBeNull();
    expect(ids('0')).toEqual([]);
  });
});
