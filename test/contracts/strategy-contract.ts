import { describe, expect, test } from 'vitest';

import { describeAllowed, explainIssue, schemaAt, toJsonSchema } from '../../src/config/issues.ts';
import type { Candle } from '../../src/domain/candle.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Market } from '../../src/domain/market.ts';
import { findIndicator, parseIndicatorParams } from '../../src/indicators/registry.ts';
import type { StrategyDefinition } from '../../src/ports.ts';
import { candlesOf, stillCandles, walk } from '../indicators/samples.ts';
import { PERPETUAL, SPOT, drive } from '../strategies/driver.ts';
import { countReachable } from '../support/reachable.ts';

const MARKETS = [SPOT, PERPETUAL] as const;
const DIRECTIONS = ['both', 'long', 'short'] as const;

/** A market with prices far above zero that moves enough for every strategy to speak. */
const lively = (count: number, seed = 1): Candle[] => walk(count, { seed, start: 1000, step: 8 });

/** What every registered strategy promises. */
export function describeStrategy(definition: StrategyDefinition): void {
  const json = toJsonSchema(definition.params);
  const names = Object.keys(json['properties'] ?? {});
  const isTwoSided = names.includes('direction');
  const variants = isTwoSided ? DIRECTIONS.map((direction) => ({ direction })) : [{}];
  const run = (candles: readonly Candle[], params: object = {}, market: Market = PERPETUAL) => {
    const driver = drive(definition, params, market);
    return candles.map((candle) => driver.feed(candle));
  };

  describe(`strategy ${definition.name}`, () => {
    test('declares itself: name, summary, timeframes, warm-up and worst case', () => {
      expect(definition.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(definition.summary).toMatch(/^[A-Z].{10,90}[^.]$/);
      expect(definition.timeframes).toContain('1m');
      expect(definition.canShort).toBe(isTwoSided);
      expect(definition.warmup(definition.params.parse({}))).toBeGreaterThan(0);
      expect(definition.worstCaseFraction).toBeGreaterThan(0);
      expect(definition.worstCaseFraction).toBeLessThanOrEqual(1);
    });

    test('draws what it decides by: indicators of the catalog with parameters they take', () => {
      const chart = definition.chart?.({}) ?? [];
      for (const { indicator, params } of chart) {
        const spec = findIndicator(indicator);
        expect(spec, indicator).not.toBeNull();
        const raw: Record<string, string> = {};
        for (const [name, value] of Object.entries(params)) raw[name] = String(value);
        const parsed = spec && parseIndicatorParams(spec, raw);
        expect(parsed, indicator).toEqual({ kind: 'params', params });
      }
    });

    test('describes every parameter, its range and a default', () => {
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        const leaf = schemaAt(json, [name]) ?? {};
        expect(leaf['description'], name).toMatch(/.{5,}/);
        expect(leaf, name).toHaveProperty('default');
        if ('enum' in leaf) continue;
        expect(leaf, name).toHaveProperty('minimum');
        expect(leaf, name).toHaveProperty('maximum');
      }
    });

    test('refuses an unknown parameter by name', () => {
      expect(explainIssue(definition.params, { nonsense: 1 })).toMatch(/nonsense is unknown/);
      expect(() => definition.create({ nonsense: 1 }, contextOfPerpetual())).toThrow('nonsense');
    });

    test.each(names)('refuses a wrong %s with its name and what is allowed', (name) => {
      const leaf = schemaAt(json, [name]) ?? {};
      const { minimum, maximum } = leaf;
      const bad: unknown[] = ['nonsense', null, NaN, Infinity];
      if (typeof minimum === 'number') bad.push(minimum - 1);
      if (typeof maximum === 'number') bad.push(maximum + 1);
      if (leaf['type'] === 'integer') bad.push(7.5);
      for (const value of bad) {
        const message = explainIssue(definition.params, { [name]: value });
        expect(message, String(value)).toContain(name);
        expect(message, String(value)).toContain(describeAllowed(leaf));
      }
    });

    test('speaks with no candle before its warm-up', () => {
      for (const params of variants) {
        const warmup = definition.warmup(definition.params.parse(params));
        for (let seed = 0; seed < 100; seed += 1) {
          const early = run(lively(warmup - 1, seed), params).flat();
          expect(early, `seed ${seed}`).toEqual([]);
        }
      }
    });

    test('speaks on the very candle that ends its warm-up in some market', () => {
      const params = isTwoSided ? { direction: 'both' } : {};
      const warmup = definition.warmup(definition.params.parse(params));
      const seeds = Array.from({ length: 500 }, (_, seed) => seed);
      const speaks = (seed: number) => run(lively(warmup, seed), params).flat().length > 0;
      expect(seeds.some(speaks)).toBe(true);
    });

    test('trades in a lively market and says why, in finite plain JSON', () => {
      for (const market of MARKETS) {
        for (const params of variants) {
          const intents = run(lively(3000), params, market).flat();
          // Short only on spot means that nothing is ever held.
          const isIdle = market.kind === 'spot' && Object.values(params).includes('short');
          if (isIdle) expect(intents).toEqual([]);
          else expect(intents.length).toBeGreaterThan(3);
          for (const intent of intents) expectPlain(intent, market);
        }
      }
    });

    test('gives the same intents in two instances that run side by side', () => {
      const [one, two] = [drive(definition), drive(definition)];
      for (const candle of lively(2000)) {
        const first = one.feed(candle);
        expect(two.feed(candle)).toEqual(first);
        expect(two.strategy.explain?.()).toEqual(one.strategy.explain?.());
      }
    });

    test('says the same of a candle whatever comes later, or nothing', () => {
      const candles = lively(1000);
      const full = run(candles);
      for (const cut of [1, 40, 333, 999]) {
        const other = [...candles.slice(0, cut), ...walk(50, { seed: 7, start: 3000, step: 90 })];
        expect(run(candles.slice(0, cut))).toEqual(full.slice(0, cut));
        expect(run(other).slice(0, cut)).toEqual(full.slice(0, cut));
      }
    });

    test.each([...hardMarkets().keys()])('stays finite and calm in %s', (name) => {
      for (const market of MARKETS) {
        for (const params of variants) {
          const driver = drive(definition, params, market);
          for (const candle of hardMarkets().get(name) ?? []) {
            const intents = driver.feed(candle);
            for (const intent of intents) expectPlain(intent, market);
            const numbers = Object.values(driver.strategy.explain?.().inputs ?? {});
            for (const one of numbers) expect(one === null || Number.isFinite(one)).toBe(true);
          }
        }
      }
    });

    test('takes no side in a market that never moves', () => {
      for (const volume of [0, 5]) {
        const intents = run(stillCandles(Array<number>(300).fill(100.1), volume)).flat();
        expect(intents.filter((intent) => intent.kind === 'target')).toEqual([]);
      }
    });

    test('takes only the sides its direction and its market allow', () => {
      const sides = (params: object, market: Market) =>
        new Set(
          run(lively(3000), params, market)
            .flat()
            .flatMap((one) => (one.kind === 'target' ? [one.positionSide] : [])),
        );
      for (const market of MARKETS) expect(sides({}, market)).not.toContain('short');
      if (!isTwoSided) return;
      for (const one of DIRECTIONS) {
        expect(sides({ direction: one }, SPOT)).not.toContain('short');
        expect(sides({ direction: one }, PERPETUAL).has('short')).toBe(one !== 'long');
        expect(sides({ direction: one }, PERPETUAL).has('long')).toBe(one !== 'short');
      }
    });

    test('never asks for the side it already has or is about to have', () => {
      for (const params of variants) {
        const driver = drive(definition, params);
        for (const candle of lively(2000)) {
          let before = 0;
          const { strategy } = driver;
          const onCandle = strategy.onCandle?.bind(strategy);
          strategy.onCandle = (event, view) => {
            before = Math.sign(view.expected);
            return onCandle?.(event, view);
          };
          for (const intent of driver.feed(candle)) {
            if (intent.kind !== 'target') continue;
            expect({ long: 1, flat: 0, short: -1 }[intent.positionSide]).not.toBe(before);
          }
          if (onCandle) strategy.onCandle = onCandle;
        }
      }
    });

    test('asks at most once per candle and purpose while everything is refused', () => {
      for (const params of variants) {
        const driver = drive(definition, params);
        driver.answer = 'refuse';
        for (const candle of lively(1000)) {
          const purposes = driver.feed(candle).map(purposeOf);
          expect(new Set(purposes).size).toBe(purposes.length);
        }
      }
    });

    test('explains itself from the start', () => {
      const driver = drive(definition);
      for (const candle of [null, ...lively(200)]) {
        if (candle) driver.feed(candle);
        const thought = driver.strategy.explain?.();
        expect(thought?.text).toMatch(/^.{3,90}$/);
        expect(thought?.text).not.toMatch(/NaN|undefined|null|Infinity/);
        expect(Object.keys(thought?.inputs ?? {}).length).toBeGreaterThan(0);
      }
    });

    test('keeps no memory per candle', async () => {
      const candles = lively(1000);
      const driver = drive(definition);
      const feed = (rounds: number): void => {
        for (let i = 0; i < rounds; i += 1) for (const candle of candles) driver.feed(candle);
      };
      feed(2);
      const before = await countReachable(driver.strategy);
      feed(10);
      // Not even every hundredth candle leaves a trace; orders at work and words come and go.
      expect((await countReachable(driver.strategy)) - before).toBeLessThan(100);
    });
  });
}

function contextOfPerpetual() {
  return { symbol: PERPETUAL.symbol, timeframe: '1m', market: PERPETUAL } as const;
}

/** Sound candles that break strategies. */
function hardMarkets(): ReadonlyMap<string, readonly Candle[]> {
  const long = (values: readonly number[]) =>
    Array.from({ length: 300 }, (_, i) => values[i % values.length] ?? 1);
  const spikes = [1, 1e-8, 1e9, 1, 3, 1, 7, 2e9, 3, 1, 1, 1e7, 1.1, 1.1, 5];
  return new Map([
    ['a flat market without volume', stillCandles(long([100.1]), 0)],
    ['a market that wakes up', [...stillCandles(long([1000])), ...lively(300)]],
    ['a market that dies', [...lively(300), ...stillCandles(long([0.01]), 0)]],
    ['a market of spikes', stillCandles(long(spikes))],
    [
      'candles as high as the sky',
      candlesOf(long(spikes).map((close) => ({ high: close * 1e6, low: close / 1e6, close }))),
    ],
    ['a steady rise', stillCandles(Array.from({ length: 300 }, (_, i) => 10 + i))],
    ['a steady fall', stillCandles(Array.from({ length: 300 }, (_, i) => 400 - i))],
    ['alternation', stillCandles(long([100, 101]))],
    ['prices below one tick', stillCandles(long([0.001, 0.0012, 0.0009]))],
  ]);
}

function expectPlain(intent: Intent, market: Market): void {
  expect(intent.symbol).toBe(market.symbol);
  expect(intent.reason).toMatch(/^\S.{5,118}\S$/);
  expect(intent.reason).not.toMatch(/NaN|undefined|null|Infinity/);
  expect(JSON.parse(JSON.stringify(intent)), 'survives JSON').toEqual(intent);
  for (const value of Object.values(intent)) {
    if (typeof value === 'number') expect(value).toBeGreaterThan(0);
  }
  if (intent.kind !== 'place') return;
  if (intent.quantity !== undefined) expect(Number(intent.quantity)).toBeGreaterThan(0);
}

function purposeOf(intent: Intent): string {
  return intent.kind === 'target' ? 'target' : `${intent.kind} ${intent.tag ?? ''}`;
}
