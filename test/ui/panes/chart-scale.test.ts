import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { timeframeMs } from '../../../src/domain/time.ts';
import { barsOf, indexAt, shownBars } from '../../../src/ui/panes/chart/bars.ts';
import {
  HALVES,
  createScale,
  dotOf,
  halfRowOf,
  levelsOf,
  niceStep,
  rowOf,
  valueAt,
} from '../../../src/ui/panes/chart/scale.ts';
import { timeStep, timeText } from '../../../src/ui/panes/chart/time-axis.ts';
import { Dots, drawLine } from '../../../src/ui/text/braille.ts';
import { aWatched } from '../watched-fixture.ts';

const price = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
const scales = fc
  .tuple(price, price, fc.integer({ min: 1, max: 60 }))
  .map(([a, b, rows]) => createScale({ low: Math.min(a, b), high: Math.max(a, b) }, rows));

describe('the price scale', () => {
  it('takes 1, 2 or 5 times a power of ten, the next one up', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e15, noNaN: true }), (least) => {
        const step = niceStep(least);
        expect(step).toBeGreaterThanOrEqual(least);
        expect(step / least).toBeLessThanOrEqual(2.5 + 1e-9);
        expect(step.toExponential()).toMatch(/^[125]e[+-]\d+$/);
      }),
    );
    expect([0.3, 1, 1.01, 2.5, 70].map(niceStep)).toEqual([0.5, 1, 2, 5, 100]);
  });

  it('maps the middle of every half row back to that half row', () => {
    fc.assert(
      fc.property(scales, (scale) => {
        for (let half = 0; half < scale.rows * HALVES; half++) {
          expect(halfRowOf(scale, valueAt(scale, half))).toBe(half);
        }
      }),
    );
  });

  it('holds every price of its range, and higher ones never stand lower', () => {
    fc.assert(
      fc.property(price, price, fc.integer({ min: 1, max: 60 }), (a, b, rows) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const scale = createScale({ low, high }, rows);
        expect(scale.top).toBeGreaterThanOrEqual(high);
        expect(scale.bottom).toBeLessThanOrEqual(low);
        expect(rowOf(scale, high)).toBeLessThanOrEqual(rowOf(scale, low));
        expect(rowOf(scale, scale.top)).toBe(0);
        expect(rowOf(scale, scale.bottom)).toBe(rows - 1);
        expect(dotOf(scale, high, 4)).toBeLessThanOrEqual(dotOf(scale, low, 4));
      }),
    );
  });

  it('stands still while the highest price moves within a step', () => {
    const at = (high: number) => createScale({ low: 67_000, high }, 20);
    expect(at(67_401)).toEqual(at(67_407));
  });

  it('names round values apart from each other, highest first', () => {
    fc.assert(
      fc.property(scales, (scale) => {
        const levels = levelsOf(scale, 4, 0.01);
        const rows = levels.map((level) => rowOf(scale, level));
        expect(rows).toEqual(rows.toSorted((a, b) => a - b));
        for (let i = 1; i < rows.length; i++) {
          expect((rows[i] ?? 0) - (rows[i - 1] ?? 0)).toBeGreaterThanOrEqual(3);
        }
      }),
    );
    const scale = { top: 67_500, bottom: 67_000, rows: 20 };
    expect(levelsOf(scale, 4, 0.1)).toEqual([67_500, 67_400, 67_300, 67_200, 67_100, 67_000]);
    expect(levelsOf({ top: 2, bottom: 1, rows: 40 }, 1, 0.5)).toEqual([2, 1.5, 1]);
  });
});

describe('braille', () => {
  it('numbers its dots as Unicode does', () => {
    // Unicode 15, chapter 21.1: dot n of ⠿⣿ is bit n − 1; column by column, 7 and 8 at the foot.
    const places = [
      [0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [0, 3], [1, 3],
    ] as const; // prettier-ignore
    fc.assert(
      fc.property(fc.subarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 1 }), (numbers) => {
        const dots = new Dots({ width: 3, height: 2 });
        for (const number of numbers) {
          const [x, y] = places[number - 1] ?? [0, 0];
          dots.set(4 + x, 4 + y);
        }
        const bits = numbers.reduce((sum, number) => sum + 2 ** (number - 1), 0);
        expect(dots.code(2, 1)).toBe(0x2800 + bits);
        expect(dots.code(1, 1)).toBe(0);
      }),
    );
  });

  it('draws a line without a break, and breaks it where a value is missing', () => {
    const text = (heights: (number | null)[]): string => {
      const dots = new Dots({ width: 2, height: 2 });
      drawLine(dots, heights);
      return [0, 1]
        .map((row) => [0, 1].map((x) => String.fromCharCode(dots.code(x, row) || 0x20)).join(''))
        .join('\n');
    };
    expect(text([0, 0, 0, 0])).toBe('⠉⠉\n  ');
    expect(text([7, 7, 0, 0])).toBe(' ⡏\n⣀⠇');
    expect(text([0, null, null, 7])).toBe('⠁ \n ⢀');
  });
});

describe('columns', () => {
  it('puts several candles into one: first open, last close, extremes, all volume', () => {
    const watched = aWatched();
    const length = 4 * timeframeMs('1m');
    const bars = barsOf(watched, { cells: 1, candles: 4 });
    const groups = Map.groupBy(watched.candles, ({ openTime }) => Math.floor(openTime / length));
    expect(bars).toHaveLength(groups.size);
    for (const bar of bars) {
      const group = groups.get(bar.openTime / length) ?? [];
      expect(bar.open).toBe(group[0]?.open);
      expect(bar.close).toBe(group.at(-1)?.close);
      expect(bar.high).toBe(Math.max(...group.map(({ high }) => high)));
      expect(bar.low).toBe(Math.min(...group.map(({ low }) => low)));
      expect(bar.volume).toBeCloseTo(group.reduce((sum, { volume }) => sum + volume, 0));
      expect(watched.candles[bar.index]).toBe(group.at(-1));
    }
  });

  it('shows the newest, or goes back to a cursor before them', () => {
    const bars = barsOf(aWatched(), { cells: 1, candles: 1 });
    expect(shownBars(bars, { columns: 30, cursor: null })).toEqual(bars.slice(-30));
    const old = bars[7]?.openTime ?? 0;
    expect(shownBars(bars, { columns: 30, cursor: old })).toEqual(bars.slice(7, 37));
    const newer = bars.at(-3)?.openTime ?? 0;
    expect(shownBars(bars, { columns: 30, cursor: newer })).toEqual(bars.slice(-30));
  });

  it('finds the column of a time as a search through all would', () => {
    const bars = barsOf(aWatched(), { cells: 1, candles: 1 });
    const first = bars[0]?.openTime ?? 0;
    fc.assert(
      fc.property(fc.integer({ min: -300_000, max: 9_000_000 }), (offset) => {
        const found = bars.findLastIndex((bar) => bar.openTime <= first + offset);
        expect(indexAt(bars, first + offset)).toBe(Math.max(0, found));
      }),
    );
  });
});

describe('the time axis', () => {
  it('takes round steps with room between, and says the day where one begins', () => {
    expect(timeStep(60_000, 1)).toBe(15 * 60_000);
    expect(timeStep(60_000, 6)).toBe(5 * 60_000);
    expect(timeStep(3_600_000, 1)).toBe(12 * 3_600_000);
    expect(timeText(Date.UTC(2026, 2, 2, 13, 45), 900_000)).toBe('13:45');
    expect(timeText(Date.UTC(2026, 2, 2), 900_000)).toBe('03-02');
    expect(timeText(Date.UTC(2026, 2, 2, 13, 45, 15), 15_000)).toBe('13:45:15');
  });
});
