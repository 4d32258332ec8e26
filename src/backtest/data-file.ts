import { candleFault } from '../domain/candle.ts';
import { InputError } from '../domain/errors.ts';
import { type EpochMs, type Timeframe, timeframeMs } from '../domain/time.ts';
import { recognizeColumns } from './data-columns.ts';
import { readRows } from './data-rows.ts';
import { emptyFile, readDataSource } from './data-source.ts';
import { fileSpacing, requireFits } from './data-spacing.ts';
import { CellReader } from './data-values.ts';
import { NumberColumn } from './number-column.ts';

interface DataFileHead {
  readonly path: string;
  readonly symbol: string;
  /**
   * Candles: the file's own spacing, never longer than the timeframe asked for. Trades: the base
   * timeframe their candles are built in.
   */
  readonly timeframe: Timeframe;
  /** Rows. */
  readonly length: number;
  readonly firstTime: EpochMs;
  readonly lastTime: EpochMs;
  /** Places where at least one candle is missing; they are allowed. 0 for trades. */
  readonly gaps: number;
  readonly times: Float64Array;
}

/** Candles in columns, oldest first; every row is sound and later than the one before. */
export interface CandleFile extends DataFileHead {
  readonly kind: 'candles';
  readonly opens: Float64Array;
  readonly highs: Float64Array;
  readonly lows: Float64Array;
  readonly closes: Float64Array;
  readonly volumes: Float64Array;
}

/** Trades in columns, oldest first. */
export interface TradeFile extends DataFileHead {
  readonly kind: 'trades';
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
  /** 1 where the taker bought, 0 where it sold. */
  readonly buys: Uint8Array;
}

export type DataFile = CandleFile | TradeFile;

/** Base timeframe of candles that are built of trades, unless a shorter one is asked for. */
const TRADE_TIMEFRAME: Timeframe = '1m';

/**
 * Loads a recording of candles or trades: CSV, JSON lines or a JSON array of objects, plain or
 * gzip, whatever it is called. `timeframe` is the one strategies will ask for; null takes the
 * file's own. Throws InputError (exit 2) with file, line, column, value and fix for the first
 * fault; nothing of a faulty file is kept.
 */
export function openDataFile(
  path: string,
  of: { readonly symbol: string; readonly timeframe: Timeframe | null },
): DataFile {
  const source = readDataSource(path);
  let loader: CandleLoader | TradeLoader | undefined;
  readRows(source, {
    start: (names, line) => {
      const columns = recognizeColumns(`${path}:${line}`, names);
      const cells = new CellReader(path, columns);
      loader = columns.kind === 'candles' ? new CandleLoader(cells) : new TradeLoader(cells);
      return columns.indexes;
    },
    row: (cells, line) => loader?.add(cells, line),
  });
  if (loader === undefined) throw emptyFile(path);
  if (loader.times.length === 0) {
    throw new InputError(`${path}: there is a header but no row below it`);
  }
  return loader.finish({ path, symbol: of.symbol, asked: of.timeframe });
}

interface Order {
  readonly path: string;
  readonly symbol: string;
  readonly asked: Timeframe | null;
}

class CandleLoader {
  readonly #cells: CellReader;
  readonly times = new NumberColumn();
  readonly #lines = new NumberColumn();
  readonly #values = Array.from({ length: 5 }, () => new NumberColumn());
  readonly #candle = { openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
  #lastTime = -Infinity;

  constructor(cells: CellReader) {
    this.#cells = cells;
  }

  add(row: readonly unknown[], line: number): void {
    const cells = this.#cells;
    const candle = this.#candle;
    candle.openTime = cells.time(row, line);
    candle.open = cells.price(row, 1, line);
    candle.high = cells.price(row, 2, line);
    candle.low = cells.price(row, 3, line);
    candle.close = cells.price(row, 4, line);
    candle.volume = cells.amount(row, 5, line);
    const { openTime, open, high, low, close } = candle;
    if (high < low || open > high || open < low || close > high || close < low) {
      throw cells.fault(line, `${candleFault(candle) ?? 'unsound candle'}; correct the row`);
    }
    if (openTime <= this.#lastTime) throw cells.orderFault(row, line, openTime === this.#lastTime);
    this.#lastTime = openTime;
    this.times.push(openTime);
    this.#lines.push(line);
    const [opens, highs, lows, closes, volumes] = this.#values;
    opens?.push(open);
    highs?.push(high);
    lows?.push(low);
    closes?.push(close);
    volumes?.push(candle.volume);
  }

  finish({ path, symbol, asked }: Order): CandleFile {
    const times = this.times.toArray();
    const spacing = fileSpacing({ path, times, lines: this.#lines.toArray(), asked });
    requireFits({ path, timeframe: spacing.timeframe, asked });
    const [opens, highs, lows, closes, volumes] = this.#values.map((one) => one.toArray());
    const none = new Float64Array(0);
    return {
      kind: 'candles',
      ...headOf({ path, symbol, times, timeframe: spacing.timeframe }),
      gaps: spacing.gaps,
      opens: opens ?? none,
      highs: highs ?? none,
      lows: lows ?? none,
      closes: closes ?? none,
      volumes: volumes ?? none,
    };
  }
}

class TradeLoader {
  readonly #cells: CellReader;
  readonly times = new NumberColumn();
  readonly #prices = new NumberColumn();
  readonly #quantities = new NumberColumn();
  readonly #buys = new NumberColumn();
  #lastTime = -Infinity;
  #lastPrice = 0;
  #wasBuy = true;

  constructor(cells: CellReader) {
    this.#cells = cells;
  }

  add(row: readonly unknown[], line: number): void {
    const cells = this.#cells;
    const time = cells.time(row, line);
    const price = cells.price(row, 1, line);
    const quantity = cells.price(row, 2, line);
    if (time < this.#lastTime) throw cells.orderFault(row, line, false);
    const isBuy = cells.isBuy(row, line) ?? this.#guessBuy(price);
    this.#lastTime = time;
    this.#lastPrice = price;
    this.#wasBuy = isBuy;
    this.times.push(time);
    this.#prices.push(price);
    this.#quantities.push(quantity);
    this.#buys.push(isBuy ? 1 : 0);
  }

  finish({ path, symbol, asked }: Order): TradeFile {
    const base = timeframeMs(TRADE_TIMEFRAME);
    const timeframe = asked !== null && timeframeMs(asked) < base ? asked : TRADE_TIMEFRAME;
    return {
      kind: 'trades',
      ...headOf({ path, symbol, times: this.times.toArray(), timeframe }),
      gaps: 0,
      prices: this.#prices.toArray(),
      quantities: this.#quantities.toArray(),
      buys: Uint8Array.from(this.#buys.toArray()),
    };
  }

  /** Tick rule where the file names no side: up is bought, down is sold, equal stays. */
  #guessBuy(price: number): boolean {
    if (price === this.#lastPrice) return this.#wasBuy;
    return price > this.#lastPrice;
  }
}

function headOf(of: {
  path: string;
  symbol: string;
  times: Float64Array;
  timeframe: Timeframe;
}): Omit<DataFileHead, 'gaps'> {
  const { times } = of;
  const firstTime = times[0] ?? NaN;
  return { ...of, length: times.length, firstTime, lastTime: times.at(-1) ?? NaN };
}
