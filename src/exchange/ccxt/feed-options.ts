import type { Candle } from '../../domain/candle.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Log, Scheduler } from '../../ports.ts';
import type { DataClient } from './data-client.ts';
import type { ExchangePlan } from './plan.ts';
import type { ExchangeRow } from './row.ts';

/** What of a connection the feed needs. */
export interface FeedConnection {
  readonly row: Pick<ExchangeRow, 'id' | 'sources' | 'candlesPerCall' | 'bookDepth'>;
  readonly data: DataClient;
  /** The exchange's time. */
  readonly clock: { now(): EpochMs };
}

export interface FeedOptions {
  readonly connection: FeedConnection;
  readonly plan: Pick<ExchangePlan, 'symbols'>;
  /** Our own clock, by which events are dated. */
  now(): EpochMs;
  readonly log: Log;
  /** Finished minutes of each market to have at the start. */
  readonly historyCandles: number;
  /** Markets whose history is there, of all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Minutes on disk, oldest first, which need not be asked for: [from, to). */
  readonly cached?: (symbol: string, from: EpochMs, to: EpochMs) => readonly Candle[];
  /** Timers and monotonic ms; the platform's own where left out. */
  readonly after?: Scheduler['after'];
  readonly monotonic?: () => number;
}
