/**
 * The journal as the engine sees it: numbers records, queues their text, and hands batches to
 * the thread that owns the disk. Never waits.
 */
import { Worker } from 'node:worker_threads';
import { messageOf } from '../domain/errors.ts';
import type { Envelope } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import { createResumableDigest } from './digest.ts';
import type { FromDisk, OpenPlan, PlainError, ToDisk } from './journal-disk.ts';
import { LINE_OVERHEAD, StoreError } from './schema.ts';

/** Records that may wait for the disk. Beyond it the journal fails instead of filling memory. */
export const MAX_QUEUED_RECORDS = 250_000;
/** From here on the pacer should hold market events back until the disk has caught up. */
export const SATURATED_RECORDS = 20_000;

/** The thread, or something in tests that answers like it. */
export interface DiskChannel {
  post(message: ToDisk): void;
  /** Set once, before the first post. */
  listen(onMessage: (message: FromDisk) => void, onDeath: (reason: string) => void): void;
}

/** One per journal; ends by itself after `close`. Deliberately not unref'ed (DECISIONS 20). */
export function createDiskThread(): DiskChannel {
  const worker = new Worker(new URL('./journal-worker.ts', import.meta.url), {
    name: 'journal',
    env: {},
    execArgv: [],
  });
  return {
    post: (message) => worker.postMessage(message),
    listen(onMessage, onDeath) {
      worker.on('message', onMessage);
      worker.on('error', (error) => onDeath(messageOf(error)));
      worker.on('exit', (code) => onDeath(`the journal's thread ended with code ${code}`));
    },
  };
}

interface Rotation {
  resolve(): void;
  reject(error: StoreError): void;
}

/** Implements the Journal port for bodies of type `B`. */
export class FileJournal<B extends object> {
  private readonly channel: DiskChannel;
  private readonly encode: (body: B, at: Envelope) => string;
  private readonly durableCallbacks: (() => void)[] = [];
  private readonly failedCallbacks: ((reason: string) => void)[] = [];
  private readonly rotations: Rotation[] = [];
  private readonly waiting: (Rotation & { readonly n: number })[] = [];
  /** Texts after `hashedN`; the oldest of them may be durable already. */
  private unhashed: string[] = [];
  private hashedN: number;
  private savedDigest: string;
  private sentN: number;
  private lastN: number;
  private durableN: number;
  private inFlight = false;
  private wanted = false;
  private closing = false;
  private error: StoreError | null = null;
  private records = 0;
  private bytes = 0;
  private ended: (() => void) | null = null;
  private opened: Rotation | null = null;

  constructor(encode: (body: B, at: Envelope) => string, plan: OpenPlan, channel: DiskChannel) {
    this.encode = encode;
    this.channel = channel;
    this.savedDigest = plan.digest;
    this.lastN = plan.lastN;
    this.sentN = plan.lastN;
    this.hashedN = plan.lastN;
    this.durableN = plan.lastN;
    channel.listen(
      (message) => this.receive(message),
      (reason) => this.died(reason),
    );
  }

  /** Repairs what recovery found and makes it durable; records may be appended meanwhile. */
  open(
    plan: OpenPlan,
    backlog: { readonly records: number; readonly bytes: number },
  ): Promise<void> {
    this.records = backlog.records;
    this.bytes = backlog.bytes;
    return new Promise<void>((resolve, reject) => {
      this.opened = { resolve, reject };
      this.channel.post({ kind: 'open', plan });
    });
  }

  get last(): number {
    return this.lastN;
  }

  get durable(): number {
    return this.durableN;
  }

  /** Why nothing is written any more; null while all is well. */
  get failure(): StoreError | null {
    return this.error;
  }

  get saturated(): boolean {
    return this.lastN - this.durableN > SATURATED_RECORDS && this.error === null;
  }

  /** Records and bytes since the last compaction was begun. */
  get sinceRotation(): { readonly records: number; readonly bytes: number } {
    return { records: this.records, bytes: this.bytes };
  }

  get rotating(): boolean {
    return this.rotations.length > 0;
  }

  append(body: B, at: { readonly t: EpochMs; readonly m: number }): number {
    const n = ++this.lastN;
    if (this.error !== null) return n;
    if (this.closing) throw new StoreError('closed', 'The journal is closed.');
    const text = this.encode(body, { n, t: at.t, m: at.m });
    this.unhashed.push(text);
    this.records += 1;
    this.bytes += text.length + LINE_OVERHEAD;
    if (n - this.durableN > MAX_QUEUED_RECORDS) {
      const advice = 'The disk does not answer; check it, then restart.';
      const message = `${MAX_QUEUED_RECORDS} records wait for the disk.`;
      this.fail(new StoreError('queueFull', message, { advice }));
    }
    return n;
  }

  commit(): void {
    if (this.error !== null || this.sentN === this.lastN) return;
    if (this.inFlight) this.wanted = true;
    else this.send();
  }

  /** Resolves when everything appended so far is durable; rejects when the journal has failed. */
  whenDurable(): Promise<void> {
    if (this.error !== null) return Promise.reject(this.error);
    if (this.durableN === this.lastN) return Promise.resolve();
    this.commit();
    const n = this.lastN;
    return new Promise((resolve, reject) => this.waiting.push({ n, resolve, reject }));
  }

  onDurable(callback: () => void): void {
    this.durableCallbacks.push(callback);
  }

  onFailed(callback: (reason: string) => void): void {
    this.failedCallbacks.push(callback);
  }

  /** Hashes what the thread has not hashed yet; cheap after `close`. */
  digest(): string {
    const digest = createResumableDigest(this.savedDigest);
    digest.updateAll(this.unhashed);
    return digest.hex();
  }

  /**
   * Begins the next generation with `state` = the state after record `last`. Call it in the tick
   * in which `state` was made. Rejects when the compaction failed; the journal then goes on.
   */
  rotate(state: string): Promise<void> {
    if (this.error !== null) return Promise.reject(this.error);
    if (this.closing) return Promise.reject(new StoreError('closed', 'The journal is closed.'));
    if (this.sentN < this.lastN) this.send();
    this.channel.post({ kind: 'rotate', seq: this.lastN, state });
    this.records = 0;
    this.bytes = 0;
    return new Promise((resolve, reject) => this.rotations.push({ resolve, reject }));
  }

  /** Resolves when the thread is done: all is durable, or `failure` says why not. */
  close(): Promise<void> {
    if (this.closing) return Promise.reject(new StoreError('closed', 'The journal is closed.'));
    this.closing = true;
    if (this.error === null && this.sentN < this.lastN) this.send();
    return new Promise((resolve) => {
      if (this.error?.code === 'workerDied') return resolve();
      this.ended = resolve;
      this.channel.post({ kind: 'close' });
    });
  }

  private send(): void {
    const lines = this.unhashed.slice(this.sentN - this.hashedN);
    this.sentN = this.lastN;
    this.inFlight = true;
    this.wanted = false;
    this.channel.post({ kind: 'append', lastN: this.lastN, lines });
  }

  private receive(message: FromDisk): void {
    switch (message.kind) {
      case 'opened':
        return this.opened?.resolve();
      case 'durable':
        return this.acknowledge(message.lastN);
      case 'hashed':
        this.unhashed = this.unhashed.slice(message.lastN - this.hashedN);
        this.hashedN = message.lastN;
        this.savedDigest = message.digest;
        return;
      case 'rotated':
        return this.rotations.shift()?.resolve();
      case 'rotateFailed':
        return this.rotations.shift()?.reject(toStoreError(message.error));
      case 'failed':
        return this.fail(toStoreError(message.error));
      case 'closed':
        this.ended?.();
        this.ended = null;
    }
  }

  private acknowledge(lastN: number): void {
    if (this.error !== null) return;
    this.durableN = lastN;
    this.inFlight = lastN < this.sentN;
    if (!this.inFlight && this.wanted) this.send();
    for (const callback of this.durableCallbacks) callback();
    while ((this.waiting[0]?.n ?? Infinity) <= lastN) this.waiting.shift()?.resolve();
  }

  private died(reason: string): void {
    if (this.closing && this.ended === null) return;
    this.fail(new StoreError('workerDied', `State cannot be saved: ${reason}.`));
    this.ended?.();
    this.ended = null;
  }

  /** Once; `durable` never grows again. */
  private fail(error: StoreError): void {
    if (this.error !== null) return;
    this.error = error;
    this.opened?.reject(error);
    for (const one of [...this.rotations.splice(0), ...this.waiting.splice(0)]) one.reject(error);
    for (const callback of this.failedCallbacks) callback(error.message);
  }
}

function toStoreError(error: PlainError): StoreError {
  const { advice: _said, ...details } = error.details;
  return new StoreError(error.code, error.message, details);
}
