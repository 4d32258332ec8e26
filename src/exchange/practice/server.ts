/** Serves a practice exchange on a Unix socket: every connection is a client of the same wire. */
import { type Server, type Socket, createServer } from 'node:net';

import { type Decimal, neg } from '../../domain/decimal.ts';
import type { MarketEvent } from '../../domain/event.ts';
import type { VenueResult } from '../../domain/venue.ts';
import type { VenueClient } from '../../ports.ts';
import type { PracticeWire } from './faulty-client.ts';
import { type LineMessage, createMessageReader, toLine } from './line.ts';

export interface PracticeServerOptions {
  readonly wire: PracticeWire;
  readonly path: string;
  /** A console shows what the market does: time and prices of the exchange follow it. */
  readonly onMarket: (event: MarketEvent) => void;
  /** How many are connected now. */
  readonly onConnections: (count: number) => void;
}

/** Resolves when the socket can be connected to. Rejects when it cannot be made. */
export function servePractice(options: PracticeServerOptions): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    options.onConnections(sockets.size);
    serve(socket, options);
    socket.on('close', () => {
      sockets.delete(socket);
      options.onConnections(sockets.size);
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.path, () => resolve(server));
  });
}

function serve(socket: Socket, options: PracticeServerOptions): void {
  const client = options.wire.connect();
  const write = (message: LineMessage): void => {
    if (!socket.destroyed) socket.write(toLine(message));
  };
  client.listen({
    onOrder: (order) => write({ on: 'onOrder', args: [order] }),
    onFill: (fill) => write({ on: 'onFill', args: [fill] }),
    onAccount: (account) => write({ on: 'onAccount', args: [account] }),
    onLink: (up, reason) => write({ on: 'onLink', args: [up, reason] }),
  });
  const read = createMessageReader((message) => {
    const { id, call, tell, args = [] } = message;
    if (tell === 'market') options.onMarket(args[0] as MarketEvent);
    if (id === undefined || call === undefined) return;
    const answer = (result: unknown): void => write({ id, result });
    if (!answerCall({ client, options, call, args, answer })) {
      const reason = `there is no call ${call}`;
      answer({ ok: false, fault: { kind: 'rejected', code: 'UNSUPPORTED', reason } });
    }
  });
  socket.on('data', (chunk) => {
    if (!read(chunk)) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => client.close());
}

const CALLS: ReadonlySet<string> = new Set([
  'createOrder', 'cancelOrder', 'amendOrder', 'fetchOrder', 'fetchOpenOrders', 'fetchFills',
  'fetchAccount', 'setDeadMan',
]); // prettier-ignore

function answerCall(of: {
  readonly client: VenueClient;
  readonly options: PracticeServerOptions;
  readonly call: string;
  readonly args: readonly unknown[];
  readonly answer: (result: unknown) => void;
}): boolean {
  const { client, options, call, args, answer } = of;
  if (call === 'abilities') answer({ ok: true, value: client.abilities });
  else if (call === 'closePosition') answer(closePosition(options, args[0]));
  else if (CALLS.has(call)) {
    const methods = client as unknown as Record<string, (...all: unknown[]) => void>;
    methods[call]?.(...args, answer);
  } else return false;
  return true;
}

/** The emergency's way out: reduce-only at the market. */
function closePosition({ wire }: PracticeServerOptions, asked: unknown): VenueResult<null> {
  const { symbol, quantity } = asked as { symbol: string; quantity: Decimal };
  const isShort = quantity < neg(quantity);
  const side = isShort ? 'buy' : 'sell';
  const unsigned = isShort ? neg(quantity) : quantity;
  const order = { symbol, side, type: 'market', quantity: unsigned, reduceOnly: true } as const;
  const placed = wire.exchange.placeOutside(order);
  return placed.ok ? { ok: true, value: null } : placed;
}
