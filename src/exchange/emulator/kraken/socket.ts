/** What both of Kraken's WebSocket addresses have in common: requests, answers, heartbeats. */
import { SECOND_MS } from '../../../domain/time.ts';
import type { DialectSocket, EmulatorCore } from '../dialect.ts';
import { KrakenError, refuse } from './errors.ts';
import { stamp } from './execution-json.ts';
import { Fields } from './fields.ts';

/** A request of a client. `params` is empty where it has none. */
export interface SocketRequest {
  readonly method: string;
  readonly params: Fields;
  /** The client's own number; it comes back in the answer. */
  readonly reqId: unknown;
}

/** Answers one request: a result for each answer to be given, or null for none. */
export type Serve = (request: SocketRequest, connection: KrakenConnection) => void;

const HEARTBEAT_MS = SECOND_MS;
const VERSION = '2.0.10';
const NOTHING = Fields.ofForm('');

/** One open connection. It says at once that the exchange is there. */
export class KrakenConnection {
  readonly socket: DialectSocket;
  private readonly core: EmulatorCore;
  private readonly serve: Serve;
  private stopHeartbeat: () => void = () => undefined;
  private isQuiet = true;
  private isClosed = false;

  constructor(of: {
    readonly socket: DialectSocket;
    readonly core: EmulatorCore;
    readonly serve: Serve;
    readonly number: number;
  }) {
    const { socket, core, serve } = of;
    this.socket = socket;
    this.core = core;
    this.serve = serve;
    const status = { version: VERSION, system: 'online', api_version: 'v2' };
    const data = [{ ...status, connection_id: of.number }];
    socket.send({ channel: 'status', type: 'update', data });
    socket.onMessage((text) => this.hear(text));
    socket.onClose(() => {
      this.isClosed = true;
      this.stopHeartbeat();
    });
  }

  /** A message of a channel that anybody may have. */
  send(message: unknown): void {
    this.isQuiet = false;
    this.socket.send(message);
  }

  /** A message of the account's own channels. */
  sendPrivate(message: unknown): void {
    this.isQuiet = false;
    this.socket.sendUserEvent(message);
  }

  /** Says every second that the connection lives, unless something else was said. */
  beginHeartbeats(): void {
    this.stopHeartbeat();
    this.stopHeartbeat = this.core.scheduler.after(HEARTBEAT_MS, () => {
      if (this.isClosed) return;
      if (this.isQuiet) this.socket.send({ channel: 'heartbeat' });
      this.isQuiet = true;
      this.beginHeartbeats();
    });
  }

  /** The answer to a request that was carried out. */
  succeed({ method, reqId }: SocketRequest, result: unknown): void {
    this.answer({ method, reqId }, { result, success: true });
  }

  /** The answer to one that was not; `symbol` where it was about one of several. */
  fail({ method, reqId }: SocketRequest, words: string, symbol?: string): void {
    const what = symbol === undefined ? {} : { symbol };
    this.answer({ method, reqId }, { error: words, success: false, ...what });
  }

  /** Does something, and answers with the refusal where there is one. */
  attempt(request: SocketRequest, act: () => void, symbol?: string): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof KrakenError)) throw error;
      this.fail(request, error.message, symbol);
    }
  }

  private answer(to: { readonly method: string; readonly reqId: unknown }, what: object): void {
    const time = stamp(this.core.clock.now());
    const { method, reqId } = to;
    const number = reqId === undefined ? {} : { req_id: reqId };
    this.socket.send({ method, ...number, ...what, time_in: time, time_out: time });
  }

  private hear(text: string): void {
    const message = Fields.ofJson(text);
    const method = message?.text('method');
    if (!message || method === undefined) {
      this.socket.send({ error: 'Malformed request', success: false });
      return;
    }
    const params = message.inner('params') ?? NOTHING;
    const request = { method, params, reqId: message.number('req_id') };
    if (method === 'ping') return this.answer({ ...request, method: 'pong' }, {});
    this.attempt(request, () => this.serve(request, this));
  }
}

/** Symbols of a subscription: one or several. Throws KrakenError when there are none. */
export function symbolsOf({ params }: SocketRequest): readonly string[] {
  const symbols = params.list('symbol').filter((one) => typeof one === 'string');
  return symbols.length > 0 ? symbols : refuse('Symbol(s) not found');
}
