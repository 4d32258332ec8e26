// Guards of the engine that another one behind them would hide: each is seen alone here.
import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import type { ExternalOrder } from '../../src/domain/venue.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { exposure } from '../../src/engine/review-context.ts';
import { setTradingState } from '../../src/execution/stop-states.ts';
import { Desk, ETH, SPOT, START, fill, puppet } from '../support/builders.ts';
import { Outside } from './outside.ts';

describe('what a venue tells twice', () => {
  test('F13: a fill stands in the journal once, and is said once', () => {
    const outside = Outside.ready();
    const order = outside.order({ quantity: decimal('2') });
    const one = fill({ id: 'f1', orderId: order.id });
    outside.tell({ kind: 'fill', ...one });
    const said = outside.notices.length;
    outside.tell({ kind: 'fill', ...one });
    expect(outside.of('fill')).toHaveLength(1);
    expect(outside.notices).toHaveLength(said);
  });

  test('F16: fills that took the place of an inferred one do so once', () => {
    const outside = Outside.ready();
    const order = outside.order({ quantity: decimal('1') });
    const inferredId = `${order.id}~0`;
    outside.tell({ kind: 'fill', ...fill({ id: inferredId, orderId: order.id }), inferred: true });
    const fills = [fill({ id: 'f1', orderId: order.id })];
    for (let times = 0; times < 2; times += 1) {
      outside.tell({ kind: 'fillsReplaced', orderId: order.id, inferredId, fills });
    }
    expect(outside.of('fillsReplaced')).toHaveLength(1);
  });
});

test('a record that cannot be applied is not written: every restart would meet it again', () => {
  const journal = createMemoryJournal({ update: () => undefined, hex: () => '' });
  const outside = Outside.ready({ journal });
  const { last } = journal;
  const symbol = 'NONE/USDT';
  const about = { accountId: outside.money.accountId, strategyId: 'manual', reason: 'x' };
  const holding = { symbol, quantity: decimal('1'), price: decimal('1') };
  const record = { kind: 'positionAdopted', ...about, ...holding } as const;
  expect(() => outside.run.context.record(record)).toThrow(/NONE/);
  expect(journal.last).toBe(last);
});

test('an engine that threw is not driven on', () => {
  const desk = new Desk();
  desk.candle(100);
  const bogus = { kind: 'bogus', symbol: SPOT.symbol, time: START } as unknown as MarketEvent;
  expect(() => desk.drive(bogus)).toThrow(/unexpected/);
  const { now } = desk.run.state.market;
  desk.candle(80);
  expect(desk.run.state.market.now).toBe(now);
  expect(desk.run.state.market.symbols.get(SPOT.symbol)?.lastPrice).toBe(100);
});

test('F21: of orders that are not ours only new ones are named', () => {
  const outside = Outside.ready();
  const foreign = (venueOrderId: string): ExternalOrder => ({
    venueOrderId,
    clientOrderId: null,
    symbol: SPOT.symbol,
    side: 'sell',
    type: 'limit',
    quantity: decimal(venueOrderId),
    filled: decimal('0'),
    price: decimal('200'),
    triggerPrice: null,
    reduceOnly: false,
  });
  outside.report({ externalOrders: [foreign('3')] });
  outside.report({ externalOrders: [foreign('3'), foreign('5')] });
  const named = outside.notices.filter((text) => text.includes('not ours'));
  expect(named).toHaveLength(2);
  expect(named[1]).toMatch(/sell 5 /);
  expect(named[1]).not.toMatch(/sell 3 /);
});

describe('a restart', () => {
  const again = (desk: Desk): Desk =>
    new Desk({
      money: desk.money,
      last: desk.records.length,
      start: false,
      strategies: [{ id: 'a', puppet: puppet() }],
    });

  test('deposits nothing a second time', () => {
    const desk = new Desk();
    desk.candle(100);
    const { deposits } = desk.money;
    expect(again(desk).money.deposits).toBe(deposits);
    // What an account outside has, only its venue knows.
    expect(new Outside().of('deposited')).toEqual([]);
  });

  test('knows the pace of orders, and which strategy was switched off', () => {
    const desk = new Desk({ strategies: [{ id: 'a', puppet: puppet() }] });
    desk.candle(100);
    desk.order({ type: 'limit', price: decimal('90') });
    desk.command({ kind: 'toggleStrategy', strategyId: 'a', enabled: false });
    const { market } = again(desk).run.state;
    expect(market.recentOrders).toHaveLength(1);
    expect(market.runtimes.map(({ enabled }) => enabled)).toEqual([false]);
  });
});

describe('breakers of a strategy', () => {
  const scope = { strategyId: 'a' };

  /** Two tripped breakers hold it, until engine time `cooldownUntil`. */
  function held(cooldownMs: number): Desk {
    const desk = new Desk({ strategies: [{ id: 'a', puppet: puppet() }] });
    desk.candle(100);
    const { context, state } = desk.run;
    const about = { kind: 'breakerTripped', accountId: desk.money.accountId, scope } as const;
    const measured = { value: 3, limit: 3, unit: 'count', clears: 'x' } as const;
    const cooldownUntil = state.market.now + cooldownMs;
    for (const breaker of ['lossStreak', 'rejections'] as const) {
      context.record({ ...about, ...measured, breaker, cooldownUntil });
    }
    setTradingState(context, { state: 'paused', reason: 'x', by: 'breaker', scope });
    return desk;
  }
  const stateOf = (desk: Desk) => desk.money.scopes.get('strategy a')?.state;

  test('cool down before the strategy is resumed', () => {
    const desk = held(60_000);
    desk.command({ kind: 'resumeScope', scope, phrase: null });
    expect(stateOf(desk)).toBe('paused');
    desk.wait(61_000);
    desk.command({ kind: 'resumeScope', scope, phrase: null });
    expect(stateOf(desk)).toBeUndefined();
  });

  test('hold it until the last of them is cleared', () => {
    const desk = held(0);
    desk.command({ kind: 'clearBreaker', breaker: 'lossStreak strategy a' });
    expect(stateOf(desk)).toBe('paused');
    desk.command({ kind: 'clearBreaker', breaker: 'rejections strategy a' });
    expect(stateOf(desk)).toBeUndefined();
  });
});

test('an order is asked to be canceled once, and no two orders have one id', () => {
  const outside = Outside.ready();
  const [first, second] = [90, 91].map((price) =>
    outside.order({ type: 'limit', price: decimal(String(price)) }),
  );
  if (!first || !second) throw new Error('no orders');
  expect(first.id).not.toBe(second.id);
  outside.take();
  const command = { kind: 'cancelOrder', orderId: first.id } as const;
  outside.command(command);
  outside.command(command);
  expect(outside.of('cancelRequested')).toHaveLength(1);
  expect(outside.take()).toEqual([`cancel ${first.id}`]);
});

test('an exit on its way is not sold again by the next one', () => {
  const outside = Outside.ready();
  outside.hold(decimal('1'));
  outside.order({ side: 'sell', type: 'limit', price: decimal('110'), quantity: decimal('0.75') });
  const more = { side: 'sell', type: 'limit', price: decimal('111') } as const;
  expect(() => outside.order({ ...more, quantity: decimal('0.5') })).toThrow(/EXIT_TOO_LARGE|exit/);
  outside.order({ ...more, quantity: decimal('0.25') });
});

describe('a stop at a venue outside', () => {
  test('closes nothing while an order may still open what was closed', () => {
    const outside = Outside.ready({ markets: [SPOT, ETH] });
    outside.candle(100, ETH.symbol);
    outside.hold(decimal('1'));
    const lost = outside.order({ symbol: ETH.symbol, type: 'limit', price: decimal('90') });
    outside.tell({ kind: 'outcomeUnknown', orderId: lost.id, reason: 'no answer' });
    outside.command({ kind: 'flatten', reason: 'enough' });
    for (let look = 0; look < 3; look += 1) {
      outside.wait(1_000);
      outside.report({ openOrders: [] });
    }
    expect(outside.working().filter(({ role }) => role === 'exit')).toEqual([]);
    outside.tell({ kind: 'neverPlaced', orderId: lost.id, reason: 'denied' });
    outside.tell({ kind: 'canceled', orderId: lost.id, reason: 'x' });
    outside.report({ openOrders: [] });
    expect(outside.working().filter(({ role }) => role === 'exit')).toHaveLength(1);
  });

  test('is proven by two looks in a row: an order that shows up begins them anew', () => {
    const outside = Outside.ready();
    const order = outside.order({ type: 'limit', price: decimal('90') });
    outside.command({ kind: 'halt', reason: 'enough' });
    const said = (): boolean => outside.notices.some((text) => text.startsWith('warn HALTED'));
    const looks = [[], [order.id], [], []];
    const told = looks.map((openOrders) => {
      outside.wait(1_000);
      outside.report({ openOrders });
      return said();
    });
    expect(told).toEqual([false, false, false, true]);
  });
});

test('a symbol that is halted is not loosened by what would only reduce it', () => {
  const outside = Outside.ready();
  const scope = { symbol: SPOT.symbol };
  const order = outside.order({ quantity: decimal('1') });
  outside.command({ kind: 'tightenScope', scope, state: 'halted', reason: 'odd' });
  outside.tell({ kind: 'fill', ...fill({ id: 'f1', orderId: order.id, quantity: '2' }) });
  expect(outside.notices.some((text) => text.includes('OVERFILL'))).toBe(true);
  expect(outside.scope(`symbol ${SPOT.symbol}`)).toBe('halted');
});

test('a dearer price has its room before it is answered', () => {
  const outside = Outside.ready();
  const order = outside.order({ type: 'limit', price: decimal('90'), quantity: decimal('2') });
  outside.accept(order);
  expect(exposure(outside.run.state).gross).toBe(180);
  const change = { quantity: order.quantity, price: decimal('95'), triggerPrice: null };
  outside.command({ kind: 'amendOrder', pressId: 'dearer', orderId: order.id, ...change });
  expect(exposure(outside.run.state).gross).toBe(190);
});
