import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import { emaCross } from '../../src/strategies/ema-cross.ts';
import { macd } from '../../src/strategies/macd.ts';
import { smaCross } from '../../src/strategies/sma-cross.ts';
import { candlesOf, stillCandles, walk } from '../indicators/samples.ts';
import { describeWithData, readSharedData } from '../support/shared-data.ts';
import { type Decision, PERPETUAL, SPOT, decisions, drive } from './driver.ts';

const BOTH = { direction: 'both' };

/** Candles at which one series crosses another, strict on both candles, from whole series. */
function crosses(a: readonly number[], b: readonly number[]): Decision[] {
  return a.flatMap((now, at): Decision[] => {
    const [before, other, otherBefore] = [a[at - 1] ?? NaN, b[at] ?? NaN, b[at - 1] ?? NaN];
    if (before < otherBefore && now > other) return [{ at, side: 'long' }];
    return before > otherBefore && now < other ? [{ at, side: 'short' }] : [];
  });
}

/** Only what changes the side: a touch can make two crosses upward follow each other. */
function changes(all: readonly Decision[]): Decision[] {
  return all.filter((one, i) => one.side !== all[i - 1]?.side);
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const smaOf = (closes: readonly number[], period: number) =>
  closes.map((_, i) => (i + 1 < period ? NaN : mean(closes.slice(i + 1 - period, i + 1))));

/** Seeded with the mean of the first `period` values from `from` on. */
function emaOf(values: readonly number[], period: number, from = 0): number[] {
  const out = values.map(() => NaN);
  const first = from + period - 1;
  if (first >= values.length) return out;
  out[first] = mean(values.slice(from, first + 1));
  for (let i = first + 1; i < values.length; i += 1) {
    const weight = 2 / (period + 1);
    out[i] = weight * (values[i] ?? NaN) + (1 - weight) * (out[i - 1] ?? NaN);
  }
  return out;
}

const closesOf = (candles: readonly Candle[]) => candles.map((candle) => candle.close);
const lively = (count: number, seed: number) => walk(count, { seed, start: 1000, step: 8 });

describe('sma-cross', () => {
  test('takes the side of each cross that whole-series averages show', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const candles = lively(1500, seed);
      const closes = closesOf(candles);
      const expected = crosses(smaOf(closes, 10), smaOf(closes, 30));
      expect(decisions(smaCross, candles, { params: BOTH }), `seed ${seed}`).toEqual(expected);
      expect(expected.length).toBeGreaterThan(20);
    }
  });

  test('counts only strict crosses where averages touch', () => {
    let touches = 0;
    const closes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(closes, (values) => {
        const fast = smaOf(values, 2);
        const slow = smaOf(values, 3);
        touches += fast.filter((one, i) => one === slow[i]).length;
        const params = { ...BOTH, fast: 2, slow: 3 };
        expect(decisions(smaCross, stillCandles(values), { params })).toEqual(
          changes(crosses(fast, slow)),
        );
      }),
      { numRuns: 300 },
    );
    expect(touches, 'the series must touch for this to prove anything').toBeGreaterThan(100);
  });

  test('takes averages that are equal in cents for equal, whatever binary makes of the cents', () => {
    let touches = 0;
    const cents = fc.array(fc.integer({ min: 7690, max: 7696 }), { minLength: 20, maxLength: 80 });
    fc.assert(
      fc.property(cents, (values) => {
        const sums = (period: number) =>
          values.map((_, i) => {
            const window = values.slice(Math.max(0, i + 1 - period), i + 1);
            // Whole numbers on both sides: mean of 3 times 24, mean of 8 times 24.
            return i + 1 < 8 ? NaN : window.reduce((sum, one) => sum + one, 0) * (24 / period);
          });
        const [fast, slow] = [sums(3), sums(8)];
        touches += fast.filter((one, i) => one === slow[i]).length;
        const candles = stillCandles(values.map((one) => one / 100));
        const params = { ...BOTH, fast: 3, slow: 8 };
        expect(decisions(smaCross, candles, { params })).toEqual(changes(crosses(fast, slow)));
      }),
      { numRuns: 300 },
    );
    expect(touches, 'the series must touch for this to prove anything').toBeGreaterThan(50);
  });

  test('ignores lines that meet and part again', () => {
    const params = { ...BOTH, fast: 1, slow: 2 };
    // Close against mean of two: below, equal, above.
    expect(decisions(smaCross, stillCandles([9, 8, 8, 9]), { params })).toEqual([]);
    expect(decisions(smaCross, stillCandles([9, 8, 9]), { params })).toEqual([
      { at: 2, side: 'long' },
    ]);
  });

  test('goes flat instead of short with direction long, and on spot', () => {
    const candles = lively(400, 3);
    const of = (direction: string, market = PERPETUAL) =>
      decisions(smaCross, candles, { params: { direction }, market });
    const long = of('long');
    expect(long[0]?.side).toBe('long');
    expect(new Set(long.map((one) => one.side))).toEqual(new Set(['long', 'flat']));
    const fromFirstLong = of('both').slice(of('both').findIndex((one) => one.side === 'long'));
    expect(long).toEqual(
      fromFirstLong.map((one) => (one.side === 'short' ? { ...one, side: 'flat' } : one)),
    );
    expect(of('both', SPOT)).toEqual(long);
    expect(of('short', SPOT)).toEqual([]);
    expect(new Set(of('short').map((one) => one.side))).toEqual(new Set(['short', 'flat']));
  });

  test('says which averages crossed, which way and where', () => {
    const driver = drive(smaCross, { fast: 1, slow: 2 });
    const intents = stillCandles([46_500, 46_300, 46_377]).map((candle) => driver.feed(candle));
    expect(intents.at(-1)).toEqual([
      {
        kind: 'target',
        symbol: PERPETUAL.symbol,
        positionSide: 'long',
        reason: 'SMA 1 crossed above SMA 2 at 46,377',
      },
    ]);
    expect(driver.strategy.explain?.()).toEqual({
      text: 'above · SMA 1 46,377 · SMA 2 46,338.5',
      inputs: { fast: 46_377, slow: 46_338.5 },
    });
  });

  test('wants fast below slow and names both', () => {
    for (const definition of [smaCross, emaCross, macd]) {
      for (const fast of [40, 41]) {
        const error = definition.params.safeParse({ fast, slow: 40 }).error;
        expect(error?.issues[0]?.message).toBe(`fast ${fast} must be below slow 40`);
      }
    }
  });
});

const PINNED = [
  { trades: 'trades_pinned_test_compute_stats.csv', fast: 10, slow: 30, count: 66 },
  { trades: 'trades_readme_settings_at_head.csv', fast: 10, slow: 20, count: 93 },
];
describeWithData('sma-cross', ['GOOG.csv', ...PINNED.map((one) => one.trades)], () => {
  test.each(PINNED)('$fast/$slow enters on the pinned candles', ({ trades, fast, slow, count }) => {
    const rows = (name: string) =>
      readSharedData(name)
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(','));
    const candles = candlesOf(
      rows('GOOG.csv').map(([, , high, low, close]) => ({
        high: Number(high),
        low: Number(low),
        close: Number(close),
      })),
    );
    const pinned = rows(trades).map(([size, entryBar]): Decision => {
      // Signals at a close fill at the next open.
      return { at: Number(entryBar) - 1, side: Number(size) > 0 ? 'long' : 'short' };
    });
    expect(pinned).toHaveLength(count);
    const found = decisions(smaCross, candles, { params: { ...BOTH, fast, slow } });
    expect(found.slice(0, count)).toEqual(pinned);
    // The second file leaves out the trade that is still open at the end.
    expect(found.length - count).toBe(count === 93 ? 1 : 0);
  });
});

describe('ema-cross', () => {
  test('takes the side of each cross that whole-series averages show', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const candles = lively(1500, seed);
      const closes = closesOf(candles);
      const expected = crosses(emaOf(closes, 12), emaOf(closes, 26));
      expect(decisions(emaCross, candles, { params: BOTH }), `seed ${seed}`).toEqual(expected);
      expect(expected.length).toBeGreaterThan(20);
    }
  });
});

describe('macd', () => {
  test('takes the side of each cross of line and signal that whole series show', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const candles = lively(1500, seed);
      const closes = closesOf(candles);
      // Both averages are seeded at candle `slow`.
      const fast = emaOf(closes, 12, 14);
      const line = emaOf(closes, 26).map((slow, i) => (fast[i] ?? NaN) - slow);
      const expected = crosses(line, emaOf(line, 9, 25));
      expect(decisions(macd, candles, { params: BOTH }), `seed ${seed}`).toEqual(expected);
      expect(expected.length).toBeGreaterThan(40);
    }
  });

  test('says the values of line and signal', () => {
    const driver = drive(macd, BOTH);
    const reasons = lively(300, 1).flatMap((one) => driver.feed(one).map(({ reason }) => reason));
    expect(reasons[0]).toMatch(
      /^MACD -?[\d.]+ crossed (above|below) its signal -?[\d.]+ at [\d,.]+$/,
    );
  });
});
