import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { SIMULATED_ACCOUNT, toRuntimes } from '../../src/app/simulation.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { decimal, toText } from '../../src/domain/decimal.ts';
import type { Candle } from '../../src/domain/candle.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { SeededRng } from '../../src/domain/rng.ts';
import { HOUR_MS, type Timeframe } from '../../src/domain/time.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import type { RuntimeSetup } from '../../src/engine/state.ts';
import { createMoneyState } from '../../src/execution/money.ts';
import { demoMarkets } from '../../src/exchange/demo/markets.ts';
import { DEMO_START, createDemoFeed } from '../../src/exchange/demo/scenario.ts';
import type { StrategyDefinition } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { instance } from '../support/session-kit.ts';
import { NEXT_OPEN, NO_LIMITS } from '../support/backtest-kit.ts';

const HOURS = 2;
const SEED = 5;
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'BTC/USDT:USDT'];
const TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '1h'];
const codec = stateCodec();

type Told = Map<string, Candle>;
interface Decision {
  readonly time: number;
  readonly what: string;
}

/** Watches every market and timeframe; a candle that is told twice must be the same both times. */
function watchers(told: Told): RuntimeSetup[] {
  return TIMEFRAMES.flatMap((timeframe) =>
    SYMBOLS.map((symbol) => ({
      id: `watch-${timeframe}`,
      params: {},
      symbol,
      timeframe,
      enabled: true,
      sizing: { kind: 'all-in' } as const,
      stopFraction: null,
      targetFraction: null,
      trailFraction: null,
      definition: {
        name: 'watch',
        summary: 'tells what it sees',
        params: z.object({}),
        canShort: false,
        timeframes: TIMEFRAMES,
        warmup: () => 0,
        create: () => ({
          onCandle({ candle }) {
            if (candle.openTime < DEMO_START) return undefined;
            const key = `${symbol} ${timeframe} ${candle.openTime}`;
            const before = told.get(key);
            if (before) expect(candle, key).toEqual(before);
            told.set(key, { ...candle });
            return undefined;
          },
        }),
      } satisfies StrategyDefinition as StrategyDefinition,
    })),
  );
}

/** What is decided and filled, without the ids that name the run. */
function decisionOf(body: RecordBody): string | null {
  if (body.kind === 'fill')
    return `fill ${body.side} ${toText(body.quantity)} ${body.symbol} ${toText(body.price)}`;
  if (body.kind !== 'orderCreated') return null;
  const { side, quantity, symbol, strategyId, role } = body.request;
  return `${strategyId} ${role} ${side} ${toText(quantity)} ${symbol}`;
}

/** Plays two hours with a stop after each number of events, restarted from what the disk holds. */
function play(stops: readonly number[]) {
  const told: Told = new Map();
  const decisions: Decision[] = [];
  const equity: number[] = [];
  const disk = { money: createMoneyState(), last: 0 };
  for (const stop of [...stops, Infinity]) {
    // Only what was journaled comes back, as text.
    const money = codec.decodeState(codec.encodeState(disk.money));
    const feed = createDemoFeed({ seed: SEED, cursor: money.cursor });
    const base = createMemoryJournal(createDigest());
    const offset = disk.last;
    const run = createAccountRun({
      feed,
      markets: demoMarkets(),
      runtimes: [
        ...watchers(told),
        ...[
          instance('sma-cross', { fast: 5, slow: 20 }, { symbols: ['BTC/USDT', 'ETH/USDT'] }),
          instance('breakout', { direction: 'both' }, { symbols: ['BTC/USDT:USDT'] }),
        ].flatMap(toRuntimes),
      ],
      limits: NO_LIMITS,
      model: NEXT_OPEN,
      cash: decimal('10000'),
      accountId: SIMULATED_ACCOUNT,
      mode: 'demo',
      seed: SEED,
      version: 'test',
      startTime: DEMO_START,
      start: true,
      journal: Object.defineProperty({ ...base }, 'last', { get: () => offset + base.last }),
      money,
      onRecord(body, { n }) {
        const at = { n, t: nowOf(), m: eventsOf() };
        codec.fold(disk.money, codec.decode(codec.encode(body, at)));
        disk.last = n;
        const what = decisionOf(body);
        if (what !== null) decisions.push({ time: at.t, what });
      },
    });
    function nowOf(): number {
      return money.cursor.time;
    }
    function eventsOf(): number {
      return money.cursor.events;
    }
    const end = DEMO_START + HOURS * HOUR_MS;
    while (run.state.market.events < stop) {
      const event = feed.next();
      if (!event || event.time >= end) break;
      run.drive(event);
    }
    equity.push(run.state.market.equity);
  }
  return { told, decisions, equity: equity.at(-1), money: disk.money };
}

describe('two hours of the demo market with restarts in between', () => {
  const straight = play([]);

  test('have candles and decisions to compare', () => {
    expect(straight.told.size).toBeGreaterThan(SYMBOLS.length * 119);
    expect(straight.decisions.length).toBeGreaterThan(30);
  });

  test('are the same two hours: candles, decisions, fills, money', () => {
    const rng = new SeededRng(9);
    for (let round = 0; round < 4; round += 1) {
      const stops = Array.from({ length: 5 }, () => Math.floor(rng.next() * 50_000)).sort(
        (a, b) => a - b,
      );
      const broken = play(stops);
      expect(Object.fromEntries(broken.told)).toEqual(Object.fromEntries(straight.told));
      expect(broken.decisions, `stops ${stops.join(' ')}`).toEqual(straight.decisions);
      expect(broken.equity).toBeCloseTo(straight.equity ?? NaN, 6);
      expect(broken.money.balances).toEqual(straight.money.balances);
    }
  });
});
