import { describe, expect, test } from 'vitest';

import { SIMULATED_ACCOUNT, toRuntimes } from '../../src/app/simulation.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { ZERO, abs, decimal, isZero, sub, toText } from '../../src/domain/decimal.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import type { Run } from '../../src/engine/run.ts';
import { createMoneyState, type MoneyState } from '../../src/execution/money.ts';
import { demoMarkets } from '../../src/exchange/demo/markets.ts';
import { DEMO_START, createDemoFeed } from '../../src/exchange/demo/scenario.ts';
import type { Journal } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { NEXT_OPEN, NO_LIMITS } from '../support/backtest-kit.ts';
import { contradictions, instance, sumFills } from '../support/session-kit.ts';

const SEED = 12;
const WHOLE_MINUTES = 90;
/** How long a restarted session plays on. */
const MORE_MINUTES = 6;
const EVERY = 5;
const codec = stateCodec();

const symbols = ['BTC/USDT', 'SOL/USDT'];
const runtimes = () =>
  [
    instance(
      'sma-cross',
      { fast: 2, slow: 3 },
      { symbols, stopFraction: 0.001, targetFraction: 0.002 },
    ),
    // Larger than the levels it rests at, so that it fills in parts.
    instance(
      'grid',
      { spacing: 0.0004, levels: 6, share: 1 },
      { symbols, stopFraction: 0.003, sizing: { kind: 'percent', value: 60 } },
    ),
    instance(
      'breakout',
      { entry: 4, exit: 2, direction: 'both' },
      { symbols: ['BTC/USDT:USDT'], trailFraction: 0.001, sizing: { kind: 'percent', value: 300 } },
    ),
  ].flatMap(toRuntimes);

/** A book with latency: orders, cancels and amends are under way when the process dies. */
const MODEL = { ...NEXT_OPEN, latencyMs: 400, leverage: 5 };

function play(money: MoneyState, last: number, until: number) {
  const records: JournalRecord[] = [];
  const base = createMemoryJournal(createDigest());
  const journal: Journal = {
    ...base,
    append(body, at) {
      records.push(codec.decode(codec.encode(body, { n: last + records.length + 1, ...at })));
      return last + records.length;
    },
    get last() {
      return last + records.length;
    },
    get durable() {
      return last + records.length;
    },
  };
  const feed = createDemoFeed({ seed: SEED, cursor: money.cursor });
  const run: Run = createAccountRun({
    feed,
    markets: demoMarkets(),
    runtimes: runtimes(),
    limits: NO_LIMITS,
    model: MODEL,
    cash: decimal('100000'),
    accountId: SIMULATED_ACCOUNT,
    mode: 'demo',
    seed: SEED,
    version: 'test',
    startTime: DEMO_START,
    start: true,
    journal,
    money,
  });
  expect(run.state.money.trading.state).toBe('running');
  for (let event = feed.next(); event && event.time < until; event = feed.next()) run.drive(event);
  return { run, records };
}

describe('a demo session with orders under way, cut at many records', () => {
  const end = DEMO_START + WHOLE_MINUTES * MINUTE_MS;
  const whole = play(createMoneyState(), 0, end);

  test('has partial fills and orders of every role', () => {
    const partial = [...whole.run.state.money.closed.values()].filter(
      ({ fillIds }) => fillIds.length > 1,
    );
    expect(partial.length).toBeGreaterThan(5);
    expect(whole.records.filter(({ kind }) => kind === 'amended').length).toBeGreaterThan(5);
    expect(whole.run.reconcile()).toEqual([]);
    process.stdout.write(
      `demo cuts: ${whole.records.length} records, ${whole.run.state.money.counts.fills} fills, ${partial.length} in parts\n`,
    );
  });

  test('goes on from each: books agree with the venue, no fill twice, every position covered', () => {
    const money = createMoneyState();
    let cuts = 0;
    let onTheWay = 0;
    whole.records.forEach((record, i) => {
      codec.fold(money, record);
      if (i % EVERY !== 0) return;
      const left = codec.decodeState(codec.encodeState(money));
      onTheWay += [...left.working.values()].filter(
        ({ status }) => status === 'submitted' || status === 'pendingCancel',
      ).length;
      const place = `cut after record ${record.n} (${record.kind})`;
      // To the middle of a minute: strategies act at its turn, and nothing is under way then.
      const minute = Math.ceil(record.t / MINUTE_MS) + MORE_MINUTES;
      const again = play(left, record.n, (minute + 0.5) * MINUTE_MS);
      expect(again.run.reconcile(), place).toEqual([]);
      const all = [...whole.records.slice(0, i + 1), ...again.records];
      const fills = sumFills(all);
      expect(fills.repeated, place).toEqual([]);
      expect(fills.count, place).toBe(left.counts.fills);
      for (const [symbol, quantity] of fills.quantities) {
        expect(left.positions.get(symbol)?.quantity ?? ZERO, place).toBe(quantity);
      }
      expect(contradictions(left), place).toEqual([]);
      expect(uncovered(left), place).toEqual([]);
      cuts += 1;
    });
    expect(cuts).toBeGreaterThan(40);
    expect(onTheWay).toBeGreaterThan(10);
  });
});

/** Positions with a wanted stop that no working stop covers and no exit is closing. */
function uncovered(money: MoneyState): string[] {
  const working = [...money.working.values()];
  return [...money.ledgers.values()].flatMap(({ strategyId, symbol, position, bracket }) => {
    const wants =
      bracket !== null && (bracket.stopPrice !== null || bracket.trailFraction !== null);
    if (!wants || isZero(position.quantity)) return [];
    const own = working.filter((one) => one.strategyId === strategyId && one.symbol === symbol);
    if (own.some(({ role }) => role === 'exit')) return [];
    const stop = own.find(({ role, type }) => role === 'protective' && type !== 'limit');
    const covers = stop !== undefined && sub(stop.quantity, stop.filled) === abs(position.quantity);
    return covers
      ? []
      : [
          `${strategyId} ${symbol} ${toText(position.quantity)} by ${stop ? toText(stop.quantity) : 'nothing'}`,
        ];
  });
}
