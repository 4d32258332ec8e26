import { describe, expect, test } from 'vitest';

import { ZERO, decimal, sub } from '../../src/domain/decimal.ts';
import { MANUAL } from '../../src/domain/order.ts';
import type { VenueReport } from '../../src/domain/venue.ts';
import { Desk, SPOT, hold, puppet } from '../support/builders.ts';
import { EXTERNAL, Outside } from './outside.ts';

const SYMBOL = `symbol ${SPOT.symbol}`;

describe('RECOVERING (F17, F31, F51, F67)', () => {
  test('a start asks the venue, and opens nothing before the venue has told', () => {
    const outside = new Outside();
    outside.candle(100);
    expect(outside.take()).toEqual(['report started']);
    expect(outside.recovering).toMatchObject({ reason: 'started', blocked: null });
    expect(() => outside.order({})).toThrow(/TRADING_STATE recovering/);
    outside.report({ balances: new Map([['USDT', decimal('5000')]]) });
    expect(outside.recovering).toBeNull();
    expect(outside.of('deposited').map(({ amount }) => amount)).toEqual([decimal('5000')]);
    expect(outside.of('reconciled')).toHaveLength(1);
    expect(outside.order({}).status).toBe('submitted');
  });

  test.each(['stall of 5 s', 'clock jumped', 'link lost'])('after a %s it asks again', (reason) => {
    const outside = Outside.ready();
    outside.take();
    outside.recover(reason);
    expect(outside.take()).toEqual([`report ${reason}`]);
    expect(() => outside.order({})).toThrow(/recovering/);
    outside.report();
    expect(outside.order({}).status).toBe('submitted');
    expect(outside.money.trading.state).toBe('running');
  });

  test('what happens at the venue meanwhile is booked as ever', () => {
    const outside = Outside.ready();
    const order = outside.order({});
    outside.recover();
    outside.accept(order);
    outside.fill(order);
    expect(outside.money.positions.get(SPOT.symbol)?.quantity).toBe(decimal('1'));
  });

  test('cancels, halt and flatten work while it lasts', () => {
    const outside = Outside.ready();
    const order = outside.order({ type: 'limit', price: decimal('90') });
    outside.accept(order);
    outside.recover();
    outside.take();
    outside.command({ kind: 'halt', reason: 'enough' });
    expect(outside.take()).toContain(`cancel ${order.id}`);
    expect(outside.money.trading.state).toBe('halted');
    outside.command({ kind: 'flatten', reason: 'out' });
    expect(outside.money.trading.state).toBe('flattening');
  });

  test('doubts and unknown runs keep it, and say what to do', () => {
    const outside = Outside.ready();
    outside.recover();
    outside.report({ doubts: ['order td1 cannot be read'] });
    expect(outside.recovering?.blocked).toBe('order td1 cannot be read');
    outside.report({ foreignRuns: ['00000000xyz'] });
    expect(outside.recovering?.blocked).toMatch(/another Tapedeck .* restored backup/);
    expect(outside.notices.at(-1)).toMatch(/^error still recovering: orders of run 00000000xyz/);
    outside.report();
    expect(outside.recovering).toBeNull();
  });

  test('a state that was stricter stays when it ends', () => {
    const outside = Outside.ready();
    outside.command({ kind: 'halt', reason: 'x' });
    outside.recover();
    outside.report();
    expect(outside.recovering).toBeNull();
    expect(outside.money.trading.state).toBe('halted');
  });
});

describe('strategies while it recovers', () => {
  test('are fed and not asked: neither orders nor cancels; protection fires', () => {
    const a = puppet();
    const desk = new Desk({ strategies: [{ id: 'a', puppet: a, stopFraction: 0.05 }] });
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    const { venue } = desk.run;
    const report = venue.report.bind(venue);
    venue.report = () => ({ ...report(), doubts: ['fills cannot be read'] });
    desk.run.post({ kind: 'recover', time: 0, reason: 'stall' });
    const before = desk.of('orderCreated').length;
    const { seen } = desk.run.state.market.runtimes[0] ?? { seen: 0 };
    a.next = [hold('flat')];
    desk.candle(100);
    expect(desk.of('orderCreated')).toHaveLength(before);
    expect(desk.of('denied')).toEqual([]);
    expect(desk.run.state.market.runtimes[0]?.seen).toBe(seen + 1);
    desk.candle([96, 96, 90, 91]);
    expect(desk.held('a')).toBe(0);
    venue.report = report;
    desk.run.post({ kind: 'recover', time: 0, reason: 'again' });
    a.next = [hold('long')];
    desk.candle(100);
    expect(desk.of('orderCreated').length).toBeGreaterThan(before);
  });

  test('a venue in the process is asked once more, and not for ever', () => {
    const desk = new Desk();
    desk.candle(100);
    const { venue } = desk.run;
    const report = venue.report.bind(venue);
    let asked = 0;
    venue.report = () => {
      asked += 1;
      return { ...report(), positions: new Map([[SPOT.symbol, decimal('5')]]) };
    };
    desk.run.post({ kind: 'recover', time: 0, reason: 'stall' });
    expect(asked).toBe(2);
    expect(desk.run.state.truth.recovering).toBeNull();
    expect(desk.of('drifted')).toHaveLength(1);
    expect(desk.money.scopes.get(SYMBOL)?.state).toBe('reducing');
  });
});

describe('coins that the account holds when a start first looks', () => {
  const found = (change: Partial<VenueReport> = {}, outside = new Outside()): Outside => {
    outside.candle(100);
    const balances = new Map([['USDT', decimal('10000')]]);
    const positions = new Map([[SPOT.symbol, decimal('1')]]);
    outside.report({ balances, positions, ...change });
    return outside;
  };

  test('of a market that was never traded here are left alone, told, and trading is free', () => {
    const outside = found();
    expect(outside.recovering).toBeNull();
    expect(outside.notices).toContain(
      'warn the account holds 1 BTC from before: left alone, not traded',
    );
    expect(outside.money.drifts.get(SPOT.symbol)?.ignored).toBe(true);
    expect(outside.scope(SYMBOL)).toBeUndefined();
    expect(outside.money.breakers.size).toBe(0);
    const order = outside.order({ quantity: decimal('0.5') });
    outside.accept(order);
    outside.fill(order, { quantity: '0.5' });
    outside.reportHolding('1.5');
    outside.reportHolding('1.5');
    expect(outside.of('drifted')).toHaveLength(1);
    outside.command({ kind: 'decideDrift', symbol: SPOT.symbol, decision: { ledger: MANUAL } });
    expect(outside.money.positions.get(SPOT.symbol)?.quantity).toEqual(decimal('1.5'));
  });

  test('are named in one line, own currency first, and are no transfers', () => {
    const coins = Array.from({ length: 7 }, (_, n) => [`COIN${n}`, decimal('2')] as const);
    const outside = new Outside();
    outside.report({ balances: new Map([...coins, ['USDT', decimal('10000')]]) });
    const told = outside.notices.filter((text) => /holds|transfer/.test(text));
    expect(told).toEqual([
      'info the account holds 10000 USDT, 2 COIN0, 2 COIN1, 2 COIN2, 2 COIN3 and 3 more coins',
    ]);
  });

  test('are not what a recovery waits for, and it says what it does wait for', () => {
    const outside = found();
    outside.recover();
    const positions = new Map([[SPOT.symbol, decimal('1')]]);
    const balances = new Map([['USDT', decimal('9000')]]);
    outside.report({ balances, positions });
    expect(outside.recovering?.blocked).toMatch(/^USDT balance is 10000 here, 9000/);
    outside.report({ balances, positions });
    expect(outside.recovering).toBeNull();
  });

  test('are asked about when they grow, or come, while it runs', () => {
    const grown = found();
    grown.reportHolding('2');
    grown.reportHolding('2');
    expect(grown.scope(SYMBOL)).toBe('reducing');
    const come = Outside.ready();
    come.recover('the connection was lost');
    come.reportHolding('1');
    come.reportHolding('1');
    expect(come.scope(SYMBOL)).toBe('reducing');
  });

  test('are asked about where this journal traded that market, or orders of a run lie there', () => {
    const before = Outside.ready();
    const order = before.order();
    before.accept(order);
    before.tell({ kind: 'canceled', orderId: order.id, reason: 'x' });
    const again = new Outside({ money: before.money });
    found({}, again);
    again.reportHolding('1');
    expect(again.scope(SYMBOL)).toBe('reducing');
    const stop = { ...EXTERNAL, clientOrderId: order.id };
    const lost = found({ externalOrders: [stop] });
    lost.report({ positions: new Map([[SPOT.symbol, decimal('1')]]), externalOrders: [stop] });
    expect(lost.scope(SYMBOL)).toBe('reducing');
  });
});

describe('a holding that our fills do not explain (F14, F22, F43)', () => {
  test('is a fact once two reports show it: symbol reducing, alarm, explanation', () => {
    const outside = Outside.ready();
    outside.hold();
    outside.reportHolding('0');
    expect(outside.of('drifted')).toEqual([]);
    outside.reportHolding('0');
    expect(outside.of('drifted')).toMatchObject([{ ours: decimal('1'), theirs: decimal('0') }]);
    expect(outside.of('drifted')[0]?.explanation).toMatch(/^sold or withdrawn outside/);
    expect(outside.scope(SYMBOL)).toBe('reducing');
    expect(outside.notices.at(-1)).toMatch(/^error BTC\/USDT: 1 here, 0 at the venue · sold or/);
    expect(() => outside.order({})).toThrow(/TRADING_STATE reducing/);
    outside.reportHolding('0');
    expect(outside.of('drifted')).toHaveLength(1);
  });

  test('that agrees in the next report was on its way', () => {
    const outside = Outside.ready();
    outside.hold();
    outside.reportHolding('0.5');
    outside.report();
    outside.reportHolding('0.5');
    expect(outside.of('drifted')).toEqual([]);
  });

  test('that differs by another amount each time is one after three reports', () => {
    const outside = Outside.ready();
    outside.hold();
    for (const quantity of ['0.5', '0.4']) outside.reportHolding(quantity);
    expect(outside.of('drifted')).toEqual([]);
    outside.reportHolding('0.3');
    expect(outside.of('drifted')).toHaveLength(1);
  });

  test('that an order of unknown outcome may explain waits for that order', () => {
    const outside = Outside.ready();
    const order = outside.order({});
    outside.tell({ kind: 'outcomeUnknown', orderId: order.id, reason: 'timeout' });
    outside.reportHolding('1');
    outside.reportHolding('1');
    expect(outside.of('drifted')).toEqual([]);
    outside.tell({ kind: 'neverPlaced', orderId: order.id, reason: 'denied' });
    outside.reportHolding('1');
    outside.reportHolding('1');
    expect(outside.of('drifted')).toHaveLength(1);
  });

  test('that agrees again ends as a question; the operator loosens the symbol', () => {
    const outside = Outside.ready();
    outside.hold();
    outside.reportHolding('0');
    outside.reportHolding('0');
    outside.report();
    expect(outside.of('driftEnded')).toMatchObject([{ how: 'agreed' }]);
    expect(outside.scope(SYMBOL)).toBe('reducing');
    const scope = { symbol: SPOT.symbol };
    outside.command({ kind: 'resumeScope', scope, phrase: null });
    expect(outside.scope(SYMBOL)).toBe('reducing');
    outside.command({ kind: 'resumeScope', scope, phrase: SPOT.symbol });
    expect(outside.scope(SYMBOL)).toBeUndefined();
  });

  test('left alone is no alarm while it stays just that', () => {
    const outside = Outside.ready();
    outside.reportHolding('2');
    outside.reportHolding('2');
    outside.command({ kind: 'decideDrift', symbol: SPOT.symbol, decision: 'ignore' });
    outside.reportHolding('2');
    outside.reportHolding('2');
    expect(outside.of('drifted')).toHaveLength(1);
    outside.reportHolding('3');
    outside.reportHolding('3');
    expect(outside.of('drifted')).toHaveLength(2);
  });

  test('is booked into a ledger at the last price: books agree, equity knows where it came from', () => {
    const outside = Outside.ready();
    outside.reportHolding('2');
    outside.reportHolding('2');
    const equity = outside.run.state.market.equity;
    outside.command({ kind: 'decideDrift', symbol: SPOT.symbol, decision: { ledger: MANUAL } });
    expect(outside.money.drifts.size).toBe(0);
    expect(outside.money.ledgers.get(`${MANUAL} ${SPOT.symbol}`)?.position.quantity).toBe(
      decimal('2'),
    );
    expect(outside.run.state.market.equity).toBe(equity + 200);
    expect(outside.money.deposits).toBe(decimal('10200'));
    expect(outside.run.state.market.drawdownFraction).toBe(0);
    outside.reportHolding('2');
    outside.reportHolding('2');
    expect(outside.of('drifted')).toHaveLength(1);
  });

  test('sold elsewhere and booked, its proceeds are a transfer and no loss', () => {
    const outside = Outside.ready();
    outside.hold();
    const cash = new Map([['USDT', decimal('10000')]]);
    const positions = new Map([[SPOT.symbol, decimal('0')]]);
    outside.report({ balances: cash, positions });
    outside.report({ balances: cash, positions });
    expect(outside.of('deposited')).toHaveLength(1);
    outside.command({ kind: 'decideDrift', symbol: SPOT.symbol, decision: { ledger: MANUAL } });
    outside.report({ balances: cash });
    outside.report({ balances: cash });
    expect(outside.of('deposited').at(-1)?.amount).toBe(decimal('100'));
    expect(outside.run.state.market.equity).toBe(10_000);
    expect(outside.run.state.market.drawdownFraction).toBe(0);
  });

  test('is closed at the market when the operator says so', () => {
    const outside = Outside.ready();
    outside.reportHolding('2');
    outside.reportHolding('2');
    outside.command({ kind: 'decideDrift', symbol: SPOT.symbol, decision: 'close' });
    expect(outside.of('orderCreated').at(-1)?.request).toMatchObject({
      side: 'sell',
      quantity: decimal('2'),
      role: 'exit',
      strategyId: MANUAL,
    });
  });
});

describe('money that came or went without a trade (F23)', () => {
  test('is a transfer after two reports: no gain, no loss, no breaker', () => {
    const outside = Outside.ready();
    const { drawdownFraction } = outside.run.state.market;
    const less = { balances: new Map([['USDT', decimal('4000')]]) };
    outside.report(less);
    expect(outside.of('deposited')).toHaveLength(1);
    outside.report(less);
    expect(outside.of('deposited').at(-1)?.amount).toBe(decimal('-6000'));
    expect(outside.notices.at(-1)).toMatch(/6000 USDT went out without a trade/);
    expect(outside.run.state.market.equity).toBe(4000);
    expect(outside.run.state.market.drawdownFraction).toBe(drawdownFraction);
    expect(outside.money.day?.equity).toBe(4000);
    expect(outside.money.trading.state).toBe('running');
  });

  test('a coin of no market is worth nothing here', () => {
    const outside = Outside.ready();
    const more = new Map([...outside.books().balances, ['DOGE', decimal('5')]]);
    outside.report({ balances: more });
    outside.report({ balances: more });
    expect(outside.money.deposits).toBe(decimal('10000'));
    expect(outside.money.balances.get('DOGE')?.total).toBe(decimal('5'));
  });
});

test('what an exchange rounds of a fill is put right at once, to the last digit', () => {
  const outside = Outside.ready();
  outside.hold();
  outside.recover();
  const theirs = sub(outside.money.balances.get('USDT')?.total ?? ZERO, decimal('0.00384'));
  const before = outside.notices.length;
  outside.report({ balances: new Map([...outside.books().balances, ['USDT', theirs]]) });
  expect(outside.recovering).toBeNull();
  expect(outside.money.balances.get('USDT')?.total).toBe(theirs);
  expect(outside.notices.slice(before).join()).not.toMatch(/transfer/);
});
