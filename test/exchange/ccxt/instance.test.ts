import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { InputError, required } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { EXCHANGES, findExchange } from '../../../src/exchange/ccxt/catalog.ts';
import { ForbiddenHost, isAllowed } from '../../../src/exchange/ccxt/guard.ts';
import { createInstance, type Instance } from '../../../src/exchange/ccxt/instance.ts';
import type { ExchangePlan } from '../../../src/exchange/ccxt/plan.ts';
import { harmless, reasonOf } from '../../../src/exchange/ccxt/reason.ts';
import { openScripted } from './wire-kit.ts';
import type { ExchangeRow } from '../../../src/exchange/ccxt/row.ts';
import { unprovenRow } from '../../../src/exchange/ccxt/unproven.ts';

const KEY = 'canary-key-7f3a91';
const SECRET = 'canary-secret-b81c22';

/** Answers everything with an error that repeats what it was asked, and counts. */
let echo: Server;
let port = 0;
const heard: string[] = [];
beforeAll(async () => {
  echo = createServer((request, response) => {
    heard.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
    response.statusCode = 400;
    const key = String(request.headers['x-mbx-apikey'] ?? '');
    response.end(JSON.stringify({ code: -1100, msg: `bad ${request.url ?? ''} of ${key}` }));
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  port = (echo.address() as AddressInfo).port;
});
afterAll(() => {
  echo.closeAllConnections();
  echo.close();
});

const opened: Instance[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((instance) => instance.close()));
});

const credentials = () => ({ key: Secret.of(KEY), secret: Secret.of(SECRET), passphrase: null });
const planOf = (id: string, of: Partial<ExchangePlan> = {}): ExchangePlan => ({
  id,
  account: 'main',
  venue: 'live',
  endpoint: null,
  symbols: ['BTC/USDT'],
  ...of,
});
const rowOf = (id: string): ExchangeRow => required(findExchange(id), id);

async function open(plan: ExchangePlan, row = rowOf(plan.id)): Promise<Instance> {
  const instance = await createInstance({
    plan,
    row,
    credentials: credentials(),
    purpose: 'trading',
  });
  opened.push(instance);
  return instance;
}

const local = () => planOf('binance', { endpoint: `http://127.0.0.1:${port}` });
const refusalOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('a client of an exchange', () => {
  it('never repeats a request, and refuses a row that asks for it', async () => {
    const instance = await open(local());
    const before = heard.length;
    await refusalOf(instance.fetchTime());
    expect(heard.length - before).toBe(1);
    expect(instance.options['maxRetriesOnFailure']).toBe(0);
    const row = { ...rowOf('binance'), options: { maxRetriesOnFailure: 3 } };
    await expect(open(local(), row)).rejects.toThrow(/never repeated/);
  });

  it('reads money as exact text, and market data as numbers', async () => {
    const trading = await open(local());
    const data = await createInstance({
      plan: local(),
      row: rowOf('binance'),
      credentials: null,
      purpose: 'data',
    });
    opened.push(data);
    const read = (client: unknown) =>
      (client as { parseNumber(text: string): unknown }).parseNumber('0.1');
    expect([read(trading), read(data)]).toEqual(['0.1', 0.1]);
  });

  it.each(['binance', 'kraken', 'gemini'])('%s: subscribes five times a second', async (id) => {
    const { rateLimit, options } = await open(planOf(id));
    const { cost } = options['ws'] as { cost: number };
    expect(rateLimit * cost).toBeCloseTo(200);
  });

  it('carries no key in anything that prints, lists or copies it', async () => {
    const instance = await open(local());
    const error = await refusalOf(instance.raw('privateGetAccount'));
    const all = [
      inspect(instance, { depth: 12, showHidden: true, getters: false }),
      inspect({ instance }, { depth: 12 }),
      JSON.stringify({ instance }),
      Object.values(instance)
        .map((value) => inspect(value, { depth: 3 }))
        .join('\n'),
      Object.keys(instance).join('\n'),
      inspect({ ...instance }, { depth: 6 }),
      reasonOf(error, instance),
    ].join('\n');
    expect(all).not.toContain(KEY);
    expect(all).not.toContain(SECRET);
    // The exchange repeated the key in its own words.
    expect(String(error)).toContain(KEY);
    expect(reasonOf(error, instance)).toContain('***');
  });

  it('keeps no signed request', async () => {
    const instance = await open(local());
    await refusalOf(instance.raw('privateGetAccount'));
    const kept = instance as unknown as Record<string, unknown>;
    expect(kept['last_request_headers']).toBeUndefined();
    expect(kept['last_request_url']).toBeUndefined();
  });

  it('signs nothing once its keys are wiped', async () => {
    const held = credentials();
    const instance = await createInstance({
      plan: local(),
      row: rowOf('binance'),
      credentials: held,
      purpose: 'trading',
    });
    opened.push(instance);
    held.key.wipe();
    const before = heard.length;
    expect(await refusalOf(instance.raw('privateGetAccount'))).toMatchObject({ name: 'BugError' });
    expect(heard.length).toBe(before);
  });

  it('has no keys where it is for data', async () => {
    const instance = await createInstance({
      plan: local(),
      row: rowOf('binance'),
      credentials: credentials(),
      purpose: 'data',
    });
    opened.push(instance);
    const error = await refusalOf(instance.raw('privateGetAccount'));
    expect(error).toBeInstanceOf(instance.errors.AuthenticationError);
  });

  it('numbers its requests upwards, also when the clock goes back', async () => {
    const instance = await open(planOf('kraken'));
    const { nonce } = instance as unknown as { nonce: () => number };
    const numbers = [nonce(), nonce(), nonce()];
    // The exchange's clock is found to be a minute behind ours.
    instance.options['timeDifference'] = 60_000;
    numbers.push(nonce(), nonce());
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('takes its numbers from whoever else uses the key', async () => {
    let last = 41;
    const { instance, requests } = await openScripted(
      { id: 'kraken', nonce: () => (last += 1) },
      () => ({ body: { error: [], result: {} } }),
    );
    opened.push(instance);
    await instance.raw('privatePostBalanceEx');
    await instance.raw('privatePostBalanceEx');
    expect(requests.map(({ body }) => body)).toEqual(['nonce=42', 'nonce=43']);
  });

  it('sends no tag of a broker, and nothing that is undefined', async () => {
    const { instance, requests } = await openScripted({ id: 'cryptocom' }, () => ({
      body: { code: 0, result: {} },
    }));
    opened.push(instance);
    const params = { broker_id: 'CCXT', order_id: undefined, client_oid: 'x' };
    await instance.raw('v1PrivatePostPrivateCancelOrder', params);
    const sent = JSON.parse(requests[0]?.body ?? '{}') as { params?: unknown };
    expect(sent.params).toEqual({ client_oid: 'x' });
  });

  it('prints nothing, whatever a stream brings', async () => {
    const instance = await open(local());
    const printed = vi.spyOn(console, 'log').mockReturnValue(undefined);
    (instance as unknown as { log(...said: unknown[]): void }).log('\u001b[2J');
    expect(printed).not.toHaveBeenCalled();
  });
});

describe('where a client may go', () => {
  it('asks no other host than its exchange, by TLS alone', async () => {
    const instance = await open(planOf('binance'));
    const fetch = (url: string) =>
      refusalOf((instance as unknown as { fetch(url: string): Promise<unknown> }).fetch(url));
    const dial = (url: string) => () =>
      (instance as unknown as { client(url: string): unknown }).client(url);
    for (const url of [
      `http://127.0.0.1:${port}/api/v3/time`,
      'http://api.binance.com/api/v3/time',
      'https://api.binance.com.evil.example/api/v3/time',
      'https://evil.example/api.binance.com',
      'https://key@api.binance.com/',
      'undefined/0/public/Time',
    ]) {
      expect(await fetch(url), url).toBeInstanceOf(ForbiddenHost);
    }
    expect(dial('ws://stream.binance.com:9443/ws')).toThrow(ForbiddenHost);
    expect(dial('wss://evil.example/ws')).toThrow(ForbiddenHost);
  });

  it('asks nobody but the local exchange where it has one', async () => {
    const instance = await open(local());
    const fetch = (url: string) =>
      refusalOf((instance as unknown as { fetch(url: string): Promise<unknown> }).fetch(url));
    for (const url of ['http://127.0.0.1:1/', 'http://example.com/', 'https://api.binance.com/']) {
      expect(await fetch(url), url).toBeInstanceOf(ForbiddenHost);
    }
  });

  it('dials no other host either, whoever asks for it', async () => {
    const before = heard.length;
    const instance = await open(planOf('binance'));
    const { undiciModule, fetchDispatcher } = instance as unknown as {
      undiciModule: { request(url: string, options: object): Promise<unknown> };
      fetchDispatcher: unknown;
    };
    const asked = undiciModule.request(`http://127.0.0.1:${port}/`, {
      dispatcher: fetchDispatcher,
    });
    expect(await refusalOf(asked)).toBeInstanceOf(ForbiddenHost);
    const { agent } = instance as unknown as {
      agent: { createConnection(options: object): unknown };
    };
    expect(() => agent.createConnection({ host: 'evil.example', port: 443 })).toThrow(
      ForbiddenHost,
    );
    expect(heard.length).toBe(before);
  });

  it('reaches a local exchange alone where one is given', async () => {
    const instance = await open(local());
    const urls = (instance as unknown as { urls: { api: Record<string, unknown> } }).urls.api;
    expect(urls['public']).toBe(`http://127.0.0.1:${port}/api/v3`);
    // Futures keep their own addresses in the library; nothing of ours gets there.
    const error = await refusalOf(instance.raw('fapiPublicGetTime'));
    expect(error).toBeInstanceOf(ForbiddenHost);
  });

  it.each([
    ['http://10.0.0.1:8777', 'is not on this machine'],
    ['http://127.0.0.1.evil.example:8777', 'is not on this machine'],
    ['https://api.binance.com', 'is not on this machine'],
    ['http://0.0.0.0:8777', 'is not on this machine'],
    ['127.0.0.1:8777', 'is no address'],
    ['nonsense', 'is no address'],
    ['https://127.0.0.1:8777', 'is more than an address'],
    ['http://127.0.0.1:8777/api', 'is more than an address'],
    ['http://me:pw@127.0.0.1:8777', 'is more than an address'],
  ])('refuses the endpoint %s', async (endpoint, words) => {
    const error = await refusalOf(open(planOf('binance', { endpoint })));
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(words);
    expect(String(error)).toContain('config/exchanges/binance.json: endpoint');
  });

  it('takes an endpoint on each address of this machine', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const instance = await open(planOf('kraken', { endpoint: `http://${host}:${port}/` }));
      // Nobody answers at the last one; it was dialed.
      expect(await refusalOf(instance.fetchTime())).not.toBeInstanceOf(ForbiddenHost);
    }
  });

  it('has no endpoint for exchanges that are not spoken locally', async () => {
    const plan = planOf('gemini', { endpoint: `http://127.0.0.1:${port}` });
    await expect(open(plan)).rejects.toThrow(/has no local exchange/);
  });

  it.each(EXCHANGES.map(({ id }) => [id]))('every address of %s is its own', async (id) => {
    await open(planOf(id, { venue: 'data' }));
  });

  it('asks the hosts that the library names of an exchange nobody has proven', async () => {
    const row = await unprovenRow('bitvavo');
    expect(row.modes.live.offered).toBe(false);
    expect(row.hosts.live).toContain('api.bitvavo.com');
    expect(row.missingTimeframes).toContain('1s');
    expect(row.candlesPerCall).toBeGreaterThanOrEqual(100);
    await open(planOf('bitvavo', { venue: 'data' }), row);
    await expect(unprovenRow('nosuchexchange')).rejects.toThrow(/no exchange of this name/);
    await expect(unprovenRow('../../evil')).rejects.toThrow(/no exchange of this name/);
  });
});

describe('test systems', () => {
  it.each([['binance'], ['gemini'], ['cryptocom']])('%s goes to test hosts alone', async (id) => {
    const instance = await open(planOf(id, { venue: 'testnet' }));
    const row = rowOf(id);
    const reach = { kind: 'hosts', hosts: row.hosts.testnet } as const;
    const { api } = (instance as unknown as { urls: { api: Record<string, unknown> } }).urls;
    for (const key of row.testUrls.filter((one) => !one.includes('.'))) {
      expect(isAllowed(reach, String(api[key])), key).toBe(true);
    }
    for (const host of row.hosts.live) expect(row.hosts.testnet).not.toContain(host);
  });

  it.each([['kraken'], ['coinbase'], ['okx'], ['bybit'], ['kucoin'], ['htx'], ['bitstamp']])(
    '%s offers none',
    async (id) => {
      const error = await refusalOf(open(planOf(id, { venue: 'testnet' })));
      expect(error).toBeInstanceOf(InputError);
      expect(String(error)).toContain('is not offered');
    },
  );

  it('refuses one whose address is missing or not of a test host', async () => {
    const row = rowOf('binance');
    const missing = { ...row, testUrls: [...row.testUrls, 'sapi'] };
    await expect(open(planOf('binance', { venue: 'testnet' }), missing)).rejects.toThrow(
      /address sapi is missing/,
    );
    const wrong = { ...row, hosts: { ...row.hosts, testnet: ['testnet.example'] } };
    await expect(open(planOf('binance', { venue: 'testnet' }), wrong)).rejects.toThrow(
      /not one that is allowed/,
    );
    // The library does not throw where there is no test system: it empties its addresses.
    const kraken = { ...rowOf('kraken'), modes: row.modes, testUrls: ['public'] };
    await expect(open(planOf('kraken', { venue: 'testnet' }), kraken)).rejects.toThrow(InputError);
  });
});

describe('reasons', () => {
  it.each([
    ['GET https://api.binance.com/api/v3/account?signature=abc', 'GET api.binance.com'],
    ['{"signature":"deadbeef","x":1}', '{"signature":"***","x":1}'],
    ['apiKey=abc123&ok=1', 'apiKey=***&ok=1'],
    ['key mFk3k2j4h5g6f7d8s9a0q1w2e3r4t5y6u7i8o9p0 is wrong', 'key *** is wrong'],
    ['INSUFFICIENT_AVAILABLE_BALANCE', 'INSUFFICIENT_AVAILABLE_BALANCE'],
    ['order td0abcdefghij00001e is odd', 'order td0abcdefghij00001e is odd'],
    ['\u001b[31mred\u0007', 'red?'],
  ])('%j becomes %j', (text, shown) => {
    expect(harmless(text, null)).toBe(shown);
  });

  it('are short, however long the page', () => {
    expect(reasonOf(new Error('x'.repeat(1_000_000))).length).toBeLessThanOrEqual(200);
    expect(reasonOf(new Error('a1'.repeat(1_000_000))).length).toBeLessThanOrEqual(200);
  });
});
