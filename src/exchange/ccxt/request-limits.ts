/** What one account may ask of an exchange, and how its lists are read, exchange by exchange. */
import type { RequestBudget } from '../../ports.ts';
import type { ExchangeRow } from './row.ts';

/** How the fills of an account are listed. */
export interface FillPages {
  /** One list for each symbol, or one for the account. */
  readonly by: 'symbol' | 'account';
  /** Fills of a full page. */
  readonly size: number;
  /** `time`: oldest first, the next page from the last fill on. `offset`: newest first, counted. */
  readonly turn: 'time' | 'offset';
  /** Longest time one list may span, ms; null without a bound. */
  readonly mostMs: number | null;
}

interface Known {
  readonly perSecond: number;
  readonly burst: number;
  readonly reserve: number;
  readonly order: number;
  readonly cancel: number;
  readonly question: number;
  readonly account: number;
  /** Open orders of one symbol, and of all at once. */
  readonly openOrders: { readonly one: number; readonly all: number };
  /** One page of fills. */
  readonly fills: number;
  readonly pages: FillPages;
}

const DAY_MS = 86_400_000;
const BY_SYMBOL: FillPages = { by: 'symbol', size: 100, turn: 'time', mostMs: null };

/** Half of what the exchange grants an address: market data come from the same one. */
const BINANCE: Known = {
  perSecond: 50,
  burst: 1_000,
  reserve: 300,
  order: 1,
  cancel: 1,
  question: 4,
  account: 20,
  openOrders: { one: 6, all: 80 },
  fills: 20,
  pages: { by: 'symbol', size: 1_000, turn: 'time', mostMs: DAY_MS },
};

/** The counter of a starter account; orders and cancels have limits of their own, by market. */
const KRAKEN: Known = {
  perSecond: 0.33,
  burst: 15,
  reserve: 5,
  order: 0,
  cancel: 0,
  question: 1,
  account: 1,
  openOrders: { one: 1, all: 1 },
  fills: 2,
  pages: { by: 'account', size: 50, turn: 'offset', mostMs: null },
};

/** Below what the strictest of the others grants. */
const OTHER: Known = {
  perSecond: 5,
  burst: 60,
  reserve: 30,
  order: 1,
  cancel: 1,
  question: 1,
  account: 1,
  openOrders: { one: 1, all: 1 },
  fills: 1,
  pages: BY_SYMBOL,
};

const KNOWN: Readonly<Record<string, Known>> = { binance: BINANCE, kraken: KRAKEN };

const knownOf = ({ id }: Pick<ExchangeRow, 'id'>): Known => KNOWN[id] ?? OTHER;

export const fillPagesOf = (row: Pick<ExchangeRow, 'id'>): FillPages => knownOf(row).pages;

/** Are the open orders of so many symbols cheaper one by one than all at once? */
export function asksEachSymbol(row: Pick<ExchangeRow, 'id'>, symbols: number): boolean {
  const { one, all } = knownOf(row).openOrders;
  return one * symbols < all;
}

/** The request limit of an account that follows so many symbols, in the exchange's units. */
export function budgetOf(row: ExchangeRow, symbols: number): RequestBudget {
  const known = knownOf(row);
  const { perSecond, burst, reserve, openOrders, question, pages } = known;
  return {
    perSecond,
    burst,
    reserve,
    costs: {
      create: known.order,
      cancel: known.cancel,
      amend: known.order + question,
      order: row.clientIds.fetchBy === 'order' ? question : 2 * question,
      openOrders: Math.min(openOrders.one * symbols, openOrders.all),
      fills: known.fills * (pages.by === 'symbol' ? symbols : 1),
      account: known.account,
      deadMan: question,
    },
  };
}
