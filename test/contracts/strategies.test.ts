import { expect, test } from 'vitest';

import { STRATEGIES, findStrategy } from '../../src/strategies/registry.ts';
import { PERPETUAL } from '../strategies/driver.ts';
import { priceAboveAverage } from './price-above-average.ts';
import { describeStrategy } from './strategy-contract.ts';

for (const definition of [...STRATEGIES, priceAboveAverage]) describeStrategy(definition);

test('finds each strategy by its name, and nothing by another', () => {
  const names = STRATEGIES.map((definition) => definition.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(findStrategy(name)?.name).toBe(name);
  expect(findStrategy('sma-kross')).toBeNull();
});

test.each(STRATEGIES.map((definition) => [definition.name, definition] as const))(
  '%s shows on the chart what it decides by',
  (_name, definition) => {
    const context = { symbol: PERPETUAL.symbol, timeframe: '1m', market: PERPETUAL } as const;
    const strategy = definition.create({}, context);
    expect((definition.chart?.({}).length ?? 0) > 0 || 'levels' in strategy).toBe(true);
  },
);
