import { encodeJson } from '../../domain/codec.ts';
import { isWorking } from '../../domain/order.ts';
import type { JournalRecord, RecordBody } from '../../domain/record.ts';
import { type MoneyState, findOrder } from '../../execution/money.ts';
import { Archive } from '../../store/archive.ts';
import type { StoreCodec } from '../../store/recovery.ts';
import { stateCodec } from './codec.ts';

interface WrittenJournal {
  readonly last: number;
  readonly durable: number;
  whenDurable(): Promise<void>;
}

/**
 * Fills and finished orders on their way from the journal to the archive: collected record by
 * record (also while a recovery replays them), handed over before a compaction drops the journal
 * that holds them.
 */
export class Archiver {
  private fills: string[] = [];
  private orders: string[] = [];

  /** Called for every record, after it changed `money`. */
  collect(money: MoneyState, body: RecordBody): void {
    if (body.kind === 'fill') this.fills.push(encodeJson(body));
    if (!('orderId' in body) || body.kind === 'orderCreated') return;
    const order = findOrder(money, body.orderId);
    if (order && !isWorking(order)) this.orders.push(encodeJson(order));
  }

  /** Nothing waits for the archive. */
  get isEmpty(): boolean {
    return this.fills.length === 0 && this.orders.length === 0;
  }

  /**
   * Resolves when everything collected so far is durable; names of parts that were dropped. What
   * could not be written is offered again with the next call.
   */
  async handOver(archive: Archive, atN: number): Promise<readonly string[]> {
    const { fills, orders } = this;
    this.fills = [];
    this.orders = [];
    try {
      const kept = await archive.append('fills', fills, atN);
      const also = await archive.append('orders', orders, atN);
      return [...kept.dropped, ...also.dropped];
    } catch (error) {
      // Rows that were written before the error come twice: readers go by their ids.
      this.fills = [...fills, ...this.fills];
      this.orders = [...orders, ...this.orders];
      throw error;
    }
  }

  /** Hands over until nothing waits: what is collected meanwhile included. */
  async empty(archive: Archive, lastN: () => number): Promise<readonly string[]> {
    const dropped: string[] = [];
    while (!this.isEmpty) dropped.push(...(await this.handOver(archive, lastN())));
    return dropped;
  }

  /**
   * The same beside a journal that is written: no row goes before its record is durable, or a kill
   * would leave fills in the archive that no book knows of.
   */
  async emptyDurable(archive: Archive, journal: WrittenJournal): Promise<readonly string[]> {
    const dropped: string[] = [];
    while (!this.isEmpty) {
      while (journal.durable < journal.last) await journal.whenDurable();
      dropped.push(...(await this.handOver(archive, journal.last)));
    }
    return dropped;
  }
}

/** The archive of a directory for those who only read it. */
export const archiveToRead = (directory: string): Archive =>
  new Archive({ dir: directory, maxBytes: null, month: () => '' });

/** What recovery replays also goes to the archive once: its journal may be dropped next. */
export function collectingCodec(archiver: Archiver): StoreCodec<MoneyState, JournalRecord> {
  const codec = stateCodec();
  return {
    ...codec,
    fold: (money, record) => {
      codec.fold(money, record);
      archiver.collect(money, record);
    },
  };
}
