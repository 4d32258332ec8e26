import { describe, expect, test } from 'vitest';

import { PRO_LIMITS } from '../../../../src/exchange/emulator/kraken/counters.ts';
import { apiSign } from '../../../../src/exchange/emulator/kraken/sign.ts';
import type { TestEmulator } from '../../../support/emulator.ts';
import { krakenTests, refusalOf } from './kraken-kit.ts';

const { openKraken, clientOf } = krakenTests();
const BTC = 'BTC/USDT';

/** One signed request, made by hand; the words of its refusal, or its result. */
async function ask(
  emulator: TestEmulator,
  of: {
    readonly name?: string;
    readonly nonce: string;
    readonly account?: string;
    readonly fields?: string;
    readonly key?: string;
    readonly sign?: string;
  },
): Promise<unknown> {
  const { apiKey, secret } = emulator.credentials(of.account);
  const path = `/0/private/${of.name ?? 'Balance'}`;
  const body = `nonce=${of.nonce}${of.fields === undefined ? '' : `&${of.fields}`}`;
  const sign = of.sign ?? apiSign({ path, nonce: of.nonce, body, secret });
  const response = await fetch(emulator.endpoint + path, {
    method: 'POST',
    headers: {
      'api-key': of.key ?? apiKey,
      'api-sign': sign,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body,
  });
  expect(response.status, 'a refusal is no failure of HTTP').toBe(200);
  const answer = (await response.json()) as { readonly error: string[]; readonly result?: unknown };
  return answer.error[0] ?? answer.result;
}

describe('keys, signatures and numbers', () => {
  test('the number of a request rises, for each key by itself', async () => {
    const emulator = await openKraken();
    expect(await ask(emulator, { nonce: '100' })).toMatchObject({ USDT: '10000.0000000000' });
    for (const nonce of ['100', '99', '-1', '1e9', 'x', '']) {
      expect(await ask(emulator, { nonce }), nonce).toBe('EAPI:Invalid nonce');
    }
    expect(await ask(emulator, { nonce: '101' })).toMatchObject({ USDT: '10000.0000000000' });
    const other = await ask(emulator, { nonce: '5', account: 'second' });
    expect(other).toMatchObject({ XXBT: '0.2500000000' });
  });

  test('a number is not taken from whoever cannot sign', async () => {
    const emulator = await openKraken();
    const bad = await ask(emulator, { nonce: '999', sign: 'AAAA' });
    expect(bad).toBe('EAPI:Invalid signature');
    expect(await ask(emulator, { nonce: '1' })).toMatchObject({ USDT: '10000.0000000000' });
  });

  test('unknown and revoked keys are refused', async () => {
    const emulator = await openKraken();
    expect(await ask(emulator, { nonce: '1', key: 'nobody' })).toBe('EAPI:Invalid key');
    emulator.control.setKey('main', { revoked: true });
    expect(await ask(emulator, { nonce: '2' })).toBe('EAPI:Invalid key');
    const client = await clientOf(emulator);
    expect(await refusalOf(client.call('fetchBalance'))).toEqual([
      'AuthenticationError',
      'EAPI:Invalid key',
    ]);
  });

  test('the client as it is numbers its requests by the milliseconds of the machine', async () => {
    const emulator = await openKraken();
    const asItIs = await clientOf(emulator, { countsRequests: false });
    expect(await asItIs.call('fetchBalance')).toMatchObject({ USDT: { free: '10000' } });
    const behind = await clientOf(emulator);
    expect(await refusalOf(behind.call('fetchBalance')), 'its numbers begin at one').toEqual([
      'InvalidNonce',
      'EAPI:Invalid nonce',
    ]);
  });

  test('a key that may only look does not trade', async () => {
    const client = await clientOf(await openKraken(), { account: 'readonly' });
    expect(await client.call('fetchBalance')).toMatchObject({ USDT: { free: '10000' } });
    for (const [name, ...args] of [
      ['createOrder', BTC, 'limit', 'buy', '0.01', '50000'],
      ['cancelAllOrders'],
    ] as const) {
      expect(await refusalOf(client.call(name, ...args))).toEqual([
        'PermissionDenied',
        'EGeneral:Permission denied',
      ]);
    }
  });

  test('unknown calls and money calls have refusals of their own', async () => {
    const emulator = await openKraken();
    const unknown = await ask(emulator, { nonce: '1', name: 'Nothing' });
    expect(unknown).toBe('EGeneral:Unknown method');
    expect(await ask(emulator, { nonce: '2', name: 'Withdraw' })).toBe(
      'EGeneral:Permission denied',
    );
    const page = await fetch(`${emulator.endpoint}/0/private/Balance`);
    expect(await page.json()).toEqual({ error: ['EGeneral:Unknown method'] });
    const malformed = await fetch(`${emulator.endpoint}/0/private/Balance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[1',
    });
    expect(await malformed.json()).toEqual({ error: ['EGeneral:Invalid arguments'] });
    expect((await fetch(`${emulator.endpoint}/1/public/Time`)).status).toBe(404);
  });
});

describe('refused orders, and what the real client makes of them', () => {
  const LONG = 'td0123456789abcdefe';
  test.each<[string, readonly unknown[], readonly [string, string]]>([
    [
      'too dear',
      ['limit', 'buy', '5', '60000'],
      ['InsufficientFunds', 'EOrder:Insufficient funds'],
    ],
    [
      'coins that are not there',
      ['market', 'sell', '9'],
      ['InsufficientFunds', 'EOrder:Insufficient funds'],
    ],
    [
      'too cheap',
      ['limit', 'buy', '0.00001', '50000'],
      ['ExchangeError', 'EOrder:Cost minimum not met'],
    ],
    [
      'post-only that would take',
      ['limit', 'buy', '0.01', '90000', { postOnly: true }],
      ['ExchangeError', 'EOrder:Post only order'],
    ],
    [
      'our id as it is',
      ['limit', 'buy', '0.01', '50000', { clientOrderId: LONG }],
      ['ExchangeError', 'EGeneral:Invalid arguments:cl_ord_id'],
    ],
    [
      'a time in force that it does not know',
      ['limit', 'buy', '0.01', '50000', { timeInForce: 'FOK' }],
      ['ExchangeError', 'EGeneral:Invalid arguments:timeinforce'],
    ],
    [
      'both names of an order',
      ['limit', 'buy', '0.01', '50000', { clientOrderId: 'a1', userref: 7 }],
      ['ExchangeError', 'EGeneral:Invalid arguments:cl_ord_id'],
    ],
    [
      'reduce-only without margin',
      ['limit', 'sell', '0.01', '90000', { reduceOnly: true }],
      ['ExchangeError', 'EOrder:Reduce only:No position exists'],
    ],
    [
      'a deadline that is over',
      ['limit', 'buy', '0.01', '50000', { deadline: '2026-11-20T11:59:59Z' }],
      ['ExchangeError', 'EService:Deadline elapsed'],
    ],
    [
      'a type that it does not know',
      ['iceberg', 'buy', '0.01', undefined],
      ['ExchangeError', 'EGeneral:Invalid arguments:ordertype'],
    ],
    [
      'more digits than the pair has',
      ['market', 'buy', '0.01', undefined, { stopLossPrice: 80000, price: '80000.123' }],
      [
        'ExchangeError',
        'EOrder:Invalid price:BTC/USDT price can only be specified up to 2 decimals.',
      ],
    ],
  ])('%s', async (_, [type, side, amount, price, params], refusal) => {
    const client = await clientOf(await openKraken(), { account: 'second' });
    const made = client.call('createOrder', BTC, type, side, amount, price, params ?? {});
    expect(await refusalOf(made)).toEqual(refusal);
    expect(await client.list('fetchOpenOrders')).toEqual([]);
  });

  test('a halted market takes no orders, an unknown one is none', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    emulator.control.setStatus(BTC, 'halted');
    const order = client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
    expect(await refusalOf(order)).toEqual([
      'OnMaintenance',
      'EService:Market in cancel_only mode',
    ]);
    const pair = { pair: 'NOPE', type: 'buy', ordertype: 'market', volume: '1' };
    expect(await refusalOf(client.call('privatePostAddOrder', pair))).toEqual([
      'ExchangeError',
      'EQuery:Unknown asset pair',
    ]);
  });

  test('what is not there is not changed, canceled or found', async () => {
    const client = await clientOf(await openKraken());
    const id = 'OAAAAA-AAAAA-AAAAAA';
    const [cancel, find] = [client.call('cancelOrder', id), client.call('fetchOrder', id)];
    expect(await refusalOf(cancel)).toEqual(['OrderNotFound', 'EOrder:Unknown order']);
    expect((await refusalOf(find))[0]).toBe('OrderNotFound');
    const edit = client.call('editOrder', id, BTC, 'limit', 'buy', '0.01', '50000');
    expect(await refusalOf(edit)).toEqual(['InvalidOrder', 'EOrder:Unknown order']);
    const strange = client.call('fetchOrder', 'x', BTC, { clientOrderId: 'abc' });
    expect(await refusalOf(strange)).toEqual(['InvalidOrder', 'EOrder:Invalid order']);
  });

  test('an amend that cannot be is refused, and the order stays', async () => {
    const client = await clientOf(await openKraken());
    const made = await client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
    const edit = (amount: string, price: string, params: object = {}) =>
      refusalOf(client.call('editOrder', made['id'], BTC, 'limit', 'buy', amount, price, params));
    expect(await edit('3', '50000')).toEqual(['InsufficientFunds', 'EOrder:Insufficient funds']);
    expect(await edit('0.01', '90000', { postOnly: true })).toEqual([
      'ExchangeError',
      'EOrder:Post only order',
    ]);
    expect(await client.list('fetchOpenOrders', BTC)).toMatchObject([
      { amount: '0.01000000', price: '50000.00' },
    ]);
  });
});

describe('limits and states of the exchange', () => {
  test('a counter of requests rises and runs down; who goes on is locked out', async () => {
    const emulator = await openKraken(PRO_LIMITS);
    let nonce = 0;
    const balance = () => ask(emulator, { nonce: String((nonce += 1)) });
    const history = () => ask(emulator, { nonce: String((nonce += 1)), name: 'TradesHistory' });
    for (let count = 0; count < 9; count += 1) expect(await history()).toMatchObject({ count: 0 });
    expect(await balance()).toMatchObject({ USDT: '10000.0000000000' });
    expect(await history(), 'counts twice').toBe('EAPI:Rate limit exceeded');
    expect(await balance()).toMatchObject({ USDT: '10000.0000000000' });
    expect(await balance()).toBe('EAPI:Rate limit exceeded');
    emulator.control.setSkew(2_000);
    expect(await balance()).toMatchObject({ USDT: '10000.0000000000' });
    for (let count = 0; count < 1 + PRO_LIMITS.patience; count += 1) await history();
    expect(await balance()).toBe('EGeneral:Temporary lockout');
    emulator.control.setSkew(60_000);
    expect(await balance(), 'time alone is not enough').toBe('EGeneral:Temporary lockout');
    emulator.control.setSkew(60_000 + PRO_LIMITS.lockoutMs);
    expect(await balance()).toMatchObject({ USDT: '10000.0000000000' });
  });

  test('orders have a counter of their own for each pair; cancels are never refused', async () => {
    const trading = { max: 3, decayPerSecond: 1 };
    const emulator = await openKraken({ ...PRO_LIMITS, trading });
    const client = await clientOf(emulator);
    const make = () => client.call('createOrder', BTC, 'limit', 'buy', '0.001', '50000');
    const made = [await make(), await make(), await make()];
    const words = ['DDoSProtection', 'EOrder:Rate limit exceeded'];
    expect(await refusalOf(make())).toEqual(words);
    await client.call('createOrder', 'ETH/USDT', 'limit', 'buy', '0.01', '2000');
    for (const { id } of made) await client.call('cancelOrder', id);
    expect(await refusalOf(make())).toEqual(words);
    emulator.control.setSkew(3_000);
    expect(await make()).toMatchObject({ symbol: BTC });
  });

  test('public requests are counted, too', async () => {
    const emulator = await openKraken({ ...PRO_LIMITS, public: { max: 3, decayPerSecond: 1 } });
    const client = await clientOf(emulator);
    await client.call('fetchTime');
    expect(await refusalOf(client.call('fetchTime'))).toEqual([
      'DDoSProtection',
      'EAPI:Rate limit exceeded',
    ]);
  });

  test('maintenance, bans and timeouts are told in the words of the exchange', async () => {
    const emulator = await openKraken();
    const client = await clientOf(emulator);
    const { control } = emulator;
    control.setMaintenance(true);
    expect(await refusalOf(client.call('fetchBalance'))).toEqual([
      'ExchangeNotAvailable',
      'EService:Unavailable',
    ]);
    control.setMaintenance(false);
    control.ban(60);
    expect(await refusalOf(client.call('fetchBalance'))).toEqual([
      'DDoSProtection',
      'EGeneral:Temporary lockout',
    ]);
    control.ban(0);
    control.fault({ fault: 'timeoutCode', path: 'AddOrder' });
    const made = client.call('createOrder', BTC, 'limit', 'buy', '0.01', '50000');
    expect(await refusalOf(made)).toEqual(['ExchangeNotAvailable', 'EGeneral:Internal error']);
    expect(await client.list('fetchOpenOrders'), 'it was carried out').toHaveLength(1);
  });
});
