import type { Candle } from '../../domain/candle.ts';
import { type EpochMs, MINUTE_MS } from '../../domain/time.ts';
import type { FeedOptions } from './feed-options.ts';
import { fetchCandles } from './history.ts';
import { newestFinished } from './market-data.ts';

/** Finished minutes by symbol, oldest first. */
export type LoadedHistory = ReadonlyMap<string, readonly Candle[]>;

/** Markets whose history is asked for at once; the library's own limit spaces the requests. */
const AT_ONCE = 3;
/** Attempts for one market. */
const ATTEMPTS = 3;
/** The newest minute may still change for a moment after it is over. */
const SETTLE_MS = 1_000;

/** The newest finished minutes of every market, from the disk where it has them. */
export async function loadHistory(options: FeedOptions): Promise<LoadedHistory> {
  const { symbols } = options.plan;
  const loaded = new Map<string, readonly Candle[]>(symbols.map((symbol) => [symbol, []]));
  if (options.historyCandles <= 0) return loaded;
  const waiting = [...symbols];
  let done = 0;
  options.onProgress?.(0, symbols.length);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      loaded.set(next, await newestMinutes(options, next));
      done += 1;
      options.onProgress?.(done, symbols.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return loaded;
}

async function newestMinutes(options: FeedOptions, symbol: string): Promise<readonly Candle[]> {
  const { connection, historyCandles, cached } = options;
  const serverNow = (): EpochMs => connection.clock.now() - SETTLE_MS;
  const to = newestFinished(serverNow()) + MINUTE_MS;
  const from = to - historyCandles * MINUTE_MS;
  const known = cached?.(symbol, from, to) ?? [];
  const [first] = known;
  // A cache that begins later is of no use: the exchange is asked from the beginning then.
  const kept = first !== undefined && first.openTime === from ? known : [];
  const rest = (kept.at(-1)?.openTime ?? from - MINUTE_MS) + MINUTE_MS;
  const of = { client: connection.data, symbol, timeframe: '1m', from: rest, to } as const;
  const query = { ...of, perCall: connection.row.candlesPerCall, serverNow };
  for (let attempt = 1; ; attempt++) {
    try {
      return [...kept, ...(await fetchCandles(query))];
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
