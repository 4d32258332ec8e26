/** Makes the library's client of one exchange, closed in: what it holds, asks and says is ours. */
import { inspect } from 'node:util';
import { InputError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import { endpointOf } from './endpoint.ts';
import { assertAllowed, createDispatcher, createSocketAgents, type Reach } from './guard.ts';
import type { HttpAnswer, Instance } from './instance-type.ts';
import { loadExchangeClass } from './load.ts';
import type { Credentials, ExchangePlan } from './plan.ts';
import type { ExchangeRow } from './row.ts';
import { checkUrls } from './urls.ts';

export type { Instance } from './instance-type.ts';

export type Purpose = 'data' | 'trading' | 'emergency';

export interface InstanceOptions {
  readonly plan: ExchangePlan;
  readonly row: ExchangeRow;
  /** Null signs nothing: public market data. */
  readonly credentials: Credentials | null;
  readonly purpose: Purpose;
  /** Next number of a key whose requests must carry rising ones; shared by all that use the key. */
  readonly nonce?: () => number;
  /** The exchange refused a request because of its time: measure the clock again. */
  readonly onClockRefused?: () => void;
}

/** The library's own limit of a request; ours lie around it, because it does not cover bodies. */
const ANSWER_MS = 8_000;
const CONNECT_MS = 5_000;
/** Between pings of a stream; two missed answers end it. */
const KEEP_ALIVE_MS = 20_000;
/** Largest message of a stream, in bytes. */
const LARGEST_MESSAGE = 16 * 1024 * 1024;

/** Of a page that came instead of an answer: enough to see what it is. */
const LONGEST_PAGE = 300;

/** Waits before a stream is dialed again, ms: soon, and never as long as the library's minute. */
const REDIAL = { base: 500, factor: 2, max: 15_000 };

/**
 * Between two messages of ours on one stream. The library's own wait is that between two requests:
 * a second each for the subscriptions of some exchanges, and more a second than others take.
 */
const SUBSCRIBE_MS = 200;

/** What the library's client has besides `Instance`, for this file alone. */
interface Raw {
  urls: { api: Record<string, unknown>; test?: Record<string, unknown> };
  hostname: string | undefined;
  fetchDispatcher: unknown;
  undiciModule: Parameters<typeof createDispatcher>[0] | undefined;
  agent: unknown;
  httpAgent: unknown;
  last_http_response: unknown;
  options: { ws: { cost?: number }; marketsByAltname?: unknown };
  loadFetchImplementation(): Promise<void>;
  setSandboxMode(on: boolean): void;
  fetch(url: string, ...rest: unknown[]): Promise<unknown>;
  client(url: string): unknown;
  handleRestResponse(response: RawResponse, ...rest: unknown[]): Promise<unknown>;
  nonce(): number;
  setMarkets(markets: unknown, currencies?: unknown): unknown;
  sign(path: string, api: unknown, method: string, params: Params, ...rest: unknown[]): unknown;
  milliseconds(): number;
  close(clean?: boolean): Promise<void>;
  /** Ours: when the newest request left, monotonic ms. */
  sentAt?: number;
}

type Params = Readonly<Record<string, unknown>>;

interface RawResponse {
  readonly status: number;
  readonly headers: unknown;
}

/**
 * A client of the plan's exchange; nothing is asked of it yet. `data` has no keys. Throws
 * InputError where the plan cannot be: a test system that is none, an endpoint that is not local,
 * an exchange that does not exist.
 */
export async function createInstance(of: InstanceOptions): Promise<Instance> {
  const { plan, row, credentials } = of;
  const endpoint = endpointOf(plan, row);
  const loaded = await loadExchangeClass(row.id);
  if (loaded === null) throw new InputError(`exchange ${row.id}: the library has none of this id`);
  const instance = new loaded.Exchange(configOf(of));
  const raw = instance as unknown as Raw;
  raw.options.ws.cost = SUBSCRIBE_MS / instance.rateLimit;
  const isTest = plan.venue === 'testnet' && endpoint === null;
  if (isTest) enterSandbox(raw, row);
  checkUrls(raw, { row, endpoint, isTest });
  const reach: Reach =
    endpoint === null
      ? { kind: 'hosts', hosts: isTest ? row.hosts.testnet : row.hosts.live }
      : { kind: 'local', host: endpoint.host };
  await guard(raw, reach);
  hold(instance, of.purpose === 'data' ? null : credentials, `${row.id} ${of.purpose}`);
  extend(instance, raw, loaded.errors, of);
  return instance;
}

function configOf({ plan, row, purpose }: InstanceOptions): Record<string, unknown> {
  if ('maxRetriesOnFailure' in row.options) {
    throw new InputError(`exchange ${row.id}: requests are never repeated by the library`);
  }
  const endpoint = endpointOf(plan, row);
  return {
    timeout: ANSWER_MS,
    // Money is exact, as text. Market data are floats; and books of text are kept wrong by the
    // library: a size of "0" removes nothing, and prices are sorted as words.
    number: purpose === 'data' ? Number : String,
    verbose: false,
    validateServerSsl: true,
    // Requests of the account are limited by the order manager, where a cancel waits for nothing.
    enableRateLimit: purpose === 'data',
    enableLastHttpResponse: false,
    streaming: { keepAlive: KEEP_ALIVE_MS },
    options: {
      ...row.options,
      maxRetriesOnFailure: 0,
      adjustForTimeDifference: false,
      ws: { options: { maxPayload: LARGEST_MESSAGE }, backoff: REDIAL },
    },
    ...(endpoint !== null && row.endpointUrls !== null
      ? { urls: { api: row.endpointUrls(endpoint.http, endpoint.ws) } }
      : {}),
  };
}

/** `setSandboxMode` does not throw where there is no test system: it leaves no address at all. */
function enterSandbox(raw: Raw, row: ExchangeRow): void {
  const offer = row.modes.testnet;
  if (!offer.offered) throw new InputError(`testnet of ${row.title} is not offered: ${offer.why}`);
  if (raw.urls.test === undefined || row.testUrls.length === 0) {
    throw new InputError(`testnet of ${row.title} is not offered: the library knows no address`);
  }
  raw.setSandboxMode(true);
}

async function guard(raw: Raw, reach: Reach): Promise<void> {
  await raw.loadFetchImplementation();
  if (raw.undiciModule === undefined) throw new InputError('the package undici is missing: npm ci');
  raw.fetchDispatcher = createDispatcher(raw.undiciModule, reach, {
    connectMs: CONNECT_MS,
    answerMs: ANSWER_MS,
  });
  const agents = createSocketAgents(reach);
  raw.agent = agents.https;
  raw.httpAgent = agents.http ?? undefined;
  const fetch = raw.fetch.bind(raw);
  raw.fetch = async (url, ...rest) => {
    assertAllowed(reach, url);
    raw.sentAt = performance.now();
    return fetch(url, ...rest);
  };
  const client = raw.client.bind(raw);
  raw.client = (url) => {
    assertAllowed(reach, url);
    return withHeardPromises(client(url));
  };
}

/** Ways in which a socket of the library promises something. */
const PROMISING = ['send', 'future'] as const;

interface RawSocket extends Partial<
  Record<(typeof PROMISING)[number], (what: unknown) => Promise<unknown>>
> {
  isHeard?: true;
}

/**
 * The library waits for nobody when it sends a subscription, nor always for its own sign-in: on a
 * socket that has just closed, or was refused, that would be a rejection that nobody hears, which
 * ends the process. Whoever does wait for it still gets it.
 */
function withHeardPromises(socket: unknown): unknown {
  const known = socket as RawSocket;
  if (known.isHeard === true) return socket;
  known.isHeard = true;
  for (const name of PROMISING) {
    const make = known[name];
    if (make === undefined) continue;
    known[name] = (what) => {
      const promised = make.call(socket, what);
      promised.catch(() => undefined);
      return promised;
    };
  }
  return socket;
}

/** Keys are revealed when a request is signed; nothing that prints or lists the client has them. */
function hold(instance: Instance, credentials: Credentials | null, name: string): void {
  const reveal = (property: string, secret: Secret | null | undefined) =>
    Object.defineProperty(instance, property, {
      get: () => secret?.reveal(),
      enumerable: false,
      configurable: false,
    });
  reveal('apiKey', credentials?.key);
  reveal('secret', credentials?.secret);
  reveal('password', credentials?.passphrase);
  const held = [credentials?.key, credentials?.secret, credentials?.passphrase];
  hide(instance, 'withoutKeys', (text: string) =>
    held.reduce((left, one) => {
      const secret = one?.reveal() ?? '';
      return secret === '' ? left : left.replaceAll(secret, '***');
    }, text),
  );
  hide(instance, inspect.custom, () => `[${name}]`);
  hide(instance, 'toJSON', () => `[${name}]`);
  // The library prints what it cannot read; the terminal is not its own.
  hide(instance, 'log', () => undefined);
  // It would keep the last signed request.
  hide(instance, 'setLastRequest', () => undefined);
}

function extend(
  instance: Instance,
  raw: Raw,
  errors: Instance['errors'],
  { row, nonce, onClockRefused }: InstanceOptions,
): void {
  const answers = new WeakMap<object, HttpAnswer>();
  const handle = raw.handleRestResponse.bind(raw);
  let date: number | null = null;
  raw.handleRestResponse = async (response, ...rest) => {
    const answer = answerFrom(response);
    const sent = Date.parse(answer.headers['date'] ?? '');
    if (Number.isFinite(sent)) date = sent;
    try {
      const said = await handle(response, ...rest);
      // The library hands a page on as it is, and its parsers make an empty list of it: nothing
      // open, nothing held.
      if (typeof said === 'string') throw new TypeError(said.slice(0, LONGEST_PAGE));
      return unlisted(said, rest[0], row);
    } catch (error) {
      if (error instanceof Error) answers.set(error, answer);
      if (error instanceof errors.InvalidNonce) onClockRefused?.();
      throw error;
    }
  };
  hide(instance, 'answerOf', (error: unknown) =>
    error instanceof Error ? answers.get(error) : undefined,
  );
  hide(instance, 'lastDate', () => date);
  hide(instance, 'lastSent', () => raw.sentAt ?? null);
  hide(instance, 'errors', errors);
  hide(instance, 'raw', async (method: string, params: object = {}) => {
    const call = (instance as unknown as Record<string, unknown>)[method];
    if (typeof call !== 'function') throw new errors.NotSupported();
    return (call as (params: object) => Promise<unknown>).call(instance, params);
  });
  const sign = raw.sign.bind(raw);
  raw.sign = (path, api, method, params, ...rest) =>
    sign(path, api, method, meant(params, row), ...rest);
  if (row.hasNonce) raw.nonce = nonce ?? rising(raw.nonce.bind(raw));
  const setMarkets = raw.setMarkets.bind(raw);
  raw.setMarkets = (...of) => withShortNames(raw, setMarkets(...of));
  const close = raw.close.bind(raw);
  hide(instance, 'close', async () => {
    await close();
    await (raw.fetchDispatcher as { destroy(): Promise<void> }).destroy();
  });
}

/**
 * Markets that another client has loaded come without what the library keeps beside them: Kraken's
 * orders and fills name a market by its short name (`XBTUSD`, listed as `XXBTZUSD`).
 */
function withShortNames(raw: Raw, markets: unknown): unknown {
  if (raw.options.marketsByAltname === undefined) return markets;
  const named = Object.values(markets as Readonly<Record<string, { readonly altname?: unknown }>>);
  raw.options.marketsByAltname = Object.fromEntries(
    named.flatMap((market) =>
      typeof market.altname === 'string' ? [[market.altname, market]] : [],
    ),
  );
  return markets;
}

/** What was asked for: not what is undefined (some cannot sign it), nor what the library adds. */
function meant(params: Params, { unsent }: ExchangeRow): Params {
  return Object.fromEntries(
    Object.entries(params).filter(([key, value]) => value !== undefined && !unsent.includes(key)),
  );
}

/** What the library expects of a page that may answer with a list of one. */
function unlisted(said: unknown, url: unknown, { listedPages }: ExchangeRow): unknown {
  if (!Array.isArray(said) || said.length !== 1 || typeof url !== 'string') return said;
  return listedPages.some((page) => new URL(url).pathname === page) ? said[0] : said;
}

/** The same numbers, but never twice the same and never a smaller one. */
function rising(next: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, next());
    return last;
  };
}

function answerFrom({ status, headers }: RawResponse): HttpAnswer {
  const found: Record<string, string> = {};
  if (headers instanceof Headers) headers.forEach((value, name) => (found[name] = value));
  else if (typeof headers === 'object' && headers !== null) {
    for (const [name, value] of Object.entries(headers)) found[name.toLowerCase()] = String(value);
  }
  return { status, headers: found };
}

function hide(target: object, property: PropertyKey, value: unknown): void {
  Object.defineProperty(target, property, { value, enumerable: false, configurable: true });
}
