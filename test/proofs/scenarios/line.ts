/** The line, the limits of the exchange, and its maintenance (F27 to F37, F44, F74). */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/domain/time.ts';
import type { Scenario } from '../../simulation/scenario.ts';
import type { FaultScenario } from './scenario-kit.ts';

const everySent = (s: Scenario): number =>
  [...s.world.wire.sent.values()].reduce((sum, count) => sum + count, 0);

/** Back in its usual state without anybody's hand. */
async function checkBack(s: Scenario): Promise<void> {
  const back = () => s.state === 'running';
  s.check(await s.until(back, 3 * MINUTE_MS), `the account is still ${s.state}`);
  await s.settle();
}

export const LINE: readonly FaultScenario[] = [
  {
    row: 27,
    name: 'maintenance: no entry meanwhile, and trading goes on through a reconciliation',
    async play(s) {
      s.limit();
      await s.run(1_000);
      s.world.exchange.setMaintenance(true);
      const stopped = () => s.state !== 'running';
      s.check(await s.until(stopped, 2 * MINUTE_MS), 'entries went on');
      const before = s.sent('create');
      s.command({ kind: 'placeOrder', pressId: 'x', ticket: s.marketTicket() });
      await s.run(30_000);
      s.check(s.sent('create') === before, 'an entry was sent');
      s.world.exchange.setMaintenance(false);
      await checkBack(s);
    },
  },
  {
    row: 28,
    name: 'a wait is demanded: nothing but cancels leaves for so long',
    async play(s) {
      const order = s.limit();
      await s.run(1_000);
      s.script('account', 'rateLimited');
      s.process.gateway.requestReport('a look');
      const told = () => s.world.wire.told.until > s.world.clock.now();
      s.check(await s.until(told, 5_000), 'no wait was demanded');
      const before = s.sent('cancel');
      s.command({ kind: 'cancelOrder', orderId: order.id });
      await s.run(100);
      s.check(s.sent('cancel') === before + 1, 'the cancel waited too');
      s.limit('19100');
      await s.run(40_000);
      s.check(s.world.wire.offenses === 0, `${s.world.wire.offenses} requests did not wait`);
      await s.settle();
    },
  },
  {
    row: 29,
    name: 'an address is banned: not one request until the ban is over, entries stopped, alarm',
    async play(s) {
      s.limit();
      await s.run(1_000);
      s.world.exchange.limit.ban();
      s.process.gateway.requestReport('a look');
      const told = () => s.world.wire.told.banned && s.world.wire.told.until > s.world.clock.now();
      s.check(await s.until(told, 5_000), 'nobody was told of the ban');
      const before = everySent(s);
      await s.run(1_000);
      s.check(s.state !== 'running', 'entries go on');
      s.command({ kind: 'cancelAll', symbol: null });
      await s.run(100_000);
      s.check(everySent(s) === before, `${everySent(s) - before} requests during the ban`);
      s.check(s.said(/ban/i), 'nobody was alarmed');
      await s.run(60_000);
      s.check(s.money.working.size === 0, 'the cancel was forgotten');
      await s.settle();
    },
  },
  {
    row: 30,
    name: 'our clock is five seconds wrong, either way: nothing is lost by it',
    async play(s) {
      for (const skew of [5_000, -5_000]) {
        s.world.skewMs = skew;
        s.process.recover('the clock of this machine was set');
        s.script('message', null, 'messageLost', 'messageLost');
        await checkRunning(s);
        s.order();
        await s.run(40_000);
      }
      await s.settle();
      s.check(s.held() === '0.1', `held is ${s.held()}`);
      s.checkHoldings();
    },
  },
  {
    row: 31,
    name: 'the clock jumps by an hour or a day: reconciled before the next entry',
    async play(s) {
      for (const jump of [HOUR_MS, DAY_MS]) {
        s.world.skewMs = s.dice.chance(0.5) ? jump : -jump;
        s.process.recover('the clock of this machine was set');
        s.check(s.state === 'recovering', `the account is ${s.state}`);
        await checkRunning(s);
        s.world.skewMs = 0;
        s.process.recover('the clock of this machine was set back');
        s.check(s.state === 'recovering', `the account is ${s.state} after the way back`);
        await checkRunning(s);
      }
      await s.settle();
    },
  },
  {
    row: 34,
    name: 'the stream is half open: what it does not say is read within half a minute',
    async play(s) {
      s.world.wire.setSilent(true);
      s.order();
      const booked = () => s.held() === '0.05';
      s.check(await s.until(booked, 45_000), `held is ${s.held()}`);
      s.world.wire.setSilent(false);
      await s.settle();
    },
  },
  {
    row: 36,
    name: 'a thousand reconnects in a hundred seconds: no burst of requests',
    async play(s) {
      const before = everySent(s);
      for (let i = 0; i < 1_000; i++) {
        s.world.wire.setLink(i % 2 === 1, 'flapping');
        await s.run(100);
      }
      const sent = everySent(s) - before;
      s.check(sent < 400, `${sent} requests in 100 s`);
      s.check(s.world.wire.offenses === 0, 'the limit was met');
      await checkBack(s);
    },
  },
  {
    row: 37,
    name: 'every answer is a page of somebody else’s web server for two minutes',
    async play(s) {
      s.limit();
      await s.run(1_000);
      s.world.wire.setLink(false, 'getaddrinfo ENOTFOUND');
      s.world.plan.rates = { answerGarbled: 1 };
      const stopped = () => s.state !== 'running';
      s.check(await s.until(stopped, 60_000), 'entries went on');
      await s.run(2 * MINUTE_MS);
      s.world.plan.rates = {};
      s.world.wire.setLink(true, 'connected');
      await checkBack(s);
    },
  },
  {
    row: 44,
    name: 'orders cannot be sent, prices still come: no entries, and that it is not flat is said',
    async play(s) {
      s.order();
      s.limit();
      await s.run(2_000);
      s.world.wire.setLink(false, 'private stream gone');
      s.world.plan.rates = { requestLost: 1 };
      const stopped = () => s.state !== 'running';
      s.check(await s.until(stopped, 60_000), 'entries went on');
      s.command({ kind: 'flatten', reason: 'get me out' });
      await s.run(3 * MINUTE_MS);
      s.check(s.held() === '0.05', 'it pretends to be flat');
      s.check(s.said(/not flat|not confirmed/i), 'nobody is told');
      s.world.plan.rates = {};
      s.world.wire.setLink(true, 'connected');
      const flat = () => s.held() === '0';
      s.check(await s.until(flat, 5 * MINUTE_MS), `held is ${s.held()} after the outage`);
      await s.settle();
    },
  },
  {
    row: 74,
    name: 'the dead-man timer cannot be set again: alarm at half time, and what it ended is found',
    options: { deadManMs: 60_000 },
    async play(s) {
      const order = s.limit();
      await s.run(1_000);
      for (let i = 0; i < 12; i++) s.script('deadMan', 'requestLost');
      await s.run(50_000);
      s.check(s.said(/dead-man switch not set/), 'no alarm at half time');
      const ended = () => !s.money.working.has(order.id);
      s.check(await s.until(ended, 90_000), 'nobody found out that the order is gone');
      s.check(s.there(order)?.status === 'canceled', 'it is not gone there');
      await s.settle();
    },
  },
];

async function checkRunning(s: Scenario): Promise<void> {
  const back = () => s.state === 'running';
  s.check(await s.until(back, 2 * MINUTE_MS), `the account is still ${s.state}`);
}
