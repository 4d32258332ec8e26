/** Market streams: who subscribed to what, over any number of connections (EXCHANGE 3.3). */
import type { MarketEvent } from '../../../domain/event.ts';
import { z } from 'zod';

import type { DialectSocket, EmulatorCore } from '../dialect.ts';
import { type Channel, createChannel, createChannelOfAll } from './channel.ts';
import { findMarket } from './symbols.ts';

interface Stream {
  /** Null: it is of all symbols. */
  readonly symbol: string | null;
  readonly channel: Channel;
  readonly sockets: Set<DialectSocket>;
}

/** Streams of one connection: the exchange closes one that wants more. */
const MOST_STREAMS = 1_024;

const Request = z.object({
  id: z.union([z.number(), z.string(), z.null()]).default(null),
  method: z.enum(['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS']),
  params: z.array(z.string()).max(MOST_STREAMS).default([]),
});

/** Every stream that somebody listens to, once, however many do. */
export class MarketStreams {
  private readonly core: EmulatorCore;
  private readonly streams = new Map<string, Stream>();

  constructor(core: EmulatorCore) {
    this.core = core;
    core.market.listen((event) => this.hear(event));
  }

  /** Serves a connection until it closes; streams named in its path are subscribed already. */
  connect(socket: DialectSocket): void {
    const named = /^\/(?:stream\/)?ws\/(.+)$/.exec(socket.path)?.[1] ?? '';
    for (const name of named.split('/')) if (name.includes('@')) this.subscribe(name, socket);
    socket.onMessage((text) => this.answer(text, socket));
    socket.onClose(() => {
      for (const name of this.streams.keys()) this.unsubscribe(name, socket);
    });
  }

  private hear(event: MarketEvent): void {
    for (const { symbol, channel } of this.streams.values()) {
      if (symbol === null || symbol === event.symbol) channel.hear(event);
    }
  }

  private answer(text: string, socket: DialectSocket): void {
    const asked = Request.safeParse(parseJson(text));
    if (!asked.success) {
      socket.send({ error: { code: 2, msg: 'Invalid request: malformed message' }, id: null });
      return;
    }
    const { id, method, params } = asked.data;
    if (method === 'LIST_SUBSCRIPTIONS') return socket.send({ result: this.namesOf(socket), id });
    const wrong = params.find((name) => !this.exists(name));
    if (wrong !== undefined) {
      socket.send({ error: { code: 2, msg: 'Invalid request: invalid stream' }, id });
      return;
    }
    // The answer comes before what was asked for: clients begin at it.
    socket.send({ result: null, id });
    for (const name of params) {
      if (method === 'SUBSCRIBE') this.subscribe(name, socket);
      else this.unsubscribe(name, socket);
    }
  }

  private namesOf(socket: DialectSocket): string[] {
    const mine = [...this.streams].filter(([, { sockets }]) => sockets.has(socket));
    return mine.map(([name]) => name);
  }

  private exists(name: string): boolean {
    return this.streams.has(name) || this.open(name) !== null;
  }

  private open(name: string): Stream | null {
    const { core } = this;
    const sockets = new Set<DialectSocket>();
    const send = (message: unknown): void => {
      const text = JSON.stringify(message);
      for (const socket of sockets) socket.send(text);
    };
    const ofAll = createChannelOfAll(name, { core, send });
    if (ofAll) return { symbol: null, channel: ofAll, sockets };
    const [, id = '', kind = ''] = /^([a-z0-9]+)@(.+)$/.exec(name) ?? [];
    const market = findMarket(core.market, id.toUpperCase());
    const channel = market ? createChannel(kind, { core, market, send }) : null;
    if (!market || !channel) return null;
    return { symbol: market.symbol, channel, sockets };
  }

  private subscribe(name: string, socket: DialectSocket): void {
    const stream = this.streams.get(name) ?? this.open(name);
    if (!stream) return;
    this.streams.set(name, stream);
    stream.sockets.add(socket);
  }

  private unsubscribe(name: string, socket: DialectSocket): void {
    const stream = this.streams.get(name);
    stream?.sockets.delete(socket);
    if (stream?.sockets.size === 0) this.streams.delete(name);
  }
}

/** The value of JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
