import { stripVTControlCharacters } from 'node:util';

import { describe, expect, it, test } from 'vitest';

import { compose } from '../../../src/ui/compose/compose.ts';
import { createModel } from '../../../src/ui/model.ts';
import { colorLevel, needsAscii } from '../../../src/ui/screen/environment.ts';
import { createPainter } from '../../../src/ui/screen/painter.ts';
import { span } from '../../../src/ui/text/rows.ts';
import { loadTheme } from '../../../src/ui/theme.ts';
import { aPreview, aScene } from '../session-fixture.ts';

describe('painting', () => {
  const theme = loadTheme('dark');
  const row = [span('up', 'pnl.up'), span(' plain')];

  it('writes color as the terminal can show it', () => {
    const painted = ([0, 1, 2, 3] as const).map((level) =>
      createPainter({ theme, level, ascii: false }).paint([span('up', 'pnl.up')]),
    );
    expect(painted).toEqual([
      'up',
      '\u001b[32mup\u001b[0m',
      '\u001b[38;5;114mup\u001b[0m',
      '\u001b[38;2;127;208;138mup\u001b[0m',
    ]);
  });

  it('leaves a 16-color theme to the terminal at every level', () => {
    const colors = loadTheme('16-color');
    for (const level of [1, 2, 3] as const) {
      const painter = createPainter({ theme: colors, level, ascii: false });
      expect(painter.paint([span('up', 'pnl.up')])).toBe('\u001b[32mup\u001b[0m');
      expect(painter.paint([span('plain')])).toBe('plain');
    }
  });

  it('keeps emphasis without color, and ends every line without style', () => {
    const painter = createPainter({ theme, level: 0, ascii: false });
    expect(painter.paint([span('H', 'key.danger')])).toBe('\u001b[1mH\u001b[0m');
    const line = createPainter({ theme, level: 3, ascii: false }).paint(row);
    expect(line.endsWith('\u001b[0m')).toBe(true);
  });

  it('draws everything with ASCII alone where nothing else is known', () => {
    const painter = createPainter({ theme, level: 0, ascii: true });
    const model = createModel();
    const scene = aScene({ model, ageMs: null, preview: aPreview() });
    for (const focused of [null, { kind: 'help', scroll: 0 }, { kind: 'quit' }] as const) {
      const rows = compose(
        { ...scene, model: { ...model, dialog: focused } },
        { width: 120, height: 40 },
      );
      for (const one of rows) {
        const line = stripVTControlCharacters(painter.paint(one));
        expect(line).toMatch(/^[\x20-\x7e]{120}$/);
        expect(line).not.toContain('?  ?');
      }
    }
  });

  it('keeps two cells for a wide character in ASCII', () => {
    const painter = createPainter({ theme, level: 0, ascii: true });
    expect(painter.paint([span('余a')])).toBe('??a');
  });
});

describe('the environment', () => {
  test.each([
    [{}, false],
    [{ LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'de_DE.utf8' }, false],
    [{ LANG: 'C' }, true],
    [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, true],
    [{ LC_CTYPE: 'C.UTF-8', LANG: 'C' }, false],
  ])('%o asks for ASCII: %s', (environment, ascii) => {
    expect(needsAscii(environment)).toBe(ascii);
  });

  it('lets NO_COLOR win over everything', () => {
    expect(colorLevel(3, { NO_COLOR: '1' })).toBe(0);
    expect(colorLevel(3, { NO_COLOR: '' })).toBe(3);
  });
});
