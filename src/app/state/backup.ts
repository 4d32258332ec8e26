/** `tapedeck backup`: one file with the state of a console, running or not, proven readable. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../../domain/errors.ts';
import { type BackupList, writeBackup } from '../../store/backup-file.ts';
import { archiveNames, readCore } from '../../store/core-files.ts';
import { recover } from '../../store/recover.ts';
import { memoryFiles, readBytes } from '../../store/replay.ts';
import { checkStateDirectory } from '../../store/state-dir.ts';
import { STOP_FILE } from '../../store/stop-file.ts';
import type { TarEntry } from '../../store/tar.ts';
import { stateCodec } from './codec.ts';
import type { StatePlace } from './reader.ts';

const READ_ATTEMPTS = 5;

export interface BackupResult {
  readonly file: string;
  readonly directory: string;
  readonly records: number;
  readonly mode: string;
  readonly made: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Writes a new file: `target`, or one with a name of its own in the directory `target` (null: the
 * working directory `cwd`). Reads alone: no lock, and a console may go on trading. Throws
 * InputError or StoreError.
 */
export function makeBackup(
  place: StatePlace,
  target: string | null,
  of: { readonly cwd: string; readonly version: string; readonly now: number },
): BackupResult {
  const { directory } = place;
  checkStateDirectory(directory);
  const { core, lastRecord, mode } = readWhole(directory);
  const made = new Date(of.now).toISOString();
  const file = fileFor(target, of.cwd, `tapedeck-${place.profile}-${mode}-${compact(made)}.tar.gz`);
  const about = { version: of.version, made, mode, lastRecord };
  const list: BackupList = writeBackup(file, entriesOf(directory, core), about);
  const bytes = statSync(file).size;
  return { file, directory, records: lastRecord, mode, made, files: list.files.length, bytes };
}

/** Snapshots and journals of one moment: read again where a compaction came between. */
function readWhole(directory: string) {
  for (let attempt = 1; ; attempt += 1) {
    const { core } = readCore(directory);
    try {
      const { state, lastN, fresh } = recover(
        directory,
        stateCodec(),
        undefined,
        memoryFiles(core),
      );
      if (fresh) throw new InputError(`${directory} holds no state yet: nothing to back up`, 2);
      return { core, lastRecord: lastN, mode: state.run?.mode ?? 'unknown' };
    } catch (error) {
      if (error instanceof InputError || attempt >= READ_ATTEMPTS) throw error;
    }
  }
}

/** Archive last: what leaves the journal while we read stands in it by then. */
function* entriesOf(directory: string, core: ReadonlyMap<string, Buffer>): Generator<TarEntry> {
  for (const [name, bytes] of core) yield { name, bytes };
  if (existsSync(join(directory, STOP_FILE))) {
    yield { name: STOP_FILE, bytes: readBytes(directory, STOP_FILE) };
  }
  for (const name of archiveNames(directory)) {
    // Capped archives lose their oldest part now and then.
    if (existsSync(join(directory, name))) yield { name, bytes: readBytes(directory, name) };
  }
}

function fileFor(target: string | null, cwd: string, name: string): string {
  const path = resolve(cwd, target ?? '.');
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory ? join(path, name) : path;
}

/** 2026-11-20T10:05:31.123Z as 20261120-100531. */
const compact = (iso: string): string => iso.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
