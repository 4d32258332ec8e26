import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openSession } from '../../src/app/build.ts';
import type { RunOptions } from '../../src/app/run-options.ts';
import type { RunningSession } from '../../src/app/session.ts';
import { SIMULATED_ACCOUNT, fileMarket, toRuntimes, toSimModel } from '../../src/app/simulation.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { openDataFile } from '../../src/backtest/data-file.ts';
import { createFileFeed } from '../../src/backtest/feed.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { SeededRng } from '../../src/domain/rng.ts';
import type { Timeframe } from '../../src/domain/time.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import type { Journal } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { ZERO, decimal } from '../../src/domain/decimal.ts';
import { createMoneyState, type MoneyState } from '../../src/execution/money.ts';
import { NO_LIMITS, candleFileOf, generatedCandles } from '../support/backtest-kit.ts';
import {
  contradictions,
  instance,
  journalRecords,
  makeDirectory,
  readState,
  removeAll,
  replayOptions,
  sumFills,
  until,
  writeCandles,
} from '../support/session-kit.ts';

const CANDLES = 160;
const NEVER = { compactAt: { records: 1e9, bytes: 1e9 } };
const strategies = [
  instance('sma-cross', { fast: 3, slow: 9 }, { stopFraction: 0.001, targetFraction: 0.002 }),
  instance('rsi-reversion', { period: 7 }, { trailFraction: 0.001 }),
  instance('grid', { spacing: 0.0005, levels: 3, stop: 0.002 }, {}),
];

const codec = stateCodec();
const text = (money: MoneyState) => codec.encodeState(money);

/** A state directory as it was before anything was written after record `n`. */
function cut(from: string, n: number): string {
  const dir = join(makeDirectory(), 'state');
  cpSync(from, dir, { recursive: true });
  const path = join(dir, 'journal-1.jsonl');
  const lines = readFileSync(path).toString().split('\n');
  writeFileSync(path, [...lines.slice(0, n + 1), ''].join('\n'));
  return dir;
}

describe('a replay that was cut after each of its records', () => {
  let path: string;
  let whole: RunOptions;
  let before: string;
  let states: string[];
  let final: ReturnType<typeof readState>;

  beforeAll(async () => {
    path = writeCandles(generatedCandles(CANDLES, { seed: 4 }));
    whole = replayOptions(path, { strategies });
    const session = await openSession(whole, NEVER);
    before = join(makeDirectory(), 'state');
    session.start();
    await session.done;
    // As a kill would leave it: one generation, no snapshot of the end.
    await until(() => session.view().store.waiting === 0);
    cpSync(whole.stateDirectory, before, { recursive: true });
    await session.close('done');
    final = readState(before);
    states = [text(createMoneyState())];
    const money = createMoneyState();
    for (const record of final.records) {
      codec.fold(money, record);
      states.push(text(money));
    }
  });
  afterAll(removeAll);

  test('has fills, cancels, rejections or denials, and protection to lose', () => {
    expect(readdirSync(before)).toContain('journal-1.jsonl');
    const kinds = new Set(final.records.map(({ kind }) => kind));
    for (const kind of ['fill', 'canceled', 'amended', 'orderCreated'] as const) {
      expect(kinds).toContain(kind);
    }
    expect(final.money.counts.fills).toBeGreaterThan(20);
  });

  test('is read back as the fold of its records, which survives the snapshot’s text', () => {
    expect(text(final.money)).toBe(states.at(-1));
    for (const state of states) expect(text(codec.decodeState(state))).toBe(state);
  });

  test('goes on from every record: no looser, nothing twice, books agree with the venue', () => {
    const file = openDataFile(path, { symbol: 'BTC/USDT', timeframe: '1m' });
    for (let n = 0; n <= final.records.length; n += 1) {
      const money = codec.decodeState(states[n] ?? '');
      const left = money.trading.state;
      const { journal, records } = listJournal(n);
      const feed = createFileFeed(file, { from: money.cursor.events });
      const run = createAccountRun({
        feed,
        markets: [fileMarket('BTC/USDT', whole.simulation)],
        runtimes: strategies.flatMap(toRuntimes),
        limits: whole.risk,
        model: toSimModel(whole.simulation),
        cash: whole.simulation.cash,
        accountId: SIMULATED_ACCOUNT,
        mode: 'replay',
        seed: 1,
        version: 'test',
        startTime: file.firstTime,
        start: false,
        journal,
        money,
      });
      const place = `cut after record ${n}`;
      const now = run.state.money.trading;
      // Books that differ would make it `reducing`.
      expect(now.state, `${place}: ${now.reason}`).toBe(left === 'running' ? 'paused' : left);
      const { time } = run.state.money.cursor;
      run.post({ kind: 'command', time, command: { kind: 'resume', phrase: null } });
      for (let event = feed.next(); event; event = feed.next()) run.drive(event);
      expect(run.reconcile(), place).toEqual([]);
      expect(run.state.money.cursor.events, place).toBe(CANDLES);
      const all = [...final.records.slice(0, n), ...records];
      expectWhole(all, run.state.money, place);
      expect(text(foldAll(all)), place).toBe(text(run.state.money));
    }
  });

  test('goes on through the session: from the disk, to the end, and once more', async () => {
    const step = Math.ceil(final.records.length / 8);
    for (let n = 0; n <= final.records.length; n += step) {
      const dir = cut(before, n);
      expect(text(readState(dir).money), `state after record ${n}`).toBe(states[n]);
      const left = codec.decodeState(states[n] ?? '');
      const run = { ...whole, stateDirectory: dir, continueReplay: true };
      const session = await openSession(run, NEVER);
      expect(session.view().account.tradingState).toBe('running');
      expect(session.view().feed.events).toBe(left.cursor.events);
      expect(session.view().recovered?.records ?? 0).toBe(n);
      session.start();
      await session.done;
      await session.close('done');
      const all = journalRecords(dir).map((line) => codec.decode(line));
      const { money } = readState(dir);
      expectWhole(all, money, `cut after record ${n}`);
      expect(text(foldAll(all))).toBe(text(money));
      expect(all.map((one) => one.n)).toEqual(all.map((_, i) => i + 1));
    }
  });
});

test('a rest after a stop-loss and the order rate outlast a restart', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const price = i < 20 ? 100 : 90;
    return [price, price, price, price] as const;
  });
  const limits = { ...NO_LIMITS, enabled: true, riskPerTradeFraction: 1, openRiskFraction: 1 };
  const risk = { ...limits, cooldownSeconds: 3_600, maxOrdersPerMinute: 1 };
  const run = replayOptions(writeCandles(candleFileOf(rows)), { strategies: [], risk });
  const ticket = {
    symbol: 'BTC/USDT',
    side: 'buy',
    type: 'market',
    quantity: decimal('1'),
    price: null,
    triggerPrice: null,
    trailFraction: null,
    stopPrice: decimal('95'),
    targetPrice: null,
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
  } as const;
  const open = async (continueReplay: boolean, events: number) => {
    const session = await openSession({ ...run, continueReplay });
    session.dispatch({ kind: 'holdFeed', held: true });
    session.start();
    while (session.view().feed.events < events) session.dispatch({ kind: 'stepFeed' });
    return session;
  };
  const denied = (session: RunningSession, code: string): boolean => {
    const verdict = session.preview({ ...ticket, stopPrice: decimal('85') }).verdicts;
    return verdict.some((one) => one.code === code && !one.ok);
  };
  const first = await open(false, 10);
  first.dispatch({ kind: 'placeOrder', pressId: 'a', ticket });
  expect(denied(first, 'ORDER_RATE')).toBe(true);
  await first.close('over');
  const second = await open(true, 10);
  expect(denied(second, 'ORDER_RATE')).toBe(true);
  while (second.view().feed.events < 25) second.dispatch({ kind: 'stepFeed' });
  expect(second.view().positions).toEqual([]);
  expect(denied(second, 'COOLDOWN')).toBe(true);
  await second.close('over');
  const third = await open(true, 26);
  expect(denied(third, 'ORDER_RATE')).toBe(false);
  expect(denied(third, 'COOLDOWN')).toBe(true);
  await third.close('over');
});

test.each([null, '5m'] as const)(
  'a recording of trades goes on with its open candle, chart timeframe %s',
  async (timeframe) => {
    const rng = new SeededRng(6);
    let price = 100;
    let time = Date.UTC(2024, 0, 1, 0, 2, 30);
    const rows = Array.from({ length: 6_000 }, () => {
      time += Math.floor(rng.next() * 20_000);
      price = Math.max(50, price + Math.round(rng.normal() * 10) / 100);
      return `${time},${price.toFixed(2)},${(1 + rng.next()).toFixed(3)},buy`;
    });
    const file = join(makeDirectory(), 'trades.csv');
    writeFileSync(file, ['time,price,quantity,side', ...rows, ''].join('\n'));
    const frame: Timeframe = timeframe ?? '1m';
    const watched = [
      instance('sma-cross', { fast: 2, slow: 5 }, { timeframe: '5m' }),
      instance('ema-cross', { fast: 2, slow: 4 }, { timeframe: frame }),
    ];
    const common = { strategies: watched, timeframe: frame };
    const decided = new Map<number, string>();
    const play = async (stops: readonly number[]): Promise<string[]> => {
      decided.clear();
      const run = replayOptions(file, common);
      for (const [i, stop] of stops.entries()) {
        const session = await openSession({ ...run, continueReplay: i > 0 }, NEVER);
        session.dispatch({ kind: 'holdFeed', held: true });
        session.start();
        while (session.view().feed.events < stop && !session.view().feed.ended) {
          session.dispatch({ kind: 'stepFeed' });
        }
        await session.close('stopped here');
        for (const one of journalRecords(run.stateDirectory).map((line) => codec.decode(line))) {
          if (one.kind !== 'orderCreated') continue;
          decided.set(one.n, `${one.t} ${one.request.strategyId} ${one.request.side}`);
        }
      }
      return [...decided.values()];
    };
    const straight = await play([Infinity]);
    expect(straight.length).toBeGreaterThan(50);
    expect(await play([1_111, 2_345, 4_004, Infinity])).toEqual(straight);
  },
);

test('strategies of a long timeframe are warm again after a restart', async () => {
  const hours = instance('sma-cross', { fast: 3, slow: 24 }, { timeframe: '1h' });
  const file = writeCandles(generatedCandles(12_000, { seed: 8 }));
  const straight = replayOptions(file, { strategies: [hours] });
  // A clean end drops all but two generations, so every session is read for itself.
  const decided = new Map<number, string>();
  const read = (dir: string): void => {
    for (const one of journalRecords(dir).map((line) => codec.decode(line))) {
      if (one.kind === 'orderCreated') decided.set(one.n, `${one.t} ${one.request.side}`);
    }
  };
  const whole = await openSession(straight, NEVER);
  whole.start();
  await whole.done;
  await whole.close('done');
  read(straight.stateDirectory);
  const expected = [...decided.values()];
  expect(expected.length).toBeGreaterThan(6);
  decided.clear();
  const broken = replayOptions(file, { strategies: [hours] });
  for (const stop of [3_500, 6_000, 9_000, 12_001]) {
    const session = await openSession({ ...broken, continueReplay: stop > 3_500 }, NEVER);
    session.dispatch({ kind: 'holdFeed', held: true });
    session.start();
    while (session.view().feed.events < stop && !session.view().feed.ended) {
      session.dispatch({ kind: 'stepFeed' });
    }
    await session.close('stopped here');
    read(broken.stateDirectory);
  }
  expect([...decided.values()]).toEqual(expected);
});

function foldAll(records: readonly JournalRecord[]): MoneyState {
  const money = createMoneyState();
  for (const record of records) codec.fold(money, record);
  return money;
}

/** Every fill once, every order id once, positions are what the fills sum up to. */
function expectWhole(records: readonly JournalRecord[], money: MoneyState, place: string): void {
  const fills = sumFills(records);
  expect(fills.repeated, place).toEqual([]);
  expect(fills.count, place).toBe(money.counts.fills);
  for (const [symbol, quantity] of fills.quantities) {
    expect(money.positions.get(symbol)?.quantity ?? ZERO, place).toBe(quantity);
  }
  expect(contradictions(money), place).toEqual([]);
  const ids = records.flatMap((one) => (one.kind === 'orderCreated' ? one.orderId : []));
  expect(new Set(ids).size, place).toBe(ids.length);
}

/** A journal in memory that goes on after record `n`. */
function listJournal(n: number): { journal: Journal; records: JournalRecord[] } {
  const records: JournalRecord[] = [];
  const base = createMemoryJournal(createDigest());
  const last = (): number => n + records.length;
  const journal: Journal = {
    ...base,
    append(body, at) {
      // As text: what is handed over must survive the disk.
      records.push(codec.decode(codec.encode(body, { n: last() + 1, ...at })));
      return last();
    },
    get last() {
      return last();
    },
    get durable() {
      return last();
    },
  };
  return { journal, records };
}
