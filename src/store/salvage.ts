/**
 * What of a damaged state is provably good: the newest whole snapshot and the unbroken records
 * behind it. Works on files held in memory; nothing is repaired, only left out, and every piece
 * that is left out is named.
 */
import { createResumableDigest } from './digest.ts';
import { recover } from './recover.ts';
import type { Recovery, StoreCodec } from './recovery.ts';
import { memoryFiles, splitLines } from './replay.ts';
import {
  headerText,
  journalName,
  parseEnvelope,
  parseHeader,
  parseLine,
  snapshotName,
  sortFiles,
  StoreError,
  toEnvelope,
  toLine,
} from './schema.ts';

/** Files of a state directory under their names: snapshots and journals. */
export type CoreFiles = ReadonlyMap<string, Buffer>;

/** A piece that had to be left out. */
export interface Loss {
  readonly file: string;
  /** First byte and line that do not count any more; 0 and 1: the whole file. */
  readonly offset: number;
  readonly line: number;
  /** Lines with a right checksum from there on, in this file and in those after it. */
  readonly wholeLines: number;
  readonly reason: string;
}

/** All of a file is left out. */
export const wholeFile = (file: string, reason: string): Loss => {
  return { file, offset: 0, line: 1, wholeLines: 0, reason };
};

/** The same with one line for people. */
export interface ToldLoss extends Loss {
  readonly text: string;
}

/** Says what is left out. */
export function tellLoss(loss: Loss): ToldLoss {
  const { file, wholeLines, reason } = loss;
  const what = reason.includes(file) ? reason : `${file}: ${reason}`;
  const behind = wholeLines === 0 ? '' : ` With it go ${wholeLines} readable lines behind it.`;
  return { ...loss, text: what + behind };
}

export interface Salvage<S, R> {
  readonly files: CoreFiles;
  readonly recovery: Recovery<S, R>;
  /** In the order they were found; empty: all of it is good. */
  readonly losses: readonly Loss[];
}

/** More than there are reasons in any directory: each round leaves something out. */
const MOST_ROUNDS = 1000;

/** Throws StoreError where nothing is provably good, or where a newer version wrote it. */
export function salvage<S, R extends { readonly n: number }>(
  all: CoreFiles,
  codec: StoreCodec<S, R>,
): Salvage<S, R> {
  const files = new Map(all);
  const losses: Loss[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    try {
      const recovery = recover('', codec, undefined, memoryFiles(files));
      // With all of it left out the rest reads like a new directory: that is no state of ours.
      if (recovery.fresh && losses.length > 0) throw nothingLeft(losses[0]?.file);
      return { recovery, files, losses };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      losses.push(leaveOut(files, error, codec));
    }
  }
  throw new StoreError('badState', 'Nothing of it can be put together.');
}

function leaveOut<S, R extends { readonly n: number }>(
  files: Map<string, Buffer>,
  error: StoreError,
  codec: StoreCodec<S, R>,
): Loss {
  const { file = '', offset = 0, line = 1 } = error.details;
  const [reason = ''] = error.message.split(' Nothing was changed.');
  switch (error.code) {
    case 'corruptSnapshot':
    case 'badState':
      if (!files.delete(file)) throw error;
      return { file, offset: 0, line: 1, wholeLines: 0, reason };
    case 'missingJournal':
      files.set(file, emptyJournal(files, file));
      return { file, offset: 0, line: 1, wholeLines: 0, reason };
    case 'missingSnapshot':
      return beginAnew(files, error, codec);
    case 'corruptJournal':
    case 'badRecord':
    case 'sequenceGap':
      return { file, offset, line, wholeLines: cut(files, file, offset), reason };
    default:
      throw error;
  }
}

function nothingLeft(file = ''): StoreError {
  const advice = 'Restore a backup, or start with another --state.';
  const details = { file, advice };
  return new StoreError('nothingLeft', 'Nothing is left that a state could begin with.', details);
}

/** Cuts a journal and drops those behind it; how many whole lines went. */
function cut(files: Map<string, Buffer>, file: string, offset: number): number {
  const generation = Number(/\d+/.exec(file)?.[0]);
  const behind = sortFiles([...files.keys()]).journals.filter((one) => one > generation);
  const bytes = files.get(file) ?? Buffer.alloc(0);
  let lost = wholeLines(bytes.subarray(offset));
  for (const one of behind) {
    const name = journalName(one);
    lost += wholeLines(files.get(name) ?? Buffer.alloc(0));
    files.delete(name);
  }
  if (offset > 0) files.set(file, bytes.subarray(0, offset));
  // Its snapshot stands without any record behind it.
  else if (files.has(snapshotName(generation))) files.set(file, emptyJournal(files, file));
  else files.delete(file);
  return lost;
}

function wholeLines(bytes: Buffer): number {
  return splitLines(bytes).filter((line) => line.ended && parseLine(line.bytes) !== null).length;
}

/** The journal of a snapshot, as it was before its first record. */
function emptyJournal(files: CoreFiles, file: string): Buffer {
  const generation = Number(/\d+/.exec(file)?.[0]);
  const envelope = parseEnvelope(files.get(snapshotName(generation)) ?? Buffer.alloc(0));
  const seq = envelope === null || envelope === 'newer' ? 0 : envelope.seq;
  return Buffer.from(toLine(headerText(generation, seq + 1)));
}

/** Without any snapshot the first journal still says everything, if it is here from record 1. */
function beginAnew<S, R extends { readonly n: number }>(
  files: Map<string, Buffer>,
  error: StoreError,
  codec: StoreCodec<S, R>,
): Loss {
  const first = splitLines(files.get(journalName(1)) ?? Buffer.alloc(0))[0];
  const text = first === undefined ? null : parseLine(first.bytes);
  const header = text === null ? null : parseHeader(text);
  if (header === null || header === 'newer' || header.firstN !== 1) {
    throw nothingLeft(error.details.file);
  }
  const digest = createResumableDigest().save();
  const data = codec.encodeState(codec.initial());
  files.set(snapshotName(1), Buffer.from(toEnvelope({ gen: 1, seq: 0, digest, data })));
  const reason = 'no snapshot is left; read again from the first record';
  return { file: snapshotName(1), offset: 0, line: 1, wholeLines: 0, reason };
}
