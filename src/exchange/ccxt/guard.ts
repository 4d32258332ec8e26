/**
 * What a client may reach. Addresses are checked where the library asks for them, and hosts again
 * where a connection is dialed; certificates are checked whatever the environment says, and no
 * proxy of the environment is used.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Agent, buildConnector } from 'undici';

/** Where connections may go: one local exchange, or named hosts by TLS. */
export type Reach =
  | { readonly kind: 'local'; readonly host: string }
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] };

/** Something asked for an address that is not one of the exchange's: nothing was sent. */
export class ForbiddenHost extends Error {
  override readonly name = 'ForbiddenHost';
}

/** May this address be asked? `host` of a local exchange has its port. */
export function isAllowed(reach: Reach, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  if (reach.kind === 'local') {
    return (url.protocol === 'http:' || url.protocol === 'ws:') && url.host === reach.host;
  }
  const isSafe = url.protocol === 'https:' || url.protocol === 'wss:';
  return isSafe && reach.hosts.includes(url.hostname);
}

/** Throws ForbiddenHost, naming the host alone: a query may hold a signature. */
export function assertAllowed(reach: Reach, address: string): void {
  if (isAllowed(reach, address)) return;
  const host = URL.canParse(address) ? new URL(address).host : address.slice(0, 60);
  throw new ForbiddenHost(`${host} is not an address of this exchange: not asked`);
}

/** How long a connection, the head and the body of an answer may take. */
export interface Deadlines {
  readonly connectMs: number;
  readonly answerMs: number;
}

/** Largest answer that is read, in bytes: the markets of the largest exchange are 20 MB. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

type Undici = { readonly Agent: typeof Agent; readonly buildConnector: typeof buildConnector };

/** Connections of requests. */
export function createDispatcher(undici: Undici, reach: Reach, deadlines: Deadlines): Agent {
  const dial = undici.buildConnector({
    timeout: deadlines.connectMs,
    rejectUnauthorized: true,
    autoSelectFamily: true,
    allowH2: false,
  });
  return new undici.Agent({
    connections: 64,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 60_000,
    headersTimeout: deadlines.answerMs,
    bodyTimeout: deadlines.answerMs,
    maxResponseSize: LARGEST_ANSWER,
    connect: (options, callback) => {
      const { protocol, hostname, port } = options;
      const address = addressOf(protocol.replace(':', ''), { host: hostname, port });
      if (isAllowed(reach, address)) return dial(options, callback);
      callback(new ForbiddenHost(`${options.hostname} is not of this exchange: not dialed`), null);
    },
  });
}

/** Connections of streams to a local exchange (`http`) or to exchanges (`https`). */
export function createSocketAgents(reach: Reach): { http: HttpAgent | null; https: HttpsAgent } {
  return {
    http: reach.kind === 'local' ? new GuardedHttp(reach) : null,
    https: new GuardedHttps(reach),
  };
}

type Dial = (error: Error | null, stream: Duplex) => void;

class GuardedHttp extends HttpAgent {
  readonly #reach: Reach;
  constructor(reach: Reach) {
    super({ keepAlive: false });
    this.#reach = reach;
  }

  override createConnection(options: object, hear?: Dial): Duplex | null | undefined {
    assertAllowed(this.#reach, addressOf('http', options));
    return super.createConnection(options, hear);
  }
}

class GuardedHttps extends HttpsAgent {
  readonly #reach: Reach;
  constructor(reach: Reach) {
    super({ keepAlive: false, rejectUnauthorized: true });
    this.#reach = reach;
  }

  override createConnection(options: object, hear?: Dial): Duplex | null | undefined {
    assertAllowed(this.#reach, addressOf('https', options));
    return super.createConnection({ ...options, rejectUnauthorized: true }, hear);
  }
}

/** Hosts of version 6 come with and without their brackets. */
function addressOf(protocol: string, options: object): string {
  const { host = '', port = '' } = options as { host?: string; port?: string | number };
  const named = host.includes(':') ? `[${host.replace(/[[\]]/g, '')}]` : host;
  return `${protocol}://${named}${port === '' ? '' : `:${port}`}`;
}
