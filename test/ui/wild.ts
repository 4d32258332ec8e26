// Values that break careless layouts: unknown, negative, huge, hostile.
import fc from 'fast-check';

import { decimal } from '../../src/domain/decimal.ts';

export const wildNumber = fc.oneof(
  fc.constantFrom(0, -0, 1e-12, 1e21, -1e15, Number.MAX_VALUE, Number.NaN, Infinity, -Infinity),
  fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
);

export const wildText = fc.oneof(
  fc.constantFrom(
    '',
    '\u001b[2J\u001b[31mX',
    '\u202e\u200bBTC',
    '余额不足'.repeat(9),
    '🚀'.repeat(40),
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

export const wildDecimal = fc
  .bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
  .map((value) => decimal(String(value)));
