/**
 * The copy that is kept before state of an older version is written anew: `backup-SCHEMA-N/` in
 * the state directory. It counts with its name only, so a kill on the way leaves nothing that
 * looks like one, and a start that finds its own copy already there makes no second.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import { ARCHIVE_DIRECTORY } from './archive.ts';
import { readBytes } from './replay.ts';
import {
  journalName,
  parseHeader,
  parseLine,
  snapshotName,
  sortFiles,
  StoreError,
} from './schema.ts';
import { writeNew } from './stop-file.ts';
import { type StoreFs, syncDirectory } from './store-fs.ts';

const COPY_NAME = /^backup-(\d+)-(\d+)$/;
const UNFINISHED = '.new';

/**
 * Name of a durable copy of everything that `schema` wrote into `dir`. Throws StoreError
 * `writeFailed`; nothing but unfinished copies was changed then.
 */
export function keepCopy(dir: string, schema: number, files: StoreFs): string {
  try {
    const made = copiesOf(dir, schema);
    const known = made.find((name) => holdsAll(dir, schema, join(dir, name)));
    if (known !== undefined) return known;
    const last = made.map((name) => Number(COPY_NAME.exec(name)?.[2])).toSorted((a, b) => b - a)[0];
    const name = `backup-${schema}-${(last ?? 0) + 1}`;
    makeCopy(dir, schema, name, files);
    return name;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const details = { file: dir, errno: errnoOf(error) };
    const message = `State of schema ${schema} cannot be copied before its migration`;
    const advice = 'Nothing was changed. Make room or make the directory writable, then start.';
    throw new StoreError('writeFailed', `${message}: ${messageOf(error)}.`, { ...details, advice });
  }
}

function copiesOf(dir: string, schema: number): string[] {
  return readdirSync(dir).filter((name) => COPY_NAME.exec(name)?.[1] === String(schema));
}

/** Same snapshots and journals of that version, byte for byte. */
function holdsAll(dir: string, schema: number, copy: string): boolean {
  return filesOf(dir, schema).every(
    (name) => existsSync(join(copy, name)) && readBytes(copy, name).equals(readBytes(dir, name)),
  );
}

/** A migration cut short may have begun a journal of its own version: that is none of it. */
function filesOf(dir: string, schema: number): string[] {
  const { journals, snapshots } = sortFiles(readdirSync(dir));
  const older = journals.map(journalName).filter((name) => {
    const first = readBytes(dir, name);
    const text = parseLine(first.subarray(0, Math.max(0, first.indexOf(0x0a))));
    const header = text === null ? null : parseHeader(text);
    return header === null || header === 'newer' || header.schema <= schema;
  });
  return [...snapshots.map(snapshotName), ...older];
}

function makeCopy(dir: string, schema: number, name: string, files: StoreFs): void {
  const unfinished = join(dir, name + UNFINISHED);
  rmSync(unfinished, { recursive: true, force: true });
  files.mkdirSync(unfinished, { mode: 0o700 });
  for (const file of filesOf(dir, schema)) {
    writeNew(join(unfinished, file), readBytes(dir, file), files);
  }
  const archive = join(dir, ARCHIVE_DIRECTORY);
  if (existsSync(archive)) {
    files.mkdirSync(join(unfinished, ARCHIVE_DIRECTORY), { mode: 0o700 });
    for (const file of readdirSync(archive)) {
      const to = join(unfinished, ARCHIVE_DIRECTORY, file);
      writeNew(to, readBytes(archive, file), files);
    }
    syncDirectory(files, join(unfinished, ARCHIVE_DIRECTORY));
  }
  syncDirectory(files, unfinished);
  files.renameSync(unfinished, join(dir, name));
  syncDirectory(files, dir);
}
