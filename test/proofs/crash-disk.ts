/**
 * A disk in memory that forgets as POSIX allows: what was not synced may be lost, file by file and
 * name by name. The store writes to it through its own seam, `StoreFs`.
 */
import { constants } from 'node:fs';
import { basename } from 'node:path';

import type { ReadFiles } from '../../src/store/replay.ts';
import type { StoreFs } from '../../src/store/store-fs.ts';

/** A change of a file's content that was not synced yet. */
export type Change =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly length: number };

export interface Inode {
  /** As every process sees it now. */
  live: Buffer;
  /** As it certainly is on the disk. */
  synced: Buffer;
  pending: Change[];
}

/** A change of the directory that was not synced yet. */
export type Rename =
  | { readonly kind: 'link'; readonly name: string; readonly inode: Inode }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

const DIRECTORY = -1;

export class MemoryDisk {
  /** Called after every change of the disk. */
  onChange: () => void = () => undefined;
  /** Names that certainly survive, and what may or may not have followed, in order. */
  readonly synced: Map<string, Inode>;
  renames: Rename[] = [];
  private readonly live: Map<string, Inode>;
  private readonly open = new Map<number, Inode | typeof DIRECTORY>();
  private nextFd = 3;

  constructor(files: ReadonlyMap<string, Buffer> = new Map()) {
    const inodes = [...files].map(([name, bytes]) => {
      return [name, { live: bytes, synced: bytes, pending: [] }] as [string, Inode];
    });
    this.synced = new Map(inodes);
    this.live = new Map(inodes);
  }

  /** What a process that goes on reads. */
  get reading(): ReadFiles {
    return {
      list: () => [...this.live.keys()],
      read: (_dir, name) => this.inode(name).live,
    };
  }

  /** File calls as the store makes them. */
  get files(): StoreFs {
    const calls = {
      openSync: (path: string, flags: number) => this.openSync(path, flags),
      closeSync: (fd: number) => void this.open.delete(fd),
      writeSync: (fd: number, bytes: Buffer, from: number, length: number) =>
        this.write(fd, bytes.subarray(from, from + length)),
      ftruncateSync: (fd: number, length: number) => this.truncate(fd, length),
      fsyncSync: (fd: number) => this.sync(fd),
      fdatasyncSync: (fd: number) => this.sync(fd),
      renameSync: (from: string, to: string) => this.rename(basename(from), basename(to)),
      unlinkSync: (path: string) => this.unlink(basename(path)),
      readdirSync: () => [...this.live.keys()],
    };
    return calls as unknown as StoreFs;
  }

  private openSync(path: string, flags: number): number {
    const fd = (this.nextFd += 1);
    if ((flags & constants.O_DIRECTORY) !== 0) {
      this.open.set(fd, DIRECTORY);
      return fd;
    }
    const name = basename(path);
    if ((flags & constants.O_CREAT) === 0) {
      this.open.set(fd, this.inode(name));
      return fd;
    }
    if (this.live.has(name)) throw systemError('EEXIST', name);
    const inode = { live: Buffer.alloc(0), synced: Buffer.alloc(0), pending: [] };
    this.live.set(name, inode);
    this.renames.push({ kind: 'link', name, inode });
    this.open.set(fd, inode);
    this.onChange();
    return fd;
  }

  private inode(name: string): Inode {
    const inode = this.live.get(name);
    if (inode === undefined) throw systemError('ENOENT', name);
    return inode;
  }

  private opened(fd: number): Inode {
    const inode = this.open.get(fd);
    if (inode === undefined || inode === DIRECTORY) throw systemError('EBADF', String(fd));
    return inode;
  }

  private write(fd: number, bytes: Buffer): number {
    const inode = this.opened(fd);
    inode.pending.push({ kind: 'write', offset: inode.live.length, bytes: Buffer.from(bytes) });
    inode.live = Buffer.concat([inode.live, bytes]);
    this.onChange();
    return bytes.length;
  }

  private truncate(fd: number, length: number): void {
    const inode = this.opened(fd);
    inode.pending.push({ kind: 'truncate', length });
    inode.live = inode.live.subarray(0, length);
    this.onChange();
  }

  private sync(fd: number): void {
    const inode = this.open.get(fd);
    if (inode === undefined) throw systemError('EBADF', String(fd));
    if (inode === DIRECTORY) {
      for (const change of this.renames) applyRename(this.synced, change);
      this.renames = [];
    } else {
      inode.synced = inode.live;
      inode.pending = [];
    }
    this.onChange();
  }

  private rename(from: string, to: string): void {
    const inode = this.inode(from);
    this.live.delete(from);
    this.live.set(to, inode);
    this.renames.push({ kind: 'rename', from, to });
    this.onChange();
  }

  private unlink(name: string): void {
    if (!this.live.delete(name)) throw systemError('ENOENT', name);
    this.renames.push({ kind: 'unlink', name });
    this.onChange();
  }
}

/** The names after one more change of the directory. */
export function applyRename(names: Map<string, Inode>, change: Rename): void {
  if (change.kind === 'link') names.set(change.name, change.inode);
  else if (change.kind === 'unlink') names.delete(change.name);
  else {
    const inode = names.get(change.from);
    names.delete(change.from);
    if (inode !== undefined) names.set(change.to, inode);
  }
}

export function systemError(code: string, name: string): Error {
  return Object.assign(new Error(`${code}: ${name}`), { code });
}
