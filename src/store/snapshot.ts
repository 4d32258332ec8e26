/**
 * lowdb's door to state (DECISIONS 19): an adapter whose `read` is newest snapshot plus journal
 * and whose `write` is a new generation. It throws on anything but what it wrote itself.
 */
import { type Adapter, Low } from 'lowdb';
import type { Envelope } from '../domain/record.ts';
import { createDiskThread, type DiskChannel, FileJournal } from './journal.ts';
import { keepCopy } from './migrate.ts';
import { planFor, recover } from './recover.ts';
import type { Recovery, StoreCodec } from './recovery.ts';
import type { ReadFiles } from './replay.ts';
import { STORE_SCHEMA, StoreError } from './schema.ts';
import { realFs, type StoreFs } from './store-fs.ts';

/** A restart then replays about 60 ms. */
export const COMPACT_AT_RECORDS = 20_000;
export const COMPACT_AT_BYTES = 4 * 1024 * 1024;
/** A state is meant to stay below 1 MB for years; above this something in it grows without end. */
export const LARGE_STATE_BYTES = 4 * 1024 * 1024;

export interface StoreOptions<S, B extends object> {
  /** Checked and locked by the caller (state-dir.ts, lock.ts). */
  readonly dir: string;
  readonly codec: StoreCodec<S, Envelope & B>;
  /** Test options. */
  readonly fsyncDelayMs?: readonly [number, number];
  readonly channel?: DiskChannel;
  /** Before a migration begins a new journal: what only the old one holds is put elsewhere. */
  readonly beforeMigration?: (lastN: number) => Promise<unknown>;
  /** Where it is recovered from: seam of proofs that hold a disk in memory. */
  readonly source?: ReadFiles;
  /** File calls of a migration's copy. */
  readonly files?: StoreFs;
  readonly compactAt?: { readonly records: number; readonly bytes: number };
}

export class JournaledJsonFile<S, B extends object> implements Adapter<S> {
  private readonly options: StoreOptions<S, B>;
  private opened: { journal: FileJournal<B>; recovery: Recovery<S, Envelope & B> } | null = null;
  private copy: string | null = null;
  private textLength = 0;

  constructor(options: StoreOptions<S, B>) {
    this.options = options;
  }

  get journal(): FileJournal<B> {
    return this.required().journal;
  }

  get recovery(): Recovery<S, Envelope & B> {
    return this.required().recovery;
  }

  /** Where the files of an older version were copied to before they were migrated; else null. */
  get migrationCopy(): string | null {
    return this.copy;
  }

  /** Recovers, migrates, repairs, and opens the journal. Once; a second call would fork the state. */
  async read(): Promise<S> {
    if (this.opened !== null) throw new StoreError('closed', 'The state was read already.');
    const { dir, codec, fsyncDelayMs, channel } = this.options;
    const recovery = recover(dir, codec, undefined, this.options.source);
    const isOlder = recovery.schema < STORE_SCHEMA;
    if (isOlder) this.copy = keepCopy(dir, recovery.schema, this.options.files ?? realFs);
    const initial = recovery.fresh ? checked(codec.encodeState(recovery.state)) : null;
    const plan = planFor(dir, recovery, initial, fsyncDelayMs);
    const journal = new FileJournal<B>(codec.encode, plan, channel ?? createDiskThread());
    this.opened = { journal, recovery };
    try {
      await journal.open(plan, { records: recovery.replayed, bytes: recovery.replayedBytes });
      // A generation of our own version before anything else is written: an older program then
      // refuses the directory instead of misreading it.
      if (isOlder) {
        await this.options.beforeMigration?.(recovery.lastN);
        await journal.rotate(checked(codec.encodeState(recovery.state)));
      }
    } catch (error) {
      // The thread would keep the process alive.
      await journal.close();
      throw error;
    }
    return recovery.state;
  }

  /**
   * A new generation holding `state`, which must be the state after the newest record. Text and
   * switch of the journal happen before this returns; the promise settles when it is durable.
   */
  async write(state: S): Promise<void> {
    const text = checked(this.options.codec.encodeState(state));
    this.textLength = text.length;
    await this.journal.rotate(text);
  }

  /** Length of the state that was written last; 0 before. */
  get stateLength(): number {
    return this.textLength;
  }

  get compactionDue(): boolean {
    const { journal } = this;
    const { records, bytes } = journal.sinceRotation;
    const limit = this.options.compactAt;
    if (journal.rotating || journal.failure !== null) return false;
    return (
      records >= (limit?.records ?? COMPACT_AT_RECORDS) ||
      bytes >= (limit?.bytes ?? COMPACT_AT_BYTES)
    );
  }

  private required() {
    if (this.opened === null) throw new StoreError('closed', 'The state was not read yet.');
    return this.opened;
  }
}

/** The envelope is one line, and the state in it an object: lowdb writes no other. */
function checked(text: string): string {
  if (!text.startsWith('{') || text.includes('\n')) {
    throw new StoreError(
      'badState',
      `State is not one line with a JSON object: ${text.slice(0, 40)}`,
    );
  }
  return text;
}

export interface Store<S, B extends object> {
  readonly db: Low<S>;
  readonly journal: FileJournal<B>;
  readonly recovery: Recovery<S, Envelope & B>;
  /** Where the files of an older version were copied to; null: nothing was migrated. */
  readonly migrationCopy: string | null;
  /** True when `db.write()` is due: call it between two steps. */
  readonly compactionDue: boolean;
  /** Characters of the state that was written last; 0 before. */
  readonly stateLength: number;
}

/** Recovered state, ready for records. `db.data` is the state itself, not a copy. */
export async function openStore<S, B extends object>(
  options: StoreOptions<S, B>,
): Promise<Store<S, B>> {
  const adapter = new JournaledJsonFile<S, B>(options);
  const db = new Low<S>(adapter, options.codec.initial());
  await db.read();
  return {
    db,
    journal: adapter.journal,
    recovery: adapter.recovery,
    migrationCopy: adapter.migrationCopy,
    get compactionDue() {
      return adapter.compactionDue;
    },
    get stateLength() {
      return adapter.stateLength;
    },
  };
}
