/**
 * Files in one file, in the form every system can open (`tar tzf`): ustar, plain files only, each
 * a gzip member of its own, so that nothing larger than one file is ever held in memory to write.
 */
import { gunzipSync, gzipSync } from 'node:zlib';

export interface TarEntry {
  /** Path with forward slashes, relative, at most 100 bytes. */
  readonly name: string;
  readonly bytes: Buffer;
}

const BLOCK = 512;
const OWNER_ONLY = '0000600';

/** One file as bytes to append. Throws RangeError on a name that does not fit. */
export function packEntry({ name, bytes }: TarEntry): Buffer {
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return gzipSync(Buffer.concat([header(name, bytes.length), bytes, padding]));
}

/** What ends the file. */
export const packEnd = (): Buffer => gzipSync(Buffer.alloc(2 * BLOCK));

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long a name`);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  block.write(name, 0);
  block.write(OWNER_ONLY, 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(`${octal(checksum(block), 6)}\0 `, 148);
  return block;
}

function checksum(block: Buffer): number {
  let sum = 0;
  for (const [index, byte] of block.entries()) {
    sum += index >= 148 && index < 156 ? 0x20 : byte;
  }
  return sum;
}

/** Every file in it, in order. Throws Error on anything but plain files, whole and well summed. */
export function unpack(packed: Buffer): TarEntry[] {
  const bytes = gunzipSync(packed);
  const entries: TarEntry[] = [];
  let at = 0;
  while (at + BLOCK <= bytes.length) {
    const block = bytes.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return entries;
    if (Number.parseInt(text(block, 148, 8), 8) !== checksum(block)) {
      throw new Error(`no tar header at byte ${at}`);
    }
    const name = text(block, 0, 100);
    const size = Number.parseInt(text(block, 124, 12), 8);
    const type = text(block, 156, 1);
    const prefix = text(block, 345, 155);
    if ((type !== '0' && type !== '') || prefix !== '') throw new Error(`${name} is no plain file`);
    const from = at + BLOCK;
    if (!(size >= 0) || from + size > bytes.length) throw new Error(`${name} is cut short`);
    entries.push({ name, bytes: bytes.subarray(from, from + size) });
    at = from + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error('it is cut short');
}

function text(block: Buffer, offset: number, length: number): string {
  const field = block.toString('latin1', offset, offset + length);
  const end = field.indexOf('\0');
  return (end < 0 ? field : field.slice(0, end)).trim();
}
