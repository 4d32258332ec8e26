/** The wire format of Kraken spot: REST and WebSocket version 2 over the local exchange. */
import { required } from '../../../domain/errors.ts';
import type {
  CreateDialect,
  Dialect,
  DialectSocket,
  EmulatorAccount,
  EmulatorCore,
  ForcedRefusal,
  HttpReply,
  HttpRequest,
  WireIds,
} from '../dialect.ts';
import { KrakenAccount } from './account.ts';
import { DecayingCounter, type KrakenLimits, PRO_LIMITS } from './counters.ts';
import { KrakenError, refuse } from './errors.ts';
import { Fields } from './fields.ts';
import { KrakenNames } from './names.ts';
import { tradingCalls } from './orders.ts';
import { type PrivateCall, lookingCalls } from './private.ts';
import { PrivateSockets } from './private-sockets.ts';
import { PublicCalls } from './public.ts';
import { PublicSockets } from './public-sockets.ts';
import { apiSign, isSameSign } from './sign.ts';

const PUBLIC_PATH = '/0/public/';
const PRIVATE_PATH = '/0/private/';
const PUBLIC_SOCKET = '/ws/public/v2';
const PRIVATE_SOCKET = '/ws/private/v2';

/** Calls that a limit of their own counts. */
const COUNTED_APART = ['AddOrder', 'AmendOrder', 'EditOrder', 'CancelOrder', 'AddOrderBatch'];
const TWICE = ['TradesHistory', 'ClosedOrders', 'Ledgers', 'QueryLedgers'];

/** Kraken over the local exchange's core, with the limits of its highest tier. */
export const createKrakenDialect: CreateDialect = (core) => new KrakenDialect(core, PRO_LIMITS);

/** See `createKrakenDialect`; tests give it limits of their own. */
export class KrakenDialect implements Dialect {
  readonly name = 'kraken';
  private readonly core: EmulatorCore;
  private readonly accounts: ReadonlyMap<EmulatorAccount, KrakenAccount>;
  private readonly publicCalls: PublicCalls;
  private readonly privateCalls: Readonly<Record<string, PrivateCall>>;
  private readonly tradingNames: ReadonlySet<string>;
  private readonly publicLimit: DecayingCounter;
  private readonly publicSockets: PublicSockets;
  private readonly privateSockets: PrivateSockets;

  constructor(core: EmulatorCore, limits: KrakenLimits) {
    this.core = core;
    const names = new KrakenNames(core.market);
    const accounts = core.accounts.map((one) => new KrakenAccount(one, core, limits));
    this.accounts = new Map(accounts.map((one) => [one.account, one]));
    this.publicCalls = new PublicCalls(core, names);
    const trading = tradingCalls(core, names);
    this.tradingNames = new Set(Object.keys(trading));
    this.privateCalls = { ...lookingCalls(core, names), ...trading };
    this.publicLimit = new DecayingCounter(limits.public);
    this.publicSockets = new PublicSockets(core, names);
    this.privateSockets = new PrivateSockets({ core, names, accounts });
  }

  request(request: HttpRequest): HttpReply | null {
    const { path } = request;
    if (path.startsWith(PUBLIC_PATH)) return answered(() => this.answerPublic(request));
    if (path.startsWith(PRIVATE_PATH)) return answered(() => this.answerPrivate(request));
    return null;
  }

  connect(socket: DialectSocket): boolean {
    if (socket.path === PUBLIC_SOCKET) this.publicSockets.serve(socket);
    else if (socket.path === PRIVATE_SOCKET) this.privateSockets.serve(socket);
    else return false;
    return true;
  }

  pushUserEvent(account: EmulatorAccount, event: unknown): void {
    this.privateSockets.push(account, event);
  }

  wireIds(account: EmulatorAccount): WireIds {
    const { ids } = required(this.accounts.get(account), 'account');
    return { order: (id) => ids.of('O', id), fill: (id) => ids.of('T', id) };
  }

  refuse(refusal: ForcedRefusal): HttpReply {
    return { status: refusal === 'maintenance' ? 503 : 200, body: errorBody(FORCED[refusal]) };
  }

  private answerPublic({ path, query, method, body }: HttpRequest): unknown {
    if (!this.publicLimit.add(1, this.core.clock.now())) refuse('EAPI:Rate limit exceeded');
    const fields = Fields.ofForm(method === 'POST' ? body : query);
    return this.publicCalls.answer(path.slice(PUBLIC_PATH.length), fields);
  }

  private answerPrivate(request: HttpRequest): unknown {
    const name = request.path.slice(PRIVATE_PATH.length);
    if (request.method !== 'POST') refuse('EGeneral:Unknown method');
    const { headers, body } = request;
    const isJson = headers['content-type']?.startsWith('application/json') ?? false;
    const fields = (isJson ? Fields.ofJson(body) : Fields.ofForm(body)) ?? refuse(MALFORMED);
    const who = this.authenticate(request, fields);
    const call = Object.hasOwn(this.privateCalls, name) ? this.privateCalls[name] : undefined;
    if (!call) {
      const isMoney = /^(Withdraw|Wallet|Deposit)/.test(name);
      refuse(isMoney ? 'EGeneral:Permission denied' : 'EGeneral:Unknown method');
    }
    if (!COUNTED_APART.includes(name)) who.countRequest(TWICE.includes(name) ? 2 : 1);
    const { permissions } = who.account;
    if (this.tradingNames.has(name) && !permissions.trade) refuse('EGeneral:Permission denied');
    return call({ who, fields });
  }

  /** Key, then signature, then number: a number that a stranger sends is not taken. */
  private authenticate({ path, headers, body }: HttpRequest, fields: Fields): KrakenAccount {
    const account = this.core.account(headers['api-key'] ?? '');
    const who = account && !account.revoked ? this.accounts.get(account) : undefined;
    if (!who) refuse('EAPI:Invalid key');
    const nonce = fields.text('nonce') ?? refuse('EAPI:Invalid nonce');
    const { secret } = who.account;
    if (!isSameSign(apiSign({ path, nonce, body, secret }), headers['api-sign'] ?? '')) {
      refuse('EAPI:Invalid signature');
    }
    who.takeNonce(nonce);
    return who;
  }
}

const MALFORMED = 'EGeneral:Invalid arguments';

const FORCED: Readonly<Record<ForcedRefusal, string>> = {
  timeout: 'EGeneral:Internal error',
  maintenance: 'EService:Unavailable',
  banned: 'EGeneral:Temporary lockout',
  rateLimited: 'EAPI:Rate limit exceeded',
};

const errorBody = (words: string): unknown => ({ error: [words] });

/** A refusal is no failure of HTTP: it comes with status 200. */
function answered(answer: () => unknown): HttpReply {
  try {
    return { status: 200, body: { error: [], result: answer() } };
  } catch (error) {
    if (error instanceof KrakenError) return { status: 200, body: errorBody(error.message) };
    throw error;
  }
}
