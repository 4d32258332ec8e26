/** A small application for the store: a running sum, and a disk that fails where it is told to. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Envelope } from '../../src/domain/record.ts';
import { createDigest } from '../../src/store/digest.ts';
import { serveJournal } from '../../src/store/journal-disk.ts';
import type { DiskChannel } from '../../src/store/journal.ts';
import type { StoreCodec } from '../../src/store/recovery.ts';
import { openStore, type Store, type StoreOptions } from '../../src/store/snapshot.ts';
import { realFs, type StoreFs } from '../../src/store/store-fs.ts';

export interface Added {
  readonly kind: 'added';
  readonly amount: number;
  readonly note: string;
}
export type AddedRecord = Envelope & Added;
export interface Sum {
  total: number;
  notes: string[];
  lastN: number;
}
export type SumStore = Store<Sum, Added>;

export const NOW = 1_700_000_000_000;

export function sumCodec(): StoreCodec<Sum, AddedRecord> {
  return {
    initial: () => ({ total: 0, notes: [], lastN: 0 }),
    encode: (body, at) => JSON.stringify({ ...at, ...body }),
    decode: (text) => JSON.parse(text) as AddedRecord,
    fold(state, record) {
      state.total += record.amount;
      state.notes = [...state.notes.slice(-4), record.note];
      state.lastN = record.n;
    },
    encodeState: (state) => JSON.stringify(state),
    decodeState: (text) => JSON.parse(text) as Sum,
  };
}

export function makeDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'tapedeck-store-'));
}

export function removeDirectory(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

export function openSum(
  dir: string,
  options: Partial<StoreOptions<Sum, Added>> = {},
): Promise<SumStore> {
  return openStore({ dir, codec: sumCodec(), ...options });
}

/** Appends and folds as the engine does. */
export function add(store: SumStore, amount: number, note = ''): number {
  const body: Added = { kind: 'added', amount, note };
  const at = { t: NOW, m: 0 };
  const n = store.journal.append(body, at);
  sumCodec().fold(store.db.data, { n, ...at, ...body });
  return n;
}

/** The digest all those records have in one memory, however the files were cut. */
export function digestOf(amounts: readonly { amount: number; note: string }[]): string {
  const digest = createDigest();
  amounts.forEach(({ amount, note }, index) => {
    digest.update(JSON.stringify({ n: index + 1, t: NOW, m: 0, kind: 'added', amount, note }));
  });
  return digest.hex();
}

export function durable(store: SumStore, n: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      if (store.journal.durable >= n) resolve();
    };
    store.journal.onDurable(check);
    store.journal.onFailed((reason) => reject(new Error(reason)));
    store.journal.commit();
    check();
  });
}

/** Answers a turn later, as a thread does, but in this one. */
export function inlineChannel(files: StoreFs = realFs): DiskChannel {
  let handle: ReturnType<typeof serveJournal> | null = null;
  return {
    post: (message) => void setImmediate(() => handle?.(message)),
    listen(onMessage) {
      handle = serveJournal(files, onMessage);
    },
  };
}

export interface Fault {
  readonly call: keyof StoreFs;
  /** From 1, counted per call name from the moment `arm` was called. */
  readonly nth: number;
  readonly errno: string;
}

/** Real file calls, all counted; the armed one fails. Short writes by halves when asked. */
export function faultyFs(options: { shortWrites?: boolean } = {}) {
  const calls: string[] = [];
  let counts = new Map<string, number>();
  let fault: Fault | null = null;
  const note = (call: keyof StoreFs): void => {
    calls.push(call);
    counts.set(call, (counts.get(call) ?? 0) + 1);
    if (fault?.call !== call || counts.get(call) !== fault.nth) return;
    throw Object.assign(new Error(`${fault.errno}: planted, ${call}`), { code: fault.errno });
  };
  const watched =
    <A extends unknown[], T>(call: keyof StoreFs, real: (...args: A) => T) =>
    (...args: A): T => {
      note(call);
      return real(...args);
    };
  const files = {
    closeSync: watched('closeSync', realFs.closeSync),
    fdatasyncSync: watched('fdatasyncSync', realFs.fdatasyncSync),
    fsyncSync: watched('fsyncSync', realFs.fsyncSync),
    ftruncateSync: watched('ftruncateSync', realFs.ftruncateSync),
    mkdirSync: watched('mkdirSync', (path: string) => realFs.mkdirSync(path, { mode: 0o700 })),
    openSync: watched('openSync', realFs.openSync),
    readdirSync: watched('readdirSync', (path: string) => realFs.readdirSync(path)),
    renameSync: watched('renameSync', realFs.renameSync),
    unlinkSync: watched('unlinkSync', realFs.unlinkSync),
    writeSync(fd: number, bytes: Buffer, offset: number, length: number): number {
      note('writeSync');
      const part = options.shortWrites === true ? Math.ceil(length / 2) : length;
      return realFs.writeSync(fd, bytes, offset, part);
    },
  } as unknown as StoreFs;
  return {
    files,
    calls,
    arm(next: Fault | null) {
      fault = next;
      counts = new Map();
    },
  };
}

/** Every file of a directory, to be put back or compared. */
export function snapshotOf(dir: string): Map<string, Buffer> {
  return new Map(
    readdirSync(dir)
      .sort()
      .map((name) => [name, readFileSync(join(dir, name))]),
  );
}

export function restore(dir: string, files: ReadonlyMap<string, Buffer>): void {
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(dir, name), bytes, { mode: 0o600 });
}
