/** The way to the exchange: closed, limited, late, cut, half open (F27 to F30, F33 to F37, F44). */
import { ZERO } from '../../../src/domain/decimal.ts';
import type { WireFault } from './wire-fault.ts';
import type { WireScenario } from './wire-scenario.ts';

/** Requests that reached the exchange from a moment on, in its own time. */
const since = (s: WireScenario, time: number) =>
  s.control.requests().filter((request) => request.time >= time && request.method !== 'WS');
const now = (s: WireScenario): number => s.emulator.core.clock.now();

/** Paths of the private side. */
const PRIVATE = {
  binance: ['/api/v3/account', '/order', 'Orders', 'myTrades'],
  kraken: ['/private/'],
};

const isPrivate = (s: WireScenario, path: string): boolean =>
  PRIVATE[s.dialect].some((part) => path.includes(part));
const isCancel = (method: string, path: string): boolean =>
  method === 'DELETE' || path.endsWith('CancelOrder');
/** What had left before the answer came. */
const ON_THE_WAY_MS = 1_000;

export const LINE: readonly WireFault[] = [
  {
    row: 27,
    name: 'maintenance: nothing is opened, what was open is found again after it',
    async play(s) {
      const order = await s.resting();
      s.control.setMaintenance(true);
      await s.expect(() => s.state !== 'running', 'entries go on');
      const before = s.sent('create').length;
      s.check(s.tryOrder() === null, 'an entry was made');
      s.check(s.sent('create').length === before, 'a create left');
      s.fillPart(order, '0.0005');
      s.control.setMaintenance(false);
      await s.expect(() => s.state === 'running', `it does not come back`);
      await s.settle();
    },
  },
  {
    row: 28,
    name: 'told to wait: only cancels leave until then',
    async play(s) {
      const order = await s.resting();
      s.fault('create', { fault: 'status', status: 429, retryAfter: 8 });
      const from = now(s);
      await s.order({ type: 'limit', price: s.priceAt(0.85) });
      await s.expect(() => since(s, from).some(({ status }) => status === 429), 'no 429 came');
      const told = now(s);
      s.session.recover('a look in the time to wait');
      s.send({ kind: 'cancelOrder', orderId: order.id });
      await s.expectStatus(order, 'canceled');
      s.check(now(s) - told < 6_000, 'the cancel waited');
      await s.run(9_000 - (now(s) - told));
      const early = since(s, told + ON_THE_WAY_MS).filter(({ time, method, path }) => {
        return time < told + 7_000 && isPrivate(s, path) && !isCancel(method, path);
      });
      s.check(early.length === 0, `${early[0]?.path ?? ''} was asked in the time to wait`);
      await s.settle();
      s.check(s.sent('create').length <= 2, 'it was sent again');
    },
  },
  {
    row: 29,
    name: 'banned: nothing at all leaves until then, alarm, no entries',
    dialects: ['binance'],
    async play(s) {
      await s.resting();
      s.control.ban(60);
      const from = now(s);
      s.session.recover('a look while banned');
      await s.expect(() => since(s, from).some(({ status }) => status === 418), 'no 418 came');
      const told = now(s) + 1_000;
      await s.run(50_000);
      const sent = since(s, told).filter(({ time }) => time < from + 55_000);
      s.check(sent.length === 0, `${sent.length} requests, such as ${sent[0]?.path ?? ''}`);
      s.check(s.state !== 'running', `the account is ${s.state}`);
      s.check(s.tryOrder() === null, 'an entry was made');
      await s.run(15_000);
      await s.expect(() => s.view.truth.recovering === null, 'it does not come back');
      await s.settle();
    },
  },
  {
    row: 30,
    name: 'the clock of the exchange is off: measured, said, no entry lost or doubled',
    async play(s) {
      s.control.setSkew(s.dice.pick([-6_000, 6_000, 9_000]));
      const order = s.tryOrder();
      await s.run(10_000);
      if (order) await s.expect(() => s.here(order).status !== 'submitted', 'it hangs');
      await s.expect(() => s.view.truth.recovering === null, 'it is never at peace');
      await s.settle();
    },
  },
  {
    row: 33,
    name: 'the exchange ends the account’s stream and leaves the socket open: heard, and heard again',
    dialects: ['binance'],
    async play(s) {
      const order = await s.resting();
      const ended = now(s);
      s.control.pushUserEvent('main', { e: 'eventStreamTerminated', E: ended });
      const isSubscribed = () =>
        s.control.requests().some(({ method, time, body }) => {
          return method === 'WS' && time > ended && body.includes('userDataStream.subscribe');
        });
      s.fillPart(order, '0.0005');
      await s.expect(() => s.here(order).filled !== ZERO, 'the fill was not found', 60_000);
      await s.expect(isSubscribed, 'nobody listens any more', 90_000);
      const second = await s.order();
      await s.expectStatus(second, 'filled');
      await s.settle();
    },
  },
  {
    row: 34,
    name: 'sockets are half open: a fill is found all the same, within the time of a report',
    async play(s) {
      const order = await s.resting();
      s.control.setAutoPong(false);
      s.control.silence('', true);
      s.fillPart(order, '0.0005');
      await s.expect(() => s.here(order).filled !== ZERO, 'the fill was not found', 45_000);
      s.control.silence('', false);
      s.control.setAutoPong(true);
      await s.settle();
    },
  },
  {
    row: 36,
    name: 'a hundred drops: jittered, few requests, none refused for its rate',
    async play(s) {
      const order = await s.resting();
      const from = now(s);
      for (let i = 0; i < 100; i++) {
        s.control.dropSockets(s.dice.pick(['close', 'terminate'] as const));
        await s.run(s.dice.between(50, 400));
      }
      const sent = since(s, from);
      const seconds = (now(s) - from) / 1_000;
      s.check(sent.length < 60 + 10 * seconds, `${sent.length} requests in ${seconds} s`);
      s.check(!sent.some(({ status }) => status === 429 || status === 418), 'a limit was broken');
      s.fillPart(order, '0.0005');
      await s.expect(() => s.here(order).filled !== ZERO, 'the fill was not found');
      await s.settle();
      s.check(s.sent('create').length === 1, 'it was sent again');
    },
  },
  {
    row: 37,
    name: 'a captive page answers everything: nothing is believed, nothing opened, then found again',
    async play(s) {
      const order = await s.resting();
      s.control.fault({ fault: 'html', times: 10_000 });
      s.control.refuseUpgrades(10_000);
      s.control.dropSockets('terminate');
      await s.expect(() => s.state !== 'running', 'entries go on');
      s.check(s.tryOrder() === null, 'an entry was made');
      s.check(s.here(order).status === 'accepted', 'a page ended an order');
      s.fillPart(order, '0.0005');
      s.control.clear();
      await s.expect(() => s.state === 'running', 'it does not come back');
      await s.settle();
    },
  },
  {
    row: 44,
    name: 'the private side is down, prices go on: no entries, and it is shown',
    async play(s) {
      const order = await s.resting();
      for (const path of PRIVATE[s.dialect]) {
        s.control.fault({ fault: 'status', status: 503, body: 'down', path, times: 10_000 });
      }
      s.session.recover('the private side is looked at');
      await s.expect(() => s.view.exchange?.link === 'down', 'it is not shown');
      s.check(s.state !== 'running', `the account is ${s.state}`);
      s.check(s.tryOrder() === null, 'an entry was made');
      await s.expect(() => s.view.exchange?.data.by === 'stream', 'prices do not go on');
      s.control.clear();
      await s.expect(() => s.state === 'running', 'it does not come back');
      s.send({ kind: 'cancelOrder', orderId: order.id });
      await s.expectStatus(order, 'canceled');
      await s.settle();
    },
  },
];
