/** How many cells a character takes: the one table for layout, grid and diff. */

/** Ranges of two cells, ascending; Unicode's wide and fullwidth, without the gaps in them. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Marks, formatting and control characters, halves of surrogate pairs. */
const CELLLESS = /[\p{M}\p{Cf}\p{Cc}\p{Cs}]/u;

/** Cells of one code point: exact for every character `safeText` lets through. */
export function cellWidth(code: number): 0 | 1 | 2 {
  if (code < 0x300) return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xad ? 0 : 1;
  // Arrows, mathematics, lines, blocks and braille: most of what a console draws besides letters.
  if (code >= 0x2100 && code < 0x2e80) return 1;
  if (code >= 0x1100) {
    for (const [first, last] of WIDE) {
      if (code < first) break;
      if (code <= last) return 2;
    }
  }
  return CELLLESS.test(String.fromCodePoint(code)) ? 0 : 1;
}
