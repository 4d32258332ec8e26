/** What one strategy elsewhere is told: events with the candles it does not know yet, and a view. */
import { toPlain } from '../../domain/codec.ts';
import { finishedCandle } from '../../domain/event.ts';
import { type EpochMs, type Timeframe, timeframeMs } from '../../domain/time.ts';
import type { StrategyContext, StrategyView } from '../../ports.ts';
import {
  type CandleRow,
  type Configured,
  type Item,
  type Told,
  type ViewValues,
  fromRow,
  toRow,
} from './messages.ts';

/** The engine keeps no more candles of a timeframe. */
const MOST_CANDLES = 600;

export class Telling {
  readonly #own: Timeframe;
  readonly #timeframes: readonly Timeframe[];
  readonly #symbol: string;
  readonly #wantsBook: boolean;
  /** Open time of the newest candle the other side knows, by timeframe. */
  readonly #known = new Map<Timeframe, EpochMs>();

  constructor(context: StrategyContext, configured: Configured) {
    const higher = configured.higherTimeframes as readonly Timeframe[];
    this.#own = context.timeframe;
    this.#timeframes = [...new Set([context.timeframe, ...higher])];
    this.#symbol = context.symbol;
    this.#wantsBook = configured.handlers.book;
  }

  /** An event with what finished up to it. Events of files are reused: nothing is kept of them. */
  item(told: Told, view: StrategyView): Item {
    const finished: [Timeframe, readonly CandleRow[]][] = [];
    for (const timeframe of this.#timeframes) {
      const rows = newRows(view, timeframe, this.#known.get(timeframe) ?? -Infinity);
      const newest = rows.at(-1);
      if (newest === undefined) continue;
      this.#known.set(timeframe, newest[0]);
      finished.push([timeframe, rows]);
    }
    return {
      told: told.kind === 'candle' ? { ...told, candle: { ...told.candle } } : told,
      finished,
    };
  }

  /** The past as the engine knows it, for a strategy that begins again. */
  history(view: StrategyView): Item[] {
    const rest = this.#timeframes.map((timeframe) => {
      const rows = newRows(view, timeframe, -Infinity);
      const newest = rows.at(-1);
      if (newest !== undefined) this.#known.set(timeframe, newest[0]);
      return { timeframe, rows, next: 0 };
    });
    const own = rest[0]?.rows ?? [];
    return own.map((row) => {
      const candle = fromRow(row);
      const told = finishedCandle({ symbol: this.#symbol, timeframe: this.#own, candle });
      const finished: [Timeframe, readonly CandleRow[]][] = [];
      for (const one of rest) {
        const from = one.next;
        while (closeOf(one.rows[one.next], one.timeframe) <= told.time) one.next += 1;
        if (one.next > from) finished.push([one.timeframe, one.rows.slice(from, one.next)]);
      }
      return { told, finished };
    });
  }

  values(view: StrategyView): ViewValues {
    const { now, lastPrice, position, entryPrice, expected } = view;
    const working = view.working.map(toPlain);
    const book = this.#wantsBook ? view.book : null;
    return { now, lastPrice, position, entryPrice, expected, working, book };
  }
}

const closeOf = (row: CandleRow | undefined, timeframe: Timeframe): EpochMs =>
  row === undefined ? Infinity : row[0] + timeframeMs(timeframe);

function newRows(view: StrategyView, timeframe: Timeframe, known: EpochMs): readonly CandleRow[] {
  const rows: CandleRow[] = [];
  for (let back = 0; back < MOST_CANDLES; back++) {
    const candle = view.candle(timeframe, back);
    if (candle === undefined || candle.openTime <= known) break;
    rows.push(toRow(candle));
  }
  return rows.reverse();
}

/** Items of one message: the past goes in batches, so that no message takes long. */
export const BATCH = 64;
