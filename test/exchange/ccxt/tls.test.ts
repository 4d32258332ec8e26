import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { required } from '../../../src/domain/errors.ts';
import { findExchange } from '../../../src/exchange/ccxt/catalog.ts';
import { createInstance, type Instance } from '../../../src/exchange/ccxt/instance.ts';
import { reasonOf } from '../../../src/exchange/ccxt/reason.ts';
import { UNSIGNED } from './tls-fixture.ts';

/** What an exchange would be to somebody in the middle of the wire. */
let server: Server;
let address = '';
const heard: string[] = [];
beforeAll(async () => {
  server = createServer(UNSIGNED, (request, response) => {
    heard.push(request.url ?? '');
    response.end('{"serverTime":1}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const opened: Instance[] = [];
beforeEach(() => {
  heard.length = 0;
  // What switches certificates off everywhere else; Node says so on the way.
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((instance) => instance.close()));
});

/** A client of binance that believes the server to be one of its hosts. */
async function open(): Promise<Instance> {
  const row = required(findExchange('binance'), 'binance');
  const hosts = { ...row.hosts, live: [...row.hosts.live, '127.0.0.1'] };
  const instance = await createInstance({
    plan: { id: 'binance', account: 'main', venue: 'data', endpoint: null, symbols: [] },
    row: { ...row, hosts },
    credentials: null,
    purpose: 'data',
  });
  opened.push(instance);
  const { api } = (instance as unknown as { urls: { api: Record<string, unknown> } }).urls;
  api['public'] = `https://${address}/api/v3`;
  return instance;
}

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('a server whose certificate nobody has signed', () => {
  it('gets no request, whatever the environment says', async () => {
    const error = await thrownBy((await open()).fetchTime());
    expect(reasonOf(error)).toContain('self-signed certificate');
    expect(heard).toEqual([]);
  });

  it('gets no stream either', async () => {
    const instance = await open();
    const streams = instance as unknown as {
      watch(url: string, hash: string, message: object, subject: string): Promise<unknown>;
    };
    const error = await thrownBy(streams.watch(`wss://${address}/ws`, 'any', {}, 'any'));
    expect(reasonOf(error)).toContain('self-signed certificate');
    expect(heard).toEqual([]);
  });
});
