/** Empties the journal into the archive and begins a new generation, between two turns. */
import { messageOf } from '../../domain/errors.ts';
import { monotonicMs } from '../../engine/clock.ts';
import { LARGE_STATE_BYTES } from '../../store/snapshot.ts';

/** After a compaction that failed, the next one. */
const RETRY_MS = 60_000;

export interface CompactorPorts {
  readonly store: {
    readonly compactionDue: boolean;
    readonly stateLength: number;
    readonly db: { write(): Promise<void> };
  };
  /** Hands over what waits for the archive; names of parts that were dropped. */
  readonly archive: () => Promise<readonly string[]>;
  readonly notice: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export class Compactor {
  /** The market waits while rows are on their way from the journal to the archive. */
  isBusy = false;
  /** Two writers of one archive would overwrite each other's rows: settled before another begins. */
  settled: Promise<void> = Promise.resolve();
  private readonly ports: CompactorPorts;
  /** Monotonic time before which no compaction is begun: a full disk is not tried every turn. */
  private next = 0;
  private isLarge = false;

  constructor(ports: CompactorPorts) {
    this.ports = ports;
  }

  /** Called after every turn. */
  look(): void {
    if (this.isBusy || !this.ports.store.compactionDue || monotonicMs() < this.next) return;
    this.settled = this.compact();
  }

  /**
   * Archive first, then a new generation: what leaves the journal stands in the archive. The
   * market waits meanwhile, or its fills would fall between the two.
   */
  private async compact(): Promise<void> {
    this.isBusy = true;
    this.next = monotonicMs() + RETRY_MS;
    try {
      await this.emptyIntoArchive();
      const written = this.ports.store.db.write();
      // The switch has been made with the call; the market need not wait for the disk.
      this.isBusy = false;
      await written;
      this.next = 0;
      this.watchSize();
    } catch (error) {
      const message = messageOf(error);
      this.ports.notice('error', `compaction failed, tried again in a minute: ${message}`);
    } finally {
      this.isBusy = false;
    }
  }

  /** Said once: every compaction and every start take longer from here on. */
  private watchSize(): void {
    const { stateLength } = this.ports.store;
    if (this.isLarge || stateLength < LARGE_STATE_BYTES) return;
    this.isLarge = true;
    const megabytes = (stateLength / 1024 / 1024).toFixed(1);
    this.ports.notice('warn', `the state is ${megabytes} MB large; please report what grows in it`);
  }

  async emptyIntoArchive(): Promise<void> {
    const dropped = await this.ports.archive();
    if (dropped.length === 0) return;
    this.ports.notice('info', `archive is full: oldest parts dropped: ${dropped.join(', ')}`);
  }
}
