/** Market data: from the socket of the exchange to the engine's event, and under load. */
import { createWallClock } from '../../src/engine/clock.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import { connect } from '../../src/exchange/ccxt/connection.ts';
import { openMarketFeed } from '../../src/exchange/ccxt/stream.ts';
import { type BenchExchange, pause, usedHeap } from './exchange-kit.ts';

const WARM_MS = 3_000;
const LATENCY_MS = 10_000;
/** Heaps are compared from here on: the library's lists of prints and candles are full by then. */
const FILL_MS = 8_000;

/** A print as the engine gets it. */
interface Heard {
  readonly at: bigint;
  readonly key: string;
}

export interface Latency {
  /** Milliseconds from the exchange's send to the engine's event, of every print. */
  readonly samples: Float64Array;
  readonly perSecond: number;
  readonly lost: number;
}

/** Follows every market; `onEvent` is where a session posts to its engine. */
async function follow(exchange: BenchExchange, onEvent: (event: MarketEvent) => void) {
  const clock = createWallClock();
  const now = (): number => clock.now();
  const log = (): void => undefined;
  const plan = exchange.plan('data');
  const connection = await connect({ plan, credentials: null, now, log });
  const feed = await openMarketFeed({ connection, plan, now, log, historyCandles: 100 });
  const end = feed.listen({ onEvent, onStatus: () => undefined });
  while (feed.status().some(({ by }) => by !== 'stream')) await pause(50);
  return async (): Promise<void> => {
    end();
    await feed.close();
    await connection.close();
  };
}

/** Sends `perSecond` messages a second for ten seconds. */
export async function measureLatency(exchange: BenchExchange, perSecond: number): Promise<Latency> {
  const heard: Heard[] = [];
  const close = await follow(exchange, (event) => {
    if (event.kind !== 'trades') return;
    const at = process.hrtime.bigint();
    for (const { time, price, quantity } of event.trades) {
      heard.push({ at, key: keyOf({ symbol: event.symbol, time, price, quantity }) });
    }
  });
  exchange.send({ kind: 'flood', perSecond, what: 'trades' });
  await pause(WARM_MS);
  exchange.send({ kind: 'note' });
  heard.length = 0;
  const before = (await exchange.ask('counts')).messages;
  const begun = performance.now();
  await pause(LATENCY_MS);
  const messages = (await exchange.ask('counts')).messages - before;
  const seconds = (performance.now() - begun) / 1_000;
  const { sent } = await exchange.ask('notes');
  exchange.send({ kind: 'flood', perSecond: 0, what: 'trades' });
  await pause(500);
  await close();
  return { ...match(sent, heard), perSecond: messages / seconds };
}

/** Each print that was sent with the first one of its numbers that was heard after it. */
function match(
  sent: readonly { readonly at: string; readonly text: string }[],
  heard: readonly Heard[],
): Omit<Latency, 'perSecond'> {
  const waiting = new Map<string, bigint[]>();
  for (const { at, key } of heard) waiting.set(key, [...(waiting.get(key) ?? []), at]);
  const samples: number[] = [];
  let lost = 0;
  for (const { at, text } of sent) {
    const left = BigInt(at);
    const times = waiting.get(keyOfText(text)) ?? [];
    const place = times.findIndex((one) => one >= left);
    const [found] = place < 0 ? [] : times.splice(place, 1);
    if (found === undefined) lost += 1;
    else samples.push(Number(found - left) / 1e6);
  }
  return { samples: Float64Array.from(samples), lost };
}

interface Print {
  readonly symbol: string;
  readonly time: number;
  readonly price: number;
  readonly quantity: number;
}

const keyOf = ({ symbol, time, price, quantity }: Print): string =>
  `${symbol.replace('/', '')} ${time} ${price} ${quantity}`;

function keyOfText(text: string): string {
  const read = JSON.parse(text) as Record<string, unknown> & { data?: Record<string, unknown> };
  const print = read.data ?? read;
  return keyOf({
    symbol: String(print['s']),
    time: Number(print['T']),
    price: Number(print['p']),
    quantity: Number(print['q']),
  });
}

export interface Load {
  readonly perSecond: number;
  readonly events: number;
  /** Megabytes in use after a collection, at the beginning and at the end. */
  readonly heap: readonly [number, number];
  /** Of one processor, of this process alone. */
  readonly cpuFraction: number;
}

/** Takes `perSecond` messages a second for so long. */
export async function measureLoad(
  exchange: BenchExchange,
  of: { readonly perSecond: number; readonly seconds: number },
): Promise<Load> {
  let events = 0;
  const close = await follow(exchange, () => (events += 1));
  // Half are prints; small changes of books are told ten times a second, gathered.
  exchange.send({ kind: 'flood', perSecond: of.perSecond * 2, what: 'both' });
  await pause(FILL_MS);
  const first = await usedHeap();
  events = 0;
  const before = (await exchange.ask('counts')).messages;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await pause(of.seconds * 1_000);
  const messages = (await exchange.ask('counts')).messages - before;
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const told = events;
  const last = await usedHeap();
  exchange.send({ kind: 'flood', perSecond: 0, what: 'trades' });
  await close();
  return {
    perSecond: messages / seconds,
    events: told,
    heap: [first, last],
    cpuFraction: (user + system) / 1e6 / seconds,
  };
}
