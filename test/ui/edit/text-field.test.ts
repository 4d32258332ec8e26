import { describe, expect, it, test } from 'vitest';

import { readAmount, readNumber, typeAmount } from '../../../src/ui/edit/amount.ts';
import { editText, typeOnly, typeWords } from '../../../src/ui/edit/text-field.ts';
import { PASTE } from '../../../src/ui/input/action.ts';
import { toText } from '../../../src/domain/decimal.ts';
import { keyOf } from '../press-kit.ts';

const ESC = '\u001b';

describe('a field of words', () => {
  const type = typeWords(6);
  const edit = (text: string, key: string) => editText(text, keyOf(key), type);

  it('takes letters and blanks, and gives them back one by one or all at once', () => {
    expect(edit('ab', 'c')).toBe('abc');
    expect(edit('ab', 'space')).toBe('ab ');
    expect(edit('ab', 'backspace')).toBe('a');
    expect(edit('ab', 'delete')).toBe('a');
    expect(edit('', 'backspace')).toBe('');
    expect(edit('ab', 'ctrl+u')).toBe('');
  });

  test.each(['up', 'home', 'f5', 'tab'])('is left as it is by %s', (key) => {
    expect(edit('ab', key)).toBe('ab');
  });

  it('takes of a paste one line that can be drawn, as far as there is room', () => {
    const paste = (text: string) => editText('', { name: PASTE, text }, type);
    expect(paste('ab\r\n')).toBe('ab');
    expect(paste('a\nb')).toBe('a b');
    expect(paste(`${ESC}[31ma\u202eb\u0301`)).toBe('ab');
    expect(paste('x'.repeat(1_000_000))).toBe('xxxxxx');
  });
});

test('a field of few characters leaves all others out', () => {
  const type = typeOnly(/[^0-9:]/g, 5);
  expect(type('1', '2:x3')).toBe('12:3');
  expect(type('12:30', '9')).toBe('12:30');
});

test('an amount has digits and one point', () => {
  expect(typeAmount('1', '2a,.5')).toBe('12.5');
  expect(typeAmount('1.5', '.')).toBe('1.5');
  expect(typeAmount('1.5', '2.')).toBe('1.5');
  expect(typeAmount('', '1'.repeat(99))).toHaveLength(24);
});

test('what is typed is read exactly, and only above zero as an amount', () => {
  const text = (typed: string) => {
    const value = readNumber(typed);
    return value === null ? null : toText(value);
  };
  expect(text('.5')).toBe('0.5');
  expect(text('5.')).toBe('5');
  expect(text('0.000000000000000001')).toBe('0.000000000000000001');
  expect([text(''), text('.'), text('1.2.3')]).toEqual([null, null, null]);
  expect(readNumber('0')).not.toBeNull();
  expect(readAmount('0')).toBeNull();
  expect(readAmount('0.1')).not.toBeNull();
});
