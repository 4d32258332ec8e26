/** The file calls the store makes: a seam, so that tests can make the n-th one fail. */
import * as fs from 'node:fs';

export type StoreFs = Pick<
  typeof fs,
  | 'closeSync'
  | 'fdatasyncSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readdirSync'
  | 'renameSync'
  | 'unlinkSync'
  | 'writeSync'
>;

export const realFs: StoreFs = fs;

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY } =
  fs.constants;

/** A new file of ours; never an existing one, never through a planted link. */
export const CREATE_NEW = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW;
export const APPEND_EXISTING = O_WRONLY | O_APPEND | O_NOFOLLOW;
export const TRUNCATE_EXISTING = O_RDWR | O_NOFOLLOW;
export const READ_EXISTING = O_RDONLY | O_NOFOLLOW;
export const OWNER_ONLY = 0o600;

/** Writes every byte; a short write is continued, one of nothing is an error. */
export function writeAll(files: StoreFs, fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    const count = files.writeSync(fd, bytes, written, bytes.length - written);
    if (count <= 0) throw new Error(`short write: ${written} of ${bytes.length} bytes`);
    written += count;
  }
}

/** Makes created, renamed and removed names of a directory survive a power cut. */
export function syncDirectory(files: StoreFs, dir: string): void {
  const fd = files.openSync(dir, O_RDONLY | O_DIRECTORY);
  try {
    files.fsyncSync(fd);
  } finally {
    files.closeSync(fd);
  }
}
