// The account's own stream over real sockets, at local exchanges of both dialects.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import { AccountStream } from '../../../src/exchange/ccxt/account-stream.ts';
import { DIALECTS } from '../../../src/exchange/emulator/dialects.ts';
import { Heard, valueOf } from '../practice/practice-kit.ts';
import type { Instance } from '../../../src/exchange/ccxt/instance-type.ts';
import { type Account, openAccount, orderOf, priceAt, promised } from './account-kit.ts';
import { contextOf, rowOf } from './kit.ts';

/** Finds a hang; what is waited for comes within milliseconds. */
const until = (check: () => void | Promise<void>) =>
  vi.waitFor(check, { timeout: 60_000, interval: 5 });

describe.each(DIALECTS)('the account stream of %s', (dialect) => {
  let account: Account;
  let heard: Heard;
  let unlisten: () => void;
  beforeAll(async () => {
    account = await openAccount(dialect);
    heard = new Heard();
    unlisten = account.client.listen(heard);
    await subscribed();
    account.emulator.control.cancelOutside('main');
  });
  afterEach(() => {
    account.emulator.control.clear();
    account.emulator.control.cancelOutside('main');
  });
  afterAll(async () => {
    unlisten();
    await account.close();
  });

  const place = async () => {
    const order = orderOf(account, { type: 'limit', price: priceAt(account, 0.9) });
    return { order, placed: valueOf(await promised(account.client).create(order)) };
  };
  const fillPart = (clientId: string) => {
    const { control } = account.emulator;
    const known = account.connection.row.clientIds.encode(clientId as never);
    const found = control.dump('main').orders.find((one) => one.clientOrderId === known);
    expect(control.fillPart('main', found?.venueOrderId ?? '', '0.0005')).toBe(true);
  };
  const told = (id: string) => heard.orders.filter(({ clientOrderId }) => clientOrderId === id);
  /** Nothing tells that a subscription works but its news. */
  const subscribed = () =>
    vi.waitFor(
      async () => {
        const { order } = await place();
        await vi.waitFor(() => expect(told(order.id)).not.toEqual([]), { timeout: 500 });
      },
      { timeout: 60_000, interval: 5 },
    );

  test('tells an order from its beginning to its end, and its fills, by our ids', async () => {
    const { order, placed } = await place();
    await until(() => expect(told(order.id).at(-1)?.status).toBe('open'));
    fillPart(order.id);
    // What an order filled in part comes as a fill; the library of kraken tells it no other way.
    await until(() =>
      expect(
        heard.fills.find(({ venueOrderId }) => venueOrderId === placed.venueOrderId),
      ).toMatchObject({
        clientOrderId: order.id,
        accountId: account.accountId,
        symbol: order.symbol,
        side: 'buy',
        quantity: decimal('0.0005'),
        liquidity: 'maker',
      }),
    );
    account.emulator.control.cancelOutside('main');
    await until(() => expect(told(order.id).at(-1)?.status).toBe('canceled'));
    expect(told(order.id).at(-1)).toMatchObject({
      symbol: order.symbol,
      quantity: order.quantity,
      price: order.price,
      filled: decimal('0.0005'),
    });
  });

  test('tells that it was lost and is back, and goes on by itself', async () => {
    heard.links.length = 0;
    account.emulator.control.dropSockets('terminate');
    await until(() => expect(heard.links).toEqual([false, true]));
    await subscribed();
  });

  test('tells of money that came without a trade', async () => {
    heard.accounts.length = 0;
    await until(() => {
      account.emulator.control.deposit('main', account.market.quote, '12.5');
      expect(heard.accounts).not.toEqual([]);
    });
  });

  test('does not believe what makes no sense, and hears what comes next', async () => {
    const nonsense =
      dialect === 'binance'
        ? {
            e: 'executionReport',
            E: 1,
            s: 'BTCUSDT',
            c: 'x',
            S: 'SELL',
            o: 'LIMIT',
            X: 'NEW',
            i: 1,
          }
        : {
            channel: 'executions',
            type: 'update',
            data: [{ order_id: 'O1', symbol: 'BTC/USDT', order_status: 'new' }],
          };
    account.emulator.control.pushUserEvent('main', nonsense);
    const { order } = await place();
    await until(() => expect(told(order.id)).not.toEqual([]));
    expect(account.logs.join('\n')).toMatch(/stream not believed/);
    expect(heard.orders.every(({ venueOrderId }) => venueOrderId.length > 2)).toBe(true);
  });
});

test('a subscription that the exchange ended is made anew', async () => {
  const account = await openAccount('binance');
  const heard = new Heard();
  const { trading, row, clock, markets } = account.connection;
  if (!trading) throw new Error('no keys');
  const stream = new AccountStream({
    instance: trading,
    row,
    context: {
      row,
      accountId: account.accountId,
      market: (symbol) => markets.find((one) => one.symbol === symbol),
      markets: () => markets,
      venueNow: () => clock.now(),
      known: () => undefined,
    },
    seen: () => undefined,
    tell: (what) => what(heard),
    log: () => undefined,
    rearmMs: 20,
  });
  stream.start();
  const { create } = promised(account.client);
  const order = () => orderOf(account, { type: 'limit', price: priceAt(account, 0.9) });
  const hears = async () => {
    const before = heard.orders.length;
    await until(async () => {
      await create(order());
      expect(heard.orders.length).toBeGreaterThan(before);
    });
  };
  await hears();
  account.emulator.control.pushUserEvent('main', { e: 'eventStreamTerminated', E: 1 });
  await hears();
  stream.stop();
  await account.close();
});

test('a message that answers many waiting calls is told twice at most', async () => {
  const first = Promise.withResolvers<unknown>();
  let calls = 0;
  const never = new Promise<never>(() => undefined);
  let isAnswered = false;
  const watchOrders = () => {
    calls += 1;
    return isAnswered ? never : first.promise;
  };
  const heard = new Heard();
  const row = rowOf('binance');
  const stream = new AccountStream({
    instance: { watchOrders } as unknown as Instance,
    row: { ...row, sources: { ...row.sources, fills: 'poll', balance: 'poll' } },
    context: contextOf('binance'),
    seen: () => undefined,
    tell: (what) => what(heard),
    log: () => undefined,
    rearmMs: 1,
  });
  stream.start();
  await until(() => expect(calls).toBeGreaterThan(9));
  isAnswered = true;
  const order = { symbol: 'BTC/USDT', side: 'buy', type: 'limit', price: '1', amount: '1' };
  first.resolve([{ ...order, id: '1', status: 'open', filled: '0', info: {} }]);
  await until(() => expect(heard.orders).not.toEqual([]));
  await first.promise;
  stream.stop();
  expect(heard.orders.length).toBeLessThanOrEqual(2);
});
