import { afterEach, describe, expect, it } from 'vitest';
import { toText } from '../../../src/domain/decimal.ts';
import type { VenueAccount, VenueFill, VenueOrder } from '../../../src/domain/venue.ts';
import { fetchKeyPermissions } from '../../../src/exchange/ccxt/permissions.ts';
import type { KeyPermissions } from '../../../src/exchange/ccxt/plan.ts';
import type { PermissionWay } from '../../../src/exchange/ccxt/row.ts';
import { valueOf } from '../practice/practice-kit.ts';
import { GEMINI_LIST } from './answers-kit.ts';
import { answered, NOW, openAccountOf, orderOf, OUR_ID, type Scripted } from './golden-kit.ts';
import { openScripted, type WireAnswer } from './wire-kit.ts';

const IDS = ['binance', 'kraken', 'gemini', 'cryptocom'] as const;
const PLACED = NOW - 60_000;

const opened: Pick<Scripted, 'instance'>[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ instance }) => instance.close()));
});

async function open(id: string): Promise<Scripted> {
  const account = await openAccountOf(id);
  opened.push(account);
  return account;
}

describe.each(IDS)('what %s says', (id) => {
  it('of an order is read to the last digit', async () => {
    const { client, symbol } = await open(id);
    const ref = { symbol, orderId: OUR_ID, venueOrderId: '4242' };
    const order = valueOf(await answered<VenueOrder>((answer) => client.fetchOrder(ref, answer)));
    expect(order).toMatchObject({
      accountId: `${id}:main`,
      symbol,
      venueOrderId: '4242',
      clientOrderId: OUR_ID,
      side: 'buy',
      type: 'limit',
      status: 'open',
      averagePrice: null,
      triggerPrice: null,
    });
    const { quantity, price, filled } = order;
    expect([quantity, price ?? quantity, filled].map(toText)).toEqual(['0.0125', '50000', '0']);
  });

  it('is found by our own id', async () => {
    const { client, symbol } = await open(id);
    const ref = { symbol, orderId: OUR_ID, venueOrderId: null };
    const order = valueOf(await answered<VenueOrder>((answer) => client.fetchOrder(ref, answer)));
    expect(order).toMatchObject({ venueOrderId: '4242', clientOrderId: OUR_ID });
  });

  it('to a new order is that order', async () => {
    const { client, symbol } = await open(id);
    const shape = { type: 'limit', timeInForce: 'GTC', postOnly: false } as const;
    const asked = orderOf(shape, { symbol, side: 'buy' });
    const order = valueOf(
      await answered<VenueOrder>((answer) => client.createOrder(asked, answer)),
    );
    expect(order).toMatchObject({ venueOrderId: '4242', clientOrderId: OUR_ID, status: 'open' });
    expect(order.quantity).toBe(asked.quantity);
  });

  it('of open orders is a list of them', async () => {
    const { client } = await open(id);
    const orders = valueOf(
      await answered<readonly VenueOrder[]>((answer) => client.fetchOpenOrders(answer)),
    );
    expect(orders.map(({ venueOrderId }) => venueOrderId)).toEqual(['4242']);
  });

  it('of a fill is read to the last digit, its fee with its asset', async () => {
    const { client, symbol } = await open(id);
    const [fill] = valueOf(
      await answered<readonly VenueFill[]>((answer) => client.fetchFills(PLACED, answer)),
    );
    expect(fill).toMatchObject({
      symbol,
      id: '77',
      venueOrderId: '4242',
      side: 'buy',
      time: PLACED,
      liquidity: 'taker',
    });
    expect(fill && [toText(fill.price), toText(fill.quantity)]).toEqual(['49999.5', '0.005']);
    const fee = {
      binance: '0.000005 BTC',
      kraken: '0.64999 USD',
      gemini: '0.99999 USD',
      cryptocom: '0.000005 BTC',
    }[id];
    expect(fill && `${toText(fill.fee)} ${fill.feeAsset}`).toBe(fee);
  });

  it('of money counts what is locked in orders', async () => {
    const { client, symbol } = await open(id);
    const { balances } = valueOf(
      await answered<VenueAccount>((answer) => client.fetchAccount(answer)),
    );
    const quote = symbol.split('/')[1] ?? '';
    const texts = ['BTC', quote].map((asset) => toText(balances.get(asset) ?? valueOfNothing()));
    expect(texts).toEqual(['1.005', '9375']);
  });
});

describe('an order of gemini by our own id', () => {
  it.each([
    ['is read of a list of one', GEMINI_LIST, '4242'],
    ['is not believed of a list of two', [...GEMINI_LIST, ...GEMINI_LIST], 'unknownOutcome'],
    ['is not taken for absent where the list is empty', [], 'unknownOutcome'],
  ])('%s', async (_name, list, found) => {
    const account = await openAccountOf('gemini', { 'POST /v1/order/status': list });
    opened.push(account);
    const { client, symbol } = account;
    const ref = { symbol, orderId: OUR_ID, venueOrderId: null };
    const result = await answered<VenueOrder>((answer) => client.fetchOrder(ref, answer));
    expect(result.ok ? result.value.venueOrderId : result.fault.kind).toBe(found);
  });
});

function valueOfNothing(): never {
  throw new Error('no such asset');
}

const TOLD: KeyPermissions = {
  read: true,
  trade: true,
  withdraw: false,
  transfer: false,
  ipRestricted: false,
};
const UNTOLD: KeyPermissions = {
  read: null,
  trade: null,
  withdraw: null,
  transfer: null,
  ipRestricted: null,
};

const binanceKey = (change: object): WireAnswer => ({
  body: {
    ipRestrict: false,
    enableReading: true,
    enableSpotAndMarginTrading: true,
    enableWithdrawals: false,
    enableInternalTransfer: false,
    permitsUniversalTransfer: false,
    ...change,
  },
});
const krakenKey = (permissions: unknown, more: object = {}): WireAnswer => ({
  body: { error: [], result: { permissions, ipAllowlist: [], ...more } },
});
const krakenError = (error: string): WireAnswer => ({ body: { error: [error] } });
const KRAKEN_TRADER = ['query-funds', 'query-open-trades', 'modify-trades', 'close-trades'];
const okxKey = (perm: string, ip = ''): WireAnswer => ({
  body: { code: '0', msg: '', data: [{ perm, ip }] },
});

type Told = readonly [id: string, what: string, reply: WireAnswer, told: Partial<KeyPermissions>];

const KEYS: readonly Told[] = [
  ['binance', 'a key that trades', binanceKey({}), TOLD],
  ['binance', 'a key that withdraws', binanceKey({ enableWithdrawals: true }), { withdraw: true }],
  [
    'binance',
    'a key that transfers',
    binanceKey({ permitsUniversalTransfer: true }),
    { transfer: true },
  ],
  ['binance', 'a key of one address', binanceKey({ ipRestrict: true }), { ipRestricted: true }],
  ['binance', 'a page that is missing', { status: 404, body: '' }, UNTOLD],
  ['binance', 'an answer that nobody knows', { body: { weather: 'fine' } }, UNTOLD],
  [
    'binance',
    'a word in place of yes or no',
    binanceKey({ enableWithdrawals: 'perhaps' }),
    { withdraw: null },
  ],
  ['kraken', 'a key that trades', krakenKey(KRAKEN_TRADER), TOLD],
  [
    'kraken',
    'a key that withdraws',
    krakenKey([...KRAKEN_TRADER, 'withdraw-funds']),
    { withdraw: true },
  ],
  [
    'kraken',
    'a key of one address',
    krakenKey(KRAKEN_TRADER, { ipAllowlist: ['10.0.0.1'] }),
    { ipRestricted: true },
  ],
  ['kraken', 'no list', krakenKey(undefined), UNTOLD],
  ['kraken', 'an empty list', krakenKey([]), UNTOLD],
  ['kraken', 'a question that it does not know', krakenError('EGeneral:Unknown method'), UNTOLD],
  ['kraken', 'a key that may not ask', krakenError('EGeneral:Permission denied'), UNTOLD],
  ['binance', 'a page of something else', { body: '<html></html>' }, UNTOLD],
  ['binance', 'a method that is not allowed', { status: 405, body: '' }, UNTOLD],
  [
    'gemini',
    'a trader',
    { body: { isAuditor: false, isFundManager: false, isTrader: true } },
    { trade: true, withdraw: false, ipRestricted: null },
  ],
  [
    'gemini',
    'a fund manager',
    { body: { isAuditor: false, isFundManager: true, isTrader: true } },
    { withdraw: true, transfer: true },
  ],
  ['cryptocom', 'nothing is asked', { body: {} }, UNTOLD],
  ['okx', 'a key that trades', okxKey('read_only,trade'), { trade: true, withdraw: false }],
  [
    'okx',
    'a key that withdraws',
    okxKey('read_only,trade,withdraw', '10.0.0.1'),
    { withdraw: true, ipRestricted: true },
  ],
];

describe('what a key may do', () => {
  it.each(KEYS)('%s: %s', async (id, _what, reply, told) => {
    const scripted = await openScripted({ id }, () => reply);
    opened.push(scripted);
    expect(await fetchKeyPermissions(scripted.instance, scripted.row)).toMatchObject(told);
  });

  it.each<[string, string, WireAnswer]>([
    ['kraken', 'refuses the key', krakenError('EAPI:Invalid key')],
    ['kraken', 'has no time for it', krakenError('EGeneral:Internal error')],
    ['binance', 'refuses the key', { status: 401, body: { code: -2015, msg: 'Invalid API-key' } }],
    ['binance', 'has too many requests', { status: 429, body: { code: -1003, msg: 'Too many' } }],
    ['binance', 'breaks down', { status: 502, body: '<html></html>' }],
  ])('is not answered where %s %s', async (id, _what, reply) => {
    const scripted = await openScripted({ id }, () => reply);
    opened.push(scripted);
    await expect(fetchKeyPermissions(scripted.instance, scripted.row)).rejects.toThrow(Error);
  });

  it.each<[PermissionWay, string]>([
    ['bybitKeyInfo', 'bybit'],
    ['kucoinKeyInfo', 'kucoin'],
    ['coinbaseKeyPermissions', 'coinbase'],
  ])('by %s is not told where the answer has no such page', async (_way, id) => {
    const scripted = await openScripted({ id }, () => ({ status: 404, body: '' }));
    opened.push(scripted);
    const told = fetchKeyPermissions(scripted.instance, scripted.row).catch(() => 'not answered');
    expect([UNTOLD, 'not answered']).toContainEqual(await told);
  });

  it('is not told by an exchange that refuses the key: that is thrown', async () => {
    const scripted = await openScripted({ id: 'binance' }, () => ({
      status: 401,
      body: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' },
    }));
    opened.push(scripted);
    await expect(fetchKeyPermissions(scripted.instance, scripted.row)).rejects.toThrow(/-2015/);
  });
});
