import { describe, expect, it } from 'vitest';

import { type ChartState, createModel } from '../../../src/ui/model.ts';
import { PANE_TABLE } from '../../../src/ui/panes/registry.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { watchRequest } from '../../../src/ui/watching.ts';
import { aStrategy } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';
import { aWatched } from '../watched-fixture.ts';
import { aModel, drawn, pressIn, sceneOf, textOf } from './pane-kit.ts';

const { candles } = aWatched();
const openTime = (fromEnd: number): number => candles.at(-fromEnd)?.openTime ?? 0;

const chartAfter = (keys: readonly string[], scene: Parameters<typeof pressIn>[2] = {}) =>
  pressIn('chart', keys, scene).model.chart;

const from = (change: Partial<ChartState>) => ({
  model: { chart: { ...createModel().chart, ...change } },
});

describe('keys of the chart', () => {
  it('puts the cursor on the newest candle, then moves it candle by candle', () => {
    expect(chartAfter(['left']).cursor).toBe(openTime(1));
    expect(chartAfter(['right']).cursor).toBe(openTime(1));
    expect(chartAfter(['left', 'left', 'h']).cursor).toBe(openTime(3));
    expect(chartAfter(['left', 'left', 'h', 'l', 'right', 'right']).cursor).toBe(openTime(1));
    expect(pressIn('chart', ['left', 'right']).model.note).toBe('this is the newest candle');
  });

  it('keeps the candle under the cursor while newer ones come', () => {
    const { model } = pressIn('chart', ['left', 'left', 'left']);
    const legend = (watched = {}): string =>
      textOf(drawn('chart', { width: 120, height: 20 }, { model, watched }))[0] ?? '';
    const next = { ...(candles.at(-1) ?? candles[0]), openTime: openTime(1) + 60_000 };
    const grown = { candles: [...candles.slice(1), next], lines: [] } as object;
    expect(legend().slice(0, 40)).toBe(legend(grown).slice(0, 40));
  });

  it('takes the market along where the cursor leaves it', () => {
    const at = from({ cursor: candles[0]?.openTime ?? 0 });
    const older = chartAfter(['left'], at);
    expect(older.cursor).toBe(openTime(candles.length) - 60_000);
    expect(older.until).toBe(openTime(1) - 30 * 60_000);
    const none = pressIn('chart', ['left'], { ...at, watched: { hasOlder: false } });
    expect(none.model.note).toBe('no older candles are known');
  });

  it('pans by a quarter of what is shown, and back to following', () => {
    expect(chartAfter(['<']).until).toBe(openTime(1) - 30 * 60_000);
    expect(chartAfter(['shift+left']).until).toBe(openTime(1) - 30 * 60_000);
    expect(chartAfter(['pageup']).until).toBe(openTime(1) - 30 * 60_000);
    const past = { ...from({ until: openTime(1) }), watched: { hasNewer: true } };
    expect(chartAfter(['>'], past).until).toBe(null);
    const far = {
      ...past,
      view: { now: openTime(1) + 1e8, watched: aWatched({ hasNewer: true }) },
    };
    expect(chartAfter(['>'], far).until).toBe(openTime(1) + 30 * 60_000);
    expect(pressIn('chart', ['>']).model.note).toBe('this is the newest candle');
    expect(chartAfter(['<', 'left', 'g'])).toMatchObject({ until: null, cursor: null });
    expect(chartAfter(['<', 'end']).until).toBe(null);
  });

  it('zooms in steps with an end on both sides', () => {
    expect(chartAfter([']']).zoom).toBe(1);
    expect(chartAfter(['up', 'k', 'down']).zoom).toBe(1);
    expect(pressIn('chart', [']', ']', ']', ']']).model.note).toBe('no wider than this');
    expect(chartAfter(['[', '[', '[']).zoom).toBe(-2);
  });

  it('leaves cursor, past and zoomed pane one after the other with Esc', () => {
    const model = {
      ...from({ cursor: openTime(3), until: openTime(1) }).model,
      zoomed: true,
    };
    const after = (count: number) =>
      pressIn(
        'chart',
        Array.from({ length: count }, () => 'escape'),
        { model },
      ).model;
    expect(after(1)).toMatchObject({ chart: { cursor: null, until: openTime(1) }, zoomed: true });
    expect(after(2)).toMatchObject({ chart: { until: null }, zoomed: true });
    expect(after(3).zoomed).toBe(false);
  });

  it('goes through candles, line and equity, where keys of candles say why they cannot', () => {
    expect(chartAfter(['v']).style).toBe('line');
    expect(chartAfter(['v', 'v']).style).toBe('equity');
    expect(chartAfter(['v', 'v', 'v']).style).toBe('candles');
    for (const key of ['left', '<', ']', 'i', 'n', 'V']) {
      expect(pressIn('chart', ['v', 'v', key]).model.note).toContain('no candles');
    }
  });

  it('switches volume and patterns', () => {
    const size = { width: 52, height: 20 };
    const shown = (keys: readonly string[]): string => {
      const { model } = pressIn('chart', keys);
      return textOf(drawn('chart', size, { model }))
        .slice(1)
        .join('\n');
    };
    expect(shown([])).toMatch(/vol 12\.3[^]*$/);
    expect(shown(['V'])).not.toContain('vol');
    expect(shown([])).toContain('•');
    expect(shown(['n'])).not.toContain('•');
  });

  it('chooses indicators of the catalog in a dialog', () => {
    const after = (keys: readonly string[]) => pressIn('chart', ['i', ...keys]).model;
    expect(after([]).dialog).toEqual({ kind: 'indicators', index: 0 });
    expect(after(['down', 'space']).chart.indicators).toEqual(['rsi']);
    expect(after(['space', 'j', 'j', 'space']).chart.indicators).toEqual(['ema', 'sma']);
    expect(after(['space', 'enter'])).toMatchObject({
      dialog: null,
      chart: { indicators: ['ema'] },
    });
    expect(after(['space', 'space']).chart.indicators).toEqual([]);
    expect(after(['space', 'down', 'space', 'x']).chart.indicators).toEqual([]);
    expect(after(['down', 'down', 'down', 'down', 'up']).dialog).toMatchObject({ index: 1 });
    expect(after(['i']).dialog).toBe(null);
    expect(after(['escape']).dialog).toBe(null);
  });

  it('goes through the timeframes of the market', () => {
    expect(pressIn('log', ['t']).model.timeframe).toBe('5m');
    expect(pressIn('log', ['t'], { watched: { timeframe: '1h' } }).model.timeframe).toBe('1m');
    expect(pressIn('log', ['t'], { view: { watched: null } }).model.note).toBe('no candles yet');
  });

  it('goes through the markets, and the list of markets follows', () => {
    const { model } = pressIn('chart', ['}']);
    expect(model.symbol).toBe('ETH/USDT');
    expect(model.panes.markets.selected).toBe('ETH/USDT');
    expect(pressIn('log', ['{']).model.symbol).toBe('BTC/USDT:USDT');
  });

  it('tells a candle in numbers', () => {
    const scene = sceneOf({});
    const { dialog } = pressIn('chart', ['left', 'left', 'enter']).model;
    expect(dialog).toEqual({
      kind: 'why',
      pane: 'chart',
      key: String(openTime(2)),
      scroll: 0,
    });
    const rows = (back: number): string =>
      (PANE_TABLE.chart.why(String(openTime(back)), scene, 70) ?? []).map(rowText).join('\n');
    const { high = 0, close = 0, open = 1 } = candles.at(-2) ?? {};
    expect(rows(2)).toContain(high.toLocaleString('en-US', { maximumFractionDigits: 2 }));
    expect(rows(2)).toContain(`+${(100 * (close / open - 1)).toFixed(2)} %`);
    expect(rows(2)).toMatch(/candle +2026-03-02 14:01:00 to 14:02:00 UTC\n/);
    expect(rows(1)).toContain('still forming');
    expect(rows(41)).toContain('bullish engulfing, bullish');
    expect(rows(5)).toContain('bought 0.031 at 67,260.00, opens or grows a position, by sma-cross');
    expect(PANE_TABLE.chart.why('123', scene, 70)).toBe(null);
  });
});

describe('what is asked of the session', () => {
  const size = { width: 120, height: 40 };
  const asked = (scene: Parameters<typeof sceneOf>[0] = {}) => watchRequest(sceneOf(scene), size);

  it('asks for as many candles as the chart can show', () => {
    const base = asked()?.candles ?? 0;
    expect(base).toBe(53);
    expect(asked(from({ zoom: 1 }))?.candles).toBe(27);
    expect(asked(from({ zoom: -1 }))?.candles).toBe(2 * base);
    expect(asked(from({ style: 'equity' }))?.candles).toBe(0);
    expect(asked({ model: aModel({ focus: 'log', zoomed: true }) })).toMatchObject({
      candles: 0,
      bookLevels: 0,
      trades: 0,
    });
  });

  it('draws the chosen strategy where it trades the market, else one that is on', () => {
    const strategies = [
      aStrategy({ id: 'off', enabled: false }),
      aStrategy({ id: 'elsewhere', symbols: ['ETH/USDT'] }),
      aStrategy({ id: 'on' }),
    ];
    const chosen = (selected: string | null) =>
      asked({
        view: { ...aView(), strategies },
        model: {
          panes: {
            ...createModel().panes,
            strategies: { ...createModel().panes.strategies, selected },
          },
        },
      })?.strategyId;
    expect([null, 'off', 'elsewhere', 'on'].map(chosen)).toEqual(['on', 'off', 'on', 'on']);
  });
});
