/** The order book as rows of prices, with our own orders at theirs. */
import type { SessionView, WatchedView } from '../../../app/session-types.ts';
import { toNumber } from '../../../domain/decimal.ts';
import { isWorking } from '../../../domain/order.ts';
import type { Side } from '../../../domain/trade.ts';
import type { OrderView } from '../../slices.ts';

export interface LadderRow {
  readonly price: number;
  /** The price as text: what the cursor keeps. */
  readonly key: string;
  readonly side: 'ask' | 'bid';
  /** Null at a price where the book has nothing: our order or the cursor alone stands there. */
  readonly quantity: number | null;
  /** Sum from the best price to here. */
  readonly total: number;
  readonly own: readonly OrderView[];
}

export interface Ladder {
  /** Best first, both. */
  readonly asks: readonly LadderRow[];
  readonly bids: readonly LadderRow[];
  readonly bestAsk: number | null;
  readonly bestBid: number | null;
}

const MOST_DIGITS = 18;

/** A price as the text that names its row. */
export const priceKey = (price: number, digits: number): string =>
  price.toFixed(Math.min(MOST_DIGITS, Math.max(0, digits)));

/** Null where the market has no book. Levels without a usable price are left out. */
function ladderOf(
  watched: WatchedView,
  of: { readonly orders: readonly OrderView[]; readonly cursor: string | null },
): Ladder | null {
  const { book, priceDigits } = watched;
  if (book === null) return null;
  const asks = book.asks.filter(isLevel);
  const bids = book.bids.filter(isLevel);
  const bestAsk = asks[0]?.[0] ?? null;
  const bestBid = bids[0]?.[0] ?? null;
  const own = restingOrders(of.orders, watched);
  const cursorSide = cursorIsAsk(of.cursor, { bestAsk, bestBid }) ? 'ask' : 'bid';
  const side = (name: 'ask' | 'bid'): readonly LadderRow[] =>
    sideRows({
      side: name,
      levels: name === 'ask' ? asks : bids,
      own: own.filter((order) => (order.side === 'sell') === (name === 'ask')),
      cursor: cursorSide === name ? of.cursor : null,
      digits: priceDigits,
    });
  return { asks: side('ask'), bids: side('bid'), bestAsk, bestBid };
}

type Level = readonly [number, number];

const isLevel = ([price, quantity]: Level): boolean =>
  Number.isFinite(price) && Number.isFinite(quantity);

/** Our orders that wait at a price of their own in this market. */
function restingOrders(
  orders: readonly OrderView[],
  { symbol }: Pick<WatchedView, 'symbol'>,
): readonly OrderView[] {
  return orders.filter(
    (one) =>
      one.symbol === symbol && one.price !== null && one.triggerPrice === null && isWorking(one),
  );
}

/** The cursor's price lies on the side it is nearer to. */
function cursorIsAsk(
  cursor: string | null,
  { bestAsk, bestBid }: Pick<Ladder, 'bestAsk' | 'bestBid'>,
): boolean {
  const price = Number(cursor);
  if (bestAsk === null) return bestBid !== null && price > bestBid;
  return bestBid === null || price >= bestAsk || price - bestBid > bestAsk - price;
}

function sideRows(of: {
  side: 'ask' | 'bid';
  levels: readonly Level[];
  own: readonly OrderView[];
  cursor: string | null;
  digits: number;
}): readonly LadderRow[] {
  const { side, digits } = of;
  // Levels finer than the market's digits share a row.
  const quantities = new Map<string, number>();
  for (const [price, quantity] of of.levels) {
    const key = priceKey(price, digits);
    quantities.set(key, (quantities.get(key) ?? 0) + quantity);
  }
  const own = new Map<string, OrderView[]>();
  for (const order of of.own) {
    if (order.price === null) continue;
    const key = priceKey(toNumber(order.price), digits);
    // Far from the market there is nothing to compare it with.
    if (!quantities.has(key) && !isAmong(Number(key), of.levels)) continue;
    own.set(key, [...(own.get(key) ?? []), order]);
  }
  const keys = new Set([...quantities.keys(), ...own.keys()]);
  if (of.cursor !== null) keys.add(of.cursor);
  const outwards = side === 'ask' ? 1 : -1;
  let total = 0;
  return [...keys]
    .map((key) => ({ key, price: Number(key) }))
    .toSorted((a, b) => (a.price - b.price) * outwards)
    .map(({ key, price }) => {
      const quantity = quantities.get(key) ?? null;
      total += quantity ?? 0;
      return { key, price, side, quantity, total, own: own.get(key) ?? [] };
    });
}

/** Not farther out than the last level. */
function isAmong(price: number, levels: readonly Level[]): boolean {
  const best = levels[0]?.[0];
  const last = levels.at(-1)?.[0];
  if (best === undefined || last === undefined) return false;
  return last >= best ? price <= last : price >= last;
}

/** Rows from the highest price to the lowest. */
export const fromTop = ({ asks, bids }: Ladder): readonly LadderRow[] => [
  ...asks.toReversed(),
  ...bids,
];

/** The ladder of what is watched now, with the cursor's price in it. */
export function shownLadder(
  view: Pick<SessionView, 'watched' | 'orders'>,
  cursor: string | null,
): Ladder | null {
  const { watched, orders } = view;
  return watched === null ? null : ladderOf(watched, { orders, cursor });
}

/** Would a limit order at this price wait in the book? */
export function wouldRest(side: Side, price: number, ladder: Ladder): boolean {
  const opposite = side === 'buy' ? ladder.bestAsk : ladder.bestBid;
  return opposite === null || (side === 'buy' ? price < opposite : price > opposite);
}

/** Middle of the best prices; null with one of them missing. */
export const midOf = ({ bestAsk, bestBid }: Pick<Ladder, 'bestAsk' | 'bestBid'>): number | null =>
  bestAsk === null || bestBid === null ? null : (bestAsk + bestBid) / 2;

/** Distance between the best prices in parts of ten thousand of the middle. */
export function spreadBps(ladder: Pick<Ladder, 'bestAsk' | 'bestBid'>): number | null {
  const mid = midOf(ladder);
  const { bestAsk, bestBid } = ladder;
  if (mid === null || mid <= 0 || bestAsk === null || bestBid === null) return null;
  return ((bestAsk - bestBid) / mid) * 1e4;
}
