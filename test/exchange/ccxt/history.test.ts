import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import { type CandlePage, candlePages, fetchCandles } from '../../../src/exchange/ccxt/history.ts';

const START = Date.UTC(2026, 0, 5);
const at = (minute: number): number => START + minute * MINUTE_MS;

const rowAt = (minute: number): unknown[] => [at(minute), '100', '101', '99', '100.5', '3'];

/** An exchange with these minutes, which answers with at most `most` from `since` on. */
function exchangeWith(minutes: readonly number[], most = 3) {
  const asked: { readonly since: number; readonly limit: number }[] = [];
  return {
    asked,
    fetchOHLCV: (_symbol: string, _timeframe: string, since = 0, limit = 0): Promise<unknown> => {
      asked.push({ since: (since - START) / MINUTE_MS, limit });
      const found = minutes.filter((minute) => at(minute) >= since);
      return Promise.resolve(found.slice(0, Math.min(limit, most)).map(rowAt));
    },
  };
}

async function pagesOf(
  client: ReturnType<typeof exchangeWith>,
  of: { readonly from: number; readonly to: number; readonly now: number },
): Promise<CandlePage[]> {
  const pages: CandlePage[] = [];
  const query = { client, symbol: 'BTC/USDT', timeframe: '1m' as const, perCall: 3 };
  const range = { from: at(of.from), to: at(of.to), serverNow: () => at(of.now) };
  for await (const page of candlePages({ ...query, ...range })) pages.push(page);
  return pages;
}

const minutesOf = (pages: readonly CandlePage[]): number[] =>
  pages.flatMap(({ candles }) => candles.map(({ openTime }) => (openTime - START) / MINUTE_MS));

describe('pages of candles', () => {
  test('follow each other without repeating or losing any, and end before the time given', async () => {
    const client = exchangeWith([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const pages = await pagesOf(client, { from: 1, to: 8, now: 100 });
    expect(minutesOf(pages)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(client.asked.map(({ since }) => since)).toEqual([1, 4, 7]);
    const ends = pages.map(({ from, to }) => [
      (from - START) / MINUTE_MS,
      (to - START) / MINUTE_MS,
    ]);
    expect(ends).toEqual([
      [1, 4],
      [4, 7],
      [7, 8],
    ]);
  });

  test("leave out the candle that is open by the exchange's own clock", async () => {
    const client = exchangeWith([0, 1, 2, 3]);
    expect(minutesOf(await pagesOf(client, { from: 0, to: 9, now: 2.99 }))).toEqual([0, 1]);
  });

  test('step over a time without any', async () => {
    const client = exchangeWith([0, 20, 21]);
    const near: typeof client = {
      ...client,
      fetchOHLCV: async (symbol, timeframe, since, limit) => {
        const rows = (await client.fetchOHLCV(symbol, timeframe, since, limit)) as number[][];
        // As exchanges that take the limit for a length of time.
        return rows.filter(([time]) => Number(time) < Number(since) + Number(limit) * MINUTE_MS);
      },
    };
    const pages = await pagesOf(near, { from: 0, to: 30, now: 30 });
    expect(minutesOf(pages)).toEqual([0, 20, 21]);
  });

  test('count what is no candle and go on', async () => {
    const client = {
      asked: [],
      fetchOHLCV: (): Promise<unknown> =>
        Promise.resolve([rowAt(0), [at(1), 'NaN', 1, 1, 1, 1], null, [at(1) + 7, 1, 1, 1, 1, 1]]),
    };
    const pages = await pagesOf(client, { from: 0, to: 1, now: 5 });
    expect(minutesOf(pages)).toEqual([0]);
    expect(pages.map(({ dropped }) => dropped)).toEqual([3]);
  });

  test('of an exchange that answers nonsense end as well', async () => {
    const client = { asked: [], fetchOHLCV: (): Promise<unknown> => Promise.resolve('<html>') };
    expect(minutesOf(await pagesOf(client, { from: 0, to: 9, now: 9 }))).toEqual([]);
  });
});

test('what the exchange throws reaches whoever asked', async () => {
  const client = { fetchOHLCV: () => Promise.reject(new Error('boom')) };
  const range = { from: START, to: at(5), perCall: 3, serverNow: () => at(9) };
  const query = { client, symbol: 'BTC/USDT', timeframe: '1m', ...range } as const;
  await expect(fetchCandles(query)).rejects.toThrow('boom');
});
