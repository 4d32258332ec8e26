import { describe, expect, it, test } from 'vitest';

import { exchangePanes, saveAs } from '../../src/ui/layout/arrangement.ts';
import { layout } from '../../src/ui/layout/layout.ts';
import { PANES } from '../../src/ui/layout/panes.ts';
import { type Model, createModel } from '../../src/ui/model.ts';
import { preferencesOf, withPreferences } from '../../src/ui/preferences.ts';

const kept = (text: string | null) => ({
  place: 'console.json',
  load: () => text,
  save: () => undefined,
});

describe('the looks a console remembers', () => {
  it('come back as they were left', () => {
    const left: Model = {
      ...createModel(),
      ...exchangePanes('trade', [], { there: 'log', pane: 'risk' }),
      focus: 'book',
      theme: 'light',
      symbol: 'ETH/USDT',
      timeframe: '5m',
      log: { level: 'warn', category: 'risk' },
    };
    const back = withPreferences(createModel(), kept(preferencesOf(left, 'dark')));
    expect(preferencesOf(back, 'dark')).toBe(preferencesOf(left, 'dark'));
    expect(back.note).toBeNull();
  });

  it('select in the watchlist the market that the chart shows', () => {
    const text = preferencesOf({ ...createModel(), symbol: 'ETH/USDT' }, 'dark');
    const back = withPreferences(createModel(), kept(text));
    expect(back.panes.markets.selected).toBe('ETH/USDT');
  });

  it('hold as many workspaces as were saved', () => {
    const names = Array.from({ length: 60 }, (_, i) => `desk ${String(i)}`);
    const arrangements = names.reduce<Model['arrangements']>(
      (own, name) => saveAs('trade', own, name).arrangements,
      [],
    );
    const left: Model = { ...createModel(), arrangements, workspace: 'desk 59' };
    const back = withPreferences(createModel(), kept(preferencesOf(left, 'dark')));
    expect(back.note).toBeNull();
    expect(back.arrangements.map(({ name }) => name)).toEqual(names);
    expect(back.workspace).toBe('desk 59');
  });

  it('give way to a theme that was configured since', () => {
    const text = preferencesOf({ ...createModel(), theme: 'light' }, 'dark');
    expect(withPreferences(createModel(), kept(text)).theme).toBe('light');
    const configured = { ...createModel(), theme: 'monochrome' };
    expect(withPreferences(configured, kept(text)).theme).toBe('monochrome');
  });

  it('hold nothing that trades, and no open dialog', () => {
    const open: Model = { ...createModel(), dialog: { kind: 'quit' }, submitted: true, presses: 9 };
    expect(withPreferences(createModel(), kept(preferencesOf(open, 'dark')))).toEqual(
      createModel(),
    );
  });

  test.each([
    ['not JSON', '{'],
    ['another version', '{"version":2}'],
    [
      'a pane that does not exist',
      preferencesOf(createModel(), 'dark').replace('"markets"', '"mars"'),
    ],
    ['a list', '[]'],
    ['garbage', '\u0000\u001b[2J'],
  ])('are left out with a note that names the file: %s', (_name, text) => {
    const model = withPreferences(createModel(), kept(text));
    expect(model.note).toContain('console.json');
    expect({ ...model, note: null }).toEqual(createModel());
  });

  it('leave out an arrangement with one pane in two places', () => {
    const bad = { name: 'x', base: 'trade', hidden: [], places: { log: 'chart' } };
    const text = JSON.stringify({
      ...(JSON.parse(preferencesOf(createModel(), 'dark')) as object),
      arrangements: [bad],
      workspace: 'x',
    });
    const model = withPreferences(createModel(), kept(text));
    expect(model.arrangements).toEqual([]);
    expect(layout({ width: 120, height: 40 }, model).panes.length).toBeGreaterThan(3);
  });

  it('of a large screen fit a small one', () => {
    for (const focus of PANES) {
      const model = withPreferences(
        createModel(),
        kept(preferencesOf({ ...createModel(), focus, workspace: 'monitor' }, 'dark')),
      );
      for (const size of [
        { width: 1, height: 1 },
        { width: 40, height: 12 },
      ]) {
        expect(() => layout(size, model)).not.toThrow();
      }
    }
  });
});
