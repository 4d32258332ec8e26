import { describe, expect, it, test } from 'vitest';

import type { WatchedView } from '../../../src/app/session-types.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { NOW, aPosition, anOrder } from '../account-fixture.ts';
import { aWatched } from '../watched-fixture.ts';
import { shown } from '../../support/rows.ts';
import { type PaneScene, candle, chartOf, drawn, textOf } from './pane-kit.ts';

/** Without what would stand in the way of counting rows. */
const BARE: PaneScene = {
  view: { positions: [], orders: [] },
  watched: { lines: [], patterns: [], fills: [] },
};

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

  it('marks no fill that lies in no candle', () => {
    const at = (time: number): string => {
      const fill = { time, side: 'buy', opens: true, price: 67_300, quantity: 1 } as const;
      const fills = [{ ...fill, strategyId: null }];
      const scene = { ...BARE, watched: { ...BARE.watched, fills } };
      return textOf(drawn('chart', { width: 52, height: 24 }, scene))
        .slice(1)
        .join('');
    };
    expect(at(NOW)).toContain('▲');
    expect(at(NOW + 60_000)).not.toContain('▲');
    expect(at(NOW - 86_400_000)).not.toContain('▲');
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
        anOrder({ symbol: 'BTC/USDT', role: 'protective', price: decimal('67350') }),
        anOrder({ symbol: 'BTC/USDT', price: decimal('67201'), status: 'canceled' }),
        anOrder({ symbol: 'ETH/USDT', price: decimal('67400') }),
      ],
    };
    const wide = textOf(drawn('chart', { width: 100, height: 24 }, { view })).join('\n');
    expect(wide).toMatch(/↑target +68,100\.00/);
    expect(wide).toMatch(/←entry +67,300\.00/);
    expect(wide).toMatch(/←stop +67,150\.00/);
    expect(wide).toMatch(/←buy 0\.2 +67,200\.00/);
    expect(wide).not.toMatch(/67,201|67,350/);
    const alone = textOf(
      drawn('chart', { width: 100, height: 24 }, { view: { ...view, positions: [] } }),
    );
    expect(alone.join('\n')).toMatch(/←buy 0\.2 +67,350\.00/);
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
