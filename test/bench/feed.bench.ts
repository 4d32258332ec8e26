// The market feed over a local exchange in the same process: from the moment the exchange tells a
// print to the moment the engine's side hears it, and the heap under a flood.
import { type AddressInfo, connect as connectTo, createServer } from 'node:net';
import { createWallClock } from '../../src/engine/clock.ts';
import { connect } from '../../src/exchange/ccxt/connection.ts';
import { openMarketFeed } from '../../src/exchange/ccxt/stream.ts';
import { startEmulator } from '../../src/exchange/emulator/emulator.ts';
import { wallScheduler } from '../../src/exchange/emulator/wall-scheduler.ts';
import { calibrationMs, judge, quantile, say } from './kit.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];
const LATENCY_PER_SECOND = 1_000;
const LATENCY_SECONDS = 20;
const FLOOD_PER_SECOND = 4_000;
const FLOOD_SECONDS = Number(process.env['FLOOD_SECONDS'] ?? 60);
const TARGET_MS = 2;
/** Of the live heap between the first third of the flood and its end. */
const TARGET_GROWTH_MB = 5;

const wall = createWallClock();
const now = (): number => wall.now();
const emulator = await startEmulator({
  dialect: 'binance',
  seed: 7,
  port: 0,
  clock: wall,
  scheduler: wallScheduler,
});
const plan = {
  id: 'binance',
  account: 'main',
  venue: 'data',
  endpoint: emulator.endpoint,
  symbols: SYMBOLS,
} as const;
const log = ({ message }: { readonly message: string }): void => say(`  ${message}`);
const connection = await connect({ plan, credentials: null, now, log });
const feed = await openMarketFeed({ connection, plan, now, log, historyCandles: 100 });

/** Moments at which prints of a market were told and not heard yet, oldest first. */
const told = new Map<string, number[]>(SYMBOLS.map((symbol) => [symbol, []]));
let delays: number[] = [];
let isMatching = false;
let heard = { prints: 0, books: 0 };

emulator.core.market.listen((event) => {
  if (!isMatching || event.kind !== 'trades') return;
  const at = performance.now();
  const line = told.get(event.symbol);
  for (let i = 0; line && i < event.trades.length; i++) line.push(at);
});
feed.listen({
  onEvent(event) {
    if (event.kind === 'book') heard.books += 1;
    if (event.kind !== 'trades') return;
    heard.prints += event.trades.length;
    const at = performance.now();
    const line = told.get(event.symbol);
    for (let i = 0; line && i < event.trades.length; i++) {
      const begun = line.shift();
      if (begun !== undefined) delays.push(at - begun);
    }
  },
  onStatus: () => undefined,
});

try {
  say(`calibration loop: ${calibrationMs().toFixed(1)} ms`);
  await seconds(5);
  await measureLatency();
  await measureFlood();
} finally {
  await feed.close();
  await connection.close();
  await emulator.close();
}

async function measureLatency(): Promise<void> {
  emulator.control.flood(LATENCY_PER_SECOND);
  await seconds(2);
  // Between two packets nothing is under way: from here on every print is matched.
  emulator.control.flood(0);
  await seconds(1);
  delays = [];
  isMatching = true;
  const bare = await bareSocket();
  emulator.control.flood(LATENCY_PER_SECOND);
  await seconds(LATENCY_SECONDS);
  emulator.control.flood(0);
  await seconds(1);
  isMatching = false;
  const samples = Float64Array.from(delays);
  const missing = [...told.values()].reduce((sum, line) => sum + line.length, 0);
  say(`${LATENCY_PER_SECOND} messages/s: ${samples.length} prints, ${missing} never heard`);
  say(`p50 ${quantile(samples, 0.5).toFixed(2)} ms, worst ${Math.max(...samples).toFixed(1)} ms`);
  // What of it is the machine: bytes over a plain socket of this process, in the same seconds.
  const idle = Float64Array.from(bare.stop());
  say(`a plain socket meanwhile: p50 ${quantile(idle, 0.5).toFixed(2)} ms`);
  say(`a plain socket meanwhile: p99 ${quantile(idle, 0.99).toFixed(2)} ms`);
  const value = quantile(samples, 0.99);
  judge({ name: 'socket to event, p99', value, unit: 'ms', target: TARGET_MS, better: 'less' });
  if (missing > 0) process.exitCode = 1;
}

/** Sends a byte every few milliseconds to itself; `stop` gives the times they took. */
async function bareSocket(): Promise<{ stop(): number[] }> {
  const times: number[] = [];
  const sent: number[] = [];
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      const at = performance.now();
      for (let i = 0; i < bytes.length; i++) times.push(at - (sent.shift() ?? at));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const socket = connectTo({ port, host: '127.0.0.1', noDelay: true });
  const timer = setInterval(() => {
    sent.push(performance.now());
    socket.write('x');
  }, 10);
  return {
    stop() {
      clearInterval(timer);
      socket.destroy();
      server.close();
      return times;
    },
  };
}

async function measureFlood(): Promise<void> {
  delays = [];
  heard = { prints: 0, books: 0 };
  const cpu = process.cpuUsage();
  emulator.control.flood(FLOOD_PER_SECOND);
  await seconds(FLOOD_SECONDS / 3);
  const early = heapMb();
  await seconds((2 * FLOOD_SECONDS) / 3);
  const { user, system } = process.cpuUsage(cpu);
  const late = heapMb();
  emulator.control.flood(0);
  const used = (user + system) / 1e4 / FLOOD_SECONDS;
  say(
    `${FLOOD_PER_SECOND} messages/s for ${FLOOD_SECONDS} s: ${heard.prints} prints and ` +
      `${heard.books} books heard, ${used.toFixed(0)} % of a core for both sides`,
  );
  say(`live heap ${early.toFixed(1)} MB after a third, ${late.toFixed(1)} MB at the end`);
  const value = Math.max(0, late - early);
  const target = TARGET_GROWTH_MB;
  judge({ name: 'heap growth', value, unit: 'MB', target, better: 'less' });
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

async function seconds(count: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, count * 1_000));
}
