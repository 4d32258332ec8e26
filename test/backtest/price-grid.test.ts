import { expect, test } from 'vitest';

import { finerThanTick } from '../../src/backtest/price-grid.ts';
import { decimal } from '../../src/domain/decimal.ts';
import { candleFileOf } from '../support/backtest-kit.ts';

const fileOf = (prices: readonly number[]) =>
  candleFileOf(prices.map((price) => [price, price, price, price]));

test.each([
  [[46_377.5, 46_378, 0.3], '0.01'],
  [[0.0016, 0.00161], '0.00001'],
  [[1.07219, 151.273], '0.00001'],
  [[98_765.43, 98_765.44], '0.00000001'],
  [[9e14, 9e14 - 1], '0.01'],
])('prices %j fit ticks of %s', (prices, tick) => {
  expect(finerThanTick(fileOf(prices), decimal(tick))).toBeNull();
});

test.each([
  [[0.0016, 0.0017], '0.01', '0.0001'],
  [[1.07, 1.07219], '0.01', '0.00001'],
  [[100, 100.5], '1', '0.1'],
  [[0.00001234], '0.01', '0.00000001'],
])('prices %j are finer than ticks of %s, ticks of %s fit', (prices, tick, fitting) => {
  const text = finerThanTick(fileOf(prices), decimal(tick));
  expect(text).toBe(
    `prices of the file lie between ticks of ${tick}; fills are rounded to them, ` +
      `against you: give --tick ${fitting}`,
  );
  expect(finerThanTick(fileOf(prices), decimal(fitting))).toBeNull();
});
