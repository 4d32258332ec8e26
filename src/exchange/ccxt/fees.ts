import { type Decimal, isNegative, lt, ONE } from '../../domain/decimal.ts';
import type { Market } from '../../domain/market.ts';
import type { Log } from '../../ports.ts';
import type { Instance } from './instance-type.ts';
import { exact } from './markets.ts';
import { reasonOf } from './reason.ts';
import type { ExchangeRow } from './row.ts';

export type FeeRates = Pick<Market, 'makerFeeRate' | 'takerFeeRate'>;

/**
 * What the account itself pays, by symbol; empty where the exchange does not tell. The rates of
 * the market list are those of a new account. Never throws: a fee that is not known exactly is no
 * reason not to trade.
 */
export async function fetchAccountFees(of: {
  readonly trading: Instance;
  readonly row: ExchangeRow;
  readonly symbols: readonly string[];
  readonly log: Log;
}): Promise<ReadonlyMap<string, FeeRates>> {
  const { trading, row, symbols, log } = of;
  const found = new Map<string, FeeRates>();
  const take = (symbol: string, said: unknown): void => {
    const rates = ratesOf(said);
    if (rates !== null) found.set(symbol, rates);
  };
  try {
    if (trading.has['fetchTradingFee'] === true) {
      // One after the other: numbers of a key must arrive in their order.
      for (const symbol of symbols) take(symbol, await trading.fetchTradingFee(symbol));
    } else if (trading.has['fetchTradingFees'] === true) {
      const all = (await trading.fetchTradingFees()) as Readonly<Record<string, unknown>>;
      for (const symbol of symbols) take(symbol, all[symbol]);
    }
  } catch (error) {
    const reason = reasonOf(error, trading);
    const message = `${row.id}: fees of the account are not known: ${reason}`;
    log({ level: 'info', category: 'system', message });
  }
  return found;
}

/** The markets with what the account pays there. */
export function withFees(
  markets: readonly Market[],
  fees: ReadonlyMap<string, FeeRates>,
): readonly Market[] {
  return markets.map((market) => ({ ...market, ...fees.get(market.symbol) }));
}

function ratesOf(said: unknown): FeeRates | null {
  if (typeof said !== 'object' || said === null) return null;
  const { maker, taker } = said as { readonly maker?: unknown; readonly taker?: unknown };
  const [makerFeeRate, takerFeeRate] = [exact(maker), exact(taker)];
  if (makerFeeRate === null || takerFeeRate === null || isNegative(takerFeeRate)) return null;
  return isRate(makerFeeRate) && isRate(takerFeeRate) ? { makerFeeRate, takerFeeRate } : null;
}

/** A fee of a whole notional is a mistake of units. */
const isRate = (rate: Decimal): boolean => lt(rate, ONE);
