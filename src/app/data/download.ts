/** `data download`: candles of an exchange into the cache, from where the last attempt stopped. */
import { gzipSync } from 'node:zlib';
import { didYouMean, quoted } from '../../config/nearest.ts';
import { TIMEFRAME_NAMES } from '../../config/schema.ts';
import type { Candle } from '../../domain/candle.ts';
import { InputError } from '../../domain/errors.ts';
import {
  type EpochMs,
  inSeconds,
  SECOND_MS,
  type Timeframe,
  timeframeMs,
} from '../../domain/time.ts';
import { createWallClock, monotonicMs } from '../../engine/clock.ts';
import { EXCHANGES, findExchange } from '../../exchange/ccxt/catalog.ts';
import { type Connection, connect } from '../../exchange/ccxt/connection.ts';
import { retryAfterMs } from '../../exchange/ccxt/data-client.ts';
import { alignUp, type CandlePage, candlePages } from '../../exchange/ccxt/history.ts';
import { asRefusal } from '../../exchange/ccxt/refused.ts';
import type { ExchangeRow } from '../../exchange/ccxt/row.ts';
import {
  addToSeries,
  candlesToCsv,
  csvPath,
  findGaps,
  type Gap,
  missingRanges,
  readNote,
  readSeries,
  removeSeries,
  type SeriesKey,
  type SeriesNote,
  sha256Of,
  type TimeRange,
} from '../../store/candles.ts';
import { writeWhole } from '../csv.ts';
import { candlePageFile, gridsOf, isoOf } from './place.ts';

export interface DownloadPlan {
  readonly key: SeriesKey;
  /** The exchange's id, also where the series is of an emulator. */
  readonly exchange: string;
  readonly endpoint: string | null;
  readonly from: EpochMs;
  /** Null: now. */
  readonly to: EpochMs | null;
  /** Absolute path to write the range to; null: the cache alone. */
  readonly out: string | null;
  /** Directory of the cache. */
  readonly directory: string;
}

export interface DownloadProgress {
  readonly done: number;
  readonly total: number;
  /** Null until it can be told. */
  readonly etaMs: number | null;
}

export interface DownloadHooks {
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly say: (text: string) => void;
  /** The operator has seen enough. */
  readonly signal: AbortSignal;
}

export interface Downloaded {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly candles: number;
  readonly gaps: readonly Gap[];
  /** Of the range as CSV, unpacked. */
  readonly sha256: string;
  readonly file: string;
  /** Requests that were answered; 0 where the cache had everything. */
  readonly requests: number;
  /** Rows that were no candle. */
  readonly dropped: number;
  readonly interrupted: boolean;
}

const ALL_TIME = { from: -Infinity, to: Infinity };
/** Waits between attempts for one page. */
const WAITS_MS = [1, 2, 4, 8, 16].map((seconds) => seconds * SECOND_MS);
/** The newest candle may still change for a moment after it is over. */
const SETTLE_MS = 2 * SECOND_MS;

/**
 * Asks for what the cache lacks and adds it. Throws InputError: 2 for what the exchange does not
 * have, 4 where it does not answer; what was got until then is kept.
 */
export async function downloadCandles(
  plan: DownloadPlan,
  hooks: DownloadHooks,
): Promise<Downloaded> {
  checkMissing(plan);
  const connection = await opened(plan, hooks);
  // A request under way ends with it.
  hooks.signal.addEventListener('abort', () => void connection.close());
  try {
    checkTimeframe(connection, plan);
    return await new Download(plan, hooks, connection).run();
  } finally {
    await connection.close();
  }
}

async function opened(plan: DownloadPlan, { say }: DownloadHooks): Promise<Connection> {
  const { exchange, endpoint, key } = plan;
  const wall = createWallClock();
  try {
    return await connect({
      plan: { id: exchange, account: 'main', venue: 'data', endpoint, symbols: [key.symbol] },
      credentials: null,
      now: () => wall.now(),
      log: ({ level, message }) => {
        if (level === 'warn' || level === 'error') say(message);
      },
    });
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw new InputError(`exchange ${exchange} cannot be reached: ${wordsOf(error)}`, 4);
    }
    const isKnown = EXCHANGES.some(({ id }) => id === exchange);
    const ids = EXCHANGES.map(({ id }) => id);
    throw isKnown ? error : new InputError(`${error.message}${didYouMean(exchange, ids)}`);
  }
}

/** What kind of failure it was: the library's own text may hold a whole page of HTML. */
const wordsOf = (error: unknown): string => (error instanceof Error ? error.name : 'failure');

/** What our own table knows is said without asking anybody. */
function checkMissing({ exchange, key }: DownloadPlan): void {
  const row = findExchange(exchange);
  if (row?.missingTimeframes.includes(key.timeframe) !== true) return;
  const all = TIMEFRAME_NAMES.filter((one) => !row.missingTimeframes.includes(one));
  throw noTimeframe(key.timeframe, row.title, all);
}

const noTimeframe = (given: string, title: string, known: readonly string[]): InputError =>
  new InputError(
    `--timeframe ${quoted(given)}: ${title} has no such candles; it has ${known.join(', ')}`,
  );

function checkTimeframe({ data, row }: Connection, { key }: DownloadPlan): void {
  const known = Object.keys(data.timeframes ?? {});
  if (!known.includes(key.timeframe)) throw noTimeframe(key.timeframe, row.title, known);
}

class Download {
  private readonly plan: DownloadPlan;
  private readonly hooks: DownloadHooks;
  private readonly connection: Connection;
  private readonly length: number;
  private readonly begun = monotonicMs();
  private requests = 0;
  private dropped = 0;
  private fetched = 0;

  constructor(plan: DownloadPlan, hooks: DownloadHooks, connection: Connection) {
    this.plan = plan;
    this.hooks = hooks;
    this.connection = connection;
    this.length = timeframeMs(plan.key.timeframe);
  }

  async run(): Promise<Downloaded> {
    const { key, directory } = this.plan;
    const wanted = this.wanted();
    const pages = candlePageFile(directory, key);
    const grids = gridsOf(this.connection.markets);
    const left = pages.read();
    if (left.ranges.length > 0) {
      this.hooks.say(`going on after ${left.candles.length} candles of an earlier attempt`);
      addToSeries(directory, key, left, grids);
      pages.remove();
    }
    await this.dropOther();
    const missing = missingRanges(wanted, readNote(directory, key)?.ranges ?? []);
    const total = missing.reduce((sum, { from, to }) => sum + (to - from) / this.length, 0);
    try {
      for (const range of missing) {
        await this.fetch(range, total, (page) => pages.append(page, page.candles));
      }
    } finally {
      const got = pages.read();
      // Also when nothing was missing: the note is what `data list` and backtests look for.
      addToSeries(directory, key, got, grids);
      pages.remove();
    }
    return this.result(wanted);
  }

  /**
   * A local exchange of another seed is another market: what is kept of it must not be mixed with
   * this one's. The newest candle that both have tells them apart.
   */
  private async dropOther(): Promise<void> {
    const { key, directory, endpoint } = this.plan;
    const note = endpoint === null ? null : readNote(directory, key);
    if (note === null) return;
    const kept = readSeries(directory, note, ALL_TIME).at(-1);
    if (kept === undefined) return;
    const range = { from: kept.openTime, to: kept.openTime + this.length };
    const found: Candle[] = [];
    for await (const { candles } of this.pages(range)) found.push(...candles);
    if (candlesToCsv(found) === candlesToCsv([kept])) return;
    this.hooks.say('the local exchange is another one than before: its candles are kept anew');
    removeSeries(directory, key);
  }

  private wanted(): TimeRange {
    const { from, to } = this.plan;
    const now = this.serverNow();
    const end = Math.min(to ?? now, now);
    const range = { from: alignUp(from, this.length), to: alignDown(end, this.length) };
    if (range.from < range.to) return range;
    throw new InputError(`--from ${isoOf(from)} leaves no finished candle before ${isoOf(end)}`);
  }

  private async fetch(
    range: TimeRange,
    total: number,
    keep: (page: CandlePage) => void,
  ): Promise<void> {
    let { from } = range;
    for (let failures = 0; from < range.to && !this.hooks.signal.aborted;) {
      try {
        for await (const page of this.pages({ from, to: range.to })) {
          this.requests += 1;
          refuseCutBeginning(page, this.connection.row, this.plan.key.timeframe);
          keep(page);
          this.dropped += page.dropped;
          this.fetched += (page.to - page.from) / this.length;
          from = page.to;
          failures = 0;
          this.tell(total);
          if (this.hooks.signal.aborted) return;
        }
        return;
      } catch (error) {
        if (this.hooks.signal.aborted) return;
        await this.waitAfter(error, failures);
        failures += 1;
      }
    }
  }

  private pages(range: TimeRange): AsyncGenerator<CandlePage> {
    const { data, row } = this.connection;
    const { symbol, timeframe } = this.plan.key;
    const serverNow = (): EpochMs => this.serverNow();
    const of = { client: data, symbol, timeframe, ...range };
    return candlePages({ ...of, perCall: row.candlesPerCall, serverNow });
  }

  private tell(total: number): void {
    const done = Math.min(this.fetched, total);
    const elapsed = monotonicMs() - this.begun;
    const etaMs = done === 0 ? null : (elapsed / done) * (total - done);
    this.hooks.onProgress({ done: Math.round(done), total: Math.round(total), etaMs });
  }

  /** Waits before another attempt. Throws what no waiting mends, and the last failure. */
  private async waitAfter(error: unknown, failures: number): Promise<void> {
    const { data, row } = this.connection;
    const refusal = asRefusal(error, { instance: data, row });
    const isNetwork = refusal instanceof InputError && refusal.exitCode === 4;
    const wait = WAITS_MS[failures];
    if (!isNetwork) throw refusal;
    if (wait === undefined) {
      const kept = 'what was got is kept: the same command goes on from there';
      throw new InputError(`${refusal.message}; ${kept}`, 4);
    }
    const ms = retryAfterMs(data, error) ?? wait;
    this.hooks.say(`${refusal.message}; trying again in ${inSeconds(ms)}`);
    await pause(ms, this.hooks.signal);
  }

  private result(wanted: TimeRange): Downloaded {
    const { key, directory, out } = this.plan;
    const note = readNote(directory, key);
    if (note === null) throw new InputError(`${key.symbol}: nothing was kept`, 1);
    const candles = readSeries(directory, note, wanted);
    const text = candlesToCsv(candles);
    const { aborted } = this.hooks.signal;
    if (out !== null && !aborted) writeWhole(out, out.endsWith('.gz') ? gzipSync(text) : text);
    const covered = aborted ? coveredOf(wanted, note) : wanted;
    return {
      ...key,
      ...wanted,
      candles: candles.length,
      gaps: findGaps(candles, covered, this.length),
      sha256: sha256Of(text),
      file: out === null || aborted ? csvPath(directory, note) : out,
      requests: this.requests,
      dropped: this.dropped,
      interrupted: aborted,
    };
  }

  private serverNow(): EpochMs {
    return this.connection.clock.now() - SETTLE_MS;
  }
}

/**
 * An exchange that has its newest candles alone must not pass for one without trades before them:
 * throws InputError that says where they begin.
 */
export function refuseCutBeginning(
  { from, oldest }: Pick<CandlePage, 'from' | 'oldest'>,
  { title, hasOldCandles }: Pick<ExchangeRow, 'title' | 'hasOldCandles'>,
  timeframe: Timeframe,
): void {
  if (hasOldCandles || oldest <= from || oldest === Infinity) return;
  throw new InputError(
    `${title} gives its newest candles only: of ${timeframe} from ${isoOf(oldest)} on; ` +
      `use --from ${isoOf(oldest)}, or a longer --timeframe`,
  );
}

/** The part of a range up to the first candle that was not asked for yet. */
function coveredOf(wanted: TimeRange, note: SeriesNote): TimeRange {
  const [first] = missingRanges(wanted, note.ranges);
  return { from: wanted.from, to: first?.from ?? wanted.to };
}

const alignDown = (time: EpochMs, lengthMs: number): EpochMs =>
  alignUp(time, lengthMs) === time ? time : alignUp(time, lengthMs) - lengthMs;

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
