/** Creates whose outcome is lost, late, garbled or doubled (F1 to F12). */
import { decimal, toText } from '../../../src/domain/decimal.ts';
import type { Scenario } from '../../simulation/scenario.ts';
import { ticket } from '../../support/builders.ts';
import type { FaultScenario } from './scenario-kit.ts';

/** Sent once, and whatever became of it is on both sides now. */
function checkOnce(s: Scenario, creates = 1): void {
  s.check(s.sent('create') === creates, `${s.sent('create')} creates were sent, not ${creates}`);
  s.checkHoldings();
}

export const PLACING: readonly FaultScenario[] = [
  {
    row: 1,
    name: 'the answer to a create is lost: asked for, found, never sent again',
    async play(s) {
      s.script('create', 'answerLost');
      s.script('message', 'messageLost');
      const order = s.limit();
      const lost = () => s.records('outcomeUnknown').length === 1;
      s.check(await s.until(lost, 15_000), 'its outcome is not unknown');
      const found = () => s.money.working.get(order.id)?.status === 'accepted';
      s.check(await s.until(found, 30_000), 'it was not found at the exchange');
      await s.settle();
      s.check(s.records('neverPlaced').length === 0, 'it was given up');
      checkOnce(s);
    },
  },
  {
    row: 2,
    name: 'a create is lost: its room stays reserved until the exchange has denied it often enough',
    async play(s) {
      s.script('create', 'requestLost');
      const order = s.limit();
      await s.run(12_000);
      s.check(s.money.working.get(order.id)?.status === 'unknown', 'it is not unknown');
      const questions = s.sent('order') + s.sent('openOrders');
      const gone = () => s.records('neverPlaced').length === 1;
      s.check(await s.until(gone, 120_000), 'it was never concluded');
      s.check(s.world.clock.now() - order.createdTime > 40_000, 'it was concluded too soon');
      const asked = s.sent('order') + s.sent('openOrders') - questions;
      s.check(asked >= 3, `it was concluded after ${asked} more questions`);
      s.check(!s.money.working.has(order.id), 'its room is still reserved');
      s.check(s.money.tombstones.has(order.id), 'no tombstone waits for it');
      await s.settle();
      checkOnce(s);
    },
  },
  {
    row: 3,
    name: 'an order is taken up to a minute late: found then, or raised from its tombstone',
    async play(s) {
      s.script('create', 'lateAccept');
      s.script('message', 'messageLost');
      const order = s.limit();
      await s.run(120_000);
      await s.settle();
      s.check(s.money.working.get(order.id)?.status === 'accepted', 'it does not work here');
      checkOnce(s);
    },
  },
  {
    row: 4,
    name: 'thirty creates answered with garbage: each is found out, none is sent twice',
    async play(s) {
      for (let i = 0; i < 30; i++) {
        s.script('create', 'answerGarbled');
        s.limit(String(19_000 - i), { quantity: decimal('0.001') });
        await s.run(2_000);
      }
      await s.settle();
      checkOnce(s, 30);
    },
  },
  {
    row: 5,
    name: 'one press told twice makes one order',
    async play(s) {
      const order = s.order();
      const { symbol, side, type, quantity } = order;
      const pressed = ticket({ symbol, side, type, quantity });
      s.command({ kind: 'placeOrder', pressId: 'key-1', ticket: pressed });
      s.command({ kind: 'placeOrder', pressId: 'key-1', ticket: pressed });
      await s.settle();
      checkOnce(s);
    },
  },
  {
    row: 6,
    name: 'nothing between us and the wire repeats a create',
    async play(s) {
      s.world.plan.rates = { answerGarbled: 0.4, answerLost: 0.2, requestLost: 0.2 };
      let made = 0;
      for (let i = 0; i < 20; i++) {
        const change = { type: 'limit', price: decimal(String(19_000 - i)) } as const;
        // Where the line is taken for lost nothing is made.
        if (s.tryOrder({ ...change, quantity: decimal('0.001') })) made += 1;
        await s.run(1_000);
      }
      await s.settle();
      s.check(made >= 5, `only ${made} orders`);
      checkOnce(s, made);
    },
  },
  {
    row: 7,
    name: 'where an exchange takes an id again, ours are new over crashes and power cuts',
    options: { rules: { reusesIds: true } },
    async play(s) {
      const ids = new Set<string>();
      for (let life = 0; life < 5; life++) {
        for (let i = 0; i < 4; i++) {
          const { id } = s.order({ quantity: decimal('0.001') });
          s.check(!ids.has(id), `${id} was used before`);
          ids.add(id);
          await s.run(s.dice.between(0, 30));
        }
        s.kill({ power: s.dice.chance(0.5) });
        await s.run(30_000);
        s.resume();
        await s.run(1_000);
      }
      await s.settle();
      s.checkHoldings();
    },
  },
  {
    row: 9,
    name: 'a cancel races with fills: the quantity comes from the fills',
    async play(s) {
      s.market.depthQuote = 1_000;
      const order = s.limit('20100', { quantity: decimal('0.14') });
      await s.run(s.dice.between(0, 12_000));
      s.script('cancel', s.dice.pick([null, 'slow', 'answerLost', 'requestLost'] as const));
      s.script('message', s.dice.pick([null, 'messageLost', 'messageLate'] as const));
      s.command({ kind: 'cancelOrder', orderId: order.id });
      await s.settle();
      s.check(s.money.working.size === 0, 'it still works here');
      const there = s.there(order);
      s.check(there !== null, 'the exchange has forgotten it');
      s.check(toText(there?.filled ?? order.filled) === s.held(), `held is ${s.held()}`);
      checkOnce(s);
    },
  },
  {
    row: 10,
    name: 'a cancel finds no order because it was filled: the fill is booked, not a cancel',
    async play(s) {
      const order = s.limit('19500');
      await s.run(1_000);
      s.script('message', 'messageLost', 'messageLost');
      s.market.set(order.symbol, 19_000);
      await s.run(5_500);
      s.check(s.there(order)?.status === 'filled', 'it did not fill there');
      s.command({ kind: 'cancelOrder', orderId: order.id });
      await s.settle();
      s.check(s.money.closed.get(order.id)?.status === 'filled', 'it is not filled here');
      s.check(s.held() === '0.05', `held is ${s.held()}`);
      checkOnce(s);
    },
  },
  {
    row: 11,
    name: 'a cancel is lost, three ways: repeated until it is confirmed, with an alarm after 10 s',
    async play(s) {
      const order = s.limit();
      await s.run(1_000);
      for (let i = 0; i < 6; i++) s.script('cancel', 'requestLost');
      s.script('cancel', 'answerLost');
      s.script('message', 'messageLost');
      s.command({ kind: 'cancelOrder', orderId: order.id });
      await s.run(11_000);
      s.check(s.money.working.get(order.id)?.status === 'pendingCancel', 'it is not pending');
      s.check(s.sent('cancel') >= 2, 'the cancel was not repeated');
      s.check(s.said(/cancel not confirmed/), 'nobody was alarmed');
      const ended = () => !s.money.working.has(order.id);
      s.check(await s.until(ended, 60_000), 'it never ended');
      await s.settle();
    },
  },
  {
    row: 12,
    name: 'a fill overtakes the answer to its create',
    async play(s) {
      s.script('create', 'slow');
      s.order();
      const booked = () => s.held() === '0.05';
      s.check(await s.until(booked, 9_000), `held is ${s.held()}`);
      await s.settle();
      checkOnce(s);
    },
  },
];
