import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import { Desk, PERPETUAL } from '../support/builders.ts';

describe('a holding that grows', () => {
  const grown = (first: string | null, second: string | null, side: 'buy' | 'sell' = 'buy') => {
    const { symbol } = PERPETUAL;
    const desk = new Desk({ markets: [PERPETUAL], model: { leverage: 10 } });
    desk.candle(100, symbol);
    for (const stop of [first, second]) {
      desk.order({ symbol, side, stopPrice: stop === null ? null : decimal(stop) });
      desk.candle(100, symbol);
    }
    return desk.protection('manual', symbol);
  };

  test('has the stop that loses less, whichever entry brought it', () => {
    expect(grown('95', '98')).toEqual(['sell stop 2 at 98']);
    expect(grown('98', '95')).toEqual(['sell stop 2 at 98']);
    expect(grown('105', '102', 'sell')).toEqual(['buy stop 2 at 102']);
    expect(grown('102', '105', 'sell')).toEqual(['buy stop 2 at 102']);
  });

  test('keeps a stop that the new entry has none of, and takes one that the old had none of', () => {
    expect(grown('95', null)).toEqual(['sell stop 2 at 95']);
    expect(grown(null, '95')).toEqual(['sell stop 2 at 95']);
  });

  test('has the newest target', () => {
    const desk = new Desk();
    desk.candle(100);
    for (const target of ['110', '120']) {
      desk.order({ stopPrice: decimal('95'), targetPrice: decimal(target) });
      desk.candle(100);
    }
    expect(desk.protection('manual')).toEqual(['sell stop 2 at 95', 'sell limit 2 at 120']);
  });
});
