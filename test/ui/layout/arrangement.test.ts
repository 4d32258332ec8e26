import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type Arrangement,
  CUSTOM,
  exchangePanes,
  isShown,
  planOf,
  saveAs,
  togglePane,
  workspaceNames,
} from '../../../src/ui/layout/arrangement.ts';
import { layout } from '../../../src/ui/layout/layout.ts';
import { PANES, type PaneId } from '../../../src/ui/layout/panes.ts';
import { panesOf } from '../../../src/ui/layout/plan.ts';
import { createModel } from '../../../src/ui/model.ts';

const shown = (workspace: string, own: readonly Arrangement[]): readonly PaneId[] =>
  panesOf(planOf(workspace, own, 'huge'));

describe('an arrangement of the operator', () => {
  it('is made by the first change of a workspace, which itself stays as it was', () => {
    const before = shown('trade', []);
    const hidden = togglePane('trade', [], 'book');
    expect(hidden?.workspace).toBe(CUSTOM);
    expect(shown(CUSTOM, hidden?.arrangements ?? [])).toEqual(
      before.filter((one) => one !== 'book'),
    );
    expect(shown('trade', hidden?.arrangements ?? [])).toEqual(before);
  });

  it('puts a hidden pane back', () => {
    const hidden = togglePane('trade', [], 'book');
    const back = togglePane(CUSTOM, hidden?.arrangements ?? [], 'book');
    expect(shown(CUSTOM, back?.arrangements ?? [])).toEqual(shown('trade', []));
  });

  it('exchanges two shown panes, and lets one from outside take a place', () => {
    const { arrangements } = exchangePanes('trade', [], { there: 'chart', pane: 'book' });
    const order = shown('trade', []);
    const swapped = shown(CUSTOM, arrangements);
    expect(swapped[order.indexOf('chart')]).toBe('book');
    expect(swapped[order.indexOf('book')]).toBe('chart');
    const risk = exchangePanes('trade', [], { there: 'log', pane: 'risk' });
    expect(isShown(CUSTOM, risk.arrangements, 'risk')).toBe(true);
    expect(isShown(CUSTOM, risk.arrangements, 'log')).toBe(false);
  });

  it('keeps the last pane', () => {
    let own: readonly Arrangement[] = [];
    let workspace = 'trade';
    for (const pane of PANES) {
      const change = togglePane(workspace, own, pane);
      if (change) ({ workspace, arrangements: own } = change);
    }
    expect(shown(workspace, own).length).toBeGreaterThan(0);
  });

  it('is saved under a name, and found by it', () => {
    const saved = saveAs('monitor', [], 'night');
    expect(workspaceNames(saved.arrangements)).toEqual(['trade', 'monitor', 'night']);
    expect(shown('night', saved.arrangements)).toEqual(shown('monitor', []));
  });

  it('tiles every screen after any changes, each pane at most once', () => {
    const change = fc.record({
      kind: fc.constantFrom('toggle', 'exchange'),
      there: fc.constantFrom(...PANES),
      pane: fc.constantFrom(...PANES),
    });
    const size = fc.record({
      width: fc.integer({ min: 110, max: 500 }),
      height: fc.integer({ min: 34, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), size, (changes, { width, height }) => {
        let model = createModel();
        for (const { kind, there, pane } of changes) {
          const { workspace, arrangements } = model;
          const next =
            kind === 'toggle'
              ? togglePane(workspace, arrangements, pane)
              : exchangePanes(workspace, arrangements, { there, pane });
          if (next) model = { ...model, ...next };
        }
        const { panes } = layout({ width, height }, model);
        expect(new Set(panes.map(({ id }) => id)).size).toBe(panes.length);
        const cells = panes.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
        expect(cells).toBe(width * (height - 4));
        for (const { rect } of panes) expect(rect.width * rect.height).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 200 },
    );
  });
});
