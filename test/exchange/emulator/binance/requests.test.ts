import { describe, expect, test } from 'vitest';

import { EMULATOR_START } from '../../../support/emulator.ts';
import { openTrading } from './binance-kit.ts';

const MINUTE = 60_000;

describe('market data of the local Binance, by the unmodified client', () => {
  test('lists spot markets with exact grids and limits, a halted one as inactive', async () => {
    const { client } = await openTrading();
    expect(client.markets['BTC/USDT']).toMatchObject({
      id: 'BTCUSDT',
      spot: true,
      active: true,
      contract: false,
      precision: { amount: '0.00001000', price: '0.01000000' },
      limits: { amount: { min: '0.00001000' }, cost: { min: '5.00000000' } },
    });
    expect(client.markets['PEPE/USDT']).toMatchObject({
      precision: { amount: '1.00000000', price: '0.00000001' },
    });
    expect(client.markets['LUNA/USDT']).toMatchObject({ active: false });
  });

  test('says that it is up', async () => {
    const { client } = await openTrading();
    expect(await client.fetchStatus()).toMatchObject({ status: 'ok' });
  });

  test('tells its own time, which the control API can put wrong', async () => {
    const { client, emulator } = await openTrading();
    expect(await client.fetchTime()).toBe(EMULATOR_START);
    emulator.control.setSkew(-5_000);
    expect(await client.fetchTime()).toBe(EMULATOR_START - 5_000);
  });

  test('gives the newest candles, the open one last', async () => {
    const { client } = await openTrading();
    const rows = await client.fetchOHLCV('BTC/USDT', '1m', undefined, 3);
    expect(rows.map(([time]) => time)).toEqual(
      [2, 1, 0].map((ago) => EMULATOR_START - ago * MINUTE),
    );
    const [, open, high, low, close] = (rows[0] ?? []).map(Number);
    expect(Math.max(open ?? 0, close ?? 0)).toBeLessThanOrEqual(high ?? 0);
    expect(Math.min(open ?? 0, close ?? 0)).toBeGreaterThanOrEqual(low ?? Infinity);
  });

  test('gives pages of candles that meet without gap or repetition, at most 1000 each', async () => {
    const { client } = await openTrading();
    const since = EMULATOR_START - 2_500 * MINUTE;
    const first = await client.fetchOHLCV('BTC/USDT', '1m', since, 5_000);
    expect(first).toHaveLength(1_000);
    const pages = await client.fetchOHLCV('BTC/USDT', '1m', since, 2_500, { paginate: true });
    const times = pages.map(([time]) => Number(time));
    expect(times).toEqual(times.map((_, place) => since + place * MINUTE));
    expect(pages.slice(0, 1_000)).toEqual(first);
  });

  test('tells tickers, best prices and prints of one and of all symbols', async () => {
    const { client } = await openTrading();
    const ticker = await client.fetchTicker('BTC/USDT');
    expect(Number(ticker.bid)).toBeLessThan(Number(ticker.ask));
    expect(Number(ticker.low)).toBeLessThanOrEqual(Number(ticker.last));
    expect(Object.keys(await client.fetchTickers())).toEqual(Object.keys(client.markets));
    expect(Object.keys(await client.fetchTickers(['ETH/USDT', 'SOL/USDT']))).toHaveLength(2);
    const best = await client.fetchBidsAsks(['ETH/USDT']);
    expect(best['ETH/USDT']).toMatchObject({ symbol: 'ETH/USDT' });
    expect(await client.publicGetTickerPrice({ symbol: 'BTCUSDT' })).toMatchObject({
      price: ticker.last,
    });
  });

  test('shows a book of the depth asked for, best first and not crossed', async () => {
    const { client } = await openTrading();
    const { bids, asks, nonce } = await client.fetchOrderBook('BTC/USDT', 5);
    expect(bids).toHaveLength(5);
    expect(Number(bids[0]?.[0])).toBeLessThan(Number(asks[0]?.[0]));
    expect(Number(bids[1]?.[0])).toBeLessThan(Number(bids[0]?.[0]));
    expect(nonce).toBeGreaterThan(0);
  });

  test('tells prints with numbers that rise by one, whole and from a number on', async () => {
    const { client, emulator } = await openTrading();
    emulator.advance(MINUTE);
    const trades = await client.fetchTrades('BTC/USDT', undefined, 20);
    const ids = trades.map(({ id }) => Number(id));
    expect(ids.length).toBeGreaterThan(5);
    expect(ids).toEqual(ids.map((_, place) => (ids[0] ?? 0) + place));
    const [third, fourth] = [String(ids[2]), String(ids[3])];
    const later = await client.fetchTrades('BTC/USDT', undefined, 2, { fromId: third });
    expect(later.map(({ id }) => id)).toEqual([third, fourth]);
    const raw: unknown = await client.publicGetTrades({ symbol: 'BTCUSDT', limit: 1 });
    expect(raw).toMatchObject([{ id: ids.at(-1), isBestMatch: true }]);
  });
});

describe('the account of the local Binance, by the unmodified client', () => {
  test('tells balances, fees and what its key may do', async () => {
    const { client } = await openTrading();
    const balance = await client.fetchBalance();
    expect(balance['BTC']).toEqual({ free: '0.25000000', used: '0.00000000', total: '0.25' });
    expect(await client.fetchTradingFee('BTC/USDT')).toMatchObject({
      maker: '0.00100000',
      taker: '0.00100000',
    });
    expect(await client.sapiGetAccountApiRestrictions()).toMatchObject({
      enableWithdrawals: false,
      enableSpotAndMarginTrading: true,
      ipRestrict: true,
    });
  });

  test('says that a key may withdraw where it may', async () => {
    const { client, emulator } = await openTrading();
    Object.assign(client, emulator.credentials('withdraw'));
    expect(await client.sapiGetAccountApiRestrictions()).toMatchObject({
      enableWithdrawals: true,
      ipRestrict: false,
    });
  });

  test('tells coins where the client asks for currencies', async () => {
    const { client } = await openTrading();
    expect(await client.sapiGetCapitalConfigGetall()).toContainEqual(
      expect.objectContaining({ coin: 'BTC', free: '0.25000000' }),
    );
  });
});
