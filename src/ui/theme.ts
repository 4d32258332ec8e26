/** Themes are JSON files of semantic tokens; this is where tokens become escape sequences. */
import { readFileSync, readdirSync, statSync } from 'node:fs';

import { z } from 'zod';

import { InputError, messageOf } from '../domain/errors.ts';
import { ATTRIBUTES, type CellStyle, PLAIN, onBlank, sequenceOf } from './screen/styles.ts';
import { type Row, TOKENS, type Token } from './text/rows.ts';

const ANSI_NAMES = [
  'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white',
  'brightBlack', 'brightRed', 'brightGreen', 'brightYellow',
  'brightBlue', 'brightMagenta', 'brightCyan', 'brightWhite',
] as const; // prettier-ignore
type AnsiName = (typeof ANSI_NAMES)[number];

const colorSchema = z
  .object({
    /** For terminals with 256 or more colors; without it these get the name as well. */
    rgb: z
      .string()
      .regex(/^#[0-9a-f]{6}$/, 'must be a color such as #7fd962')
      .optional(),
    /** For terminals with 16. */
    ansi: z.enum(ANSI_NAMES),
  })
  .strict();

const styleSchema = z
  .object({
    color: colorSchema.optional(),
    background: colorSchema.optional(),
    bold: z.boolean().optional(),
    dim: z.boolean().optional(),
    underline: z.boolean().optional(),
    inverse: z.boolean().optional(),
  })
  .strict();

const themeSchema = z
  .object({ summary: z.string(), tokens: z.record(z.enum(TOKENS), styleSchema) })
  .strict();

type Color = z.infer<typeof colorSchema>;
type Style = z.infer<typeof styleSchema>;

export interface Theme {
  readonly name: string;
  readonly tokens: Readonly<Record<Token, Style>>;
}

/** 0 no color, 1 the 16 names, 2 the 256 of xterm, 3 every color. */
export type ColorLevel = 0 | 1 | 2 | 3;

const DIRECTORY = new URL('../../themes/', import.meta.url);

/** Names of the themes that come with the program, sorted. */
export function themeNames(): readonly string[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

/** Throws InputError for a name that does not exist, or a file with an error (file and token). */
export function loadTheme(name: string): Theme {
  const names = themeNames();
  if (!names.includes(name)) {
    throw new InputError(`unknown theme ${JSON.stringify(name)}; known: ${names.join(', ')}`);
  }
  const file = `themes/${name}.json`;
  return parseTheme(name, file, readThemeFile(file, new URL(`${name}.json`, DIRECTORY)));
}

const MAX_BYTES = 256 * 1024;

/** Of a plain file: a pipe would be waited for, whatever is larger is no theme. */
function readThemeFile(file: string, url: URL): string {
  try {
    const found = statSync(url);
    if (!found.isFile()) throw new InputError(`${file} is not a file`);
    if (found.size > MAX_BYTES) throw new InputError(`${file}: a theme has at most 256 kB`);
    return readFileSync(url, 'utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

/** Reads the text of a theme file. Throws InputError naming the file and the token. */
export function parseTheme(name: string, file: string, text: string): Theme {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: not JSON (${error instanceof Error ? error.message : ''})`);
  }
  const parsed = themeSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const [, token, ...rest] = issue?.path.map(String) ?? [];
    const place =
      token === undefined ? '' : ` token ${token}${rest.map((one) => `.${one}`).join('')}`;
    throw new InputError(`${file}:${place} ${issue?.message ?? 'is not a theme'}`);
  }
  return { name, tokens: parsed.data.tokens };
}

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
function cellStyle(style: Style, level: ColorLevel): CellStyle {
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
function colorCode(color: Color, level: ColorLevel, shift: 0 | 10): readonly string[] {
  if (level === 0) return [];
  if (level === 1 || color.rgb === undefined) {
    const index = ANSI_NAMES.indexOf(color.ansi satisfies AnsiName);
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

/** What of the environment decides how we draw; the command line hands it over. */
export interface TerminalEnvironment {
  readonly NO_COLOR?: string | undefined;
  readonly LC_ALL?: string | undefined;
  readonly LC_CTYPE?: string | undefined;
  readonly LANG?: string | undefined;
}

/** A locale that names another encoding than UTF-8 cannot show our glyphs; none at all can. */
export function needsAscii(environment: TerminalEnvironment): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
}

/** chalk's level, which already knows FORCE_COLOR; NO_COLOR wins over it. */
export function colorLevel(level: ColorLevel, environment: TerminalEnvironment): ColorLevel {
  return environment.NO_COLOR ? 0 : level;
}
