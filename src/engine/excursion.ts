import { type Decimal, ZERO, add, isPositive, neg } from '../domain/decimal.ts';
import type { Candle } from '../domain/candle.ts';
import type { CandleEvent, MarketEvent } from '../domain/event.ts';
import type { Position } from '../domain/position.ts';
import { type EpochMs, timeframeMs } from '../domain/time.ts';
import type { MoneyState } from '../execution/money.ts';
import type { EngineState, SymbolState } from './state.ts';

/**
 * Best and worst unrealized P&L of the open holding of a market, in quote. A candle that was not
 * held whole may have seen its extremes before us: then the figure is only known once a mark that
 * was certainly ours goes beyond them.
 */
export interface Excursion {
  /** Of the holding; another time or sign is another holding. */
  readonly openedTime: EpochMs;
  readonly sign: number;
  /** Candles that open at or after this time were held whole, at today's quantity and cost. */
  since: EpochMs;
  readonly best: Extreme;
  readonly worst: Extreme;
}

/** What was certainly reached, and what may have been. */
interface Extreme {
  sure: number;
  possible: number;
}

/** Best and worst as far as they are certain; null otherwise. */
export function knownExcursion(excursion: Excursion | null): {
  readonly maxFavorable: number | null;
  readonly maxAdverse: number | null;
} {
  const { best, worst } = excursion ?? UNKNOWN;
  const isKnown = (sure: number, possible: number): boolean =>
    Number.isFinite(sure) && sure >= possible;
  return {
    maxFavorable: isKnown(best.sure, best.possible) ? best.sure : null,
    maxAdverse: isKnown(-worst.sure, -worst.possible) ? worst.sure : null,
  };
}

const UNKNOWN = {
  best: { sure: Number.NaN, possible: Number.NaN },
  worst: { sure: Number.NaN, possible: Number.NaN },
} as const;

/** After a fill: a new holding starts anew, a changed one is looked at with its new size. */
export function followHolding(state: EngineState, symbol: SymbolState, position: Position): void {
  const { now, phase } = state.market;
  const sign = Math.sign(symbol.quantity);
  const { openedTime } = position;
  let { excursion } = symbol;
  if (excursion?.openedTime !== openedTime || excursion.sign !== sign) {
    excursion = createExcursion(openedTime, sign);
    symbol.excursion = excursion;
  }
  // What fills between the extremes of a candle is dated by its open, but came after it.
  excursion.since = phase === 'extremes' ? now + 1 : now;
  touch(excursion, openPnl(symbol, symbol.markPrice));
}

function createExcursion(openedTime: EpochMs, sign: number): Excursion {
  return {
    openedTime,
    sign,
    since: openedTime,
    best: { sure: -Infinity, possible: -Infinity },
    worst: { sure: Infinity, possible: Infinity },
  };
}

/** After a market event of a market that is held: every mark it told counts. */
export function observeMarks(symbol: SymbolState, event: MarketEvent): void {
  const { excursion } = symbol;
  if (excursion === null) return;
  if (symbol.hasMarkFeed) return touch(excursion, openPnl(symbol, symbol.markPrice));
  switch (event.kind) {
    case 'candle':
      return observeCandle(excursion, symbol, event.candle);
    case 'trades':
      for (const { price } of event.trades) touch(excursion, openPnl(symbol, price));
      return undefined;
    default:
      return undefined; // a book moves no mark
  }
}

function observeCandle(excursion: Excursion, symbol: SymbolState, candle: Candle): void {
  const note = candle.openTime >= excursion.since ? touch : mayHaveTouched;
  note(excursion, openPnl(symbol, candle.high));
  note(excursion, openPnl(symbol, candle.low));
  if (note === mayHaveTouched) touch(excursion, openPnl(symbol, symbol.markPrice));
}

const openPnl = (symbol: SymbolState, price: number): number =>
  price === 0 ? Number.NaN : symbol.quantity * price - symbol.cost;

/** NaN, where no price is known, moves nothing. */
function touch({ best, worst }: Excursion, pnl: number): void {
  if (pnl > best.sure) best.sure = pnl;
  if (pnl < worst.sure) worst.sure = pnl;
}

function mayHaveTouched({ best, worst }: Excursion, pnl: number): void {
  if (pnl > best.possible) best.possible = pnl;
  if (pnl < worst.possible) worst.possible = pnl;
}

/**
 * After a restart: the candles since a holding was opened say how far it went, where they reach
 * that far back and its size did not change since; otherwise it is unknown until it is closed.
 */
export function recoverExcursions(state: EngineState, unfinished: readonly CandleEvent[]): void {
  for (const symbol of state.market.held) {
    const position = state.money.positions.get(symbol.name);
    if (!position) continue;
    const excursion = createExcursion(position.openedTime, Math.sign(symbol.quantity));
    symbol.excursion = excursion;
    if (!isSeenWhole(state.money, symbol, position)) {
      mayHaveTouched(excursion, Infinity);
      mayHaveTouched(excursion, -Infinity);
      continue;
    }
    const open = unfinished.filter(({ symbol: name }) => name === symbol.name);
    const candles = symbol.builder.baseSeries?.newest(Infinity) ?? [];
    for (const candle of [...candles, ...open.map((event) => event.candle)]) {
      recoverCandle(excursion, symbol, candle);
    }
  }
}

/** A fill dated by its candle's open may have come later in it: that candle is not sure. */
function recoverCandle(excursion: Excursion, symbol: SymbolState, candle: Candle): void {
  const lengthMs = symbol.builder.base === null ? 0 : timeframeMs(symbol.builder.base);
  if (candle.openTime + lengthMs <= excursion.openedTime) return;
  const [high, low] = [openPnl(symbol, candle.high), openPnl(symbol, candle.low)];
  const note = candle.openTime > excursion.openedTime ? touch : mayHaveTouched;
  note(excursion, high);
  note(excursion, low);
  if (note === mayHaveTouched) touch(excursion, openPnl(symbol, candle.close));
}

/** Candles reach back to its beginning, tell its marks, and it was filled in one moment. */
function isSeenWhole(money: MoneyState, symbol: SymbolState, position: Position): boolean {
  // The marks of a perpetual are not the trades its candles are made of.
  if (symbol.market.kind !== 'spot') return false;
  const { baseSeries } = symbol.builder;
  const oldest = baseSeries?.openTimeAt(baseSeries.length - 1) ?? Number.NaN;
  if (!(oldest <= position.openedTime)) return false;
  let filled: Decimal = ZERO;
  for (const order of [...money.closed.values(), ...money.working.values()]) {
    if (order.symbol !== position.symbol || !isPositive(order.filled)) continue;
    if (order.updatedTime > position.openedTime) return false;
    if (order.updatedTime < position.openedTime) continue;
    filled = add(filled, order.side === 'buy' ? order.filled : neg(order.filled));
  }
  return filled === position.quantity;
}
