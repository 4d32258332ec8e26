import { describe, expect, test } from 'vitest';

import { type Client, near, openTrading } from './binance-kit.ts';

const BTC = 'BTC/USDT';

interface List {
  readonly orderListId: number;
  readonly orders: readonly { readonly orderId: number; readonly clientOrderId: string }[];
}

/** A target above and a stop below for 0.01 BTC. */
async function placeOco(client: Client, stop: Record<string, string> = {}): Promise<List> {
  return (await client.privatePostOrderListOco({
    symbol: 'BTCUSDT',
    side: 'SELL',
    quantity: '0.01',
    listClientOrderId: 'tdlist',
    aboveType: 'LIMIT_MAKER',
    abovePrice: await near(client, 1.02),
    belowType: 'STOP_LOSS',
    belowStopPrice: await near(client, 0.98),
    ...stop,
    aboveClientOrderId: 'tdtarget',
    belowClientOrderId: 'tdstop',
  })) as List;
}

const statusOf = async (client: Client, clientOrderId: string): Promise<unknown> =>
  (await client.fetchOrder(undefined, BTC, { clientOrderId })).info['status'];

describe('order lists (OCO) of the local Binance', () => {
  test('two legs stand in one list and lock the coins once', async () => {
    const { client } = await openTrading();
    const list = await placeOco(client);
    expect(list).toMatchObject({
      contingencyType: 'OCO',
      listStatusType: 'EXEC_STARTED',
      listClientOrderId: 'tdlist',
      orderReports: [{ type: 'LIMIT_MAKER' }, { type: 'STOP_LOSS', workingTime: -1 }],
    });
    expect(list.orders.map(({ clientOrderId }) => clientOrderId)).toEqual(['tdtarget', 'tdstop']);
    expect((await client.fetchBalance())['BTC']).toMatchObject({ used: '0.01000000' });
    const open = await client.fetchOpenOrders(BTC);
    expect(open.map(({ info }) => info['orderListId'])).toEqual([1, 1]);
  });

  test('the stop that triggers ends the target', async () => {
    const { client, emulator } = await openTrading();
    await placeOco(client);
    emulator.control.setPrice(BTC, Number(await near(client, 0.97)));
    expect(await statusOf(client, 'tdstop')).toBe('FILLED');
    expect(await statusOf(client, 'tdtarget')).toBe('EXPIRED');
    expect(await client.privateGetOrderList({ origClientOrderId: 'tdlist' })).toMatchObject({
      listOrderStatus: 'ALL_DONE',
    });
  });

  test('a stop-limit ends the target when it triggers, before it fills', async () => {
    const { client, emulator } = await openTrading();
    const belowPrice = await near(client, 0.99);
    await placeOco(client, { belowType: 'STOP_LOSS_LIMIT', belowPrice, belowTimeInForce: 'GTC' });
    emulator.control.setPrice(BTC, Number(await near(client, 0.97)));
    expect(await statusOf(client, 'tdstop')).toBe('NEW');
    expect(await statusOf(client, 'tdtarget')).toBe('EXPIRED');
  });

  test('a target that fills in part ends the stop', async () => {
    const { client, emulator } = await openTrading();
    const list = await placeOco(client);
    const target = String(list.orders[0]?.orderId);
    emulator.control.fillPart('second', target, '0.004');
    expect(await statusOf(client, 'tdtarget')).toBe('PARTIALLY_FILLED');
    expect(await statusOf(client, 'tdstop')).toBe('EXPIRED');
  });

  test('a cancel of one leg or of the list cancels both', async () => {
    const { client } = await openTrading();
    await placeOco(client);
    await client.cancelOrder(undefined, BTC, { clientOrderId: 'tdstop' });
    expect(await statusOf(client, 'tdtarget')).toBe('CANCELED');
    const { orderListId } = await placeOco(client);
    await client.privateDeleteOrderList({ symbol: 'BTCUSDT', orderListId });
    expect(await client.fetchOpenOrders(BTC)).toEqual([]);
    expect(await client.privateGetOpenOrderList()).toEqual([]);
    expect(await client.privateGetAllOrderList()).toHaveLength(2);
    const again = client.privateDeleteOrderList({ symbol: 'BTCUSDT', orderListId });
    await expect(again).rejects.toThrow('Unknown order sent.');
  });

  test('cancel-all takes both legs', async () => {
    const { client } = await openTrading();
    await placeOco(client);
    expect(await client.cancelAllOrders(BTC)).toHaveLength(2);
    expect(await client.fetchOpenOrders(BTC)).toEqual([]);
  });

  test('a list with a leg that is refused leaves no order behind', async () => {
    const { client } = await openTrading();
    const price = await near(client, 0.9);
    await client.createOrder(BTC, 'limit', 'buy', '0.001', price, { clientOrderId: 'tdstop' });
    await expect(placeOco(client)).rejects.toThrow('Duplicate order sent.');
    expect((await client.fetchOrders(BTC)).map(({ clientOrderId }) => clientOrderId)).toEqual([
      'tdstop',
    ]);
    expect((await client.fetchBalance())['BTC']).toMatchObject({ used: '0.00000000' });
  });

  test('legs on the wrong sides of the market are refused', async () => {
    const { client } = await openTrading();
    const wrong = client.privatePostOrderListOco({
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: '0.01',
      aboveType: 'LIMIT_MAKER',
      abovePrice: await near(client, 1.02),
      belowType: 'TAKE_PROFIT',
      belowStopPrice: await near(client, 0.98),
    });
    await expect(wrong).rejects.toThrow('The relationship of the prices');
  });

  test('the older request makes the same list', async () => {
    const { client } = await openTrading();
    const made = await client.privatePostOrderOco({
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.01',
      price: await near(client, 1.02),
      limitClientOrderId: 'tdtarget',
      stopPrice: await near(client, 0.98),
      stopLimitPrice: await near(client, 0.97),
      stopLimitTimeInForce: 'GTC',
      stopClientOrderId: 'tdstop',
    });
    expect(made).toMatchObject({
      orderReports: [{ type: 'LIMIT_MAKER' }, { type: 'STOP_LOSS_LIMIT' }],
    });
  });
});
