import { describe, expect, it } from 'vitest';
import { EXCHANGES } from '../../../src/exchange/ccxt/catalog.ts';
import { goldenText } from './golden-kit.ts';

const TRADED = EXCHANGES.filter(({ modes }) => modes.live.offered);

describe('requests of the real client', () => {
  it('are kept for every exchange that is traded', () => {
    expect(TRADED.map(({ id }) => id)).toEqual(['binance', 'kraken', 'gemini', 'cryptocom']);
  });

  // A difference here is a change of what leaves for an exchange: read it, then run with `-u`.
  it.each(TRADED.map(({ id }) => [id]))('to %s are what they were', async (id) => {
    await expect(await goldenText(id)).toMatchFileSnapshot(`./golden/${id}.json`);
  });
});

describe('orders on the wire', () => {
  // EXCHANGE 5.3: parameters that an exchange does not know vanish, and the order leaves without.
  it.each(TRADED.map(({ id }) => [id]))('of %s differ wherever they are meant to', async (id) => {
    const kept = Object.entries(JSON.parse(await goldenText(id)) as Record<string, unknown[]>);
    const orders = kept.filter(([name]) => /, (buy|sell)$/.test(name));
    expect(orders.every(([, requests]) => requests.length === 1)).toBe(true);
    const byRequest = Map.groupBy(orders, ([, requests]) => JSON.stringify(requests));
    const same = [...byRequest.values()].map((list) => list.map(([name]) => name));
    expect(same.filter((names) => names.length > 1)).toEqual([]);
  });
});
