import { describe, expect, test } from 'vitest';

import { decimal } from '../../../../src/domain/decimal.ts';
import { type Row, krakenTests } from './kraken-kit.ts';

const { openKraken, clientOf } = krakenTests();

describe('market data by REST, through the real client', () => {
  test('lists the demo symbols with their grids, and a halted market as inactive', async () => {
    const client = await clientOf(await openKraken());
    const markets = await client.call('loadMarkets');
    expect(Object.keys(markets)).toEqual([
      'BTC/USDT',
      'ETH/USDT',
      'SOL/USDT',
      'PEPE/USDT',
      'LUNA/USDT',
    ]);
    expect(markets['BTC/USDT']).toMatchObject({
      id: 'XBTUSDT',
      active: true,
      precision: { amount: '0.00001', price: '0.01' },
      limits: { amount: { min: '0.00001' }, cost: { min: '5' } },
      taker: '0.001',
    });
    expect(markets['PEPE/USDT']).toMatchObject({ precision: { amount: '1', price: '0.00000001' } });
    expect(markets['LUNA/USDT']).toMatchObject({ active: false });
  });

  test('tells time and state', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    expect(await client.call('fetchTime')).toBe(emulator.core.clock.now());
    expect(await client.call('fetchStatus')).toMatchObject({ status: 'ok' });
  });

  test('gives the newest 720 candles and no older ones, whatever is asked', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    const now = emulator.core.clock.now();
    const candles = await client.list('fetchOHLCV', 'BTC/USDT', '1m', now - 10 * 86_400_000);
    expect(candles).toHaveLength(720);
    expect((candles[0] as unknown as number[])[0]).toBe(now - 719 * 60_000);
    const few = await client.list('fetchOHLCV', 'BTC/USDT', '1m', now - 4 * 60_000);
    const times = few.map((row) => (row as unknown as number[])[0]);
    expect(times, 'from `since` to the open one').toEqual(
      [4, 3, 2, 1, 0].map((back) => now - back * 60_000),
    );
    const raw = await client.call('publicGetOHLC', { pair: 'XBTUSDT', interval: 1 });
    expect(raw['result']).toMatchObject({ last: (now - 60_000) / 1_000 });
  });

  test('gives tickers, books and trades under the unified symbols', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    emulator.advance(30_000);
    const book = emulator.core.market.book('BTC/USDT');
    const [bid, ask] = [book.bids[0]?.price.toFixed(2), book.asks[0]?.price.toFixed(2)];
    expect(await client.call('fetchTicker', 'BTC/USDT')).toMatchObject({ bid, ask });
    const both = await client.call('fetchTickers', ['ETH/USDT', 'SOL/USDT']);
    expect(Object.keys(both)).toEqual(['ETH/USDT', 'SOL/USDT']);
    const seconds = Math.floor(emulator.core.clock.now() / 1_000);
    expect(await client.call('fetchOrderBook', 'BTC/USDT', 3)).toMatchObject({
      bids: book.bids
        .slice(0, 3)
        .map(({ price, quantity }) => [price.toFixed(2), quantity.toFixed(8), seconds]),
    });
    const trades = await client.list('fetchTrades', 'BTC/USDT', undefined, 2);
    const truth = emulator.core.market.trades('BTC/USDT', 2);
    expect(trades.map(({ id }) => id)).toEqual(truth.map(({ id }) => String(id)));
    expect(trades.map(({ timestamp }) => timestamp)).toEqual(truth.map(({ time }) => time));
    const since = emulator.core.clock.now() - 10_000;
    const later = await client.list('fetchTrades', 'BTC/USDT', since);
    expect(later.every(({ timestamp }) => Number(timestamp) > since)).toBe(true);
  });
});

describe('an account by REST, through the real client', () => {
  test('tells balances with what orders hold, fees and what the key may do', async () => {
    const client = await clientOf(await openKraken(), { account: 'second' });
    await client.call('createOrder', 'BTC/USDT', 'limit', 'buy', '0.01', '50000');
    await client.call('createOrder', 'BTC/USDT', 'limit', 'sell', '0.1', '90000');
    expect(await client.call('fetchBalance')).toMatchObject({
      USDT: { total: '25000.0000000000', used: '500.5000000000', free: '24499.5' },
      BTC: { total: '0.2500000000', used: '0.1000000000', free: '0.15' },
    });
    expect(await client.call('fetchTradingFee', 'BTC/USDT')).toMatchObject({
      maker: '0.001',
      taker: '0.001',
    });
    expect(await client.call('privatePostGetApiKeyInfo')).toMatchObject({
      result: { apiKeyName: 'second', ipAllowlist: ['127.0.0.1'] },
    });
  });

  test('tells of a key that may withdraw', async () => {
    const client = await clientOf(await openKraken(), { account: 'withdraw' });
    const { result } = await client.call('privatePostGetApiKeyInfo');
    const { permissions } = result as { readonly permissions: readonly string[] };
    expect(permissions).toContain('withdraw-funds');
  });

  test('its history of fills may be behind; the dump has it under the same ids', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator, { account: 'second' });
    const { control } = emulator;
    control.setFillLag('second', 5_000);
    const made = await client.call('createOrder', 'BTC/USDT', 'market', 'buy', '0.01');
    expect(await client.list('fetchMyTrades', 'BTC/USDT')).toEqual([]);
    emulator.advance(5_000);
    const trades = await client.list('fetchMyTrades', 'BTC/USDT');
    const { orders, fills } = control.dump('second');
    expect(orders.map(({ wireId }) => wireId)).toEqual([made['id']]);
    expect(fills.map(({ wireId }) => wireId)).toEqual(trades.map(({ id }) => id));
  });

  test('pages through more than 50 trades, newest first, between two times', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator, { account: 'second' });
    const quantity = decimal('0.001');
    for (let count = 0; count < 60; count += 1) {
      const side = count % 2 === 0 ? 'buy' : 'sell';
      emulator.control.placeOutside('second', {
        symbol: 'BTC/USDT',
        side,
        type: 'market',
        quantity,
      });
      emulator.advance(1_000);
    }
    const { fills } = emulator.control.dump('second');
    const times = fills.map(({ time }) => time).toReversed();
    const page = async (more: object): Promise<readonly unknown[]> => {
      const { result } = await client.call('privatePostTradesHistory', more);
      const { trades, count } = result as { trades: Record<string, Row>; count: number };
      expect(count).toBe(times.length);
      return Object.values(trades).map(({ time }) => Number(time) * 1_000);
    };
    expect(await page({})).toEqual(times.slice(0, 50));
    expect(await page({ ofs: 50 })).toEqual(times.slice(50));
    const since = times[10] ?? 0;
    const newest = await client.list('fetchMyTrades', 'BTC/USDT', since);
    expect(newest.map(({ timestamp }) => timestamp)).toEqual(times.slice(0, 10).toReversed());
    const [first] = newest;
    const again = await client.list(
      'fetchOrderTrades',
      first?.['order'],
      'BTC/USDT',
      undefined,
      5,
      {
        trades: [first?.['id']],
      },
    );
    expect(again).toMatchObject([{ id: first?.['id'], price: first?.['price'] }]);
  });
});
