// The emergency client over the local exchange: real library, HTTP and signatures.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { Board } from '../../../src/app/emergency/board.ts';
import { Clearance, type Cleared } from '../../../src/app/emergency/clearance.ts';
import { ONE, quantizeNumber } from '../../../src/domain/decimal.ts';
import { required } from '../../../src/domain/errors.ts';
import type { Order } from '../../../src/domain/order.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { createWallClock } from '../../../src/engine/clock.ts';
import { createAccountClient } from '../../../src/exchange/ccxt/client.ts';
import { connect } from '../../../src/exchange/ccxt/connection.ts';
import type { Credentials } from '../../../src/exchange/ccxt/plan.ts';
import type { DialectName } from '../../../src/exchange/emulator/dialect.ts';
import type { TestEmulator } from '../../support/emulator.ts';
import {
  type ExchangeEmergency,
  openEmergencyClient,
} from '../../../src/exchange/ccxt/emergency-client.ts';
import type { VenueOrder } from '../../../src/domain/venue.ts';
import type { Answer } from '../../../src/ports.ts';
import {
  type Account,
  ask,
  hurried,
  openExchange,
  orderOf,
  priceAt,
  refOf,
} from './account-kit.ts';

/** Requests that every client repeats for its clock and its list of markets. */
const UPKEEP = /time|exchangeInfo|AssetPairs|Assets|requests/i;

/** The clock asks in between: a fault is for one question alone. */
const PATHS = {
  binance: { orders: '/openOrders', account: '/account', create: '/order' },
  kraken: { orders: '/OpenOrders', account: '/Balance', create: '/AddOrder' },
} as const;

/** The value of a call that must succeed. */
async function valueOf<T>(call: (answer: Answer<T>) => void): Promise<T> {
  const result = await ask(call);
  if (!result.ok) throw new Error(`${result.fault.kind}: ${result.fault.reason}`);
  return result.value;
}

function credentialsOf(emulator: TestEmulator): Credentials {
  const { apiKey, secret } = emulator.credentials();
  return { key: Secret.of(apiKey), secret: Secret.of(secret), passphrase: null };
}

/** An account whose numbers for signatures come from where the emergency client's come from. */
async function openShared(dialect: DialectName, nonce: () => number): Promise<Account> {
  const emulator = await openExchange(dialect);
  const { symbol } = required(emulator.core.market.allMarkets[0], 'a market');
  const { endpoint } = emulator;
  const plan = {
    id: dialect,
    account: 'main',
    venue: 'live',
    endpoint,
    symbols: [symbol],
  } as const;
  const clock = createWallClock();
  const now = (): number => clock.now();
  const log = (): void => undefined;
  const credentials = credentialsOf(emulator);
  const opened = () => connect({ plan, credentials, nonce, now, log });
  const connection = await hurried(dialect, opened);
  const accountId = `${dialect}:main`;
  const client = createAccountClient({ connection, plan, accountId, now, log });
  const close = async (): Promise<void> => {
    client.close();
    await connection.close();
    await emulator.close();
  };
  const market = required(connection.markets[0], 'a market');
  return { emulator, connection, client, accountId, market, logs: [], close };
}

describe.each(['binance', 'kraken'] as const)('the emergency client at %s', (dialect) => {
  let account: Account;
  let emergency: ExchangeEmergency;

  beforeAll(async () => {
    const board = new Board();
    account = await openShared(dialect, () => board.nextNonce());
    const { connection, accountId } = account;
    const raw = connection.data.markets ?? {};
    emergency = await openEmergencyClient({
      plan: connection.plan,
      credentials: credentialsOf(account.emulator),
      nonce: () => board.nextNonce(),
      markets: connection.plan.symbols.map((symbol) => raw[symbol]),
      accountId,
      now: () => connection.clock.now(),
    });
  });
  afterEach(() => {
    account.emulator.control.clear();
    account.emulator.control.cancelOutside('main');
  });
  afterAll(async () => {
    emergency.close();
    await account.close();
  });

  const place = async (change: Parameters<typeof orderOf>[1] = {}): Promise<Order> => {
    const order = orderOf(account, change);
    await valueOf<VenueOrder>((answer) => account.client.createOrder(order, answer));
    return order;
  };
  const entry = (): Promise<Order> => place({ type: 'limit', price: priceAt(account, 0.9) });
  const stop = (): Promise<Order> =>
    place({
      role: 'protective',
      side: 'sell',
      type: 'stop',
      // What was bought, less its fee, is more than this.
      quantity: quantizeNumber(0.001, account.market.stepSize, 'up'),
      triggerPrice: priceAt(account, 0.8),
      reduceOnly: true,
    });
  const open = (): Promise<readonly VenueOrder[]> =>
    valueOf((answer: Answer<readonly VenueOrder[]>) => emergency.fetchOpenOrders(answer));
  const held = async (): Promise<readonly string[]> => {
    const { positions } = await valueOf(emergency.fetchAccount);
    return [...positions.keys()];
  };
  const clear = (known: readonly Order[], stopKind: 'halt' | 'flatten'): Promise<Cleared> =>
    new Promise((resolve) => {
      // Waits pass at once, and nothing else takes time.
      let now = 0;
      const clearance = new Clearance({
        client: emergency,
        known: known.map((order) => refOf(order)),
        isLater: () => false,
        after: (ms, run) =>
          void setTimeout(() => {
            now += ms;
            run();
          }, 0),
        now: () => now,
        onDone: resolve,
      });
      clearance.start();
      if (stopKind === 'flatten') clearance.closeAll();
    });

  test('cancels by our own ids, one request each, markets unasked', async () => {
    const orders = [await entry(), await entry(), await entry()];
    const { control } = account.emulator;
    control.forgetRequests();
    await Promise.all(
      orders.map((order) =>
        valueOf((answer: Answer<void>) => emergency.cancelOrder(refOf(order), answer)),
      ),
    );
    const sent = control.requests().filter(({ path }) => !UPKEEP.test(path));
    expect(sent.filter(({ method }) => method !== 'WS')).toHaveLength(orders.length);
    expect(await open()).toEqual([]);
  });

  test('says that an order is not open where it is gone', async () => {
    const order = await entry();
    account.emulator.control.cancelOutside('main');
    const result = await ask((answer: Answer<void>) => emergency.cancelOrder(refOf(order), answer));
    expect(result).toMatchObject({ ok: false, fault: { kind: 'notFound' } });
  });

  test('a halt takes entries, known or not, leaves stops, and proves it', async () => {
    await place();
    const known = await entry();
    await entry();
    const guard = await stop();
    const cleared = await clear([known], 'halt');
    expect(cleared).toMatchObject({ verified: true, open: 0, kept: 1, problem: null });
    expect((await open()).map(({ clientOrderId }) => clientOrderId)).toEqual([guard.id]);
  });

  test('a flatten sells what is held, though a stop has locked it', async () => {
    await place();
    const guard = await stop();
    const cleared = await clear([await entry(), guard], 'flatten');
    expect(cleared).toMatchObject({ verified: true, open: 0, kept: 0, holdings: [] });
    expect(await open()).toEqual([]);
    expect(await held()).toEqual([]);
    const { balances } = account.emulator.control.dump('main');
    const coin = balances.find(({ asset }) => asset === account.market.base);
    expect(Number(required(coin, 'the coin').locked)).toBe(0);
  });

  // An empty list out of a page that is none would prove a stop that was not carried out.
  test.each(['html', 'empty', 'truncate', 'badGateway'] as const)(
    'an answer that is %s proves nothing',
    async (fault) => {
      await place();
      await entry();
      const { control } = account.emulator;
      control.fault({ fault, path: PATHS[dialect].orders, times: 1 });
      expect(await ask(emergency.fetchOpenOrders)).toMatchObject({ ok: false });
      control.fault({ fault, path: PATHS[dialect].account, times: 1 });
      expect(await ask(emergency.fetchAccount)).toMatchObject({ ok: false });
      control.fault({ fault, path: PATHS[dialect].create, times: 1 });
      const close = ask<void>((answer) =>
        emergency.closePosition({ symbol: account.market.symbol, quantity: ONE }, answer),
      );
      expect(await close).toMatchObject({ ok: false });
    },
  );

  test('an exchange that is closed is an answer, not a throw', async () => {
    account.emulator.control.setMaintenance(true);
    const result = await ask(emergency.fetchOpenOrders);
    expect(result).toMatchObject({ ok: false });
  });
});
