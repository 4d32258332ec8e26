// Protection at an exchange that cannot change orders, nor hold a target or a trail beside a stop.
import { expect, test } from 'vitest';

import { decimal, toText } from '../../../src/domain/decimal.ts';
import { required } from '../../../src/domain/errors.ts';
import { SPOT } from '../../support/builders.ts';
import { EngineBench } from './engine-bench.ts';
import { answerWith, refused } from './scripted-client.ts';

/** What binance can do. */
const PLAIN = { amend: false, oco: false, trailingStops: false, deadMan: null, holdsCoins: true };
const BRACKET = { stopPrice: decimal('95'), targetPrice: decimal('110') };

/** One coin bought at 100, with a stop and a target. */
function holding(abilities: ConstructorParameters<typeof EngineBench>[0] = PLAIN): EngineBench {
  const at = new EngineBench(abilities);
  at.client.fill(at.buy(BRACKET), '1');
  at.pass(200);
  return at;
}

const held = (at: EngineBench): string => {
  const position = at.run.state.money.positions.get(SPOT.symbol);
  return toText(position?.quantity ?? decimal('0'));
};
/** Fills the newest order that was sent. */
const fillNewest = (at: EngineBench, quantity: string): void => {
  const [newest] = [...at.run.state.money.working.values()].slice(-1);
  at.client.fill(required(newest, 'an order').id, quantity);
  at.pass(200);
};
const creates = (at: EngineBench): number => at.client.sentOf('create').length;

test('the stop rests there, the target is watched here and closes the holding', () => {
  const at = holding();
  expect(at.protection()).toEqual(['stop 1 at 95']);
  at.trade(109.9);
  expect(at.protection()).toEqual(['stop 1 at 95']);
  at.trade(110);
  // The stop is canceled first: it holds the coins.
  expect(at.protection()).toEqual(['market 1']);
  expect(at.notices.join('\n')).toContain('target 110 reached, watched by this program');
  fillNewest(at, '1');
  expect(held(at)).toBe('0');
  expect(at.run.state.money.working.size).toBe(0);
});

test('where one order ends the other, both rest there', () => {
  const at = holding({ ...PLAIN, oco: true });
  expect(at.protection()).toEqual(['stop 1 at 95', 'limit 1 at 110']);
  at.trade(111);
  expect(at.protection()).toEqual(['stop 1 at 95', 'limit 1 at 110']);
});

test('a target that was reached is closed once, however often the price says so', () => {
  const at = holding();
  at.trade(110);
  const before = creates(at);
  at.trade(111);
  at.trade(112);
  expect(creates(at)).toBe(before);
});

test('a close that the exchange refuses gives the stop back and is tried again', () => {
  const at = holding();
  const no = { kind: 'rejected', code: 'REDUCE_ONLY', reason: 'nothing free' } as const;
  at.client.next('create', answerWith(refused(no)));
  at.trade(110);
  at.pass(35_000);
  expect(at.protection()).toEqual(['stop 1 at 95']);
  at.trade(110);
  expect(at.protection()).toEqual(['market 1']);
});

test('an exit that rests is denied the coins of a stop, one at the market takes its place', () => {
  const at = holding();
  const denied = (): string[] =>
    at.records.flatMap((one) => (one.kind === 'denied' ? [one.code] : []));
  const sell = { side: 'sell', reduceOnly: true, quantity: decimal('1') } as const;
  const resting = { ...sell, type: 'limit', price: decimal('120') } as const;
  expect(() => at.buy(resting)).toThrow(/no order was made/);
  expect(denied()).toEqual(['EXIT_TOO_LARGE']);
  expect(at.protection()).toEqual(['stop 1 at 95']);
  at.buy({ ...sell, type: 'market', price: null });
  expect(denied()).toHaveLength(1);
  expect(at.protection()).toEqual([]);
});

test('a halted account still closes at its target', () => {
  const at = holding();
  const time = at.clock.now();
  at.run.post({ kind: 'command', time, command: { kind: 'halt', reason: 'test' } });
  at.pass(5_000);
  at.trade(110);
  expect(at.protection()).toEqual(['market 1']);
});

test('a stop follows what is held by being canceled and placed anew', () => {
  const at = new EngineBench(PLAIN);
  const entry = at.buy(BRACKET);
  at.client.fill(entry, '0.4');
  at.pass(200);
  expect(at.protection()).toEqual(['stop 0.4 at 95']);
  at.client.fill(entry, '0.6');
  at.pass(1_000);
  expect(at.protection()).toEqual(['stop 1 at 95']);
  const open = [...at.client.orders.values()].filter(({ status }) => status === 'open');
  expect(open.map(({ quantity }) => toText(quantity))).toEqual(['1']);
  expect(at.client.sentOf('amend')).toEqual([]);
});

test('the operator moves a stop that the exchange cannot change, and it is replaced', () => {
  const at = holding();
  const [stop] = [...at.run.state.money.working.values()];
  const orderId = required(stop, 'the stop').id;
  const wanted = { quantity: decimal('1'), price: null, triggerPrice: decimal('97') };
  const time = at.clock.now();
  const command = { kind: 'amendOrder', orderId, pressId: 'move', ...wanted } as const;
  at.run.post({ kind: 'command', time, command });
  at.pass(1_000);
  expect(at.protection()).toEqual(['stop 1 at 97']);
  const open = [...at.client.orders.values()].filter(({ status }) => status === 'open');
  expect(open).toHaveLength(1);
});

test('a stop that is watched here closes when the price is there', () => {
  const at = holding({ ...PLAIN, stops: false });
  expect(at.protection()).toEqual(['limit 1 at 110']);
  at.trade(95.1);
  expect(at.protection()).toEqual(['limit 1 at 110']);
  at.trade(95);
  expect(at.protection()).toEqual(['market 1']);
});

test('a trail is a stop that rests there and is moved with the price, never back', () => {
  const at = holding();
  const ledger = required([...at.run.state.money.ledgers.values()][0], 'a ledger');
  // As the entry of a strategy would have it.
  ledger.bracket = { stopPrice: null, targetPrice: null, trailFraction: 0.05 };
  at.trade(100);
  at.pass(1_000);
  expect(at.protection()).toEqual(['stop 1 at 95']);
  at.trade(110);
  at.pass(1_000);
  expect(at.protection()).toEqual(['stop 1 at 104.5']);
  // A tenth of its distance is not worth a request, and down it never goes.
  at.trade(110.4);
  at.trade(105);
  at.pass(1_000);
  expect(at.protection()).toEqual(['stop 1 at 104.5']);
  expect(at.records.filter(({ kind }) => kind === 'stopMoved').length).toBeGreaterThan(0);
});
