/** Where candles are kept and how they are named, for every command that uses them. */
import { dataDirectory, type Environment } from '../../config/files.ts';
import { didYouMean, quoted } from '../../config/nearest.ts';
import { TIMEFRAME_NAMES } from '../../config/schema.ts';
import { parseTime } from '../../backtest/data-times.ts';
import { toText } from '../../domain/decimal.ts';
import { InputError } from '../../domain/errors.ts';
import { type Market, parseSymbol } from '../../domain/market.ts';
import { type EpochMs, isTimeframe, type Timeframe } from '../../domain/time.ts';
import { type SeriesGrids, type SeriesKey, seriesPath } from '../../store/candles.ts';
import { PageFile } from '../../store/candle-pages.ts';

const EXCHANGE = /^[a-z0-9]{2,32}(-emulator)?$/;

/** The series that flags name. Throws InputError about the first one that is wrong. */
export function seriesKey(of: {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: string;
}): SeriesKey {
  const { exchange, symbol } = of;
  if (!EXCHANGE.test(exchange)) {
    throw new InputError(`--exchange is ${quoted(exchange)}; allowed: an id such as binance`);
  }
  if (parseSymbol(symbol) === null) {
    throw new InputError(`--symbol is ${quoted(symbol)}; allowed: such as BTC/USDT`);
  }
  return { exchange, symbol, timeframe: timeframeOf(of.timeframe) };
}

function timeframeOf(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  const allowed = `${TIMEFRAME_NAMES.join(', ')}${didYouMean(text, TIMEFRAME_NAMES)}`;
  throw new InputError(`--timeframe is ${quoted(text)}; allowed: ${allowed}`);
}

/** A date or time as typed, UTC. Throws InputError naming the flag. */
export function timeOf(flag: string, text: string): EpochMs {
  const time = parseTime(text, 'iso');
  if (!Number.isNaN(time)) return time;
  throw new InputError(
    `${flag} is ${quoted(text)}; allowed: a date such as 2026-01-31, or 2026-01-31T12:00Z`,
  );
}

/** `2026-01-31T12:00Z`, or the date alone at midnight: as `timeOf` reads it. */
export function isoOf(time: EpochMs): string {
  const iso = new Date(time).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.replace(/(:00)?\.000Z$/, 'Z');
}

/** The cache of candles of this user. */
export const candleDirectory = (environment: Environment): string => dataDirectory(environment);

/** Pages of a download of this series that is not finished. */
export const candlePageFile = (directory: string, key: SeriesKey): PageFile =>
  new PageFile(`${seriesPath(directory, key)}.part`);

/** Grids of the first market, to be kept with its candles. */
export function gridsOf([market]: readonly Market[]): SeriesGrids | null {
  if (market === undefined) return null;
  const { tickSize, stepSize, minQuantity, minNotional } = market;
  return {
    tickSize: toText(tickSize),
    stepSize: toText(stepSize),
    minQuantity: toText(minQuantity),
    minNotional: toText(minNotional),
  };
}
