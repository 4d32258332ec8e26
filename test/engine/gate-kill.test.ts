import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from 'vitest';

import { makeDirectory, readState, removeAll } from '../support/session-kit.ts';

afterAll(removeAll);

const KILLS = 5;
/** Orders the venue has before a kill is due; with the gate each waits for the disk. */
const ORDERS = { closed: 2, open: 5 } as const;

/** Kills the engine some time after some orders; orders the venue has, and those we know. */
async function killOnce(gate: 'closed' | 'open', waitMs: number) {
  const dir = makeDirectory();
  const script = fileURLToPath(new URL('./gate-kill-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir, gate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let isDue = false;
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    if (isDue || idsOf(said).length < ORDERS[gate]) return;
    isDue = true;
    setTimeout(() => child.kill('SIGKILL'), waitMs);
  });
  await once(child, 'close');
  const { records } = readState(dir);
  // Not the orders of the state: of closed ones it keeps the newest only.
  const known = new Set<string>(
    records.flatMap((one) => (one.kind === 'orderCreated' ? [one.orderId] : [])),
  );
  const sent = idsOf(said);
  return { sent: sent.length, missing: sent.filter((id) => !known.has(id)).length };
}

const idsOf = (said: string): string[] => said.split('\n').filter((id) => id.length === 19);

async function kill(gate: 'closed' | 'open') {
  const rounds = Array.from({ length: KILLS }, (_, i) => killOnce(gate, i * 37));
  const total = { sent: 0, missing: 0 };
  for (const round of rounds) {
    const { sent, missing } = await round;
    total.sent += sent;
    total.missing += missing;
  }
  return total;
}

// DECISIONS 1: a venue outside never knows an order that a restart does not.
test(`after ${KILLS} kills every order the venue got is in the journal`, async () => {
  const { sent, missing } = await kill('closed');
  expect(sent).toBeGreaterThan(KILLS);
  expect(missing).toBe(0);
});

test('without the gate orders are missing, so the test above can fail', async () => {
  expect((await kill('open')).missing).toBeGreaterThan(0);
});
