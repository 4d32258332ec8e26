/** `tapedeck verify`: what of a state can be read, file by file, and what a rebuild would lose. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import type { JournalRecord } from '../../domain/record.ts';
import type { MoneyState } from '../../execution/money.ts';
import { ARCHIVE_DIRECTORY } from '../../store/archive.ts';
import { readStateFiles } from '../../store/backup-file.ts';
import { archiveNames, readCore } from '../../store/core-files.ts';
import { runningHolder } from '../../store/lock.ts';
import { recover, RESTORING } from '../../store/recover.ts';
import type { Recovery } from '../../store/recovery.ts';
import { isAcknowledged, memoryFiles, splitLines } from '../../store/replay.ts';
import {
  type CoreFiles,
  salvage,
  tellLoss,
  type ToldLoss,
  wholeFile,
} from '../../store/salvage.ts';
import {
  journalName,
  parseEnvelope,
  parseLine,
  sortFiles,
  StoreError,
} from '../../store/schema.ts';
import { checkStateDirectory } from '../../store/state-dir.ts';
import { readStopFile } from '../../store/stop-file.ts';
import { archiveToRead } from './archiver.ts';
import { stateCodec } from './codec.ts';

export interface CheckedFile {
  readonly name: string;
  readonly bytes: number;
  readonly ok: boolean;
  /** Records, rows or what is wrong. */
  readonly detail: string;
}

export interface VerifyReport {
  readonly place: string;
  /** Everything there can be read back. */
  readonly ok: boolean;
  readonly pid: number | null;
  readonly files: readonly CheckedFile[];
  /** What a start finds; null where it is refused. */
  readonly state: VerifiedState | null;
  /** Why a start is refused; null where it is not. */
  readonly refusal: string | null;
  /** What "tapedeck restore --rebuild" would make of it; null where it has nothing to do. */
  readonly rebuild: { readonly lastRecord: number; readonly losses: readonly ToldLoss[] } | null;
  /** Trading state of `halt.json`, if it is there. */
  readonly stop: string | null;
}

export interface VerifiedState {
  readonly schema: number;
  readonly lastRecord: number;
  /** Records read behind the snapshot. */
  readonly replayed: number;
  readonly mode: string | null;
  readonly tradingState: string;
  readonly openOrders: number;
  readonly fills: number;
  /** What the next start repairs, in words. */
  readonly repairs: readonly string[];
}

/** Of a state directory or a backup file; reads alone, without the lock. Throws StoreError. */
export function verifyState(path: string): VerifyReport {
  return isFile(path) ? verifyBackup(path) : verifyDirectory(path);
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true;

function verifyBackup(path: string): VerifyReport {
  const { core, archive } = readStateFiles(path);
  const kept = [...archive].map(([name, { length }]) => checked(name, length, 'as listed'));
  return { ...verifyCore(path, core, [...checkCore(core), ...kept]), pid: null, stop: null };
}

function verifyDirectory(directory: string): VerifyReport {
  checkStateDirectory(directory);
  const { core, unreadable } = readCore(directory);
  const files = [
    ...checkCore(core),
    ...[...unreadable].map(([name, why]) => ({ name, bytes: 0, ok: false, detail: why })),
    ...checkArchive(directory),
  ];
  const report = verifyCore(directory, core, files);
  const pid = runningHolder(directory)?.pid ?? null;
  const stop = readStopFile(directory)?.state ?? null;
  if (!Object.values(RESTORING).some((name) => existsSync(join(directory, name)))) {
    return { ...report, pid, stop };
  }
  const refusal = 'A restore was interrupted here: run "tapedeck restore --finish".';
  return { ...report, ok: false, state: null, rebuild: null, refusal, pid, stop };
}

function verifyCore(
  place: string,
  core: CoreFiles,
  files: readonly CheckedFile[],
): Omit<VerifyReport, 'pid' | 'stop'> {
  const isWhole = files.every(({ ok }) => ok);
  try {
    const recovery = recover(place, stateCodec(), undefined, memoryFiles(core));
    const state = recovery.fresh ? null : summary(recovery);
    const lastRecord = recovery.lastN;
    // A snapshot that is stepped over costs nothing; a damaged archive goes on without its rows.
    const lost = files.filter(({ ok, name }) => !ok && name.startsWith(ARCHIVE_DIRECTORY));
    const losses = lost.map(({ name, detail }) => tellLoss(wholeFile(name, detail)));
    const rebuild = lost.length === 0 || state === null ? null : { lastRecord, losses };
    return { place, ok: isWhole, files, state, refusal: null, rebuild };
  } catch (error) {
    const refusal = messageOf(error);
    return { place, ok: false, files, state: null, refusal, rebuild: rebuildOf(core) };
  }
}

function rebuildOf(core: CoreFiles): VerifyReport['rebuild'] {
  try {
    const { recovery, losses } = salvage(core, stateCodec());
    return { lastRecord: recovery.lastN, losses: losses.map(tellLoss) };
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

function summary(recovery: Recovery<MoneyState, JournalRecord>): VerifiedState {
  const { state, schema, lastN, replayed, truncated, damagedSnapshot, stale } = recovery;
  const repairs: string[] = [];
  if (truncated) repairs.push(`cuts ${truncated.bytes} bytes of an unfinished end`);
  if (damagedSnapshot) repairs.push(`steps over ${damagedSnapshot}`);
  if (stale.length > 0) repairs.push(`removes ${stale.join(', ')}`);
  return {
    schema,
    lastRecord: lastN,
    replayed,
    mode: state.run?.mode ?? null,
    tradingState: state.trading.state,
    openOrders: state.working.size,
    fills: state.counts.fills,
    repairs,
  };
}

function checked(name: string, bytes: number, detail: string, ok = true): CheckedFile {
  return { name, bytes, ok, detail };
}

function checkCore(core: CoreFiles): CheckedFile[] {
  const newest = sortFiles([...core.keys()]).journals.at(-1);
  return [...core].map(([name, bytes]) => {
    const isSnapshot = sortFiles([name]).snapshots.length > 0;
    const isNewest = newest !== undefined && name === journalName(newest);
    return isSnapshot ? checkSnapshot(name, bytes) : checkJournal(name, bytes, isNewest);
  });
}

function checkSnapshot(name: string, bytes: Buffer): CheckedFile {
  const envelope = parseEnvelope(bytes);
  if (envelope === null) return checked(name, bytes.length, 'its checksum does not fit', false);
  if (envelope === 'newer') return checked(name, bytes.length, 'of a newer Tapedeck', false);
  return checked(name, bytes.length, `up to record ${envelope.seq}`);
}

/** A torn last line of the newest journal is what a crash leaves; anything else is damage. */
function checkJournal(name: string, bytes: Buffer, isNewest: boolean): CheckedFile {
  const lines = splitLines(bytes);
  const bad = lines.findIndex((line) => !line.ended || parseLine(line.bytes) === null);
  const records = Math.max(0, lines.length - 1);
  if (bad < 0) return checked(name, bytes.length, `${records} records`);
  const where = `line ${bad + 1} (byte ${lines[bad]?.offset ?? 0})`;
  if (isNewest && !isAcknowledged(lines.slice(bad)))
    return checked(name, bytes.length, `unfinished at ${where}`);
  return checked(name, bytes.length, `damaged at ${where}`, false);
}

function checkArchive(directory: string): CheckedFile[] {
  const damaged = new Map<string, string>();
  for (const { name, damage } of archiveToRead(directory).check()) damaged.set(name, damage);
  return archiveNames(directory)
    .filter((name) => !name.endsWith('.index'))
    .map((name) => checked(name, 0, damaged.get(name) ?? 'whole', !damaged.has(name)));
}
