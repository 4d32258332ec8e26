import { expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import { findIndicator } from '../../src/indicators/registry.ts';
import { distance, walk } from './samples.ts';

// The same indicators from their definitions, over the whole history at every candle: no running
// state, no shared code, closed forms where the class steps. Output order follows the registry.

type Definition = (candles: readonly Candle[], now: number) => readonly number[];

const closes = (candles: readonly Candle[]): number[] => candles.map((one) => one.close);
const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const at = (values: readonly number[], index: number): number => values.at(index) ?? NaN;
const window = <T>(values: readonly T[], now: number, period: number): readonly T[] =>
  values.slice(now + 1 - period, now + 1);
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((one) => (one - mean(values)) ** 2)));
const typical = (one: Candle): number => (one.high + one.low + one.close) / 3;
const changes = (values: readonly number[]): number[] =>
  values.slice(1).map((value, i) => value - at(values, i));

/** Exponential average at the end: the seed and every later value with its explicit weight. */
function exponential(values: readonly number[], period: number, weight: number): number {
  const later = values.slice(period).toReversed();
  const seed = mean(values.slice(0, period)) * (1 - weight) ** later.length;
  return seed + sum(later.map((value, age) => value * weight * (1 - weight) ** age));
}

const ema = (values: readonly number[], period: number): number =>
  exponential(values, period, 2 / (period + 1));

function weighted(values: readonly number[], period: number): number {
  const last = values.slice(-period);
  return sum(last.map((one, i) => one * (i + 1))) / sum(last.map((_, i) => i + 1));
}

function ranges(candles: readonly Candle[]): number[] {
  return candles.slice(1).map((one, i) => {
    const before = candles[i]?.close ?? NaN;
    return Math.max(one.high, before) - Math.min(one.low, before);
  });
}

/** Wilder's running sum at the end: the first period - 1 count equally, then weights fade. */
function fadingSum(values: readonly number[], period: number): number {
  const faded = Math.max(0, values.length - period + 1);
  return sum(
    values.map((value, i) => {
      const steps = Math.min(faded, values.length - 1 - i);
      return value * (1 - 1 / period) ** steps;
    }),
  );
}

function directional(candles: readonly Candle[], period: number): [number, number, number] {
  const ups = changes(candles.map((one) => one.high));
  const downs = changes(candles.map((one) => -one.low));
  const plus = ups.map((up, i) => (up > at(downs, i) ? Math.max(up, 0) : 0));
  const minus = downs.map((down, i) => (down > at(ups, i) ? Math.max(down, 0) : 0));
  const range = fadingSum(ranges(candles), period);
  const plusDi = (100 * fadingSum(plus, period)) / range;
  const minusDi = (100 * fadingSum(minus, period)) / range;
  return [(100 * Math.abs(plusDi - minusDi)) / (plusDi + minusDi), plusDi, minusDi];
}

function stochasticK(candles: readonly Candle[], now: number): number {
  const last = window(candles, now, 14);
  const low = Math.min(...last.map((one) => one.low));
  const high = Math.max(...last.map((one) => one.high));
  return (100 * ((candles[now]?.close ?? NaN) - low)) / (high - low);
}

const smoothK = (candles: readonly Candle[], now: number): number =>
  mean([0, 1, 2].map((age) => stochasticK(candles, now - age)));

function macdLine(values: readonly number[], now: number): number {
  const past = values.slice(0, now + 1);
  return ema(past.slice(14), 12) - ema(past, 26);
}

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  sma: (candles, now) => [mean(window(closes(candles), now, 20))],
  ema: (candles, now) => [ema(closes(candles).slice(0, now + 1), 20)],
  wma: (candles, now) => [weighted(closes(candles).slice(0, now + 1), 20)],
  hma: (candles, now) => {
    const raw = [3, 2, 1, 0].map((age) => {
      const past = closes(candles).slice(0, now + 1 - age);
      return 2 * weighted(past, 8) - weighted(past, 16);
    });
    return [weighted(raw, 4)];
  },
  rsi: (candles, now) => {
    const moves = changes(closes(candles).slice(0, now + 1));
    const gains = moves.map((one) => Math.max(one, 0));
    const losses = moves.map((one) => Math.max(-one, 0));
    const strength = exponential(gains, 14, 1 / 14) / exponential(losses, 14, 1 / 14);
    return [100 - 100 / (1 + strength)];
  },
  macd: (candles, now) => {
    const values = closes(candles);
    const lines = Array.from({ length: now - 24 }, (_, i) => macdLine(values, 25 + i));
    const signal = ema(lines, 9);
    return [at(lines, -1), signal, at(lines, -1) - signal];
  },
  bollinger: (candles, now) => {
    const last = window(closes(candles), now, 20);
    const width = 2 * deviation(last);
    return [mean(last), mean(last) + width, mean(last) - width];
  },
  'standard-deviation': (candles, now) => [deviation(window(closes(candles), now, 20))],
  atr: (candles, now) => [exponential(ranges(candles.slice(0, now + 1)), 14, 1 / 14)],
  adx: (candles, now) => {
    const past = (index: number) => directional(candles.slice(0, index + 1), 14);
    const indexes = Array.from({ length: now - 13 }, (_, i) => past(14 + i)[0]);
    return [exponential(indexes, 14, 1 / 14), past(now)[1], past(now)[2]];
  },
  stochastic: (candles, now) => [
    smoothK(candles, now),
    mean([0, 1, 2].map((age) => smoothK(candles, now - age))),
  ],
  donchian: (candles, now) => {
    const before = candles.slice(now - 20, now);
    const upper = Math.max(...before.map((one) => one.high));
    const lower = Math.min(...before.map((one) => one.low));
    return [upper, lower, (upper + lower) / 2];
  },
  vwap: (candles, now) => {
    const last = window(candles, now, 20);
    return [sum(last.map((one) => typical(one) * one.volume)) / sum(last.map((one) => one.volume))];
  },
  cci: (candles, now) => {
    const last = window(candles, now, 20).map(typical);
    const usual = mean(last.map((one) => Math.abs(one - mean(last))));
    return [(at(last, -1) - mean(last)) / (0.015 * usual)];
  },
  mfi: (candles, now) => {
    const last = window(candles, now, 15);
    const moves = changes(last.map(typical));
    const flows = last.slice(1).map((one) => typical(one) * one.volume);
    const rising = sum(flows.filter((_, i) => at(moves, i) > 0));
    const falling = sum(flows.filter((_, i) => at(moves, i) < 0));
    return [100 - 100 / (1 + rising / falling)];
  },
  roc: (candles, now) => {
    const values = closes(candles);
    return [(at(values, now) / at(values, now - 10) - 1) * 100];
  },
  obv: (candles, now) => {
    const moves = changes(closes(candles).slice(0, now + 1));
    const signed = moves.map((move, i) => Math.sign(move) * (candles[i + 1]?.volume ?? NaN));
    return [(candles[0]?.volume ?? NaN) + sum(signed)];
  },
};

/**
 * Both sides sum up to 250 terms of about 100 in different orders, and a ratio of small
 * differences (CCI, directional index) multiplies that rounding by up to a hundred.
 */
const TOLERANCE = 1e-11;

test.each(Object.entries(DEFINITIONS))('%s follows its definition', (name, definition) => {
  const spec = findIndicator(name);
  expect(spec).not.toBeNull();
  const params = Object.fromEntries(spec?.params.map((one) => [one.name, one.default]) ?? []);
  const indicator = spec?.create(params);
  const candles = walk(160, { seed: 11 });
  let compared = 0;
  candles.forEach((candle, now) => {
    const output = indicator?.update(candle) ?? null;
    if (output === null) return;
    const actual = typeof output === 'number' ? [output] : Object.values(output);
    definition(candles, now).forEach((expected, i) => {
      expect(distance(actual[i] ?? NaN, expected), `${name} at ${now}`).toBeLessThan(TOLERANCE);
      compared += 1;
    });
  });
  expect(compared).toBeGreaterThan(100);
});

/** Indicators over a window, which must not remember where a run began. */
const WINDOWED = 'sma wma hma standard-deviation bollinger cci donchian stochastic roc vwap mfi';

test.each(WINDOWED.split(' '))('%s after a restart equals the run that went on', (name) => {
  const spec = findIndicator(name);
  const params = Object.fromEntries(spec?.params.map((one) => [one.name, one.default]) ?? []);
  const whole = spec?.create(params);
  const restarted = spec?.create(params);
  let compared = 0;
  walk(400, { seed: 13, start: 42_000, step: 100 }).forEach((candle, i) => {
    const output = whole?.update(candle);
    const late = i < 137 ? null : (restarted?.update(candle) ?? null);
    if (late === null) return;
    expect(late).toEqual(output);
    compared += 1;
  });
  expect(compared).toBeGreaterThan(200);
});
