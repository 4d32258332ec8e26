/**
 * What the store does for a power cut, taken away one at a time around its seams: nothing of it is
 * a switch in the product. Each must make the proof of crash states fail.
 */
import { constants } from 'node:fs';
import { basename } from 'node:path';

import type { ReadFiles } from '../../src/store/replay.ts';
import { journalName, snapshotName, toLine } from '../../src/store/schema.ts';
import type { StoreFs } from '../../src/store/store-fs.ts';
import type { Mutant } from './crash-run.ts';

type Synced = 'journal' | 'snapshot' | 'directory';

/** By what was taken away. */
export const CRASH_MUTANTS: Readonly<Record<string, Mutant>> = {
  'no sync of the journal': { files: (files) => withoutSync(files, (kind) => kind === 'journal') },
  'no sync of the snapshot': {
    files: (files) => withoutSync(files, (kind) => kind === 'snapshot'),
  },
  'no sync of the directory': {
    files: (files) => withoutSync(files, (kind) => kind === 'directory'),
  },
  'no sync of the directory after a new journal': { files: withoutSyncAfterJournal },
  'no sync of the directory after a first snapshot': { files: withoutSyncAfterSnapshot },
  'no sync of what a start finds': { files: withoutSyncAtStart },
  'acknowledged before the sync': { files: withLateSync },
  'no checksum of lines': { reading: withoutChecksums },
  'old generation removed early': { files: withEarlyRemoval },
};

/** File calls whose syncs of one kind do nothing. */
export function withoutSync(files: StoreFs, isSkipped: (kind: Synced) => boolean): StoreFs {
  const kinds = new Map<number, Synced>();
  const skip = (fd: number, sync: (fd: number) => void): void => {
    if (!isSkipped(kinds.get(fd) ?? 'directory')) sync(fd);
  };
  return changed(files, {
    openSync(path: string, flags: number, mode?: number) {
      const fd = files.openSync(path, flags, mode);
      kinds.set(fd, kindOf(path, flags));
      return fd;
    },
    fsyncSync: (fd: number) => skip(fd, files.fsyncSync),
    fdatasyncSync: (fd: number) => skip(fd, files.fdatasyncSync),
  });
}

function kindOf(path: string, flags: number): Synced {
  if ((flags & constants.O_DIRECTORY) !== 0) return 'directory';
  return basename(path).startsWith('journal-') ? 'journal' : 'snapshot';
}

/** The name of a new journal is not made durable before anything is written into it. */
function withoutSyncAfterJournal(files: StoreFs): StoreFs {
  let isNew = false;
  let directory = -1;
  return changed(files, {
    openSync(path: string, flags: number, mode?: number) {
      const fd = files.openSync(path, flags, mode);
      if (kindOf(path, flags) === 'directory') directory = fd;
      if (basename(path).startsWith('journal-')) isNew = (flags & constants.O_CREAT) !== 0;
      return fd;
    },
    fsyncSync(fd: number) {
      if (fd === directory && isNew) isNew = false;
      else files.fsyncSync(fd);
    },
  });
}

/** The name of a new snapshot is not made durable. */
function withoutSyncAfterSnapshot(files: StoreFs): StoreFs {
  let isRenamed = false;
  return changed(files, {
    renameSync(from: string, to: string) {
      isRenamed = true;
      files.renameSync(from, to);
    },
    fsyncSync(fd: number) {
      if (!isRenamed) files.fsyncSync(fd);
      isRenamed = false;
    },
  });
}

/** A journal that goes on is not synced first. */
function withoutSyncAtStart(files: StoreFs): StoreFs {
  const found = new Set<number>();
  return changed(files, {
    openSync(path: string, flags: number, mode?: number) {
      const fd = files.openSync(path, flags, mode);
      const goesOn = kindOf(path, flags) === 'journal' && (flags & constants.O_CREAT) === 0;
      if (goesOn) found.add(fd);
      return fd;
    },
    fsyncSync(fd: number) {
      if (!found.has(fd)) files.fsyncSync(fd);
    },
  });
}

/** Every batch is told durable first and synced with the next call. */
function withLateSync(files: StoreFs): StoreFs {
  let owed: number | null = null;
  const pay = (): void => {
    if (owed === null) return;
    const fd = owed;
    owed = null;
    files.fdatasyncSync(fd);
  };
  const paid = <A extends unknown[], T>(call: (...args: A) => T) => {
    return (...args: A): T => {
      pay();
      return call(...args);
    };
  };
  return changed(files, {
    openSync: paid(files.openSync),
    closeSync: paid(files.closeSync),
    writeSync: paid(files.writeSync as (...args: unknown[]) => number),
    fdatasyncSync(fd: number) {
      pay();
      owed = fd;
    },
  });
}

/** Lines count whatever their checksum says. */
function withoutChecksums(reading: ReadFiles): ReadFiles {
  return {
    list: (dir) => reading.list(dir),
    read(dir, name) {
      const bytes = reading.read(dir, name);
      if (!name.startsWith('journal-')) return bytes;
      const text = bytes.toString('latin1');
      return Buffer.from(
        text.replace(/.*\n/g, (line) => toLine(line.slice(9, -1))),
        'latin1',
      );
    },
  };
}

/** The generation before goes as soon as its successor's journal exists. */
function withEarlyRemoval(files: StoreFs): StoreFs {
  return changed(files, {
    openSync(path: string, flags: number, mode?: number) {
      const fd = files.openSync(path, flags, mode);
      const generation = Number(/journal-(\d+)\.jsonl$/.exec(path)?.[1] ?? 0);
      if (generation < 2 || (flags & constants.O_CREAT) === 0) return fd;
      for (const name of [snapshotName(generation - 1), journalName(generation - 1)]) {
        files.unlinkSync(path.replace(/[^/]*$/, name));
      }
      return fd;
    },
  });
}

function changed(files: StoreFs, change: Partial<Record<keyof StoreFs, unknown>>): StoreFs {
  return { ...files, ...change } as unknown as StoreFs;
}
