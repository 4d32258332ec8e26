import { describe, expect, test } from 'vitest';

import {
  findIndicator,
  listIndicators,
  parseIndicatorParams,
} from '../../src/indicators/registry.ts';
import type { IndicatorSpec } from '../../src/indicators/spec.ts';

function spec(name: string): IndicatorSpec {
  const found = findIndicator(name);
  if (found === null) throw new Error(`${name} is not registered`);
  return found;
}

function errorOf(name: string, raw: Record<string, string>): string | null {
  const parsed = parseIndicatorParams(spec(name), raw);
  return parsed.kind === 'error' ? parsed.message : null;
}

describe('registry', () => {
  test('lists every indicator once, sorted by name', () => {
    const names = listIndicators().map((one) => one.name);
    expect(names).toEqual([...new Set(names)].toSorted());
    expect(names).toHaveLength(18);
  });

  test('finds by exact name and knows nothing of others', () => {
    expect(findIndicator('sma')?.name).toBe('sma');
    expect(findIndicator('SMA')).toBeNull();
    expect(findIndicator('toString')).toBeNull();
  });

  test.each(listIndicators().map((one) => [one.name, one] as const))(
    'the extremes of every parameter of %s can be created or are refused in words',
    (_name, one) => {
      for (const edge of ['min', 'max', 'default'] as const) {
        const raw = Object.fromEntries(one.params.map((param) => [param.name, `${param[edge]}`]));
        const parsed = parseIndicatorParams(one, raw);
        if (parsed.kind === 'params') expect(one.create(parsed.params).value).toBeNull();
        else expect(parsed.message).toContain('must be below');
      }
    },
  );
});

describe('parameters', () => {
  test('come as text and are completed with defaults', () => {
    expect(parseIndicatorParams(spec('macd'), { fast: '5' })).toEqual({
      kind: 'params',
      params: { fast: 5, slow: 26, signal: 9 },
    });
    expect(parseIndicatorParams(spec('bollinger'), { width: ' 2.5 ' })).toEqual({
      kind: 'params',
      params: { period: 20, width: 2.5 },
    });
    expect(parseIndicatorParams(spec('obv'), {})).toEqual({ kind: 'params', params: {} });
  });

  test('that are unknown are refused with the names that exist', () => {
    expect(errorOf('macd', { speed: '3' })).toBe(
      'macd has no parameter "speed"; it takes: fast, slow, signal',
    );
    expect(errorOf('obv', { period: '3' })).toBe('obv has no parameter "period"; it takes none');
    expect(errorOf('sma', { constructor: '3' })).toContain('no parameter "constructor"');
  });

  test.each(['', '0', '-1', '1.5', '10001', 'abc', '0x10', 'NaN', 'Infinity', '1e999', '1,000'])(
    'refuses %j with path, value and what is allowed',
    (text) => {
      expect(errorOf('sma', { period: text })).toBe(
        `sma.period: "${text}" is not a whole number from 1 to 10000`,
      );
    },
  );

  test('that do not fit together are refused', () => {
    expect(errorOf('macd', { fast: '30' })).toBe('macd: fast 30 must be below slow 26');
  });
});
