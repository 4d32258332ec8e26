/**
 * `halt.json`: the trading state in one small file of its own, so that a stop is remembered even
 * where the journal cannot be written (RELIABILITY 4). Present means: start in this state or a
 * stricter one. Everything here is synchronous and needs no lock: a console that hangs does not
 * keep another process from leaving it.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import type { EpochMs } from '../domain/time.ts';
import { StoreError } from './schema.ts';
import {
  CREATE_NEW,
  OWNER_ONLY,
  READ_EXISTING,
  realFs,
  type StoreFs,
  syncDirectory,
  writeAll,
} from './store-fs.ts';

export const STOP_FILE = 'halt.json';
/** Room that is given up so that a stop can be recorded on a full disk. */
export const RESERVE_FILE = 'reserve';
export const RESERVE_BYTES = 16 * 1024 * 1024;

const STOP_STATES = ['paused', 'reducing', 'halted', 'flattening'] as const;
export type StopState = (typeof STOP_STATES)[number];

/** Why a start must not be looser than `state`. */
export interface StopNote {
  readonly state: StopState;
  readonly reason: string;
  readonly time: EpochMs;
  /** Who stopped it, such as `operator`, `breaker`, `engine` or the name of a command. */
  readonly by: string;
}

/** A disk without room, or without room for us; giving up the reserve may help. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Writes the note so that it survives a power cut; on a full disk the reserve makes room. Throws
 * StoreError `writeFailed`: the stop then holds in memory only, and that must be said.
 */
export function writeStopFile(dir: string, stop: StopNote, files: StoreFs = realFs): void {
  try {
    replace(dir, stop, files);
  } catch (error) {
    try {
      // ENOENT: a console that starts right now took our half-made file for a left-over.
      if (errnoOf(error) !== 'ENOENT' && !makeRoom(dir, error, files)) throw error;
      replace(dir, stop, files);
    } catch (last) {
      throw unsaved(last);
    }
  }
}

function makeRoom(dir: string, error: unknown, files: StoreFs): boolean {
  return NO_ROOM.has(errnoOf(error)) && releaseReserve(dir, files);
}

function unsaved(error: unknown): StoreError {
  const details = { file: STOP_FILE, errno: errnoOf(error) };
  const message = `The stop cannot be recorded in ${STOP_FILE}: ${messageOf(error)}.`;
  return new StoreError('writeFailed', message, details);
}

function replace(dir: string, stop: StopNote, files: StoreFs): void {
  const temporary = join(dir, `.halt-${randomUUID()}.tmp`);
  const { state, reason, time, by } = stop;
  const bytes = Buffer.from(`${JSON.stringify({ state, reason, time, by })}\n`);
  try {
    writeNew(temporary, bytes, files);
    files.renameSync(temporary, join(dir, STOP_FILE));
  } catch (error) {
    tryUnlink(temporary, files);
    throw error;
  }
  syncDirectory(files, dir);
}

/** A new private file with these bytes, synced; its name is not yet. */
export function writeNew(path: string, bytes: Buffer, files: StoreFs = realFs): void {
  const fd = files.openSync(path, CREATE_NEW, OWNER_ONLY);
  try {
    writeAll(files, fd, bytes);
    files.fsyncSync(fd);
  } finally {
    files.closeSync(fd);
  }
}

/**
 * The note a start has to follow; null when there is none. One that cannot be understood halts:
 * somebody wanted a stop.
 */
export function readStopFile(dir: string): StopNote | null {
  try {
    const fd = openSync(join(dir, STOP_FILE), READ_EXISTING);
    try {
      return parseStopFile(readFileSync(fd));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? null : misunderstood(error);
  }
}

/** The note in a stop file's bytes; halts where there is none. */
export function parseStopFile(bytes: Buffer): StopNote {
  try {
    return parseNote(bytes.toString());
  } catch (error) {
    return misunderstood(error);
  }
}

function misunderstood(error: unknown): StopNote {
  return { state: 'halted', reason: `${STOP_FILE}: ${messageOf(error)}`, time: 0, by: 'engine' };
}

function parseNote(text: string): StopNote {
  const found = JSON.parse(text) as Partial<Record<keyof StopNote, unknown>> | null;
  const state = STOP_STATES.find((one) => one === found?.state);
  if (found === null || state === undefined) throw new Error('it names no state');
  const { reason, time, by } = found;
  return {
    state,
    reason: typeof reason === 'string' ? reason : 'no reason was given',
    time: typeof time === 'number' ? time : 0,
    by: typeof by === 'string' ? by : 'engine',
  };
}

/** Takes the note away, durably; only after a resume is durable. Throws StoreError. */
export function removeStopFile(dir: string, files: StoreFs = realFs): void {
  try {
    files.unlinkSync(join(dir, STOP_FILE));
    syncDirectory(files, dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    const details = { file: STOP_FILE, errno: errnoOf(error) };
    throw new StoreError('writeFailed', `${STOP_FILE} stays: ${messageOf(error)}.`, details);
  }
}

/**
 * Keeps real blocks in reserve: noise, which no file system stores as a hole. Off this thread,
 * because 16 MB take a while. True when it was made now, false when it was there. Rejects with
 * what the file system says.
 */
export async function ensureReserve(dir: string, size = RESERVE_BYTES): Promise<boolean> {
  if (existsSync(join(dir, RESERVE_FILE))) return false;
  const noise = randomBytes(64 * 1024);
  const temporary = join(dir, `.reserve-${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, CREATE_NEW, OWNER_ONLY);
    try {
      for (let left = size; left > 0; left -= noise.length) {
        await handle.writeFile(noise.subarray(0, Math.min(left, noise.length)));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(dir, RESERVE_FILE));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return true;
}

/** Gives the reserve's room back; false when there was none. */
export function releaseReserve(dir: string, files: StoreFs = realFs): boolean {
  const released = tryUnlink(join(dir, RESERVE_FILE), files);
  // Some file systems free blocks with the directory's sync only.
  if (released) syncDirectory(files, dir);
  return released;
}

function tryUnlink(path: string, files: StoreFs): boolean {
  try {
    files.unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
