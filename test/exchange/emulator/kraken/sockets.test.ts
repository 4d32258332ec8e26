import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';

import { required } from '../../../../src/domain/errors.ts';
import type { TestEmulator } from '../../../support/emulator.ts';
import { type KrakenClient, type Row, krakenTests, refusalOf } from './kraken-kit.ts';

const { openKraken, clientOf } = krakenTests();
const BTC = 'BTC/USDT';

/** Until the exchange has taken so many subscriptions. */
async function subscribed(emulator: TestEmulator, count: number): Promise<void> {
  const isOne = ({ body }: { readonly body: string }): boolean => body.includes('"subscribe"');
  const until = (): void => {
    expect(emulator.control.requests().filter(isOne)).toHaveLength(count);
  };
  await vi.waitFor(until, { timeout: 60_000, interval: 1 });
}

/** A connection by hand: what it hears, and a way to wait for it. */
async function connect(emulator: TestEmulator, kind: 'public' | 'private') {
  const address = `${emulator.endpoint.replace('http', 'ws')}/ws/${kind}/v2`;
  const socket = new WebSocket(address);
  const heard: Row[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString('utf8')) as Row));
  const found = (fits: (row: Row) => boolean): Promise<Row> =>
    vi.waitFor(() => required(heard.find(fits), 'message'), { timeout: 60_000, interval: 1 });
  await found(({ channel }) => channel === 'status');
  let number = 0;
  return {
    heard,
    found,
    ask(method: string, params: object = {}): Promise<Row> {
      const reqId = (number += 1);
      socket.send(JSON.stringify({ method, params, req_id: reqId }));
      return found(({ req_id }) => req_id === reqId);
    },
    send: (text: string) => socket.send(text),
    close: () => socket.close(),
  };
}

const isUpdateOf =
  (name: string) =>
  ({ channel, type }: Row): boolean =>
    channel === name && type === 'update';

async function tokenOf(client: KrakenClient): Promise<string> {
  const { result } = await client.call('privatePostGetWebSocketsToken');
  return (result as { readonly token: string }).token;
}

describe('market data by WebSocket, through the real client', () => {
  test('a ticker begins with what is known and follows the trades', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    const { market } = emulator.core;
    const first = await client.call('watchTicker', BTC);
    expect(first['last']).toBe(String(market.day(BTC).last));
    const next = client.call('watchTicker', BTC);
    emulator.control.setPrice(BTC, 70_000);
    expect(await next).toMatchObject({
      last: '70000',
      bid: String(market.book(BTC).bids[0]?.price),
    });
  });

  test('trades come with their numbers, none twice', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    const before = market(emulator).at(-1)?.id ?? 0;
    const next = client.list('watchTrades', BTC);
    await subscribed(emulator, 1);
    emulator.control.setPrice(BTC, 70_000);
    const trades = await next;
    expect(trades.map(({ id }) => Number(id))).toEqual(
      market(emulator).flatMap(({ id }) => (id > before ? [id] : [])),
    );
    expect(trades.at(-1)).toMatchObject({ price: '70000' });
  });

  test('candles begin with the newest ones and follow the open one', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    const begun = (await client.list('watchOHLCV', BTC, '1m')) as unknown as string[][];
    expect(begun.at(-1)?.[0]).toBe(emulator.core.clock.now());
    expect(begun).toHaveLength(100);
    const next = client.list('watchOHLCV', BTC, '1m');
    emulator.control.setPrice(BTC, 71_000);
    const [open] = (await next) as unknown as string[][];
    expect(open?.[2], 'its high').toBe('71000');
  });

  test.each([10, 100])("a book of %i levels stays the exchange's own", async (depth) => {
    const emulator = await openKraken();
    // With numbers as text the library keeps this exchange's books wrong.
    const client = await clientOf(emulator, { config: { number: Number } });
    await client.call('watchOrderBook', BTC, depth);
    const truth = (side: 'bids' | 'asks') =>
      emulator.core.market
        .book(BTC)
        [side].slice(0, depth)
        .map(({ price, quantity }) => [price, quantity]);
    for (let step = 0; step < 10; step += 1) {
      emulator.advance(1_500);
      await vi.waitFor(
        () => {
          expect(client.books[BTC]?.bids).toEqual(truth('bids'));
          expect(client.books[BTC]?.asks).toEqual(truth('asks'));
        },
        { timeout: 60_000, interval: 1 },
      );
    }
  });
});

const market = (emulator: TestEmulator) => emulator.core.market.trades(BTC, 100);

describe('an account by WebSocket, through the real client', () => {
  test('an order is told whole, then by its id only, to its end', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator, { account: 'second' });
    const socket = await connect(emulator, 'private');
    const channel = 'executions';
    await socket.ask('subscribe', { channel, token: await tokenOf(client) });
    const watched = client.list('watchOrders');
    await subscribed(emulator, 2);
    const id = { clientOrderId: 'tlife' };
    const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000', id);
    await client.call('editOrder', made['id'], BTC, 'limit', 'buy', '0.02', '50000');
    await client.call('cancelOrder', made['id']);
    const ends = ({ data }: Row): boolean => (data as Row[])[0]?.['exec_type'] === 'canceled';
    await socket.found((row) => row['channel'] === channel && ends(row));
    const told = socket.heard.flatMap((row) =>
      row['channel'] === channel && row['type'] === 'update' ? (row['data'] as Row[]) : [],
    );
    const names = { order_id: made['id'], cl_ord_id: 'tlife' };
    const whole = { symbol: BTC, side: 'buy', order_type: 'limit', limit_price: 50_000 };
    expect(told).toMatchObject([
      { ...names, ...whole, exec_type: 'pending_new', order_qty: 0.01 },
      { ...names, exec_type: 'new', order_status: 'new' },
      { ...names, exec_type: 'amended', order_qty: 0.02 },
      { ...names, exec_type: 'canceled', order_status: 'canceled', cum_qty: 0 },
    ]);
    for (const row of told.slice(1)) expect(row).not.toHaveProperty('symbol');
    const [first] = await watched;
    expect(first).toMatchObject({ id: made['id'], symbol: BTC, status: 'open' });
    socket.close();
  });

  test('fills come with fees; balances with what they became', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator, { account: 'second' });
    const begun = await client.call('watchBalance');
    expect(begun['total']).toEqual({ USDT: '25000', BTC: '0.25', ETH: '3' });
    const [trade, balance] = [client.list('watchMyTrades'), client.call('watchBalance')];
    await subscribed(emulator, 2);
    const made = await client.call('createOrder', BTC, 'market', 'buy', '0.01');
    const [fill] = emulator.control.dump('second').fills;
    expect(await trade).toMatchObject([
      {
        order: made['id'],
        symbol: BTC,
        side: 'buy',
        takerOrMaker: 'taker',
        price: fill?.price,
        amount: fill?.quantity,
        fee: { cost: fill?.fee, currency: 'USDT' },
      },
    ]);
    expect(await balance).toMatchObject({ info: { type: 'update' } });
    const { balances } = emulator.control.dump('second');
    const usdt = balances.find(({ asset }) => asset === 'USDT')?.total;
    expect((await balance)['total']).toMatchObject({ USDT: usdt });
  });

  test('open orders and the newest trades are told at first', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator, { account: 'second' });
    const open = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
    const done = await client.call('createOrder', BTC, 'market', 'buy', '0.01');
    expect(await client.list('watchMyTrades')).toMatchObject([{ order: done['id'] }]);
    const socket = await connect(emulator, 'private');
    const token = await tokenOf(client);
    await socket.ask('subscribe', { channel: 'executions', token, snap_trades: true });
    const rows = await socket.found(({ type }) => type === 'snapshot');
    expect(rows['data']).toMatchObject([{ order_id: open['id'], order_status: 'new' }]);
    socket.close();
  });

  test('orders can be placed, changed and canceled by message', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator, { account: 'second' });
    const id = { clientOrderId: 'tws' };
    const made = await client.call('createOrderWs', BTC, 'limit', 'buy', 0.01, 50_000, id);
    expect(made).toMatchObject({ clientOrderId: 'tws' });
    const stop = { stopLossPrice: 40_000 };
    await client.call('createOrderWs', BTC, 'market', 'sell', 0.1, undefined, stop);
    await client.call('editOrderWs', made['id'], BTC, 'limit', 'buy', 0.02, 51_000);
    expect(await client.list('fetchOpenOrders', BTC)).toMatchObject([
      { type: 'market', stopLossPrice: '40000.00' },
      { id: made['id'], price: '51000.00', amount: '0.02000000', clientOrderId: 'tws' },
    ]);
    await client.call('cancelOrderWs', made['id']);
    expect(await refusalOf(client.call('cancelOrderWs', made['id']))).toEqual([
      'OrderNotFound',
      'EOrder:Unknown order',
    ]);
    const dear = client.call('createOrderWs', BTC, 'limit', 'buy', 9, 60_000);
    expect((await refusalOf(dear))[1]).toBe('EOrder:Insufficient funds');
    expect(await client.call('cancelAllOrdersWs')).toMatchObject({ result: { count: 1 } });
  });
});

describe('the wire itself', () => {
  test('greets, answers pings, and beats once a second where nothing else is said', async () => {
    const emulator = await openKraken();
    const socket = await connect(emulator, 'public');
    expect(socket.heard[0]).toMatchObject({
      channel: 'status',
      data: [{ system: 'online', api_version: 'v2' }],
    });
    expect(await socket.ask('ping')).toMatchObject({ method: 'pong', req_id: 1 });
    await socket.ask('subscribe', { channel: 'trade', symbol: ['LUNA/USDT'] });
    emulator.advance(1_000);
    await socket.found(({ channel }) => channel === 'heartbeat');
    socket.close();
  });

  test('answers each symbol of a subscription by itself', async () => {
    const emulator = await openKraken();
    const socket = await connect(emulator, 'public');
    socket.send(
      JSON.stringify({
        method: 'subscribe',
        params: { channel: 'ticker', symbol: [BTC, 'NO/PE'] },
        req_id: 9,
      }),
    );
    const good = await socket.found(({ success }) => success === true);
    expect(good).toMatchObject({ method: 'subscribe', req_id: 9, result: { symbol: BTC } });
    const bad = await socket.found(({ success }) => success === false);
    expect(bad).toMatchObject({ error: 'Currency pair not supported NO/PE', symbol: 'NO/PE' });
    socket.close();
  });

  test.each<[string, string, object]>([
    ['Already subscribed', 'subscribe', { channel: 'trade', symbol: [BTC] }],
    ['Subscription depth not supported', 'subscribe', { channel: 'book', symbol: [BTC], depth: 7 }],
    [
      'Subscription ohlc interval not supported',
      'subscribe',
      { channel: 'ohlc', symbol: [BTC], interval: 7 },
    ],
    ['Subscription name invalid', 'subscribe', { channel: 'nothing', symbol: [BTC] }],
    ['Symbol(s) not found', 'subscribe', { channel: 'ticker' }],
    ['Subscription Not Found', 'unsubscribe', { channel: 'book', symbol: [BTC] }],
    ['Unsupported method dance', 'dance', {}],
  ])('says %s', async (error, method, params) => {
    const socket = await connect(await openKraken(), 'public');
    await socket.ask('subscribe', { channel: 'trade', symbol: [BTC] });
    expect(await socket.ask(method, params)).toMatchObject({ success: false, error });
    socket.send('not json');
    await socket.found((row) => row['error'] === 'Malformed request');
    socket.close();
  });

  test('ends a subscription that is not wanted any more', async () => {
    const emulator = await openKraken();
    const socket = await connect(emulator, 'public');
    await socket.ask('subscribe', { channel: 'trade', symbol: [BTC] });
    await socket.ask('unsubscribe', { channel: 'trade', symbol: [BTC] });
    emulator.control.setPrice(BTC, 70_000);
    await socket.ask('ping');
    expect(socket.heard.filter(({ channel }) => channel === 'trade')).toEqual([]);
    socket.close();
  });

  test('private channels need a token that is not too old, of a key that is not revoked', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    const socket = await connect(emulator, 'private');
    const refused = { success: false, error: 'ESession:Invalid session' };
    const channel = 'executions';
    expect(await socket.ask('subscribe', { channel, token: 'x' })).toMatchObject(refused);
    const token = await tokenOf(client);
    expect(await socket.ask('subscribe', { channel, token })).toMatchObject({ success: true });
    emulator.control.setSkew(901_000);
    expect(await socket.ask('subscribe', { channel: 'balances', token })).toMatchObject(refused);
    const fresh = await tokenOf(client);
    emulator.control.setKey('main', { revoked: true });
    expect(await socket.ask('add_order', { token: fresh })).toMatchObject(refused);
    socket.close();
  });

  test('counts its messages, so that a lost one is seen', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    const socket = await connect(emulator, 'private');
    await socket.ask('subscribe', { channel: 'executions', token: await tokenOf(client) });
    emulator.control.spoilUserEvents({ lose: 1 });
    await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
    const row = await socket.found(isUpdateOf('executions'));
    expect(row).toMatchObject({ sequence: 3, data: [{ exec_type: 'new' }] });
    emulator.control.pushUserEvent('main', { channel: 'strange' });
    await socket.found(({ channel }) => channel === 'strange');
    socket.close();
  });

  test('a deposit is an entry of the ledger', async () => {
    const emulator = await openKraken();
    const socket = await connect(emulator, 'private');
    const token = await tokenOf(await clientOf(emulator));
    await socket.ask('subscribe', { channel: 'balances', token });
    emulator.control.deposit('main', 'BTC', '0.5');
    const row = await socket.found(isUpdateOf('balances'));
    const entry = { type: 'deposit', asset: 'BTC', amount: 0.5, balance: 0.5 };
    expect(row).toMatchObject({ sequence: 2, data: [entry] });
    socket.close();
  });
});
