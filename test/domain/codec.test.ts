import { describe, expect, test } from 'vitest';

import { decodeJson, encodeJson, encodeRecord } from '../../src/domain/codec.ts';
import { ONE, ZERO, decimal } from '../../src/domain/decimal.ts';
import { START } from '../support/builders.ts';
import { RECORDS } from '../support/records.ts';

describe('one record of every kind', () => {
  test.each(Object.values(RECORDS))('$kind comes back from its line as it was', (body) => {
    const line = encodeRecord(body, { n: 12, t: START, m: 3 });
    expect(decodeJson(line)).toEqual({ n: 12, t: START, m: 3, ...body });
    expect(line.startsWith(`{"n":12,"t":${START},"m":3,"kind":"${body.kind}"`)).toBe(true);
    expect(line).not.toContain('\n');
  });
});

describe('decimals', () => {
  test('are text on disk, and zero is written', () => {
    expect(encodeJson({ price: decimal('1.50'), fee: ZERO })).toBe('{"price":"1.5","fee":"0"}');
  });

  test('a damaged decimal is an error, not a value', () => {
    expect(() => decodeJson('{"price":"12,5"}')).toThrow('price is not a decimal: 12,5');
    expect(() => decodeJson('{"fills":[{"quantity":"NaN"}]}')).toThrow('quantity');
  });

  test('a value of someone else keeps its type whatever it is called', () => {
    const params = { price: 'close', quantity: '1', nested: { fee: 'none' } };
    expect(decodeJson(encodeJson({ params, price: ONE }))).toEqual({ params, price: ONE });
  });

  test('a key named like the prototype is data', () => {
    const found = decodeJson('{"__proto__":{"price":"1"},"price":"2"}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    expect(found['price']).toBe(decimal('2'));
  });
});

test('maps are written as their entries in order', () => {
  const map = new Map([
    ['b', { quantity: ONE }],
    ['a', { quantity: ZERO }],
  ]);
  expect(encodeJson({ map })).toBe('{"map":[["b",{"quantity":"1"}],["a",{"quantity":"0"}]]}');
});
