import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/domain/errors.ts';
import { parseJson } from '../../src/config/json.ts';

describe('parseJson', () => {
  test('reads what JSON.parse reads', () => {
    const text = '{"a": [1, -2.5e3, true, null, "x\\n\\u00e9"], "b": {"c": {}}, "d": []}';
    expect(parseJson(text, 'f')).toEqual(JSON.parse(text));
  });

  test.each([
    ['', 'f:1:1: the end of the file is not a value'],
    ['{"a": 1,}', 'f:1:9: expected a key in double quotes, not "}"'],
    ['{"a": 1\n "b": 2}', 'f:2:2: expected "," or "}", not "\\""'],
    ['{"a" 1}', 'f:1:6: expected ":" after "a", not "1"'],
    ['{"a": 1, "a": 2}', 'f:1:10: key "a" is given twice'],
    ['{"a": 1e999}', 'f:1:7: number 1e999 is too large'],
    ['{"a": NaN}', 'f:1:7: "NaN" is not a value'],
    ['{"a": 0x10}', 'f:1:7: "0x10" is not a value'],
    ['{"a": 01}', 'f:1:7: "01" is not a value'],
    ['{"a": +1}', 'f:1:7: "+1" is not a value'],
    ['{"a": "x', 'f:1:7: text without a closing quote'],
    ['{"a": "\\x"}', 'f:1:7: text with a control character or an unknown escape'],
    ['[1, 2', 'f:1:6: expected "," or "]", not the end of the file'],
    ['{} {}', 'f:1:4: "{" after the end of the value'],
    ['// note\n{}', 'f:1:1: "/" is not a value'],
    ['['.repeat(50), 'f:1:34: nested deeper than 32 levels'],
  ])('refuses %j with its place', (text, message) => {
    expect(() => parseJson(text, 'f')).toThrow(new InputError(message));
  });

  test('keeps a key named __proto__ a key', () => {
    const value = parseJson('{"__proto__": {"polluted": true}}', 'f');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
