import { describe, expect, test, vi } from 'vitest';

import { EMULATOR_START } from '../../../support/emulator.ts';
import {
  type ClientBook,
  type ClientOrder,
  RawSocket,
  near,
  openBinance,
  openClient,
  openTrading,
  signMessage,
  whileMoving,
} from './binance-kit.ts';
import { FakeSocket, openDesk } from './dialect-kit.ts';

const BTC = 'BTC/USDT';
const SUBSCRIPTION = { subscriptionId: 0 };

describe('market streams of the local Binance, by the unmodified client', () => {
  test('tickers, small and whole, and best prices', async () => {
    const { client, emulator } = await openTrading();
    const whole = await whileMoving(emulator, client.watchTicker(BTC, { name: 'ticker' }));
    expect(Number(whole.bid)).toBeLessThan(Number(whole.ask));
    const small = await whileMoving(emulator, client.watchTicker('ETH/USDT'));
    expect(Number(small.low)).toBeLessThanOrEqual(Number(small.high));
    const best = await whileMoving(emulator, client.watchBidsAsks([BTC]));
    expect(Number(best[BTC]?.bid)).toBeLessThan(Number(best[BTC]?.ask));
  });

  test('tickers of some symbols and of all', async () => {
    const { client, emulator } = await openTrading();
    const seen = new Set<string>();
    while (seen.size < 4) {
      const all = await whileMoving(emulator, client.watchTickers());
      for (const symbol of Object.keys(all)) seen.add(symbol);
    }
    const some = await whileMoving(emulator, client.watchTickers(['ETH/USDT', 'SOL/USDT']));
    expect(Object.keys(some)).not.toContain(BTC);
  });

  test('prints arrive as the REST requests tell them', async () => {
    const { client, emulator } = await openTrading();
    const seen = await whileMoving(emulator, client.watchTrades(BTC));
    const told = await client.fetchTrades(BTC, undefined, seen.length);
    const facts = ({ id, price, amount }: (typeof seen)[number]): unknown => [id, price, amount];
    expect(seen.map(facts)).toEqual(told.map(facts));
  });

  test('candles: the open one, then the next', async () => {
    const { client, emulator } = await openTrading();
    const first = await whileMoving(emulator, client.watchOHLCV(BTC, '1m'));
    const time = Number(first.at(-1)?.[0]);
    let newest = time;
    while (newest === time) {
      const rows = await whileMoving(emulator, client.watchOHLCV(BTC, '1m'));
      newest = Number(rows.at(-1)?.[0]);
    }
    expect(newest).toBe(time + 60_000);
    const rows = await client.fetchOHLCV(BTC, '1m', time, 1);
    const watched = client.ohlcvs[BTC]?.['1m']?.find(([open]) => Number(open) === time);
    expect(watched?.map(Number)).toEqual(rows[0]?.map(Number));
  });

  test('a watched book is the book of the REST request, change after change', async () => {
    const { client, emulator } = await openTrading();
    await whileMoving(emulator, client.watchOrderBook(BTC, 100));
    let compared = 0;
    while (compared < 3) {
      const { bids, asks, nonce } = await whileMoving(emulator, client.watchOrderBook(BTC, 100));
      const watched = { bids: numbers(bids), asks: numbers(asks), nonce };
      const rest = await client.fetchOrderBook(BTC, 100);
      // Updates that are on their way are not in the watched one yet.
      if (rest.nonce !== nonce) continue;
      expect(watched).toEqual({ bids: numbers(rest.bids), asks: numbers(rest.asks), nonce });
      compared += 1;
    }
  });

  test('a gap in the numbers of a book is noticed, and the next watch begins anew', async () => {
    const { client, emulator } = await openTrading();
    await whileMoving(emulator, client.watchOrderBook(BTC, 100));
    emulator.control.skipDepth(BTC, 1);
    const failed = async (): Promise<never> => {
      for (;;) await client.watchOrderBook(BTC, 100);
    };
    await expect(whileMoving(emulator, failed())).rejects.toThrow('checksum');
    const book = await whileMoving(emulator, client.watchOrderBook(BTC, 100));
    expect(book.bids.length).toBeGreaterThan(5);
  });

  test('a stream that does not exist is refused in words', async () => {
    const emulator = await openBinance();
    const socket = await RawSocket.open(emulator, '/stream/ws/0');
    const answers = [
      await socket.ask({ method: 'SUBSCRIBE', params: ['nosuch@trade'], id: 7 }),
      await socket.ask({ method: 'SUBSCRIBE', params: ['constructor'], id: 6 }),
      await socket.ask({ method: 'SUBSCRIBE', params: ['btcusdt@kline_7m'], id: 8 }),
      await socket.ask({ method: 'SUBSCRIBE', params: ['btcusdt@trade', 'btcusdt@depth5'], id: 9 }),
      await socket.ask({ method: 'UNSUBSCRIBE', params: ['btcusdt@depth5'], id: 10 }),
      await socket.ask({ method: 'LIST_SUBSCRIPTIONS', id: 11 }),
      await socket.ask('no JSON'),
    ];
    expect(answers).toEqual([
      { error: { code: 2, msg: 'Invalid request: invalid stream' }, id: 7 },
      { error: { code: 2, msg: 'Invalid request: invalid stream' }, id: 6 },
      { error: { code: 2, msg: 'Invalid request: invalid stream' }, id: 8 },
      { result: null, id: 9 },
      { result: null, id: 10 },
      { result: ['btcusdt@trade'], id: 11 },
      { error: { code: 2, msg: 'Invalid request: malformed message' }, id: null },
    ]);
  });
});

describe('user streams of the local Binance, by the unmodified client', () => {
  test('orders, fills and balances arrive as they happen', async () => {
    const { client } = await openTrading();
    const first = [client.watchOrders(), client.watchMyTrades(), client.watchBalance()] as const;
    // Subscribed once a request of the same connection is answered.
    await client.fetchOpenOrdersWs(BTC);
    const made = await client.createOrder(BTC, 'market', 'buy', '0.01', undefined, {
      clientOrderId: 'tdstream',
    });
    const [orders, trades, balances] = await Promise.all(first);
    expect(orders.at(-1)).toMatchObject({
      id: made.id,
      clientOrderId: 'tdstream',
      status: 'closed',
      filled: '0.01000000',
      fee: { currency: 'BTC', cost: '0.00001000' },
    });
    expect(trades).toMatchObject([{ order: made.id, amount: '0.01000000' }]);
    expect(balances['BTC']).toMatchObject({ total: '0.25999' });
  });

  test('a resting order, its fill in parts and its cancel are told each', async () => {
    const { client, emulator } = await openTrading();
    const seen: unknown[] = [];
    const watch = (): Promise<readonly ClientOrder[]> => client.watchOrders();
    let next = watch();
    await client.fetchOpenOrdersWs(BTC);
    const price = await near(client, 0.9);
    const { id } = await client.createOrder(BTC, 'limit', 'buy', '0.01', price);
    const step = async (act: () => unknown): Promise<void> => {
      await act();
      const order = (await next).at(-1);
      seen.push([order?.id === id, order?.info['x'], order?.info['X'], order?.filled]);
      next = watch();
    };
    await step(() => undefined);
    await step(() => emulator.control.fillPart('second', id, '0.004'));
    await step(() => client.cancelOrder(id, BTC));
    next.catch(() => undefined);
    expect(seen).toEqual([
      [true, 'NEW', 'NEW', '0.00000000'],
      [true, 'TRADE', 'PARTIALLY_FILLED', '0.00400000'],
      [true, 'CANCELED', 'CANCELED', '0.00400000'],
    ]);
  });

  test('a deposit is told as a change and as the balance it leaves', async () => {
    const emulator = await openBinance();
    const socket = await RawSocket.open(emulator, '/ws-api/v3');
    const params = signMessage(emulator.credentials('second'), { timestamp: EMULATOR_START });
    const subscribe = { id: 1, method: 'userDataStream.subscribe.signature', params };
    expect(await socket.ask(subscribe)).toMatchObject({ status: 200, result: SUBSCRIPTION });
    emulator.control.deposit('second', 'USDT', '-500.5');
    const [E, T, u] = [EMULATOR_START, EMULATOR_START, EMULATOR_START];
    expect([await socket.next(), await socket.next()]).toEqual([
      { ...SUBSCRIPTION, event: { e: 'balanceUpdate', E, a: 'USDT', d: '-500.50000000', T } },
      {
        ...SUBSCRIPTION,
        event: {
          e: 'outboundAccountPosition',
          E,
          u,
          B: [{ a: 'USDT', f: '24499.50000000', l: '0.00000000' }],
        },
      },
    ]);
  });

  test('only the account of the key is told', async () => {
    const { client, emulator } = await openTrading();
    const other = await openClient(emulator, emulator.credentials('main'));
    const pending = client.watchOrders();
    await client.fetchOpenOrdersWs(BTC);
    await other.createOrder(BTC, 'market', 'buy', '0.001', undefined, { clientOrderId: 'tdother' });
    await client.createOrder(BTC, 'market', 'buy', '0.001', undefined, { clientOrderId: 'tdown' });
    const orders = await pending;
    expect(orders.map(({ clientOrderId }) => clientOrderId)).toEqual(['tdown']);
  });

  test('after the stream was terminated a new watch subscribes again', async () => {
    const { client, emulator } = await openTrading();
    client.watchOrders().catch(() => undefined);
    await client.fetchOpenOrdersWs(BTC);
    emulator.control.pushUserEvent('second', { e: 'eventStreamTerminated', E: 1 });
    await client.fetchOpenOrdersWs(BTC);
    const pending = client.watchOrders();
    await client.fetchOpenOrdersWs(BTC);
    await client.createOrder(BTC, 'market', 'buy', '0.001', undefined, { clientOrderId: 'tdnew' });
    expect((await pending).at(-1)).toMatchObject({ clientOrderId: 'tdnew' });
  });

  test('orders are placed, changed, asked for and canceled over the WebSocket API', async () => {
    const { client } = await openTrading();
    const price = await near(client, 0.9);
    const { id } = await client.createOrderWs(BTC, 'limit', 'buy', '0.01', price);
    expect(await client.fetchOrderWs(id, BTC)).toMatchObject({ status: 'open' });
    const edited = await client.editOrderWs(id, BTC, 'limit', 'buy', '0.011', price);
    expect(await client.fetchOpenOrdersWs(BTC)).toMatchObject([{ id: edited.id }]);
    expect(await client.cancelOrderWs(edited.id, BTC)).toMatchObject({ status: 'canceled' });
    await expect(client.cancelOrderWs(edited.id, BTC)).rejects.toThrow('Unknown order sent.');
    expect(await client.fetchMyTradesWs(BTC)).toEqual([]);
    expect((await client.fetchBalanceWs()).info).toMatchObject({ canTrade: true });
  });
});

const numbers = (side: ClientBook['bids']): number[][] => side.map((level) => level.map(Number));

describe('what a market stream says to a socket', () => {
  test('a candle is said to be closed once, with what the request for it answers', async () => {
    const desk = await openDesk();
    const socket = new FakeSocket('/stream/ws/0');
    desk.dialect.connect(socket);
    socket.say(JSON.stringify({ id: 1, method: 'SUBSCRIBE', params: ['btcusdt@kline_1m'] }));
    desk.emulator.advance(3 * 60_000);
    const said = socket.heard.slice(1).map((message) => (message as { readonly k: Kline }).k);
    const closed = said.filter(({ x }) => x);
    expect(closed.map(({ t }) => t)).toEqual([0, 1, 2].map((n) => EMULATOR_START + n * 60_000));
    for (const { t, o, h, l, c, v } of closed) {
      const params = { symbol: 'BTCUSDT', interval: '1m', startTime: String(t), limit: '1' };
      const [row] = desk.rows<unknown[][]>('/api/v3/klines', params);
      expect(row?.slice(0, 6)).toEqual([t, o, h, l, c, v]);
      const ofIt = said.filter((candle) => candle.t === t);
      expect(ofIt.findIndex(({ x }) => x)).toBe(ofIt.length - 1);
    }
    await desk.emulator.close();
  });

  test('streams nobody hears any more cost nothing', async () => {
    const desk = await openDesk();
    const socket = new FakeSocket('/stream/ws/0');
    desk.dialect.connect(socket);
    socket.say(JSON.stringify({ id: 1, method: 'SUBSCRIBE', params: ['btcusdt@trade'] }));
    const looks = vi.spyOn(desk.emulator.core.market, 'trades');
    desk.emulator.advance(60_000);
    expect(looks).toHaveBeenCalled();
    looks.mockClear();
    socket.leave();
    desk.emulator.advance(60_000);
    expect(looks).not.toHaveBeenCalled();
    await desk.emulator.close();
  });
});

interface Kline {
  readonly t: number;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: string;
  readonly x: boolean;
}
