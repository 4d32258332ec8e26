/** Candles of the cache for whoever plays or warms up. */
import { decimal } from '../../domain/decimal.ts';
import { InputError } from '../../domain/errors.ts';
import type { Market } from '../../domain/market.ts';
import { type EpochMs, TIMEFRAMES, type Timeframe, timeframeMs } from '../../domain/time.ts';
import type { Candle } from '../../domain/candle.ts';
import {
  csvPath,
  missingRanges,
  readNote,
  readSeries,
  type SeriesKey,
  type SeriesNote,
  type TimeRange,
} from '../../store/candles.ts';
import { isoOf } from './place.ts';

export interface CachedSeries {
  /** The CSV that holds it. */
  readonly file: string;
  readonly range: TimeRange;
  readonly grids: SeriesNote['grids'];
}

/**
 * The series of a time, of the timeframe asked for, or of a shorter one it can be built from.
 * Throws InputError that says what is missing and the command that gets it.
 */
export function cachedSeries(
  directory: string,
  key: SeriesKey,
  wanted: { readonly from: EpochMs | null; readonly to: EpochMs | null },
): CachedSeries {
  const tried = fitting(key.timeframe).map((timeframe) => ({ ...key, timeframe }));
  for (const one of tried) {
    const note = readNote(directory, one);
    if (note === null || note.candles === 0) continue;
    const range = rangeOf(note, wanted);
    if (range.from >= range.to || missingRanges(range, note.ranges).length > 0) continue;
    return { file: csvPath(directory, note), range, grids: note.grids };
  }
  throw missing(directory, key, wanted);
}

/** Timeframes that candles of this one can be made of, the longest first. */
function fitting(timeframe: Timeframe): Timeframe[] {
  const length = timeframeMs(timeframe);
  const all = Object.keys(TIMEFRAMES) as Timeframe[];
  return all
    .filter((one) => length % timeframeMs(one) === 0 && timeframeMs(one) <= length)
    .sort((a, b) => timeframeMs(b) - timeframeMs(a));
}

function rangeOf(
  note: SeriesNote,
  { from, to }: { readonly from: EpochMs | null; readonly to: EpochMs | null },
): TimeRange {
  const last = note.ranges.at(-1);
  return { from: from ?? last?.from ?? 0, to: to ?? last?.to ?? 0 };
}

function missing(
  directory: string,
  key: SeriesKey,
  { from, to }: { readonly from: EpochMs | null; readonly to: EpochMs | null },
): InputError {
  const { exchange, symbol, timeframe } = key;
  const note = readNote(directory, key);
  const [first] = note === null ? [] : missingRanges(rangeOf(note, { from, to }), note.ranges);
  const lacks = first === undefined ? '' : ` from ${isoOf(first.from)} to ${isoOf(first.to)}`;
  const range = `--from ${from === null ? 'DATE' : isoOf(from)}${to === null ? '' : ` --to ${isoOf(to)}`}`;
  const id = exchange.replace(/-emulator$/, '');
  return new InputError(
    `candles of ${exchange} ${symbol} ${timeframe}${lacks} are not on this disk; get them: ` +
      `tapedeck data download --exchange ${id} --symbol ${symbol} --timeframe ${timeframe} ${range}`,
  );
}

/** A file's market with the grids its exchange had, where the command names none of its own. */
export function withGrids(
  market: Market,
  grids: SeriesNote['grids'],
  named: { readonly tick: boolean; readonly step: boolean },
): Market {
  if (grids === null) return market;
  return {
    ...market,
    tickSize: named.tick ? market.tickSize : decimal(grids.tickSize),
    stepSize: named.step ? market.stepSize : decimal(grids.stepSize),
    minQuantity: decimal(grids.minQuantity),
    minNotional: decimal(grids.minNotional),
  };
}

/** Minutes of the cache as a warm-up takes them; nothing where the cache has none, or is damaged. */
export function cachedMinutes(
  directory: string,
  exchange: string,
): (symbol: string, from: EpochMs, to: EpochMs) => readonly Candle[] {
  return (symbol, from, to) => {
    try {
      const note = readNote(directory, { exchange, symbol, timeframe: '1m' });
      if (note === null) return [];
      const [first] = missingRanges({ from, to }, note.ranges);
      return readSeries(directory, note, { from, to: first?.from ?? to });
    } catch {
      // A cache is no reason not to start: the exchange is asked instead.
      return [];
    }
  };
}
