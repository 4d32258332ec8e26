import { describe, expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import {
  PATTERN_NAMES,
  PATTERN_WINDOW,
  findPattern,
} from '../../src/indicators/library/patterns.ts';
import { walk } from './samples.ts';

type Shape = readonly [open: number, high: number, low: number, close: number];

/** Ten candles of a height of 10, then these: so 1 is "equal" and 10 is a usual candle. */
function after(shapes: readonly Shape[], scale = 1, around = 0): Candle[] {
  // Falling a little and rising a little by turns: no pattern of their own, no equal lows.
  const quiet = Array.from({ length: PATTERN_WINDOW - 1 }, (_, i): Shape => {
    const step = (i % 2) * 3 + i * 0.01;
    return [102 + step, 105 + step, 95 + step, 98 + step];
  });
  return [...quiet, ...shapes].map(([open, high, low, close], i) => ({
    openTime: i * 60_000,
    open: around + open * scale,
    high: around + high * scale,
    low: around + low * scale,
    close: around + close * scale,
    volume: 1,
  }));
}

/** Three candles of a trend, so that what follows can be a turn. */
const FALL: readonly Shape[] = [
  [130, 131, 120, 122],
  [122, 124, 112, 114],
  [114, 116, 104, 106],
];
const RISE: readonly Shape[] = [
  [70, 80, 69, 78],
  [78, 88, 77, 86],
  [86, 96, 85, 94],
];

/** By hand from the definitions in the books: a pattern, and the same with one condition broken. */
const CASES: readonly (readonly [
  name: string,
  bias: string,
  pattern: readonly Shape[],
  broken: readonly Shape[],
])[] = [
  // Open and close alike, shadows on both sides; broken: a body of two.
  ['doji', 'neutral', [[100, 105, 95, 100.5]], [[100, 105, 95, 102.5]]],
  ['dragonfly doji', 'bullish', [[100, 100.4, 92, 100.2]], [[100, 103, 92, 97.5]]],
  ['gravestone doji', 'bearish', [[100, 108, 99.7, 100.1]], [[100, 108, 97, 97.5]]],
  // The second body covers the first; broken: it closes short of the first open.
  [
    'bullish engulfing',
    'bullish',
    [
      [100, 101, 93, 95],
      [94, 103, 92.2, 101.7],
    ],
    [
      [100, 101, 93, 95],
      [94, 100, 92.2, 99],
    ],
  ],
  [
    'bearish engulfing',
    'bearish',
    [
      [100, 107, 99, 105],
      [106, 107.7, 97, 98.2],
    ],
    [
      [100, 107, 99, 105],
      [106, 107.7, 100, 101.5],
    ],
  ],
  // The second lies within the first body; broken: it opens below the first close.
  [
    'bullish harami',
    'bullish',
    [
      [110, 111, 98, 99],
      [101, 106, 100, 105],
    ],
    [
      [110, 111, 98, 99],
      [98, 106, 97, 105],
    ],
  ],
  [
    'bearish harami',
    'bearish',
    [
      [99, 111, 98, 110],
      [107, 108, 101, 103],
    ],
    [
      [99, 111, 98, 110],
      [111, 112, 101, 103],
    ],
  ],
  // The same with a doji inside; broken: a body of four.
  [
    'bullish harami cross',
    'bullish',
    [
      [110, 111, 98, 99],
      [103, 106, 100, 103.4],
    ],
    [
      [110, 111, 98, 99],
      [101, 106, 100, 105],
    ],
  ],
  [
    'bearish harami cross',
    'bearish',
    [
      [99, 111, 98, 110],
      [105, 108, 102, 104.6],
    ],
    [
      [99, 111, 98, 110],
      [107, 108, 102, 103],
    ],
  ],
  // Opens below the first low, closes above its middle; broken: below it.
  [
    'piercing line',
    'bullish',
    [
      [110, 111, 98, 100],
      [97, 107, 96, 106.5],
    ],
    [
      [110, 111, 98, 100],
      [97, 104.5, 96, 104],
    ],
  ],
  [
    'dark cloud cover',
    'bearish',
    [
      [100, 112, 99, 110],
      [113, 114, 102, 103],
    ],
    [
      [100, 112, 99, 110],
      [113, 114, 105, 106.5],
    ],
  ],
  // A gap down, a small candle, a gap up, a close above the first middle; broken: no second gap.
  [
    'morning star',
    'bullish',
    [
      [120, 121, 108, 110],
      [105, 107, 101, 102.5],
      [108.5, 119, 107.5, 118],
    ],
    [
      [120, 121, 108, 110],
      [105, 107, 101, 102.5],
      [106.5, 119, 103, 118],
    ],
  ],
  [
    'evening star',
    'bearish',
    [
      [100, 112, 99, 110],
      [115, 119, 113, 117.5],
      [111.5, 112.5, 101, 102],
    ],
    [
      [100, 112, 99, 110],
      [115, 119, 113, 117.5],
      [113.5, 116, 101, 102],
    ],
  ],
  // The same around a doji; broken: its body is two and a half.
  [
    'morning doji star',
    'bullish',
    [
      [120, 121, 108, 110],
      [104, 107, 101, 104.3],
      [108.5, 119, 106.5, 118],
    ],
    [
      [120, 121, 108, 110],
      [105, 107, 101, 102.5],
      [108.5, 119, 106.5, 118],
    ],
  ],
  [
    'evening doji star',
    'bearish',
    [
      [100, 112, 99, 110],
      [116, 119, 113, 116.3],
      [111.5, 113.5, 101, 102],
    ],
    [
      [100, 112, 99, 110],
      [115, 119, 113, 117.5],
      [111.5, 113.5, 101, 102],
    ],
  ],
  // A doji with a gap on either side of its shadows; broken: the third overlaps it.
  [
    'abandoned baby',
    'bullish',
    [
      [120, 121, 108, 110],
      [104, 107, 101, 104.3],
      [108.5, 119, 107.5, 118],
    ],
    [
      [120, 121, 108, 110],
      [104, 107, 101, 104.3],
      [108.5, 119, 106.5, 118],
    ],
  ],
  // Two falls with a gap between, the third closes within it; broken: it fills the gap.
  [
    'downside tasuki gap',
    'bearish',
    [
      [130, 131, 119, 120],
      [115, 116, 106, 107],
      [110, 119, 109, 117.5],
    ],
    [
      [130, 131, 119, 120],
      [115, 116, 106, 107],
      [110, 122, 109, 121.5],
    ],
  ],
  // Three rises, each opening within the last body; broken: the third falls.
  [
    'three white soldiers',
    'bullish',
    [
      [100, 108, 99, 107],
      [104, 114, 103, 113],
      [110, 120, 109, 119],
    ],
    [
      [100, 108, 99, 107],
      [104, 114, 103, 113],
      [113.5, 120, 105, 110],
    ],
  ],
  [
    'three black crows',
    'bearish',
    [
      [120, 121, 112, 113],
      [116, 117, 106, 107],
      [110, 111, 100, 101],
    ],
    [
      [120, 121, 112, 113],
      [116, 117, 106, 107],
      [106, 115, 104, 110],
    ],
  ],
  // A fall, a long lower shadow, a candle that confirms; broken: nothing confirms.
  [
    'hammer',
    'bullish',
    [...FALL, [104, 106.2, 92, 106], [106, 113, 105, 112]],
    [...FALL, [104, 106.2, 92, 106], [105.8, 107.5, 95, 97]],
  ],
  [
    'hanging man',
    'bearish',
    [...RISE, [96, 98.2, 84, 98], [97, 98, 88, 90]],
    [...RISE, [96, 98.2, 84, 98], [99.5, 109, 97, 107]],
  ],
  [
    'shooting star',
    'bearish',
    [...RISE, [96, 110, 95.8, 98], [97, 98, 86, 88]],
    [...RISE, [96, 110, 95.8, 98], [99.5, 109, 97, 107]],
  ],
  // The same low twice after a fall; broken: after a rise.
  [
    'tweezer bottom',
    'bullish',
    [...FALL, [106, 109, 98, 102], [102, 107, 98, 104.5]],
    [...RISE, [106, 109, 98, 102], [102, 107, 98, 104.5]],
  ],
  [
    'tweezer top',
    'bearish',
    [...RISE, [94, 104, 90, 98], [98, 104, 93, 95.5]],
    [...FALL, [94, 104, 90, 98], [98, 104, 93, 95.5]],
  ],
];

describe('a pattern made by hand is found, and one with a condition broken is not', () => {
  test.each(CASES)('%s (%s)', (name, bias, pattern, broken) => {
    expect(findPattern(after(pattern))).toEqual({ name, bias });
    expect(findPattern(after(broken))?.name).not.toBe(name);
  });

  test('of every name there is', () => {
    expect(CASES.map(([name]) => name).sort()).toEqual([...PATTERN_NAMES].sort());
  });
});

describe('what counts as equal is measured in candles of this market', () => {
  test.each([
    ['of pennies', 0.0001, 1],
    ['at a hundred thousand', 1, 100_000],
    ['that is wild', 50, 1_000],
  ])('in a market %s', (_name, scale, around) => {
    for (const [name, , pattern] of CASES) {
      // An equal low or high is one of floats: scaled alike they stay so.
      expect(findPattern(after(pattern, scale, around))?.name, name).toBe(name);
    }
  });

  test('so few minutes are a doji, where the library alone sees little else', () => {
    const minutes = walk(2_000, { seed: 9, start: 60_000, step: 60 });
    const dojis = minutes.filter((_, i) => {
      const name = findPattern(minutes.slice(Math.max(0, i + 1 - PATTERN_WINDOW), i + 1))?.name;
      return name !== undefined && name.includes('doji');
    });
    expect(dojis.length).toBeGreaterThan(20);
    expect(dojis.length).toBeLessThan(400);
  });

  test('a market that stands still, and too few candles, have no pattern', () => {
    const still = Array.from({ length: 20 }, (): Shape => [100, 100, 100, 100]);
    const candles = after(still).slice(-PATTERN_WINDOW);
    expect(findPattern(candles)).toBeNull();
    const [, , engulfing] = CASES.find(([name]) => name === 'bullish engulfing') ?? [];
    const enough = after(engulfing ?? []).slice(-PATTERN_WINDOW);
    expect(findPattern(enough)?.name).toBe('bullish engulfing');
    expect(findPattern(enough.slice(1))).toBeNull();
    expect(findPattern([])).toBeNull();
  });

  test('the candles that are given stay as they are', () => {
    const candles = after(CASES[3]?.[2] ?? []);
    const copy = JSON.stringify(candles);
    findPattern(candles);
    expect(JSON.stringify(candles)).toBe(copy);
  });
});
