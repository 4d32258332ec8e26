/**
 * One instance per key. The lock proper is an abstract Unix socket: the kernel frees it with the
 * process, however that ended. The LOCK file says who holds it, marks the directory as ours, and
 * stands in where sockets of another network namespace cannot be seen.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import { StoreError } from './schema.ts';
import { LOCK_FILE } from './state-dir.ts';

export interface LockHolder {
  readonly pid: number;
  /** Kernel's start time of that process, in clock ticks since boot; '' where unknown. */
  readonly started: string;
  readonly boot: string;
}

export interface Lock {
  /** Frees the key. The end of the process does so too. */
  release(): Promise<void>;
}

/** For a name to say; nothing else waits for it. One that is stopped does not answer at all. */
const IDENTITY_WAIT_MS = 2_000;

/** `key`: account for live and testnet, real path of `dir` for simulated modes (DECISIONS 22). */
export async function acquireLock(options: {
  readonly dir: string;
  readonly key: string;
}): Promise<Lock> {
  const self = describeSelf();
  const name = `\0tapedeck-${createHash('sha256').update(options.key).digest('hex')}`;
  const server = process.platform === 'linux' ? await bind(name, self, options.dir) : null;
  try {
    const other = readHolder(options.dir);
    if (other !== null && other.pid !== self.pid && isRunning(other)) throw taken(other.pid);
    writeLock(options.dir, self);
  } catch (error) {
    await closeServer(server);
    throw error;
  }
  // LOCK stays: it marks the directory as ours, and names a process that then no longer runs.
  return { release: () => closeServer(server) };
}

/** Who runs on this directory now, told from files alone; null when nobody does. */
export function runningHolder(dir: string): LockHolder | null {
  const holder = readHolder(dir);
  return holder !== null && isRunning(holder) ? holder : null;
}

async function bind(name: string, self: LockHolder, dir: string): Promise<Server> {
  // Whoever asks is told our pid: with a key by account the other may use another directory.
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`${self.pid}\n`);
  });
  const error = await new Promise<Error | null>((resolve) => {
    server.once('error', resolve);
    server.listen({ path: name }, () => resolve(null));
  });
  server.unref();
  if (error === null) return server;
  if (errnoOf(error) !== 'EADDRINUSE') {
    throw new StoreError('locked', `The single-instance lock failed: ${messageOf(error)}.`);
  }
  throw taken((await askPid(name)) ?? runningHolder(dir)?.pid ?? null);
}

function askPid(name: string): Promise<number | null> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ path: name });
    const finish = (): void => {
      socket.destroy();
      const pid = /^(\d{1,10})\n$/.exec(text)?.[1];
      resolve(pid === undefined ? null : Number(pid));
    };
    socket.setTimeout(IDENTITY_WAIT_MS, finish);
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (text.length > 16) finish();
    });
    socket.on('end', finish);
    socket.on('error', finish);
  });
}

function taken(pid: number | null): StoreError {
  const who = pid === null ? 'Another process' : `Another Tapedeck (pid ${pid})`;
  const advice = 'Stop it first, or choose another --profile or --state.';
  const details = pid === null ? { advice } : { pid, advice };
  return new StoreError('locked', `${who} already uses this state or account.`, details);
}

function closeServer(server: Server | null): Promise<void> {
  return new Promise((resolve) => {
    if (server === null) resolve();
    else server.close(() => resolve());
  });
}

function describeSelf(): LockHolder {
  return { pid: process.pid, started: startOf(process.pid) ?? '', boot: bootId() };
}

/** Same boot, and the process of that number started when the holder did. */
function isRunning(holder: LockHolder): boolean {
  if (process.platform === 'linux') {
    return holder.boot === bootId() && startOf(holder.pid) === holder.started;
  }
  try {
    return process.kill(holder.pid, 0);
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/**
 * Field 22 of the kernel's process line; the name before it may hold spaces and brackets. Null for
 * one that has ended, also while its parent has not asked how (a zombie: tmux, a container's init).
 */
function startOf(pid: number): string | null {
  const line = readText(`/proc/${pid}/stat`);
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ') ?? [];
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

const HOLDER = /^\{"pid":(\d{1,10}),"started":"(\d{0,20})","boot":"([0-9a-f-]{0,40})"\}\n$/;

function readHolder(dir: string): LockHolder | null {
  const match = HOLDER.exec(readText(join(dir, LOCK_FILE)) ?? '');
  if (match === null) return null;
  return { pid: Number(match[1]), started: match[2] ?? '', boot: match[3] ?? '' };
}

function writeLock(dir: string, holder: LockHolder): void {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  try {
    const fd = openSync(join(dir, LOCK_FILE), flags, 0o600);
    try {
      ftruncateSync(fd, 0);
      writeSync(fd, `${JSON.stringify(holder)}\n`);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const details = { file: LOCK_FILE, errno: errnoOf(error) };
    throw new StoreError('writeFailed', `LOCK cannot be written: ${messageOf(error)}.`, details);
  }
}
