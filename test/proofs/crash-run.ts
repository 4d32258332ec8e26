/**
 * One workload of the real store on a disk that may lose its power after every call: appends,
 * compactions, clean ends, and starts on what a cut left. Every picture a cut may leave is
 * recovered and judged: all that was acknowledged is there, nothing that was never written, no gap.
 */
import { createHash } from 'node:crypto';

import { SeededRng } from '../../src/domain/rng.ts';
import { messageOf } from '../../src/domain/errors.ts';
import { type FromDisk, serveJournal, type ToDisk } from '../../src/store/journal-disk.ts';
import type { DiskChannel } from '../../src/store/journal.ts';
import { recover } from '../../src/store/recover.ts';
import { memoryFiles, type ReadFiles } from '../../src/store/replay.ts';
import { openStore } from '../../src/store/snapshot.ts';
import type { StoreFs } from '../../src/store/store-fs.ts';
import { add, type Added, type Sum, sumCodec, type SumStore } from '../store/store-kit.ts';
import { MemoryDisk, systemError } from './crash-disk.ts';
import { type Image, images } from './crash-images.ts';
import type { Outcome } from './kit.ts';

/** What is taken away from the store, to see that it is missed. */
export interface Mutant {
  readonly files?: (files: StoreFs) => StoreFs;
  readonly reading?: (reading: ReadFiles) => ReadFiles;
}

const EPOCHS = 4;
/** File calls within which a process that is killed at all is killed. */
const MOST_CALLS = 120;
const BATCHES = 14;
const MOST_IN_BATCH = 3;
const COMPACT_EVERY = 5;
/** Of so many compactions one finds no room for its snapshot. */
const NO_ROOM_EVERY = 4;
/** Picture chosen for the next start: one of so many that were seen newest. */
const KEPT_PICTURES = 64;

type Found = { readonly lastN: number } | { readonly error: string };

class CrashRun {
  readonly figures = { states: 0, judged: 0, acks: 0, compactions: 0, refused: 0, starts: 0 };
  fault: string | null = null;
  private readonly rng: SeededRng;
  private readonly mutant: Mutant;
  private readonly seed: number;
  /** Pictures that were recovered already in this history, by hash; and all of them. */
  private readonly known = new Map<string, Found>();
  private readonly seen = new Set<string>();
  private kept: Image[] = [];
  private disk = new MemoryDisk();
  /** Sum of the first n records, as they were written in this history. */
  private totals: number[] = [0];
  private acked = 0;
  private hasNoRoom = false;
  /** File calls until the process is killed. */
  private callsLeft = Infinity;

  constructor(seed: number, mutant: Mutant) {
    this.seed = seed;
    this.mutant = mutant;
    this.rng = new SeededRng(seed);
  }

  async run(): Promise<Outcome> {
    for (let epoch = 0; epoch < EPOCHS && this.fault === null; epoch += 1) {
      await this.epoch();
      // The process was killed, or nothing happened to it: what it wrote is in the memory still.
      if (this.rng.next() < 0.5) continue;
      this.cutPower();
    }
    return { fault: this.fault, figures: this.figures };
  }

  /** The next start finds one of the newest pictures. */
  private cutPower(): void {
    const image = this.kept[Math.floor(this.rng.next() * this.kept.length)] ?? new Map();
    this.kept = [];
    this.known.clear();
    // What is in the picture was not taken back by the cut, and may not be by the start either.
    const found = this.recover(image);
    this.acked = 'lastN' in found ? found.lastN : 0;
    this.disk = new MemoryDisk(image);
  }

  private async epoch(): Promise<void> {
    this.callsLeft = this.rng.next() < 0.5 ? Math.floor(this.rng.next() * MOST_CALLS) : Infinity;
    this.disk.onChange = () => this.judgeAll();
    const pump = new Pump(this.wrapped(), (n) => this.acknowledge(n));
    try {
      const store = await this.start(pump);
      await this.work(store, pump);
    } catch (error) {
      if (this.callsLeft > 0) this.blame(`the store itself failed: ${messageOf(error)}`);
    }
  }

  private async start(pump: Pump): Promise<SumStore> {
    const source = this.mutant.reading?.(this.disk.reading) ?? this.disk.reading;
    const opening = openStore<Sum, Added>({ dir: '', codec: sumCodec(), channel: pump, source });
    pump.drain();
    const store = await opening;
    this.figures.starts += 1;
    // What the cut left decides which history goes on.
    this.totals = this.totals.slice(0, store.recovery.lastN + 1);
    this.known.clear();
    // Told to be durable with the start, by whatever process it was written.
    this.acked = Math.max(this.acked, store.recovery.lastN);
    this.judgeAll();
    return store;
  }

  private async work(store: SumStore, pump: Pump): Promise<void> {
    for (let batch = 0; batch < BATCHES && this.fault === null; batch += 1) {
      const count = 1 + Math.floor(this.rng.next() * MOST_IN_BATCH);
      for (let i = 0; i < count; i += 1) this.append(store);
      store.journal.commit();
      pump.drain();
      if (this.rng.next() * COMPACT_EVERY >= 1) continue;
      await this.compact(store, pump);
    }
    const closed = store.journal.close();
    pump.drain();
    await closed;
  }

  /** Now and then the disk has no room for the snapshot: the new journal goes on without it. */
  private async compact(store: SumStore, pump: Pump): Promise<void> {
    this.hasNoRoom = this.rng.next() * NO_ROOM_EVERY < 1;
    const written = store.db.write().then(
      () => (this.figures.compactions += 1),
      () => (this.figures.refused += 1),
    );
    this.append(store);
    store.journal.commit();
    pump.drain();
    await written;
    this.hasNoRoom = false;
  }

  private append(store: SumStore): void {
    const amount = 1 + Math.floor(this.rng.next() * 1_000_000);
    this.totals.push((this.totals.at(-1) ?? 0) + amount);
    add(store, amount, `${this.seed} ${'x'.repeat(Math.floor(this.rng.next() * 40))}`);
  }

  private acknowledge(n: number): void {
    this.acked = n;
    this.figures.acks += 1;
    this.judgeAll();
  }

  private wrapped(): StoreFs {
    const { files } = this.disk;
    const openSync = (path: string, flags: number): number => {
      if (this.hasNoRoom && path.endsWith('.tmp')) throw systemError('ENOSPC', path);
      return files.openSync(path, flags);
    };
    const limited = this.mortal({ ...files, openSync } as unknown as StoreFs);
    return this.mutant.files?.(limited) ?? limited;
  }

  /** Calls of a process that is killed by and by: the last write is torn, nothing follows it. */
  private mortal(files: StoreFs): StoreFs {
    const count = (): void => {
      this.callsLeft -= 1;
      if (this.callsLeft <= 0) throw systemError('EKILLED', '');
    };
    const calls = Object.entries(files).map(([name, call]) => {
      const counted = (...args: unknown[]): unknown => {
        if (name === 'writeSync' && this.callsLeft === 1) {
          const [fd, bytes, from, length] = args as [number, Buffer, number, number];
          files.writeSync(fd, bytes, from, Math.floor(this.rng.next() * length));
        }
        count();
        return (call as (...all: unknown[]) => unknown)(...args);
      };
      return [name, counted];
    });
    return Object.fromEntries(calls) as StoreFs;
  }

  private judgeAll(): void {
    for (const image of images(this.disk, this.rng)) {
      if (this.fault !== null) return;
      this.judge(image);
      this.kept[this.figures.judged % KEPT_PICTURES] = image;
    }
  }

  private judge(image: Image): void {
    this.figures.judged += 1;
    const hash = hashOf(image);
    let found = this.known.get(hash);
    if (found === undefined) {
      found = this.recover(image);
      this.known.set(hash, found);
      // Without a record in it the picture is that of every other workload.
      if ('lastN' in found && found.lastN > 0) this.seen.add(hash);
      this.figures.states = this.seen.size;
    }
    if ('error' in found) return this.blame(`unreadable: ${found.error}`);
    if (found.lastN < this.acked) {
      this.blame(`lost: ${this.acked} were acknowledged, ${found.lastN} came back`);
    }
  }

  private recover(image: Image): Found {
    try {
      const files = memoryFiles(image);
      const reading = this.mutant.reading?.(files) ?? files;
      const { state, lastN } = recover('', sumCodec(), undefined, reading);
      if (lastN >= this.totals.length) return { error: `record ${lastN} was never written` };
      if (state.total !== this.totals[lastN]) return { error: `record ${lastN} has another sum` };
      return { lastN };
    } catch (error) {
      return { error: messageOf(error) };
    }
  }

  private blame(fault: string): void {
    const after = `after ${this.figures.states} states, ${this.figures.acks} acknowledgements`;
    this.fault ??= `${fault} (${after})`;
  }
}

function hashOf(image: Image): string {
  const hash = createHash('sha1');
  for (const [name, bytes] of image) {
    if (name.endsWith('.tmp')) hash.update('temporary');
    else hash.update(name);
    hash.update(`:${bytes.length}:`).update(bytes);
  }
  return hash.digest('base64');
}

/** The journal's thread without a thread: works off what it was sent, when it is told to. */
class Pump implements DiskChannel {
  private readonly files: StoreFs;
  private readonly onDurable: (n: number) => void;
  private readonly queue: ToDisk[] = [];
  private handle: (message: ToDisk) => void = () => undefined;

  constructor(files: StoreFs, onDurable: (n: number) => void) {
    this.files = files;
    this.onDurable = onDurable;
  }

  post(message: ToDisk): void {
    this.queue.push(message);
    // Nobody waits for what is sent on the way out of an error.
    queueMicrotask(() => this.drain());
  }

  listen(onMessage: (message: FromDisk) => void): void {
    this.handle = serveJournal(this.files, (message) => {
      if (message.kind === 'durable') this.onDurable(message.lastN);
      onMessage(message);
    });
  }

  drain(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      this.handle(next);
    }
  }
}

/** One seeded workload, judged after every call. */
export function crashRun(seed: number, mutant: Mutant = {}): Promise<Outcome> {
  return new CrashRun(seed, mutant).run();
}
