/** Cancels that race, fills that come twice, late, never or too large (F9 to F16, F25, F42). */
import { ZERO, decimal } from '../../../src/domain/decimal.ts';
import type { WireFault } from './wire-fault.ts';
import { SYMBOL, type WireScenario } from './wire-scenario.ts';

const TINY = '0.0005';

/** Orders of both sides, some of them resting and canceled; the news of them meets `spoil`. */
async function trade(s: WireScenario, spoil: () => void): Promise<void> {
  for (let i = 0; i < 10; i++) {
    spoil();
    const quantity = decimal(`0.00${1 + (i % 4)}`);
    if (i % 5 === 4) {
      const order = await s.limit({ quantity });
      await s.run(s.dice.between(100, 2_000));
      s.send({ kind: 'cancelOrder', orderId: order.id });
    } else await s.press({ side: i % 4 === 3 ? 'sell' : 'buy', quantity });
    await s.run(s.dice.between(300, 3_000));
  }
}

const afterTrading =
  (spoil: (s: WireScenario) => void) =>
  async (s: WireScenario): Promise<void> => {
    await trade(s, () => spoil(s));
    await s.settle();
    s.check(s.figures().fills >= 5, `only ${s.figures().fills} fills`);
  };

/** May nothing be opened? */
const isReducing = (s: WireScenario): boolean =>
  s.state !== 'running' ||
  s.view.scopes.some(({ kind, name, state }) => {
    return kind === 'symbol' && name === SYMBOL && state !== 'running';
  });

export const EXECUTIONS: readonly WireFault[] = [
  {
    row: 9,
    name: 'a cancel races with a fill: the quantity comes from the fills',
    async play(s) {
      const order = await s.resting();
      const lost = s.dice.pick([0, 1, 2]);
      s.control.spoilUserEvents({ lose: lost, late: 2, lateMs: 3_000 });
      const how = s.dice.pick(['late', 'reset', 'drop', 'badGateway'] as const);
      s.fault('cancel', { fault: how, ms: 2_000 });
      const fills = s.dice.pick(['before', 'after'] as const);
      if (fills === 'before') s.fillPart(order, TINY);
      s.send({ kind: 'cancelOrder', orderId: order.id });
      if (fills === 'after') s.control.fillPart('main', s.known(order).venueOrderId, TINY);
      await s.expectStatus(order, 'canceled');
      await s.settle();
    },
  },
  {
    row: 10,
    name: 'a cancel finds no order because it was filled: the fill is booked, not a cancel',
    async play(s) {
      const order = await s.resting();
      s.control.spoilUserEvents({ lose: 100 });
      s.fillPart(order, '0.002');
      s.check(s.known(order).status === 'filled', 'it did not fill there');
      s.send({ kind: 'cancelOrder', orderId: order.id });
      await s.expectStatus(order, 'filled');
      await s.settle();
    },
  },
  {
    row: 11,
    name: 'a cancel is lost three ways: repeated until it is confirmed, with an alarm after 10 s',
    async play(s) {
      const order = await s.resting();
      s.fault('cancel', { fault: 'drop', times: 6 });
      s.fault('cancel', { fault: s.dice.pick(['reset', 'hang', 'badGateway'] as const) });
      s.control.spoilUserEvents({ lose: 100 });
      s.send({ kind: 'cancelOrder', orderId: order.id });
      await s.expect(() => s.said(/cancel not confirmed/), 'nobody was alarmed', 60_000);
      s.check(s.sent('cancel').length >= 2, 'the cancel was not repeated');
      await s.expectStatus(order, 'canceled');
      await s.settle();
    },
  },
  {
    row: 12,
    name: 'a fill overtakes the answer to its create',
    async play(s) {
      s.fault('create', { fault: 'late', ms: 6_000 });
      const order = await s.order();
      await s.expect(() => s.here(order).filled !== ZERO, 'the fill was not booked', 5_000);
      await s.run(6_000);
      await s.settle();
      s.check(s.sent('create').length === 1, 'it was sent twice');
    },
  },
  {
    row: 13,
    name: 'every message comes twice, and the account is read as well',
    play: afterTrading((s) => s.control.spoilUserEvents({ twice: 1_000 })),
  },
  {
    row: 14,
    name: 'every third message is lost: what is missing is read within half a minute',
    play: afterTrading((s) => s.control.spoilUserEvents({ lose: s.dice.pick([0, 1, 2, 100]) })),
  },
  {
    row: 15,
    name: 'messages come late and out of order: nothing ended works again, no fill is lost',
    play: afterTrading((s) => {
      s.control.spoilUserEvents({ late: s.dice.pick([1, 2]), lateMs: s.dice.between(500, 9_000) });
    }),
  },
  {
    row: 16,
    name: 'an order is filled and its fills are not listed: inferred once, then replaced',
    async play(s) {
      s.control.spoilUserEvents({ lose: 100 });
      s.control.setFillLag('main', 60_000);
      const order = await s.order();
      await s.expectStatus(order, 'filled');
      await s.expect(() => s.view.truth.inferredFills === 1, 'nothing was inferred');
      s.check(s.held() === '0.002', `held is ${s.held()}`);
      await s.run(60_000);
      await s.expect(() => s.view.truth.inferredFills === 0, 'it was never replaced');
      await s.settle();
    },
  },
  {
    row: 25,
    name: 'a rest below the smallest order is dust: shown, and not tried again and again',
    async play(s) {
      const order = await s.order({ quantity: decimal('0.00305') });
      await s.expectStatus(order, 'filled');
      const back = await s.order({ side: 'sell', quantity: decimal('0.003') });
      await s.expectStatus(back, 'filled');
      const before = s.sent('create').length;
      s.send({ kind: 'flatten', reason: 'enough' });
      await s.expect(() => s.state === 'halted', 'it does not end');
      s.check(/dust/.test(s.view.account.stateReason), s.view.account.stateReason);
      await s.run(10_000);
      s.check(s.sent('create').length === before, 'dust is tried to be closed');
      await s.settle();
    },
  },
  {
    row: 42,
    name: 'the exchange executes more than was ordered: booked as it is, reducing, alarm',
    async play(s) {
      const order = await s.order();
      await s.expectStatus(order, 'filled');
      s.control.overfill('main', s.known(order).venueOrderId, '0.001');
      await s.expect(() => isReducing(s), 'entries go on');
      s.check(s.said(/overfill|more than/i), 'nobody was alarmed');
      s.check(s.tryOrder() === null, 'an entry was made');
      await s.settle();
    },
  },
];
