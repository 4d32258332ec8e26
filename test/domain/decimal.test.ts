import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  type Decimal,
  ONE,
  type Rounding,
  ZERO,
  abs,
  add,
  cmp,
  decimal,
  decimalOfInteger,
  decimalPlaces,
  div,
  gt,
  gte,
  isDecimal,
  isNegative,
  isOnGrid,
  isPositive,
  isZero,
  lt,
  lte,
  max,
  min,
  mul,
  mulDiv,
  neg,
  parseDecimal,
  quantize,
  quantizeNumber,
  sign,
  sub,
  toFixedText,
  toNumber,
  toText,
  toReadableText,
} from '../../src/domain/decimal.ts';

/** The reference: a scaled integer, with the scaling done here and not in the module. */
const SCALE = 10n ** 18n;
const scaled = (value: Decimal): bigint =>
  BigInt(
    toText(value).replace(
      /^(-?)(\d+)(?:\.(\d+))?$/,
      (_, minus: string, whole: string, fraction = '') =>
        `${minus}${whole}${String(fraction).padEnd(18, '0')}`,
    ),
  );
const textOf = (value: bigint): string => {
  const digits = (value < 0n ? -value : value).toString().padStart(19, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -18)}.${digits.slice(-18)}`;
};
/** Amounts from one part in 10^18 to balances of 40 digits, both signs. */
const raw = fc.oneof(
  fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
  fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
);
const amount = raw.map((value) => decimal(textOf(value)));
const positive = fc.bigInt({ min: 1n, max: 10n ** 24n }).map((value) => decimal(textOf(value)));
const rounding = fc.constantFrom<Rounding>('down', 'up', 'nearest');

describe('text', () => {
  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['+1.50', '1.5'],
    ['007', '7'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['-0.000000000000000001', '-0.000000000000000001'],
    ['1e-8', '0.00000001'],
    ['1.5E3', '1500'],
    ['12e-1', '1.2'],
    ['-2.5e+2', '-250'],
    [' 3 ', '3'],
    ['.5', '0.5'],
    ['-.001', '-0.001'],
    // More than 18 decimals, but none of them says anything.
    ['1.10000000000000000000', '1.1'],
    ['10e-19', '0.000000000000000001'],
    [
      '123456789012345678901234567890.123456789012345678',
      '123456789012345678901234567890.123456789012345678',
    ],
  ])('%s is read and written as %s', (text, written) => {
    expect(toText(decimal(text))).toBe(written);
  });

  test.each([
    '',
    ' ',
    '.',
    '5.',
    '-',
    '+',
    '--1',
    '1-',
    '1,5',
    '1_000',
    '0x10',
    '1 2',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e',
    'e5',
    '1e1.5',
    '1e9999',
    '٣',
    '１',
    'null',
    '1n',
    '1\n2',
    // Precision that would have to be rounded away is refused.
    '0.0000000000000000001',
    '1.1234567890123456789',
    '1e-19',
    '5e-300',
    // A size no balance has: written out it could not be read back.
    '1e100',
    '1e999',
    `1${'0'.repeat(61)}`,
    `0.${'1'.repeat(90)}`,
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeNull();
    expect(() => decimal(text)).toThrow(RangeError);
  });

  test('whatever is read can be written and read again', () => {
    const pieces = fc.tuple(
      fc.constantFrom('', '-', '+'),
      fc.nat().map(String),
      fc.constantFrom('', '.5', '.000000000000000001', '.25000'),
      fc.constantFrom('', 'e0', 'e5', 'e-3', 'E60', 'e70', 'e-17'),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const value = parseDecimal(parts.join(''));
        if (value !== null) expect(parseDecimal(toText(value))).toBe(value);
      }),
    );
  });

  test('reading what was written gives the same amount', () => {
    fc.assert(
      fc.property(raw, (value) => {
        const made = decimal(textOf(value));
        expect(scaled(made)).toBe(value);
        expect(decimal(toText(made))).toBe(made);
        expect(toText(made)).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });

  test('never throws and never guesses on junk', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const value = parseDecimal(text);
        if (value !== null) expect(Number(text.trim())).toBeCloseTo(toNumber(value), 6);
      }),
    );
  });

  test('columns cut toward zero and fill up', () => {
    expect(toFixedText(decimal('1.999'), 2)).toBe('1.99');
    expect(toFixedText(decimal('-1.999'), 2)).toBe('-1.99');
    expect(toFixedText(decimal('5'), 3)).toBe('5.000');
    expect(toFixedText(decimal('5.7'), 0)).toBe('5');
    expect(decimalPlaces(decimal('0.0100'))).toBe(2);
    expect(decimalPlaces(decimal('10'))).toBe(0);
  });

  test('whole numbers are exact or refused', () => {
    expect(toText(decimalOfInteger(Number.MAX_SAFE_INTEGER))).toBe('9007199254740991');
    for (const value of [0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => decimalOfInteger(value)).toThrow(RangeError);
    }
  });

  test('a decimal is told from number and text', () => {
    expect([ZERO, ONE, 1, '1', null].map(isDecimal)).toEqual([true, true, false, false, false]);
  });
});

describe('arithmetic', () => {
  test('agrees with whole-number arithmetic on the scaled values', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(scaled(add(a, b))).toBe(scaled(a) + scaled(b));
        expect(scaled(sub(a, b))).toBe(scaled(a) - scaled(b));
        expect(scaled(mul(a, b))).toBe((scaled(a) * scaled(b)) / SCALE);
        if (!isZero(b)) expect(scaled(div(a, b))).toBe((scaled(a) * SCALE) / scaled(b));
        expect(scaled(neg(a))).toBe(-scaled(a));
      }),
    );
  });

  test('a split rounds once: the parts lie within one unit of the last digit', () => {
    fc.assert(
      fc.property(amount, positive, positive, (a, b, c) => {
        const part = scaled(mulDiv(a, b, c));
        const exact = scaled(a) * scaled(b);
        const rest = exact - part * scaled(c);
        expect(rest < 0n ? -rest : rest).toBeLessThan(scaled(c));
      }),
    );
  });

  test.each([
    ['0.1 + 0.2', add(decimal('0.1'), decimal('0.2')), '0.3'],
    ['1 / 3', div(ONE, decimal('3')), '0.333333333333333333'],
    ['-1 / 3 is cut toward zero', div(decimal('-1'), decimal('3')), '-0.333333333333333333'],
    ['2 / 3 is cut', div(decimal('2'), decimal('3')), '0.666666666666666666'],
    ['the smallest product vanishes', mul(decimal('1e-18'), decimal('0.5')), '0'],
    [
      'balances of 18 decimals keep every digit',
      add(decimal('987654321098765432.123456789012345678'), decimal('0.000000000000000001')),
      '987654321098765432.123456789012345679',
    ],
    [
      '10 × 1 / 3 × 3 loses one unit, mulDiv none',
      mulDiv(decimal('10'), decimal('3'), decimal('3')),
      '10',
    ],
  ])('%s', (_, value, text) => {
    expect(toText(value)).toBe(text);
  });

  test('division by zero throws', () => {
    expect(() => div(ONE, ZERO)).toThrow(RangeError);
    expect(() => mulDiv(ONE, ONE, ZERO)).toThrow(RangeError);
  });

  test('comparison, sign, extremes agree with whole numbers; === is equality', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [x, y] = [scaled(a), scaled(b)];
        const order = x < y ? -1 : x > y ? 1 : 0;
        expect(cmp(a, b)).toBe(order);
        expect([lt(a, b), lte(a, b), gt(a, b), gte(a, b)]).toEqual([x < y, x <= y, x > y, x >= y]);
        expect(a === b).toBe(x === y);
        expect(min(a, b)).toBe(x <= y ? a : b);
        expect(max(a, b)).toBe(x >= y ? a : b);
        expect(sign(a)).toBe(x > 0n ? 1 : x < 0n ? -1 : 0);
        expect([isZero(a), isPositive(a), isNegative(a)]).toEqual([x === 0n, x > 0n, x < 0n]);
        expect(scaled(abs(a))).toBe(x < 0n ? -x : x);
      }),
    );
  });
});

describe('grids', () => {
  const grid = fc
    .constantFrom('0.01', '0.00000001', '0.5', '1', '25', '0.000000000000000001', '0.003')
    .map(decimal);

  test('quantize lands on the grid, at most one step away, on the named side', () => {
    fc.assert(
      fc.property(amount, grid, rounding, (value, step, mode) => {
        const result = quantize(value, step, mode);
        expect(isOnGrid(result, step)).toBe(true);
        const moved = abs(sub(result, value));
        expect(lt(moved, step)).toBe(true);
        if (mode === 'down') expect(lte(abs(result), abs(value))).toBe(true);
        if (mode === 'up') expect(gte(abs(result), abs(value))).toBe(true);
        if (mode === 'nearest') expect(lte(add(moved, moved), step)).toBe(true);
        if (isOnGrid(value, step)) expect(result).toBe(value);
      }),
    );
  });

  test('quantizeNumber lands on the grid whatever the float', () => {
    const float = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(float, grid, rounding, (value, step, mode) => {
        const result = quantizeNumber(value, step, mode);
        expect(isOnGrid(result, step)).toBe(true);
        const tolerance = toNumber(step) * 1.000001 + Math.abs(value) * 1e-15;
        expect(Math.abs(toNumber(result) - value)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test.each([
    [101.2399, 'down', '101.23'],
    [101.231, 'up', '101.24'],
    [-101.231, 'up', '-101.24'],
    [-101.239, 'down', '-101.23'],
    [101.235, 'nearest', '101.24'],
    // Binary noise is no reason to move by a tick.
    [1.1 * 3, 'down', '3.3'],
    [1.1 * 3, 'up', '3.3'],
    [0.1 + 0.2, 'up', '0.3'],
    [0.29 * 100, 'down', '29'],
  ] as const)('%d rounded %s is %s', (value, mode, text) => {
    expect(toText(quantizeNumber(value, decimal('0.01'), mode))).toBe(text);
  });

  test.each([
    ['2.5', 'nearest', '3'],
    ['-2.5', 'nearest', '-3'],
    ['2.4', 'up', '3'],
    ['-2.4', 'up', '-3'],
    ['2.6', 'down', '2'],
    ['-2.6', 'down', '-2'],
  ] as const)('%s rounded %s to whole numbers is %s', (value, mode, text) => {
    expect(toText(quantize(decimal(value), ONE, mode))).toBe(text);
  });

  test('rounded against us: a buy never pays less, a sell never gets more than the market said', () => {
    const price = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(price, (value) => {
        const tick = decimal('0.01');
        const noise = value * 1e-15 + 1.1e-8;
        expect(toNumber(quantizeNumber(value, tick, 'up'))).toBeGreaterThanOrEqual(value - noise);
        expect(toNumber(quantizeNumber(value, tick, 'down'))).toBeLessThanOrEqual(value + noise);
      }),
    );
  });

  test('a value that is not finite is refused', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(() => quantizeNumber(value, decimal('0.01'), 'down')).toThrow(RangeError);
    }
  });
});

test('the float of a decimal is within one unit of the last place of the nearest', () => {
  fc.assert(
    fc.property(raw, (value) => {
      const made = decimal(textOf(value));
      const nearest = Number(toText(made));
      expect(Math.abs(toNumber(made) - nearest)).toBeLessThanOrEqual(
        Math.abs(nearest) * Number.EPSILON,
      );
    }),
  );
});

test.each([
  ['68046.14', undefined, '68,046.14'],
  ['1234567', undefined, '1,234,567'],
  ['-1234.5', undefined, '-1,234.5'],
  ['0.23698115', 4, '0.2369'],
  ['0.5', 4, '0.5'],
  ['12.00001', 4, '12'],
  ['0.00000123', 4, '0.00000123'],
  ['0', 4, '0'],
])('writes %s with at most %s decimals as %s for a reader', (text, most, expected) => {
  expect(toReadableText(decimal(text), most === undefined ? {} : { most })).toBe(expected);
});

test.each([
  ['175', 2, '175.00'],
  ['68477.4', 2, '68,477.40'],
  ['0.00000123', 2, '0.00000123'],
  ['3457.625', 2, '3,457.625'],
])('writes %s with at least %i decimals as %s for a reader', (text, least, expected) => {
  expect(toReadableText(decimal(text), { least })).toBe(expected);
});
