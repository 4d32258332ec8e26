import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Candle } from '../../src/domain/candle.ts';
import type { PositionSide } from '../../src/domain/position.ts';
import { bollinger } from '../../src/strategies/bollinger.ts';
import { breakout } from '../../src/strategies/breakout.ts';
import { rsiReversion } from '../../src/strategies/rsi-reversion.ts';
import { candlesOf, stillCandles, walk } from '../indicators/samples.ts';
import { type Decision, decisions, drive } from './driver.ts';

const BOTH = { direction: 'both' };
const lively = (count: number, seed: number) => walk(count, { seed, start: 1000, step: 8 });

/** Follows opinions candle by candle: only what changes the side is a decision. */
function follow(
  candles: readonly Candle[],
  opinion: (at: number, held: PositionSide) => PositionSide | null,
): Decision[] {
  let held: PositionSide = 'flat';
  return candles.flatMap((_, at): Decision[] => {
    const side = opinion(at, held);
    if (side === null || side === held) return [];
    held = side;
    return [{ at, side }];
  });
}

/** Wilder's RSI of whole series: first value at index `period`. */
function rsiOf(closes: readonly number[], period: number): number[] {
  const moves = closes.map((close, i) => close - (closes[i - 1] ?? close));
  return closes.map((_, at) => {
    if (at < period) return NaN;
    let gain = 0;
    let loss = 0;
    moves.slice(1, at + 1).forEach((move, i) => {
      const keep = i < period ? 1 : (period - 1) / period;
      const take = 1 / period;
      gain = gain * keep + Math.max(move, 0) * take;
      loss = loss * keep + Math.max(-move, 0) * take;
    });
    return 100 - 100 / (1 + gain / loss);
  });
}

describe('rsi-reversion', () => {
  test('enters where the RSI passes a level and leaves where it is back', () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const candles = lively(700, seed);
      const rsi = rsiOf(
        candles.map((candle) => candle.close),
        14,
      );
      const expected = follow(candles, (at, held) => {
        const [before = NaN, now = NaN] = [rsi[at - 1], rsi[at]];
        if (before >= 30 && now < 30) return 'long';
        if (before <= 70 && now > 70) return 'short';
        if (held === 'long' && now >= 50) return 'flat';
        return held === 'short' && now <= 50 ? 'flat' : null;
      });
      expect(decisions(rsiReversion, candles, { params: BOTH }), `seed ${seed}`).toEqual(expected);
      expect(expected.length).toBeGreaterThan(5);
    }
  });

  test('waits for the next fall after it was stopped out', () => {
    const driver = drive(rsiReversion, { period: 2 });
    const feed = (closes: readonly number[]) =>
      stillCandles(closes).flatMap((candle) => driver.feed(candle));
    expect(feed([100, 101, 100, 101, 95])).toHaveLength(1);
    feed([94]);
    driver.position = 0; // its stop filled
    expect(feed([93, 92, 91])).toEqual([]);
    expect(feed([99, 80])).toHaveLength(1);
  });

  test('says the RSI, the level and the price', () => {
    const driver = drive(rsiReversion, { period: 2 });
    const said = stillCandles([100, 101, 100, 101, 95, 95, 97])
      .flatMap((candle) => driver.feed(candle))
      .map((intent) => intent.reason);
    expect(said).toEqual([
      'RSI 2 at 10.7, below 30, price 95',
      'RSI 2 at 58.3, above 50, price 97',
    ]);
    expect(driver.strategy.explain?.().text).toBe('long · RSI 58');
  });

  test('wants its levels in rising order and names them', () => {
    const { error } = rsiReversion.params.safeParse({ oversold: 55 });
    expect(error?.issues[0]?.message).toContain('oversold 55, exit 50, overbought 70 must rise');
  });
});

describe('bollinger', () => {
  test('enters on the return into the bands and leaves at the middle', () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const candles = lively(1500, seed);
      const touched = { lower: false, upper: false };
      const expected = follow(candles, (at, held) => {
        if (at < 19) return null;
        const window = candles.slice(at - 19, at + 1).map((candle) => candle.close);
        const middle = window.reduce((sum, close) => sum + close) / 20;
        const variance = window.reduce((sum, close) => sum + (close - middle) ** 2, 0) / 20;
        const [lower, upper] = [middle - 2 * Math.sqrt(variance), middle + 2 * Math.sqrt(variance)];
        const { close = NaN, low = NaN, high = NaN } = candles[at] ?? {};
        touched.lower ||= low <= lower;
        touched.upper ||= high >= upper;
        const isUp = touched.lower && close > lower;
        const isDown = touched.upper && close < upper;
        if (isUp) touched.lower = false;
        if (isDown) touched.upper = false;
        if (isUp && close < middle) return 'long';
        if (isDown && close > middle) return 'short';
        if (held === 'long' && close >= middle) return 'flat';
        return held === 'short' && close <= middle ? 'flat' : null;
      });
      expect(decisions(bollinger, candles, { params: BOTH }), `seed ${seed}`).toEqual(expected);
      expect(expected.length).toBeGreaterThan(20);
    }
  });

  test('takes a close that lies on a line in cents for lying on it', () => {
    let ties = 0;
    const cents = fc.array(fc.integer({ min: 7690, max: 7696 }), { minLength: 20, maxLength: 80 });
    fc.assert(
      fc.property(cents, (values) => {
        const touched = { lower: false, upper: false };
        const expected = follow(stillCandles(values), (at, held) => {
          if (at < 3) return null;
          // Four times the distance from the mean, and sixteen times the variance: whole numbers.
          const window = values.slice(at - 3, at + 1);
          const sum = window.reduce((total, one) => total + one, 0);
          const far = 4 * (values[at] ?? NaN) - sum;
          const spread = 4 * window.reduce((total, one) => total + one * one, 0) - sum * sum;
          if (far === 0 || far * far === spread) ties += 1;
          const [isLow, isHigh] = [
            far <= 0 && far * far >= spread,
            far >= 0 && far * far >= spread,
          ];
          touched.lower ||= spread > 0 && isLow;
          touched.upper ||= spread > 0 && isHigh;
          const isUp = touched.lower && !isLow;
          const isDown = touched.upper && !isHigh;
          if (isUp) touched.lower = false;
          if (isDown) touched.upper = false;
          if (isUp && far < 0) return 'long';
          if (isDown && far > 0) return 'short';
          if (held === 'long' && far >= 0) return 'flat';
          return held === 'short' && far <= 0 ? 'flat' : null;
        });
        const candles = stillCandles(values.map((one) => one / 100));
        const params = { ...BOTH, period: 4, width: 1 };
        expect(decisions(bollinger, candles, { params })).toEqual(expected);
      }),
      { numRuns: 300 },
    );
    expect(ties, 'the closes must lie on a line for this to prove anything').toBeGreaterThan(300);
  });

  test('waits while closes stay outside, buys the first one inside, sells at the middle', () => {
    const closes = [100, 101, 100, 101, 100, 90, 85, 88, 95];
    const found = decisions(bollinger, stillCandles(closes), { params: { period: 5, width: 1 } });
    expect(found).toEqual([
      { at: 7, side: 'long' },
      { at: 8, side: 'flat' },
    ]);
  });

  test('does not take the awakening of a dead market for a return', () => {
    // One outlier lies 4.4 deviations from the middle: inside bands of 5.
    const closes = [...Array<number>(30).fill(100), 100.5, 100.4];
    const params = { ...BOTH, width: 5 };
    expect(decisions(bollinger, stillCandles(closes), { params })).toEqual([]);
  });

  test('says the close and the band', () => {
    const driver = drive(bollinger, { period: 5, width: 1 });
    const closes = [100, 101, 100, 101, 100, 90, 85, 88, 95];
    const said = stillCandles(closes).flatMap((candle) => driver.feed(candle));
    expect(said.map((intent) => intent.reason)).toEqual([
      'close 88 back inside the lower band 86.31',
      'close 95 at the middle 91.6',
    ]);
  });
});

describe('breakout', () => {
  test('enters outside the channel of the candles before and leaves at the exit channel', () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const candles = lively(1500, seed);
      const highest = (at: number, count: number) =>
        Math.max(...candles.slice(at - count, at).map((candle) => candle.high));
      const lowest = (at: number, count: number) =>
        Math.min(...candles.slice(at - count, at).map((candle) => candle.low));
      const expected = follow(candles, (at, held) => {
        if (at < 20) return null;
        const close = candles[at]?.close ?? NaN;
        if (close > highest(at, 20)) return 'long';
        if (close < lowest(at, 20)) return 'short';
        if (held === 'long' && close < lowest(at, 10)) return 'flat';
        return held === 'short' && close > highest(at, 10) ? 'flat' : null;
      });
      expect(decisions(breakout, candles, { params: BOTH }), `seed ${seed}`).toEqual(expected);
      expect(expected.length).toBeGreaterThan(20);
    }
  });

  test('takes a close at the edge of the channel for no break', () => {
    const bar = (close: number) => ({ high: 11, low: 9, close });
    const params = { entry: 2, exit: 1 };
    const at = (close: number) =>
      decisions(breakout, candlesOf([bar(10), bar(10), bar(close)]), { params });
    expect(at(11)).toEqual([]);
    expect(at(11.01)).toEqual([{ at: 2, side: 'long' }]);
  });

  test('says the level it broke, and wants exit at most entry', () => {
    const driver = drive(breakout, { entry: 2, exit: 1 });
    const said = stillCandles([10, 10, 12, 13, 12.5]).flatMap((candle) => driver.feed(candle));
    expect(said.map((intent) => intent.reason)).toEqual([
      'close 12 above the high 10 of 2 candles',
      'close 12.5 below the low 13 of 1 candles',
    ]);
    const { error } = breakout.params.safeParse({ entry: 5, exit: 6 });
    expect(error?.issues[0]?.message).toBe('exit 6 must not be above entry 5');
  });
});
