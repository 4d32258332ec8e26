/**
 * Candles of exchanges on this disk: one CSV for each series that every command reads, a note of
 * what it covers, and while a download runs a file of its pages, from which it goes on.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Candle } from '../domain/candle.ts';
import { InputError } from '../domain/errors.ts';
import { type EpochMs, isTimeframe, type Timeframe } from '../domain/time.ts';
import { replaceFile } from './whole-file.ts';

export interface SeriesKey {
  /** Exchange, with `-emulator` where it was a local one: practice never mixes with what is not. */
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
}

/** Open times from `from` up to, without, `to`. */
export interface TimeRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Grids of a market as the exchange had them, as decimal text. */
const gridsSchema = z.object({
  tickSize: z.string(),
  stepSize: z.string(),
  minQuantity: z.string(),
  minNotional: z.string(),
});
export type SeriesGrids = z.output<typeof gridsSchema>;

const noteSchema = z.object({
  version: z.literal(1),
  exchange: z.string(),
  symbol: z.string(),
  timeframe: z.string().refine(isTimeframe),
  /** What was asked for and answered, sorted, apart from each other. */
  ranges: z.array(z.object({ from: z.number(), to: z.number() })),
  candles: z.number().int(),
  /** Name of the CSV, which carries a part of its checksum. */
  file: z.string().regex(/^[\w.+-]+$/),
  bytes: z.number().int(),
  sha256: z.string(),
  grids: gridsSchema.nullable(),
});

/** What is known of a series without reading it. */
export type SeriesNote = z.output<typeof noteSchema>;

export interface SeriesPart {
  readonly ranges: readonly TimeRange[];
  /** Oldest first. */
  readonly candles: readonly Candle[];
}

const HEADER = 'timestamp,open,high,low,close,volume';

/** Candles as the CSV that is kept: epoch ms and the shortest numbers that read back the same. */
export function candlesToCsv(candles: readonly Candle[]): string {
  const lines = candles.map(
    ({ openTime, open, high, low, close, volume }) =>
      `${openTime},${open},${high},${low},${close},${volume}`,
  );
  return [HEADER, ...lines, ''].join('\n');
}

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Path of a file of a series without its ending; symbols have one slash and no odd characters. */
export function seriesPath(directory: string, { exchange, symbol, timeframe }: SeriesKey): string {
  const name = symbol.replace('/', '-').replace(':', '+');
  if (!/^[\w.+-]+$/.test(name) || !/^[a-z0-9-]+$/.test(exchange)) {
    throw new InputError(`no series can be kept of ${exchange} ${symbol}`);
  }
  return join(directory, exchange, `${name}-${timeframe}`);
}

/** What is kept of a series; null when nothing is. Throws InputError where the note is damaged. */
export function readNote(directory: string, key: SeriesKey): SeriesNote | null {
  return noteOf(`${seriesPath(directory, key)}.json`);
}

function noteOf(path: string): SeriesNote | null {
  if (!existsSync(path)) return null;
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new InputError(`${path}: is damaged; remove it and download the series again`);
  }
}

/** Notes of all series, by exchange, symbol and timeframe. */
export function listSeries(directory: string): readonly SeriesNote[] {
  if (!existsSync(directory)) return [];
  const found = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => noteOf(join(entry.parentPath, entry.name)));
  return found
    .filter((note) => note !== null)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}

const nameOf = ({ exchange, symbol, timeframe }: SeriesKey): string =>
  `${exchange} ${symbol} ${timeframe}`;

/** The CSV of a series, which every command reads as a data file. */
export const csvPath = (directory: string, note: SeriesNote): string =>
  join(dirname(seriesPath(directory, note)), note.file);

/** Candles of a series in a time, oldest first. Throws InputError where the file is damaged. */
export function readSeries(directory: string, note: SeriesNote, range: TimeRange): Candle[] {
  const path = csvPath(directory, note);
  const text = readFileSync(path, 'utf8');
  if (sha256Of(text) !== note.sha256) {
    const series = `${seriesPath(directory, note)}.json`;
    throw new InputError(`${path}: is damaged; remove ${series} and download it again`);
  }
  const candles: Candle[] = [];
  for (const line of text.split('\n').slice(1)) {
    if (line === '') continue;
    const [openTime = NaN, open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = line
      .split(',')
      .map(Number);
    if (openTime < range.from || openTime >= range.to) continue;
    candles.push({ openTime, open, high, low, close, volume });
  }
  return candles;
}

/** Adds candles and what they cover; candles of the same time are replaced. */
export function addToSeries(
  directory: string,
  key: SeriesKey,
  part: SeriesPart,
  grids: SeriesGrids | null,
): SeriesNote {
  const path = seriesPath(directory, key);
  const before = readNote(directory, key);
  const all = { from: -Infinity, to: Infinity };
  const byTime = new Map<EpochMs, Candle>();
  if (before) for (const one of readSeries(directory, before, all)) byTime.set(one.openTime, one);
  for (const one of part.candles) byTime.set(one.openTime, one);
  const candles = [...byTime.values()].sort((a, b) => a.openTime - b.openTime);
  const text = candlesToCsv(candles);
  const sha256 = sha256Of(text);
  const note: SeriesNote = {
    version: 1,
    ...key,
    ranges: joinRanges([...(before?.ranges ?? []), ...part.ranges]),
    candles: candles.length,
    // A name of its own: note and CSV change together, with the note.
    file: `${basename(path)}.${sha256.slice(0, 12)}.csv`,
    bytes: Buffer.byteLength(text),
    sha256,
    grids: grids ?? before?.grids ?? null,
  };
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(join(dirname(path), note.file), text);
  replaceFile(`${path}.json`, `${JSON.stringify(note)}\n`);
  if (before && before.file !== note.file) rmSync(csvPath(directory, before), { force: true });
  return note;
}

/** Forgets a series. */
export function removeSeries(directory: string, key: SeriesKey): void {
  const path = seriesPath(directory, key);
  const note = readNote(directory, key);
  rmSync(`${path}.json`, { force: true });
  if (note) rmSync(csvPath(directory, note), { force: true });
}

/** Ranges sorted, those that touch or overlap made one, empty ones left out. */
export function joinRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const range of ranges.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || range.from > last.to) joined.push({ ...range });
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
  }
  return joined;
}

/** What of a range is in none of the others. */
export function missingRanges(wanted: TimeRange, ranges: readonly TimeRange[]): TimeRange[] {
  const missing: TimeRange[] = [];
  let { from } = wanted;
  for (const range of joinRanges(ranges)) {
    if (range.to <= from) continue;
    if (range.from >= wanted.to) break;
    if (range.from > from) missing.push({ from, to: range.from });
    from = range.to;
  }
  if (from < wanted.to) missing.push({ from, to: wanted.to });
  return missing;
}

/** Runs of candles that are missing in a range. */
export interface Gap extends TimeRange {
  readonly candles: number;
}

/** Where candles of this length are missing in a range. */
export function findGaps(candles: readonly Candle[], range: TimeRange, lengthMs: number): Gap[] {
  const gaps: Gap[] = [];
  const add = (from: EpochMs, to: EpochMs): void => {
    if (to > from) gaps.push({ from, to, candles: Math.round((to - from) / lengthMs) });
  };
  let next = range.from;
  for (const { openTime } of candles) {
    add(next, openTime);
    next = openTime + lengthMs;
  }
  add(next, range.to);
  return gaps;
}
