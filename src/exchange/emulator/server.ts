/** The local exchange's one port: REST, WebSocket upgrades and the control API, on loopback only. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { messageOf } from '../../domain/errors.ts';
import { SECOND_MS } from '../../domain/time.ts';
import type { Dialect, ForcedRefusal, HttpReply, HttpRequest } from './dialect.ts';
import type { FaultBoard, FaultRule } from './faults.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { Sockets } from './sockets.ts';

const HOST = '127.0.0.1';
const LONGEST_BODY = 512 * 1024;
const MOST_READ = 16 * LONGEST_BODY;
/** Longer than any client keeps an idle connection: who closes first must not be us. */
const KEEP_ALIVE_MS = 75_000;
const HTML = '<html><head><title>Attention</title></head><body>Please sign in.</body></html>';
const BAD_GATEWAY = '<html><body><center><h1>502 Bad Gateway</h1></center></body></html>';

/** Path of the control API. */
export const CONTROL_PATH = '/_control';

export interface ServerOptions {
  readonly dialect: Dialect;
  readonly faults: FaultBoard;
  readonly log: RequestLog;
  readonly sockets: Sockets;
  readonly now: () => number;
  readonly control: (request: HttpRequest) => HttpReply;
}

/** The server, listening. Port 0 takes a free one. Rejects with the system's error. */
export function listenOn(
  port: number,
  options: ServerOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((incoming, response) => {
    void serve(incoming, response, options);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('upgrade', (incoming, socket, head) => upgrade({ incoming, socket, head }, options));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      const address = server.address() as AddressInfo;
      resolve({ port: address.port, close: () => closeServer(server, options.sockets) });
    });
  });
}

function closeServer(server: Server, sockets: Sockets): Promise<void> {
  sockets.close();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  incoming.on('error', () => undefined);
  const body = await readBody(incoming);
  if (body === null) {
    send(response, { status: 413, body: { error: `body above ${LONGEST_BODY} bytes` } });
    return;
  }
  const request = toRequest(incoming, body);
  const { path } = request;
  if (path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`)) {
    const answer = (): HttpReply =>
      isFromBrowser(request) ? FOR_PROGRAMS : options.control(request);
    send(response, careful(answer));
    return;
  }
  const { method, query } = request;
  const entry = options.log.add({ time: options.now(), method, path, query, body });
  response.on('finish', () => (entry.status = response.statusCode));
  const rule = options.faults.take(request);
  entry.fault = rule?.fault ?? null;
  const answer = (): HttpReply => careful(() => answerOf(request, options, entry));
  if (rule === null) send(response, answer());
  else strike(rule, { response, answer, dialect: options.dialect });
}

/** A mistake of ours is an answer, too: the exchange goes on, and whoever asked sees it. */
function careful(answer: () => HttpReply): HttpReply {
  try {
    return answer();
  } catch (error) {
    return { status: 500, body: { error: `the emulator failed: ${messageOf(error)}` } };
  }
}

/** A page in a browser must not be able to move the exchange. */
const isFromBrowser = ({ headers }: HttpRequest): boolean => headers['origin'] !== undefined;
const FOR_PROGRAMS: HttpReply = { status: 403, body: { error: 'not for pages of a browser' } };

function answerOf(request: HttpRequest, options: ServerOptions, entry: LoggedRequest): HttpReply {
  const { dialect, faults, now } = options;
  const banMs = faults.bannedUntil - now();
  if (banMs > 0) {
    entry.fault ??= 'banned';
    return refusal(dialect, 'banned', Math.ceil(banMs / SECOND_MS));
  }
  if (faults.maintenance) {
    entry.fault ??= 'maintenance';
    return refusal(dialect, 'maintenance', 60);
  }
  return dialect.request(request) ?? { status: 404, body: { error: `no such path` } };
}

const STATUS: Readonly<Record<ForcedRefusal, number>> = {
  timeout: 504,
  maintenance: 503,
  banned: 418,
  rateLimited: 429,
};

function refusal(dialect: Dialect, kind: ForcedRefusal, retryAfter: number): HttpReply {
  const headers = { 'retry-after': String(retryAfter) };
  const usual = { status: STATUS[kind], headers, body: { error: kind } };
  return dialect.refuse?.(kind, retryAfter) ?? usual;
}

/** Does to one request what the rule says. */
function strike(
  rule: FaultRule,
  of: { response: ServerResponse; answer: () => HttpReply; dialect: Dialect },
): void {
  const { response, answer, dialect } = of;
  const ms = rule.ms ?? 1_000;
  switch (rule.fault) {
    case 'drop':
      response.destroy();
      return;
    case 'status':
      send(response, statusReply(rule, dialect));
      return;
    case 'delay':
      setTimeout(() => send(response, answer()), ms);
      return;
    case 'late': {
      const reply = answer();
      setTimeout(() => send(response, reply), ms);
      return;
    }
    default:
      spoil(rule, response, answer(), dialect);
  }
}

/** Faults of an answer: the request has been carried out. */
function spoil(
  rule: FaultRule,
  response: ServerResponse,
  reply: HttpReply,
  dialect: Dialect,
): void {
  const text = toText(reply);
  const half = text.slice(0, Math.floor(text.length / 2));
  switch (rule.fault) {
    case 'hang':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'badGateway':
      send(response, { status: 502, headers: PAGE, body: BAD_GATEWAY });
      return;
    case 'timeoutCode':
      send(response, refusal(dialect, 'timeout', 1));
      return;
    case 'stall':
      response.writeHead(reply.status, { ...JSON_TYPE, 'content-length': Buffer.byteLength(text) });
      response.write(half);
      return;
    case 'truncate':
      send(response, { ...reply, body: half });
      return;
    case 'html':
      send(response, { status: 200, headers: PAGE, body: HTML });
      return;
    case 'empty':
      send(response, { status: 200, body: '' });
      return;
    default:
      send(response, { ...reply, body: text.replaceAll(rule.from ?? '', rule.to ?? '') });
  }
}

const JSON_TYPE = { 'content-type': 'application/json;charset=UTF-8' } as const;
const PAGE = { 'content-type': 'text/html' } as const;

function statusReply(rule: FaultRule, dialect: Dialect): HttpReply {
  const { status = 503, retryAfter, body } = rule;
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  const kind = status === 429 ? 'rateLimited' : status === 418 ? 'banned' : null;
  if (body === undefined && kind !== null) {
    const usual = refusal(dialect, kind, retryAfter ?? 1);
    return { ...usual, status, headers: { ...usual.headers, ...headers } };
  }
  return { status, headers, body: body ?? BAD_GATEWAY.replace('502 Bad Gateway', String(status)) };
}

const toText = ({ body }: HttpReply): string =>
  typeof body === 'string' ? body : JSON.stringify(body);

function send(response: ServerResponse, reply: HttpReply): void {
  if (response.destroyed) return;
  const text = toText(reply);
  response.writeHead(reply.status, {
    ...JSON_TYPE,
    ...reply.headers,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function toRequest(incoming: IncomingMessage, body: string): HttpRequest {
  const { method = 'GET', url = '/' } = incoming;
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const query = at < 0 ? '' : url.slice(at + 1);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method, path, query, body, headers };
}

/** The whole body as text; null when it is too long or the client went away. */
function readBody(incoming: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LONGEST_BODY) chunks.push(chunk);
      // Somewhat more is read to its end, so that the client gets to hear why.
      else if (length > MOST_READ) incoming.destroy();
    });
    incoming.on('end', () => {
      resolve(length > LONGEST_BODY ? null : Buffer.concat(chunks).toString('utf8'));
    });
    incoming.on('close', () => resolve(null));
  });
}

function upgrade(
  of: { incoming: IncomingMessage; socket: Duplex; head: Buffer },
  options: ServerOptions,
): void {
  const { incoming, socket, head } = of;
  const { faults, sockets, now } = options;
  socket.on('error', () => socket.destroy());
  const isRefused = faults.refusedUpgrades > 0;
  if (isRefused) faults.refusedUpgrades -= 1;
  if (isRefused || faults.maintenance || faults.bannedUntil > now()) {
    const status = isRefused || faults.maintenance ? '503 Service Unavailable' : '418 Banned';
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    return;
  }
  const { path } = toRequest(incoming, '');
  sockets.server.handleUpgrade(incoming, socket, head, (ws) => sockets.accept(ws, path));
}
