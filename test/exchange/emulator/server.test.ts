import { once } from 'node:events';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { type Socket, connect } from 'node:net';
import { networkInterfaces } from 'node:os';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import type {
  CreateDialect,
  DialectSocket,
  HttpRequest,
} from '../../../src/exchange/emulator/dialect.ts';
import type { RequestFault } from '../../../src/exchange/emulator/faults.ts';
import { type TestEmulator, openEmulator } from '../../support/emulator.ts';

/** Says what it was asked; counts what it carried out. */
const seen: HttpRequest[] = [];
const sockets = new Map<string, DialectSocket>();
const echo: CreateDialect = () => ({
  name: 'binance',
  request(request) {
    if (request.path === '/bug') throw new Error('a bug');
    if (!request.path.startsWith('/api')) return null;
    seen.push(request);
    const { method, path, query, body } = request;
    return { status: 200, headers: { 'x-weight': '1' }, body: { method, path, query, body } };
  },
  connect(socket) {
    if (!socket.path.startsWith('/ws')) return false;
    sockets.set(socket.path, socket);
    socket.onMessage((text) => {
      if (text === 'bug') throw new Error('a bug');
      socket.send({ heard: text });
    });
    return true;
  },
  pushUserEvent: (account, event) => {
    for (const socket of sockets.values()) socket.sendUserEvent({ account: account.id, event });
  },
});

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await openEmulator({ dialect: 'binance', create: echo });
});
afterAll(() => emulator.close());
afterEach(() => {
  emulator.control.clear();
  emulator.control.forgetRequests();
  emulator.control.dropSockets('terminate');
  sockets.clear();
  seen.length = 0;
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request on a connection of its own; rejects when that ends before the answer does. */
function ask(
  path: string,
  of: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const { method = 'GET', body = '', headers = {} } = of;
  return new Promise((resolve, reject) => {
    const url = `${emulator.endpoint}${path}`;
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const control = async (name: string, fields?: object): Promise<unknown> => {
  const body = fields === undefined ? '' : JSON.stringify(fields);
  const { status, text } = await ask(`/_control/${name}`, { method: 'POST', body });
  return { status, ...(JSON.parse(text) as object) };
};

async function open(path = '/ws/1'): Promise<{ ws: WebSocket; next: () => Promise<string> }> {
  const ws = new WebSocket(`${emulator.endpoint.replace('http', 'ws')}${path}`, { autoPong: true });
  const waiting: string[] = [];
  let wake: () => void = () => undefined;
  ws.on('message', (data: Buffer) => {
    waiting.push(data.toString('utf8'));
    wake();
  });
  await once(ws, 'open');
  const next = async (): Promise<string> => {
    for (;;) {
      const text = waiting.shift();
      if (text !== undefined) return text;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { ws, next };
}

test('query and body reach the dialect as they were written', async () => {
  const { status, headers, text } = await ask('/api/v3/order?b=%2F&a=1', {
    method: 'POST',
    body: 'z=%20&signature=x',
  });
  expect(status).toBe(200);
  expect(headers['x-weight']).toBe('1');
  expect(JSON.parse(text)).toEqual({
    method: 'POST',
    path: '/api/v3/order',
    query: 'b=%2F&a=1',
    body: 'z=%20&signature=x',
  });
});

test('a path that is nobody’s is 404, a bug of the dialect 500, and both go on', async () => {
  expect((await ask('/nowhere')).status).toBe(404);
  expect(await ask('/bug')).toMatchObject({ status: 500 });
  expect((await ask('/api')).status).toBe(200);
});

test('a body above the limit is refused', async () => {
  const reply = await ask('/api', { method: 'POST', body: 'x'.repeat(600 * 1024) });
  expect(reply.status).toBe(413);
  expect(seen).toEqual([]);
});

test('it listens on the loopback interface alone', async () => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal);
  if (outside === undefined) return;
  const socket: Socket = connect(emulator.port, outside.address);
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('a page in a browser cannot use the control API', async () => {
  const headers = { origin: 'https://example.org' };
  expect((await ask('/_control/info', { headers })).status).toBe(403);
});

test('the log knows what was sent, without keys and signatures', async () => {
  await ask('/api/order?symbol=A&signature=0123', { method: 'DELETE' });
  const [entry] = emulator.control.requests();
  expect(entry).toMatchObject({
    method: 'DELETE',
    path: '/api/order',
    query: 'symbol=A&signature=***',
    status: 200,
    fault: null,
  });
});

const ANSWERS: readonly (readonly [RequestFault, object, Partial<Reply>])[] = [
  ['badGateway', {}, { status: 502, text: expect.stringContaining('<html>') as string }],
  ['timeoutCode', {}, { status: 504 }],
  ['html', {}, { status: 200, text: expect.stringContaining('sign in') as string }],
  ['empty', {}, { status: 200, text: '' }],
  ['truncate', {}, { status: 200, text: expect.not.stringMatching(/\}$/) as string }],
  [
    'replace',
    { from: '/api/order', to: '/x' },
    { status: 200, text: expect.stringContaining('"/x"') as string },
  ],
  ['late', { ms: 1 }, { status: 200 }],
  ['delay', { ms: 1 }, { status: 200 }],
];

test.for(ANSWERS)('%s: carried out, and answered so', async ([fault, more, expected]) => {
  emulator.control.fault({ fault, path: '/order', ...more });
  expect(await ask('/api/order')).toMatchObject(expected);
  expect(seen).toHaveLength(1);
  expect(await ask('/api/order')).toMatchObject({ status: 200 });
  expect(emulator.control.requests().map((entry) => entry.fault)).toEqual([fault, null]);
});

test('status: so many refusals, with Retry-After, and nothing is carried out', async () => {
  const rule = { fault: 'status', method: 'post', status: 429, retryAfter: 7, times: 2 } as const;
  emulator.control.fault(rule);
  expect((await ask('/api/order')).status).toBe(200);
  for (let i = 0; i < 2; i += 1) {
    const reply = await ask('/api/order', { method: 'POST' });
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  }
  expect((await ask('/api/order', { method: 'POST' })).status).toBe(200);
  expect(seen.map(({ method }) => method)).toEqual(['GET', 'POST']);
});

test('drop: the connection ends and nothing is carried out', async () => {
  emulator.control.fault({ fault: 'drop' });
  await expect(ask('/api')).rejects.toThrow(/hang up|ECONNRESET/);
  expect(seen).toEqual([]);
});

test('reset: the connection ends after the request was carried out', async () => {
  emulator.control.fault({ fault: 'reset' });
  await expect(ask('/api')).rejects.toThrow(/hang up|ECONNRESET/);
  expect(seen).toHaveLength(1);
});

test('hang and stall: carried out, no whole answer ever comes', async () => {
  for (const fault of ['hang', 'stall'] as const) {
    emulator.control.fault({ fault, contains: fault });
    const request = httpRequest(`${emulator.endpoint}/api?${fault}`, { agent: false });
    request.on('error', () => undefined);
    request.end();
    if (fault === 'stall') await once(request, 'response');
    else await expect.poll(() => seen.length, { timeout: 60_000 }).toBe(1);
    request.destroy();
  }
  expect(seen).toHaveLength(2);
});

test('a rule strikes by its chance, the same for the same seed', async () => {
  const struck = async (): Promise<string> => {
    const fresh = await openEmulator({ dialect: 'binance', create: echo });
    fresh.control.fault({ fault: 'empty', chance: 0.5, times: 1_000 });
    for (let i = 0; i < 24; i += 1) await fetch(`${fresh.endpoint}/api`);
    const found = fresh.control.requests().map(({ fault }) => (fault === null ? '.' : 'x'));
    await fresh.close();
    return found.join('');
  };
  const first = await struck();
  expect(first).toMatch(/x/);
  expect(first).toMatch(/\./);
  expect(await struck()).toBe(first);
});

test('maintenance and a ban refuse everything, handshakes too, and end', async () => {
  emulator.control.setMaintenance(true);
  expect((await ask('/api')).status).toBe(503);
  await expect(open()).rejects.toThrow('503');
  emulator.control.setMaintenance(false);
  emulator.control.ban(90);
  expect(await ask('/api')).toMatchObject({ status: 418, headers: { 'retry-after': '90' } });
  await expect(open()).rejects.toThrow('418');
  emulator.advance(91_000);
  expect((await ask('/api')).status).toBe(200);
  expect(seen).toHaveLength(1);
});

test('connections are served by path, and one that is nobody’s is closed', async () => {
  const { ws, next } = await open();
  ws.send('hello');
  expect(await next()).toBe('{"heard":"hello"}');
  const stray = await open('/nowhere');
  const [code] = (await once(stray.ws, 'close')) as [number];
  expect(code).toBe(1008);
});

test('a bug at a message ends the connection, not the exchange', async () => {
  const { ws } = await open();
  ws.send('bug');
  const [code] = (await once(ws, 'close')) as [number];
  expect(code).toBe(1011);
  const again = await open();
  again.ws.send('x');
  expect(await again.next()).toBe('{"heard":"x"}');
});

test.for([
  ['close', 1001],
  ['terminate', 1006],
] as const)('connections are dropped by %s with code %i', async ([how, expected]) => {
  const { ws } = await open('/ws/drop');
  const other = await open('/ws/other');
  const closed = once(ws, 'close');
  expect(emulator.control.dropSockets(how, 'drop')).toBe(1);
  expect((await closed)[0]).toBe(expected);
  expect(other.ws.readyState).toBe(WebSocket.OPEN);
});

test('the next handshakes are refused, then no more', async () => {
  emulator.control.refuseUpgrades(1);
  await expect(open()).rejects.toThrow('503');
  await open();
});

test('pings are answered, unless they are not to be', async () => {
  const { ws } = await open();
  ws.ping('1');
  const [data] = (await once(ws, 'pong')) as [Buffer];
  expect(data.toString()).toBe('1');
  emulator.control.setAutoPong(false);
  const pongs: string[] = [];
  ws.on('pong', (one: Buffer) => pongs.push(one.toString()));
  ws.ping('2');
  // What comes after a ping is read after it.
  ws.send('after');
  await once(ws, 'message');
  expect(pongs).toEqual([]);
});

test('a silent connection stays open and says nothing', async () => {
  const { ws, next } = await open('/ws/quiet');
  emulator.control.silence('quiet', true);
  sockets.get('/ws/quiet')?.send('lost');
  ws.send('unheard');
  const other = await open('/ws/other');
  other.ws.send('x');
  await other.next();
  emulator.control.silence('quiet', false);
  sockets.get('/ws/quiet')?.send('told');
  expect(await next()).toBe('told');
});

test('user events are lost, late and told twice, other messages never', async () => {
  const { next } = await open('/ws/user');
  emulator.control.spoilUserEvents({ lose: 1, late: 1, lateMs: 1, twice: 1 });
  for (const event of ['lost', 'late', 'twice']) emulator.control.pushUserEvent('main', event);
  sockets.get('/ws/user')?.send('other');
  const heard = [await next(), await next(), await next(), await next()];
  const told = (event: string): string => JSON.stringify({ account: 'main', event });
  expect(heard).toEqual([told('twice'), told('twice'), 'other', told('late')]);
});

test('messages are lost, cut, doubled, replaced and late, where they fit', async () => {
  const { next } = await open('/ws/book');
  const socket = sockets.get('/ws/book');
  const { control: of } = emulator;
  of.spoilMessage({ fault: 'lose', path: 'elsewhere' });
  of.spoilMessage({ fault: 'lose', contains: 'one' });
  of.spoilMessage({ fault: 'cut', contains: 'two' });
  of.spoilMessage({ fault: 'twice', contains: 'three' });
  of.spoilMessage({ fault: 'replace', contains: 'four', from: 'u', to: '' });
  of.spoilMessage({ fault: 'late', contains: 'five', ms: 1 });
  for (const text of ['one', 'two!', 'three', 'four', 'five', 'six']) socket?.send(text);
  const heard: string[] = [];
  for (let i = 0; i < 6; i += 1) heard.push(await next());
  expect(heard).toEqual(['tw', 'three', 'three', 'for', 'six', 'five']);
  expect(of.pushText('\0{not json', 'book')).toBe(1);
  expect(await next()).toBe('\0{not json');
});

test('the control API names its calls, checks what it is given, and does it', async () => {
  const { text } = await ask('/_control');
  expect((JSON.parse(text) as { calls: string[] }).calls.length).toBeGreaterThan(20);
  expect(await control('nothing')).toMatchObject({ status: 404 });
  expect(await control('price', { symbol: 'BTC/USDT' })).toMatchObject({ status: 400 });
  expect(await control('price', { symbol: 'X/Y', price: 1 })).toMatchObject({
    status: 400,
    error: expect.stringContaining('known: BTC/USDT') as string,
  });
  expect(await control('price', { symbol: 'BTC/USDT', price: 61_000, typo: 1 })).toMatchObject({
    status: 400,
  });
  expect(await control('price', { symbol: 'BTC/USDT', price: 61_000 })).toMatchObject({ ok: true });
  expect(emulator.core.market.trades('BTC/USDT', 1)[0]?.price).toBe(61_000);
  expect((await ask('/_control/skew?ms=5000')).status).toBe(200);
  expect(await control('info')).toMatchObject({ skewMs: 5_000, dialect: 'binance' });
  emulator.control.setSkew(0);
});

test('a second exchange on the same port is refused by the system', async () => {
  const { startEmulator } = await import('../../../src/exchange/emulator/emulator.ts');
  const { clock, scheduler } = emulator.core;
  const again = { dialect: 'binance', seed: 1, port: emulator.port, clock, scheduler } as const;
  await expect(startEmulator({ ...again, create: echo })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
