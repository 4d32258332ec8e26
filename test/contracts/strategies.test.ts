import { expect, test } from 'vitest';

import { STRATEGIES, findStrategy } from '../../src/strategies/registry.ts';
import { priceAboveAverage } from './price-above-average.ts';
import { describeStrategy } from './strategy-contract.ts';

for (const definition of [...STRATEGIES, priceAboveAverage]) describeStrategy(definition);

test('finds each strategy by its name, and nothing by another', () => {
  const names = STRATEGIES.map((definition) => definition.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(findStrategy(name)?.name).toBe(name);
  expect(findStrategy('sma-kross')).toBeNull();
});
