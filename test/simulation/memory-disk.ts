/**
 * A disk of one directory in memory that can lose power, fill up and fail: what was not synced
 * may be gone after a crash, names as well as bytes. Only recovery reads real files: `materialize`
 * writes them out.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Rng } from './dice.ts';
import type { StoreFs } from '../../src/store/store-fs.ts';

interface Inode {
  bytes: Buffer;
  length: number;
  /** Bytes that survive a power cut. */
  synced: number;
}

interface NameChange {
  readonly name: string;
  /** Null: removed. */
  readonly inode: Inode | null;
}

const CALLS = ['writeSync', 'fdatasyncSync', 'fsyncSync', 'openSync', 'renameSync'] as const;
type FailingCall = (typeof CALLS)[number];

export class MemoryDisk {
  readonly dir: string;
  readonly files: StoreFs;
  private names = new Map<string, Inode>();
  /** Names as a power cut leaves them, and the changes since. */
  private syncedNames = new Map<string, Inode>();
  private changes: NameChange[] = [];
  private readonly handles = new Map<number, Inode | null>();
  private lastHandle = 0;
  private fault: { readonly call: FailingCall | null; readonly errno: string } | null = null;

  constructor(dir: string) {
    this.dir = dir;
    this.files = this.calls() as unknown as StoreFs;
  }

  /** From now on the call (every changing one where it is null) fails with this errno. */
  fail(call: FailingCall | null, errno: string): void {
    this.fault = { call, errno };
  }

  get isFailing(): boolean {
    return this.fault !== null;
  }

  repair(): void {
    this.fault = null;
  }

  /** The process is gone; with `power`, so is a part of what nobody had synced. */
  crash(power: boolean, rng: Rng): void {
    this.handles.clear();
    if (!power) return;
    const kept = Math.floor(rng.next() * (this.changes.length + 1));
    for (const change of this.changes.slice(0, kept)) apply(this.syncedNames, change);
    this.names = new Map(this.syncedNames);
    this.changes = [];
    for (const inode of new Set(this.names.values())) {
      inode.length = inode.synced + Math.floor(rng.next() * (inode.length - inode.synced + 1));
    }
  }

  /** Writes the directory out as it is now. */
  materialize(): void {
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.dir)) {
      if (!this.names.has(name)) rmSync(join(this.dir, name), { recursive: true });
    }
    for (const [name, { bytes, length }] of this.names) {
      writeFileSync(join(this.dir, name), bytes.subarray(0, length), { mode: 0o600 });
    }
  }

  /** A copy of everything, to be restored later: somebody's backup. */
  backup(): ReadonlyMap<string, Buffer> {
    const copies = Array.from(this.names, ([name, { bytes, length }]) => {
      return [name, Buffer.from(bytes.subarray(0, length))] as const;
    });
    return new Map(copies);
  }

  restore(backup: ReadonlyMap<string, Buffer>): void {
    this.names = new Map();
    for (const [name, copy] of backup) {
      this.names.set(name, { bytes: Buffer.from(copy), length: copy.length, synced: copy.length });
    }
    this.syncedNames = new Map(this.names);
    this.changes = [];
  }

  private check(call: FailingCall): void {
    const { fault } = this;
    if (!fault || (fault.call !== null && fault.call !== call)) return;
    throw Object.assign(new Error(`${fault.errno}: planted, ${call}`), { code: fault.errno });
  }

  private open(path: string, isNew: boolean): number {
    this.check('openSync');
    const handle = (this.lastHandle += 1);
    const name = basename(path);
    if (path === this.dir) {
      this.handles.set(handle, null);
      return handle;
    }
    let inode = this.names.get(name);
    if (isNew) {
      if (inode) throw Object.assign(new Error(`EEXIST: ${name}`), { code: 'EEXIST' });
      inode = { bytes: Buffer.alloc(4_096), length: 0, synced: 0 };
      this.rename({ name, inode });
    }
    if (!inode) throw Object.assign(new Error(`ENOENT: ${name}`), { code: 'ENOENT' });
    this.handles.set(handle, inode);
    return handle;
  }

  private rename(change: NameChange): void {
    apply(this.names, change);
    this.changes.push(change);
  }

  private inodeOf(handle: number): Inode {
    const inode = this.handles.get(handle);
    if (!inode) throw Object.assign(new Error('EBADF'), { code: 'EBADF' });
    return inode;
  }

  private sync(handle: number): void {
    const inode = this.handles.get(handle);
    if (inode) inode.synced = inode.length;
    if (inode !== null) return;
    for (const change of this.changes) apply(this.syncedNames, change);
    this.changes = [];
  }

  private calls() {
    const isCreating = (flags: number): boolean => (flags & 0o100) !== 0;
    return {
      closeSync: (handle: number) => void this.handles.delete(handle),
      openSync: (path: string, flags: number) => this.open(path, isCreating(flags)),
      readdirSync: () => [...this.names.keys()],
      ftruncateSync: (handle: number, length: number) => {
        const inode = this.inodeOf(handle);
        inode.length = length;
        inode.synced = Math.min(inode.synced, length);
      },
      fsyncSync: (handle: number) => {
        this.check('fsyncSync');
        this.sync(handle);
      },
      fdatasyncSync: (handle: number) => {
        this.check('fdatasyncSync');
        this.sync(handle);
      },
      renameSync: (from: string, to: string) => {
        this.check('renameSync');
        const inode = this.names.get(basename(from)) ?? null;
        this.rename({ name: basename(to), inode });
        this.rename({ name: basename(from), inode: null });
      },
      unlinkSync: (path: string) => {
        this.rename({ name: basename(path), inode: null });
      },
      writeSync: (handle: number, bytes: Buffer, offset: number, length: number) => {
        this.check('writeSync');
        append(this.inodeOf(handle), bytes.subarray(offset, offset + length));
        return length;
      },
    };
  }
}

function apply(names: Map<string, Inode>, { name, inode }: NameChange): void {
  if (inode) names.set(name, inode);
  else names.delete(name);
}

function append(inode: Inode, bytes: Buffer): void {
  const end = inode.length + bytes.length;
  if (end > inode.bytes.length) {
    const larger = Buffer.alloc(Math.max(end, 2 * inode.bytes.length));
    inode.bytes.copy(larger, 0, 0, inode.length);
    inode.bytes = larger;
  }
  bytes.copy(inode.bytes, inode.length);
  inode.length = end;
}
