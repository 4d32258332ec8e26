/** Creates whose outcome is lost, late, garbled or doubled (F1 to F8). */
import type { FaultRule } from '../../../src/exchange/emulator/faults.ts';
import type { Ticket } from '../../../src/domain/command.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import type { WireFault } from './wire-fault.ts';
import type { WireScenario } from './wire-scenario.ts';

/** The account's stream says nothing of what comes. */
const loseNews = (s: WireScenario): void => s.control.spoilUserEvents({ lose: 100 });

function checkSent(s: WireScenario, creates: number): void {
  const sent = s.sent('create').length;
  s.check(sent === creates, `${sent} creates were sent, not ${creates}`);
}

type Spoiled = Omit<FaultRule, 'method' | 'path'>;

const refused = (status: number, body: string): Spoiled => ({ fault: 'status', status, body });
const JSON_HALF = '{"symbol":"BTCUSDT","orderId":1';
const PAGE = '<!DOCTYPE html><html><body>Bad gateway</body></html>';

/** Thirty answers that say nothing of the order: ten after it was taken, twenty before. */
const GARBAGE: readonly Spoiled[] = [
  { fault: 'badGateway' },
  { fault: 'timeoutCode' },
  { fault: 'html' },
  { fault: 'empty' },
  { fault: 'truncate' },
  { fault: 'reset' },
  { fault: 'stall' },
  { fault: 'hang' },
  { fault: 'late', ms: 15_000 },
  { fault: 'replace', from: '{', to: '[' },
  { fault: 'drop' },
  ...[500, 502, 503, 504, 520, 521, 522, 525].map((status) => refused(status, PAGE)),
  ...[500, 503].map((status) => refused(status, '{"code":-1000,"msg":"An unknown error"}')),
  refused(200, PAGE),
  refused(200, ''),
  refused(200, JSON_HALF),
  refused(200, 'null'),
  refused(200, '42'),
  refused(200, '[]'),
  refused(200, '"ok"'),
  refused(404, PAGE),
  refused(403, PAGE),
];

/** An order that leaves: one that waits too long for the limit of the exchange is made anew. */
async function sendOne(s: WireScenario, change: Partial<Ticket>): Promise<void> {
  const before = s.sent('create').length;
  const isSent = (): boolean => s.sent('create').length > before;
  for (let tries = 0; tries < MOST_TRIES && !isSent(); tries++) {
    const order = await s.order(change);
    await s.until(() => isSent() || s.here(order).status === 'rejected', 20_000);
  }
  s.check(isSent(), 'no order was sent');
}

const MOST_TRIES = 6;
const PARTS = 3;

/** A third of the table: an exchange has limits, and questions for unknown orders count. */
const garbage = (part: number): WireFault => ({
  row: 4,
  name: `creates are answered with garbage (part ${part + 1}): found out, none is sent twice`,
  async play(s) {
    const rules = GARBAGE.filter((_, i) => i % PARTS === part);
    for (const [i, rule] of rules.entries()) {
      const most = s.dialect === 'kraken' ? 0 : 3;
      await s.expect(() => s.view.truth.unknownOrders <= most, 'some are never found out');
      s.fault('create', rule);
      const quantity = decimal(`0.000${5 + (i % 4)}`);
      await sendOne(s, { type: 'limit', price: s.priceAt(0.9 - i / 1_000), quantity });
    }
    await s.expect(() => s.view.truth.unknownOrders === 0, 'some are never found out');
    await s.settle();
    checkSent(s, rules.length);
  },
});

export const PLACING: readonly WireFault[] = [
  {
    row: 1,
    name: 'the answer to a create is lost: asked for, found, never sent again',
    async play(s) {
      s.fault('create', { fault: s.dice.pick(['reset', 'hang', 'stall'] as const) });
      loseNews(s);
      const order = await s.limit();
      await s.expectStatus(order, 'accepted');
      await s.expect(() => s.records('neverPlaced').length === 0, 'it was given up');
      await s.settle();
      checkSent(s, 1);
    },
  },
  {
    row: 2,
    name: 'a create is lost: its room stays reserved until the exchange has denied it often enough',
    async play(s) {
      s.fault('create', { fault: 'drop' });
      const order = await s.limit();
      await s.expectStatus(order, 'unknown');
      const begun = performance.now();
      const asked = s.sent('order').length;
      await s.expect(() => s.view.truth.unknownOrders === 0, 'it was never concluded');
      s.check(performance.now() - begun > 30_000, 'it was concluded too soon');
      s.check(s.sent('order').length - asked >= 3, 'it was not asked for often enough');
      s.check(s.view.truth.tombstones === 1, 'no tombstone waits for it');
      await s.settle();
      checkSent(s, 1);
    },
  },
  {
    row: 3,
    name: 'an order is taken late: found then, or raised from its tombstone',
    async play(s) {
      // Binance drops what is older than the window that the request names.
      const most = s.dialect === 'binance' ? 9_000 : 60_000;
      s.fault('create', { fault: 'delay', ms: s.dice.between(3_000, most) });
      loseNews(s);
      const order = await s.limit();
      await s.run(most);
      await s.expect(() => s.view.truth.unknownOrders === 0, 'it was never concluded');
      await s.settle();
      checkSent(s, 1);
      await s.expect(() => s.records('orderCreated').length === 1, `${order.id} was made twice`);
    },
  },
  garbage(0),
  garbage(1),
  garbage(2),
  {
    row: 5,
    name: 'one press told twice makes one order',
    async play(s) {
      const { symbol, side, type, quantity, ...rest } = await s.order();
      const { price, triggerPrice, timeInForce, postOnly, reduceOnly } = rest;
      const asked = { symbol, side, type, quantity, price, triggerPrice, timeInForce };
      const none = { trailFraction: null, stopPrice: null, targetPrice: null };
      const again = { ...asked, ...none, postOnly, reduceOnly };
      for (const pressId of ['key-1-1', 'key-twice', 'key-twice']) {
        s.send({ kind: 'placeOrder', pressId, ticket: again });
      }
      await s.settle();
      checkSent(s, 2);
    },
  },
  {
    row: 6,
    name: 'neither the library nor anything else between us and the wire repeats a create',
    async play(s) {
      const faults = ['drop', 'reset', 'badGateway', 'timeoutCode', 'html'] as const;
      let made = 0;
      for (let i = 0; i < 12; i++) {
        s.fault('create', { fault: s.dice.pick(faults), chance: 0.7 });
        const change = { type: 'limit', price: s.priceAt(0.9 - i / 1_000) } as const;
        if (await s.press({ ...change, quantity: decimal('0.001') })) made += 1;
        await s.run(s.dialect === 'kraken' ? 6_000 : 700);
        s.control.clear();
      }
      await s.settle();
      // What waits too long for the limit of the exchange is never sent.
      const sent = s.sent('create').length;
      s.check(sent >= 5 && sent <= made, `${sent} creates of ${made} orders`);
    },
  },
  {
    row: 7,
    name: 'where an exchange takes an id again, ours are new in every life',
    async play(s) {
      const ids = new Set<string>();
      for (let life = 0; life < 3; life++) {
        for (let i = 0; i < 3; i++) {
          const order = await s.order({ quantity: decimal('0.001') });
          s.check(!ids.has(order.id), `${order.id} was used before`);
          ids.add(order.id);
          await s.expectStatus(order, 'filled');
        }
        if (life < 2) await s.restart();
      }
      await s.settle();
      checkSent(s, 9);
    },
  },
  {
    row: 8,
    name: 'ids keep to what the exchange takes, and come back as ours',
    async play(s) {
      const order = await s.resting();
      const known = s.known(order).clientOrderId ?? '';
      const most = s.dialect === 'binance' ? 36 : 18;
      s.check(/^[a-z\d]+$/.test(known) && known.length <= most, `'${known}' is no id there`);
      await s.settle();
    },
  },
];
