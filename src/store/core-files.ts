/** Snapshots and journals of a directory, read into memory while somebody may be writing them. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHIVE_DIRECTORY } from './archive.ts';
import { readBytes } from './replay.ts';
import { journalName, snapshotName, sortFiles, StoreError } from './schema.ts';
import { STOP_FILE } from './stop-file.ts';

const READ_ATTEMPTS = 5;

export interface FoundFiles {
  readonly core: ReadonlyMap<string, Buffer>;
  /** Files that cannot be read at all, and why. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Read again where a compaction took a file away meanwhile. */
export function readCore(dir: string): FoundFiles {
  for (let attempt = 1; ; attempt += 1) {
    const core = new Map<string, Buffer>();
    const unreadable = new Map<string, string>();
    for (const name of coreNames(dir)) {
      try {
        core.set(name, readBytes(dir, name));
      } catch (error) {
        unreadable.set(name, error instanceof StoreError ? error.message : String(error));
      }
    }
    const gone = [...unreadable.keys()].some((name) => !existsSync(join(dir, name)));
    if (!gone || attempt >= READ_ATTEMPTS) return { core, unreadable };
  }
}

function coreNames(dir: string): string[] {
  if (!existsSync(dir)) return [];
  const { journals, snapshots } = sortFiles(readdirSync(dir));
  return [...snapshots.map(snapshotName), ...journals.map(journalName)];
}

/** Names of archive files below the directory, each index before its part. */
export function archiveNames(dir: string): string[] {
  const place = join(dir, ARCHIVE_DIRECTORY);
  if (!existsSync(place)) return [];
  const names = readdirSync(place).filter((name) => lstatSync(join(place, name)).isFile());
  const indexFirst = names.toSorted((a, b) => Number(isIndex(b)) - Number(isIndex(a)));
  return indexFirst.map((name) => `${ARCHIVE_DIRECTORY}/${name}`);
}

const isIndex = (name: string): boolean => name.endsWith('.index');

/** Is anything in it that a restored state would replace? */
export function holdsState(dir: string): boolean {
  return (
    coreNames(dir).length > 0 || archiveNames(dir).length > 0 || existsSync(join(dir, STOP_FILE))
  );
}
