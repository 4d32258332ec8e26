/**
 * The digest of a journal: SHA-256 over the JSON text of every record followed by a newline, in
 * order, without headers and checksums, however often the files were compacted. The same number
 * comes from `cut -c10- journal-1.jsonl | tail -n +2 | sha256sum` while nothing was dropped.
 *
 * Two ways to the same value: `createDigest` (native, for journals in memory) and
 * `createResumableDigest` (FIPS 180-4 written out, because the native one cannot be stored in a
 * snapshot and continued by the next process). The second runs on the journal's thread.
 */
import { createHash } from 'node:crypto';

export interface Digest {
  /** Takes the text of one record, without newline. */
  update(text: string): void;
  /** Hex of everything so far; more may follow. */
  hex(): string;
}

/** About 0.2 µs a record. */
export function createDigest(): Digest {
  const hash = createHash('sha256');
  return {
    update: (text) => void hash.update(text + '\n'),
    hex: () => hash.copy().digest('hex'),
  };
}

const BLOCK = 64;

export interface ResumableDigest extends Digest {
  /** As update, for many records at once. */
  updateAll(texts: readonly string[]): void;
  /** Text that `createResumableDigest` continues from: hash words, byte count, open block. */
  save(): string;
}

/** Throws on a text that `save` did not make. */
export function createResumableDigest(saved?: string): ResumableDigest {
  const { words, length, tail } = saved === undefined ? emptyState() : parseState(saved);
  let total = length;
  let open = tail;
  const schedule = new Int32Array(BLOCK);

  const absorb = (bytes: Buffer): void => {
    total += bytes.length;
    let data = bytes;
    if (open.length > 0) data = Buffer.concat([open, bytes]);
    const view = toView(data);
    let at = 0;
    for (; at + BLOCK <= data.length; at += BLOCK) compress(words, schedule, view, at);
    open = Buffer.from(data.subarray(at));
  };
  return {
    update: (text) => absorb(Buffer.from(text + '\n')),
    updateAll(texts) {
      if (texts.length > 0) absorb(Buffer.from(texts.join('\n') + '\n'));
    },
    hex() {
      const final = Int32Array.from(words);
      const padded = toView(Buffer.concat([open, padding(total)]));
      for (let at = 0; at < padded.byteLength; at += BLOCK) compress(final, schedule, padded, at);
      return toHex(final);
    },
    save: () => `${toHex(words)}:${total}:${open.toString('hex')}`,
  };
}

interface HashState {
  readonly words: Int32Array;
  readonly length: number;
  readonly tail: Buffer;
}

function emptyState(): HashState {
  const words = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
  return { words, length: 0, tail: Buffer.alloc(0) };
}

function parseState(saved: string): HashState {
  const match = /^([0-9a-f]{64}):(\d{1,15}):((?:[0-9a-f]{2}){0,63})$/.exec(saved);
  const bytes = Buffer.from(match?.[1] ?? '', 'hex');
  const tail = Buffer.from(match?.[3] ?? '', 'hex');
  const length = Number(match?.[2]);
  if (match === null || length % BLOCK !== tail.length) {
    throw new Error(`not a saved digest: ${saved.slice(0, 120)}`);
  }
  const words = Int32Array.from({ length: 8 }, (_, index) => bytes.readInt32BE(index * 4));
  return { words, length, tail };
}

function toView(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toHex(words: Int32Array): string {
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** A one bit, zeros, and the length in bits as 64-bit big-endian (FIPS 180-4 §5.1.1). */
function padding(totalBytes: number): Buffer {
  const zeros = (BLOCK * 2 - 9 - (totalBytes % BLOCK)) % BLOCK;
  const pad = Buffer.alloc(1 + zeros + 8);
  pad[0] = 0x80;
  pad.writeBigUInt64BE(BigInt(totalBytes) * 8n, 1 + zeros);
  return pad;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n += 1) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
}

/** First 32 bits of the fractional part: the constants of FIPS 180-4 §4.2.2 and §5.3.3. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
}

const ROUND = Int32Array.from(primes(BLOCK), (prime) => fraction(Math.cbrt(prime)));

/** FIPS 180-4 §6.2.2, one block. Indexes are in range, so `?? 0` never speaks. */
function compress(words: Int32Array, schedule: Int32Array, data: DataView, at: number): void {
  for (let i = 0; i < 16; i += 1) schedule[i] = data.getInt32(at + i * 4);
  for (let i = 16; i < BLOCK; i += 1) {
    const x = schedule[i - 15] ?? 0;
    const y = schedule[i - 2] ?? 0;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    schedule[i] = ((schedule[i - 16] ?? 0) + s0 + (schedule[i - 7] ?? 0) + s1) | 0;
  }
  let a = words[0] ?? 0;
  let b = words[1] ?? 0;
  let c = words[2] ?? 0;
  let d = words[3] ?? 0;
  let e = words[4] ?? 0;
  let f = words[5] ?? 0;
  let g = words[6] ?? 0;
  let h = words[7] ?? 0;
  for (let i = 0; i < BLOCK; i += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + (ROUND[i] ?? 0) + (schedule[i] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  words[0] = ((words[0] ?? 0) + a) | 0;
  words[1] = ((words[1] ?? 0) + b) | 0;
  words[2] = ((words[2] ?? 0) + c) | 0;
  words[3] = ((words[3] ?? 0) + d) | 0;
  words[4] = ((words[4] ?? 0) + e) | 0;
  words[5] = ((words[5] ?? 0) + f) | 0;
  words[6] = ((words[6] ?? 0) + g) | 0;
  words[7] = ((words[7] ?? 0) + h) | 0;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
