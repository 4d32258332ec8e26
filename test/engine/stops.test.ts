import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import type { Journal } from '../../src/ports.ts';
import { SPOT } from '../support/builders.ts';
import { Outside } from './outside.ts';

const limit = { type: 'limit', price: decimal('90') } as const;

/** Two orders that rest, one that was never answered. */
function resting() {
  const outside = Outside.ready();
  const orders = [outside.order(limit), outside.order({ ...limit, price: decimal('91') })];
  for (const order of orders) outside.accept(order);
  const lost = outside.order({ ...limit, price: decimal('92') });
  outside.tell({ kind: 'outcomeUnknown', orderId: lost.id, reason: 'timeout' });
  outside.take();
  return { outside, orders, lost };
}

const reports = (sent: readonly string[]): number =>
  sent.filter((what) => what.startsWith('report')).length;

describe('halt at a venue outside', () => {
  test('cancels all, looks until nothing is open twice, a second apart, and says the counts', () => {
    const { outside, orders } = resting();
    outside.command({ kind: 'halt', reason: 'enough' });
    expect(outside.take().filter((what) => what.startsWith('cancel'))).toHaveLength(3);
    // Still open there: looked at again.
    outside.report();
    outside.wait(1000);
    expect(reports(outside.take())).toBe(1);
    for (const { id } of orders) outside.tell({ kind: 'canceled', orderId: id, reason: 'x' });
    outside.report();
    outside.report();
    expect(outside.notices.some((text) => text.includes('HALTED 0'))).toBe(false);
    outside.wait(1000);
    outside.report();
    expect(outside.notices.at(-1)).toMatch(
      /^warn HALTED \d\d:\d\d:\d\d - 3 canceled, 0 open, 1 unknown$/,
    );
    outside.take();
    outside.wait(60_000);
    expect(reports(outside.take())).toBe(0);
  });

  test('spares protection', () => {
    const outside = Outside.ready();
    const order = outside.order({ stopPrice: decimal('80') });
    outside.accept(order);
    outside.fill(order);
    const [stop] = outside.working();
    if (!stop) throw new Error('no stop');
    outside.accept(stop);
    outside.command({ kind: 'halt', reason: 'x' });
    outside.report();
    outside.wait(1000);
    outside.report();
    expect(outside.sent).not.toContain(`cancel ${stop.id}`);
    expect(outside.notices.at(-1)).toMatch(/HALTED .* - 0 canceled, 0 open, 0 unknown/);
  });

  test('an order of ours that the books do not know is canceled as well', () => {
    const { outside } = resting();
    outside.command({ kind: 'halt', reason: 'x' });
    outside.take();
    outside.report({ openOrders: ['td00000000abc00099e' as OrderId] });
    expect(outside.take()).toContain('cancel td00000000abc00099e');
  });

  test('a venue that keeps an order open is an alarm', () => {
    const { outside, orders } = resting();
    outside.command({ kind: 'halt', reason: 'x' });
    outside.wait(11_000);
    outside.report({ openOrders: orders.map(({ id }) => id) });
    expect(outside.notices.at(-1)).toBe(
      'error HALTED, but 2 orders are still open at the venue; cancels go on',
    );
  });
});

describe('flatten at a venue outside', () => {
  function flattening() {
    const outside = Outside.ready();
    outside.hold();
    const order = outside.order(limit);
    outside.accept(order);
    outside.take();
    outside.command({ kind: 'flatten', reason: 'out' });
    return { outside, order };
  }
  const submits = (outside: Outside): string[] =>
    outside.take().filter((what) => what.startsWith('submit'));

  function close(outside: Outside): void {
    outside.report();
    outside.wait(1000);
    outside.report();
    const [exit] = outside.working();
    if (!exit) throw new Error('no exit');
    outside.accept(exit);
    outside.fill(exit);
  }

  test('closes only after nothing of ours was open twice, and proves that it is flat', () => {
    const { outside, order } = flattening();
    outside.tell({ kind: 'canceled', orderId: order.id, reason: 'x' });
    outside.report();
    expect(submits(outside)).toEqual([]);
    outside.wait(1000);
    outside.report();
    expect(submits(outside)).toHaveLength(1);
    const [exit] = outside.working();
    expect(exit).toMatchObject({ side: 'sell', role: 'exit', quantity: decimal('1') });
    if (!exit) return;
    outside.accept(exit);
    outside.fill(exit);
    expect(outside.money.trading.state).toBe('flattening');
    expect(outside.take()).toContain('report is the account flat');
    outside.report();
    expect(outside.money.trading).toMatchObject({ state: 'halted', reason: 'flat: out' });
  });

  test('a venue that still shows a holding: HALTED with an alarm', () => {
    const { outside, order } = flattening();
    outside.tell({ kind: 'canceled', orderId: order.id, reason: 'x' });
    close(outside);
    for (let n = 0; n < 3; n += 1) {
      outside.wait(1000);
      outside.reportHolding('1');
    }
    expect(outside.money.trading.state).toBe('halted');
    expect(outside.money.trading.reason).toMatch(/^NOT FLAT, the venue still shows 1 BTC\/USDT/);
    expect(outside.notices.some((text) => text.startsWith('error NOT FLAT'))).toBe(true);
  });

  test('a venue that never answers ends it after minutes, NOT FLAT', () => {
    const { outside } = flattening();
    outside.candle(100);
    expect(outside.money.trading.state).toBe('flattening');
    for (let n = 0; n < 5; n += 1) outside.candle(100);
    expect(outside.money.trading.state).toBe('halted');
    expect(outside.money.trading.reason).toMatch(/^NOT FLAT, the venue does not confirm/);
  });

  test('goes on where a restart left it', () => {
    const { outside, order } = flattening();
    const next = new Outside({ money: outside.money, start: false });
    next.candle(100);
    next.tell({ kind: 'canceled', orderId: order.id, reason: 'x' });
    next.report();
    next.wait(1000);
    next.report();
    expect(next.working().map(({ role }) => role)).toEqual(['exit']);
  });
});

/** A journal that fails when the test says so: nothing is durable any more. */
function failing(): { journal: Journal; fail: () => void } {
  const inner = createMemoryJournal({ update: () => undefined, hex: () => '' });
  let frozen: number | null = null;
  let told: (reason: string) => void = () => undefined;
  const journal: Journal = {
    append: (body, at) => inner.append(body, at),
    get last() {
      return inner.last;
    },
    get durable() {
      return frozen ?? inner.durable;
    },
    commit: () => inner.commit(),
    onDurable: (callback) => inner.onDurable(callback),
    onFailed: (callback) => (told = callback),
    digest: () => '',
    close: () => inner.close(),
  };
  return {
    journal,
    fail: () => {
      frozen = inner.durable;
      told('disk full');
    },
  };
}

describe('a stop while the journal is gone (F54)', () => {
  test.each([
    ['pause', 'paused'],
    ['halt', 'halted'],
    ['flatten', 'flattening'],
  ] as const)('%s closes the gate in memory; cancels and questions leave', (kind, state) => {
    const { journal, fail } = failing();
    const outside = Outside.ready({ journal });
    const order = outside.order(limit);
    outside.accept(order);
    outside.take();
    fail();
    outside.command({ kind, reason: 'disk' });
    expect(outside.money.trading.state).toBe(state);
    const sent = outside.take();
    expect(sent.includes(`cancel ${order.id}`)).toBe(kind !== 'pause');
    expect(reports(sent) > 0).toBe(kind !== 'pause');
    expect(() => outside.order({})).toThrow(/TRADING_STATE/);
    expect(outside.take().filter((what) => what.startsWith('submit'))).toEqual([]);
  });

  test('an order that was decided before never leaves', () => {
    const { journal, fail } = failing();
    const outside = Outside.ready({ journal });
    outside.take();
    fail();
    outside.order({ symbol: SPOT.symbol });
    expect(outside.take()).toEqual([]);
  });
});

describe('states of one strategy or symbol', () => {
  const scope = { symbol: SPOT.symbol };

  test('tighten at once, cancel what must leave, and say whose they are', () => {
    const outside = Outside.ready();
    const order = outside.order(limit);
    outside.accept(order);
    outside.command({ kind: 'tightenScope', scope, state: 'reducing', reason: 'odd' });
    expect(outside.sent).toContain(`cancel ${order.id}`);
    expect(outside.notices.at(-1)).toBe('warn BTC/USDT reducing: odd · 1 order canceled');
    expect(() => outside.order({})).toThrow(/TRADING_STATE reducing/);
    expect(outside.money.trading.state).toBe('running');
  });

  test('only get stricter, and are resumed by name', () => {
    const outside = Outside.ready();
    const tighten = (state: 'paused' | 'halted'): void =>
      outside.command({ kind: 'tightenScope', scope, state, reason: 'x' });
    tighten('halted');
    tighten('paused');
    expect(outside.scope(`symbol ${SPOT.symbol}`)).toBe('halted');
    outside.command({ kind: 'resumeScope', scope, phrase: 'main' });
    expect(outside.scope(`symbol ${SPOT.symbol}`)).toBe('halted');
    outside.command({ kind: 'resumeScope', scope, phrase: SPOT.symbol });
    expect(outside.money.scopes.size).toBe(0);
    tighten('paused');
    outside.command({ kind: 'resumeScope', scope, phrase: null });
    expect(outside.money.scopes.size).toBe(0);
  });

  test('survive a restart', () => {
    const outside = Outside.ready();
    outside.command({ kind: 'tightenScope', scope, state: 'halted', reason: 'x' });
    const next = Outside.ready({ money: outside.money });
    expect(() => next.order({})).toThrow(/TRADING_STATE halted/);
  });

  test('of what does not exist are refused', () => {
    const outside = Outside.ready();
    const command = { kind: 'tightenScope', state: 'halted', reason: 'x' } as const;
    outside.command({ ...command, scope: { symbol: 'NO/SUCH' } });
    outside.command({ ...command, scope: { strategyId: 'nobody' } });
    expect(outside.money.scopes.size).toBe(0);
    expect(outside.of('commandRefused')).toHaveLength(2);
  });
});
