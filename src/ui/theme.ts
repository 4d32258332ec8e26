/** Themes are JSON files of semantic tokens; what a token looks like. */
import { readFileSync, readdirSync, statSync } from 'node:fs';

import { z } from 'zod';

import { InputError, messageOf } from '../domain/errors.ts';
import { TOKENS, type Token } from './text/rows.ts';

export const ANSI_NAMES = [
  'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white',
  'brightBlack', 'brightRed', 'brightGreen', 'brightYellow',
  'brightBlue', 'brightMagenta', 'brightCyan', 'brightWhite',
] as const; // prettier-ignore

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

export type ThemeColor = z.infer<typeof colorSchema>;
export type ThemeStyle = z.infer<typeof styleSchema>;

export interface Theme {
  readonly name: string;
  readonly tokens: Readonly<Record<Token, ThemeStyle>>;
}

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
