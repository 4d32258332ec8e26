/**
 * `tapedeck restore`: puts a backup in the place of a state, or rebuilds a damaged one from what is
 * provably good. The old files go to quarantine, never away. Record numbers jump ahead of all that
 * were ever used, so that no order id repeats (RELIABILITY F61).
 */
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../../domain/errors.ts';
import type { JournalRecord } from '../../domain/record.ts';
import { stricter } from '../../domain/verdict.ts';
import { Archive, ARCHIVE_DIRECTORY } from '../../store/archive.ts';
import type { MoneyState } from '../../execution/money.ts';
import { readStateFiles } from '../../store/backup-file.ts';
import { holdsState, readCore } from '../../store/core-files.ts';
import { acquireLock } from '../../store/lock.ts';
import { recover, RESTORING } from '../../store/recover.ts';
import type { Recovery } from '../../store/recovery.ts';
import { memoryFiles } from '../../store/replay.ts';
import {
  type CoreFiles,
  type Loss,
  salvage,
  tellLoss,
  type ToldLoss,
  wholeFile,
} from '../../store/salvage.ts';
import {
  headerText,
  journalName,
  parseEnvelope,
  snapshotName,
  sortFiles,
  StoreError,
  toEnvelope,
  toLine,
} from '../../store/schema.ts';
import { prepareStateDirectory, QUARANTINE_DIRECTORY } from '../../store/state-dir.ts';
import {
  parseStopFile,
  readStopFile,
  STOP_FILE,
  type StopNote,
  writeNew,
  writeStopFile,
} from '../../store/stop-file.ts';
import { realFs, syncDirectory } from '../../store/store-fs.ts';
import { Archiver, archiveToRead, collectingCodec } from './archiver.ts';
import { stateCodec } from './codec.ts';
import { readTail } from './reader.ts';

export interface RestoreRequest {
  /** State directory that is filled. */
  readonly directory: string;
  /** Backup file or state directory; null: rebuilt from the directory's own files. */
  readonly from: string | null;
  /** Mode that the directory belongs to; null where the operator named the directory itself. */
  readonly mode: string | null;
  /** The state that is there may go to quarantine. */
  readonly replace: boolean;
  readonly now: number;
}

export interface RestoreResult {
  readonly directory: string;
  /** Newest record number of what was restored, and the first one that is used from now on. */
  readonly records: number;
  readonly nextRecord: number;
  /** Trading state that the next start finds. */
  readonly tradingState: string;
  /** Where the old files are now; null when there were none. */
  readonly quarantine: string | null;
  /** What is lost; empty for a backup. */
  readonly losses: readonly ToldLoss[];
}

/** Beyond what any lost history has used; a random part, because two restores must differ, too. */
const LEAST_JUMP = 1_000_000;
const JUMP_SPAN = 2 ** 40;
/** The new state while it is made; nothing yet. */
const NEW = `${RESTORING.leaving}.new`;

/** Throws InputError or StoreError; the old state is untouched then, or in quarantine. */
export async function restoreState(request: RestoreRequest): Promise<RestoreResult> {
  const directory = prepareStateDirectory(request.directory);
  const lock = await acquireLock({ dir: directory, key: directory });
  try {
    return await restoreLocked({ ...request, directory });
  } finally {
    await lock.release();
  }
}

async function restoreLocked(request: RestoreRequest): Promise<RestoreResult> {
  const { directory, from } = request;
  if (isUnfinished(directory)) throw unfinished(directory);
  if (from !== null && holdsState(directory) && !request.replace) {
    const fix = 'add --replace to move it to quarantine, or choose another --state';
    throw new InputError(`${directory} holds a state already: ${fix}`, 3);
  }
  const source = from === null ? rebuilt(directory, request.now) : backedUp(from);
  const { state, lastN: records } = source.recovery;
  checkMode(request, state.run?.mode ?? null);
  const jumped = Math.max(records, newestKnown(directory)) + LEAST_JUMP + randomInt(JUMP_SPAN);
  const stop = source.stop ?? readStopFile(directory);
  await prepare(directory, { ...source, jumped, stop });
  renameSync(join(directory, NEW), join(directory, RESTORING.leaving));
  syncDirectory(realFs, directory);
  const quarantine = putInPlace(directory, request.now, source);
  const { state: trading } = state.trading;
  const tradingState = stop === null ? trading : stricter(stop.state, trading);
  const losses = source.losses.map(tellLoss);
  return { directory, records, nextRecord: jumped + 1, tradingState, quarantine, losses };
}

/** Where the new state comes from, read and proven. */
interface Source {
  readonly files: CoreFiles;
  /** Null: the archive of the directory stays where it is. */
  readonly archive: ReadonlyMap<string, Buffer> | null;
  /** Archive files below the directory that go to quarantine though the archive stays. */
  readonly damaged: readonly string[];
  readonly recovery: Recovery<MoneyState, JournalRecord>;
  /** Rows of the journals that the archive may not hold yet. */
  readonly rows: Archiver;
  readonly stop: StopNote | null;
  readonly losses: readonly Loss[];
}

function backedUp(from: string): Source {
  const { core, archive, stop } = readStateFiles(from);
  const rows = new Archiver();
  const recovery = recover(from, collectingCodec(rows), undefined, memoryFiles(core));
  if (recovery.fresh) throw new InputError(`${from} holds no state`, 2);
  const note = stop === null ? null : parseStopFile(stop);
  return { files: core, archive, damaged: [], recovery, rows, stop: note, losses: [] };
}

/** What is provably good in the directory itself. Throws InputError where all of it is. */
function rebuilt(directory: string, now: number): Source {
  const { core, unreadable } = readCore(directory);
  const { files, losses: left } = salvage(core, stateCodec());
  const archive = archiveToRead(directory).check();
  const losses = [
    ...left,
    ...[...unreadable].map(([file, reason]) => wholeFile(file, reason)),
    ...archive.map(({ name, damage }) => wholeFile(name, damage)),
  ];
  if (losses.length === 0) {
    throw new InputError(`${directory} is whole: there is nothing to rebuild`, 2);
  }
  const rows = new Archiver();
  const recovery = recover(directory, collectingCodec(rows), undefined, memoryFiles(files));
  const stop: StopNote = {
    state: 'halted',
    reason: `rebuilt up to record ${recovery.lastN}: compare with the venue, then resume`,
    time: now,
    by: 'restore',
  };
  const damaged = archive.flatMap(({ files: names }) => names);
  return { files, archive: null, damaged, recovery, rows, stop, losses };
}

function checkMode({ from, mode, directory }: RestoreRequest, found: string | null): void {
  if (mode === null || found === null || mode === found) return;
  const fix = `use --mode ${found}, or name the directory with --state`;
  throw new InputError(`${from ?? directory} holds a ${found} session: ${fix}`, 3);
}

/** Newest record number that files in the directory still tell of, damaged or not; 0 without. */
function newestKnown(directory: string): number {
  const numbers = [0, ...readTail(directory, Number.MAX_SAFE_INTEGER, 1).map(({ n }) => n)];
  for (const [name, bytes] of readCore(directory).core) {
    if (sortFiles([name]).snapshots.length === 0) continue;
    const envelope = parseEnvelope(bytes);
    if (envelope !== null && envelope !== 'newer') numbers.push(envelope.seq);
  }
  return Math.max(...numbers);
}

/** All of the new state in a directory of its own, durable; it counts with its last name only. */
async function prepare(
  directory: string,
  of: Source & { readonly jumped: number; readonly stop: StopNote | null },
): Promise<void> {
  const place = join(directory, NEW);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { mode: 0o700 });
  if (of.archive !== null) mkdirSync(join(place, ARCHIVE_DIRECTORY), { mode: 0o700 });
  const files = [...of.files, ...(of.archive ?? []), ...nextGeneration(of)];
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(place, name)), { recursive: true, mode: 0o700 });
    writeNew(join(place, name), bytes);
  }
  if (of.archive !== null && of.archive.size > 0)
    syncDirectory(realFs, join(place, ARCHIVE_DIRECTORY));
  if (of.stop !== null) writeStopFile(place, of.stop);
  const month = (): string => new Date().toISOString().slice(0, 7);
  const dir = of.archive === null ? directory : place;
  await of.rows.empty(new Archive({ dir, maxBytes: null, month }), () => of.recovery.lastN);
  syncDirectory(realFs, place);
}

/** The recovered state once more, under a number that was never used, with an empty journal. */
function nextGeneration({
  files,
  recovery,
  jumped,
}: Pick<Source, 'files' | 'recovery'> & { readonly jumped: number }): [string, Buffer][] {
  const { journals, snapshots } = sortFiles([...files.keys()]);
  const gen = Math.max(0, ...journals, ...snapshots) + 1;
  const data = stateCodec().encodeState(recovery.state);
  const envelope = toEnvelope({ gen, seq: jumped, digest: recovery.digest, data });
  return [
    [journalName(gen), Buffer.from(toLine(headerText(gen, jumped + 1)))],
    [snapshotName(gen), Buffer.from(envelope)],
  ];
}

const isUnfinished = (directory: string): boolean =>
  Object.values(RESTORING).some((name) => existsSync(join(directory, name)));

function unfinished(directory: string): StoreError {
  const advice = 'Run "tapedeck restore --finish" first.';
  const details = { file: directory, advice };
  return new StoreError('restoreUnfinished', 'A restore was interrupted here.', details);
}

/** Brings a restore to its end that was interrupted after everything was prepared. */
export async function finishRestore(path: string, now: number): Promise<string | null> {
  const directory = prepareStateDirectory(path);
  const lock = await acquireLock({ dir: directory, key: directory });
  try {
    if (!isUnfinished(directory)) throw new InputError(`${directory}: no restore to finish`, 2);
    const archive = join(directory, RESTORING.leaving, ARCHIVE_DIRECTORY);
    const of = { archive: existsSync(archive) ? new Map<string, Buffer>() : null, damaged: [] };
    return putInPlace(directory, now, of);
  } finally {
    await lock.release();
  }
}

/** The old files leave, the new ones come; a start is refused until all is done. */
function putInPlace(
  directory: string,
  now: number,
  of: Pick<Source, 'archive' | 'damaged'>,
): string | null {
  const coming = join(directory, RESTORING.coming);
  let quarantine: string | null = null;
  if (!existsSync(coming)) {
    const aside = join(directory, QUARANTINE_DIRECTORY, `${stamp(now)}-replaced`);
    quarantine = setAside(directory, aside, of) ? aside : null;
    renameSync(join(directory, RESTORING.leaving), coming);
    syncDirectory(realFs, directory);
  }
  // Stop and journals first, snapshots last.
  const isSnapshot = (name: string): boolean => sortFiles([name]).snapshots.length > 0;
  const names = readdirSync(coming).toSorted(
    (a, b) => Number(isSnapshot(a)) - Number(isSnapshot(b)),
  );
  for (const name of names) renameSync(join(coming, name), join(directory, name));
  syncDirectory(realFs, directory);
  rmdirSync(coming);
  syncDirectory(realFs, directory);
  return quarantine;
}

function setAside(
  directory: string,
  aside: string,
  { archive, damaged }: Pick<Source, 'archive' | 'damaged'>,
): boolean {
  const names = readdirSync(directory).filter((name) => {
    if (name === STOP_FILE) return true;
    if (name === ARCHIVE_DIRECTORY) return archive !== null;
    const { journals, snapshots, temporary } = sortFiles([name]);
    return journals.length + snapshots.length + temporary.length > 0;
  });
  const moved = [...names, ...damaged];
  for (const name of moved) {
    mkdirSync(dirname(join(aside, name)), { recursive: true, mode: 0o700 });
    renameSync(join(directory, name), join(aside, name));
  }
  if (moved.length === 0) return false;
  // Every folder that got a name, down to the one that holds them all.
  const folders = new Set(moved.map((name) => dirname(join(aside, name))));
  for (const folder of folders) syncDirectory(realFs, folder);
  syncDirectory(realFs, dirname(aside));
  syncDirectory(realFs, directory);
  return true;
}

/** As a name: 20261120-100531-123. */
const stamp = (now: number): string =>
  new Date(now).toISOString().slice(0, 23).replaceAll(/[-:]/g, '').replace(/[T.]/g, '-');
