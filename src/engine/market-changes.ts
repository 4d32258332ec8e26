/** What a venue changes about its markets while they are traded. */
import { toText } from '../domain/decimal.ts';
import type { Market } from '../domain/market.ts';
import type { AccountRecord } from '../domain/record.ts';
import { setTradingState } from '../execution/stop-states.ts';
import type { StepContext } from './step-context.ts';

type Changed = Extract<AccountRecord, { kind: 'marketsChanged' }>;

/**
 * From here on orders are cut to the new grids. What is not traded any more is halted by itself,
 * until the operator resumes it: its entries are canceled where that is still possible (F38).
 */
export function onMarketsChanged(ctx: StepContext, { markets, gone, back }: Changed): void {
  for (const market of markets) {
    const symbol = ctx.state.market.symbols.get(market.symbol);
    if (!symbol) continue;
    const text = `${market.symbol}: ${differenceOf(symbol.market, market)}`;
    symbol.market = market;
    ctx.send({ kind: 'notice', level: 'warn', text });
  }
  for (const symbol of gone) {
    const reason = 'the venue does not trade it now';
    setTradingState(ctx, { state: 'halted', reason, by: 'engine', scope: { symbol } });
    ctx.send({ kind: 'notice', level: 'error', text: `${symbol} is halted: ${reason}` });
  }
  for (const symbol of back) {
    const text = `${symbol} is traded again; it stays halted until you resume it`;
    ctx.send({ kind: 'notice', level: 'info', text });
  }
}

/** What differs between the markets known before and those listed now; null where nothing does. */
export function marketChanges(of: {
  readonly known: ReadonlyMap<string, Market>;
  /** Known ones that were not listed the last time. */
  readonly gone: ReadonlySet<string>;
  readonly listed: readonly Market[];
}): Pick<Changed, 'markets' | 'gone' | 'back'> | null {
  const now = new Map(of.listed.map((market) => [market.symbol, market]));
  const markets = of.listed.filter((market) => {
    const before = of.known.get(market.symbol);
    return before !== undefined && differenceOf(before, market) !== '';
  });
  const gone = [...of.known.keys()].filter((name) => !now.has(name) && !of.gone.has(name));
  const back = [...of.gone].filter((symbol) => now.has(symbol));
  return markets.length + gone.length + back.length === 0 ? null : { markets, gone, back };
}

const FIELDS = [
  ['tickSize', 'price step'],
  ['stepSize', 'quantity step'],
  ['minQuantity', 'smallest quantity'],
  ['minNotional', 'smallest order'],
  ['makerFeeRate', 'maker fee'],
  ['takerFeeRate', 'taker fee'],
] as const;

/** `price step 0.01 → 0.1`: what differs, in words; empty where nothing does. */
function differenceOf(before: Market, after: Market): string {
  return FIELDS.filter(([field]) => before[field] !== after[field])
    .map(([field, words]) => `${words} ${toText(before[field])} → ${toText(after[field])}`)
    .join(', ');
}
