import {
  type Decimal,
  ZERO,
  add,
  decimal,
  parseDecimal,
  quantizeNumber,
} from '../domain/decimal.ts';
import { type Position, entryPrice, netPnl, unrealizedPnl } from '../domain/position.ts';
import type { EngineState } from './state.ts';

/** Marks finer than any feed prints are brought to this grid. */
const MARK_GRID = decimal('0.00000001');

/**
 * Newest mark of a position's market in quote, as its shortest text says it: prices of feeds come
 * from text. The entry price before the first one.
 */
export function exactMark(state: EngineState, position: Position): Decimal {
  const mark = state.market.symbols.get(position.symbol)?.markPrice ?? 0;
  if (mark === 0) return entryPrice(position) ?? ZERO;
  return parseDecimal(String(mark)) ?? quantizeNumber(mark, MARK_GRID, 'nearest');
}

/** P&L of everything open at its mark, in quote. */
export function exactUnrealizedPnl(state: EngineState): Decimal {
  let sum = ZERO;
  for (const position of state.money.positions.values()) {
    sum = add(sum, unrealizedPnl(position, exactMark(state, position)));
  }
  return sum;
}

/** Start + realized + unrealized − fees − funding (DECISIONS 34): no float on the way. */
export function exactEquity(state: EngineState): Decimal {
  const { deposits, totals } = state.money;
  return add(add(deposits, netPnl(totals)), exactUnrealizedPnl(state));
}
