/** A local Kraken in this process, and the library's own client on it, unmodified. */
import { afterEach } from 'vitest';

import { required } from '../../../../src/domain/errors.ts';
import { findExchange } from '../../../../src/exchange/ccxt/catalog.ts';
import { loadExchangeClass } from '../../../../src/exchange/ccxt/load.ts';
import type { KrakenLimits } from '../../../../src/exchange/emulator/kraken/counters.ts';
import { KrakenDialect } from '../../../../src/exchange/emulator/kraken/dialect.ts';
import { type TestEmulator, openEmulator } from '../../../support/emulator.ts';

/** A test asks more often than a person: nothing is refused for it. */
const ENDLESS = { max: 1e9, decayPerSecond: 0 };
export const GENEROUS: KrakenLimits = {
  private: ENDLESS,
  trading: ENDLESS,
  public: ENDLESS,
  patience: 20,
  lockoutMs: 900_000,
};

/** Part of an answer, whatever it is. */
export type Row = Readonly<Record<string, unknown>>;

/** The library's client as calls by name: answers are looked into, never typed. */
export interface KrakenClient {
  call(name: string, ...args: readonly unknown[]): Promise<Row>;
  /** The same for calls that answer a list. */
  list(name: string, ...args: readonly unknown[]): Promise<readonly Row[]>;
  /** Order books the client keeps, by symbol. */
  readonly books: Readonly<Record<string, { readonly bids: unknown; readonly asks: unknown }>>;
  close(): Promise<void>;
}

interface ClientOptions {
  readonly account?: string;
  readonly config?: object;
  /** False: its requests have the numbers that the library gives them. */
  readonly countsRequests?: boolean;
}

/** What is open is closed after each test of a file that calls this. */
export function krakenTests(): {
  readonly openKraken: (limits?: KrakenLimits) => Promise<TestEmulator>;
  readonly clientOf: (emulator: TestEmulator, of?: ClientOptions) => Promise<KrakenClient>;
} {
  const open: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    // The newest first: clients before the exchange they are on.
    while (open.length > 0) await open.pop()?.close();
  });
  return {
    async openKraken(limits = GENEROUS) {
      const create = (core: ConstructorParameters<typeof KrakenDialect>[0]): KrakenDialect =>
        new KrakenDialect(core, limits);
      const emulator = await openEmulator({ dialect: 'kraken', create });
      open.push(emulator);
      return emulator;
    },
    async clientOf(emulator, of = {}) {
      const client = await createClient(emulator, of);
      open.push(client);
      return client;
    },
  };
}

/**
 * The client of an account; its own pace is switched off, and its numbers rise by one, where it
 * takes the milliseconds of the machine: two requests within one would have the same.
 */
async function createClient(emulator: TestEmulator, of: ClientOptions): Promise<KrakenClient> {
  const { Exchange } = required(await loadExchangeClass('kraken'), 'the class of kraken');
  const urls = required(findExchange('kraken')?.endpointUrls, 'addresses');
  const http = emulator.endpoint;
  const raw = new Exchange({
    ...emulator.credentials(of.account),
    enableRateLimit: false,
    number: String,
    newUpdates: true,
    urls: { api: urls(http, http.replace('http', 'ws')) },
    ...of.config,
  }) as unknown as Record<string, (...args: readonly unknown[]) => Promise<never>> & {
    nonce: () => number;
    orderbooks: KrakenClient['books'];
  };
  let last = 0;
  if (of.countsRequests !== false) raw.nonce = () => (last += 1);
  const call = async (name: string, ...args: readonly unknown[]): Promise<never> =>
    required(raw[name], `call ${name}`).call(raw, ...args);
  await call('loadHttpProxyAgent');
  await call('loadMarkets');
  return {
    call,
    list: call,
    get books() {
      return raw.orderbooks;
    },
    close: async () => void (await call('close')),
  };
}

/** The class and the words of what a call throws; fails when it throws nothing. */
export async function refusalOf(promise: Promise<unknown>): Promise<readonly [string, string]> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const words = /"error":\["([^"]*)"\]/.exec(error.message)?.[1];
    return [error.constructor.name, words ?? error.message];
  }
  throw new Error('nothing was refused');
}
