import { describe, expect, test } from 'vitest';
import { FeedLine } from '../../../src/exchange/ccxt/feed-line.ts';
import { benchOf, FakeClient, minuteAt, rowOf, START, SYMBOL, turns } from './stream-kit.ts';

describe('prints of a stream', () => {
  test('come once each, in order, also when a new subscription repeats them in any order', async () => {
    const { client, prices, pass, clock } = await benchOf();
    client.trade(1, { timestamp: START, price: '101' });
    client.trade(2, { timestamp: START, price: '102' });
    await turns();
    expect(prices()).toEqual([101, 102]);
    client.drop();
    await pass(300);
    const list = client.trades[SYMBOL] ?? [];
    const [one, two] = list;
    // Newest first, as some snapshots are.
    list.push({ ...(two as object), id: '3', price: '103', timestamp: clock.now() });
    list.push({ ...(two as object) }, { ...(one as object) });
    client.wake(`trades ${SYMBOL}`);
    await turns();
    expect(prices()).toEqual([101, 102, 103]);
  });

  test('that came while nobody listened are found in the same turn', async () => {
    const { client, events } = await benchOf();
    client.trade(1, { timestamp: START });
    client.trade(2, { timestamp: START });
    client.trade(3, { timestamp: START });
    await turns();
    expect(events.flatMap((one) => (one.kind === 'trades' ? one.trades : []))).toHaveLength(3);
  });

  test('that came before the library listened again are not left for the next one', async () => {
    const client = new FakeClient();
    const watch = client.watchTrades;
    client.watchTrades = (symbol) => {
      // In the turn of the second call, behind its back: nobody is woken.
      if (client.trades[SYMBOL]?.length === 1) {
        const late = { id: '2', symbol, side: 'buy', price: 102, amount: 1, timestamp: START };
        client.trades[SYMBOL]?.push(late);
      }
      return watch(symbol);
    };
    const { prices } = await benchOf({ client });
    client.trade(1, { timestamp: START, price: '101' });
    await turns();
    expect(prices()).toEqual([101, 102]);
  });

  test('of many minutes ago, of the future and of another market are left out', async () => {
    const { client, prices } = await benchOf();
    client.trade(1, { timestamp: START - 3_600_000 });
    client.trade(2, { timestamp: START + 3_600_000 });
    client.trade(3, { timestamp: START, symbol: 'ETH/USDT' });
    client.trade(4, { timestamp: START, price: '-1' });
    client.trade(5, { timestamp: START, price: '105' });
    await turns();
    expect(prices()).toEqual([105]);
  });

  test('of several markets share one call, and a wake for one takes what the other has', async () => {
    const client = new FakeClient();
    client.has['watchTradesForSymbols'] = true;
    const symbols = [SYMBOL, 'ETH/USDT'];
    const { prices } = await benchOf({ client, symbols });
    expect(client.calls.filter((call) => call.startsWith('watch trades'))).toEqual([
      'watch trades all',
    ]);
    const trade = (symbol: string, price: string): object => ({
      id: '1',
      symbol,
      side: 'sell',
      price,
      amount: '2',
      timestamp: START,
    });
    client.trades[SYMBOL] = [trade(SYMBOL, '7')];
    client.trades['ETH/USDT'] = [trade('ETH/USDT', '8')];
    client.wake('trades all');
    await turns();
    expect(prices()).toEqual([7, 8]);
  });
});

describe('books', () => {
  test('come at most ten times a second, the newest of them, whole and a hundred levels deep', async () => {
    const { client, events, pass } = await benchOf();
    for (let i = 0; i < 50; i++) {
      client.book(100 + i, 101 + i, i);
      await pass(20);
    }
    const books = events.flatMap((one) => (one.kind === 'book' ? [one] : []));
    expect(books.length).toBeGreaterThanOrEqual(9);
    expect(books.length).toBeLessThanOrEqual(11);
    const newest = books.at(-1)?.levels;
    expect(newest?.bids).toHaveLength(100);
    expect(newest?.bids[0]?.price).toBeGreaterThanOrEqual(147);
  });

  test('are copies: what the library changes later does not reach them', async () => {
    const { client, events } = await benchOf();
    client.book(100, 101, 1);
    await turns();
    const raw = client.orderbooks[SYMBOL] as { bids: number[][] };
    raw.bids[0] = [999, 1];
    const [first] = events.flatMap((one) => (one.kind === 'book' ? one.levels.bids : []));
    expect(first).toEqual({ price: 100, quantity: 1 });
  });

  test('that are crossed are not told; a request stands in, and the stream is started anew', async () => {
    const { client, events, pass, log } = await benchOf();
    client.open();
    client.rest.book = () => ({ bids: [['99', '1']], asks: [['100', '1']] });
    client.book(105, 104, 1);
    await pass(1_000);
    const told = events.flatMap((one) => (one.kind === 'book' ? [one.levels.bids[0]?.price] : []));
    expect(told).toEqual([99]);
    client.rest.book = () => ({ bids: [['99', '0']], asks: [['100', '1']] });
    for (let i = 2; i < 9; i++) {
      client.book(105, 104, i);
      await pass(1_000);
    }
    expect(log.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('stays wrong: connecting again'),
    );
    expect(client.clients).toEqual({});
  });
});

describe('minutes', () => {
  test('are told when a newer one has begun, with their last values, never the open one', async () => {
    const { client, minutes, pass } = await benchOf();
    client.row(minuteAt(0), 101);
    await pass(1_000);
    client.row(minuteAt(0), 102);
    await pass(28_000);
    expect(minutes()).toEqual([]);
    await pass(1_500);
    client.row(minuteAt(1), 103);
    await turns();
    expect(minutes()).toMatchObject([{ openTime: minuteAt(0), close: 102 }]);
  });

  test('of before a break are asked for, because they may have changed unheard', async () => {
    const { client, minutes, pass } = await benchOf();
    client.rest.candles = (since) =>
      [rowOf(minuteAt(0), 150), rowOf(minuteAt(1), 103)].filter(([t]) => Number(t) >= since);
    client.row(minuteAt(0), 101);
    await pass(1_000);
    client.drop();
    await pass(30_000);
    client.row(minuteAt(1), 103);
    await turns();
    expect(minutes()).toEqual([]);
    await pass(5_000);
    expect(minutes()).toMatchObject([{ openTime: minuteAt(0), close: 150 }]);
  });

  test('that were missed in a long break all come, in order, before newer prints', async () => {
    const { client, events, minutes, pass, clock } = await benchOf();
    client.rest.candles = () => {
      throw new Error('no network');
    };
    client.refusal = new Error('no network');
    await pass(10 * 60_000);
    client.rest.candles = (since) =>
      Array.from({ length: 11 }, (_, i) => rowOf(minuteAt(i), 100 + i)).filter(
        ([time]) => Number(time) >= since && Number(time) <= clock.now(),
      );
    client.refusal = null;
    await pass(15_000);
    client.trade(1, { timestamp: clock.now() });
    await pass(30_000);
    expect(minutes().map(({ openTime }) => openTime)).toEqual(
      Array.from({ length: 11 }, (_, i) => minuteAt(i)),
    );
    expect(events.findIndex(({ kind }) => kind === 'trades')).toBeGreaterThanOrEqual(10);
  });

  test('that are missing are waited for, also while requests lag behind the stream', async () => {
    const { client, minutes, pass } = await benchOf();
    let told = [rowOf(minuteAt(0), 101)];
    client.rest.candles = (since) => told.filter(([time]) => Number(time) >= since);
    client.row(minuteAt(0), 101);
    await pass(31_000);
    client.row(minuteAt(1), 102);
    await pass(10_000);
    client.drop();
    await pass(110_000);
    client.row(minuteAt(2), 103);
    client.row(minuteAt(3), 104);
    await pass(5_000);
    expect(minutes().map(({ openTime }) => openTime)).toEqual([minuteAt(0)]);
    told = [...told, rowOf(minuteAt(1), 150), rowOf(minuteAt(2), 103)];
    await pass(32_000);
    expect(minutes().map(({ close }) => close)).toEqual([101, 150, 103]);
  });

  test('that come after newer data were let through are left out', async () => {
    const { client, minutes, pass } = await benchOf();
    client.rest.candles = () => {
      throw new Error('no candles now');
    };
    for (let i = 0; i < 150; i++) {
      client.book(100 + i, 101 + i, i);
      await pass(1_000);
    }
    client.rest.candles = (since) =>
      [rowOf(minuteAt(0), 101), rowOf(minuteAt(1), 102), rowOf(minuteAt(2), 103)].filter(
        ([time]) => Number(time) >= since,
      );
    await pass(31_000);
    // What the engine would take for data of long ago, and a fault of the feed.
    expect(minutes().map(({ openTime }) => openTime)).toEqual([minuteAt(2)]);
  });

  test('without trades that no exchange tells are stepped over once a newer one is there', async () => {
    const { client, minutes, pass } = await benchOf();
    client.rest.candles = (since) =>
      [rowOf(minuteAt(0), 101), rowOf(minuteAt(3), 104), rowOf(minuteAt(4), 105)].filter(
        ([time]) => Number(time) >= since,
      );
    client.row(minuteAt(0), 101);
    await pass(31_000);
    await pass(4 * 60_000);
    expect(minutes().map(({ openTime }) => openTime)).toEqual([minuteAt(0), minuteAt(3)]);
  });
});

describe('how data come', () => {
  test('is the stream, then requests while it is away, then the stream again', async () => {
    const { client, by, pass, events, told } = await benchOf();
    client.open();
    client.book(100, 101, 1);
    await pass(1_000);
    expect(by('book')).toBe('stream');
    client.refusal = new Error('upgrade refused');
    client.rest.book = () => ({ bids: [['90', '1']], asks: [['91', '1']] });
    const before = told.count;
    for (const url of Object.keys(client.clients)) delete client.clients[url];
    client.drop();
    await pass(5_000);
    expect(by('book')).toBe('poll');
    expect(by('trades')).toBe('poll');
    expect(events.at(-1)).toMatchObject({ kind: 'book', levels: { bids: [{ price: 90 }] } });
    client.refusal = null;
    client.open();
    await pass(16_000);
    client.book(100, 101, 2);
    await pass(1_000);
    expect(by('book')).toBe('stream');
    expect(told.count).toBeGreaterThanOrEqual(before + 2);
  });

  test('is down when requests fail as well', async () => {
    const { client, by, pass } = await benchOf();
    client.refusal = new Error('no network');
    client.rest.book = () => {
      throw new Error('no network');
    };
    client.drop();
    await pass(60_000);
    expect(by('book')).toBe('down');
  });

  test('stays the stream in a market without trades', async () => {
    const { client, by, pass } = await benchOf();
    client.open();
    client.rest.book = () => ({ bids: [['100', '1']], asks: [['101', '1']] });
    client.book(100, 101, 1);
    await pass(120_000);
    expect([by('book'), by('trades')]).toEqual(['stream', 'stream']);
    expect(Object.keys(client.clients)).toHaveLength(1);
  });

  test('is noticed where a socket is silent although the market moves', async () => {
    const { client, pass, log } = await benchOf();
    client.open();
    client.book(100, 101, 1);
    await pass(1_000);
    let bid = 100;
    client.rest.book = () => ({ bids: [[(bid += 1), 1]], asks: [[bid + 1, 1]] });
    await pass(12_000);
    expect(client.clients, 'the silent socket is ended').toEqual({});
    expect(log.map(({ message }) => message)).toContainEqual(expect.stringContaining('silent'));
  });

  test('is by requests alone where an exchange has no streams', async () => {
    const { client, by, pass, minutes } = await benchOf({ polled: true });
    client.rest.book = () => ({ bids: [['100', '1']], asks: [['101', '1']] });
    client.rest.candles = () => [rowOf(minuteAt(0), 101), rowOf(minuteAt(1), 101)];
    await pass(40_000);
    expect(client.calls.filter((call) => call.startsWith('watch'))).toEqual([]);
    expect(by('book')).toBe('poll');
    expect(by('candles')).toBe('poll');
    expect(minutes()).toHaveLength(1);
  });

  test('rests when the exchange was asked too often', async () => {
    const { client, pass } = await benchOf({ polled: true });
    const refused = new Error('429');
    refused.name = 'DDoSProtection';
    client.rest.book = () => {
      throw refused;
    };
    await pass(5_000);
    const asked = client.calls.length;
    await pass(20_000);
    expect(client.calls.length - asked).toBeLessThanOrEqual(2);
  });
});

describe('a broken stream', () => {
  test('whose calls fail at once is asked ever more slowly and never spins', async () => {
    const client = new FakeClient();
    client.refusal = new Error('markets are not loaded');
    const { pass } = await benchOf({ client });
    await pass(10 * 60_000);
    const watches = client.calls.filter((call) => call === `watch trades ${SYMBOL}`).length;
    expect(watches).toBeGreaterThan(20);
    expect(watches).toBeLessThan(100);
  });

  test('that answers at once without news is taken for broken', async () => {
    const client = new FakeClient();
    client.watchTrades = (symbol) => {
      client.calls.push(`watch trades ${symbol}`);
      return Promise.resolve([]);
    };
    const { pass } = await benchOf({ client });
    await pass(60_000);
    const watches = client.calls.filter((call) => call === `watch trades ${SYMBOL}`).length;
    expect(watches).toBeLessThan(64 * 20);
  });
});

test('history comes from the exchange, oldest first, without the open minute', async () => {
  const client = new FakeClient();
  client.rest.candles = (since) =>
    Array.from({ length: 6 }, (_, i) => rowOf(minuteAt(i - 5), 100 + i)).filter(
      ([time]) => Number(time) >= since,
    );
  const { feed } = await benchOf({ client, historyCandles: 3 });
  const history = [...feed.history(2)];
  expect(history.map(({ candle }) => candle.openTime)).toEqual([minuteAt(-2), minuteAt(-1)]);
});

test('close ends timers, calls and sockets', async () => {
  const { client, feed, clock, events, pass } = await benchOf();
  client.open();
  client.book(100, 101, 1);
  await pass(50);
  await feed.close();
  expect(client.clients).toEqual({});
  const before = [events.length, client.calls.length];
  client.book(100, 102, 2);
  await pass(5_000);
  expect([events.length, client.calls.length]).toEqual(before);
  expect(clock.nextDue(), 'no timer is set anew').toBe(Infinity);
});

test('a socket that was still to be dialed is not dialed once the feed is closed', async () => {
  const { client, feed } = await benchOf();
  let dials = 0;
  let ends = 0;
  const socket = {
    isConnected: false,
    createConnection: () => (dials += 1),
    onError: () => undefined,
    connection: { terminate: () => (ends += 1) },
  };
  client.clients['ws://later'] = socket;
  await feed.close();
  socket.createConnection();
  expect({ dials, ends }).toEqual({ dials: 0, ends: 1 });
});

test('what changes is told in one line for each way data come', async () => {
  const { client, pass, log } = await benchOf({ symbols: [SYMBOL, 'ETH/USDT'] });
  client.open();
  await pass(4_000);
  expect(log.map(({ message }) => message)).toEqual([
    'fake: poll: BTC/USDT trades, ETH/USDT trades',
    'fake: stream: BTC/USDT candles, BTC/USDT trades, ETH/USDT candles, ETH/USDT trades',
  ]);
});

test('a line holds what is newer only so long', () => {
  const line = new FeedLine(new FakeClient() as never, SYMBOL, minuteAt(-5));
  expect(line.isHeld(0, START)).toBe(true);
  expect(line.isHeld(9_000, START + 9_000)).toBe(true);
  expect(line.isHeld(10_000, START + 10_000)).toBe(false);
});
