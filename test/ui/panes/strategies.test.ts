// The narrow list of strategies: markets and timeframe whole, or without the timeframe in all rows.
import { describe, expect, it } from 'vitest';

import { strategiesPane } from '../../../src/ui/panes/strategies.ts';
import { NOW, aStrategy } from '../account-fixture.ts';
import { textOf } from './pane-kit.ts';

const lines = (width: number, profit: number): readonly string[] => {
  const strategies = [
    aStrategy({ id: 'bollinger', symbols: ['ETH/USDT', 'SOL/USDT'], netPnl: -14.9 }),
    aStrategy({ id: 'rsi-reversion', symbols: ['SOL/USDT'], netPnl: profit }),
  ];
  const slice = { strategies, selected: null, filter: '', now: NOW };
  return textOf(strategiesPane(slice, { width, height: 8 })).filter((row) => /bolli|rsi/.test(row));
};

describe('a narrow list of strategies', () => {
  it('has room for two markets and a timeframe at 32 cells', () => {
    const [first = '', second = ''] = lines(32, -0.6);
    expect(first).toMatch(/bollinger +ETH\+1 1m +−14\.90 *$/);
    expect(second).toMatch(/rsi-reversion +SOL 1m +−0\.60 *$/);
  });

  it('shows the first line of a strategy whose second line does not fit', () => {
    const strategies = Array.from({ length: 7 }, (_, i) => aStrategy({ id: `s${String(i)}` }));
    for (const selected of ['s0', 's6']) {
      const slice = { strategies, selected, filter: '', now: NOW };
      const rows = textOf(strategiesPane(slice, { width: 46, height: 13 }));
      expect(rows.filter((row) => /s\d /.test(row))).toHaveLength(7);
    }
  });

  it('leaves the timeframe out of all rows for a large figure, and cuts no market', () => {
    for (const profit of [112.4, -1_445.72, 12_345.67]) {
      const [first = '', second = ''] = lines(32, profit);
      expect(first).toContain('ETH+1 ');
      expect(second).toMatch(/SOL +[+−][\d,.]+ *$/);
      expect(first + second).not.toContain('…');
    }
  });
});
