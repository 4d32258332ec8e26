import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import type { VenueResult } from '../../../src/domain/venue.ts';
import { STORMY, type WireFault } from '../../../src/exchange/practice/faults.ts';
import { startWeather, STORMY_WEATHER } from '../../../src/exchange/practice/weather.ts';
import { DAY_MS } from '../../../src/domain/time.ts';
import { Heard, kindOf, limit, ours, practice, ref } from './practice-kit.ts';

/** One create under a fault: what came back, when, and how many orders there are then. */
function createUnder(fault: WireFault | null) {
  const world = practice();
  const client = world.wire.connect();
  if (fault) world.plan.script('create', fault);
  const answers: string[] = [];
  client.createOrder(limit('a1', '90'), (result) => answers.push(kindOf(result)));
  world.run(8_000);
  const early = [...answers];
  world.run(60_000);
  const { exchange } = world;
  const open = exchange.openOrders();
  return { answers, early, orders: open.ok ? open.value.length : 0 };
}

describe('the wire to the practice exchange', () => {
  test('answers a request once', () => {
    expect(createUnder(null)).toEqual({ answers: ['ok'], early: ['ok'], orders: 1 });
    expect(createUnder('slow')).toMatchObject({ answers: ['ok'], orders: 1 });
  });

  test('F2: a lost request places nothing, and its outcome is unknown', () => {
    expect(createUnder('requestLost')).toEqual({
      answers: ['unknownOutcome'],
      early: [],
      orders: 0,
    });
  });

  test('F1: a lost answer leaves the order placed', () => {
    expect(createUnder('answerLost')).toMatchObject({ answers: ['unknownOutcome'], orders: 1 });
  });

  test('F3: a request that waits at the exchange is carried out within a minute', () => {
    expect(createUnder('lateAccept')).toMatchObject({ answers: ['unknownOutcome'], orders: 1 });
  });

  test('a request that was repeated on its way makes one order', () => {
    expect(createUnder('requestTwice')).toMatchObject({ orders: 1 });
  });

  test('a rate limit refuses before anything is done', () => {
    expect(createUnder('rateLimited')).toMatchObject({ answers: ['rateLimited'], orders: 0 });
  });

  test('what a killed process had sent arrives; it hears nothing any more', () => {
    const { wire, exchange, run } = practice();
    const client = wire.connect();
    const answers: unknown[] = [];
    client.createOrder(limit('a1', '90'), (result) => answers.push(result));
    client.close();
    run(60_000);
    expect(answers).toEqual([]);
    expect(kindOf(exchange.order(ref('a1')))).toBe('ok');
  });

  test('counts what is sent although the exchange said to wait, cancels aside', () => {
    const { wire, plan, run } = practice();
    const client = wire.connect();
    plan.script('account', 'rateLimited');
    client.fetchAccount(() => undefined);
    run(200);
    client.cancelOrder(ref('a1'), () => undefined);
    expect(wire.offenses).toBe(0);
    client.fetchAccount(() => undefined);
    expect(wire.offenses).toBe(1);
    run(20_000);
    client.fetchAccount(() => undefined);
    expect(wire.offenses).toBe(1);
  });

  test('messages keep their order, get lost, come late or twice as the plan says', () => {
    const { wire, plan, exchange, run } = practice();
    const heard = new Heard();
    wire.connect().listen(heard);
    plan.script('message', 'messageTwice');
    plan.script('message', 'messageLate');
    plan.script('message', 'messageLost');
    exchange.create(ours('a1'));
    run(60_000);
    const told = [...heard.orders.map(({ status }) => status), ...heard.fills.map(({ id }) => id)];
    expect(told).toEqual(['open', 'open', 't1']);
  });

  test('F45: a stranger comes beside the message and in the answer', () => {
    const { wire, plan, exchange, run } = practice();
    const heard = new Heard();
    const client = wire.connect();
    client.listen(heard);
    plan.script('message', null);
    plan.script('message', 'foreignMessage');
    plan.script('fills', 'foreignAnswer');
    exchange.create(ours('a1'));
    const answers: VenueResult<readonly unknown[]>[] = [];
    client.fetchFills(0, (result) => answers.push(result));
    run(60_000);
    expect(heard.fills.map(({ id }) => id)).toEqual(['t1-stranger', 't1']);
    expect(answers[0]).toMatchObject({ value: [{ id: 't1' }, { id: 't1-stranger' }] });
  });

  test('a broken stream says so and loses messages; a half open one only loses them', () => {
    const { wire, exchange, run } = practice();
    const heard = new Heard();
    wire.connect().listen(heard);
    wire.setLink(false, 'gone');
    exchange.create(limit('a1', '90'));
    run(100);
    wire.setLink(true, 'back');
    wire.setSilent(true);
    exchange.create(limit('a2', '90'));
    run(100);
    wire.setSilent(false);
    exchange.create(limit('a3', '90'));
    run(100);
    expect(heard.links).toEqual([false, true]);
    expect(heard.orders.map(({ clientOrderId }) => clientOrderId)).toEqual(['a3']);
  });

  test('the same seed gives the same run, bit for bit', () => {
    const happened = new Set<string>();
    const play = (seed: number): string => {
      const { wire, plan, exchange, book, run, truth } = practice({ seed, rates: STORMY });
      const heard = new Heard();
      const client = wire.connect();
      client.listen(heard);
      startWeather({ wire, rates: STORMY_WEATHER, lastPrice: () => 100 });
      const log: unknown[] = [];
      const step = DAY_MS / 400;
      for (let i = 0; i < 400; i++) {
        const order = i % 3 === 0 ? ours(`o${i}`) : limit(`o${i}`, String(95 + (i % 4)));
        client.createOrder(order, (result) => log.push(kindOf(result), exchange.limit.isBanned));
        client.fetchFills(0, (result) => log.push(result.ok ? result.value.length : result.fault));
        client.cancelOrder(ref(`o${i - 2}`), (result) => log.push(kindOf(result)));
        book(100 + (i % 5));
        run(step);
      }
      const text = (value: unknown): string =>
        JSON.stringify(value, (_key, field: unknown) =>
          typeof field === 'bigint' ? String(field) : field,
        );
      for (const fault of plan.counts.keys()) happened.add(fault);
      const all = text([log, heard, truth.fills, [...plan.counts]]);
      return createHash('sha256').update(all).digest('hex');
    };
    const seeds = [1, 2, 3, 4, 5, 6];
    const once = seeds.map(play);
    expect(seeds.map(play)).toEqual(once);
    expect(new Set(once).size).toBe(seeds.length);
    expect([...happened].sort()).toEqual(
      [...Object.keys(STORMY), ...Object.keys(STORMY_WEATHER)].sort(),
    );
  });
});
