import { expect, test } from 'vitest';

import { numberText } from '../../src/strategies/number-text.ts';

test.each([
  [46_377, 2, '46,377'],
  [46_377.5, 2, '46,377.5'],
  [1_234_567.891, 2, '1,234,567.89'],
  [-1234.5, 1, '-1,234.5'],
  [-123, 0, '-123'],
  [999, 0, '999'],
  [1000, 0, '1,000'],
  [0.00012, 8, '0.00012'],
  [0, 2, '0'],
  [100, 0, '100'],
  [1e22, 2, '1e+22'],
  [null, 2, '–'],
])('shows %d with %d digits as %s', (value, digits, text) => {
  expect(numberText(value, digits)).toBe(text);
});
