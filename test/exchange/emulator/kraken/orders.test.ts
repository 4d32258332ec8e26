import { describe, expect, test } from 'vitest';

import { decimal } from '../../../../src/domain/decimal.ts';
import { krakenTests, refusalOf } from './kraken-kit.ts';

const { openKraken, clientOf } = krakenTests();
const BTC = 'BTC/USDT';
const TXID = /^O[A-Z2-7]{5}-[A-Z2-7]{5}-[A-Z2-7]{6}$/;

async function openSecond() {
  const emulator = await openKraken();
  return { emulator, client: await clientOf(emulator, { account: 'second' }) };
}

describe('every order type, through the real client', () => {
  test.each([
    ['limit', '50000', {}, 'buy 0.01000000 XBTUSDT @ limit 50000.00'],
    ['limit', '50000', { postOnly: true }, 'buy 0.01000000 XBTUSDT @ limit 50000.00'],
    ['market', undefined, {}, 'buy 0.01000000 XBTUSDT @ market'],
    ['market', undefined, { stopLossPrice: 80000 }, 'buy 0.01000000 XBTUSDT @ stop loss 80000.00'],
    [
      'limit',
      '81000',
      { stopLossPrice: 80000 },
      'buy 0.01000000 XBTUSDT @ stop loss 80000.00 -> limit 81000.00',
    ],
    [
      'market',
      undefined,
      { takeProfitPrice: 60000 },
      'buy 0.01000000 XBTUSDT @ take profit 60000.00',
    ],
    [
      'limit',
      '60500',
      { takeProfitPrice: 60000 },
      'buy 0.01000000 XBTUSDT @ take profit 60000.00 -> limit 60500.00',
    ],
    [
      'market',
      undefined,
      { trailingPercent: 5 },
      'buy 0.01000000 XBTUSDT @ trailing stop +5.0000%',
    ],
    [
      'market',
      undefined,
      { trailingAmount: 500 },
      'buy 0.01000000 XBTUSDT @ trailing stop +500.00',
    ],
  ])('%s at %s with %o stands as it was asked for', async (type, price, params, words) => {
    const { client } = await openSecond();
    const made = await client.call('createOrder', BTC, type, 'buy', '0.01', price, params);
    expect(made['id']).toMatch(TXID);
    expect(made['info']).toMatchObject({ descr: { order: words } });
    expect(made['status'], 'a new order is answered without a status').toBeUndefined();
    const order = await client.call('fetchOrder', made['id']);
    const isFilled = words.endsWith('market');
    expect(order).toMatchObject({ symbol: BTC, side: 'buy', amount: '0.01000000' });
    expect(order['status']).toBe(isFilled ? 'closed' : 'open');
    expect(order['filled']).toBe(isFilled ? '0.01000000' : '0.00000000');
  });

  test('a limit that is good for now only ends without a fill', async () => {
    const { client } = await openSecond();
    const params = { timeInForce: 'IOC' };
    const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000', params);
    expect(await client.call('fetchOrder', made['id'])).toMatchObject({ status: 'canceled' });
  });

  test('one good till a date expires', async () => {
    const { emulator, client } = await openSecond();
    const params = { timeInForce: 'GTD', expiretm: '+60' };
    const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000', params);
    emulator.advance(59_000);
    expect(await client.call('fetchOrder', made['id'])).toMatchObject({ status: 'open' });
    emulator.advance(2_000);
    expect(await client.call('fetchOrder', made['id'])).toMatchObject({ status: 'expired' });
  });

  test('a market buy may be measured in quote', async () => {
    const { client } = await openSecond();
    const made = await client.call('createMarketBuyOrderWithCost', BTC, '100');
    expect(made).toMatchObject({ cost: '100.00000000' });
    const { cost } = await client.call('fetchOrder', made['id']);
    expect(Number(cost)).toBeGreaterThan(98);
    expect(Number(cost)).toBeLessThanOrEqual(100);
  });

  test('one that is only to be checked is not placed', async () => {
    const { client } = await openSecond();
    const params = { validate: true };
    const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000', params);
    expect(made['id']).toBeUndefined();
    expect(await client.list('fetchOpenOrders')).toEqual([]);
  });

  test('a batch places each that can be', async () => {
    const { client } = await openSecond();
    const one = { symbol: BTC, type: 'limit', side: 'buy', amount: 0.001 };
    const made = await client.list('createOrders', [
      { ...one, price: 50_000 },
      { ...one, price: 51_000 },
    ]);
    expect(made.map(({ price }) => price)).toEqual(['50000.00', '51000.00']);
    expect(await client.list('fetchOpenOrders', BTC)).toHaveLength(2);
    const ids = made.map(({ id }) => id);
    expect(await client.list('cancelOrders', ids)).toMatchObject([
      { info: { result: { count: 2 } } },
    ]);
  });
});

describe('the life of an order, through the real client', () => {
  test('a stop fires, fills as taker and carries its fees', async () => {
    const { emulator, client } = await openSecond();
    const params = { stopLossPrice: 60_000, clientOrderId: 'tstop' };
    const made = await client.call('createOrder', BTC, 'market', 'sell', '0.1', undefined, params);
    emulator.control.setPrice(BTC, 59_900);
    const order = await client.call('fetchOrder', made['id']);
    expect(order).toMatchObject({
      status: 'closed',
      filled: '0.10000000',
      clientOrderId: 'tstop',
      info: { descr: { ordertype: 'stop-loss' } },
    });
    const trades = await client.list('fetchMyTrades', BTC);
    const dump = emulator.control.dump('second');
    expect(trades.map(({ amount }) => Number(amount))).toEqual(
      dump.fills.map(({ quantity }) => Number(quantity)),
    );
    const fees = trades.map(({ fee }) => Number((fee as { readonly cost: string }).cost));
    expect(fees).toEqual(dump.fills.map(({ fee }) => Number(fee)));
    expect(trades.every(({ takerOrMaker }) => takerOrMaker === 'taker')).toBe(true);
  });

  test('a partial fill is open with a part filled, and can be canceled', async () => {
    const { emulator, client } = await openSecond();
    const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '60000');
    const [order] = emulator.control.dump('second').orders;
    emulator.control.fillPart('second', order?.venueOrderId ?? '', '0.004');
    expect(await client.call('fetchOrder', made['id'])).toMatchObject({
      status: 'open',
      filled: '0.00400000',
      average: '60000',
      trades: [expect.objectContaining({ id: expect.stringMatching(/^T/) as string })],
    });
    await client.call('cancelOrder', made['id']);
    expect(await client.call('fetchOrder', made['id'])).toMatchObject({
      status: 'canceled',
      filled: '0.00400000',
      info: { reason: 'User requested' },
    });
  });

  test('an amend keeps the order: its answer has an id of its own', async () => {
    const { client } = await openSecond();
    const id = { clientOrderId: 'tamend' };
    const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000', id);
    const changed = await client.call(
      'editOrder',
      made['id'],
      BTC,
      'limit',
      'buy',
      '0.02',
      '51000',
    );
    expect(changed['id']).toMatch(/^T/);
    expect(await client.call('fetchOrder', made['id'])).toMatchObject({
      amount: '0.02000000',
      price: '51000.00',
      status: 'open',
    });
    await client.call('editOrder', made['id'], BTC, 'limit', 'buy', '0.03', '51000', id);
    expect(await client.list('fetchOpenOrders', BTC)).toMatchObject([
      { id: made['id'], amount: '0.03000000' },
    ]);
  });

  test('an amend moves the trigger of a stop', async () => {
    const { client } = await openSecond();
    const stop = { stopLossPrice: 60_000 };
    const made = await client.call('createOrder', BTC, 'market', 'sell', '0.1', undefined, stop);
    const more = { stopLossPrice: 61_000 };
    await client.call('editOrder', made['id'], BTC, 'market', 'sell', '0.1', undefined, more);
    expect(await client.call('fetchOrder', made['id'])).toMatchObject({
      stopLossPrice: '61000.00',
    });
  });

  test('an edit puts a new order in the place of the old one', async () => {
    const { client } = await openSecond();
    const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
    const { result } = await client.call('privatePostEditOrder', {
      txid: made['id'],
      pair: 'XBTUSDT',
      price: '52000',
    });
    expect(result).toMatchObject({ status: 'ok', originaltxid: made['id'], orders_cancelled: 1 });
    const { txid } = result as { readonly txid: string };
    expect(await client.list('fetchOpenOrders', BTC)).toMatchObject([
      { id: txid, price: '52000.00', amount: '0.01000000' },
    ]);
  });

  test('orders are found and canceled by our own id, by reference, and all at once', async () => {
    const { client } = await openSecond();
    const make = (price: string, params: object) =>
      client.call('createOrder', BTC, 'limit', 'buy', '0.01', price, params);
    const mine = await make('50000', { clientOrderId: 'tmine' });
    await make('50001', { userref: 7 });
    await make('50002', { userref: 7 });
    const byId = { clientOrderId: 'tmine' };
    expect(await client.list('fetchOpenOrders', BTC, undefined, undefined, byId)).toMatchObject([
      { id: mine['id'], clientOrderId: 'tmine' },
    ]);
    await client.call('cancelOrder', undefined, BTC, byId);
    expect(await client.list('fetchClosedOrders', BTC, undefined, undefined, byId)).toMatchObject([
      { id: mine['id'], status: 'canceled' },
    ]);
    const both = await client.call('cancelOrder', '7', BTC);
    expect(both['info']).toMatchObject({ result: { count: 2 } });
    await make('50003', {});
    expect(await client.list('cancelAllOrders')).toMatchObject([
      { info: { result: { count: 1 } } },
    ]);
    expect(await client.list('fetchOpenOrders')).toEqual([]);
  });

  test('a client id is free again once its order has ended', async () => {
    const { client } = await openSecond();
    const id = { clientOrderId: 'tonce' };
    const make = () => client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000', id);
    const first = await make();
    expect(await refusalOf(make())).toEqual([
      'ExchangeError',
      'EGeneral:Invalid arguments:cl_ord_id not unique',
    ]);
    await client.call('cancelOrder', first['id']);
    const second = await make();
    expect(second['id']).not.toBe(first['id']);
  });

  test('the dead-man timer cancels all when it is not set again', async () => {
    const { emulator, client } = await openSecond();
    await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
    const stop = { stopLossPrice: 50_000 };
    await client.call('createOrder', BTC, 'market', 'sell', '0.1', undefined, stop);
    const set = await client.call('cancelAllOrdersAfter', 60_000);
    expect(set['result']).toEqual({
      currentTime: '2026-11-20T12:00:00Z',
      triggerTime: '2026-11-20T12:01:00Z',
    });
    emulator.advance(50_000);
    await client.call('cancelAllOrdersAfter', 60_000);
    emulator.advance(50_000);
    expect(await client.list('fetchOpenOrders')).toHaveLength(2);
    emulator.advance(11_000);
    expect(await client.list('fetchOpenOrders')).toEqual([]);
    await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
    await client.call('cancelAllOrdersAfter', 1_000);
    const off = await client.call('cancelAllOrdersAfter', 0);
    expect(off['result']).toMatchObject({ triggerTime: '0' });
    emulator.advance(5_000);
    expect(await client.list('fetchOpenOrders')).toHaveLength(1);
  });

  test('orders that a person placed elsewhere are listed like all others', async () => {
    const { emulator, client } = await openSecond();
    const [quantity, price] = [decimal('0.01'), decimal('50000')];
    const asked = { symbol: BTC, side: 'buy', type: 'limit', quantity, price } as const;
    emulator.control.placeOutside('second', { ...asked, clientOrderId: 'onTheWeb' });
    const [order] = await client.list('fetchOpenOrders', BTC);
    expect(order).toMatchObject({ clientOrderId: 'onTheWeb', price: '50000.00', status: 'open' });
    emulator.control.cancelOutside('second');
    expect(await client.call('fetchOrder', order?.['id'])).toMatchObject({ status: 'canceled' });
  });

  test('the same seed gives the same ids, another account others', async () => {
    const ids = await Promise.all(
      ['main', 'main', 'second'].map(async (account) => {
        const client = await clientOf(await openKraken(), { account });
        const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
        return made['id'];
      }),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});
