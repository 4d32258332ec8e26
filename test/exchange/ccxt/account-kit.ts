/** An account of a local exchange, reached through the real library over the loopback interface. */
import { quantizeNumber } from '../../../src/domain/decimal.ts';
import { required } from '../../../src/domain/errors.ts';
import { type RunId, createOrderId } from '../../../src/domain/ids.ts';
import type { Market } from '../../../src/domain/market.ts';
import type { Order, OrderRequest } from '../../../src/domain/order.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type {
  OrderRef,
  VenueAccount,
  VenueFill,
  VenueOrder,
  VenueResult,
} from '../../../src/domain/venue.ts';
import { createWallClock } from '../../../src/engine/clock.ts';
import { createAccountClient } from '../../../src/exchange/ccxt/client.ts';
import { type Connection, connect } from '../../../src/exchange/ccxt/connection.ts';
import { loadExchangeClass } from '../../../src/exchange/ccxt/load.ts';
import type { AccountPlan } from '../../../src/exchange/emulator/accounts.ts';
import type { DialectName } from '../../../src/exchange/emulator/dialect.ts';
import { KrakenDialect } from '../../../src/exchange/emulator/kraken/dialect.ts';
import type { Answer, OrderChange, VenueClient } from '../../../src/ports.ts';
import { type TestEmulator, openEmulator } from '../../support/emulator.ts';
import { request } from '../../support/builders.ts';
import { ours } from '../practice/practice-kit.ts';

const RUN = 'abcdefghijk' as RunId;
/** Ids of one process never repeat, whichever emulator they go to. */
let orders = 0;

export interface Account {
  readonly emulator: TestEmulator;
  readonly connection: Connection;
  readonly client: VenueClient;
  readonly accountId: string;
  readonly market: Market;
  readonly logs: string[];
  close(): Promise<void>;
}

/** Nobody waits in a test: what is refused for its rate is refused on purpose. */
const WIDE = { max: 100_000, decayPerSecond: 1_000 };
const WIDE_LIMITS = { private: WIDE, trading: WIDE, public: WIDE, patience: 100, lockoutMs: 1 };

/**
 * A local exchange on the machine's time, which signatures carry. Its market stands still but for
 * what a test makes of it: nothing depends on when a test runs, or for how long.
 */
export async function openExchange(
  dialect: DialectName,
  accounts?: readonly AccountPlan[],
): Promise<TestEmulator> {
  const emulator = await openEmulator({
    dialect,
    time: 'real',
    ...(accounts ? { accounts } : {}),
    ...(dialect === 'kraken' ? { create: (core) => new KrakenDialect(core, WIDE_LIMITS) } : {}),
  });
  emulator.core.market.close();
  return emulator;
}

/** A connected account of a local exchange of its own. */
export async function openAccount(dialect: DialectName): Promise<Account> {
  const emulator = await openExchange(dialect);
  const reached = await reach(emulator, dialect);
  const close = async () => {
    await reached.close();
    await emulator.close();
  };
  return { ...reached, emulator, close };
}

/** A process at an account of an exchange that may have others. */
export async function reach(
  emulator: TestEmulator,
  dialect: DialectName,
  account = 'main',
): Promise<Omit<Account, 'emulator'>> {
  const { apiKey, secret } = emulator.credentials(account);
  const { symbol } = required(emulator.core.market.allMarkets[0], 'a market');
  const clock = createWallClock();
  const now = () => clock.now();
  const logs: string[] = [];
  const plan = {
    id: dialect,
    account,
    venue: 'live',
    endpoint: emulator.endpoint,
    symbols: [symbol],
  } as const;
  const log = ({ message }: { readonly message: string }) => void logs.push(message);
  const credentials = { key: Secret.of(apiKey), secret: Secret.of(secret), passphrase: null };
  const connection = await hurried(dialect, () => connect({ plan, credentials, now, log }));
  const accountId = `${dialect}:${account}`;
  const client = createAccountClient({ connection, plan, accountId, now, log });
  return {
    connection,
    client,
    accountId,
    market: required(connection.markets[0], 'a market'),
    logs,
    async close() {
      client.close();
      await connection.close();
    },
  };
}

/** Clients made meanwhile do not keep the library's pace, which is a request a second at Kraken. */
export async function hurried<T>(dialect: DialectName, work: () => Promise<T>): Promise<T> {
  const loaded = required(await loadExchangeClass(dialect), dialect);
  const { prototype } = loaded.Exchange as unknown as {
    prototype: { describe: (this: unknown) => object };
  };
  const { describe } = prototype;
  prototype.describe = function () {
    return { ...describe.call(this), rateLimit: 1 };
  };
  try {
    return await work();
  } finally {
    prototype.describe = describe;
  }
}

/** A client of its own at the same connection, as a restart makes one. */
export function again(account: Account): Account {
  const { connection, accountId, logs } = account;
  const clock = createWallClock();
  const log = ({ message }: { readonly message: string }) => void logs.push(message);
  const { plan } = connection;
  const now = () => clock.now();
  const client = createAccountClient({ connection, plan, accountId, now, log });
  return { ...account, client, close: () => Promise.resolve(client.close()) };
}

/** A new order with an id never used before: buys a little at the market. */
export function orderOf(
  { market, accountId }: Pick<Account, 'market' | 'accountId'>,
  change: Partial<OrderRequest> = {},
): Order {
  orders += 1;
  const made = request({ symbol: market.symbol, quantity: sizeOf(market), accountId, ...change });
  const id = createOrderId(RUN, orders, made.role);
  return { ...ours(id), ...made };
}

/** Worth about 150 quote at the usual prices of the local exchange. */
const sizeOf = (market: Market) => quantizeNumber(0.002, market.stepSize, 'up');

/** A limit price on the grid, as a part of the price now. */
export function priceAt({ emulator, market }: Account, factor: number) {
  const book = emulator.core.market.book(market.symbol);
  const best = required(book.bids[0], 'a bid').price;
  return quantizeNumber(best * factor, market.tickSize, 'nearest');
}

export const refOf = (order: Order, venueOrderId: string | null = null): OrderRef => ({
  symbol: order.symbol,
  orderId: order.id,
  venueOrderId,
});

/** The calls of a client as promises; a second answer to one of them is a failure of its own. */
export function promised(client: VenueClient) {
  return {
    create: (order: Order) => ask<VenueOrder>((answer) => client.createOrder(order, answer)),
    cancel: (ref: OrderRef) => ask<void>((answer) => client.cancelOrder(ref, answer)),
    amend: (ref: OrderRef, change: OrderChange) =>
      ask<VenueOrder>((answer) => client.amendOrder(ref, change, answer)),
    order: (ref: OrderRef) => ask<VenueOrder>((answer) => client.fetchOrder(ref, answer)),
    open: () => ask<readonly VenueOrder[]>((answer) => client.fetchOpenOrders(answer)),
    fills: (since: number) =>
      ask<readonly VenueFill[]>((answer) => client.fetchFills(since, answer)),
    account: () => ask<VenueAccount>((answer) => client.fetchAccount(answer)),
    setDeadMan: (ms: number) => ask<void>((answer) => client.setDeadMan?.(ms, answer)),
  };
}

/** One call as a promise. */
export function ask<T>(call: (answer: Answer<T>) => void): Promise<VenueResult<T>> {
  return new Promise((resolve, reject) => {
    let answers = 0;
    call((result) => {
      answers += 1;
      if (answers > 1) reject(new Error('answered twice'));
      resolve(result);
    });
  });
}
