/** From what a piece of text means to how this terminal shows it: styles, colors, characters. */
import { type Row, TOKENS, type Token } from '../text/rows.ts';
import { ANSI_NAMES, type Theme, type ThemeColor, type ThemeStyle } from '../theme.ts';
import { ATTRIBUTES, type CellStyle, PLAIN, onBlank, sequenceOf } from './styles.ts';

/** 0 no color, 1 the 16 names, 2 the 256 of xterm, 3 every color. */
export type ColorLevel = 0 | 1 | 2 | 3;

/** Tokens as this terminal can show them. */
export interface Painter {
  /** The line a terminal draws: starts and ends without style. */
  paint(row: Row): string;
  readonly styleOf: (token: Token) => CellStyle;
  /** The same cells in characters this terminal has. */
  readonly glyphs: (text: string) => string;
}

export function createPainter(of: { theme: Theme; level: ColorLevel; ascii: boolean }): Painter {
  const styleOf = (token: Token): CellStyle => cellStyle(of.theme.tokens[token], of.level);
  const glyphs = of.ascii ? toAscii : (text: string): string => text;
  const open = new Map<Token, string>(TOKENS.map((token) => [token, sequenceOf(styleOf(token))]));
  const flat = new Set<string>(
    TOKENS.filter((token) => onBlank(styleOf(token)) === PLAIN).map((token) => {
      return open.get(token) ?? '';
    }),
  );
  return {
    styleOf,
    glyphs,
    paint(row) {
      let line = '';
      let current = '';
      for (const one of row) {
        const wanted = open.get(one.token) ?? '';
        // Blanks look the same in every color: switching for them would only cost.
        const same =
          wanted === current || (flat.has(wanted) && flat.has(current) && isBlank(one.text));
        if (!same) {
          if (current !== '') line += RESET;
          line += wanted;
          current = wanted;
        }
        line += glyphs(one.text);
      }
      return current === '' ? line : line + RESET;
    },
  };
}

const isBlank = (text: string): boolean => text.trim() === '';

const RESET = '\u001B[0m';

/** What a style of a theme is on a terminal of this level. */
function cellStyle(style: ThemeStyle, level: ColorLevel): CellStyle {
  const { bold, dim, underline, inverse } = ATTRIBUTES;
  return {
    attributes:
      (style.bold ? bold : 0) |
      (style.dim ? dim : 0) |
      (style.underline ? underline : 0) |
      (style.inverse ? inverse : 0),
    foreground: style.color ? colorCode(style.color, level, 0).join(';') : '',
    background: style.background ? colorCode(style.background, level, 10).join(';') : '',
  };
}

/** Foreground codes; a background is 10 higher. */
function colorCode(color: ThemeColor, level: ColorLevel, shift: 0 | 10): readonly string[] {
  if (level === 0) return [];
  if (level === 1 || color.rgb === undefined) {
    const index = ANSI_NAMES.indexOf(color.ansi);
    return [String((index < 8 ? 30 + index : 82 + index) + shift)];
  }
  const value = Number.parseInt(color.rgb.slice(1), 16);
  const [r, g, b] = [(value >> 16) & 255, (value >> 8) & 255, value & 255] as const;
  const lead = String(38 + shift);
  if (level === 3) return [lead, '2', String(r), String(g), String(b)];
  return [lead, '5', String(nearest256(r, g, b))];
}

/** Nearest of the 6×6×6 cube and the gray ramp of xterm. */
function nearest256(r: number, g: number, b: number): number {
  const steps = [0, 95, 135, 175, 215, 255];
  const nearestStep = (value: number): number =>
    steps.reduce((best, step, i) => {
      return Math.abs(step - value) < Math.abs((steps[best] ?? 0) - value) ? i : best;
    }, 0);
  const [i, j, k] = [nearestStep(r), nearestStep(g), nearestStep(b)];
  const gray = Math.min(23, Math.max(0, Math.round(((r + g + b) / 3 - 8) / 10)));
  const level = 8 + 10 * gray;
  const distance = (x: number, y: number, z: number): number =>
    (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2;
  const cube = distance(steps[i] ?? 0, steps[j] ?? 0, steps[k] ?? 0);
  return distance(level, level, level) < cube ? 232 + gray : 16 + 36 * i + 6 * j + k;
}

const ASCII: Readonly<Record<string, string>> = {
  '─': '-', '━': '=', '│': '|', '┃': '|',
  '╭': '+', '╮': '+', '╰': '+', '╯': '+', '┏': '+', '┓': '+', '┗': '+', '┛': '+',
  '▲': '^', '▼': 'v', '●': '*', '○': 'o', '■': '#', '›': '>', '‹': '<', '▏': '_',
  '—': '-', '−': '-', '…': '~', '×': 'x', 'µ': 'u', '·': '.', '✓': '+', '✗': 'x', '→': '>',
  '↑': '^', '↓': 'v', '←': '<',
  '╷': '.', '╵': "'", '▀': '"', '▖': '.', '▘': "'", '░': ':', '▒': '%', '┊': ':', '◂': '<',
  '△': 'A', '▽': 'V', '•': '*', '◦': 'o',
  '▎': '.', '▍': ':', '▌': ':', '▋': '-', '▊': '=', '▉': '+',
  '▁': '_', '▂': '_', '▃': '.', '▄': '-', '▅': '=', '▆': '+', '▇': '*', '█': '#',
}; // prettier-ignore

/** One ASCII character for every cell. */
function toAscii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => {
    const known = ASCII[character];
    if (known !== undefined) return known;
    // Braille: any dot is a point of a line.
    if (character >= '\u2800' && character <= '\u28ff') return character === '\u2800' ? ' ' : '*';
    return character.charCodeAt(0) >= 0x3001 ? '??' : '?';
  });
}
