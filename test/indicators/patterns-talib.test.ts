import { describe, expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import { PATTERN_WINDOW, findPattern } from '../../src/indicators/library/patterns.ts';
import { seededRandom } from './samples.ts';

// TA-Lib's definitions (ta_CDL*.c with its default settings), written down a second time, over a
// seeded market with gaps. Ours gives one name per candle, that of the pattern of most candles.

const PERIOD = 10;

/** A walk whose candles open away from the last close, so that gaps and coverings exist. */
function gappyWalk(count: number, seed: number): Candle[] {
  const random = seededRandom(seed);
  const candles: Candle[] = [];
  let close = 1_000;
  for (let i = 0; i < count; i += 1) {
    const open = close + (random() - 0.5) * 14;
    // Now and then a candle of almost no body.
    close = open + (random() - 0.5) * (random() < 0.2 ? 1.6 : 20);
    const high = Math.max(open, close) + random() * (random() < 0.3 ? 0.8 : 8);
    const low = Math.min(open, close) - random() * (random() < 0.3 ? 0.8 : 8);
    candles.push({ openTime: i * 60_000, open, high, low, close, volume: 1 });
  }
  return candles;
}

const candles = gappyWalk(12_000, 77);

interface Place {
  readonly last: Candle;
  readonly before: Candle;
  /** TA-Lib's averages over the ten candles before a candle. */
  readonly height: number;
  readonly bodies: (back: 0 | 1) => number;
  readonly ours: string;
}

const body = (candle: Candle): number => Math.abs(candle.close - candle.open);
const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;
const isWhite = (candle: Candle): boolean => candle.close >= candle.open;
const upper = (candle: Candle): number => candle.high - Math.max(candle.open, candle.close);
const lower = (candle: Candle): number => Math.min(candle.open, candle.close) - candle.low;

const places: readonly Place[] = candles.flatMap((last, i) => {
  const before = candles[i - 1];
  if (before === undefined || i <= PERIOD) return [];
  const prior = (back: number): Candle[] => candles.slice(i - back - PERIOD, i - back);
  return [
    {
      last,
      before,
      height: mean(prior(0).map((one) => one.high - one.low)),
      bodies: (back: 0 | 1) => mean(prior(back).map(body)),
      ours: findPattern(candles.slice(i + 1 - PATTERN_WINDOW, i + 1))?.name ?? 'none',
    },
  ];
});

const LONGER = [
  'hammer',
  'hanging man',
  'shooting star',
  'tweezer bottom',
  'tweezer top',
  'abandoned baby',
  'morning doji star',
  'evening doji star',
  'morning star',
  'evening star',
  'three white soldiers',
  'three black crows',
  'downside tasuki gap',
];

/** Places where TA-Lib sees it, without those where ours names a pattern of more candles. */
function seen(definition: (place: Place) => boolean): readonly Place[] {
  const found = places.filter((place) => definition(place) && !LONGER.includes(place.ours));
  expect(found.length, 'places that say something').toBeGreaterThan(20);
  return found;
}

const named = (...names: string[]): readonly Place[] => {
  const found = places.filter(({ ours }) => names.includes(ours));
  expect(found.length, names.join()).toBeGreaterThan(20);
  return found;
};

/** Is a value so near its bound that the library's measure (within 5 %) may differ? */
const isNear = (value: number, bound: number): boolean => Math.abs(value - bound) < 0.05 * bound;

const others = (found: readonly Place[], ...names: string[]): readonly string[] =>
  found.map(({ ours }) => ours).filter((ours) => !names.includes(ours));

const engulfs = (way: 1 | -1) => {
  return ({ last, before }: Place): boolean =>
    isWhite(last) === way > 0 &&
    isWhite(before) !== way > 0 &&
    way * (last.close - before.open) > 0 &&
    way * (last.open - before.close) < 0;
};

describe('engulfing is exactly the one of TA-Lib', () => {
  test.each([
    ['bullish engulfing', 1],
    ['bearish engulfing', -1],
  ] as const)('%s', (name, way) => {
    expect(others(seen(engulfs(way)), name)).toEqual([]);
    expect(named(name).every(engulfs(way))).toBe(true);
  });
});

describe('a doji', () => {
  const two = [
    'bullish engulfing',
    'bearish engulfing',
    'piercing line',
    'dark cloud cover',
    'bullish harami cross',
    'bearish harami cross',
    'bullish harami',
    'bearish harami',
  ];
  const isDoji = ({ last, height }: Place): boolean => body(last) <= 0.1 * height;
  const isClear = ({ last, height }: Place): boolean =>
    [body(last), upper(last), lower(last)].every((value) => !isNear(value, 0.1 * height));

  test('of TA-Lib is a doji, dragonfly or gravestone here', () => {
    const found = seen((place) => isDoji(place) && isClear(place));
    expect(others(found, 'doji', 'dragonfly doji', 'gravestone doji', ...two)).toEqual([]);
    const ours = named('doji', 'dragonfly doji', 'gravestone doji').filter(isClear);
    expect(ours.every(isDoji)).toBe(true);
  });

  test('with one shadow is a dragonfly or a gravestone in both, but never a plain one here', () => {
    // Of the shadows the library asks that open or close is at the end, TA-Lib that both are.
    const short = ({ height }: Place): number => 0.1 * height;
    const dragonfly = (place: Place): boolean =>
      isDoji(place) && upper(place.last) < short(place) && lower(place.last) > 2.1 * short(place);
    const gravestone = (place: Place): boolean =>
      isDoji(place) && lower(place.last) < short(place) && upper(place.last) > 2.1 * short(place);
    const sure = (place: Place): boolean => body(place.last) + short(place) * 0.05 < short(place);
    const near = (place: Place, shadow: number): boolean =>
      shadow + body(place.last) < 0.95 * short(place);
    const flies = seen((one) => dragonfly(one) && sure(one) && near(one, upper(one.last)));
    expect(others(flies, 'dragonfly doji', ...two)).toEqual([]);
    const stones = seen((one) => gravestone(one) && sure(one) && near(one, lower(one.last)));
    expect(others(stones, 'gravestone doji', ...two)).toEqual([]);
  });
});

describe('TA-Lib asks for long bodies as well', () => {
  const isLong = (candle: Candle, usual: number): boolean => body(candle) > usual;

  test('a piercing line of TA-Lib is one here', () => {
    const pierces = ({ last, before, bodies }: Place): boolean =>
      !isWhite(before) &&
      isLong(before, bodies(1)) &&
      isWhite(last) &&
      isLong(last, bodies(0)) &&
      last.open < before.low &&
      last.close < before.open &&
      last.close > before.close + body(before) * 0.5;
    expect(others(seen(pierces), 'piercing line')).toEqual([]);
    const ours = named('piercing line');
    expect(ours.every(({ last, before }) => last.close <= before.open)).toBe(true);
    expect(ours.filter(pierces).length).toBeLessThan(ours.length);
  });

  test('a dark cloud cover of TA-Lib is one here', () => {
    const covers = ({ last, before, bodies }: Place): boolean =>
      isWhite(before) &&
      isLong(before, bodies(1)) &&
      !isWhite(last) &&
      last.open > before.high &&
      last.close > before.open &&
      last.close < before.close - body(before) * 0.5;
    expect(others(seen(covers), 'dark cloud cover')).toEqual([]);
    const ours = named('dark cloud cover');
    expect(ours.filter(covers).length).toBeLessThan(ours.length);
  });

  test('a harami of TA-Lib is one here when its shadow stays below the first high', () => {
    const isInside = ({ last, before }: Place): boolean =>
      Math.max(last.open, last.close) < Math.max(before.open, before.close) &&
      Math.min(last.open, last.close) > Math.min(before.open, before.close);
    const harami = (place: Place): boolean =>
      isLong(place.before, place.bodies(1)) &&
      body(place.last) <= place.bodies(0) &&
      isInside(place) &&
      place.last.high < place.before.high;
    const names = (way: string): string[] => [`${way} harami`, `${way} harami cross`];
    const falls = seen((one) => harami(one) && !isWhite(one.before));
    expect(others(falls, ...names('bullish'), 'piercing line')).toEqual([]);
    // After a rise the library wants the low above the first open too.
    const rises = seen(
      (one) => harami(one) && isWhite(one.before) && one.last.low > one.before.open,
    );
    expect(others(rises, ...names('bearish'), 'dark cloud cover')).toEqual([]);
  });
});
