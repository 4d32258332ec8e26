import { describe, expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import { parseIndicatorParams } from '../../src/indicators/registry.ts';
import type { CandleIndicator, IndicatorOutput, IndicatorSpec } from '../../src/indicators/spec.ts';
import { candlesOf, stillCandles, walk } from '../indicators/samples.ts';
import { countReachable } from '../support/reachable.ts';

/** Inputs that break indicators: each must give finite numbers all the way. */
function hardSeries(): ReadonlyMap<string, readonly Candle[]> {
  const spikes = [1, 1e-8, 1e12, 1, 0, 1, 1e-300, 7, 2e99, 3, 1, 1, 1e16, 1.1, 1.1, -2e99, 5, 0, 0];
  const long = (values: readonly number[]) =>
    Array.from({ length: 200 }, (_, i) => values[i % values.length] ?? 0);
  return new Map([
    ['a flat market', stillCandles(long([100.1]))],
    ['a market of zeros without volume', stillCandles(long([0]), 0)],
    ['a market that wakes up after being flat', [...stillCandles(long([3])), ...walk(100)]],
    ['a market that dies', [...walk(100), ...stillCandles(long([0.1, 0.1]), 0)]],
    ['negative prices', walk(200, { start: -50 })],
    ['prices around zero', walk(200, { start: 0 })],
    ['spikes over 400 orders of magnitude', stillCandles(long(spikes))],
    [
      'spiky candles',
      candlesOf(long(spikes).map((p) => ({ high: Math.abs(p), low: -Math.abs(p), close: p }))),
    ],
    ['subnormal prices', stillCandles(long([5e-324, 1e-323, 0, 5e-324, 2e-308]), 5e-324)],
    ['a steady rise', stillCandles(Array.from({ length: 200 }, (_, i) => i))],
    ['alternation', stillCandles(long([1, -1]))],
  ]);
}

/** What every registered indicator promises. */
export function describeIndicator(spec: IndicatorSpec): void {
  describe(`indicator ${spec.name}`, () => {
    const create = (): CandleIndicator => {
      const parsed = parseIndicatorParams(spec, {});
      if (parsed.kind === 'error') throw new Error(parsed.message);
      return spec.create(parsed.params);
    };
    const run = (candles: readonly Candle[]): (IndicatorOutput | null)[] => {
      const indicator = create();
      return candles.map((candle) => indicator.update(candle));
    };

    test('is null before its warm-up and never after it', () => {
      const indicator = create();
      expect(indicator.value).toBeNull();
      walk(300).forEach((candle, i) => {
        const output = indicator.update(candle);
        expect(output === null, `candle ${i + 1}`).toBe(i + 1 < indicator.warmup);
        expect(indicator.value, 'value is the last output').toEqual(output);
      });
    });

    test('gives its declared fields', () => {
      const output = run(walk(300)).at(-1);
      const fields = typeof output === 'number' ? [] : Object.keys(output ?? {});
      expect(fields).toEqual(spec.outputs);
    });

    test.each([...hardSeries().keys()])('stays finite on %s', (name) => {
      for (const output of run(hardSeries().get(name) ?? [])) expectFinite(output);
    });

    test('gives the same outputs in two instances that run side by side', () => {
      const [one, two] = [create(), create()];
      for (const candle of walk(300)) {
        const first = one.update(candle);
        expect(two.update(candle)).toEqual(first);
      }
    });

    test('says the same of a candle whatever comes later, or nothing', () => {
      const candles = walk(300);
      const full = run(candles);
      for (const cut of [1, 50, 151, 299]) {
        const other = [...candles.slice(0, cut), ...walk(50, { seed: 7, start: 1000 })];
        expect(run(candles.slice(0, cut))).toEqual(full.slice(0, cut));
        expect(run(other).slice(0, cut)).toEqual(full.slice(0, cut));
      }
    });

    test('never changes an output it handed out', () => {
      const indicator = create();
      const outputs: (IndicatorOutput | null)[] = [];
      const copies: string[] = [];
      for (const candle of walk(200)) {
        outputs.push(indicator.update(candle));
        copies.push(JSON.stringify(outputs.at(-1)));
      }
      expect(outputs.map((output) => JSON.stringify(output))).toEqual(copies);
    });

    test('refuses NaN and infinite input with the value in the message', () => {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const candle = { openTime: 0, open: bad, high: bad, low: bad, close: bad, volume: 1 };
        expect(() => create().update(candle)).toThrow(String(bad));
      }
    });

    test('is not damaged by an input it refused', () => {
      const [touched, clean] = [create(), create()];
      for (const candle of walk(150)) {
        const { openTime, volume } = candle;
        const bad = { openTime, open: NaN, high: NaN, low: NaN, close: NaN, volume };
        expect(() => touched.update(bad)).toThrow('NaN');
        expect(touched.update(candle)).toEqual(clean.update(candle));
      }
    });

    test('keeps no memory per candle', async () => {
      const candles = walk(1000);
      const indicator = create();
      const feed = (rounds: number): void => {
        for (let i = 0; i < rounds; i += 1) for (const candle of candles) indicator.update(candle);
      };
      feed(2);
      const before = await countReachable(indicator);
      feed(10);
      expect(await countReachable(indicator)).toBe(before);
    });
  });
}

function expectFinite(output: IndicatorOutput | null): void {
  const numbers =
    output === null ? [] : Object.values(typeof output === 'number' ? [output] : output);
  for (const number of numbers) {
    if (number !== null) expect(Number.isFinite(number), `output ${number}`).toBe(true);
  }
}
