import { readdirSync } from 'node:fs';

import { describe, expect, it, test } from 'vitest';

import { InputError } from '../../src/domain/errors.ts';
import { TOKENS } from '../../src/ui/text/rows.ts';
import { loadTheme, parseTheme } from '../../src/ui/theme.ts';

const files = readdirSync(new URL('../../themes/', import.meta.url));
const names = files.map((file) => file.replace(/\.json$/, ''));

describe('themes', () => {
  it('come in the six kinds people need', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'dark',
        'light',
        'high-contrast',
        'colorblind',
        'monochrome',
        '16-color',
      ]),
    );
  });

  test.each(names)('%s has a style for every token', (name) => {
    expect(Object.keys(loadTheme(name).tokens).toSorted()).toEqual([...TOKENS].toSorted());
  });

  test.each(names)('%s tells up from down by more than color alone or by another color', (name) => {
    const { tokens } = loadTheme(name);
    expect(tokens['text.normal']).not.toEqual(tokens.selected);
    if (name !== 'monochrome') expect(tokens['pnl.up']).not.toEqual(tokens['pnl.down']);
  });

  it('names the known ones when asked for another', () => {
    expect(() => loadTheme('drak')).toThrow(InputError);
    expect(() => loadTheme('drak')).toThrow(/unknown theme "drak"; known: .*dark/);
    expect(() => loadTheme('../package')).toThrow(InputError);
  });

  const whole = Object.fromEntries(TOKENS.map((token) => [token, {}]));
  test.each([
    ['no JSON', '{', 'themes/x.json: not JSON'],
    [
      'a wrong color',
      JSON.stringify({
        summary: '',
        tokens: { ...whole, warn: { color: { rgb: 'red', ansi: 'red' } } },
      }),
      'themes/x.json: token warn.color.rgb must be a color',
    ],
    [
      'a wrong name',
      JSON.stringify({
        summary: '',
        tokens: { ...whole, warn: { color: { rgb: '#ff0000', ansi: 'pink' } } },
      }),
      'themes/x.json: token warn.color.ansi',
    ],
    [
      'a missing token',
      JSON.stringify({ summary: '', tokens: { ...whole, danger: undefined } }),
      'themes/x.json: token danger',
    ],
    ['an unknown token', JSON.stringify({ summary: '', tokens: { ...whole, dangr: {} } }), 'dangr'],
    [
      'an unknown style',
      JSON.stringify({ summary: '', tokens: { ...whole, warn: { blink: true } } }),
      'token warn',
    ],
  ])('refuses %s, naming file and token', (_name, text, message) => {
    expect(() => parseTheme('x', 'themes/x.json', text)).toThrow(message);
    expect(() => parseTheme('x', 'themes/x.json', text)).toThrow(InputError);
  });
});
