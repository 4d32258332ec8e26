/** The store's file calls on a real disk, of which the n-th one fails, once or for good. */
import { realFs, type StoreFs } from '../../src/store/store-fs.ts';

export interface FileFault {
  /** From 1, over all calls. */
  readonly nth: number;
  /** What it fails with; null: a write that ends early and is no error. */
  readonly errno: string | null;
  /** Every later call fails, too: the disk stays full, or gone. */
  readonly isLasting: boolean;
  /** Bytes of a write that reach the file before it fails or ends early. */
  readonly written: number;
}

/** Calls that a sound process makes and no disk refuses. */
const NEVER_FAIL: ReadonlySet<string> = new Set(['closeSync']);

export interface CountedFiles {
  readonly files: StoreFs;
  /** Calls so far, with the length of each write (0 for other calls). */
  readonly calls: { readonly name: string; readonly length: number }[];
  /** True once the fault has struck. */
  readonly struck: () => boolean;
}

/** Real calls, counted; `fault` null: all of them work. */
export function countedFiles(fault: FileFault | null): CountedFiles {
  const calls: { name: string; length: number }[] = [];
  let hasStruck = false;
  const wrap =
    (name: string, real: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      if (NEVER_FAIL.has(name)) return real(...args);
      const length = name === 'writeSync' ? (args[3] as number) : 0;
      calls.push({ name, length });
      const isIt = fault !== null && (calls.length === fault.nth || (hasStruck && fault.isLasting));
      if (!isIt) return real(...args);
      const isFirst = !hasStruck;
      hasStruck = true;
      const part = isFirst ? Math.min(fault.written, length) : 0;
      const [fd, bytes, from] = args as [number, Buffer, number];
      if (part > 0) realFs.writeSync(fd, bytes, from, part);
      if (fault.errno === null) return part;
      throw Object.assign(new Error(`${fault.errno}: planted, ${name}`), { code: fault.errno });
    };
  const names = Object.keys(NAMES) as (keyof StoreFs)[];
  const files = Object.fromEntries(
    names.map((name) => [name, wrap(name, realFs[name] as (...args: unknown[]) => unknown)]),
  ) as unknown as StoreFs;
  return { files, calls, struck: () => hasStruck };
}

const NAMES: Readonly<Record<keyof StoreFs, true>> = {
  closeSync: true,
  fdatasyncSync: true,
  fsyncSync: true,
  ftruncateSync: true,
  mkdirSync: true,
  openSync: true,
  readdirSync: true,
  renameSync: true,
  unlinkSync: true,
  writeSync: true,
};
