import { describe, expect, test } from 'vitest';

import { Adx } from '../../src/indicators/adx.ts';
import { Atr } from '../../src/indicators/atr.ts';
import { Bollinger } from '../../src/indicators/bollinger.ts';
import { Cci } from '../../src/indicators/cci.ts';
import { Donchian } from '../../src/indicators/donchian.ts';
import { Ema } from '../../src/indicators/ema.ts';
import { Hma } from '../../src/indicators/hma.ts';
import { Macd } from '../../src/indicators/macd.ts';
import { Mfi } from '../../src/indicators/mfi.ts';
import { Obv } from '../../src/indicators/obv.ts';
import { Roc } from '../../src/indicators/roc.ts';
import { Rsi } from '../../src/indicators/rsi.ts';
import { Sma } from '../../src/indicators/sma.ts';
import { StandardDeviation } from '../../src/indicators/standard-deviation.ts';
import { Stochastic } from '../../src/indicators/stochastic.ts';
import { Vwap } from '../../src/indicators/vwap.ts';
import { Wma } from '../../src/indicators/wma.ts';
import { candlesOf, stillCandles, walk } from './samples.ts';

// Worked out on paper from the definitions; fractions are kept as fractions.

const flatMarket = stillCandles(Array.from({ length: 100 }, () => 0.1));

interface Row<Input> {
  readonly name: string;
  readonly indicator: { update(input: Input): number | null };
  readonly inputs: readonly Input[];
  readonly outputs: readonly (number | null)[];
}

function check<Input>({ indicator, inputs, outputs }: Row<Input>): void {
  inputs.forEach((input, i) => {
    const output = indicator.update(input);
    const expected = outputs[i] ?? null;
    if (expected === null) expect(output).toBeNull();
    else expect(output).toBeCloseTo(expected, 12);
  });
}

describe('of prices', () => {
  const rows: readonly Row<number>[] = [
    {
      name: 'SMA 3',
      indicator: new Sma(3),
      inputs: [1, 2, 3, 4, 10],
      outputs: [null, null, 2, 3, 17 / 3],
    },
    {
      name: 'EMA 3 seeded with the mean of its first inputs',
      indicator: new Ema(3),
      inputs: [1, 2, 3, 4, 10],
      outputs: [null, null, 2, 3, 6.5],
    },
    {
      name: 'WMA 3',
      indicator: new Wma(3),
      inputs: [1, 2, 3, 4],
      outputs: [null, null, 14 / 6, 20 / 6],
    },
    {
      name: 'HMA 4',
      indicator: new Hma(4),
      inputs: [1, 2, 4, 8, 16],
      outputs: [null, null, null, null, 253 / 18],
    },
    {
      name: "RSI 3 with Wilder's smoothing",
      indicator: new Rsi(3),
      inputs: [10, 11, 10, 12, 11],
      outputs: [null, null, null, 75, 600 / 11],
    },
    {
      name: 'ROC 2 in percent',
      indicator: new Roc(2),
      inputs: [4, 5, 6, 10],
      outputs: [null, null, 50, 100],
    },
    {
      name: 'ROC against zero is 0',
      indicator: new Roc(1),
      inputs: [0, 5, 0],
      outputs: [null, 0, -100],
    },
    {
      name: 'standard deviation of a window with a zero',
      indicator: new StandardDeviation(5),
      inputs: [1, 0, 2, 3, 4],
      outputs: [null, null, null, null, Math.SQRT2],
    },
    {
      name: 'standard deviation around a mean of zero',
      indicator: new StandardDeviation(2),
      inputs: [-3, 3, -3],
      outputs: [null, 3, 3],
    },
  ];
  test.each(rows)('$name', (row) => check(row));

  test('MACD seeds both averages on the same input', () => {
    const macd = new Macd(2, 3, 2);
    const lines: (number | null)[] = [];
    for (const input of [1, 2, 4, 7]) {
      macd.update(input);
      lines.push(macd.line);
    }
    expect(lines.slice(0, 2)).toEqual([null, null]);
    expect(lines[2]).toBeCloseTo(2 / 3, 12);
    expect(macd.value?.line).toBeCloseTo(1, 12);
    expect(macd.value?.signal).toBeCloseTo(5 / 6, 12);
    expect(macd.value?.histogram).toBeCloseTo(1 / 6, 12);
    macd.update(11);
    expect(macd.line).toBeCloseTo(25 / 18, 12);
    expect(macd.signal).toBeCloseTo(65 / 54, 12);
    expect(macd.histogram).toBeCloseTo(10 / 54, 12);
  });

  test('MACD 12 26 9 starts its line on input 26 and its signal on input 34', () => {
    const macd = new Macd(12, 26, 9);
    const firsts = { line: 0, signal: 0, value: 0 };
    for (let input = 1; input <= 40; input += 1) {
      const value = macd.update(input * input);
      if (macd.line !== null && firsts.line === 0) firsts.line = input;
      if (macd.signal !== null && firsts.signal === 0) firsts.signal = input;
      if (value !== null && firsts.value === 0) firsts.value = input;
    }
    expect(firsts).toEqual({ line: 26, signal: 34, value: 34 });
  });

  test('MACD refuses a fast average that is not faster', () => {
    expect(() => new Macd(26, 26, 9)).toThrow('fast 26 is not below slow 26');
  });

  test('Bollinger uses the population deviation', () => {
    const bands = new Bollinger(4, 2);
    const [last] = [2, 4, 4, 6].map((input) => bands.update(input)).slice(-1);
    expect(last?.middle).toBe(4);
    expect(last?.upper).toBeCloseTo(4 + 2 * Math.SQRT2, 12);
    expect(last?.lower).toBeCloseTo(4 - 2 * Math.SQRT2, 12);
  });
});

describe('of candles', () => {
  const bars = candlesOf([
    { high: 10, low: 8, close: 9 },
    { high: 12, low: 9, close: 11 },
    { high: 11, low: 7, close: 8 },
    { high: 13, low: 9, close: 12 },
    { high: 14, low: 8, close: 11 },
  ]);

  test('ATR 2 leaves out the first candle and counts gaps', () => {
    check({
      name: '',
      indicator: new Atr(2),
      inputs: candlesOf([
        { high: 10, low: 8, close: 9 },
        { high: 12, low: 9, close: 11 },
        { high: 11, low: 10, close: 10 },
        { high: 15, low: 12, close: 14 },
      ]),
      outputs: [null, null, 2, 3.5],
    });
  });

  test('ADX 2 counts a candle that reaches equally far both ways for neither', () => {
    const adx = new Adx(2);
    const outputs = bars.map((bar) => adx.update(bar));
    expect(outputs.slice(0, 3)).toEqual([null, null, null]);
    expect(outputs[3]?.adx).toBeCloseTo(1600 / 42, 12);
    expect(outputs[3]?.plusDi).toBeCloseTo(250 / 7.75, 12);
    expect(outputs[3]?.minusDi).toBeCloseTo(100 / 7.75, 12);
    expect(outputs[4]?.adx).toBeCloseTo(3400 / 84, 12);
    expect(outputs[4]?.plusDi).toBeCloseTo(125 / 9.875, 12);
  });

  test('stochastic 2 1 2', () => {
    const stochastic = new Stochastic({ kPeriod: 2, smooth: 1, dPeriod: 2 });
    const fast = bars.slice(0, 3).map((bar) => {
      stochastic.push(bar);
      return { k: stochastic.k, value: stochastic.value };
    });
    expect(fast).toEqual([
      { k: null, value: null },
      { k: 75, value: null },
      { k: 20, value: { k: 20, d: 47.5 } },
    ]);
  });

  test('Donchian 2 is the channel before the candle', () => {
    const channel = new Donchian(2);
    const outputs = bars.slice(0, 4).map((bar) => channel.update(bar));
    expect(outputs).toEqual([
      null,
      null,
      { upper: 12, lower: 8, middle: 10 },
      { upper: 12, lower: 7, middle: 9.5 },
    ]);
  });

  test('VWAP 2', () => {
    const still = [...stillCandles([9], 1), ...stillCandles([12], 3)];
    check({ name: '', indicator: new Vwap(2), inputs: still, outputs: [null, 11.25] });
  });

  test('VWAP without volume is the plain mean', () => {
    const still = stillCandles([9, 12], 0);
    check({ name: '', indicator: new Vwap(2), inputs: still, outputs: [null, 10.5] });
  });

  test('CCI 3', () => {
    const still = stillCandles([1, 2, 6]);
    check({ name: '', indicator: new Cci(3), inputs: still, outputs: [null, null, 100] });
  });

  test('MFI 2 counts an unchanged price for neither side', () => {
    check({
      name: '',
      indicator: new Mfi(2),
      inputs: [
        ...stillCandles([10], 9),
        ...stillCandles([12], 2),
        ...stillCandles([11], 3),
        ...stillCandles([11], 5),
      ],
      outputs: [null, null, 2400 / 57, 0],
    });
  });

  test('MFI stays between 0 and 100 on prices of both signs', () => {
    const mfi = new Mfi(2);
    for (const candle of walk(500, { start: 0 })) {
      const value = mfi.update(candle) ?? 50;
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(100);
    }
  });

  test('ADX stays as it was when no direction is left to measure', () => {
    const adx = new Adx(2);
    // Halved per candle, the sums are exactly zero after about 1,080 flat candles.
    for (const candle of stillCandles([1, 2, 3, 4, 5])) adx.update(candle);
    for (let i = 0; i < 1500; i += 1) stillCandles([5]).forEach((candle) => adx.update(candle));
    expect(adx.value).toEqual({ adx: 100, plusDi: 0, minusDi: 0 });
  });

  test('OBV starts with the first volume', () => {
    check({
      name: '',
      indicator: new Obv(),
      inputs: [
        ...stillCandles([10], 5),
        ...stillCandles([11], 3),
        ...stillCandles([10], 2),
        ...stillCandles([10], 7),
      ],
      outputs: [5, 8, 6, 6],
    });
  });

  test.each([
    ['VWAP', new Vwap(2)],
    ['MFI', new Mfi(2)],
    ['OBV', new Obv()],
  ])('%s refuses negative volume', (_name, indicator) => {
    const [candle] = stillCandles([1], -3);
    expect(() => candle && indicator.update(candle)).toThrow('volume -3');
  });
});

describe('in a flat market', () => {
  test('says neither oversold nor overbought, no trend, no deviation', () => {
    const rsi = new Rsi(14);
    const mfi = new Mfi(14);
    const stochastic = new Stochastic({ kPeriod: 14, smooth: 3, dPeriod: 3 });
    const adx = new Adx(14);
    const cci = new Cci(20);
    const bands = new Bollinger(20, 2);
    for (const candle of flatMarket) {
      rsi.update(candle.close);
      mfi.update(candle);
      stochastic.update(candle);
      adx.update(candle);
      cci.update(candle);
      bands.update(candle.close);
    }
    expect(rsi.value).toBe(50);
    expect(mfi.value).toBe(50);
    expect(stochastic.value).toEqual({ k: 50, d: 50 });
    expect(adx.value).toEqual({ adx: 0, plusDi: 0, minusDi: 0 });
    expect(cci.value, 'rounding noise must not become an index').toBe(0);
    expect(bands.value).toEqual({ middle: 0.1, upper: 0.1, lower: 0.1 });
  });

  test('all averages of all lengths are exactly the price, so none cross', () => {
    for (const price of [0.1, 1 / 3, 42123.07, 1e-8, -7.7]) {
      for (let period = 1; period < 60; period += 1) {
        const averages = [new Sma(period), new Ema(period), new Wma(period), new Hma(period + 1)];
        for (let i = 0; i < 2 * period + 9; i += 1) for (const one of averages) one.update(price);
        for (const average of averages) expect(average.value).toBe(price);
      }
    }
  });
});

describe('periods', () => {
  test.each([0, -1, 1.5, NaN, Infinity, 1e9])('%s is refused', (period) => {
    const makers = [
      () => new Sma(period),
      () => new Ema(period),
      () => new Wma(period),
      () => new Hma(period),
      () => new Rsi(period),
      () => new Macd(period, 26, 9),
      () => new Bollinger(period, 2),
      () => new StandardDeviation(period),
      () => new Atr(period),
      () => new Adx(period),
      () => new Stochastic({ kPeriod: period, smooth: 1, dPeriod: 1 }),
      () => new Donchian(period),
      () => new Vwap(period),
      () => new Cci(period),
      () => new Mfi(period),
      () => new Roc(period),
    ];
    for (const make of makers) expect(make).toThrow(`period ${period}`);
  });
});
