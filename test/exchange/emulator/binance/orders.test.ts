import { describe, expect, test } from 'vitest';

import { decimal } from '../../../../src/domain/decimal.ts';
import { EMULATOR_START } from '../../../support/emulator.ts';
import { type Client, type ClientOrder, near, openTrading } from './binance-kit.ts';

const BTC = 'BTC/USDT';

/** A resting buy far below the market. */
async function rest(client: Client, clientOrderId: string): Promise<ClientOrder> {
  const price = await near(client, 0.9);
  return client.createOrder(BTC, 'limit', 'buy', '0.001', price, { clientOrderId });
}

const statusOf = async (client: Client, id: string): Promise<string> =>
  (await client.fetchOrder(id, BTC)).status;

describe('orders of the local Binance, by the unmodified client', () => {
  test('a limit order rests, locks its money, and gives it back when it is canceled', async () => {
    const { client } = await openTrading();
    const order = await rest(client, 'tdrest');
    expect(order).toMatchObject({
      status: 'open',
      clientOrderId: 'tdrest',
      timeInForce: 'GTC',
      filled: '0.00000000',
    });
    const locked = Number(order.price) * 0.001;
    expect((await client.fetchBalance())['USDT']).toMatchObject({ used: locked.toFixed(8) });
    const canceled = await client.cancelOrder(order.id, BTC);
    expect(canceled).toMatchObject({ id: order.id, status: 'canceled' });
    expect(canceled.info).toMatchObject({ origClientOrderId: 'tdrest' });
    expect((await client.fetchBalance())['USDT']).toMatchObject({ used: '0.00000000' });
  });

  test('a market order fills at once and pays its fee in the asset received', async () => {
    const { client } = await openTrading();
    const bought = await client.createOrder(BTC, 'market', 'buy', '0.01');
    expect(bought).toMatchObject({ status: 'closed', filled: '0.01000000' });
    expect(bought.fee).toEqual({ currency: 'BTC', cost: '0.00001000' });
    const sold = await client.createOrder(BTC, 'market', 'sell', '0.01');
    expect(sold.fee).toMatchObject({ currency: 'USDT' });
    const { BTC: coins, USDT: money } = await client.fetchBalance();
    expect(coins).toMatchObject({ total: '0.24999' });
    const paid = Number(bought.cost) - Number(sold.cost) + Number(sold.fee?.cost);
    expect(Number(money?.total)).toBeCloseTo(25_000 - paid, 6);
  });

  test('a market order for an amount of quote spends no more than that', async () => {
    const { client } = await openTrading();
    const order = await client.createMarketBuyOrderWithCost(BTC, '100');
    expect(Number(order.cost)).toBeLessThanOrEqual(100);
    expect(Number(order.cost)).toBeGreaterThan(98);
    expect(order.info).toMatchObject({ origQuoteOrderQty: '100.00000000' });
  });

  test('post-only rests as LIMIT_MAKER', async () => {
    const { client } = await openTrading();
    const price = await near(client, 1.1);
    const order = await client.createOrder(BTC, 'limit', 'sell', '0.01', price, {
      postOnly: true,
    });
    expect(order).toMatchObject({ status: 'open', postOnly: true });
    expect(order.info).toMatchObject({ type: 'LIMIT_MAKER' });
  });

  test.each(['IOC', 'FOK'])(
    '%s that finds nothing expires and is found so',
    async (timeInForce) => {
      const { client } = await openTrading();
      const price = await near(client, 0.9);
      const order = await client.createOrder(BTC, 'limit', 'buy', '0.01', price, {
        timeInForce,
      });
      expect(order).toMatchObject({ status: 'expired', timeInForce });
      expect(await statusOf(client, order.id)).toBe('expired');
    },
  );

  test('IOC takes what is there; its rest expires', async () => {
    const { client, emulator } = await openTrading();
    emulator.advance(5_000);
    const { asks } = await client.fetchOrderBook('SOL/USDT', 5);
    const [price, there] = asks[0] ?? [0, 0];
    const quantity = String(Number(there) + 10);
    const order = await client.createOrder('SOL/USDT', 'limit', 'buy', quantity, String(price), {
      timeInForce: 'IOC',
    });
    expect(order.status).toBe('expired');
    expect(Number(order.filled)).toBe(Number(there));
    expect(Number(there)).toBeGreaterThan(0);
  });

  test('stops and targets of every type wait outside the book and lock what they need', async () => {
    const { client } = await openTrading();
    const [low, high] = [await near(client, 0.95), await near(client, 1.05)];
    const place = (
      type: string,
      price: string | undefined,
      params: Readonly<Record<string, unknown>>,
    ): Promise<ClientOrder> => client.createOrder(BTC, type, 'sell', '0.01', price, params);
    const made = [
      await place('market', undefined, { stopLossPrice: low }),
      await place('limit', await near(client, 0.94), { stopLossPrice: low }),
      await place('market', undefined, { takeProfitPrice: high }),
      await place('limit', high, { takeProfitPrice: high }),
      await place('STOP_LOSS', undefined, { trailingDelta: 200 }),
    ];
    const open = await client.fetchOpenOrders(BTC);
    expect(open.map(({ info }) => info['type'])).toEqual([
      'STOP_LOSS',
      'STOP_LOSS_LIMIT',
      'TAKE_PROFIT',
      'TAKE_PROFIT_LIMIT',
      'STOP_LOSS',
    ]);
    expect(open.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    expect(open[0]?.info).toMatchObject({ isWorking: false, stopPrice: `${low}.00000000` });
    expect(open[4]?.info).toMatchObject({ trailingDelta: 200 });
    expect((await client.fetchBalance())['BTC']).toMatchObject({ used: '0.05000000' });
  });

  test('a stop sells when the price touches it, a stop-limit then rests at its limit', async () => {
    const { client, emulator } = await openTrading();
    const [low, limit] = [await near(client, 0.95), await near(client, 0.96)];
    const stop = await client.createOrder(BTC, 'market', 'sell', '0.01', undefined, {
      stopLossPrice: low,
    });
    const stopLimit = await client.createOrder(BTC, 'limit', 'sell', '0.01', limit, {
      stopLossPrice: low,
    });
    emulator.control.setPrice(BTC, Number(low) - 10);
    expect(await statusOf(client, stop.id)).toBe('closed');
    const resting = await client.fetchOrder(stopLimit.id, BTC);
    expect(resting.status).toBe('open');
    expect(resting.info).toMatchObject({ isWorking: true });
  });

  test('test orders are checked and leave nothing', async () => {
    const { client } = await openTrading();
    const price = await near(client, 0.9);
    await client.createOrder(BTC, 'limit', 'buy', '0.001', price, { test: true });
    await expect(
      client.createOrder(BTC, 'limit', 'buy', '0.00001', price, { test: true }),
    ).rejects.toThrow('Filter failure: NOTIONAL');
    expect(await client.fetchOpenOrders()).toEqual([]);
  });

  test('an edit cancels the order and makes a new one', async () => {
    const { client } = await openTrading();
    const order = await rest(client, 'tdbefore');
    const price = await near(client, 0.91);
    const edited = await client.editOrder(order.id, BTC, 'limit', 'buy', '0.002', price, {
      clientOrderId: 'tdafter',
    });
    expect(edited).toMatchObject({ status: 'open', amount: '0.00200000' });
    expect(edited.clientOrderId).toBe('tdafter');
    expect(await statusOf(client, order.id)).toBe('canceled');
  });

  test('an edit of an order that is gone makes no new one', async () => {
    const { client } = await openTrading();
    const order = await rest(client, 'tdgone');
    await client.cancelOrder(order.id, BTC);
    const edit = client.editOrder(order.id, BTC, 'limit', 'buy', '0.002', order.price);
    await expect(edit).rejects.toThrow('Order cancel-replace failed.');
    expect(await client.fetchOpenOrders(BTC)).toEqual([]);
  });

  test('an edit whose new order is refused has canceled the old one', async () => {
    const { client } = await openTrading();
    const order = await rest(client, 'tdpoor');
    const edit = client.editOrder(order.id, BTC, 'limit', 'buy', '9', order.price);
    await expect(edit).rejects.toThrow('Order cancel-replace partially failed.');
    expect(await statusOf(client, order.id)).toBe('canceled');
  });

  test('orders are found and canceled by the client id, ended ones too', async () => {
    const { client } = await openTrading();
    const order = await rest(client, 'tdbyid');
    const params = { clientOrderId: 'tdbyid' };
    const find = (): Promise<ClientOrder> => client.fetchOrder(undefined, BTC, params);
    expect(await find()).toMatchObject({ id: order.id, status: 'open' });
    await client.cancelOrder(undefined, BTC, params);
    expect(await find()).toMatchObject({ id: order.id, status: 'canceled' });
  });

  test('a client id is taken while its order is open and free afterwards', async () => {
    const { client } = await openTrading();
    const order = await rest(client, 'tdtwice');
    await expect(rest(client, 'tdtwice')).rejects.toThrow('Duplicate order sent.');
    await client.cancelOrder(order.id, BTC);
    const again = await rest(client, 'tdtwice');
    expect(again.id).not.toBe(order.id);
  });

  test('open orders are told with and without a symbol, and canceled per symbol', async () => {
    const { client } = await openTrading();
    await rest(client, 'tdone');
    await rest(client, 'tdtwo');
    const price = await near(client, 0.9, 'ETH/USDT');
    await client.createOrder('ETH/USDT', 'limit', 'buy', '0.1', price);
    expect(await client.fetchOpenOrders(BTC)).toHaveLength(2);
    expect(await client.fetchOpenOrders()).toHaveLength(3);
    expect(await client.cancelAllOrders(BTC)).toHaveLength(2);
    expect(await client.fetchOpenOrders()).toHaveLength(1);
    await expect(client.cancelAllOrders(BTC)).rejects.toThrow('Unknown order sent.');
  });

  test('all orders and own trades are told by symbol, from a time and a number on', async () => {
    const { client, emulator } = await openTrading();
    const first = await client.createOrder(BTC, 'market', 'buy', '0.001');
    const second = await rest(client, 'tdlater');
    emulator.advance(1_000);
    const since = emulator.core.clock.now();
    const third = await client.createOrder(BTC, 'market', 'buy', '0.002');
    const ids = (orders: readonly ClientOrder[]): string[] => orders.map(({ id }) => id);
    expect(ids(await client.fetchOrders(BTC))).toEqual([first.id, second.id, third.id]);
    expect(ids(await client.fetchOrders(BTC, since))).toEqual([third.id]);
    expect(ids(await client.fetchClosedOrders(BTC))).toEqual([first.id, third.id]);
    const trades = await client.fetchMyTrades(BTC);
    expect(trades.map(({ order }) => order)).toEqual([first.id, third.id]);
    expect(trades[0]).toMatchObject({
      amount: '0.00100000',
      takerOrMaker: 'taker',
      fee: { currency: 'BTC' },
    });
    expect(await client.fetchMyTrades(BTC, since)).toHaveLength(1);
    expect(await client.fetchMyTrades(BTC, undefined, 1)).toMatchObject([{ order: third.id }]);
    expect(await client.fetchOrderTrades(first.id, BTC)).toMatchObject([{ order: first.id }]);
    const from = { fromId: Number(trades[1]?.id) };
    expect(await client.fetchMyTrades(BTC, undefined, undefined, from)).toHaveLength(1);
    expect(await client.fetchMyTrades('ETH/USDT')).toEqual([]);
  });

  test('pages of orders and trades are the oldest from a start on, else the newest', async () => {
    const { client } = await openTrading();
    const ids: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { id } = await client.createOrder(BTC, 'market', 'buy', '0.001');
      ids.push(Number(id));
    }
    const page = { symbol: 'BTCUSDT', limit: 1 };
    for (const ask of [client.privateGetAllOrders, client.privateGetMyTrades]) {
      const idsOf = async (more: Readonly<Record<string, unknown>>): Promise<unknown> =>
        (await ask({ ...page, ...more })).map(({ orderId }) => orderId);
      expect(await idsOf({})).toEqual([ids[2]]);
      expect(await idsOf({ startTime: EMULATOR_START })).toEqual([ids[0]]);
      expect(await idsOf({ startTime: EMULATOR_START + 1 })).toEqual([]);
      expect(await idsOf({ orderId: ids[1] })).toEqual([ids[1]]);
      expect(await idsOf({ endTime: EMULATOR_START - 1 })).toEqual([]);
    }
  });

  test('what somebody else trades on the account is told as well', async () => {
    const { client, emulator } = await openTrading();
    emulator.control.placeOutside('second', {
      symbol: BTC,
      side: 'buy',
      type: 'market',
      quantity: decimal('0.01'),
    });
    expect(await client.fetchOrders(BTC)).toMatchObject([
      { status: 'closed', clientOrderId: expect.stringMatching(/^web_\d+$/) as string },
    ]);
  });
});
