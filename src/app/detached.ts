/** A console that lost its terminal goes on without one, until the next console takes over. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { errnoOf } from '../domain/errors.ts';
import { runningHolder } from '../store/lock.ts';
import { StoreError } from '../store/schema.ts';
import { DETACHED_FILE } from '../store/state-dir.ts';
import { replaceFile } from '../store/whole-file.ts';

export interface Detached {
  readonly pid: number;
  /** When the terminal went, ISO 8601 UTC. */
  readonly since: string;
}

/** A console ends within five seconds of being asked; a busy disk may take its time. */
const TAKE_OVER_MS = 10_000;
const LOOK_MS = 50;

/** Says in the state directory that this process has no terminal. Returns how to take it back. */
export function markDetached(dir: string, since: string): () => void {
  const file = join(dir, DETACHED_FILE);
  const text = JSON.stringify({ pid: process.pid, since } satisfies Detached);
  replaceFile(file, `${text}\n`);
  return () => rmSync(file, { force: true });
}

/** The process that runs on this state without a terminal; null where none does. */
export function findDetached(dir: string): Detached | null {
  const [, pid, since] = MARK.exec(readMark(dir)) ?? [];
  const holder = runningHolder(dir);
  if (pid === undefined || since === undefined || holder?.pid !== Number(pid)) return null;
  return { pid: holder.pid, since };
}

const MARK = /^\{"pid":(\d{1,10}),"since":"([0-9T:.Z-]{1,30})"\}\n$/;

function readMark(dir: string): string {
  try {
    return readFileSync(join(dir, DETACHED_FILE), 'latin1');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Opens with `open`; where a process without a terminal holds the state, asks it to end first, as
 * every end goes: saved, and nothing loosened. Throws what `open` throws where nobody can be asked.
 */
export async function openOrTakeOver<T>(
  dir: string,
  open: () => Promise<T>,
): Promise<{ readonly opened: T; readonly tookOver: Detached | null }> {
  try {
    return { opened: await open(), tookOver: null };
  } catch (error) {
    const other = error instanceof StoreError && error.code === 'locked' ? findDetached(dir) : null;
    if (other === null) throw error;
    await endProcess(dir, other, error);
    return { opened: await open(), tookOver: other };
  }
}

async function endProcess(dir: string, { pid }: Detached, refusal: unknown): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const tries = TAKE_OVER_MS / LOOK_MS;
  for (let tried = 0; tried < tries; tried += 1) {
    if (runningHolder(dir)?.pid !== pid) return;
    await sleep(LOOK_MS);
  }
  throw refusal;
}
