/** The newest journal records in memory, and with the first reader those before the start. */
import type { JournalRecord, RecordBody } from '../domain/record.ts';

/** Records kept in memory: what "why" and the alerts look back at. */
export const KEPT_RECORDS = 2000;
/** Records of before the start that the first reader gets: they are decoded before a first frame. */
const READ_RECORDS = 500;

export class RecordRing {
  private records: JournalRecord[] = [];
  private isWhole = false;
  private readonly readOlder: (before: number, count: number) => readonly JournalRecord[];

  /** `readOlder` gives the newest records below a number, oldest first. */
  constructor(readOlder: RecordRing['readOlder']) {
    this.readOlder = readOlder;
  }

  /** Takes a record that the money has just applied. */
  add(body: RecordBody, at: { readonly n: number; readonly t: number; readonly m: number }): void {
    this.records.push({ ...body, ...at });
    if (this.records.length >= KEPT_RECORDS * 2) this.records.splice(0, KEPT_RECORDS);
  }

  /** Oldest first. */
  all(): readonly JournalRecord[] {
    if (!this.isWhole) {
      this.isWhole = true;
      const first = this.records[0]?.n ?? Infinity;
      this.records = [...this.readOlder(first, READ_RECORDS), ...this.records];
    }
    return this.records.slice(-KEPT_RECORDS);
  }
}
