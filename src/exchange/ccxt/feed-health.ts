/** The one rule by which a kind of data is said to come by stream, poll, late or not at all. */
import type { FeedStatus } from '../../ports.ts';

export type DataKind = FeedStatus['data'];

/** Longest silence of each kind that is no fault yet, ms. */
export const SILENCE_MS: Readonly<Record<DataKind, number>> = {
  book: 15_000,
  // Asked for every few seconds while they are polled; a stream of prints may be quiet for long.
  trades: 15_000,
  candles: 180_000,
};

/** Polls that failed in a row after which nothing can be had. */
const FAILED_POLLS = 3;

/** A stream may be away for so long before anybody is told. */
const SHORT_BREAK_MS = 3_000;

/** What is known of one kind of data of one market. Times are monotonic ms. */
export class Pulse {
  readonly kind: DataKind;
  /** Its stream works: it has delivered, or is open, and has not failed since. */
  isStreaming = false;
  private streamAt: number | null = null;
  private pollAt: number | null = null;
  private failedPolls = 0;

  constructor(kind: DataKind) {
    this.kind = kind;
  }

  /** Data came by the stream. */
  streamed(at: number): void {
    this.isStreaming = true;
    this.streamAt = at;
    this.failedPolls = 0;
  }

  /** An answer came to a request, with or without news. */
  polled(at: number): void {
    this.pollAt = at;
    this.failedPolls = 0;
  }

  pollFailed(): void {
    this.failedPolls += 1;
  }

  /** Since the newest datum or confirmation; null before the first. */
  ageMs(now: number): number | null {
    const newest = Math.max(this.streamAt ?? -Infinity, this.pollAt ?? -Infinity);
    return newest === -Infinity ? null : Math.max(0, now - newest);
  }

  /** How it comes now. */
  by(now: number): FeedStatus['by'] {
    const age = this.ageMs(now);
    const isFresh = age !== null && age <= SILENCE_MS[this.kind];
    if (this.isStreaming) {
      const mayBeQuiet = this.kind === 'trades' || age === null;
      return isFresh || mayBeQuiet ? 'stream' : 'stale';
    }
    const isPolled = this.pollAt !== null && this.pollAt > (this.streamAt ?? -Infinity);
    if (this.failedPolls >= FAILED_POLLS) return 'down';
    if (isPolled && isFresh) return 'poll';
    // A stream that comes back within moments was hardly away.
    return age !== null && age <= SHORT_BREAK_MS && !isPolled ? 'stream' : 'stale';
  }
}
