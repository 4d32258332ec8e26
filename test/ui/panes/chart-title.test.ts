// The title of a chart gives its last word away before the price has no room beside it.
import { expect, it } from 'vitest';

import { paneLayer } from '../../../src/ui/compose/compose.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { aMarket } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';
import { aModel, sceneOf } from './pane-kit.ts';

const symbol = 'BTC/USDT:USDT';
const view = aView({ markets: [aMarket({ symbol })] });

it('shows the price in the border from the width on at which it fits', () => {
  const titleAt = (width: number): string => {
    const scene = sceneOf({ model: aModel({ symbol }), view, watched: { symbol } });
    const rect = { x: 0, y: 0, width, height: 12 };
    return rowText(paneLayer(scene, { id: 'chart', rect }, ['chart']).rows[0] ?? []);
  };
  for (let width = 48; width <= 70; width++) {
    expect(titleAt(width), String(width)).toContain('67,412.30');
    expect(titleAt(width)).toContain(symbol);
  }
  expect(titleAt(48)).not.toContain('candles');
  expect(titleAt(70)).toContain('candles');
});
