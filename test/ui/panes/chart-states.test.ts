import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import { rowText, rowWidth } from '../../../src/ui/text/rows.ts';
import { createPainter } from '../../../src/ui/screen/painter.ts';
import { loadTheme } from '../../../src/ui/theme.ts';
import { NOW, aMarket, anOrder } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';
import { aWatched } from '../watched-fixture.ts';
import { type PaneScene, candle, chartOf, drawn, textOf } from './pane-kit.ts';

describe('states of the chart', () => {
  const row = (scene: PaneScene): string =>
    textOf(drawn('chart', { width: 60, height: 8 }, scene))[0]?.trim() ?? '';

  it('says what it waits for', () => {
    expect(row({ view: { watched: null } })).toBe('loading candles of BTC/USDT');
    expect(row({ model: { symbol: 'ETH/USDT' } })).toBe('loading candles of ETH/USDT');
    expect(row({ view: { markets: [], watched: null } })).toContain('waiting for the feed');
    expect(row({ watched: { candles: [] } })).toContain('no candles of 1m yet');
    expect(row({ watched: { candles: [candle(0, [NaN, NaN, NaN, NaN])] } })).toContain(
      'no candles',
    );
    const pnl = { ...aView().pnl, equityCurve: [] };
    expect(row({ view: { pnl }, model: chartOf({ style: 'equity' }) })).toContain(
      'first closed hour',
    );
  });

  it('loses its colors and says the age when the data is old', () => {
    const markets = [aMarket({ dataTime: NOW - 240_000 })];
    const pane = drawn('chart', { width: 52, height: 12 }, { view: { markets } });
    expect(rowText(pane.summary)).toBe('67,412.30  stale 4 min');
    const tokens = pane.rows.slice(1, 9).flatMap((one) => one.map(({ token }) => token));
    expect(new Set(tokens)).toEqual(new Set(['text.muted']));
    const held = { ...aView().feed, held: true };
    const paused = drawn('chart', { width: 52, height: 12 }, { view: { markets, feed: held } });
    expect(rowText(paused.summary)).toContain('67,412.30 ▲ 1.24 %');
  });
});

describe('equity', () => {
  it('draws every hour, and the fall from the highest one before', () => {
    const equityCurve = [100, 120, 90, 110, 130].map((value, i) => [i * 3_600_000, value] as const);
    const account = { ...aView().account, equity: 117, equityStart: 100 };
    const pnl = { ...aView().pnl, equityCurve, maxDrawdownFraction: 0.25 };
    const scene = {
      view: { account, pnl, now: 5 * 3_600_000 },
      model: chartOf({ style: 'equity' }),
    };
    const pane = drawn('chart', { width: 80, height: 30 }, scene);
    expect(rowText(pane.summary)).toBe('117.00 ▲ 17.00 %');
    const text = textOf(pane).join('\n');
    // 117 of a peak of 130 is a fall of 10 %; the deepest was from 120 to 90.
    expect(text).toContain('drawdown now 10.0 %  deepest 25.0 %');
    expect(text).toMatch(/−10\.00/);
    expect(text).toContain('130.00');
  });
});

describe('any size and value', () => {
  const number = fc.oneof(
    fc.constantFrom(0, -0, -5, 1e-12, 1e21, -1e15, Number.MAX_VALUE, Number.NaN, Infinity),
    fc.double({ noNaN: true, min: 1, max: 1e6 }),
  );
  const candles = fc.array(fc.array(number, { minLength: 4, maxLength: 4 }), { maxLength: 60 });
  const wild = fc.record({
    candles: candles.map((all) => all.map((values, i) => candle(i, values))),
    priceDigits: fc.integer({ min: -1, max: 12 }),
    tickSize: number,
    value: number,
  });
  const state = fc.record({
    style: fc.constantFrom('candles' as const, 'line' as const, 'equity' as const),
    zoom: fc.integer({ min: -3, max: 4 }),
    cursor: fc.option(fc.integer({ min: NOW - 1e6, max: NOW + 5e6 })),
    volume: fc.boolean(),
    patterns: fc.boolean(),
  });

  it('fills exactly its cells from 1×1 on', () => {
    const width = fc.integer({ min: 1, max: 150 });
    const height = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(wild, state, width, height, (of, change, w, h) => {
        const lines = (['price', 'own'] as const).map((scale) => ({
          label: 'wild 9',
          scale,
          values: of.candles.map((_, i) => (i % 3 === 0 ? null : of.value * i)),
        }));
        const fill = { time: NOW, side: 'buy', quantity: of.value, opens: true } as const;
        const equityCurve = of.candles.map(({ openTime, open }) => [openTime, open] as const);
        const pane = drawn(
          'chart',
          { width: w, height: h },
          {
            model: chartOf(change),
            view: { pnl: { ...aView().pnl, equityCurve } },
            watched: {
              ...of,
              lines,
              fills: [{ ...fill, price: of.value, strategyId: null }],
              patterns: [{ openTime: NOW, name: '\u001b[2Jdoji', bias: 'neutral' }],
            },
          },
        );
        expect(pane.rows).toHaveLength(h);
        for (const one of pane.rows) {
          expect(rowWidth(one)).toBe(w);
          expect(rowText(one)).toHaveLength(w);
          expect(rowText(one)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('ASCII', () => {
  it('has a letter for everything that chart, book and tape draw', () => {
    const painter = createPainter({ theme: loadTheme('monochrome'), level: 0, ascii: true });
    const size = { width: 110, height: 40 };
    const watched = aWatched({
      patterns: (['bullish', 'bearish', 'neutral'] as const).map((bias, i) => ({
        openTime: NOW - (NOW % 60_000) - i * 600_000,
        name: 'doji',
        bias,
      })),
      fills: ([true, false] as const).flatMap((opens, i) =>
        (['buy', 'sell'] as const).map((side, j) => ({
          time: NOW - (3 * i + j) * 600_000,
          side,
          price: 67_300,
          quantity: 1,
          opens,
          strategyId: null,
        })),
      ),
    });
    const orders = [anOrder({ symbol: 'BTC/USDT', price: decimal('67411') })];
    const model = chartOf({ cursor: NOW - 40 * 60_000 });
    const scene = { view: { watched, orders }, model };
    const text = (['chart', 'book', 'tape'] as const)
      .flatMap((id) => textOf(drawn(id, size, scene)))
      .join('');
    expect(text).toMatch(/[▲△▼▽•◦◂]/);
    expect(painter.glyphs(text)).not.toMatch(/[?]|[^ -~]/);
  });
});
