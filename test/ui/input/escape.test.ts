// Esc leaves what one came into: a filter, then the zoom, in every pane alike.
import { describe, expect, it } from 'vitest';

import { PANES } from '../../../src/ui/layout/panes.ts';
import { letters, pressKeys } from '../press-kit.ts';

describe('Esc', () => {
  it('clears a kept filter, then leaves the zoom', () => {
    const kept = pressKeys(['5', '/', ...letters('BTC'), 'enter', 'z']).model;
    expect(kept).toMatchObject({ zoomed: true, panes: { positions: { filter: 'BTC' } } });
    const cleared = pressKeys(['escape'], { model: kept }).model;
    expect(cleared).toMatchObject({ zoomed: true, panes: { positions: { filter: '' } } });
    expect(pressKeys(['escape'], { model: cleared }).model).toMatchObject({ zoomed: false });
  });

  it('leaves the zoom of every pane and complains in none', () => {
    for (const focus of PANES) {
      const { model } = pressKeys(['escape'], { model: { focus, zoomed: true } });
      expect(model, focus).toMatchObject({ zoomed: false, note: null });
    }
  });
});
