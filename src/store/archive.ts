/**
 * Rows that leave the hot state: gzip members appended to one file per kind and wall month, each
 * durable before its rows may be removed from the state. An index line per member says how long
 * the file is; what stands behind the last one was never acknowledged and is cut off.
 * `zcat archive/fills-2026-11-1.jsonl.gz` reads everything.
 */
import { constants, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type FileHandle, open, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { errnoOf, messageOf } from '../domain/errors.ts';
import { parseLine, StoreError, toLine } from './schema.ts';

const compress = promisify(gzip);

export const ARCHIVE_DIRECTORY = 'archive';
/** Of demo and replay sessions (DECISIONS 21). */
export const SIMULATED_ARCHIVE_BYTES = 200 * 1024 * 1024;
/** A month continues in a further part, so that dropping the oldest never drops a whole month. */
const PART_BYTES = 16 * 1024 * 1024;

export interface ArchiveOptions {
  /** State directory. */
  readonly dir: string;
  /** Null = keep everything (paper, live). */
  readonly maxBytes: number | null;
  /** Wall month of the rows, such as 2026-11. */
  readonly month: () => string;
  readonly partBytes?: number;
  /** Test seam. */
  readonly openFile?: typeof open;
}

export interface ArchiveResult {
  readonly rows: number;
  /** Parts removed to stay below the cap, oldest first; to be said on the screen. */
  readonly dropped: readonly string[];
}

interface Part {
  readonly kind: string;
  readonly month: string;
  readonly part: number;
}

/** One of the appends a part consists of. */
interface Member {
  /** Length of the file after it. */
  readonly end: number;
  /** Journal number at the append: the same rows offered again after a crash are skipped. */
  readonly atN: number;
}

const PART_NAME = /^([a-z]+)-(\d{4}-\d{2})-(\d{1,6})\.jsonl\.gz$/;

export class Archive {
  private readonly dir: string;
  private readonly options: ArchiveOptions;

  constructor(options: ArchiveOptions) {
    this.options = options;
    this.dir = join(options.dir, ARCHIVE_DIRECTORY);
  }

  /**
   * Resolves when `rows` (one line of JSON text each) are durable. `atN` is the journal's newest
   * number: a second append of a kind with the same or a lower one does nothing. A crash before
   * their removal was recorded can offer rows again later: readers go by the id in the row.
   * Throws StoreError `writeFailed`.
   */
  async append(kind: string, rows: readonly string[], atN: number): Promise<ArchiveResult> {
    if (rows.length === 0) return { rows: 0, dropped: [] };
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      const newest = this.parts(kind).at(-1);
      const { members, sound } =
        newest === undefined ? { members: [], sound: true } : readIndex(this.dir, newest);
      if ((members.at(-1)?.atN ?? -1) >= atN) return { rows: 0, dropped: [] };
      const size = members.at(-1)?.end ?? 0;
      // Rows without an index are a first append cut short, or their index was lost.
      const goesOn = sound && (members.length > 0 || newest === undefined);
      const part = this.nextPart(kind, newest, goesOn ? size : null);
      const end = part === newest ? size : 0;
      const text = rows.map((row) => `${row}\n`).join('');
      const openFile = this.options.openFile ?? open;
      await appendMember(openFile, this.dir, part, { end, atN }, await compress(text));
      return { rows: rows.length, dropped: await this.dropOldest(part) };
    } catch (error) {
      const details = { file: this.dir, errno: errnoOf(error) };
      const message = `The archive cannot be written: ${messageOf(error)}.`;
      throw new StoreError('writeFailed', message, details);
    }
  }

  /** Text of all rows of a kind, oldest first. Throws StoreError where a part is damaged. */
  *read(kind: string): Generator<string> {
    for (const part of this.parts(kind)) {
      const { members, sound } = readIndex(this.dir, part);
      if (!sound) throw damagedPart(this.dir, indexName(part), 'its lines do not fit');
      const end = members.at(-1)?.end ?? 0;
      if (end === 0) continue;
      for (const line of readPart(this.dir, part, end).split('\n')) {
        if (line !== '') yield line;
      }
    }
  }

  /** Damaged parts, each with the files it consists of; an empty list: all can be read. */
  check(): { readonly name: string; readonly files: string[]; readonly damage: string }[] {
    const damaged = [];
    for (const part of this.parts()) {
      const files = [dataName(part), indexName(part)].filter((name) => hasFile(this.dir, name));
      try {
        const { members, sound } = readIndex(this.dir, part);
        if (!sound) throw damagedPart(this.dir, indexName(part), 'its lines do not fit');
        const end = members.at(-1)?.end ?? 0;
        if (end > 0) readPart(this.dir, part, end);
      } catch (error) {
        const name = `${ARCHIVE_DIRECTORY}/${dataName(part)}`;
        const below = files.map((file) => `${ARCHIVE_DIRECTORY}/${file}`);
        damaged.push({ name, files: below, damage: messageOf(error) });
      }
    }
    return damaged;
  }

  /** `size` of the newest part; null = it is damaged and stays as it is. */
  private nextPart(kind: string, newest: Part | undefined, size: number | null): Part {
    const month = this.options.month();
    // A clock that was set back must not reopen an older month.
    if (newest === undefined || newest.month < month) return { kind, month, part: 1 };
    const full = size === null || size >= (this.options.partBytes ?? PART_BYTES);
    return full ? { kind, month: newest.month, part: newest.part + 1 } : newest;
  }

  private async dropOldest(current: Part): Promise<string[]> {
    const { maxBytes } = this.options;
    if (maxBytes === null) return [];
    const parts = this.parts().map((part) => ({ part, bytes: sizeOf(this.dir, part) }));
    let total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
    const dropped: string[] = [];
    for (const { part, bytes } of parts) {
      if (total <= maxBytes) break;
      if (dataName(part) === dataName(current)) continue;
      await unlink(join(this.dir, dataName(part)));
      await rm(join(this.dir, indexName(part)), { force: true });
      total -= bytes;
      dropped.push(dataName(part));
    }
    return dropped;
  }

  /** Oldest first. */
  private parts(kind?: string): Part[] {
    const parts: Part[] = [];
    for (const name of listOf(this.dir)) {
      const match = PART_NAME.exec(name);
      if (match === null || (kind !== undefined && match[1] !== kind)) continue;
      parts.push({ kind: match[1] ?? '', month: match[2] ?? '', part: Number(match[3]) });
    }
    return parts.toSorted((a, b) => a.month.localeCompare(b.month) || a.part - b.part);
  }
}

function dataName({ kind, month, part }: Part): string {
  return `${kind}-${month}-${part}.jsonl.gz`;
}

function indexName(part: Part): string {
  return `${dataName(part)}.index`;
}

const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

async function appendMember(
  openFile: typeof open,
  dir: string,
  part: Part,
  from: Member,
  bytes: Buffer,
): Promise<void> {
  const end = from.end + bytes.length;
  const entry = Buffer.from(toLine(JSON.stringify({ end, atN: from.atN })));
  const index = wholeIndexLength(dir, part);
  await writeAt(openFile, join(dir, dataName(part)), from.end, bytes);
  await syncDirectory(openFile, dir);
  // Only now does the member count.
  await writeAt(openFile, join(dir, indexName(part)), index, entry);
  await syncDirectory(openFile, dir);
}

async function writeAt(
  openFile: typeof open,
  path: string,
  offset: number,
  bytes: Buffer,
): Promise<void> {
  const handle = await openFile(path, FLAGS, 0o600);
  try {
    await handle.truncate(offset);
    let written = 0;
    while (written < bytes.length) {
      const result = await handle.write(bytes, written, bytes.length - written, offset + written);
      if (result.bytesWritten <= 0) throw new Error('short write');
      written += result.bytesWritten;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(openFile: typeof open, dir: string): Promise<void> {
  const handle: FileHandle = await openFile(dir, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whole index lines; a torn last one is ignored. */
function indexLines(dir: string, part: Part): { text: string; end: number }[] {
  const content = readOrEmpty(join(dir, indexName(part)));
  const lines: { text: string; end: number }[] = [];
  let offset = 0;
  for (let end = content.indexOf(0x0a); end >= 0; end = content.indexOf(0x0a, offset)) {
    const text = parseLine(content.subarray(offset, end));
    if (text === null) break;
    offset = end + 1;
    lines.push({ text, end: offset });
  }
  return lines;
}

function wholeIndexLength(dir: string, part: Part): number {
  return indexLines(dir, part).at(-1)?.end ?? 0;
}

const MEMBER = /^\{"end":(\d{1,15}),"atN":(\d{1,15})\}$/;

/** `sound`: nothing but a torn last line is wrong with it, so its part may be continued. */
function readIndex(dir: string, part: Part): { members: Member[]; sound: boolean } {
  const members = indexLines(dir, part).map(({ text }) => {
    const match = MEMBER.exec(text);
    return { end: Number(match?.[1] ?? 0), atN: Number(match?.[2] ?? 0) };
  });
  const content = readOrEmpty(join(dir, indexName(part)));
  return { members, sound: content.indexOf(0x0a, wholeIndexLength(dir, part)) < 0 };
}

function readPart(dir: string, part: Part, end: number): string {
  const name = dataName(part);
  const bytes = readFileSync(join(dir, name)).subarray(0, end);
  if (bytes.length < end) throw damagedPart(dir, name, `it ends before byte ${end}`);
  try {
    return gunzipSync(bytes).toString();
  } catch (error) {
    throw damagedPart(dir, name, messageOf(error));
  }
}

function damagedPart(dir: string, name: string, why: string): StoreError {
  const file = join(dir, name);
  const advice = 'Nothing was changed. Restore it from a copy, or move it and its index away.';
  return new StoreError('readFailed', `${file} is damaged: ${why}.`, { file, advice });
}

function readOrEmpty(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function listOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

const hasFile = (dir: string, name: string): boolean => listOf(dir).includes(name);

function sizeOf(dir: string, part: Part): number {
  return statSync(join(dir, dataName(part))).size;
}
