// The list of keys: what works in the focused pane first, nothing cut.
import { describe, expect, it } from 'vitest';

import { compose } from '../../../src/ui/compose/compose.ts';
import { help } from '../../../src/ui/dialogs/help.ts';
import { KEYMAP, keyNames } from '../../../src/ui/input/keymap.ts';
import { createModel } from '../../../src/ui/model.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { pressKeys } from '../press-kit.ts';
import { aScene } from '../session-fixture.ts';

const lines = (focus: 'orders' | 'chart', width: number): readonly string[] => {
  const scene = aScene({ model: { ...createModel(), focus } });
  const pane = help.draw({ kind: 'help', scroll: 0 }, scene, { width, maxHeight: 300 });
  return pane.rows.map(rowText);
};

describe('the list of keys', () => {
  it('begins with the focused pane', () => {
    expect(lines('orders', 82)[0]).toContain('Orders, this pane');
    expect(lines('orders', 82)[1]).toMatch(/c +cancel the selected order/);
    expect(lines('chart', 82)[0]).toContain('Chart, this pane');
  });

  it('has every key of the table once, with all of its words, at every width', () => {
    const bound = KEYMAP.filter(({ keys }) => keys.length > 0);
    for (const width of [28, 38, 78, 82]) {
      const text = lines('orders', width);
      const words = text.join(' ').replace(/ +/g, ' ');
      expect(words).not.toContain('…');
      for (const binding of bound) {
        const wanted = `${keyNames(binding)} ${binding.text}`;
        expect(words.includes(wanted), `${wanted} at ${String(width)}`).toBe(true);
      }
    }
  });

  it('scrolls to its end and no further, so that the first key back is seen', () => {
    const shown = (...keys: string[]): readonly string[] => {
      const { model } = pressKeys(['?', ...keys]);
      return compose(aScene({ model }), { width: 80, height: 24 }).map(rowText);
    };
    const down = (times: number): string[] => Array.from({ length: times }, () => 'pagedown');
    const end = shown(...down(50));
    expect(end.join()).toContain(KEYMAP.findLast(({ scope }) => scope === 'risk')?.text);
    expect(shown(...down(50), 'up')).not.toEqual(end);
    expect(shown(...down(50), 'up', 'down')).toEqual(end);
    expect(shown('up', 'pageup')).toEqual(shown());
  });
});
