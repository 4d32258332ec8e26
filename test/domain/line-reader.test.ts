import { describe, expect, test } from 'vitest';

import { createLineReader } from '../../src/domain/line-reader.ts';

const MOST = 8;

function read(chunks: readonly (string | Buffer)[]) {
  const lines: string[] = [];
  const take = createLineReader(MOST, (line) => lines.push(line));
  const goesOn = chunks.map((chunk) => take(Buffer.from(chunk as string)));
  return { lines, goesOn: goesOn.every(Boolean) };
}

describe('a line reader', () => {
  test('tells the same lines whatever pieces they come in', () => {
    const bytes = Buffer.from('one\n\nzwölf\nrest');
    const whole = { lines: ['one', '', 'zwölf'], goesOn: true };
    expect(read([bytes])).toEqual(whole);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toEqual(whole);
    }
    expect(read(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))).toEqual(whole);
  });

  test.each([
    ['with its end', ['12345678\n'], ['12345678'], true],
    ['one byte longer', ['123456789\n'], [], false],
    ['one byte longer, in pieces', ['1234', '5678', '9\n'], [], false],
    ['without an end', ['1234', '56789'], [], false],
    ['behind a good one', ['ok\n123456789'], ['ok'], false],
  ] as const)('stops at a line that is too long: %s', (_, chunks, lines, goesOn) => {
    expect(read(chunks)).toEqual({ lines, goesOn });
  });
});
