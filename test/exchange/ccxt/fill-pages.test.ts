// Every page of an account's fills, or none: half a list would hide fills.
import { describe, expect, test } from 'vitest';

import type { Instance } from '../../../src/exchange/ccxt/instance-type.ts';
import { readFills } from '../../../src/exchange/ccxt/fill-pages.ts';
import { budgetOf } from '../../../src/exchange/ccxt/request-limits.ts';
import { BTC, NOW, contextOf, rowOf } from './kit.ts';

interface Asked {
  readonly symbol: string | undefined;
  readonly since: number;
  readonly limit: number | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

const HOUR = 3_600_000;

const trade = (id: number, timestamp: number) => ({
  id: `t${id}`,
  order: 'o1',
  symbol: BTC.symbol,
  side: 'buy',
  price: '100',
  amount: '0.1',
  takerOrMaker: 'maker',
  fee: { cost: '0.01', currency: 'USDT' },
  timestamp,
  info: {},
});

/** An exchange with these fills, listed by time (oldest first) or by offset (newest first). */
function exchange(fills: readonly ReturnType<typeof trade>[], page: number) {
  const asked: Asked[] = [];
  const fetchMyTrades = (
    symbol: string | undefined,
    since: number,
    limit: number | undefined,
    params: Readonly<Record<string, unknown>>,
  ) => {
    asked.push({ symbol, since, limit, params });
    const until = typeof params['until'] === 'number' ? params['until'] : Infinity;
    const found = fills.filter(({ timestamp }) => timestamp >= since && timestamp <= until);
    if (limit !== undefined) return Promise.resolve(found.slice(0, limit));
    const offset = Number(params['ofs'] ?? 0);
    const newest = found.toReversed().slice(offset, offset + page);
    return Promise.resolve(newest.toReversed());
  };
  return { asked, trading: { fetchMyTrades } as unknown as Instance };
}

const read = (id: string, trading: Instance, since: number) =>
  readFills({ trading, symbols: [BTC.symbol], since, context: contextOf(id) });

const many = (count: number, every: number, from = NOW - HOUR) =>
  Array.from({ length: count }, (_, at) => trade(at, from + at * every));

describe('fills of an account', () => {
  test.each(['binance', 'kraken'])(
    'of %s are read page by page, each once, oldest first',
    async (id) => {
      const { size } = rowOf(id).fillPages;
      const { trading, asked } = exchange(many(size * 2 + 7, 1), size);
      const fills = await read(id, trading, NOW - HOUR);
      expect(fills).toHaveLength(size * 2 + 7);
      expect(new Set(fills.map((fill) => fill.id)).size).toBe(fills.length);
      const times = fills.map(({ time }) => time);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(asked.length).toBeLessThanOrEqual(4);
    },
  );

  test('of one moment are read whole where a page ends among them', async () => {
    const { size } = rowOf('binance').fillPages;
    const fills = many(size + 3, 0).map((one, at) => ({
      ...one,
      timestamp: NOW - HOUR + (at < size - 5 ? 0 : 1),
    }));
    const { trading } = exchange(fills, size);
    expect(await read('binance', trading, NOW - HOUR)).toHaveLength(size + 3);
  });

  test('that cannot be listed whole are an error, not a part of them', async () => {
    const { size } = rowOf('binance').fillPages;
    const { trading } = exchange(many(size + 1, 0), size);
    await expect(read('binance', trading, NOW - HOUR)).rejects.toThrow('in circles');
  });

  test.each(['binance', 'kraken'])(
    'of %s that never end are an error, not a part of them',
    async (id) => {
      const { size } = rowOf(id).fillPages;
      let next = 0;
      // Most of a page are fills of a market that is not ours, which are read in no time.
      const others = Array.from({ length: size - 1 }, () => ({ ...trade(0, 0), symbol: 'A/B' }));
      const fetchMyTrades = () => Promise.resolve([...others, trade(next, NOW - HOUR + next++)]);
      const trading = { fetchMyTrades } as unknown as Instance;
      await expect(read(id, trading, NOW - HOUR)).rejects.toThrow('does not end');
    },
  );

  test('of days are asked for day by day where an exchange wants that', async () => {
    const from = NOW - 60 * HOUR;
    const { trading, asked } = exchange(many(5, 10 * HOUR, from), 1_000);
    expect(await read('binance', trading, from)).toHaveLength(5);
    expect(asked.map(({ params }) => params['until'] !== undefined)).toEqual([true, true, false]);
  });

  test('before the asked time are left out, whatever the exchange lists', async () => {
    const { trading } = exchange(many(3, 1_000, NOW - 5_500), 50);
    expect(await read('kraken', trading, NOW - 4_000)).toHaveLength(1);
  });

  test('that are no list are an error', async () => {
    const trading = { fetchMyTrades: () => Promise.resolve('<html>') } as unknown as Instance;
    await expect(read('binance', trading, NOW)).rejects.toThrow('no list');
  });
});

test('requests cost what the exchange counts for them', () => {
  expect(budgetOf(rowOf('binance'), 10).costs).toMatchObject({
    create: 1,
    order: 4,
    openOrders: 60,
    fills: 200,
    account: 20,
  });
  // All at once is cheaper than forty one by one.
  expect(budgetOf(rowOf('binance'), 40).costs?.openOrders).toBe(80);
  // Questions by our id are two lists there.
  expect(budgetOf(rowOf('kraken'), 10).costs).toMatchObject({ create: 0, order: 2, fills: 2 });
});
