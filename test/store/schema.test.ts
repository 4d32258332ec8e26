import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  headerText,
  parseEnvelope,
  parseHeader,
  parseLine,
  sortFiles,
  toEnvelope,
  toLine,
} from '../../src/store/schema.ts';

const DIGEST = `${'ab'.repeat(32)}:0:`;
const ENVELOPE = toEnvelope({ gen: 3, seq: 40, digest: DIGEST, data: '{"total":"12.5","é":1}' });

describe('a journal line', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const line = Buffer.from(toLine(text));
        expect(line.at(-1)).toBe(0x0a);
        expect(parseLine(line.subarray(0, -1))).toBe(text);
      }),
    );
  });

  test('has eight hex digits of CRC-32 before its text', () => {
    expect(toLine('123456789')).toBe('cbf43926 123456789\n');
  });

  test('is refused with any one bit turned or any byte missing', () => {
    const line = Buffer.from(toLine('{"n":1,"kind":"fill","price":"1.5"}')).subarray(0, -1);
    for (let bit = 0; bit < line.length * 8; bit += 1) {
      expect(parseLine(turned(line, bit)), `bit ${bit}`).toBeNull();
    }
    for (let end = 0; end < line.length; end += 1) {
      expect(parseLine(line.subarray(0, end)), `cut at ${end}`).toBeNull();
    }
  });
});

describe('a snapshot', () => {
  test('comes back as it was written', () => {
    expect(parseEnvelope(Buffer.from(ENVELOPE))).toEqual({
      schema: 2,
      gen: 3,
      seq: 40,
      digest: DIGEST,
      data: '{"total":"12.5","é":1}',
    });
    expect(JSON.parse(ENVELOPE)).toMatchObject({ seq: 40, data: { total: '12.5' } });
  });

  test.each([
    ['null', 'null'],
    ['zero', '0'],
    ['false', 'false'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['nothing', ''],
    ['NUL bytes', '\0'.repeat(300)],
    ['NaN', 'NaN'],
    ['an object', '{"total":"12.5"}'],
    ['a byte order mark', `\uFEFF${ENVELOPE}`],
    ['junk behind it', `${ENVELOPE}x`],
    ['a second newline', `${ENVELOPE}\n`],
    ['no newline', ENVELOPE.trimEnd()],
  ])('is refused when it is or has %s', (_name, text) => {
    expect(parseEnvelope(Buffer.from(text))).toBeNull();
  });

  test('is refused with any one bit turned or any byte missing', () => {
    const bytes = Buffer.from(ENVELOPE);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      expect(parseEnvelope(turned(bytes, bit)), `bit ${bit}`).toBeNull();
    }
    for (let end = 0; end < bytes.length; end += 1) {
      expect(parseEnvelope(bytes.subarray(0, end)), `cut at ${end}`).toBeNull();
    }
  });

  test('of a later version is recognized, in our form and in another', () => {
    const other = '{"schema":3,"form":"unknown"}\n';
    expect(parseEnvelope(Buffer.from(other))).toBe('newer');
    expect(parseHeader('{"schema":3,"gen":1,"firstN":1,"more":0}')).toBe('newer');
  });
});

test('a header comes back, and nothing else is one', () => {
  expect(parseHeader(headerText(2, 41))).toEqual({ schema: 2, gen: 2, firstN: 41 });
  expect(parseHeader('{"n":1}')).toBeNull();
  expect(parseHeader('')).toBeNull();
});

test('names are told apart, and generations sort as numbers', () => {
  const names = ['journal-10.jsonl', 'journal-9.jsonl', 'state-9.json', 'state-09.json', 'LOCK'];
  expect(sortFiles([...names, '.state-12ab-3.tmp', 'state-9.json.bak'])).toEqual({
    journals: [9, 10],
    snapshots: [9],
    temporary: ['.state-12ab-3.tmp'],
  });
});

function turned(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = bit >> 3;
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
