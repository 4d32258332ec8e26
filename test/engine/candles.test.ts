import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { SIMULATED_ACCOUNT } from '../../src/app/simulation.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import type { Candle } from '../../src/domain/candle.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { CandleEvent, MarketEvent } from '../../src/domain/event.ts';
import { type Timeframe, MINUTE_MS, timeframeMs } from '../../src/domain/time.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import type { PullFeed, StrategyDefinition } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { NEXT_OPEN, NO_LIMITS, fileMarket } from '../support/backtest-kit.ts';

const SYMBOL = 'BTC/USDT';
const START = Date.UTC(2024, 0, 1);
const TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '15m', '1h'];

/** A candle as a strategy was told it, and the engine's time and views at that moment. */
interface Told {
  readonly timeframe: Timeframe;
  readonly candle: Candle;
  readonly now: number;
  /** Newest candle of every timeframe in the view. */
  readonly seen: readonly (Candle | undefined)[];
}

/** A run with one watching strategy per timeframe, and what they were told. */
function watch(history: readonly CandleEvent[] = []) {
  const told: Told[] = [];
  const watcher = (timeframe: Timeframe): StrategyDefinition<object> => ({
    name: `watch-${timeframe}`,
    summary: 'tells what it sees',
    params: z.object({}),
    timeframes: TIMEFRAMES,
    canShort: false,
    warmup: () => 0,
    higherTimeframes: () => TIMEFRAMES,
    create: () => ({
      onCandle(event, view) {
        const seen = TIMEFRAMES.map((one) => view.candle(one, 0));
        told.push({ timeframe, candle: { ...event.candle }, now: view.now, seen });
        return undefined;
      },
    }),
  });
  const feed: PullFeed = {
    next: () => null,
    history: () => history,
    unfinished: () => [],
    length: 0,
  };
  const run = createAccountRun({
    feed,
    markets: [fileMarket(SYMBOL, { fee: '0' })],
    runtimes: TIMEFRAMES.map((timeframe) => ({
      id: `watch-${timeframe}`,
      definition: watcher(timeframe) as StrategyDefinition,
      params: {},
      symbol: SYMBOL,
      timeframe,
      sizing: { kind: 'all-in' } as const,
      stopFraction: null,
      targetFraction: null,
      trailFraction: null,
      enabled: true,
    })),
    limits: NO_LIMITS,
    model: NEXT_OPEN,
    cash: decimal('1000'),
    accountId: SIMULATED_ACCOUNT,
    mode: 'replay',
    seed: 1,
    version: 'test',
    startTime: START,
    start: true,
    journal: createMemoryJournal(createDigest()),
  });
  return { run, told };
}

/** Minutes with random gaps: how many minutes each candle is after the one before it. */
const gaps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 90 }) },
  ),
  { minLength: 1, maxLength: 300 },
);

function minutes(steps: readonly number[]): Candle[] {
  let openTime = START - MINUTE_MS;
  return steps.map((step, i) => {
    openTime += step * MINUTE_MS;
    const open = 100 + ((i * 7) % 13);
    const close = 100 + ((i * 5) % 11);
    return {
      openTime,
      open,
      close,
      high: Math.max(open, close) + (i % 3),
      low: Math.min(open, close) - (i % 2),
      volume: 1 + (i % 4),
    };
  });
}

/** Higher candles of all minutes at once: by slot, no builder involved. */
function aggregate(candles: readonly Candle[], timeframe: Timeframe): Map<number, Candle> {
  const slots = new Map<number, Candle[]>();
  for (const candle of candles) {
    const slot = Math.floor(candle.openTime / timeframeMs(timeframe)) * timeframeMs(timeframe);
    slots.set(slot, [...(slots.get(slot) ?? []), candle]);
  }
  return new Map(
    [...slots].map(([openTime, parts]) => [
      openTime,
      {
        openTime,
        open: parts[0]?.open ?? NaN,
        high: Math.max(...parts.map(({ high }) => high)),
        low: Math.min(...parts.map(({ low }) => low)),
        close: parts.at(-1)?.close ?? NaN,
        volume: parts.reduce((sum, { volume }) => sum + volume, 0),
      },
    ]),
  );
}

const toEvent = (candle: Candle): CandleEvent => ({
  kind: 'candle',
  symbol: SYMBOL,
  timeframe: '1m',
  candle,
  time: candle.openTime + MINUTE_MS,
});

/** Nothing that was told or shown is unfinished at that moment or differs from the whole slot. */
function expectFinished(told: readonly Told[], all: readonly Candle[]): void {
  const whole = new Map(TIMEFRAMES.map((timeframe) => [timeframe, aggregate(all, timeframe)]));
  for (const { timeframe, candle, now, seen } of told) {
    expect(candle.openTime + timeframeMs(timeframe)).toBeLessThanOrEqual(now);
    expect(candle).toEqual(whole.get(timeframe)?.get(candle.openTime));
    TIMEFRAMES.forEach((one, i) => {
      const shown = seen[i];
      if (shown === undefined) return;
      expect(shown.openTime + timeframeMs(one)).toBeLessThanOrEqual(now);
      expect(shown).toEqual(whole.get(one)?.get(shown.openTime));
    });
  }
}

describe('candles of a recording with gaps', () => {
  test('are only ever seen finished, and equal to those made of the whole recording', () => {
    fc.assert(
      fc.property(gaps, (steps) => {
        const candles = minutes(steps);
        const { run, told } = watch();
        for (const candle of candles) run.drive(toEvent(candle));
        expectFinished(told, candles);
        for (const timeframe of TIMEFRAMES) {
          const own = told
            .filter((one) => one.timeframe === timeframe)
            .map((one) => one.candle.openTime);
          const last = (candles.at(-1)?.openTime ?? 0) + MINUTE_MS;
          const due = [...aggregate(candles, timeframe).keys()].filter(
            (openTime) => openTime + timeframeMs(timeframe) <= last,
          );
          expect(own).toEqual(due);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('go on after a restart as if nothing had happened', () => {
    fc.assert(
      fc.property(gaps, fc.nat(), (steps, at) => {
        const candles = minutes(steps);
        const cut = at % (candles.length + 1);
        const straight = watch();
        for (const candle of candles) straight.run.drive(toEvent(candle));
        const first = watch();
        for (const candle of candles.slice(0, cut)) first.run.drive(toEvent(candle));
        const second = watch(candles.slice(0, cut).map(toEvent));
        second.told.length = 0;
        for (const candle of candles.slice(cut)) second.run.drive(toEvent(candle));
        const plain = ({ timeframe, candle }: Told) => ({ timeframe, candle });
        expect([...first.told, ...second.told].map(plain)).toEqual(straight.told.map(plain));
      }),
      { numRuns: 150 },
    );
  });
});

describe('candles of trades', () => {
  /** Trades at random moments; a gap of minutes now and then. */
  const trades = fc.array(
    fc.record({
      wait: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 900_000 }) },
      ),
      price: fc.integer({ min: 90, max: 110 }),
    }),
    { minLength: 1, maxLength: 200 },
  );

  test('are finished when seen; a silent minute repeats the last close without volume', () => {
    fc.assert(
      fc.property(trades, (all) => {
        const { run, told } = watch();
        let time = START;
        const prints = all.map(({ wait, price }) => ({
          time: (time += wait),
          price,
          quantity: 1,
          side: 'buy' as const,
        }));
        for (const print of prints) {
          const event: MarketEvent = {
            kind: 'trades',
            symbol: SYMBOL,
            time: print.time,
            trades: [print],
          };
          run.drive(event);
        }
        const filled = minutesOf(prints);
        expectFinished(told, filled);
        const own = told.filter((one) => one.timeframe === '1m').map((one) => one.candle);
        expect(own).toEqual(filled.filter((one) => one.openTime + MINUTE_MS <= time));
      }),
      { numRuns: 150 },
    );
  });
});

function minutesOf(prints: readonly { readonly time: number; readonly price: number }[]): Candle[] {
  const first = Math.floor((prints[0]?.time ?? 0) / MINUTE_MS);
  const last = Math.floor((prints.at(-1)?.time ?? 0) / MINUTE_MS);
  const candles: Candle[] = [];
  for (let minute = first; minute <= last; minute += 1) {
    const own = prints
      .filter(({ time }) => Math.floor(time / MINUTE_MS) === minute)
      .map(({ price }) => price);
    const before = candles.at(-1)?.close ?? NaN;
    const prices = own.length === 0 ? [before] : own;
    candles.push({
      openTime: minute * MINUTE_MS,
      open: prices[0] ?? NaN,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1) ?? NaN,
      volume: own.length,
    });
  }
  return candles;
}
