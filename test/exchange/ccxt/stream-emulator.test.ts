import { afterEach, expect, test } from 'vitest';
import type { BookLevels } from '../../../src/domain/book.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import type { MarketEvent } from '../../../src/domain/event.ts';
import { MINUTE_MS } from '../../../src/domain/time.ts';
import type { Trade } from '../../../src/domain/trade.ts';
import { connect, type Connection } from '../../../src/exchange/ccxt/connection.ts';
import { openMarketFeed } from '../../../src/exchange/ccxt/stream.ts';
import type { PushFeed } from '../../../src/ports.ts';
import { openEmulator, type TestEmulator } from '../../support/emulator.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT'] as const;
/** The feed's own time runs so much faster than the machine's. */
const FASTER = 10;
/** Between two moments of the exchange at which something may happen. */
const STEP_MS = 500;
/** Finds a hang, proves nothing. */
const LONGEST_WAIT_MS = 60_000;

interface Bench {
  readonly emulator: TestEmulator;
  readonly connection: Connection;
  readonly feed: PushFeed;
  readonly events: MarketEvent[];
  readonly log: string[];
  readonly time: PacedTime;
}

/** Time that only timers move: a busy machine slows it down, and nothing is late by it. */
interface PacedTime {
  readonly monotonic: () => number;
  readonly after: (ms: number, fire: () => void) => () => void;
}

function pacedTime(): PacedTime {
  let now = 0;
  return {
    monotonic: () => now,
    after(ms, fire) {
      const due = now + ms;
      const timer = setTimeout(() => {
        now = Math.max(now, due);
        fire();
      }, ms / FASTER);
      return () => clearTimeout(timer);
    },
  };
}

const open: Bench[] = [];

afterEach(async () => {
  for (const { feed, connection, emulator } of open.splice(0)) {
    await feed.close();
    await connection.close();
    await emulator.close();
  }
});

// One console a dialect, through everything that can happen to it: opening one takes seconds.
test('Binance: every datum arrives once, through drops, refusals, silence and a storm', async () => {
  const bench = await start('binance');
  await streaming(bench);
  await tellsTheTruth(bench);
  await survivesADrop(bench);
  await pollsWhileRefused(bench);
  await survivesAStorm(bench);
  await noticesSilence(bench);
});

test('Kraken: every datum arrives once, through drops', async () => {
  const bench = await start('kraken');
  await streaming(bench);
  await tellsTheTruth(bench);
  await survivesADrop(bench);
});

const [SYMBOL] = SYMBOLS;

/** Prints once each, the book as a request shows it, finished minutes as they were. */
async function tellsTheTruth(bench: Bench): Promise<void> {
  const { emulator, events } = bench;
  const from = emulator.core.clock.now();
  const since = events.length;
  await pass(bench, 3 * MINUTE_MS);
  const toText = ({ price, quantity, side }: Trade): string => `${side} ${quantity} at ${price}`;
  const all = emulator.core.market.trades(SYMBOL, 1_000);
  const truth = all.filter(({ time }) => time > from).map(toText);
  const heard = (): string[] =>
    events
      .slice(since)
      .flatMap((one) => (one.kind === 'trades' && one.symbol === SYMBOL ? one.trades : []))
      .filter(({ time }) => time > from)
      .map(toText);
  await until(() => heard().length >= truth.length, 'prints', bench);
  expect(heard()).toEqual(truth);
  expect(truth.length).toBeGreaterThan(20);
  const book = emulator.core.market.book(SYMBOL);
  await until(() => topOf(newestBook(bench)) === topOf(book), 'the same book', bench);
  await until(
    async () => {
      await step(bench);
      return minutes(bench).length >= 2;
    },
    'minutes',
    bench,
  );
  expect(minutes(bench)).toEqual(truthOf(bench));
}

async function survivesADrop(bench: Bench): Promise<void> {
  const { emulator } = bench;
  const before = minutes(bench).length;
  expect(emulator.control.dropSockets('terminate')).toBeGreaterThan(0);
  // Two minutes pass at once, unheard.
  emulator.advance(2 * MINUTE_MS);
  await streaming(bench);
  await pass(bench, MINUTE_MS);
  await until(
    async () => {
      await step(bench);
      return minutes(bench).length >= before + 2;
    },
    'the missed minutes',
    bench,
  );
  expect(minutes(bench)).toEqual(truthOf(bench));
}

async function pollsWhileRefused(bench: Bench): Promise<void> {
  const { control } = bench.emulator;
  control.refuseUpgrades(1_000);
  control.dropSockets('terminate');
  await until(() => books(bench).every((one) => one === 'poll'), 'polled books', bench);
  control.refuseUpgrades(0);
  await streaming(bench);
}

/** A hundred lost connections in a row. */
async function survivesAStorm(bench: Bench): Promise<void> {
  const { control } = bench.emulator;
  control.forgetRequests();
  const begun = bench.time.monotonic();
  for (let i = 0; i < 100; i++) {
    control.dropSockets('terminate');
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  const seconds = (bench.time.monotonic() - begun) / 1_000;
  // Requests leave at most every 250 ms of the feed's own time, and dials back off.
  expect(control.requests().length).toBeLessThan(40 + seconds * 4);
  await streaming(bench);
}

/** Half open: the connections are there, and nothing arrives on them. */
async function noticesSilence(bench: Bench): Promise<void> {
  const { emulator, log } = bench;
  emulator.control.silence('', true);
  await until(
    async () => {
      await step(bench);
      return log.some((line) => line.includes('silent'));
    },
    'silence',
    bench,
  );
  emulator.control.silence('', false);
  await streaming(bench);
}

async function start(dialect: 'binance' | 'kraken'): Promise<Bench> {
  const emulator = await openEmulator({ dialect });
  const now = (): number => emulator.core.clock.now();
  const log: string[] = [];
  const time = pacedTime();
  const plan = {
    id: dialect,
    account: 'main',
    venue: 'data',
    endpoint: emulator.endpoint,
    symbols: SYMBOLS,
  } as const;
  const hear = ({ message }: { readonly message: string }): void => void log.push(message);
  const connection = await connect({ plan, credentials: null, now, log: hear });
  // The library's own pace, one request a second on Kraken, is not what is tested.
  Object.assign(connection.data, { enableRateLimit: false });
  const feed = await openMarketFeed({
    connection,
    plan,
    now,
    log: hear,
    historyCandles: 20,
    ...time,
  });
  const events: MarketEvent[] = [];
  feed.listen({ onEvent: (event) => events.push(event), onStatus: () => undefined });
  const bench = { emulator, connection, feed, events, log, time };
  open.push(bench);
  return bench;
}

const books = ({ feed }: Bench): string[] =>
  feed.status().flatMap((one) => (one.data === 'book' ? [one.by] : []));

function newestBook({ events }: Bench): BookLevels {
  const newest = events.findLast((one) => one.kind === 'book' && one.symbol === SYMBOL);
  return newest?.kind === 'book' ? newest.levels : { bids: [], asks: [] };
}

const topOf = ({ bids, asks }: BookLevels): string =>
  [bids, asks]
    .map((side) => side.slice(0, 10).map(({ price, quantity }) => `${quantity} at ${price}`))
    .join(' | ');

/** Books of every market come by the stream. */
async function streaming(bench: Bench): Promise<void> {
  await until(
    async () => {
      await step(bench);
      return books(bench).every((one) => one === 'stream');
    },
    'streams',
    bench,
  );
}

/** A step of the exchange's time and of the feed's. */
async function step({ emulator, time }: Bench): Promise<void> {
  emulator.advance(STEP_MS);
  await new Promise<void>((resolve) => void time.after(STEP_MS, resolve));
}

/** Moves the exchange's time alone, in steps small enough for nothing to look like a gap. */
async function pass({ emulator }: Bench, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    emulator.advance(STEP_MS);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function minutes({ events }: Bench): unknown[] {
  return events.flatMap((one) =>
    one.kind === 'candle' && one.symbol === SYMBOL ? [inEight(one.candle)] : [],
  );
}

/** What the exchange itself has of the minutes since the history's end. */
function truthOf(bench: Bench): unknown[] {
  const { feed, emulator } = bench;
  const history = [...feed.history(1)].filter((one) => one.symbol === SYMBOL);
  const since = (history.at(-1)?.candle.openTime ?? 0) + MINUTE_MS;
  const of = { since, until: null, limit: 1_000 };
  const all = emulator.core.market.candles(SYMBOL, '1m', of);
  return all.slice(0, minutes(bench).length).map(inEight);
}

/** By request, volumes have eight decimals. */
const inEight = (candle: Candle): Candle => ({
  ...candle,
  volume: Number(candle.volume.toFixed(8)),
});

async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  { log }: Bench,
): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}: ${log.join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
