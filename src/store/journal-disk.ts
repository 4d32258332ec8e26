/**
 * The writing half of the store: blocking calls in one fixed order. It runs on the journal's own
 * thread (journal-worker.ts) or, in tests, inline with failing file calls.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import { createResumableDigest, type ResumableDigest } from './digest.ts';
import {
  headerText,
  journalName,
  snapshotName,
  sortFiles,
  StoreError,
  type StoreErrorCode,
  type StoreErrorDetails,
  toEnvelope,
  toLine,
} from './schema.ts';
import {
  APPEND_EXISTING,
  CREATE_NEW,
  OWNER_ONLY,
  type StoreFs,
  syncDirectory,
  TRUNCATE_EXISTING,
  writeAll,
} from './store-fs.ts';

/** How recovery found the directory and what is to be repaired before anything is appended. */
export interface OpenPlan {
  readonly dir: string;
  /** Segment that is continued; 0 = a new directory, `initialState` becomes generation 1. */
  readonly generation: number;
  /** Generation of the snapshot recovery started from; it and its journals are kept. */
  readonly snapshotGeneration: number;
  readonly lastN: number;
  /** Saved digest after record `lastN`. */
  readonly digest: string;
  /** Cut the continued segment to this length: a torn tail. */
  readonly truncateTo: number | null;
  /** Left-over files of an interrupted compaction. */
  readonly remove: readonly string[];
  readonly initialState: string | null;
  /** Test option: each acknowledgement is held back by this range of milliseconds. */
  readonly fsyncDelayMs: readonly [number, number];
}

export type ToDisk =
  | { readonly kind: 'open'; readonly plan: OpenPlan }
  | { readonly kind: 'append'; readonly lastN: number; readonly lines: readonly string[] }
  | { readonly kind: 'rotate'; readonly seq: number; readonly state: string }
  | { readonly kind: 'close' };

export interface PlainError {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly details: StoreErrorDetails;
}

export type FromDisk =
  | { readonly kind: 'opened' }
  | { readonly kind: 'durable'; readonly lastN: number }
  | { readonly kind: 'hashed'; readonly lastN: number; readonly digest: string }
  | { readonly kind: 'rotated'; readonly generation: number; readonly dropped: number }
  | { readonly kind: 'rotateFailed'; readonly error: PlainError }
  | { readonly kind: 'failed'; readonly error: PlainError }
  | { readonly kind: 'closed' };

/** Errors after which the segment in use is still sound; after any other nothing is trusted. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);

/** Serves one journal. The first error is reported once; after it only `close` is answered. */
export function serveJournal(files: StoreFs, reply: (message: FromDisk) => void) {
  const disk = new JournalDisk(files, reply);
  let failed = false;
  return (message: ToDisk): void => {
    if (!failed) {
      try {
        disk.handle(message);
      } catch (error) {
        failed = true;
        reply({ kind: 'failed', error: toPlainError(error) });
      }
    }
    if (message.kind === 'close') reply({ kind: 'closed' });
  };
}

function toPlainError(error: unknown): PlainError {
  if (error instanceof StoreError) {
    return { code: error.code, message: error.message, details: error.details };
  }
  const details = { errno: errnoOf(error) };
  return { code: 'writeFailed', message: `State cannot be saved: ${messageOf(error)}.`, details };
}

class JournalDisk {
  private readonly files: StoreFs;
  private readonly reply: (message: FromDisk) => void;
  private digest: ResumableDigest = createResumableDigest();
  private dir = '';
  private fd = -1;
  private generation = 0;
  /** Newest snapshot known to be whole. Its predecessor's generation is what may be dropped below. */
  private snapshotGeneration = 0;
  private delay: readonly [number, number] = [0, 0];
  private batches = 0;

  constructor(files: StoreFs, reply: (message: FromDisk) => void) {
    this.files = files;
    this.reply = reply;
  }

  handle(message: ToDisk): void {
    switch (message.kind) {
      case 'open':
        this.open(message.plan);
        return this.reply({ kind: 'opened' });
      case 'append':
        return this.append(message.lines, message.lastN);
      case 'rotate':
        return this.rotate(message.seq, message.state);
      case 'close':
        if (this.fd >= 0) this.files.closeSync(this.fd);
        this.fd = -1;
    }
  }

  private open(plan: OpenPlan): void {
    this.dir = plan.dir;
    this.delay = plan.fsyncDelayMs;
    this.generation = plan.generation;
    this.snapshotGeneration = plan.snapshotGeneration;
    this.digest = createResumableDigest(plan.digest);
    for (const name of plan.remove) this.remove(join(this.dir, name));
    if (plan.generation === 0) {
      this.fd = this.createSegment(1, plan.lastN + 1);
      this.generation = 1;
      this.writeSnapshot(plan.lastN, plan.initialState ?? 'null');
      return;
    }
    const path = join(this.dir, journalName(plan.generation));
    if (plan.truncateTo !== null) this.truncate(path, plan.truncateTo);
    this.fd = this.files.openSync(path, APPEND_EXISTING);
    // After kill -9 the last lines may stand in the page cache only; from here on they count as
    // durable. The same holds for the last rename.
    this.files.fsyncSync(this.fd);
    syncDirectory(this.files, this.dir);
  }

  /** Another process may have finished or removed what it was writing meanwhile. */
  private remove(path: string): void {
    try {
      this.files.unlinkSync(path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }

  private truncate(path: string, length: number): void {
    const fd = this.files.openSync(path, TRUNCATE_EXISTING);
    this.files.ftruncateSync(fd, length);
    this.files.fsyncSync(fd);
    this.files.closeSync(fd);
  }

  private append(lines: readonly string[], lastN: number): void {
    let text = '';
    for (const line of lines) text += toLine(line, text === '' ? 'begins' : 'continues');
    writeAll(this.files, this.fd, Buffer.from(text));
    this.files.fdatasyncSync(this.fd);
    this.sleep();
    this.reply({ kind: 'durable', lastN });
    // After the acknowledgement: about 1 µs a record that no order has to wait for.
    this.digest.updateAll(lines);
    this.reply({ kind: 'hashed', lastN, digest: this.digest.save() });
  }

  private sleep(): void {
    const [least, most] = this.delay;
    if (most <= 0) return;
    this.batches += 1;
    const ms = least + ((this.batches * 7919) % (most - least + 1));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  }

  /**
   * Next generation. The main thread made `state` and queued this in one tick, so every line
   * before it belongs to the old segment and every later one to the new. The new segment is on
   * the disk before the snapshot that refers to it.
   */
  private rotate(seq: number, state: string): void {
    const next = this.generation + 1;
    let fd = -1;
    try {
      fd = this.createSegment(next, seq + 1);
    } catch (error) {
      // The old segment is intact and goes on, provided that the half-made one is gone for good.
      this.removeSegment(next, error);
      return this.reply({ kind: 'rotateFailed', error: toPlainError(error) });
    }
    this.files.closeSync(this.fd);
    this.fd = fd;
    this.generation = next;
    const previous = this.snapshotGeneration;
    try {
      this.writeSnapshot(seq, state);
      const dropped = this.dropBelow(previous);
      this.reply({ kind: 'rotated', generation: next, dropped });
    } catch (error) {
      // Records stay recoverable: older snapshot, its journal, then this one.
      this.reply({ kind: 'rotateFailed', error: toPlainError(error) });
    }
  }

  private createSegment(generation: number, firstN: number): number {
    const path = join(this.dir, journalName(generation));
    const fd = this.files.openSync(path, CREATE_NEW, OWNER_ONLY);
    try {
      writeAll(this.files, fd, Buffer.from(toLine(headerText(generation, firstN))));
      this.files.fsyncSync(fd);
      syncDirectory(this.files, this.dir);
    } catch (error) {
      this.files.closeSync(fd);
      throw error;
    }
    return fd;
  }

  private removeSegment(generation: number, cause: unknown): void {
    if (!NO_ROOM.has(errnoOf(cause))) throw cause;
    const names = sortFiles(this.files.readdirSync(this.dir)).journals;
    if (!names.includes(generation)) return;
    this.files.unlinkSync(join(this.dir, journalName(generation)));
    syncDirectory(this.files, this.dir);
  }

  private writeSnapshot(seq: number, data: string): void {
    const temporary = join(this.dir, `.state-${randomUUID()}.tmp`);
    const digest = this.digest.save();
    const text = toEnvelope({ gen: this.generation, seq, digest, data });
    const fd = this.files.openSync(temporary, CREATE_NEW, OWNER_ONLY);
    try {
      try {
        writeAll(this.files, fd, Buffer.from(text));
        this.files.fsyncSync(fd);
      } finally {
        this.files.closeSync(fd);
      }
      const final = join(this.dir, snapshotName(this.generation));
      this.files.renameSync(temporary, final);
    } catch (error) {
      this.tryUnlink(temporary);
      throw error;
    }
    syncDirectory(this.files, this.dir);
    this.snapshotGeneration = this.generation;
  }

  /** Keeps two snapshots and every journal that the older one needs. */
  private dropBelow(generation: number): number {
    const { journals, snapshots } = sortFiles(this.files.readdirSync(this.dir));
    const old = (one: number): boolean => one < generation;
    const names = [
      ...snapshots.filter(old).map(snapshotName),
      ...journals.filter(old).map(journalName),
    ];
    let dropped = 0;
    for (const name of names) dropped += this.tryUnlink(join(this.dir, name)) ? 1 : 0;
    return dropped;
  }

  /** A file that cannot be removed costs space, nothing else; the next start tries again. */
  private tryUnlink(path: string): boolean {
    try {
      this.files.unlinkSync(path);
      return true;
    } catch {
      return false;
    }
  }
}
