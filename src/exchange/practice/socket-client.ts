/** `VenueClient` of a practice exchange in another process, behind a Unix socket. */
import { type Socket, connect } from 'node:net';

import { messageOf } from '../../domain/errors.ts';
import { type Decimal, parseDecimal } from '../../domain/decimal.ts';
import type { MarketEvent } from '../../domain/event.ts';
import type { VenueAccount, VenueResult } from '../../domain/venue.ts';
import type { Answer, VenueAbilities, VenueClient, VenueListener } from '../../ports.ts';
import { type LineMessage, createMessageReader, toLine } from './line.ts';

/** A call is given up after this: its outcome is unknown then. */
const ANSWER_MS = 12_000;
const RECONNECT_MS = 250;
/** Bytes that may wait for the exchange before the market is held back. */
const MOST_WAITING = 4 * 1024 * 1024;

export interface PracticeClient extends VenueClient {
  /** The emergency's way out of a holding (signed base units): reduce-only at the market. */
  closePosition(
    position: { readonly symbol: string; readonly quantity: Decimal },
    answer: Answer<void>,
  ): void;
  /** The exchange lives in the market that this console shows. */
  showMarket(event: MarketEvent): void;
  /** Too much is on its way: no more market until it is read. */
  readonly saturated: boolean;
}

/** Connects and learns what the exchange can do. Rejects when nobody answers. */
export async function connectPractice(path: string): Promise<PracticeClient> {
  const line = new Line(path);
  try {
    await line.opened;
  } catch (error) {
    // Whoever asks again makes a line of its own.
    line.close();
    throw error;
  }
  const abilities = await new Promise<VenueAbilities>((resolve, reject) => {
    line.call<VenueAbilities>('abilities', [], (result) => {
      if (result.ok) resolve(result.value);
      else reject(new Error(result.fault.reason));
    });
  });
  const call = <T>(name: string, args: readonly unknown[], answer: Answer<T>): void =>
    line.call(name, args, answer);
  return {
    abilities,
    createOrder: (order, answer) => call('createOrder', [order], answer),
    cancelOrder: (ref, answer) => call('cancelOrder', [ref], answer),
    amendOrder: (ref, change, answer) => call('amendOrder', [ref, change], answer),
    fetchOrder: (ref, answer) => call('fetchOrder', [ref], answer),
    fetchOpenOrders: (answer) => call('fetchOpenOrders', [], answer),
    fetchFills: (since, answer) => call('fetchFills', [since], answer),
    fetchAccount: (answer) =>
      call<VenueAccount>('fetchAccount', [], (result) =>
        answer(result.ok ? { ok: true, value: toAccount(result.value) } : result),
      ),
    closePosition: (position, answer) => call('closePosition', [position], answer),
    setDeadMan: (timeoutMs, answer) => call('setDeadMan', [timeoutMs], answer),
    listen: (listener) => line.listen(listener),
    close: () => line.close(),
    showMarket: (event) => line.tell('market', [event]),
    get saturated() {
      return line.waitingBytes > MOST_WAITING;
    },
  };
}

/** Maps cross the wire as their entries, and the keys of positions are symbols, not field names. */
function toAccount(told: VenueAccount): VenueAccount {
  return { ...told, positions: toMap(told.positions), balances: toMap(told.balances) };
}

function toMap(entries: unknown) {
  return new Map(
    (entries as readonly (readonly [string, string])[]).flatMap(([name, text]) => {
      const value = parseDecimal(text);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

interface Waiting {
  readonly answer: (result: VenueResult<never>) => void;
  readonly timer: NodeJS.Timeout;
}

/** One connection that comes back by itself; whoever listens hears of both. */
class Line {
  readonly opened: Promise<void>;
  private readonly path: string;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<VenueListener>();
  private socket: Socket | null = null;
  private isClosed = false;
  private last = 0;

  constructor(path: string) {
    this.path = path;
    this.opened = new Promise((resolve, reject) => this.open(resolve, reject));
  }

  get waitingBytes(): number {
    return this.socket?.writableLength ?? 0;
  }

  call<T>(name: string, args: readonly unknown[], answer: Answer<T>): void {
    if (this.socket === null) {
      const fault = { kind: 'down', reason: 'the exchange is not connected' } as const;
      return answer({ ok: false, fault });
    }
    const id = ++this.last;
    const timer = setTimeout(() => this.giveUp(id, 'timeout: no answer'), ANSWER_MS);
    this.waiting.set(id, { answer, timer });
    this.socket.write(toLine({ id, call: name, args }));
  }

  tell(name: string, args: readonly unknown[]): void {
    this.socket?.write(toLine({ tell: name, args }));
  }

  listen(listener: VenueListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    this.isClosed = true;
    this.socket?.destroy();
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  private open(onUp: () => void, onRefused: (error: Error) => void): void {
    const socket = connect({ path: this.path });
    const read = createMessageReader((message) => this.hear(message));
    let problem = 'the exchange closed the connection';
    socket.once('connect', () => {
      this.socket = socket;
      onUp();
    });
    socket.on('data', (chunk) => {
      if (!read(chunk)) socket.destroy(new Error('a message without an end'));
    });
    socket.on('error', (error) => {
      problem = messageOf(error);
    });
    socket.on('close', () => {
      const wasUp = this.socket === socket;
      this.socket = null;
      for (const id of this.waiting.keys()) this.giveUp(id, problem);
      if (this.isClosed) return;
      if (wasUp) this.tellLink(false, problem);
      onRefused(new Error(problem));
      setTimeout(() => this.reopen(), RECONNECT_MS).unref();
    });
  }

  private reopen(): void {
    if (this.isClosed) return;
    this.open(
      () => this.tellLink(true, 'connected again'),
      () => undefined,
    );
  }

  private tellLink(up: boolean, reason: string): void {
    for (const listener of this.listeners) listener.onLink(up, reason);
  }

  private giveUp(id: number, reason: string): void {
    this.settle(id, { ok: false, fault: { kind: 'unknownOutcome', reason } });
  }

  private hear({ id, result, on, args = [] }: LineMessage): void {
    if (id !== undefined) return this.settle(id, result as VenueResult<never>);
    for (const listener of this.listeners) tellListener(listener, on, args);
  }

  private settle(id: number, result: VenueResult<never>): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    this.waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.answer(result);
  }
}

function tellListener(listener: VenueListener, on: string | undefined, args: readonly unknown[]) {
  switch (on) {
    case 'onOrder':
    case 'onFill':
      return (listener[on] as (thing: unknown) => void)(args[0]);
    case 'onAccount':
      return listener.onAccount(toAccount(args[0] as VenueAccount));
    case 'onLink':
      return listener.onLink(args[0] === true, String(args[1]));
    default:
      return;
  }
}
