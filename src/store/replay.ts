/** Reading a chain of journal segments, and the refusals reading can end in. */
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../domain/errors.ts';
import type { ResumableDigest } from './digest.ts';
import type { StoreCodec, Truncation } from './recovery.ts';
import {
  beginsBatch,
  journalName,
  parseHeader,
  parseLine,
  type SegmentHeader,
  StoreError,
  type StoreErrorCode,
  type StoreErrorDetails,
} from './schema.ts';
import { READ_EXISTING } from './store-fs.ts';

/** Where recovery reads from: a directory, or files held in memory under their names. */
export interface ReadFiles {
  /** Names in the directory; none where it does not exist. */
  list(dir: string): readonly string[];
  /** Throws StoreError `readFailed`. */
  read(dir: string, name: string): Buffer;
}

export const diskFiles: ReadFiles = { list: listDirectory, read: readBytes };

/** Files of one directory, whatever it is called. */
export function memoryFiles(files: ReadonlyMap<string, Buffer>): ReadFiles {
  return {
    list: () => [...files.keys()],
    read(_dir, name) {
      const bytes = files.get(name);
      if (bytes === undefined) throw unreadable(name, new Error('no such file'));
      return bytes;
    },
  };
}

interface Line {
  readonly bytes: Buffer;
  readonly offset: number;
  /** False for what stands after the last newline. */
  readonly ended: boolean;
}

export function splitLines(content: Buffer): Line[] {
  const lines: Line[] = [];
  let offset = 0;
  while (offset < content.length) {
    const end = content.indexOf(0x0a, offset);
    const stop = end < 0 ? content.length : end;
    lines.push({ bytes: content.subarray(offset, stop), offset, ended: end >= 0 });
    offset = stop + 1;
  }
  return lines;
}

/**
 * Whether these lines, of which the first is damaged, are more than the end of a batch that never
 * was. A whole batch behind the damage says that it was synced. Without one, a power cut leaves a
 * line without its end or a hole of zeros, in the place of what had not reached the disk; any other
 * damage was done to bytes that may have been acknowledged.
 */
export function isAcknowledged(lines: readonly Line[]): boolean {
  const isWhole = ({ bytes, ended }: Line): boolean => ended && parseLine(bytes) !== null;
  if (lines.some((line) => beginsBatch(line.bytes) && isWhole(line))) return true;
  const next = lines.findIndex(isWhole);
  const damaged = next < 0 ? lines : lines.slice(0, next);
  return damaged.every(({ bytes, ended }) => ended && !bytes.includes(0));
}

/** Folds segment after segment; keeps what the next one must continue. */
export class Replay<S, R extends { readonly n: number }> {
  lastN: number;
  lastRecord: R | null = null;
  bytes = 0;
  generation = 0;
  truncated: Truncation | null = null;
  readonly empty: string[] = [];
  private readonly dir: string;
  private readonly files: ReadFiles;
  private readonly codec: StoreCodec<S, R>;
  private readonly state: S;
  private readonly digest: ResumableDigest;
  private readonly onRecord: ((record: R) => void) | undefined;

  constructor(of: {
    readonly dir: string;
    readonly files: ReadFiles;
    readonly codec: StoreCodec<S, R>;
    readonly state: S;
    /** Number of the last record that the state contains. */
    readonly seq: number;
    readonly digest: ResumableDigest;
    readonly onRecord: ((record: R) => void) | undefined;
  }) {
    this.dir = of.dir;
    this.files = of.files;
    this.codec = of.codec;
    this.state = of.state;
    this.lastN = of.seq;
    this.digest = of.digest;
    this.onRecord = of.onRecord;
  }

  readSegment(generation: number, place: { last: boolean; mayVanish: boolean }): void {
    const file = journalName(generation);
    const content = this.files.read(this.dir, file);
    const lines = splitLines(content);
    const texts = lines.map((line) => (line.ended ? parseLine(line.bytes) : null));
    const firstBad = texts.indexOf(null);
    const wholeAfter = firstBad >= 0 && isAcknowledged(lines.slice(firstBad));
    // Created, but cut off before its header was on the disk: nothing was ever appended to it.
    if (place.mayVanish && (firstBad === 0 || lines.length === 0) && !wholeAfter) {
      this.empty.push(file);
      return;
    }
    const { schema } = this.checkHeader(texts[0] ?? null, generation);
    this.generation = generation;
    const whole = firstBad < 0 ? texts.length : firstBad;
    for (let index = 1; index < whole; index += 1) {
      const where = { file, offset: lines[index]?.offset ?? 0, line: index + 1 };
      this.apply(texts[index] ?? '', schema, where);
    }
    if (firstBad < 0) return void (this.bytes += content.length);
    const offset = lines[firstBad]?.offset ?? 0;
    this.bytes += offset;
    if (wholeAfter || !place.last) {
      const where = { file, offset, line: firstBad + 1 };
      const follows = lines.length > firstBad + 1 ? 'records follow it' : 'no crash leaves it so';
      throw refusal('corruptJournal', `${at(where)} is damaged and ${follows}.`, where);
    }
    this.truncated = { file, offset, bytes: content.length - offset };
  }

  private checkHeader(text: string | null, generation: number): SegmentHeader {
    const file = journalName(generation);
    const header = text === null ? null : parseHeader(text);
    if (header === 'newer') throw newerSchema(file);
    const where = { file, offset: 0, line: 1 };
    if (header?.gen !== generation) {
      throw refusal('corruptJournal', `${at(where)} is not the header of this journal.`, where);
    }
    if (header.firstN === this.lastN + 1) return header;
    const gap = `starts at record ${header.firstN}, but ${this.lastN + 1} comes next.`;
    throw refusal('sequenceGap', `${file} ${gap}`, where);
  }

  private apply(text: string, schema: number, where: Where): void {
    const record = guard('badRecord', `${at(where)} cannot be read back`, where, () =>
      this.codec.decode(text, schema),
    );
    if (record.n !== this.lastN + 1) {
      const gap = `holds record ${record.n}, but ${this.lastN + 1} comes next.`;
      throw refusal('sequenceGap', `${at(where)} ${gap}`, where);
    }
    guard('badRecord', `${at(where)} cannot be applied`, where, () =>
      this.codec.fold(this.state, record),
    );
    this.digest.update(text);
    this.lastN = record.n;
    this.lastRecord = record;
    this.onRecord?.(record);
  }
}

interface Where {
  readonly file: string;
  readonly offset: number;
  readonly line: number;
}

function at({ file, offset, line }: Where): string {
  return `${file} line ${line} (byte ${offset})`;
}

export function refusal(
  code: StoreErrorCode,
  message: string,
  where: StoreErrorDetails,
): StoreError {
  const advice =
    'Nothing was changed. "tapedeck verify" says what can be read, "tapedeck restore --rebuild" ' +
    'makes a state of it; or restore a backup, or start with another --state.';
  return new StoreError(code, message, { ...where, advice });
}

export function newerSchema(file: string): StoreError {
  const advice = 'Nothing was changed. Start the newer version or choose another --state.';
  return new StoreError('newerSchema', `${file} was written by a newer Tapedeck.`, {
    file,
    advice,
  });
}

export function guard<T>(
  code: StoreErrorCode,
  what: string,
  where: StoreErrorDetails,
  action: () => T,
): T {
  try {
    return action();
  } catch (error) {
    throw refusal(code, `${what}: ${messageOf(error)}.`, where);
  }
}

export function readBytes(dir: string, name: string): Buffer {
  try {
    const fd = openSync(join(dir, name), READ_EXISTING);
    try {
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw unreadable(name, error);
  }
}

export function unreadable(file: string, error: unknown): StoreError {
  return new StoreError('readFailed', `${file} cannot be read: ${messageOf(error)}.`, {
    file,
    errno: errnoOf(error),
  });
}

function listDirectory(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw unreadable(dir, error);
  }
}
