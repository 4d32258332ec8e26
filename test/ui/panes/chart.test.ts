import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import type { WatchedView } from '../../../src/app/session-types.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import { type ChartState, createModel } from '../../../src/ui/model.ts';
import { rowText, rowWidth } from '../../../src/ui/text/rows.ts';
import { NOW, aMarket, aPosition, anOrder } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';
import { aWatched } from '../watched-fixture.ts';
import { createPainter, loadTheme } from '../../../src/ui/theme.ts';
import { shown } from '../../support/rows.ts';
import { type PaneScene, drawn, textOf } from './pane-kit.ts';

const chartOf = (change: Partial<ChartState>) => ({
  chart: { ...createModel().chart, ...change },
});

/** Without what would stand in the way of counting rows. */
const BARE: PaneScene = {
  view: { positions: [], orders: [] },
  watched: { lines: [], patterns: [], fills: [] },
};

const candle = (i: number, [open, high, low, close]: readonly number[]) => ({
  openTime: NOW - (NOW % 60_000) + i * 60_000,
  open: open ?? 0,
  high: high ?? 0,
  low: low ?? 0,
  close: close ?? 0,
  volume: 1 + i,
});

const MONEY = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

describe('the chart drawn', () => {
  const own = (label: string, scale: number): WatchedView['lines'][number] => ({
    label,
    scale: 'own',
    values: aWatched().candles.map((_, i) => (i < 14 ? null : scale * Math.sin(i / 9))),
  });
  const lines = [...aWatched().lines, own('RSI 14', 40), own('MACD 12 26 9 macd', 8)];
  test.each([
    ['candles', 52, 20, {}],
    ['candles', 78, 5, {}],
    ['candles', 30, 9, {}],
    ['candles', 108, 32, {}],
    ['indicators', 108, 32, { watched: { lines } }],
    ['wide', 52, 20, { model: chartOf({ zoom: 2 }) }],
    ['far', 52, 20, { model: chartOf({ zoom: -1 }) }],
    ['line', 52, 20, { model: chartOf({ style: 'line' }) }],
    ['equity', 52, 20, { model: chartOf({ style: 'equity' }) }],
    ['cursor', 52, 20, { model: chartOf({ cursor: NOW - 41 * 60_000 }) }],
    ['cursor', 108, 20, { model: chartOf({ cursor: NOW - 4 * 60_000 }) }],
  ] as const)('shows %s at %s×%s', async (name, width, height, scene) => {
    const pane = drawn('chart', { width, height }, scene);
    const title = `${pane.title}   ${rowText(pane.summary)}`;
    await expect(`\n${title}\n${shown(pane.rows)}\n`).toMatchFileSnapshot(
      `../screens/chart-${name}-${String(width)}x${String(height)}.txt`,
    );
  });

  it('puts bodies and wicks on the half rows of their prices', () => {
    // Ten rows from 120 down to 100: a half row is one unit of price.
    const candles = [
      candle(0, [104, 108, 100, 106]),
      candle(1, [110, 120, 105.5, 106.5]),
      candle(2, [112.5, 114.5, 110.5, 112.5]),
      candle(3, [101.5, 119.5, 101.5, 119.5]),
      candle(4, [118.5, 118.5, 111.5, 111.5]),
    ];
    const pane = drawn(
      'chart',
      { width: 40, height: 12 },
      { ...BARE, watched: { ...BARE.watched, candles }, model: chartOf({ volume: false }) },
    );
    // A legend, ten rows of candles, the times; one free cell, seven of axis.
    const plot = textOf(pane).slice(1, -1);
    expect(plot.map((row) => row.slice(27, 32))).toEqual([
      ' │ █▖',
      ' │ █▒',
      ' │╷█▒',
      ' │▄█▒',
      ' ││█▘',
      ' ▒ █ ',
      '│▒ █ ',
      '█╵ █ ',
      '▀  █ ',
      '│  ▀ ',
    ]);
    expect(plot.every((row) => row.slice(0, 27).trim() === '')).toBe(true);
  });

  it('stands still while candles come, and then moves on by several at once', () => {
    const { candles } = aWatched();
    const plot = (count: number): readonly string[] => {
      const watched = { ...BARE.watched, candles: candles.slice(0, count) };
      const rows = textOf(drawn('chart', { width: 52, height: 20 }, { ...BARE, watched }));
      return rows.slice(1, -3).map((row) => row.slice(0, 42));
    };
    const before = (rows: readonly string[], width: number) =>
      rows.map((row) => row.slice(0, width));
    // 13:52 opens a round of four minutes; 42 columns are 41 candles and one free cell then.
    const opens = candles.findIndex(({ openTime }) => openTime === Date.UTC(2026, 2, 2, 13, 52));
    const ends = [1, 2, 3, 4].map((count) => plot(opens + count));
    for (const one of ends.slice(1)) expect(before(one, 39)).toEqual(before(ends[0] ?? [], 39));
    expect(before(plot(opens + 5), 39)).not.toEqual(before(ends[0] ?? [], 39));
    expect(plot(opens + 5).map((row) => row.slice(0, 35))).toEqual(
      (ends[3] ?? []).map((row) => row.slice(4, 39)),
    );
  });

  it('tells risen from fallen without color', () => {
    const one = (from: number, to: number): string => {
      const candles = [candle(0, [from, Math.max(from, to), Math.min(from, to), to])];
      const scene = { ...BARE, watched: { ...BARE.watched, candles } };
      return textOf(drawn('chart', { width: 30, height: 12 }, scene))
        .slice(1, -3)
        .join('\n');
    };
    expect(one(100, 110).replace(/[\d,.\s]/g, '')).toMatch(/^[█▀▄]+$/);
    expect(one(110, 100).replace(/[\d,.\s]/g, '')).toMatch(/^[▒▘▖]+$/);
  });

  it('marks a fill at its candle and price, filled where it opens and hollow where it closes', () => {
    const { candles } = aWatched();
    const at = candles.length - 20;
    const target = candles[at];
    const price = ((target?.high ?? 0) + (target?.low ?? 0)) / 2;
    for (const [side, opens, glyph] of [
      ['buy', true, '▲'],
      ['sell', true, '▼'],
      ['buy', false, '△'],
      ['sell', false, '▽'],
    ] as const) {
      const time = (target?.openTime ?? 0) + 59_999;
      const fill = { time, side, opens, price, quantity: 0.02, strategyId: 'manual' };
      const scene = { ...BARE, watched: { ...BARE.watched, fills: [fill] } };
      const rows = textOf(drawn('chart', { width: 52, height: 24 }, scene)).slice(1);
      const y = rows.findIndex((row) => row.includes(glyph));
      // One free cell and an axis of ten stand right of the newest candle.
      expect(rows[y]?.indexOf(glyph)).toBe(52 - 10 - 1 - 20);
      const levels = rows.flatMap((row, i) => {
        const number = /([\d,]+\.\d\d)$/.exec(row)?.[1];
        return number === undefined ? [] : [[i, Number(number.replaceAll(',', ''))] as const];
      });
      const above = levels.filter(([, level]) => level > price).map(([i]) => i);
      const below = levels.filter(([, level]) => level < price).map(([i]) => i);
      expect(y).toBeGreaterThanOrEqual(Math.max(...above));
      expect(y).toBeLessThanOrEqual(Math.min(...below));
    }
  });

  it('names stop, target, entry and orders at the edge, and which way those outside lie', () => {
    const view = {
      positions: [
        aPosition({
          entryPrice: decimal('67300'),
          protection: { ...aPosition().protection, stopPrice: decimal('67150') },
        }),
      ],
      orders: [
        anOrder({ symbol: 'BTC/USDT', price: decimal('67200'), quantity: decimal('0.2') }),
        anOrder({ symbol: 'BTC/USDT', role: 'protective', price: decimal('67150') }),
        anOrder({ symbol: 'BTC/USDT', price: decimal('67201'), status: 'canceled' }),
        anOrder({ symbol: 'ETH/USDT', price: decimal('67400') }),
      ],
    };
    const wide = textOf(drawn('chart', { width: 100, height: 24 }, { view })).join('\n');
    expect(wide).toMatch(/↑target +68,100\.00/);
    expect(wide).toMatch(/←entry +67,300\.00/);
    expect(wide).toMatch(/←stop +67,150\.00/);
    expect(wide).toMatch(/←buy 0\.2 +67,200\.00/);
    expect(wide).not.toMatch(/67,201|67,150\.00[^]*67,150\.00/);
    const narrow = textOf(drawn('chart', { width: 52, height: 20 }, { view })).join('\n');
    for (const name of ['↑target', '←entry', '←stop', '←buy 0.2']) expect(narrow).toContain(name);
  });

  it('never cuts a number of its axis', () => {
    for (let width = 4; width <= 120; width++) {
      for (const row of textOf(drawn('chart', { width, height: 16 }, BARE)).slice(1)) {
        const number = /[\d,.]+$/.exec(row.trimEnd())?.[0] ?? '';
        if (/^\d\d:\d\d$|^$/.test(number) || /vol|:/.test(row)) continue;
        expect(number, row).toMatch(/^\d\d,\d{3}\.\d\d$/);
      }
    }
  });
});

describe('the cursor', () => {
  it('says the values of exactly its candle, whichever it is', () => {
    const { candles, lines } = aWatched();
    candles.forEach((one, i) => {
      const model = chartOf({ cursor: one.openTime });
      const [legend = ''] = textOf(drawn('chart', { width: 150, height: 20 }, { model }));
      const clock = new Date(one.openTime).toISOString().slice(11, 16);
      const money = (value: number): string => MONEY.format(value);
      expect(legend).toContain(
        ` ${clock} O ${money(one.open)} H ${money(one.high)} L ${money(one.low)} C ${money(one.close)} `,
      );
      const percent = MONEY.format(Math.abs((one.close - one.open) / one.open) * 100);
      expect(legend).toContain(`${percent} %`);
      for (const line of lines) {
        const value = line.values[i] ?? null;
        expect(legend).toContain(`${line.label} ${value === null ? '—' : money(value)}`);
      }
    });
  });

  it('shows an indicator on its own scale in a panel, or in the legend where none fits', () => {
    const values = aWatched().candles.map((_, i) => i / 2);
    const lines = [{ label: 'RSI 14', scale: 'own' as const, values }];
    const at = (height: number) =>
      textOf(drawn('chart', { width: 52, height }, { watched: { lines } }));
    expect(at(16)[0]).not.toContain('RSI');
    expect(at(16).filter((row) => /RSI +59\.5$/.test(row))).toHaveLength(1);
    expect(at(12)[0]).toContain('RSI 14 59.5');
  });

  it('names an indicator of several lines once', () => {
    const line = (label: string, value: number, scale: 'price' | 'own' = 'price') => {
      return { label, scale, values: aWatched().candles.map(() => value) };
    };
    const lines = [
      line('Bollinger 20 2 upper', 67_500),
      line('Bollinger 20 2 lower', 67_200),
      line('SMA 10', 67_300),
      line('SMA 30', 67_301),
      line('ADX 14 adx', 20, 'own'),
      line('ADX 14 plusDi', 30, 'own'),
    ];
    const model = chartOf({ cursor: NOW });
    const legend = textOf(
      drawn('chart', { width: 200, height: 20 }, { model, watched: { lines } }),
    )[0];
    expect(legend).toContain(
      'Bollinger 20 2 upper 67,500.00  lower 67,200.00  SMA 10 67,300.00  SMA 30 67,301.00  ' +
        'ADX 14 adx 20.0  plusDi 30.0',
    );
  });

  it('labels its time, and colors nothing beside it', () => {
    const model = chartOf({ cursor: NOW - 30 * 60_000 });
    const pane = drawn('chart', { width: 80, height: 20 }, { model });
    const labels = pane.rows.flat().filter(({ token }) => token === 'field');
    expect(labels.map(({ text }) => text)).toEqual([' 13:32 ']);
  });

  it('names pattern and fill of its candle, and no others', () => {
    const { patterns, fills } = aWatched();
    const at = (time: number): string =>
      textOf(drawn('chart', { width: 150, height: 20 }, { model: chartOf({ cursor: time }) }))[0] ??
      '';
    expect(at(patterns[0]?.openTime ?? 0)).toContain('• bullish engulfing');
    expect(at(fills[0]?.time ?? 0)).toContain('▲ bought 0.031 at 67,260.00');
    expect(at(NOW - 60 * 60_000)).not.toMatch(/engulfing|bought/);
  });
});

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
