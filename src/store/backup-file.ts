/**
 * One file with a state in it: a tar of snapshots, journals, archive and stop, and last a list of
 * all of them with their checksums. Without that list it was cut short and is refused.
 */
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import { archiveNames, readCore } from './core-files.ts';
import { readBytes } from './replay.ts';
import { STORE_SCHEMA, StoreError } from './schema.ts';
import { STOP_FILE } from './stop-file.ts';
import { CREATE_NEW, OWNER_ONLY, realFs, syncDirectory, writeAll } from './store-fs.ts';
import { packEnd, packEntry, type TarEntry, unpack } from './tar.ts';

const LIST_NAME = 'tapedeck-backup.json';
const FORMAT = 1;

interface ListedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What is in a backup; the last file of it. */
export interface BackupList {
  readonly format: typeof FORMAT;
  readonly schema: number;
  readonly version: string;
  /** When it was made, as an ISO time. */
  readonly made: string;
  /** Mode of the session it holds, such as `paper`. */
  readonly mode: string;
  /** Number of the newest record in it. */
  readonly lastRecord: number;
  readonly files: readonly ListedFile[];
}

/** Writes `entries` one after the other to a new private file. Throws StoreError. */
export function writeBackup(
  path: string,
  entries: Iterable<TarEntry>,
  about: Pick<BackupList, 'version' | 'made' | 'mode' | 'lastRecord'>,
): BackupList {
  if (existsSync(path)) throw failed(path, 'it exists already; name another file');
  const temporary = join(dirname(path), `.tapedeck-backup-${randomUUID()}.tmp`);
  try {
    const fd = openSync(temporary, CREATE_NEW, OWNER_ONLY);
    const files: ListedFile[] = [];
    let list: BackupList;
    try {
      for (const entry of entries) {
        writeAll(realFs, fd, packEntry(entry));
        const { name, bytes } = entry;
        files.push({ name, bytes: bytes.length, sha256: sha256(bytes) });
      }
      list = { format: FORMAT, schema: STORE_SCHEMA, ...about, files };
      const bytes = Buffer.from(`${JSON.stringify(list, null, 2)}\n`);
      writeAll(realFs, fd, packEntry({ name: LIST_NAME, bytes }));
      writeAll(realFs, fd, packEnd());
      realFs.fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    realFs.renameSync(temporary, path);
    syncDirectory(realFs, dirname(path));
    return list;
  } catch (error) {
    tryUnlink(temporary);
    throw failed(path, messageOf(error), errnoOf(error));
  }
}

function tryUnlink(path: string): void {
  if (existsSync(path)) realFs.unlinkSync(path);
}

function failed(file: string, why: string, errno?: string): StoreError {
  const details = errno === undefined ? { file } : { file, errno };
  return new StoreError('writeFailed', `${file} cannot be written: ${why}.`, details);
}

/** Files of a state, wherever they came from. */
export interface StateFiles {
  readonly core: ReadonlyMap<string, Buffer>;
  /** Archive files by their names below the state directory. */
  readonly archive: ReadonlyMap<string, Buffer>;
  readonly stop: Buffer | null;
  /** Null where they come from a directory. */
  readonly list: BackupList | null;
}

/** A backup file, every checksum compared, or a state directory. Throws StoreError. */
export function readStateFiles(path: string): StateFiles {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw unusable(path, 'it does not exist');
  return stats.isDirectory() ? readDirectory(path) : readBackup(path);
}

function readDirectory(dir: string): StateFiles {
  const { core, unreadable } = readCore(dir);
  for (const [name, why] of unreadable) throw unusable(join(dir, name), why);
  const archive = new Map(archiveNames(dir).map((name) => [name, readBytes(dir, name)]));
  const stop = existsSync(join(dir, STOP_FILE)) ? readBytes(dir, STOP_FILE) : null;
  return { core, archive, stop, list: null };
}

/** Nothing in a backup may be put anywhere else than where these are. */
const CORE_NAME = /^(?:state-[1-9]\d{0,14}\.json|journal-[1-9]\d{0,14}\.jsonl)$/;
const ARCHIVE_NAME = /^archive\/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/;

function readBackup(path: string): StateFiles {
  const entries = unpacked(path);
  const last = entries.pop();
  if (last?.name !== LIST_NAME) throw unusable(path, 'it has no list of its files at the end');
  const list = parseList(path, last.bytes);
  const core = new Map<string, Buffer>();
  const archive = new Map<string, Buffer>();
  let stop: Buffer | null = null;
  for (const [index, { name, bytes }] of entries.entries()) {
    const listed = list.files[index];
    if (listed?.name !== name || listed.sha256 !== sha256(bytes)) {
      throw unusable(path, `${name} in it is not what its list says`);
    }
    if (CORE_NAME.test(name)) core.set(name, bytes);
    else if (ARCHIVE_NAME.test(name)) archive.set(name, bytes);
    else if (name === STOP_FILE) stop = bytes;
    else throw unusable(path, `${name} belongs in no backup`);
  }
  if (entries.length !== list.files.length) throw unusable(path, 'files of its list are missing');
  return { core, archive, stop, list };
}

function unpacked(path: string): TarEntry[] {
  try {
    return unpack(readFileSync(path));
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
}

function parseList(path: string, bytes: Buffer): BackupList {
  try {
    const list = JSON.parse(bytes.toString()) as BackupList;
    if (list.format === FORMAT && Array.isArray(list.files)) return list;
  } catch (error) {
    throw unusable(path, `its list is damaged: ${messageOf(error)}`);
  }
  throw unusable(path, 'a newer Tapedeck made it; restore it with that');
}

function unusable(file: string, why: string): StoreError {
  const advice = 'Nothing was changed.';
  return new StoreError('badBackup', `${file} cannot be used: ${why}.`, { file, advice });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
