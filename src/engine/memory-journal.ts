import type { RecordBody } from '../domain/record.ts';
import { encodeRecord } from '../domain/codec.ts';
import type { Journal } from '../ports.ts';

/** Takes the texts of records in order and gives their SHA-256; made by `store/digest.ts`. */
export interface DigestSink {
  update(text: string): void;
  hex(): string;
}

/** Records kept as objects: some 100 MB, far above what most backtests write. */
const BLOCK = 262_144;

/**
 * A journal without a disk: durable as soon as it is appended. Records are kept as objects and
 * become text only when the digest is asked for or a block is full, so that a backtest does not
 * pay for text it never shows and memory stays bounded.
 */
export function createMemoryJournal(digest: DigestSink): Journal {
  let last = 0;
  let bodies: RecordBody[] = [];
  // Columns of numbers: an object per record would be one more thing for the collector to move.
  let times: number[] = [];
  let events: number[] = [];
  const drain = (): void => {
    const before = last - bodies.length;
    bodies.forEach((body, index) => {
      const at = { n: before + index + 1, t: times[index] ?? 0, m: events[index] ?? 0 };
      digest.update(encodeRecord(body, at));
    });
    bodies = [];
    times = [];
    events = [];
  };
  return {
    append(body, at) {
      last += 1;
      bodies.push(body);
      times.push(at.t);
      events.push(at.m);
      if (bodies.length >= BLOCK) drain();
      return last;
    },
    get last() {
      return last;
    },
    get durable() {
      return last;
    },
    commit: () => undefined,
    onDurable: () => undefined,
    onFailed: () => undefined,
    digest() {
      drain();
      return digest.hex();
    },
    close: () => Promise.resolve(),
  };
}
