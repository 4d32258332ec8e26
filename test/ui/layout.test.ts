import { expect, test } from 'vitest';
import { PANES, layout } from '../../src/ui/layout/layout.ts';

test.each([
  [24, 3],
  [28, 3],
  [29, 4],
  [33, 4],
])(
  'shows %i rows of a medium screen as %i panes, each once, the focused one on top',
  (rows, count) => {
    for (const focus of PANES) {
      const { panes } = layout(100, rows, focus);
      expect(panes[0]?.id).toBe(focus);
      expect(new Set(panes.map(({ id }) => id)).size).toBe(focus === 'log' ? 3 : count);
      const height = panes.reduce((sum, { rect }) => sum + rect.height, 0);
      expect(height, 'the panes fill what header, tabs, notice and footer leave').toBe(rows - 4);
    }
  },
);

test('shows all built-in strategies and demo markets at 100×30, and a row of every pane', () => {
  const heightOf = (focus: (typeof PANES)[number]) =>
    new Map(layout(100, 30, focus).panes.map(({ id, rect }) => [id, rect.height]));
  // Two rows of border and one of column titles.
  expect(heightOf('markets').get('strategies')).toBeGreaterThanOrEqual(7 + 3);
  expect(heightOf('markets').get('markets')).toBeGreaterThanOrEqual(4 + 3);
  for (const focus of PANES) {
    for (const [id, height] of heightOf(focus)) {
      expect(height, `${id} with ${focus} focused`).toBeGreaterThanOrEqual(id === 'log' ? 3 : 4);
    }
  }
});
