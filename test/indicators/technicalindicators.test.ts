import {
  ATR,
  BollingerBands,
  EMA,
  MACD,
  ROC,
  RSI,
  SMA,
  Stochastic,
  WMA,
} from 'technicalindicators';
import { expect, test } from 'vitest';

import { Atr } from '../../src/indicators/atr.ts';
import { Bollinger } from '../../src/indicators/bollinger.ts';
import { Ema } from '../../src/indicators/ema.ts';
import { Macd } from '../../src/indicators/macd.ts';
import { Roc } from '../../src/indicators/roc.ts';
import { Rsi } from '../../src/indicators/rsi.ts';
import { Sma } from '../../src/indicators/sma.ts';
import { Stochastic as OurStochastic } from '../../src/indicators/stochastic.ts';
import { Wma } from '../../src/indicators/wma.ts';
import { distance, walk } from './samples.ts';

// A second implementation on a seeded walk of positive prices (its windows stop at a zero, and
// its extremes start from 0). Where it differs from TA-Lib, the test says by how much and why.

const candles = walk(2000, { seed: 21, start: 1000, step: 5 });
const values = candles.map((candle) => candle.close);
const input = {
  high: candles.map((candle) => candle.high),
  low: candles.map((candle) => candle.low),
  close: values,
};

function worst(ours: readonly (number | null)[], theirs: readonly (number | undefined)[]): number {
  const ready = ours.filter((value) => value !== null);
  expect(ready, 'both start on the same candle').toHaveLength(theirs.length);
  return ready.reduce((max, value, i) => Math.max(max, distance(value, theirs[i] ?? NaN)), 0);
}

const closes = (indicator: { update(value: number): number | null }): (number | null)[] =>
  values.map((value) => indicator.update(value));

test.each([
  ['SMA', closes(new Sma(20)), SMA.calculate({ period: 20, values })],
  ['EMA', closes(new Ema(20)), EMA.calculate({ period: 20, values })],
  ['WMA', closes(new Wma(20)), WMA.calculate({ period: 20, values })],
  ['ROC', closes(new Roc(10)), ROC.calculate({ period: 10, values })],
  ['ATR', ((atr) => candles.map((candle) => atr.update(candle)))(new Atr(14)), atrOf()],
] as const)('%s agrees to rounding', (_name, ours, theirs) => {
  // Its running sums gather some rounding over 2,000 values.
  expect(worst(ours, theirs)).toBeLessThan(1e-11);
});

test('Bollinger bands agree to rounding', () => {
  const theirs = BollingerBands.calculate({ period: 20, stdDev: 2, values });
  for (const line of ['middle', 'upper', 'lower'] as const) {
    const bands = new Bollinger(20, 2);
    const ours = values.map((value) => bands.update(value)?.[line] ?? null);
    expect(
      worst(
        ours,
        theirs.map((one) => one[line]),
      ),
    ).toBeLessThan(1e-11);
  }
});

test('stochastic agrees to rounding', () => {
  const theirs = Stochastic.calculate({ ...input, period: 14, signalPeriod: 3 });
  const ours = new OurStochastic({ kPeriod: 14, smooth: 1, dPeriod: 3 });
  const lines = candles.map((candle) => {
    ours.push(candle);
    return { k: ours.k, d: ours.d };
  });
  expect(
    worst(
      lines.map((one) => one.k),
      theirs.map((one) => one.k),
    ),
  ).toBeLessThan(1e-10);
  const signals = theirs.map((one) => one.d).filter((one) => one !== undefined);
  expect(
    worst(
      lines.map((one) => one.d),
      signals,
    ),
  ).toBeLessThan(1e-10);
});

test('RSI agrees within the two decimals the other one keeps', () => {
  const theirs = RSI.calculate({ period: 14, values });
  const ours = closes(new Rsi(14)).filter((value) => value !== null);
  expect(ours).toHaveLength(theirs.length);
  const gaps = ours.map((value, i) => Math.abs(value - (theirs[i] ?? NaN)));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(0.005 + 1e-9);
});

test('MACD agrees once the seeds have faded', () => {
  const theirs = MACD.calculate({
    values,
    fastPeriod: 12,
    slowPeriod: 26,
    signalPeriod: 9,
    SimpleMAOscillator: false,
    SimpleMASignal: false,
  });
  const macd = new Macd(12, 26, 9);
  const ours = values.map((value) => macd.update(value)).slice(25);
  expect(ours).toHaveLength(theirs.length);
  let early = 0;
  ours.forEach((value, i) => {
    const other = theirs[i];
    if (value === null || other === undefined) return;
    const gap = Math.max(
      distance(value.line, other.MACD ?? NaN),
      distance(value.signal, other.signal ?? NaN),
      distance(value.histogram, other.histogram ?? NaN),
    );
    if (i < 100) early = Math.max(early, gap);
    if (i >= 500) expect(gap, `line ${i}`).toBeLessThan(1e-11);
  });
  expect(early, 'it seeds the fast average 14 values earlier, which we do not').toBeGreaterThan(
    0.01,
  );
});

function atrOf(): number[] {
  return ATR.calculate({ ...input, period: 14 });
}
