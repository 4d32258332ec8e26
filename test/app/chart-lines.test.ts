import { afterAll, afterEach, describe, expect, test } from 'vitest';

import type { ChartLine } from '../../src/app/session-types.ts';
import { required } from '../../src/domain/errors.ts';
import { INDICATORS } from '../../src/indicators/catalog.ts';
import { generatedCandles } from '../support/backtest-kit.ts';
import {
  demoOptions,
  instance,
  removeAll,
  replayOptions,
  writeCandles,
} from '../support/session-kit.ts';
import {
  MINUTE,
  candlesFromMinutes,
  candlesFromPrints,
  closeAll,
  demoEvents,
  look,
  openHeld,
  play,
  printsOf,
} from './watch-kit.ts';

afterEach(closeAll);
afterAll(removeAll);

const file = generatedCandles(3_000, { seed: 11 });
const path = writeCandles(file);
const closes = Array.from(file.closes);

/** Plain mean of the `period` closes that end at each place; null before. */
const means = (values: readonly number[], period: number): (number | null)[] =>
  values.map((_, i) => {
    const window = values.slice(Math.max(0, i + 1 - period), i + 1);
    return window.length < period ? null : window.reduce((a, b) => a + b, 0) / period;
  });

const line = (lines: readonly ChartLine[], label: string): ChartLine =>
  required(
    lines.find((one) => one.label === label),
    `${label} among ${lines.map((one) => one.label).join(', ')}`,
  );

function expectClose(
  values: readonly (number | null)[],
  expected: readonly (number | null)[],
): void {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => {
    const other = expected[i] ?? null;
    if (value === null || other === null) return expect(value, `value ${i}`).toBe(other);
    return expect(value / other, `value ${i}`).toBeCloseTo(1, 9);
  });
}

/** What the strategy itself says it sees, candle by candle. */
async function thoughts(strategy: string, params: Record<string, unknown>, from: number) {
  const options = replayOptions(path, { strategies: [instance(strategy, params)] });
  const session = await openHeld(options);
  play(session, from);
  const inputs: Readonly<Record<string, number | null>>[] = [];
  for (let i = 0; i < 40; i += 1) {
    play(session, 1);
    inputs.push(session.view().strategies[0]?.thoughts[0]?.inputs ?? {});
  }
  const { lines } = look(session, { strategyId: strategy, candles: 40 });
  return { lines, inputs };
}

describe('lines of a strategy', () => {
  test.each([
    ['sma-cross', { fast: 7, slow: 33 }, { fast: 'SMA 7', slow: 'SMA 33' }, 'price'],
    ['ema-cross', { fast: 8, slow: 21 }, { fast: 'EMA 8', slow: 'EMA 21' }, 'price'],
    [
      'bollinger',
      { period: 15, width: 1.5 },
      {
        middle: 'Bollinger 15 1.5 middle',
        upper: 'Bollinger 15 1.5 upper',
        lower: 'Bollinger 15 1.5 lower',
      },
      'price',
    ],
    [
      'macd',
      { fast: 5, slow: 17, signal: 6 },
      { line: 'MACD 5 17 6 line', signal: 'MACD 5 17 6 signal' },
      'own',
    ],
    ['rsi-reversion', { period: 9 }, { rsi: 'RSI 9' }, 'own'],
    [
      'breakout',
      { entry: 12, exit: 6 },
      { upper: 'Donchian 12 upper', lower: 'Donchian 12 lower' },
      'price',
    ],
  ] as const)('%s are what it decides by', async (strategy, params, labels, scale) => {
    const { lines, inputs } = await thoughts(strategy, params, 300);
    for (const [input, label] of Object.entries(labels)) {
      expectClose(
        line(lines, label).values,
        inputs.map((one) => one[input] ?? null),
      );
      expect(line(lines, label).scale).toBe(scale);
    }
  });

  test('are null before their warm-up and begin with the first value there is', async () => {
    const options = replayOptions(path, { strategies: [instance('sma-cross')] });
    const session = await openHeld(options);
    play(session, 45);
    const { lines } = look(session, { strategyId: 'sma-cross', candles: 45 });
    expect(lines.map(({ label }) => label)).toEqual(['SMA 10', 'SMA 30']);
    expectClose(line(lines, 'SMA 30').values, means(closes.slice(0, 45), 30));
    // The window of the chart may begin later than the average's.
    const { lines: short } = look(session, { strategyId: 'sma-cross', candles: 5 });
    expectClose(line(short, 'SMA 30').values, means(closes.slice(0, 45), 30).slice(-5));
    expect(look(session, { strategyId: 'nobody' }).lines).toEqual([]);
    expect(look(session).lines).toEqual([]);
  });

  test('go on over more candles than are kept, and when nobody looked meanwhile', async () => {
    const session = await openHeld(replayOptions(path, { strategies: [instance('sma-cross')] }));
    for (const count of [40, 700, 1, 1_700, 500]) {
      play(session, count);
      const played = session.view().feed.events;
      const { lines } = look(session, { strategyId: 'sma-cross', candles: 30 });
      const expected = means(closes.slice(0, played), 30).slice(-30);
      expectClose(line(lines, 'SMA 30').values, expected);
      if (count < 1_500) continue;
      // Candles were missed: no value is made across the hole.
      const all = look(session, { strategyId: 'sma-cross', candles: 1_500 });
      const kept = closes.slice(played - 1_500, played - 1_460);
      expectClose(line(all.lines, 'SMA 30').values.slice(0, 40), means(kept, 30));
    }
  });

  test('keep their own timeframe on a chart of another one', async () => {
    const strategies = [instance('sma-cross', { fast: 3, slow: 4 }, { timeframe: '5m' })];
    const session = await openHeld(replayOptions(path, { strategies }));
    play(session, 203);
    const minutes = look(session, { candles: 203 }).candles;
    const fives = candlesFromMinutes(minutes, 5 * MINUTE).map(({ close }) => close);
    const averages = means(fives, 3);
    // Minute 202 ends at 3:23: the candle of 3:15 is over, that of 3:20 is forming.
    const onMinutes = look(session, { strategyId: 'sma-cross', candles: 203 }).lines;
    expectClose(
      line(onMinutes, 'SMA 3 5m').values,
      minutes.map((_, i) => averages[Math.floor((i + 1) / 5) - 1] ?? null),
    );
    // A quarter shows the newest value known at its end; the forming one what would be now.
    const quarters = look(session, { timeframe: '15m', strategyId: 'sma-cross', candles: 14 });
    expect(quarters.forming).toBe(true);
    const expected = quarters.candles.map((_, i) => averages[3 * i + 2] ?? averages.at(-1) ?? null);
    expectClose(line(quarters.lines, 'SMA 3 5m').values, expected);
  });

  test("are the grid's levels, as the strategy says them", async () => {
    const strategies = [instance('grid', { levels: 3, spacing: 0.01, stop: 0.05 })];
    const session = await openHeld(replayOptions(path, { strategies }));
    play(session, 1);
    const { lines } = look(session, { strategyId: 'grid', candles: 1 });
    const anchor = closes[0] ?? NaN;
    expect(lines.map(({ label }) => label)).toEqual(['grid 1', 'grid 2', 'grid 3', 'grid stop']);
    [0.99, 0.98, 0.97, 0.92].forEach((part, i) => {
      expect(Math.abs((lines[i]?.values[0] ?? NaN) - anchor * part)).toBeLessThan(0.011);
    });
  });
});

describe('the forming candle', () => {
  test('counts as if it ended now, and leaves the finished ones as they are', async () => {
    const strategies = [instance('sma-cross', { fast: 3, slow: 20 })];
    const session = await openHeld(demoOptions({ strategies }));
    for (const count of [700, 37, 2_000]) {
      play(session, count);
      const played = session.view().feed.events;
      const { feed, events } = demoEvents(1, played);
      const past = feed.history(500).filter(({ symbol }) => symbol === 'BTC/USDT');
      const prints = printsOf(events, 'BTC/USDT');
      const minutes = [
        ...past.map(({ candle }) => candle.close),
        ...candlesFromPrints(prints, MINUTE).map(({ close }) => close),
      ];
      const { lines, forming } = look(session, { strategyId: 'sma-cross', candles: 60 });
      expect(forming).toBe(true);
      expectClose(line(lines, 'SMA 20').values, means(minutes, 20).slice(-60));
    }
  });
});

describe('lines by name', () => {
  test('are drawn with default parameters; unknown names are not', async () => {
    const session = await openHeld(replayOptions(path, { strategies: [] }));
    play(session, 300);
    const shown = look(session, { indicators: ['rsi', 'nonsense', 'sma', 'sma'], candles: 20 });
    expect(shown.lines.map(({ label, scale }) => `${label} ${scale}`)).toEqual([
      'RSI 14 own',
      'SMA 20 price',
    ]);
    expectClose(line(shown.lines, 'SMA 20').values, means(closes.slice(0, 300), 20).slice(-20));
    expect(shown.catalog).toEqual(INDICATORS.map(({ name }) => name));
  });

  test('of every indicator of the catalog are on the scale it says', async () => {
    const session = await openHeld(replayOptions(path, { strategies: [] }));
    play(session, 400);
    for (const { name, drawn, outputs, scale } of INDICATORS) {
      const { lines } = look(session, { indicators: [name], candles: 50 });
      expect(lines, name).toHaveLength(Math.max(1, (drawn ?? outputs).length));
      for (const { values, label } of lines) {
        const known = values.filter((value) => value !== null);
        expect(known.length, label).toBeGreaterThan(0);
        // A line on the price scale stays near the prices; the others are far from 20,000.
        const near = known.every((value) => value > 19_000 && value < 21_000);
        expect(near, label).toBe(scale === 'price');
      }
    }
  });
});
