import type { Candle } from '../../domain/candle.ts';
import { type EpochMs, MINUTE_MS } from '../../domain/time.ts';
import { toCandle } from './market-data.ts';

/** After a minute is over, its last change may take this long to arrive. */
const LATE_MS = 2_000;
/** Our measure of the exchange's clock may be wrong by this. */
const CLOCK_ERROR_MS = 2_000;
/** Newest rows of the library's list that are looked at. */
const ROWS = 5;
/** First wait before the same minutes are asked for again, doubled up to the longest. */
const SHORTEST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
/** Finished minutes that may wait for the ones before them. */
const MOST_WAITING = 10_000;

/**
 * The finished minutes of one market as the exchange itself has them: each once, in order, never
 * back. A minute of the stream is finished when a newer one has begun, and believed only when the
 * stream did not break meanwhile; whatever is missing is asked for by request.
 */
export class CandleLine {
  /** Rows that were no candle. */
  dropped = 0;
  /** Open time of the newest minute that was handed on. */
  private last: EpochMs;
  private readonly waiting = new Map<EpochMs, Candle>();
  /** Those of them that a request gave: they are over. */
  private readonly final = new Set<EpochMs>();
  /** Open time of the newest row seen; everything before it is over. */
  private newest = -Infinity;
  /** Minutes before this that nobody has are without trades. */
  private completeUntil = -Infinity;
  /** Rows of before a break, as text by time: they may have changed unheard. */
  private doubted = new Map<EpochMs, string>();
  private askAt = -Infinity;
  private wait = SHORTEST_WAIT_MS;

  /** `last`: open time of the newest finished minute that is known already. */
  constructor(last: EpochMs) {
    this.last = last;
  }

  /** Takes rows of the stream, newest last. True when one of them is new or changed. */
  hear(rows: unknown, serverNow: EpochMs): boolean {
    if (!Array.isArray(rows)) return false;
    let hadNews = false;
    for (const row of rows.slice(-ROWS) as unknown[]) {
      const candle = toCandle(row, '1m');
      if (candle === null || candle.openTime > serverNow + CLOCK_ERROR_MS) {
        this.dropped += 1;
        continue;
      }
      if (this.isDoubted(candle)) continue;
      const known = this.waiting.get(candle.openTime);
      hadNews ||= known === undefined || textOf(known) !== textOf(candle);
      this.add(candle);
    }
    return hadNews;
  }

  /** The stream broke: what its list holds now is believed only once it changes. */
  broke(rows: unknown): void {
    for (const openTime of this.waiting.keys()) {
      if (!this.final.has(openTime)) this.waiting.delete(openTime);
    }
    this.newest = this.last;
    this.doubted.clear();
    if (!Array.isArray(rows)) return;
    for (const row of rows.slice(-ROWS) as unknown[]) {
      const candle = toCandle(row, '1m');
      if (candle !== null) this.doubted.set(candle.openTime, textOf(candle));
    }
  }

  /**
   * Takes the finished minutes of a request. `newest`: open time of its newest row, also the open
   * one; what is missing before that is without trades. What is missing after it may come late.
   */
  fill(candles: readonly Candle[], newest: EpochMs): void {
    for (const candle of candles) {
      const { openTime } = candle;
      this.doubted.delete(openTime);
      this.final.delete(openTime);
      this.add(candle);
      if (this.waiting.has(openTime)) this.final.add(openTime);
    }
    this.completeUntil = Math.max(this.completeUntil, newest);
  }

  /** The finished minutes that may be handed on now. */
  take(serverNow: EpochMs): readonly Candle[] {
    const out: Candle[] = [];
    for (;;) {
      const next = this.next();
      if (next === undefined || !this.isFinished(next, serverNow)) return out;
      this.waiting.delete(next.openTime);
      this.final.delete(next.openTime);
      this.last = next.openTime;
      this.hurry();
      out.push(next);
    }
  }

  /** Minutes are over that nothing was heard of. */
  isBehind(serverNow: EpochMs): boolean {
    return this.last + 2 * MINUTE_MS + LATE_MS <= serverNow;
  }

  /** Since when minutes are to be asked for; null when none are, or not yet again. */
  wanted(serverNow: EpochMs): EpochMs | null {
    if (!this.isBehind(serverNow) || serverNow < this.askAt) return null;
    this.askAt = serverNow + this.wait;
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
    return this.last + MINUTE_MS;
  }

  /** Requests have a chance again: what is missing may be asked for at once. */
  hurry(): void {
    this.wait = SHORTEST_WAIT_MS;
    this.askAt = -Infinity;
  }

  private add(candle: Candle): void {
    const { openTime } = candle;
    if (openTime > this.newest) this.newest = openTime;
    if (openTime <= this.last || this.final.has(openTime)) return;
    if (this.waiting.size >= MOST_WAITING && !this.waiting.has(openTime)) return;
    this.waiting.set(openTime, candle);
  }

  private isDoubted(candle: Candle): boolean {
    const text = this.doubted.get(candle.openTime);
    if (text === undefined) return false;
    if (text === textOf(candle)) return true;
    this.doubted.delete(candle.openTime);
    return false;
  }

  private next(): Candle | undefined {
    const following = this.waiting.get(this.last + MINUTE_MS);
    if (following) return following;
    let next: Candle | undefined;
    for (const candle of this.waiting.values()) {
      if (candle.openTime < (next?.openTime ?? Infinity)) next = candle;
    }
    // The minutes between are known to be without trades, or are asked for first.
    return next && next.openTime <= this.completeUntil ? next : undefined;
  }

  private isFinished({ openTime }: Candle, serverNow: EpochMs): boolean {
    const isOver = openTime < this.newest || this.final.has(openTime);
    return isOver && openTime + MINUTE_MS <= serverNow + CLOCK_ERROR_MS;
  }
}

const textOf = ({ open, high, low, close, volume }: Candle): string =>
  `${open} ${high} ${low} ${close} ${volume}`;
