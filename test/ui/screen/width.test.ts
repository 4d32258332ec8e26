import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { safeText } from '../../../src/domain/safe-text.ts';
import { cellWidth } from '../../../src/ui/screen/width.ts';
import { textWidth } from '../../../src/ui/text/rows.ts';

/** The very one that Ink measures with. */
let stringWidth: (text: string) => number;

beforeAll(async () => {
  const ink = createRequire(import.meta.url).resolve('ink');
  const path = createRequire(ink).resolve('string-width');
  const module = (await import(pathToFileURL(path).href)) as { default: (text: string) => number };
  stringWidth = module.default;
});

/** Every character that may reach a screen. */
const SAFE = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code)).filter(
  (character) => character !== '?' && safeText(character) === character,
);

describe('the width of a cell', () => {
  it('is what Ink measures, for every character that may reach a screen', () => {
    expect(SAFE.length).toBeGreaterThan(30_000);
    const wrong = SAFE.filter(
      (character) => cellWidth(character.charCodeAt(0)) !== stringWidth(character),
    );
    expect(wrong).toEqual([]);
  });

  it('adds up to the width of a text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SAFE), { maxLength: 20 }), (characters) => {
        const text = characters.join('');
        expect(textWidth(text)).toBe(stringWidth(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is that of the terminal for what panes draw themselves', () => {
    for (const glyph of '▁▂▃▄▅▆▇█▏▎▍▌▋▊▉▲▼●○■›‹…×·✓✗→↑↓←─│╭╮╰╯━┃┏┓┗┛⠀⡇⣿') {
      expect(`${glyph} ${String(cellWidth(glyph.codePointAt(0) ?? 0))}`).toBe(`${glyph} 1`);
      expect(stringWidth(glyph)).toBe(1);
    }
  });

  it('is nothing for controls and marks', () => {
    for (const code of [0, 7, 27, 0x7f, 0x9b, 0xad, 0x301, 0x200b, 0x200f, 0x202e, 0xfeff]) {
      expect(`${code.toString(16)} ${String(cellWidth(code))}`).toBe(`${code.toString(16)} 0`);
    }
  });
});
