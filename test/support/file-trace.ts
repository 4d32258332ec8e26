/**
 * What a piece of code does to names and contents of files, in order: a sync that is missing or
 * comes late changes no result and is seen by nothing else. For `vi.mock('node:fs', ...)`.
 */
import type * as nodeFs from 'node:fs';
import { relative } from 'node:path';

type Fs = typeof nodeFs;

/** Random parts of names: ids, and hex of temporary files. */
const RANDOM = /[0-9a-f]{8}-[0-9a-f-]{27}|(?<=\.)[0-9a-f]{16}(?=\.)/;

export class FileTrace {
  /** `write NAME` once per opened file, `sync NAME`, `rename A > B`, `remove NAME`, `make NAME`. */
  readonly done: string[] = [];
  private readonly open = new Map<number, { readonly name: string; isWritten: boolean }>();
  private base = '/';

  /** Begins anew; names are told from this directory on. */
  begin(base: string): void {
    this.base = base;
    this.done.length = 0;
  }

  private name(path: unknown): string {
    const name = relative(this.base, String(path)).replace(RANDOM, '*');
    return name === '' ? '.' : name;
  }

  private wrote(fd: unknown): void {
    const file = this.open.get(Number(fd));
    if (!file || file.isWritten) return;
    file.isWritten = true;
    this.done.push(`write ${file.name}`);
  }

  private synced(fd: number): void {
    this.done.push(`sync ${this.open.get(fd)?.name ?? '?'}`);
  }

  /** The same module, all of whose names and syncs are noted. */
  watch(fs: Fs): Fs {
    const after =
      <A extends unknown[], T>(call: (...args: A) => T, note: (args: A, result: T) => void) =>
      (...args: A): T => {
        const result = call(...args);
        note(args, result);
        return result;
      };
    const changed = {
      openSync: after(fs.openSync, ([path], fd) => {
        this.open.set(fd, { name: this.name(path), isWritten: false });
      }),
      writeSync: after(fs.writeSync as (...args: unknown[]) => number, ([fd]) => this.wrote(fd)),
      writeFileSync: after(fs.writeFileSync, ([fd]) => this.wrote(fd)),
      fsyncSync: after(fs.fsyncSync, ([fd]) => this.synced(fd)),
      fdatasyncSync: after(fs.fdatasyncSync, ([fd]) => this.synced(fd)),
      renameSync: after(fs.renameSync, ([from, to]) => {
        this.done.push(`rename ${this.name(from)} > ${this.name(to)}`);
      }),
      unlinkSync: after(fs.unlinkSync, ([path]) => this.done.push(`remove ${this.name(path)}`)),
      rmdirSync: after(fs.rmdirSync, ([path]) => this.done.push(`remove ${this.name(path)}`)),
      mkdirSync: after(fs.mkdirSync as (...args: unknown[]) => string | undefined, ([path]) => {
        this.done.push(`make ${this.name(path)}`);
      }),
    } as unknown as Partial<Fs>;
    return { ...fs, ...changed, default: { ...fs, ...changed } } as unknown as Fs;
  }
}
