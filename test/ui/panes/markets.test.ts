// The watchlist: figures below one another, spreads that are not rounded to nothing.
import { describe, expect, it } from 'vitest';

import { marketsPane } from '../../../src/ui/panes/markets.ts';
import { NOW, aMarket } from '../account-fixture.ts';
import { pressKeys } from '../press-kit.ts';
import { textOf } from './pane-kit.ts';

const LIST = { selected: null, filter: '', now: NOW, mode: 'demo' } as const;
const closes = Array.from({ length: 20 }, (_, i) => i);
const markets = [
  aMarket({ symbol: 'BTC/USDT', spreadBps: 0.02, volumeQuote: 43_000_000, closes }),
  aMarket({ symbol: 'ETH/USDT', spreadBps: 12.5, volumeQuote: 134_000_000, closes }),
  aMarket({ symbol: 'SOL/USDT', spreadBps: 0.57, volumeQuote: 900, closes }),
];
const at = (width: number, height: number): readonly string[] =>
  textOf(marketsPane({ markets, ...LIST }, { width, height }));

describe('the watchlist', () => {
  it('says whether there is no market, or only none that the filter lets through', () => {
    const empty = (filter: string) =>
      textOf(marketsPane({ ...LIST, markets: [], filter }, { width: 60, height: 6 }))[0];
    expect(empty('')).toContain('no market data yet');
    expect(empty('doge')).toContain('nothing here matches doge');
  });

  it('shows the tightest spread as a number above zero', () => {
    expect(at(32, 11).join('\n')).toContain('spr 0.02bp');
    expect(at(100, 11).join('\n')).toMatch(/ 0\.02 /);
  });

  it('keeps sparkline, spread and volume of all markets below one another', () => {
    for (const width of [32, 46, 60]) {
      const details = at(width, 11).filter((row) => row.includes('spr'));
      expect(details).toHaveLength(markets.length);
      for (const word of ['bp', '  vol']) {
        expect(new Set(details.map((row) => row.indexOf(word))).size, `${word} ${width}`).toBe(1);
      }
      const bars = details.map((row) => (/[▁-█]+/u.exec(row) ?? [''])[0].length);
      expect(new Set(bars).size).toBe(1);
      expect(bars[0]).toBeGreaterThanOrEqual(8);
    }
  });

  it('shows bid and ask together or not at all', () => {
    const unquoted = markets.map((one) => ({ ...one, bid: null, ask: null }));
    for (let width = 64; width <= 120; width++) {
      const slice = { markets: unquoted, ...LIST };
      const [header = ''] = textOf(marketsPane(slice, { width, height: 6 }));
      expect(header.includes('bid'), String(width)).toBe(header.includes('ask'));
    }
    expect(at(96, 6)[0]).toContain('bid');
  });

  it('forgets the price chosen in the book when another market is selected', () => {
    const { model } = pressKeys(['4', 'up', '1', 'down']);
    expect(model.symbol).toBe('ETH/USDT');
    expect(model.panes.book.selected).toBeNull();
    expect(pressKeys(['4', 'up']).model.panes.book.selected).not.toBeNull();
  });
});
