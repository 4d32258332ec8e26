import { describe, expect, test } from 'vitest';

import { emptyPanes, layout } from '../../../src/ui/layout/layout.ts';
import { PANES, type PaneId } from '../../../src/ui/layout/panes.ts';
import { createModel } from '../../../src/ui/model.ts';
import { pressKeys } from '../press-kit.ts';
import { aView } from '../session-fixture.ts';
import { aWatched } from '../watched-fixture.ts';

const at = (width: number, height: number, focus: PaneId, zoomed = false) =>
  layout({ width, height }, { ...createModel(), focus, zoomed });

/** How often each cell of the body is covered: once, whatever is focused. */
function covered(width: number, height: number, focus: PaneId): Set<number> {
  const times = new Map<number, number>();
  for (const { rect } of at(width, height, focus).panes) {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        times.set(y * width + x, (times.get(y * width + x) ?? 0) + 1);
      }
    }
  }
  expect(times.size, 'header, second line, notice and footer are the rest').toBe(
    width * (height - 4),
  );
  return new Set(times.values());
}

test.each([
  [30, 8],
  [80, 24],
  [100, 30],
  [120, 40],
  [160, 45],
  [200, 50],
  [500, 200],
])('tiles %i×%i with panes, the focused one among them', (width, height) => {
  for (const focus of PANES) {
    const { panes } = at(width, height, focus);
    expect(panes.map(({ id }) => id)).toContain(focus);
    expect(new Set(panes.map(({ id }) => id)).size).toBe(panes.length);
    expect(covered(width, height, focus)).toEqual(new Set([1]));
  }
});

test('gives every pane of a workspace at least a row', () => {
  for (const [width, height] of [
    [80, 24],
    [110, 34],
    [160, 45],
  ] as const) {
    for (const focus of PANES) {
      for (const { id, rect } of at(width, height, focus).panes) {
        expect(rect.height, `${id} at ${String(width)}×${String(height)}`).toBeGreaterThanOrEqual(
          4,
        );
      }
    }
  }
});

test('has room for the seven strategies that come with the program, at 120×40', () => {
  for (const workspace of ['trade', 'monitor']) {
    const { panes } = layout({ width: 120, height: 40 }, { ...createModel(), workspace });
    const rect = panes.find(({ id }) => id === 'strategies')?.rect;
    // Border; then a header and a row each, or from 64 cells down two lines each, the last in one.
    const needed = (rect?.width ?? 0) - 2 >= 64 ? 2 + 1 + 7 : 2 + 13;
    expect(rect?.height, workspace).toBeGreaterThanOrEqual(needed);
  }
});

test('shows the focused pane alone when zoomed', () => {
  expect(at(200, 50, 'book', true).panes).toHaveLength(1);
  expect(at(80, 24, 'log', true).panes.map(({ id }) => id)).toEqual(['log']);
});

describe('a recording without a book and a tape', () => {
  const feed = { ...aView().feed, hasBook: false };
  const view = aView({ mode: 'replay', feed, watched: aWatched({ book: null, trades: null }) });

  test.each([
    [120, 40],
    [200, 50],
  ])('gives their room to others at %i×%i, without a gap', (width, height) => {
    const size = { width, height };
    const model = { ...createModel(), focus: 'chart' as const };
    const { panes } = layout(size, model, emptyPanes(view));
    const full = layout(size, model);
    expect(panes.map(({ id }) => id)).not.toContain('book');
    expect(panes.map(({ id }) => id)).not.toContain('tape');
    const area = (of: typeof panes): number =>
      of.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
    expect(area(panes)).toBe(area(full.panes));
    const chart = (of: typeof panes): number =>
      of.find(({ id }) => id === 'chart')?.rect.width ?? 0;
    expect(chart(panes)).toBeGreaterThan(chart(full.panes));
  });

  test('is passed by with Tab, and says why when it is asked for', () => {
    expect(pressKeys(['3', 'tab'], { view }).model.focus).toBe('positions');
    expect(pressKeys(['5', 'shift+tab'], { view }).model.focus).toBe('chart');
    expect(pressKeys(['4'], { view }).model.focus).toBe('book');
    expect(pressKeys(['4', 'tab'], { view }).model.focus).toBe('positions');
    expect(pressKeys(['3', 'tab']).model.focus).toBe('book');
  });
});
