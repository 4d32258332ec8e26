import { describe, expect, it, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import {
  arrow,
  change,
  formatAge,
  formatClock,
  formatCompact,
  formatDecimal,
  formatLimit,
  formatNumber,
  formatPercent,
  formatReach,
  formatSigned,
  formatSpeed,
  pnlToken,
  sparkline,
  words,
} from '../../../src/ui/text/format.ts';
import { rowText } from '../../../src/ui/text/rows.ts';

describe('numbers', () => {
  test.each([
    [0, 2, '0.00'],
    [1234567.5, 2, '1,234,567.50'],
    [-1234.5, 1, '−1,234.5'],
    [999, 0, '999'],
    [1000, 0, '1,000'],
    [-0.001, 2, '0.00'],
    [0.00001234, 8, '0.00001234'],
    [Number.NaN, 2, '—'],
    [Infinity, 2, '—'],
    [null, 2, '—'],
    [1, -3, '1'],
  ])('shows %s with %s digits as %s', (value, digits, text) => {
    expect(formatNumber(value, digits)).toBe(text);
  });

  it('cuts exact values instead of rounding them', () => {
    expect(formatDecimal(decimal('67412.349'), 2)).toBe('67,412.34');
    expect(formatDecimal(decimal('-1234567890123456.000000000000000001'), 18)).toBe(
      '−1,234,567,890,123,456.000000000000000001',
    );
    expect(formatDecimal(null, 2)).toBe('—');
  });

  it('puts a sign before gains and losses, none before zero', () => {
    expect([112.4, -8.32, 0, 0.001, null].map((value) => formatSigned(value, 2))).toEqual([
      '+112.40',
      '−8.32',
      '0.00',
      '0.00',
      '—',
    ]);
    expect([1, -1, 0, null].map((value) => arrow(value, 2))).toEqual(['▲', '▼', ' ', ' ']);
  });

  it('turns fractions into percent', () => {
    expect(formatPercent(0.0111, 2)).toBe('1.11');
    expect(formatPercent(null, 2)).toBe('—');
    expect([0.15, 0.055, 1, 0].map(formatLimit)).toEqual(['15', '5.5', '100', '0']);
  });

  test.each([
    [0, '0'],
    [0.5, '0.50'],
    [12.34, '12.3'],
    [999.6, '1.00k'],
    [1240, '1.24k'],
    [12_400_000, '12.4M'],
    [-310e9, '−310B'],
    [1e30, '>999T'],
    [null, '—'],
  ])('shortens %s to %s', (value, text) => {
    expect(formatCompact(value)).toBe(text);
  });
});

describe('time', () => {
  test.each([
    [0, '0.0 s'],
    [-5, '0.0 s'],
    [120, '0.1 s'],
    [9_940, '9.9 s'],
    [9_960, '9 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
    [1e15, '>999 d'],
    [null, '—'],
  ])('says %s ms as %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });

  it('shows the clock in UTC, whatever the machine thinks', () => {
    expect(formatClock(Date.UTC(2026, 0, 1, 23, 59, 59, 999))).toBe('23:59:59');
    expect(formatClock(-1000)).toBe('23:59:59');
    expect(formatClock(Number.NaN)).toBe('—');
  });

  it('shows the pace of a simulated market', () => {
    expect([60, 'max' as const].map(formatSpeed)).toEqual(['60×', 'max']);
  });
});

it('draws a sparkline from lowest to highest, newest values right', () => {
  expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([1, 2, 3], 2)).toBe('▁█');
  expect(sparkline([5, 5], 4)).toBe('  ▄▄');
  expect(sparkline([], 3)).toBe('   ');
  expect(sparkline([Number.NaN, 1], 2)).toBe(' ▄');
  expect(sparkline([1], 0)).toBe('');
});

it('splits the names of types and states into words', () => {
  expect(words('stopLimit', '-')).toBe('stop-limit');
  expect(words('partiallyFilled', ' ')).toBe('partially filled');
});

test('a change that reads as zero points nowhere', () => {
  const texts = [-0.004, 0, 0.004, -0.006, null].map((value) => rowText(change(value, 2)));
  expect(texts).toEqual(['  0.00', '  0.00', '  0.00', '▼ −0.01', '  —']);
});

test.each([
  [86_400_000, '24h'],
  [8.5 * 3_600_000, '8h'],
  [20 * 60_000, '20min'],
  [null, ''],
])('a day of %s ms reaches back %j', (ms, text) => {
  expect(formatReach(ms)).toBe(text);
});

test('what floats leave of nothing is no profit and no loss', () => {
  expect(pnlToken(0.1 + 0.2 - 0.3)).toBe('text.normal');
  expect(pnlToken(-(0.1 + 0.2 - 0.3))).toBe('text.normal');
  expect([pnlToken(0.01), pnlToken(-0.01), pnlToken(null)]).toEqual([
    'pnl.up',
    'pnl.down',
    'text.muted',
  ]);
});
