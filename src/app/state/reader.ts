/** Reads a state directory without its lock: for `status`, `export` and `doctor`. */
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { stateDirectory } from '../../config/files.ts';
import type { FlagValue } from '../../config/layers.ts';
import { loadConfig } from '../../config/load.ts';
import { decodeJson } from '../../domain/codec.ts';
import { errnoOf } from '../../domain/errors.ts';
import type { JournalRecord } from '../../domain/record.ts';
import type { MoneyState } from '../../execution/money.ts';
import { runningHolder } from '../../store/lock.ts';
import { recoverReadOnly } from '../../store/recover.ts';
import { splitLines } from '../../store/replay.ts';
import { journalName, parseLine, sortFiles } from '../../store/schema.ts';
import { checkStateDirectory } from '../../store/state-dir.ts';
import type { Surroundings } from '../assemble.ts';
import { isEmulated, modeOf } from '../exchange/choice.ts';
import { archiveToRead } from './archiver.ts';
import { stateCodec } from './codec.ts';
import { stricterNote } from './stop-keeper.ts';

export interface StatePlace {
  readonly directory: string;
  readonly profile: string;
  readonly mode: string;
}

/** Whose state is meant: `--state`, else profile and mode of the configuration. */
export function findState(
  of: {
    readonly flags: readonly FlagValue[];
    readonly config: string | null;
    readonly state: string | null;
  },
  around: Surroundings,
): StatePlace {
  const config = loadConfig({ ...around, directory: of.config, flags: of.flags });
  const { profile, seed, drill } = config.settings.general;
  const mode = modeOf(config);
  const emulator = isEmulated(config, mode);
  const world = { profile, mode, seed, drill, emulator };
  const directory = stateDirectory({ ...around, flag: of.state, ...world });
  return { directory, profile, mode };
}

export interface StoredState {
  readonly money: MoneyState;
  /** Number of the newest record; 0 where nothing was ever stored. */
  readonly lastRecord: number;
  readonly pid: number | null;
  /** Wall time of the newest write; null before the first. */
  readonly writtenAt: number | null;
}

/**
 * State as the files tell it; `onFold` sees it after every record that is not in its snapshot yet.
 * Throws StoreError where the files are damaged or not ours.
 */
export function readState(
  directory: string,
  onFold: (money: MoneyState, record: JournalRecord) => void = () => undefined,
): StoredState {
  checkStateDirectory(directory);
  const codec = stateCodec();
  const fold = (money: MoneyState, record: JournalRecord): void => {
    codec.fold(money, record);
    onFold(money, record);
  };
  const recovery = recoverReadOnly(directory, { ...codec, fold });
  const note = stricterNote(directory, recovery.state);
  // A panic from outside, or a stop whose record the disk did not take: what a start will follow.
  if (note !== null) Object.assign(recovery.state.trading, { ...note, since: note.time });
  return {
    money: recovery.state,
    lastRecord: recovery.lastN,
    pid: runningHolder(directory)?.pid ?? null,
    writtenAt: newestWrite(directory),
  };
}

/** Every record the journal files still hold, oldest first; a torn last line is left out. */
export function readJournal(directory: string): readonly JournalRecord[] {
  checkStateDirectory(directory);
  const records: JournalRecord[] = [];
  for (const content of journalFiles(directory)) {
    for (const { bytes, ended } of splitLines(content).slice(1)) {
      const text = ended ? parseLine(bytes) : null;
      if (text === null) break;
      const record = decodeJson(text) as JournalRecord;
      if (record.n > (records.at(-1)?.n ?? 0)) records.push(record);
    }
  }
  return records;
}

/** Bytes read from the end of a journal file: thousands of records. */
const TAIL_BYTES = 1024 * 1024;

/**
 * The newest records with a number below `before`, at most `count`, oldest first; fewer where the
 * files hold fewer or cannot be read. For readers who can do without: nothing is repaired.
 */
export function readTail(directory: string, before: number, count: number): JournalRecord[] {
  const found: JournalRecord[] = [];
  try {
    for (const generation of sortFiles(namesIn(directory)).journals.toReversed()) {
      if (found.length >= count) break;
      const lines = splitLines(tailOf(join(directory, journalName(generation))));
      for (const { bytes, ended } of lines.toReversed()) {
        if (found.length >= count) break;
        const text = ended ? parseLine(bytes) : null;
        const record = text === null ? null : (decodeJson(text) as Partial<JournalRecord>);
        // The header of a file has no number, a line that was cut no checksum.
        if (typeof record?.n === 'number' && record.n < before) found.push(record as JournalRecord);
      }
    }
  } catch {
    return found.toReversed(); // a compaction took a file away, or it is damaged
  }
  return found.toReversed();
}

function tailOf(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const read = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, read);
  } finally {
    closeSync(fd);
  }
}

const READ_ATTEMPTS = 5;

/** Content of all journal files, oldest first; read anew where a compaction took one away. */
function journalFiles(directory: string): Buffer[] {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { journals } = sortFiles(namesIn(directory));
      return journals.map((generation) => readFileSync(join(directory, journalName(generation))));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || attempt >= READ_ATTEMPTS) throw error;
    }
  }
}

/** Archived rows of a kind, oldest first, decimals read back. */
export function* readArchive(directory: string, kind: string): Generator<unknown> {
  for (const text of archiveToRead(directory).read(kind)) yield decodeJson(text);
}

function newestWrite(directory: string): number | null {
  const newest = sortFiles(namesIn(directory)).journals.at(-1);
  return newest === undefined ? null : statSync(join(directory, journalName(newest))).mtimeMs;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // no state yet
  }
}
