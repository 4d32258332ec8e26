import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from 'vitest';

import { makeDirectory, readState, removeAll } from '../support/session-kit.ts';

afterAll(removeAll);

const KILLS = 5;

/** Kills the engine some time after its first order; orders the venue has, and those we know. */
async function killOnce(gate: 'closed' | 'open', waitMs: number) {
  const dir = makeDirectory();
  const script = fileURLToPath(new URL('./gate-kill-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir, gate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), waitMs);
    said += data.toString();
  });
  await once(child, 'close');
  const { money } = readState(dir);
  const known = new Set<string>([...money.working.keys(), ...money.closed.keys()]);
  const sent = said.split('\n').filter((id) => id.length === 19);
  return { sent: sent.length, missing: sent.filter((id) => !known.has(id)).length };
}

async function kill(gate: 'closed' | 'open') {
  const rounds = Array.from({ length: KILLS }, (_, i) => killOnce(gate, 150 + i * 37));
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
}, 60_000);

test('without the gate orders are missing, so the test above can fail', async () => {
  expect((await kill('open')).missing).toBeGreaterThan(0);
}, 60_000);
