// The console's part of the panic bench: a main loop that never turns again, with its own client
// full of requests, and the real emergency thread beside it, on a real terminal.
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { Board } from '../../src/app/emergency/board.ts';
import { Emergency, startEmergencyThread } from '../../src/app/emergency/emergency.ts';
import { createOrderId, type RunId } from '../../src/domain/ids.ts';
import { Secret } from '../../src/domain/secret.ts';
import { connect } from '../../src/exchange/ccxt/connection.ts';
import { connectPractice } from '../../src/exchange/practice/socket-client.ts';
import { haltKeys } from '../../src/ui/input/urgent.ts';
import { KEYMAP } from '../../src/ui/input/keymap.ts';
import { readBytes } from '../../src/ui/input/byte-source.ts';
import type { ExchangePlace } from './panic-exchange.ts';

const [socket = '', pipe = '', trialsText = '200', ordersText = '50', queuedText = '400'] =
  process.argv.slice(2);
const [trials, orders, queued] = [trialsText, ordersText, queuedText].map(Number) as [
  number,
  number,
  number,
];
/** Longer than the thread waits before it takes a silent main loop for a stalled one. */
const SETTLE_MS = 6_500;
/** Between the end of a trial and the next one. */
const PAUSE_MS = 40;

const out = openSync(pipe, 'w');
const say = (line: string): void => void writeSync(out, `${line}\n`);

/** At the local exchange: where it is. Else a practice exchange behind a socket. */
const place = socket.startsWith('{') ? (JSON.parse(socket) as ExchangePlace) : null;
const wire =
  place === null ? ({ kind: 'practice', socket } as const) : ({ kind: 'exchange' } as const);
const board = new Board();
const thread = startEmergencyThread(wire, board);
const emergency = new Emergency(wire, board, thread);
emergency.setKeys(haltKeys(KEYMAP));
process.stdin.setRawMode(true);
emergency.bytes(readBytes(process.stdin)).start(
  () => undefined,
  () => process.exit(1),
);
emergency.start();
while (!board.isReading) await sleep(10);

if (place === null) {
  const client = await connectPractice(socket);
  for (let i = 0; i < queued; i += 1) client.fetchOpenOrders(() => undefined);
} else {
  await fillExchange(place);
}
// The warm wire of the thread, and whatever a start leaves to be done.
await sleep(place === null ? 500 : 4_000);

// From here on the event loop of this thread does not turn.
spin(SETTLE_MS);
board.openGate();
let known: ReturnType<typeof idsOf> = [];
for (let trial = 0; trial < trials; trial += 1) {
  for (const orderId of known) thread.post({ kind: 'gone', orderId });
  known = idsOf(trial);
  for (const orderId of known)
    thread.post({ kind: 'mayExist', orderId, symbol: place?.symbol ?? 'BTC/USDT' });
  say(`armed ${trial}`);
  while (!board.isClosed) continue;
  const { closedAt } = board;
  say(`closed ${trial} ${closedAt}`);
  spin(PAUSE_MS);
  board.openGate();
}
say('done 0');
process.exit(0);

/** The session's own clients, with more requests waiting than a minute of them can leave. */
async function fillExchange({ endpoint, key, secret, symbol }: ExchangePlace): Promise<void> {
  const plan = {
    id: 'binance',
    account: 'main',
    venue: 'live',
    endpoint,
    symbols: [symbol],
  } as const;
  const keys = { key: Secret.of(key), secret: Secret.of(secret), passphrase: null };
  const connection = await connect({
    plan,
    credentials: keys,
    now: () => Date.now(),
    log: () => undefined,
  });
  const { data } = connection;
  emergency.connected({ plan, accountId: 'binance:main', markets: [data.markets?.[symbol]] }, keys);
  for (let i = 0; i < queued; i += 1) data.fetchTrades(symbol).catch(() => undefined);
}

function idsOf(trial: number) {
  const run = String(trial).padStart(6, '0').padEnd(11, '0') as RunId;
  return Array.from({ length: orders }, (_, i) => createOrderId(run, i, 'entry'));
}

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) continue;
}
