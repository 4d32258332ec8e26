/**
 * Every picture of a disk that a power cut may leave now, in the strict POSIX model: of the changes
 * of the directory any prefix, of each unsynced file nothing, a part, a hole or zeros.
 */
import type { SeededRng } from '../../src/domain/rng.ts';
import { applyRename, type Change, type Inode, type MemoryDisk } from './crash-disk.ts';

export type Image = ReadonlyMap<string, Buffer>;

/** Places at which a write may have been torn, per write. */
const CUTS = 6;

/** Pictures may repeat; each is a map of its own, its contents are not. */
export function* images(disk: MemoryDisk, rng: SeededRng): Generator<Image> {
  for (let count = 0; count <= disk.renames.length; count += 1) {
    const names = new Map(disk.synced);
    for (const change of disk.renames.slice(0, count)) applyRename(names, change);
    yield* contentsOf(names, rng);
  }
}

/** One unsynced file varies at a time; the others are all lost, or all there. */
function* contentsOf(names: ReadonlyMap<string, Inode>, rng: SeededRng): Generator<Image> {
  const unsynced = [...new Set(names.values())].filter(({ pending }) => pending.length > 0);
  yield pictureOf(names, ({ synced }) => synced);
  if (unsynced.length === 0) return;
  yield pictureOf(names, ({ live }) => live);
  for (const inode of unsynced) {
    for (const content of variants(inode, rng)) {
      yield pictureOf(names, (one) => (one === inode ? content : one.synced));
      if (unsynced.length > 1)
        yield pictureOf(names, (one) => (one === inode ? content : one.live));
    }
  }
}

function pictureOf(names: ReadonlyMap<string, Inode>, contentOf: (inode: Inode) => Buffer): Image {
  return new Map([...names].map(([name, inode]) => [name, contentOf(inode)]));
}

/** What may stand in a file whose newest changes were not synced. */
function* variants(inode: Inode, rng: SeededRng): Generator<Buffer> {
  const { pending, synced } = inode;
  for (let count = 0; count < pending.length; count += 1) {
    const before = pending.slice(0, count).reduce(apply, synced);
    yield before;
    const change = pending[count];
    if (change?.kind === 'write') yield* torn(before, change, rng);
    // A hole: this one was lost, later ones were not.
    const others = pending.filter((_, index) => index !== count);
    if (others.length > 0) yield others.reduce(apply, synced);
  }
}

function* torn(
  before: Buffer,
  { offset, bytes }: Extract<Change, { kind: 'write' }>,
  rng: SeededRng,
): Generator<Buffer> {
  const write = (part: Buffer): Buffer => apply(before, { kind: 'write', offset, bytes: part });
  const zeros = (from: number, to: number): Buffer => {
    const part = Buffer.from(bytes);
    part.fill(0, from, to);
    return write(part);
  };
  yield zeros(0, bytes.length);
  for (let cut = 0; cut < CUTS; cut += 1) {
    const at = 1 + Math.floor(rng.next() * bytes.length);
    yield write(bytes.subarray(0, at));
    // The length reached the disk before the rest of the data did, or before its beginning.
    yield zeros(at, bytes.length);
    yield zeros(0, at);
    const end = Math.min(bytes.length, at + 1 + Math.floor(rng.next() * bytes.length));
    yield zeros(at, end);
  }
  yield write(bytes.subarray(0, bytes.length - 1));
}

/** Content after a change; what lies between is zeros. */
function apply(content: Buffer, change: Change): Buffer {
  if (change.kind === 'truncate') return content.subarray(0, change.length);
  const { offset, bytes } = change;
  const next = Buffer.alloc(Math.max(content.length, offset + bytes.length));
  content.copy(next);
  bytes.copy(next, offset);
  return next;
}
