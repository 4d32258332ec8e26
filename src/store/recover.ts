/**
 * What a state directory says, found by reading alone: newest whole snapshot, then the records
 * after it. A torn tail is planned to be cut; everything else that does not fit is refused with
 * the place and a way out, and nothing is changed. Data is never replaced by defaults.
 */
import { join } from 'node:path';
import { ARCHIVE_DIRECTORY } from './archive.ts';
import { createResumableDigest } from './digest.ts';
import type { OpenPlan } from './journal-disk.ts';
import type { Recovery, StoreCodec } from './recovery.ts';
import {
  diskFiles,
  guard,
  newerSchema,
  type ReadFiles,
  refusal,
  Replay,
  splitLines,
} from './replay.ts';
import {
  type Envelope,
  journalName,
  parseEnvelope,
  parseHeader,
  parseLine,
  snapshotName,
  sortFiles,
  STORE_SCHEMA,
  StoreError,
  type StoreErrorCode,
  type StoreFiles,
} from './schema.ts';

/**
 * Reads `dir` without changing it. `onRecord` sees each replayed record after it was folded.
 * Throws StoreError.
 */
export function recover<S, R extends { readonly n: number }>(
  dir: string,
  codec: StoreCodec<S, R>,
  onRecord?: (record: R) => void,
  files: ReadFiles = diskFiles,
): Recovery<S, R> {
  try {
    return recoverFiles({ dir, codec, files }, onRecord);
  } catch (error) {
    if (!(error instanceof StoreError) || error.message.includes(dir)) throw error;
    // Files are named without their place; the operator needs it.
    const { advice: _said, ...details } = error.details;
    throw new StoreError(error.code, `${dir}: ${error.message}`, details);
  }
}

interface Place<S, R extends { readonly n: number }> {
  readonly dir: string;
  readonly codec: StoreCodec<S, R>;
  readonly files: ReadFiles;
}

/**
 * Stand in the directory between the old state and the restored one: while the old files leave,
 * and while the new ones come.
 */
export const RESTORING = { leaving: 'restoring', coming: 'restoring.ready' } as const;

function recoverFiles<S, R extends { readonly n: number }>(
  place: Place<S, R>,
  onRecord?: (record: R) => void,
): Recovery<S, R> {
  const { dir, codec } = place;
  const names = place.files.list(dir);
  if (names.includes(RESTORING.leaving) || names.includes(RESTORING.coming)) {
    const advice = 'Run "tapedeck restore --finish"; the old state is in quarantine/.';
    const details = { file: dir, advice };
    throw new StoreError('restoreUnfinished', 'A restore was interrupted here.', details);
  }
  const files = sortFiles(names);
  if (files.snapshots.length === 0) return recoverNew(place, files, names);
  const base = findSnapshot(place, files);
  const state = guard('badState', `${base.file} cannot be read back`, { file: base.file }, () =>
    codec.decodeState(base.envelope.data, base.envelope.schema),
  );
  const journals = files.journals.filter((generation) => generation >= base.envelope.gen);
  if (journals[0] !== base.envelope.gen) {
    const file = journalName(base.envelope.gen);
    throw refusal('missingJournal', `${file} is missing; records after ${base.file} are lost.`, {
      file,
    });
  }
  const digest = guard('corruptSnapshot', `${base.file} is damaged`, { file: base.file }, () =>
    createResumableDigest(base.envelope.digest),
  );
  const { seq } = base.envelope;
  const replay = new Replay({ ...place, state, seq, digest, onRecord });
  journals.forEach((generation, index) => {
    const last = index === journals.length - 1;
    replay.readSegment(generation, { last, mayVanish: last && index > 0 });
  });
  return {
    state,
    fresh: false,
    schema: base.envelope.schema,
    lastN: replay.lastN,
    lastRecord: replay.lastRecord,
    replayed: replay.lastN - base.envelope.seq,
    replayedBytes: replay.bytes,
    generation: replay.generation,
    snapshotGeneration: base.envelope.gen,
    truncated: replay.truncated,
    damagedSnapshot: base.damaged,
    stale: [...files.temporary, ...replay.empty],
    digest: digest.save(),
  };
}

/** What the writing side has to do before it appends. */
export function planFor<S, R extends { readonly n: number }>(
  dir: string,
  recovery: Recovery<S, R>,
  initialState: string | null,
  fsyncDelayMs: readonly [number, number] = [0, 0],
): OpenPlan {
  return {
    dir,
    generation: recovery.generation,
    snapshotGeneration: recovery.snapshotGeneration,
    lastN: recovery.lastN,
    digest: recovery.digest,
    truncateTo: recovery.truncated?.offset ?? null,
    remove: recovery.stale,
    initialState,
    fsyncDelayMs,
  };
}

/** Reads again when a running instance compacts under the reader's hands. */
export function recoverReadOnly<S, R extends { readonly n: number }>(
  dir: string,
  codec: StoreCodec<S, R>,
  onRecord?: (record: R) => void,
): Recovery<S, R> {
  for (let attempt = 1; ; attempt += 1) {
    const seen: R[] = [];
    try {
      const recovery = recover(dir, codec, (record) => void seen.push(record));
      if (onRecord !== undefined) seen.forEach(onRecord);
      return recovery;
    } catch (error) {
      const moved = error instanceof StoreError && MAY_BE_COMPACTION.has(error.code);
      if (!moved || attempt >= READ_ATTEMPTS) throw error;
    }
  }
}

const READ_ATTEMPTS = 5;
const MAY_BE_COMPACTION: ReadonlySet<StoreErrorCode> = new Set(['readFailed', 'missingJournal']);

/** New means: no state was ever acknowledged here. One empty first segment is a start cut short. */
function recoverNew<S, R extends { readonly n: number }>(
  place: Place<S, R>,
  files: StoreFiles,
  names: readonly string[],
): Recovery<S, R> {
  const { dir, codec } = place;
  const started = files.journals.length === 1 && files.journals[0] === 1;
  const empty = files.journals.length === 0 || (started && hasNoRecord(place));
  const archived =
    names.includes(ARCHIVE_DIRECTORY) && place.files.list(join(dir, ARCHIVE_DIRECTORY)).length > 0;
  if (!empty || archived) {
    const found = archived ? 'an archive' : 'a journal';
    throw refusal('missingSnapshot', `${dir} holds ${found} but no state-*.json.`, { file: dir });
  }
  return {
    state: codec.initial(),
    fresh: true,
    schema: STORE_SCHEMA,
    lastN: 0,
    lastRecord: null,
    replayed: 0,
    replayedBytes: 0,
    generation: 0,
    snapshotGeneration: 0,
    truncated: null,
    damagedSnapshot: null,
    stale: [...files.temporary, ...files.journals.map(journalName)],
    digest: createResumableDigest().save(),
  };
}

/** Of a first segment without snapshot: at most its own header, whole or torn. */
function hasNoRecord({ dir, files }: Reading): boolean {
  const lines = splitLines(files.read(dir, journalName(1)));
  return lines.every(({ bytes }, index) => {
    const text = parseLine(bytes);
    if (text === null) return true;
    const header = parseHeader(text);
    if (header === 'newer') throw newerSchema(journalName(1));
    return index === 0 && header !== null;
  });
}

type Reading = Pick<Place<never, never>, 'dir' | 'files'>;

interface FoundSnapshot {
  readonly envelope: Envelope;
  readonly file: string;
  readonly damaged: string | null;
}

function findSnapshot(place: Reading, files: StoreFiles): FoundSnapshot {
  let damaged: string | null = null;
  for (const generation of files.snapshots.toReversed().slice(0, 2)) {
    const file = snapshotName(generation);
    const envelope = parseEnvelope(place.files.read(place.dir, file));
    if (envelope === 'newer') throw newerSchema(file);
    if (envelope !== null && envelope.gen === generation) return { envelope, file, damaged };
    damaged ??= file;
  }
  const file = damaged ?? snapshotName(0);
  throw refusal('corruptSnapshot', `${file} is damaged and no whole one precedes it.`, { file });
}
