import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { InputError, errnoOf, messageOf } from '../domain/errors.ts';

/** How the rows are written; told by the content, never by the name of the file. */
export type DataFormat = 'csv' | 'jsonLines' | 'jsonArray';

export interface DataSource {
  readonly path: string;
  readonly format: DataFormat;
  /** The text as UTF-8, unpacked, without byte order mark. */
  readonly bytes: Buffer;
}

/** Largest file read, unpacked: some ten million candles, and what a text may hold. */
const MAX_BYTES = 500_000_000;

/**
 * Reads a data file, plain or gzip, and tells its format. Throws InputError (exit 2) when it is
 * unreadable, a directory, empty, too large, damaged gzip or no text.
 */
export function readDataSource(path: string): DataSource {
  const bytes = withoutMark(unpack(path, readBytes(path)));
  if (bytes.includes(0) || !isUtf8(bytes)) {
    throw new InputError(
      `${path}: line ${lineOfBinary(bytes)} holds binary data; ` +
        'give candles or trades as UTF-8 text (CSV or JSON lines), plain or gzip',
    );
  }
  const first = /\S/.exec(bytes.toString('latin1', 0, 4_096))?.[0];
  if (first === undefined) throw emptyFile(path);
  const format = first === '[' ? 'jsonArray' : first === '{' ? 'jsonLines' : 'csv';
  return { path, format, bytes };
}

export const emptyFile = (path: string): InputError =>
  new InputError(`${path}: the file is empty; give one with a header line and rows`);

function readBytes(path: string): Buffer {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      throw new InputError(`${path}: is a directory; name a file of candles or trades`);
    }
    if (!stat.isFile()) throw new InputError(`${path}: is not a regular file`);
    if (stat.size > MAX_BYTES) throw tooLarge(path);
    if (stat.size === 0) throw emptyFile(path);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: cannot be read: ${reasonOf(error)}`);
  }
}

function unpack(path: string, bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path);
    const what = code === 'Z_BUF_ERROR' ? 'is cut off' : 'is damaged';
    throw new InputError(`${path}: the gzip data ${what} (${reasonOf(error)}); get the file again`);
  }
}

function withoutMark(bytes: Buffer): Buffer {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return hasMark ? bytes.subarray(3) : bytes;
}

/** Line of the first byte that no text has; a broken UTF-8 sequence is found line by line. */
function lineOfBinary(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const newline = bytes.indexOf(10, from);
    const to = newline < 0 ? bytes.length : newline;
    const part = bytes.subarray(from, to);
    if (part.includes(0) || !isUtf8(part)) return line;
    from = to + 1;
  }
  return line;
}

const tooLarge = (path: string): InputError =>
  new InputError(`${path}: is larger than ${MAX_BYTES / 1e6} MB unpacked; split it`);

function reasonOf(error: unknown): string {
  switch (errnoOf(error)) {
    case 'ENOENT':
      return 'no such file';
    case 'EACCES':
      return 'permission denied';
    default:
      return messageOf(error);
  }
}
