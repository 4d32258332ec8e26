/** Restarts and crashes of a process of its own, with orders open at the exchange (F17 to F20). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { toText } from '../../../src/domain/decimal.ts';
import type { CrashPlan } from './crash-child.ts';
import { SPEED, timeBegun } from './fast-time.ts';
import type { WireFault } from './wire-fault.ts';
import type { WireScenario } from './wire-scenario.ts';

const SCRIPT = join(import.meta.dirname, 'crash-child.ts');

/** A session in another process that makes one order. */
function startChild(s: WireScenario, at: CrashPlan['at'], rests: boolean): ChildProcess {
  const plan: CrashPlan = {
    dialect: s.dialect,
    endpoint: s.emulator.endpoint,
    ...s.emulator.credentials(),
    stateDirectory: s.options.stateDirectory,
    begun: timeBegun(),
    at,
    price: rests ? toText(s.priceAt(0.9)) : null,
  };
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(plan)], { stdio: [...stdio] });
  s.atEnd(() => void child.kill('SIGKILL'));
  return child;
}

/** Finds a hang: a process that starts on a busy machine takes its time, and it is not faster. */
const CHILD_MS = 120_000 * SPEED;

/** Resolves when it is dead. */
async function dead(child: ChildProcess): Promise<void> {
  if (child.signalCode === null && child.exitCode === null) await once(child, 'close');
}

const orders = (s: WireScenario) => s.control.dump('main').orders;

export const LIVES: readonly WireFault[] = [
  {
    row: 17,
    name: 'killed with an order open that fills meanwhile: reconciled before anything is opened',
    startsAlone: true,
    async play(s) {
      const child = startChild(s, 'never', true);
      await s.expect(() => orders(s).length === 1, 'no order came', CHILD_MS);
      await s.run(s.dice.between(0, 3_000));
      child.kill('SIGKILL');
      await dead(child);
      const filled = s.dice.pick(['0.0005', '0.002']);
      s.control.fillPart('main', orders(s)[0]?.venueOrderId ?? '', filled);
      await s.openShut();
      s.check(s.state !== 'running', `it starts ${s.state}`);
      const [order] = s.view.orders;
      const known = order ? toText(order.filled) : 'nothing';
      s.check(known === filled, `${known} is filled here, ${filled} there`);
      await s.settle();
      s.check(s.sent('create').length === 1, 'it was sent again');
    },
  },
  {
    row: 18,
    name: 'killed when the intent is on the disk and not sent: concluded never placed',
    startsAlone: true,
    async play(s) {
      await dead(startChild(s, 'durable', true));
      s.check(s.sent('create').length === 0, 'it was sent already');
      await s.openShut();
      await s.expect(() => s.view.truth.unknownOrders === 0, 'it was never concluded');
      await s.expect(
        () => s.records('neverPlaced').length === 1,
        'it is not concluded never placed',
      );
      await s.settle();
      s.check(s.sent('create').length === 0, 'it was sent after all');
    },
  },
  {
    row: 19,
    name: 'killed between the send and the answer: found, and ours',
    startsAlone: true,
    async play(s) {
      s.fault('create', { fault: 'hang' });
      s.control.spoilUserEvents({ lose: 100 });
      const child = startChild(s, 'never', true);
      await s.expect(() => s.sent('create').length === 1, 'it was not sent', CHILD_MS);
      child.kill('SIGKILL');
      await dead(child);
      s.control.clear();
      await s.openShut();
      const status = () => s.view.orders[0]?.status ?? 'unknown here';
      await s.expect(() => status() === 'accepted', `it does not work here but is ${status()}`);
      await s.settle();
      s.check(s.sent('create').length === 1, 'it was sent again');
    },
  },
  {
    row: 20,
    name: 'killed between a fill and the disk: read again, once',
    startsAlone: true,
    async play(s) {
      await dead(startChild(s, 'fill', false));
      s.check(s.figures().fills > 0, 'nothing was filled');
      await s.openShut();
      await s.settle();
      await s.expect(() => s.records('fill').length > 0, 'no fill was journaled');
    },
  },
];
