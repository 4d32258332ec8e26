import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { acquireLock } from '../../src/store/lock.ts';
import { recover } from '../../src/store/recover.ts';
import { makeDirectory, openSum, removeDirectory, sumCodec } from './store-kit.ts';

const KILLS = 20;

// kill -9 leaves the page cache alone: this proves order and recovery, not the fsyncs. Those have
// the call sequence in snapshot.test.ts and the failing disk in journal.test.ts.
test(`F68: ${KILLS} times kill -9 during appends and compactions lose no acknowledged record`, async () => {
  const dir = makeDirectory();
  const counts = { kills: 0, acked: 0, lost: 0, compacted: 0, truncated: 0 };
  let acked = 0;
  for (let round = 0; round < KILLS; round += 1) {
    const before = acked;
    acked = await runUntilKilled(dir, before, (round * 17) % 120);
    expect(acked).toBeGreaterThan(before);
    const recovery = recover(dir, sumCodec());
    counts.kills += 1;
    counts.acked = acked;
    counts.lost += Math.max(0, acked - recovery.lastN);
    counts.compacted = recovery.generation - 1;
    if (recovery.truncated !== null) counts.truncated += 1;
    expect(recovery.state.total).toBe((recovery.lastN * (recovery.lastN + 1)) / 2);
  }
  expect(counts).toMatchObject({ kills: KILLS, lost: 0 });
  expect(counts.compacted).toBeGreaterThan(3);
  // And it is no museum: the survivor opens and goes on.
  const lock = await acquireLock({ dir, key: dir });
  const store = await openSum(dir);
  expect(store.journal.last).toBeGreaterThanOrEqual(acked);
  await store.journal.close();
  await lock.release();
  removeDirectory(dir);
});

/**
 * Kills the child a moment after `more` new acknowledgements and one, however long they take;
 * returns the newest one told.
 */
async function runUntilKilled(dir: string, before: number, more: number): Promise<number> {
  const script = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  let acked = before;
  let due = false;
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const [word, number] = line.split(' ');
      if (word === 'recovered') expect(Number(number)).toBeGreaterThanOrEqual(before);
      if (word === 'ack') acked = Math.max(acked, Number(number));
    }
    if (acked <= before + more || due) return;
    due = true;
    setTimeout(() => child.kill('SIGKILL'), more % 30);
  });
  await once(child, 'close');
  return acked;
}
