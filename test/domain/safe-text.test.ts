import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { safeText } from '../../src/domain/safe-text.ts';

const ESC = '\u001b';

describe('safeText', () => {
  test.each([
    ['plain ASCII', 'buy 0.1 BTC/USDT', 'buy 0.1 BTC/USDT'],
    ['Latin with accents', 'Größe café', 'Größe café'],
    ['wide scripts', '余额不足', '余额不足'],
    ['a color sequence', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['a screen erase', `a${ESC}[2Jb`, 'ab'],
    ['a title change', `${ESC}]0;owned\u0007x`, 'x'],
    ['a lone escape', `a${ESC}b`, 'a?b'],
    ['an 8-bit sequence', 'a\u009b31mb', 'ab'],
    ['line breaks and tabs', 'a\r\n\tb', 'a b'],
    ['a bidirectional override', 'abc\u202edef', 'abcdef'],
    ['zero-width characters', 'B\u200bT\ufeffC', 'BTC'],
    ['combining marks', 'e\u0301\u0300', 'e'],
    ['an emoji', 'up 🚀', 'up ?'],
    ['right-to-left letters', 'אב', '??'],
    ['a lone surrogate', 'a\ud800b', 'a?b'],
    ['a null byte', 'a\u0000b', 'a?b'],
  ])('makes %s safe', (_name, text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it('cuts what is longer than its limit, even megabytes', () => {
    expect(safeText('x'.repeat(50), 10)).toBe('xxxxxxxxx…');
    expect(safeText(`${ESC}[`.repeat(1_000_000))).toHaveLength(400);
  });

  it('looks at no more of a hostile text than a few times its limit', () => {
    const asked: number[] = [];
    const slice = (from: number, to: number): string => {
      asked.push(to);
      return ESC.repeat(to - from);
    };
    // A text of a terabyte; whatever else is asked of it throws.
    expect(safeText({ length: 1e12, slice } as unknown as string, 10)).toHaveLength(10);
    expect(asked).toEqual([80]);
  });

  it('lets no control, format or escape character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(safeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('changes nothing that is already safe', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const safe = safeText(text);
        expect(safeText(safe)).toBe(safe);
      }),
    );
  });
});
