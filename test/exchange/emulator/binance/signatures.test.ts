import { describe, expect, test } from 'vitest';

import { EMULATOR_START } from '../../../support/emulator.ts';
import {
  type Client,
  RawSocket,
  ask,
  openBinance,
  openTrading,
  sign,
  signMessage,
} from './binance-kit.ts';

describe('signatures of the local Binance', () => {
  const text = `timestamp=${EMULATOR_START}&recvWindow=5000`;
  const path = '/api/v3/account';

  test('are made over the raw text, in the order it was sent', async () => {
    const emulator = await openBinance();
    const { apiKey, secret } = emulator.credentials();
    const headers = { 'X-MBX-APIKEY': apiKey };
    const good = await ask(emulator, `${path}?${sign(secret, text)}`, { headers });
    expect(good.status).toBe(200);
    const turned = sign(secret, text).replace(text, text.split('&').reverse().join('&'));
    expect((await ask(emulator, `${path}?${turned}`, { headers })).body).toMatchObject({
      code: -1022,
    });
    const escaped = `${text}&newClientOrderId=a%2db`;
    const kept = await ask(emulator, `${path}?${sign(secret, escaped)}`, { headers });
    expect(kept.status).toBe(200);
  });

  test.each([
    ['no key', 401, -2014, {}, (secret: string) => sign(secret, text)],
    ['an unknown key', 401, -2015, { 'X-MBX-APIKEY': 'x' }, (of: string) => sign(of, text)],
    ['no signature', 400, -1102, null, () => text],
    ['no timestamp', 400, -1102, null, (of: string) => sign(of, 'recvWindow=5000')],
    ['a window too long', 400, -1131, null, (of: string) => sign(of, `${text}0000`)],
    ['a signature of nothing', 400, -1022, null, () => `${text}&signature=zz`],
  ] as const)('%s is refused', async (_what, status, code, headers, query) => {
    const emulator = await openBinance();
    const { apiKey, secret } = emulator.credentials();
    const own = headers ?? { 'X-MBX-APIKEY': apiKey };
    const reply = await ask(emulator, `${path}?${query(secret)}`, { headers: own });
    expect(reply).toMatchObject({ status, body: { code } });
  });

  test('of the WebSocket API are made over the sorted names', async () => {
    const emulator = await openBinance();
    const socket = await RawSocket.open(emulator, '/ws-api/v3');
    const params = signMessage(emulator.credentials(), { timestamp: EMULATOR_START });
    expect(await socket.ask({ id: 'a', method: 'account.status', params })).toMatchObject({
      id: 'a',
      status: 200,
      rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT' }],
    });
    const changed = { ...params, recvWindow: 6_000 };
    expect(await socket.ask({ id: 'b', method: 'account.status', params: changed })).toMatchObject({
      id: 'b',
      status: 400,
      error: { code: -1022 },
    });
    expect(await socket.ask({ id: 'c', method: 'no.such' })).toMatchObject({ status: 400 });
    expect(await socket.ask('[')).toMatchObject({ id: null, status: 400 });
  });

  test('a path that does not exist is none of the dialect', async () => {
    const emulator = await openBinance();
    expect((await ask(emulator, '/api/v3/nosuch')).status).toBe(404);
    expect((await ask(emulator, '/sapi/v1/nosuch')).status).toBe(404);
  });
});

describe('the request weight of the local Binance', () => {
  const depth = '/api/v3/depth?symbol=BTCUSDT&limit=5000';
  const usedBy = async (client: Client): Promise<string | undefined> => {
    await client.fetchTime();
    return client.last_response_headers['X-Mbx-Used-Weight-1m'];
  };

  test('is told with every answer and begins anew each minute', async () => {
    const { client, emulator } = await openTrading();
    expect(await usedBy(client)).toBe('21');
    await client.fetchOpenOrders();
    await client.fetchBalance();
    expect(await usedBy(client)).toBe('122');
    emulator.advance(60_000);
    expect(await usedBy(client)).toBe('1');
  });

  test('beyond the limit is a wait, and a ban for whoever does not wait', async () => {
    const emulator = await openBinance();
    emulator.advance(20_000);
    for (let count = 0; count < 24; count += 1) await ask(emulator, depth);
    const refused = await ask(emulator, depth);
    expect(refused).toMatchObject({ status: 429, body: { code: -1003 } });
    expect(refused.headers.get('retry-after')).toBe('40');
    for (let count = 0; count < 19; count += 1) await ask(emulator, depth);
    const banned = await ask(emulator, depth);
    expect(banned).toMatchObject({ status: 418, body: { code: -1003 } });
    expect(banned.headers.get('retry-after')).toBe('120');
    emulator.advance(119_000);
    expect((await ask(emulator, '/api/v3/time')).status).toBe(418);
    emulator.advance(2_000);
    expect((await ask(emulator, '/api/v3/time')).status).toBe(200);
  });

  test('counts requests of the WebSocket API, too', async () => {
    const emulator = await openBinance();
    const socket = await RawSocket.open(emulator, '/ws-api/v3');
    expect(await socket.ask({ id: 1, method: 'exchangeInfo' })).toMatchObject({
      rateLimits: [{ limit: 6_000, count: 20 }],
    });
    expect(await socket.ask({ id: 2, method: 'time' })).toMatchObject({
      result: { serverTime: EMULATOR_START },
    });
  });
});
