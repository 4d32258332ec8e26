import { describe, expect, test } from 'vitest';

import { ONE, decimal, neg, toText } from '../../../src/domain/decimal.ts';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import { PERPETUAL, SPOT } from '../../support/builders.ts';
import { kindOf, limit, ours, practice, ref, valueOf } from './practice-kit.ts';

const HALF = decimal('0.5');

describe('the practice exchange', () => {
  test('gives orders and fills ids of its own and tells both by our client id', () => {
    const { exchange, truth } = practice();
    const made = valueOf(exchange.create(ours('a1')));
    expect(made).toMatchObject({ clientOrderId: 'a1', status: 'filled', venueOrderId: 'p1' });
    expect(truth.fills).toHaveLength(1);
    expect(truth.fills[0]).toMatchObject({ clientOrderId: 'a1', venueOrderId: 'p1' });
    expect(truth.fills[0]?.id).not.toContain('a1');
    expect(toText(valueOf(exchange.account()).positions.get(SPOT.symbol) ?? ONE)).toBe('1');
  });

  test('refuses a client id that was ever used', () => {
    const { exchange } = practice();
    exchange.create(ours('a1'));
    expect(exchange.create(ours('a1'))).toMatchObject({
      ok: false,
      fault: { kind: 'rejected', code: 'DUPLICATE_ID' },
    });
  });

  test('F7: where ids may be used again, refuses only one that is still open', () => {
    const { exchange } = practice({ rules: { reusesIds: true } });
    exchange.create(limit('a1', '90'));
    expect(kindOf(exchange.create(limit('a1', '90')))).toBe('rejected');
    exchange.cancel(ref('a1'));
    expect(kindOf(exchange.create(limit('a1', '90')))).toBe('ok');
    expect(valueOf(exchange.order(ref('a1'))).venueOrderId).toBe('p2');
  });

  test('remembers nothing of an order that it refused at once', () => {
    const { exchange, truth } = practice({ usdt: '10' });
    expect(kindOf(exchange.create(limit('a1', '90')))).toBe('rejected');
    expect(kindOf(exchange.order(ref('a1')))).toBe('notFound');
    expect(truth.orders).toEqual([]);
  });

  test('knows an order only in its own symbol', () => {
    const { exchange } = practice();
    exchange.create(limit('a1', '90'));
    expect(kindOf(exchange.order(ref('a1', PERPETUAL.symbol)))).toBe('notFound');
  });

  test('cancels what is open, and does not find what has ended', () => {
    const { exchange } = practice();
    exchange.create(limit('a1', '90'));
    expect(kindOf(exchange.cancel(ref('a1')))).toBe('ok');
    expect(kindOf(exchange.cancel(ref('a1')))).toBe('notFound');
    expect(valueOf(exchange.order(ref('a1'))).status).toBe('canceled');
    expect(valueOf(exchange.openOrders())).toEqual([]);
  });

  test('amends a working order, and refuses a change that is none', () => {
    const { exchange } = practice();
    exchange.create(limit('a1', '90'));
    const moved = valueOf(exchange.amend(ref('a1'), { price: decimal('91') }));
    expect(toText(moved.price ?? ONE)).toBe('91');
    expect(kindOf(exchange.amend(ref('a1'), { price: decimal('91.001') }))).toBe('rejected');
    expect(kindOf(exchange.amend(ref('a1'), { price: decimal('92') }))).toBe('ok');
  });

  test('matches resting orders while nobody is connected', () => {
    const { exchange, book } = practice();
    exchange.create(limit('a1', '90'));
    book(80);
    const order = valueOf(exchange.order(ref('a1')));
    expect(order.status).toBe('filled');
    expect(toText(order.averagePrice ?? ONE)).toBe('90');
  });

  test('lists fills from a time on, oldest first, as late as its rule says', () => {
    const { exchange, run, clock } = practice({ rules: { fillLagMs: 1_000 } });
    exchange.create(ours('a1', { quantity: HALF }));
    run(400);
    const since = clock.now();
    exchange.create(ours('a2', { quantity: HALF }));
    expect(valueOf(exchange.fills(0))).toEqual([]);
    run(1_000);
    expect(valueOf(exchange.fills(0)).map((fill) => fill.clientOrderId)).toEqual(['a1', 'a2']);
    expect(valueOf(exchange.fills(since)).map((fill) => fill.clientOrderId)).toEqual(['a2']);
  });

  test('F21, F22: a person places and closes beside us, under no id of ours', () => {
    const { exchange, truth } = practice();
    exchange.create(ours('a1', { symbol: PERPETUAL.symbol }));
    const order = { symbol: SPOT.symbol, side: 'buy', type: 'limit' } as const;
    exchange.placeOutside({ ...order, quantity: ONE, price: decimal('50') });
    expect(valueOf(exchange.openOrders())[0]?.clientOrderId).toBeNull();
    expect(exchange.closeOutside(PERPETUAL.symbol)).toBe(true);
    expect(truth.fills.at(-1)).toMatchObject({ clientOrderId: null, side: 'sell' });
    expect(valueOf(exchange.account()).positions.size).toBe(0);
    expect(exchange.closeOutside(PERPETUAL.symbol)).toBe(false);
  });

  test('F23: deposits and withdrawals move balances and are told', () => {
    const { exchange, truth } = practice();
    exchange.deposit('USDT', decimal('5'));
    exchange.deposit('USDT', neg(decimal('7')));
    expect(truth.accounts.map(({ balances }) => toText(balances.get('USDT') ?? ONE))).toEqual([
      '100005',
      '99998',
    ]);
  });

  test('F42: executes more than was ordered, and the position shows it', () => {
    const { exchange, truth } = practice();
    exchange.create(ours('a1'));
    expect(exchange.overfill('p1', HALF)).toBe(true);
    expect(toText(valueOf(exchange.order(ref('a1'))).filled)).toBe('1.5');
    expect(truth.fills.map((fill) => fill.clientOrderId)).toEqual(['a1', 'a1']);
    expect(toText(valueOf(exchange.account()).positions.get(SPOT.symbol) ?? ONE)).toBe('1.5');
    expect(exchange.overfill('p9', HALF)).toBe(false);
  });

  test('the dead-man timer cancels everything unless it is set again', () => {
    const { exchange, run } = practice();
    exchange.create(limit('a1', '90'));
    exchange.setDeadMan(10_000);
    run(9_000);
    exchange.setDeadMan(10_000);
    run(9_000);
    expect(valueOf(exchange.openOrders())).toHaveLength(1);
    run(1_000);
    expect(valueOf(exchange.openOrders())).toEqual([]);
    exchange.create(limit('a2', '90'));
    exchange.setDeadMan(10_000);
    exchange.setDeadMan(0);
    run(MINUTE_MS);
    expect(valueOf(exchange.openOrders())).toHaveLength(1);
  });

  test('says how long to wait, then bans who does not; cancels pass until then', () => {
    const { exchange, run } = practice({
      rules: { limit: { perMinute: 2, patience: 2, banMs: 120_000 } },
    });
    expect(exchange.admit('other')).toBeNull();
    expect(exchange.admit('create')).toBeNull();
    run(10_000);
    expect(exchange.admit('create')).toMatchObject({ waitMs: 50_000, banned: false });
    expect(exchange.admit('cancel')).toBeNull();
    exchange.admit('other');
    expect(exchange.admit('other')).toMatchObject({ waitMs: 120_000, banned: true });
    expect(exchange.admit('cancel')).toMatchObject({ banned: true });
    run(120_000);
    expect(exchange.admit('other')).toBeNull();
  });

  test('answers nothing but its maintenance while it lasts, and goes on matching', () => {
    const { exchange, book } = practice();
    exchange.create(limit('a1', '90'));
    exchange.setMaintenance(true);
    expect(exchange.admit('cancel')).toMatchObject({ kind: 'down' });
    book(80);
    exchange.setMaintenance(false);
    expect(exchange.admit('cancel')).toBeNull();
    expect(valueOf(exchange.order(ref('a1'))).status).toBe('filled');
  });

  test('forgets the oldest ended orders and fills, never an open one', () => {
    const { exchange } = practice();
    exchange.create(limit('open', '1', HALF));
    expect(valueOf(exchange.order(ref('open'))).status).toBe('open');
    for (let i = 0; i < 40_010; i++) {
      exchange.create(limit(`a${i}`, '1', HALF));
      exchange.cancel(ref(`a${i}`));
    }
    expect(kindOf(exchange.order(ref('a0')))).toBe('notFound');
    expect(kindOf(exchange.order(ref('a40009')))).toBe('ok');
    expect(valueOf(exchange.order(ref('open'))).status).toBe('open');
  });
});
