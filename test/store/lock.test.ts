import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { acquireLock, runningHolder } from '../../src/store/lock.ts';
import { makeDirectory, removeDirectory } from './store-kit.ts';

let dir = '';
let other = '';
/** Names of locks belong to the whole machine: other runs of these tests have names of their own. */
const named = (name: string): string => `${name} of ${dir}`;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = makeDirectory();
  other = makeDirectory();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  removeDirectory(dir);
  removeDirectory(other);
});

const onLinux = test.skipIf(process.platform !== 'linux');

onLinux('F69: a second process is refused with the pid, and free again after kill -9', async () => {
  const child = await holder(dir, named('account'));
  const refusal = { code: 'locked', details: { pid: child.pid } };
  await expect(acquireLock({ dir, key: named('account') })).rejects.toMatchObject(refusal);
  await expect(acquireLock({ dir: other, key: named('account') })).rejects.toMatchObject(refusal);
  await expect(acquireLock({ dir, key: named('account') })).rejects.toThrow(
    `Another Tapedeck (pid ${child.pid}) already uses this state or account. Stop it first`,
  );
  expect(runningHolder(dir)?.pid).toBe(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(runningHolder(dir)).toBeNull();
  const lock = await acquireLock({ dir, key: named('account') });
  expect(runningHolder(dir)?.pid).toBe(process.pid);
  await lock.release();
});

onLinux('a holder whose socket cannot be seen is found by its LOCK file', async () => {
  const child = await holder(dir, named('one namespace'));
  await expect(acquireLock({ dir, key: named('another namespace') })).rejects.toMatchObject({
    details: { pid: child.pid },
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
});

onLinux('one that was killed is free though its parent never asks how it ended', async () => {
  const script = fileURLToPath(new URL('./lock-child.ts', import.meta.url));
  const program = '"$0" "$@" & exec sleep 1000';
  const command = ['-c', program, process.execPath, script, dir, named('zombie')];
  const parent = spawn('sh', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(parent);
  await once(parent.stdout, 'data');
  const pid = runningHolder(dir)?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => {
    expect(readFileSync(`/proc/${pid}/stat`, 'latin1')).toContain(') Z ');
  }, 30_000);
  expect(runningHolder(dir)).toBeNull();
  // Its first thread has ended; the others take the socket with them a moment later.
  const lock = await vi.waitFor(() => acquireLock({ dir, key: named('zombie') }), 30_000);
  await lock.release();
});

test('other keys do not disturb each other; release frees', async () => {
  const first = await acquireLock({ dir, key: named('a') });
  const second = await acquireLock({ dir: other, key: named('b') });
  await first.release();
  const again = await acquireLock({ dir, key: named('a') });
  await again.release();
  await second.release();
});

test.each(['', 'null', '{"pid":1}', '{"pid":1,"started":"5","boot":"other"}\n', '\0'.repeat(50)])(
  'a LOCK file holding %j is no running holder',
  async (text) => {
    writeFileSync(join(dir, 'LOCK'), text);
    expect(runningHolder(dir)).toBeNull();
    const lock = await acquireLock({ dir, key: dir });
    expect(JSON.parse(readFileSync(join(dir, 'LOCK'), 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  },
);

onLinux('a name taken by something that speaks nonsense is refused without a pid', async () => {
  const hash = createHash('sha256').update(named('squatted')).digest('hex');
  const server = createServer((socket) => void socket.end('\u001b[2Jowned\n'));
  server.listen({ path: `\0tapedeck-${hash}` });
  await once(server, 'listening');
  await expect(acquireLock({ dir, key: named('squatted') })).rejects.toThrow(
    /^Another process already/,
  );
  server.close();
});

async function holder(directory: string, key: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./lock-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}
