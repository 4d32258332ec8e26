/**
 * What stands in the files of a state directory: names, lines, envelopes, and the one error they
 * can cause. Pure text in, text out; nothing here touches the disk.
 */
import { crc32 } from 'node:zlib';

/**
 * Version of everything below and of the state inside. A file with a higher one is refused and
 * left untouched; one with a lower one is copied, then written anew (migrate.ts).
 */
export const STORE_SCHEMA = 2;

export type StoreErrorCode =
  | 'corruptJournal'
  | 'sequenceGap'
  | 'corruptSnapshot'
  | 'missingSnapshot'
  | 'missingJournal'
  | 'newerSchema'
  | 'badRecord'
  | 'badState'
  | 'restoreUnfinished'
  | 'badBackup'
  | 'nothingLeft'
  | 'directoryNotOurs'
  | 'locked'
  | 'readFailed'
  | 'writeFailed'
  | 'queueFull'
  | 'workerDied'
  | 'closed';

/** Where it happened and what the operator can do; plain data, so that it crosses threads. */
export interface StoreErrorDetails {
  readonly file?: string;
  /** Bytes from the start of the file. */
  readonly offset?: number;
  /** From 1; line 1 of a journal is its header. */
  readonly line?: number;
  readonly pid?: number;
  /** The operating system's code, such as ENOSPC. */
  readonly errno?: string;
  readonly advice?: string;
}

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly details: StoreErrorDetails;

  constructor(code: StoreErrorCode, message: string, details: StoreErrorDetails = {}) {
    super(details.advice === undefined ? message : `${message} ${details.advice}`);
    this.name = 'StoreError';
    this.code = code;
    this.details = details;
  }
}

// Names. Generations count from 1 and rise by 1 with every compaction.

export function journalName(generation: number): string {
  return `journal-${generation}.jsonl`;
}

export function snapshotName(generation: number): string {
  return `state-${generation}.json`;
}

export interface StoreFiles {
  /** Generations present, ascending. */
  readonly journals: readonly number[];
  readonly snapshots: readonly number[];
  readonly temporary: readonly string[];
}

const GENERATION = String.raw`([1-9]\d{0,14})`;
const JOURNAL_NAME = new RegExp(`^journal-${GENERATION}\\.jsonl$`);
const SNAPSHOT_NAME = new RegExp(`^state-${GENERATION}\\.json$`);
const TEMPORARY_NAME = /^\.(?:state|halt|reserve)-[0-9a-f-]+\.tmp$/;

export function sortFiles(names: readonly string[]): StoreFiles {
  const journals: number[] = [];
  const snapshots: number[] = [];
  const temporary: string[] = [];
  for (const name of names) {
    const journal = JOURNAL_NAME.exec(name)?.[1];
    const snapshot = SNAPSHOT_NAME.exec(name)?.[1];
    if (journal !== undefined) journals.push(Number(journal));
    else if (snapshot !== undefined) snapshots.push(Number(snapshot));
    else if (TEMPORARY_NAME.test(name)) temporary.push(name);
  }
  const ascending = (a: number, b: number): number => a - b;
  return {
    journals: journals.toSorted(ascending),
    snapshots: snapshots.toSorted(ascending),
    temporary,
  };
}

// Lines: eight lower-case hex digits of the CRC-32 of the text, a space, the text, a newline. A
// plus instead of the space: written together with the line before it, in one batch. A batch is
// synced before the next one begins, so damage that a batch follows was done to what was synced.

const BEGINS = 0x20;
const CONTINUES = 0x2b;

/** Bytes a line has beyond its text. */
export const LINE_OVERHEAD = 10;

export function toLine(text: string, place: 'begins' | 'continues' = 'begins'): string {
  return `${hexCrc(text)}${place === 'begins' ? ' ' : '+'}${text}\n`;
}

/** The text of a line given without its newline, or null when the checksum does not fit. */
export function parseLine(line: Buffer): string | null {
  if (line.length < 9 || (line[8] !== BEGINS && line[8] !== CONTINUES)) return null;
  const body = line.subarray(9);
  return line.toString('latin1', 0, 8) === hexCrc(body) ? body.toString() : null;
}

/** Whether a whole line is the first one of its batch. */
export const beginsBatch = (line: Buffer): boolean => line[8] === BEGINS;

function hexCrc(data: string | Buffer): string {
  return crc32(data).toString(16).padStart(8, '0');
}

export interface SegmentHeader {
  readonly schema: number;
  readonly gen: number;
  readonly firstN: number;
}

export function headerText(gen: number, firstN: number): string {
  return JSON.stringify({ schema: STORE_SCHEMA, gen, firstN } satisfies SegmentHeader);
}

const HEADER = /^\{"schema":(\d{1,9}),"gen":(\d{1,15}),"firstN":(\d{1,15})\}$/;
const ANY_SCHEMA = /^\{"schema":(\d{1,9})[,}]/;

/** Header of a segment; 'newer' when a later version wrote it; null for anything else. */
export function parseHeader(text: string): SegmentHeader | 'newer' | null {
  const schema = Number(ANY_SCHEMA.exec(text)?.[1] ?? 0);
  if (schema > STORE_SCHEMA) return 'newer';
  const own = HEADER.exec(text);
  return own === null ? null : { schema, gen: Number(own[2]), firstN: Number(own[3]) };
}

// Snapshot: one line of JSON. The checksum covers every other field, in the order written.

export interface Envelope {
  readonly schema: number;
  readonly gen: number;
  /** Number of the last record the state contains. */
  readonly seq: number;
  /** Saved state of the running journal digest after that record. */
  readonly digest: string;
  /** The state as the application encoded it. */
  readonly data: string;
}

export function toEnvelope(envelope: Omit<Envelope, 'schema'>): string {
  const { gen, seq, digest, data } = envelope;
  const crc = envelopeCrc({ schema: STORE_SCHEMA, gen, seq, digest, data });
  return (
    `{"schema":${STORE_SCHEMA},"gen":${gen},"seq":${seq},` +
    `"digest":"${digest}","crc":"${crc}","data":${data}}\n`
  );
}

const ENVELOPE = new RegExp(
  String.raw`^\{"schema":(\d{1,9}),"gen":(\d{1,15}),"seq":(\d{1,15}),` +
    String.raw`"digest":"([0-9a-f:]+)","crc":"([0-9a-f]{8})","data":`,
);

/** The envelope; 'newer' when a later version wrote it; null when it is damaged. */
export function parseEnvelope(bytes: Buffer): Envelope | 'newer' | null {
  const text = bytes.toString();
  const match = ENVELOPE.exec(text);
  if (match === null) {
    const schema = Number(ANY_SCHEMA.exec(text)?.[1] ?? 0);
    return schema > STORE_SCHEMA && text.endsWith('}\n') ? 'newer' : null;
  }
  if (!text.endsWith('}\n')) return null;
  const envelope: Envelope = {
    schema: Number(match[1]),
    gen: Number(match[2]),
    seq: Number(match[3]),
    digest: match[4] ?? '',
    data: text.slice(match[0].length, -2),
  };
  // Invalid UTF-8 becomes U+FFFD above, and then no longer has the checksum that was written.
  if (envelopeCrc(envelope) !== match[5]) return null;
  return envelope.schema > STORE_SCHEMA ? 'newer' : envelope;
}

function envelopeCrc(envelope: Envelope): string {
  const { schema, gen, seq, digest, data } = envelope;
  return hexCrc(`${schema},${gen},${seq},${digest},${data}`);
}
