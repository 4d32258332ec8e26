import { MINUTE_MS } from '../../../../src/domain/time.ts';
import { createBinanceDialect } from '../../../../src/exchange/emulator/binance/dialect.ts';
import type { Dialect, HttpReply } from '../../../../src/exchange/emulator/dialect.ts';
import { type TestEmulator, openEmulator } from '../../../support/emulator.ts';
import { sign, signMessage } from './binance-kit.ts';

/** One connection without a wire: what it was sent, and a way to say something. */
export class FakeSocket {
  readonly path: string;
  readonly heard: unknown[] = [];
  private closed: () => void = () => undefined;
  private listener: (text: string) => void = () => undefined;

  constructor(path: string) {
    this.path = path;
  }

  send(message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.heard.push(JSON.parse(text));
  }

  sendUserEvent(message: unknown): void {
    this.send(message);
  }

  onMessage(hear: (text: string) => void): void {
    this.listener = hear;
  }

  onClose(hear: () => void): void {
    this.closed = hear;
  }

  close(): void {
    this.leave();
  }

  /** The client goes away. */
  leave(): void {
    this.closed();
  }

  say(text: string): void {
    this.listener(text);
  }
}

/** The dialect over a market, called without HTTP; account `second` asks. */
export class Desk {
  readonly emulator: TestEmulator;
  readonly dialect: Dialect;
  private minutes = 0;

  constructor(emulator: TestEmulator, dialect: Dialect) {
    this.emulator = emulator;
    this.dialect = dialect;
  }

  get now(): number {
    return this.emulator.core.clock.now();
  }

  /** The next minute of request weights, without one of the market. */
  nextMinute(): void {
    this.minutes += 1;
    this.emulator.control.setSkew(this.minutes * MINUTE_MS);
  }

  /** A request as a client sends it, signed unless told otherwise. */
  ask(
    method: string,
    path: string,
    params: Readonly<Record<string, string>> = {},
    isSigned = true,
  ): HttpReply | null {
    const { apiKey, secret } = this.emulator.credentials('second');
    const stamped = isSigned ? { ...params, timestamp: String(this.now) } : params;
    const plain = new URLSearchParams(stamped).toString();
    const text = isSigned ? sign(secret, plain) : plain;
    const inQuery = method !== 'POST';
    const [query, body] = inQuery ? [text, ''] : ['', text];
    const headers = { 'x-mbx-apikey': apiKey };
    return this.dialect.request({ method, path, query, body, headers });
  }

  /** The body of an answer that has to be good. */
  rows<T>(path: string, params: Readonly<Record<string, string>> = {}): T {
    const reply = this.ask('GET', path, params);
    if (reply?.status !== 200) throw new Error(JSON.stringify(reply));
    return reply.body as T;
  }

  /** A connection that hears the account's events. */
  subscribe(): FakeSocket {
    const socket = new FakeSocket('/ws-api/v3');
    this.dialect.connect(socket);
    const params = signMessage(this.emulator.credentials('second'), { timestamp: this.now });
    socket.say(JSON.stringify({ id: 1, method: 'userDataStream.subscribe.signature', params }));
    return socket;
  }
}

/** A dialect over a fresh market. Close the emulator when done. */
export async function openDesk(): Promise<Desk> {
  let dialect: Dialect | null = null;
  const emulator = await openEmulator({
    dialect: 'binance',
    create: (core) => {
      dialect = createBinanceDialect(core);
      return dialect;
    },
  });
  if (dialect === null) throw new Error('no dialect was made');
  return new Desk(emulator, dialect);
}
