/** Our process dies, stands still, or comes back with an old state (F17 to F20, F51, F54 to F68). */
import { decimal } from '../../../src/domain/decimal.ts';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import type { Scenario } from '../../simulation/scenario.ts';
import type { FaultScenario } from './scenario-kit.ts';

/** An order of each kind is under way. */
function begin(s: Scenario): void {
  s.order();
  s.limit();
  s.order({ stopPrice: decimal('19000'), targetPrice: decimal('21000') });
}

async function checkAfter(s: Scenario): Promise<void> {
  const back = () => s.machine.process !== null && s.state !== 'recovering';
  s.check(await s.until(back, 4 * MINUTE_MS), 'it never came back');
  s.check(s.state !== 'running', 'a restart let entries through by itself');
  await s.settle();
  s.checkHoldings();
}

export const LIVES: readonly FaultScenario[] = [
  {
    row: 17,
    name: 'killed at any event with orders open: reconciled before anything is opened',
    async play(s) {
      begin(s);
      s.machine.dieIn = s.dice.between(1, 80);
      const dead = () => s.machine.process === null;
      s.check(await s.until(dead, 60_000), 'it was not killed');
      const back = () => s.machine.process !== null;
      s.check(await s.until(back, 20 * MINUTE_MS), 'it was not started');
      s.check(s.state !== 'running', `it starts ${s.state}`);
      await checkAfter(s);
    },
  },
  {
    row: 18,
    name: 'killed when the intent is on the disk and not sent: concluded never placed',
    async play(s) {
      s.limit();
      const { files } = s.world.disk;
      const sync = files.fdatasyncSync;
      files.fdatasyncSync = (handle) => {
        sync(handle);
        s.machine.dieIn = 1;
      };
      const dead = () => s.machine.process === null;
      s.check(await s.until(dead, 1_000), 'it was not killed');
      files.fdatasyncSync = sync;
      s.check(s.sent('create') === 0, 'it was sent already');
      s.machine.restartAt = s.world.clock.now() + 1_000;
      const concluded = () => s.records('neverPlaced').length === 1;
      s.check(await s.until(concluded, 5 * MINUTE_MS), 'it was never concluded');
      await checkAfter(s);
    },
  },
  {
    row: 19,
    name: 'killed between the send and the answer: found, and ours',
    async play(s) {
      const order = s.limit();
      const sent = () => s.sent('create') === 1;
      s.check(await s.until(sent, 1_000), 'it was not sent');
      s.kill({ power: s.dice.chance(0.5) });
      await checkAfter(s);
      s.check(s.money.working.get(order.id)?.status === 'accepted', 'it does not work here');
      s.check(s.sent('create') === 1, 'it was sent again');
    },
  },
  {
    row: 20,
    name: 'the power fails between a fill and the disk: read again, once',
    async play(s) {
      s.order();
      const heard = () => s.records('fill').length === 1;
      s.check(await s.until(heard, 5_000), 'no fill came');
      s.kill({ power: true });
      await checkAfter(s);
      s.check(s.held() === '0.05', `held is ${s.held()}`);
    },
  },
  {
    row: 51,
    name: 'the process stood still for five seconds: reconciled before the next entry',
    async play(s) {
      begin(s);
      await s.run(2_000);
      s.process.recover('this process stood still for 5.0 s');
      s.check(s.state === 'recovering', `the account is ${s.state}`);
      const back = () => s.state === 'running';
      s.check(await s.until(back, MINUTE_MS), `the account is still ${s.state}`);
      await s.settle();
    },
  },
  {
    row: 54,
    name: 'the disk is full: halted, nothing is opened, cancels still leave; nothing saved is lost',
    async play(s) {
      const order = s.limit();
      await s.run(1_000);
      s.world.disk.fail('writeSync', s.dice.pick(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']));
      s.limit('18000');
      await s.run(1_000);
      const sent = s.sent('create');
      s.check(s.state === 'halted', `the account is ${s.state}`);
      s.check(sent === 1, 'an order left whose record was not saved');
      s.check(s.sent('cancel') === 1, 'the cancel did not leave');
      s.check(s.there(order)?.status === 'canceled', 'it still works there');
      s.kill();
      await checkAfter(s);
      s.check(s.state === 'halted', 'a restart forgot the stop');
    },
  },
  {
    row: 56,
    name: 'a sync fails: what it was for counts as lost, nothing rests on it',
    async play(s) {
      s.world.disk.fail('fdatasyncSync', 'EIO');
      s.limit();
      await s.run(1_000);
      s.check(s.state === 'halted', `the account is ${s.state}`);
      s.check(s.sent('create') === 0, 'an order left whose record was not saved');
      s.kill({ power: true });
      await checkAfter(s);
    },
  },
  {
    row: 61,
    name: 'an old backup is put back: the exchange’s truth wins, no id is used twice',
    async play(s) {
      s.order();
      await s.run(5_000);
      const { disk, runs } = s.world;
      const backup = { files: disk.backup(), runs: new Set(runs) };
      const saved = s.process.store.journal.durable;
      for (let i = 0; i < 5; i++) {
        s.order({ quantity: decimal('0.01') });
        s.limit(String(19_000 - i), { quantity: decimal('0.01') });
        await s.run(2_000);
      }
      s.kill();
      disk.restore(backup.files);
      s.oracles.restored(saved);
      runs.clear();
      for (const run of backup.runs) runs.add(run);
      const back = () => s.machine.process !== null;
      s.check(await s.until(back, MINUTE_MS), 'it was not started');
      await s.run(2 * MINUTE_MS);
      s.check(s.state !== 'running', 'entries go on');
      const isSaid = s.said(/another|backup|differ|not ours|unknown/i) || s.money.drifts.size > 0;
      s.check(isSaid, 'nobody was told');
      const before = s.oracles.orders;
      s.resume();
      await s.run(2 * MINUTE_MS);
      s.check(s.oracles.orders >= before, 'orders vanished');
    },
  },
  {
    row: 68,
    name: 'killed five times in a row, in recovery too: nothing is lost, nothing is sent twice',
    async play(s) {
      begin(s);
      for (let i = 0; i < 5; i++) {
        s.machine.dieIn = s.dice.between(1, 120);
        const dead = () => s.machine.process === null;
        s.check(await s.until(dead, 5 * MINUTE_MS), 'it was not killed');
        s.machine.restartAt = s.world.clock.now() + 500;
        const back = () => s.machine.process !== null;
        s.check(await s.until(back, MINUTE_MS), 'it was not started');
      }
      await checkAfter(s);
      s.check(s.sent('create') <= 8, `${s.sent('create')} creates`);
    },
  },
];
