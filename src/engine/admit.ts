import type { MarketEvent } from '../domain/event.ts';
import type { EpochMs } from '../domain/time.ts';
import { type KnownFeed, checkDatum, isGoodCandle } from '../market/datum-check.ts';
import type { SymbolState } from './state.ts';
import type { StepContext } from './step-context.ts';

/** A feed that sent this many data that cannot be true is bad: no entries until it is good again. */
export const BAD_DATA = 3;
/** Good data in a row after which nothing of the past counts. */
const GOOD_DATA = 20;

/**
 * What of a market event may be stepped, by venue and engine alike; null when nothing. What is
 * held back is counted, and at the third datum the market's feed is marked bad.
 */
export function admit(
  ctx: StepContext,
  event: MarketEvent,
  reference: EpochMs | null,
): MarketEvent | null {
  if (event.kind === 'checkpoint') return event;
  const { market } = ctx.state;
  const symbol = market.symbols.get(event.symbol);
  if (!symbol) return event;
  if (event.kind === 'candle' && symbol.badData === 0) {
    if (isGoodCandle(event, knownOf(symbol, reference))) return event;
  }
  const checked = checkDatum(event, knownOf(symbol, reference));
  const [fault] = checked.faults;
  if (fault === undefined) {
    if (symbol.badData > 0) recover(ctx, symbol);
    return event;
  }
  market.badData += checked.faults.length;
  symbol.goodData = 0;
  const before = symbol.badData;
  symbol.badData += checked.faults.length;
  ctx.log?.({
    level: 'warn',
    category: 'market',
    message: `${symbol.name} ${event.kind} held back: ${fault}`,
  });
  if (before < BAD_DATA && symbol.badData >= BAD_DATA) {
    const text = `${symbol.name}: its feed is bad, no entries: ${fault}`;
    ctx.send({ kind: 'notice', level: 'error', text });
  }
  // It was a part of the recording: where a restart continues counts it.
  if (checked.event === null) market.events += 1;
  return checked.event;
}

function knownOf(symbol: SymbolState, reference: EpochMs | null): KnownFeed {
  const { dataTime: newest, builder } = symbol;
  return { newest, lastOpen: builder.baseSeries?.openTimeAt(0) ?? NaN, reference };
}

function recover(ctx: StepContext, symbol: SymbolState): void {
  symbol.goodData += 1;
  if (symbol.goodData < GOOD_DATA) return;
  if (symbol.badData >= BAD_DATA) {
    const text = `${symbol.name}: its feed is good again`;
    ctx.send({ kind: 'notice', level: 'info', text });
  }
  symbol.badData = 0;
  symbol.goodData = 0;
}
