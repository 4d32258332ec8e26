import { type EpochMs, SECOND_MS } from '../../domain/time.ts';
import type { VenueFill } from '../../domain/venue.ts';
import type { Instance } from './instance-type.ts';
import { Unreadable } from './foreign.ts';
import { type MapContext, toVenueFill } from './map.ts';
import type { FillPages } from './row.ts';

/** Pages of one list; more than this is no account of ours, or an exchange that never ends. */
const MOST_PAGES = 200;

interface Reading {
  readonly trading: Instance;
  readonly symbols: readonly string[];
  readonly since: EpochMs;
  readonly context: MapContext;
}

/**
 * Every fill of the account from `since` (the exchange's time) on, oldest first. Throws what the
 * library throws, and Unreadable where a page cannot be believed or the list does not end: half a
 * list would hide fills.
 */
export async function readFills(of: Reading): Promise<readonly VenueFill[]> {
  const pages = of.context.row.fillPages;
  const found = new Map<string, VenueFill>();
  const read = pages.turn === 'offset' ? readByOffset : readByTime;
  const lists = pages.by === 'symbol' ? of.symbols : [undefined];
  await Promise.all(lists.map((symbol) => read(of, { pages, symbol, found })));
  const fills = [...found.values()].filter((fill) => fill.time >= of.since);
  return fills.sort((a, b) => a.time - b.time);
}

interface List {
  readonly pages: FillPages;
  readonly symbol: string | undefined;
  /** Fills so far by symbol and id. */
  readonly found: Map<string, VenueFill>;
}

/** Oldest first: the next page begins with the newest fill of the last one, which is known. */
async function readByTime(of: Reading, list: List): Promise<void> {
  const { size, mostMs } = list.pages;
  const now = of.context.venueNow();
  let from = of.since;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const isLong = mostMs !== null && now - from > mostMs;
    const until = isLong ? from + mostMs : null;
    const params = until === null ? {} : { until };
    const fills = await of.trading.fetchMyTrades(list.symbol, from, size, params);
    const { count, newest, added } = take(fills, of, list);
    if (count >= size) {
      // A full page within one moment: there is no way to ask for the rest of it.
      if (added === 0 || newest === null) throw new Unreadable('the list of fills goes in circles');
      from = newest;
    } else if (until === null) return;
    else from = until;
  }
  throw new Unreadable('the list of fills does not end');
}

/** Newest first, by how many were read: one that comes meanwhile shows another a second time. */
async function readByOffset(of: Reading, list: List): Promise<void> {
  // The exchange takes whole seconds, and what is later than them.
  const from = Math.max(0, of.since - SECOND_MS);
  let offset = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const params = offset === 0 ? {} : { ofs: offset };
    const fills = await of.trading.fetchMyTrades(list.symbol, from, undefined, params);
    const { count, added } = take(fills, of, list);
    if (count < list.pages.size || added === 0) return;
    offset += count;
  }
  throw new Unreadable('the list of fills does not end');
}

function take(page: unknown, { context }: Reading, { found }: List) {
  if (!Array.isArray(page)) throw new Unreadable('the list of fills is no list');
  let added = 0;
  let newest: EpochMs | null = null;
  for (const raw of page) {
    const fill = toVenueFill(raw, context);
    if (!fill) continue;
    newest = Math.max(newest ?? 0, fill.time);
    const key = `${fill.symbol} ${fill.id}`;
    if (found.has(key)) continue;
    found.set(key, fill);
    added += 1;
  }
  return { count: page.length, newest, added };
}
