/** `data list|check|import`: what is on this disk, and files that come from elsewhere. */
import { resolve } from 'node:path';
import { type CandleFile, openDataFile } from '../../backtest/data-file.ts';
import type { Candle } from '../../domain/candle.ts';
import { InputError } from '../../domain/errors.ts';
import { type EpochMs, type Timeframe, timeframeMs } from '../../domain/time.ts';
import {
  addToSeries,
  candlesToCsv,
  csvPath,
  findGaps,
  type Gap,
  listSeries,
  readSeries,
  type SeriesKey,
  type SeriesNote,
  sha256Of,
} from '../../store/candles.ts';

export interface SeriesRow {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: string;
  /** First open time and end of the last candle. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly candles: number;
  /** Places where candles are missing between them. */
  readonly gaps: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly file: string;
}

/** Every series of the cache. Throws InputError where one is damaged. */
export function listCache(directory: string): SeriesRow[] {
  return listSeries(directory).map((note) => toRow(directory, note));
}

function toRow(directory: string, note: SeriesNote): SeriesRow {
  const { exchange, symbol, timeframe, candles, bytes, sha256 } = note;
  const from = note.ranges[0]?.from ?? 0;
  const to = note.ranges.at(-1)?.to ?? 0;
  const found = readSeries(directory, note, { from, to });
  return {
    exchange,
    symbol,
    timeframe,
    from,
    to,
    candles,
    gaps: findGaps(found, { from, to }, timeframeMs(timeframe)).length,
    bytes,
    sha256,
    file: csvPath(directory, note),
  };
}

export interface CheckedFile {
  readonly file: string;
  readonly kind: 'candles' | 'trades';
  /** Of candles; of trades the one they would be built in. */
  readonly timeframe: Timeframe;
  readonly rows: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly gaps: readonly Gap[];
  /** Of the candles as `data download` writes them; null for trades. */
  readonly sha256: string | null;
}

/** What a recording holds. Throws InputError with the line of the first fault. */
export function checkFile(path: string, cwd: string): CheckedFile {
  const file = openDataFile(resolve(cwd, path), { symbol: 'BTC/USDT', timeframe: null });
  const { kind, timeframe, length: rows, firstTime } = file;
  const lengthMs = file.kind === 'candles' ? timeframeMs(timeframe) : 0;
  const range = { from: firstTime, to: file.lastTime + lengthMs };
  const candles = file.kind === 'candles' ? candlesOf(file) : [];
  return {
    file: path,
    kind,
    timeframe,
    rows,
    ...range,
    gaps: file.kind === 'candles' ? findGaps(candles, range, lengthMs) : [],
    sha256: file.kind === 'candles' ? sha256Of(candlesToCsv(candles)) : null,
  };
}

/** Takes the candles of a file into the cache. Throws InputError; nothing of a faulty file stays. */
export function importFile(of: {
  readonly path: string;
  readonly cwd: string;
  readonly directory: string;
  /** Its timeframe is the file's own where null. */
  readonly key: Omit<SeriesKey, 'timeframe'> & { readonly timeframe: Timeframe | null };
}): SeriesRow {
  const { path, directory, key } = of;
  const file = openDataFile(resolve(of.cwd, path), key);
  if (file.kind !== 'candles') {
    throw new InputError(`${path}: holds trades; only candles are kept in the cache`);
  }
  if (key.timeframe !== null && file.timeframe !== key.timeframe) {
    throw new InputError(`${path}: holds candles of ${file.timeframe}, not of ${key.timeframe}`);
  }
  const { timeframe, firstTime, lastTime } = file;
  const ranges = [{ from: firstTime, to: lastTime + timeframeMs(timeframe) }];
  const part = { ranges, candles: candlesOf(file) };
  const series = { exchange: key.exchange, symbol: key.symbol, timeframe };
  return toRow(directory, addToSeries(directory, series, part, null));
}

function candlesOf({ times, opens, highs, lows, closes, volumes }: CandleFile): Candle[] {
  return Array.from(times, (openTime, i) => ({
    openTime,
    open: opens[i] ?? NaN,
    high: highs[i] ?? NaN,
    low: lows[i] ?? NaN,
    close: closes[i] ?? NaN,
    volume: volumes[i] ?? NaN,
  }));
}
