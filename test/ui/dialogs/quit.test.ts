import { describe, expect, it } from 'vitest';

import { drawDialog } from '../../../src/ui/dialogs/registry.ts';
import { PASTE } from '../../../src/ui/input/action.ts';
import { shown } from '../../support/rows.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { aStrategy, anOrder } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';

const entry = anOrder({ role: 'entry' });
const guard = anOrder({ role: 'protective', type: 'stop' });
const exit = anOrder({ role: 'exit' });
const leaving = anOrder({ role: 'entry', status: 'pendingCancel' });
const done = anOrder({ role: 'entry', status: 'filled' });
const view = aView({ orders: [entry, guard, exit, leaving, done] });

describe('quitting', () => {
  it('leaves everything as it is with y', () => {
    const { commands, effects } = pressKeys(['q', 'y'], { view });
    expect(commands).toEqual([]);
    expect(effects).toEqual(['none', 'quit']);
  });

  it('cancels the open entries and nothing else with c, then quits', () => {
    const { commands, effects } = pressKeys(['q', 'c'], { view });
    expect(commands).toEqual([{ kind: 'cancelOrder', orderId: entry.id }]);
    expect(effects.at(-1)).toBe('quit');
    const none = pressKeys(['q', 'c'], { view: aView({ orders: [guard] }) });
    expect(none).toMatchObject({ commands: [], effects: ['none', 'none'] });
  });

  it('asks for the phrase before it flattens, and does not quit with it', () => {
    const asked = pressKeys(['q', 'f'], { view });
    expect(asked.commands).toEqual([]);
    const flat = pressKeys(['q', 'f', ...letters('FLATTEN'), 'enter', 'enter'], { view });
    expect(flat.commands).toMatchObject([{ kind: 'flatten' }]);
    expect(flat.effects).not.toContain('quit');
  });

  it.each([
    { name: '', text: 'y' },
    { name: '', text: 'cc' },
    { name: PASTE, text: 'y' },
  ])('is not answered by text that came at once: %o', (key) => {
    const asked = pressKeys(['q', key], { view });
    expect(asked.commands).toEqual([]);
    expect(asked.effects).toEqual(['none', 'none']);
    expect(asked.model.dialog).toEqual({ kind: 'quit' });
  });

  it('stays with Esc', () => {
    const { model, effects } = pressKeys(['q', 'escape'], { view });
    expect(model.dialog).toBeNull();
    expect(effects).not.toContain('quit');
  });

  it('says what each answer means, on paper and with real money', () => {
    const text = (mode: 'demo' | 'live'): string =>
      shown(
        drawDialog({ kind: 'quit' }, aScene({ view: { ...view, mode } }), {
          width: 70,
          maxHeight: 20,
        }).rows,
      );
    expect(text('demo')).toContain('4 working orders: 1 entry, 1 protective');
    expect(text('demo')).toContain('nothing runs while this process is down');
    expect(text('live')).toContain('stops that the engine holds end with it');
    expect(text('live')).not.toContain('paper');
    expect(text('demo')).toContain('cancel 1 entry, then quit');
  });
});

describe('a strategy', () => {
  const off = aStrategy({ enabled: false });
  const model = { focus: 'strategies' } as const;

  it('is turned on with real money only after a question, and off without one', () => {
    const live = aView({ mode: 'live', strategies: [off] });
    const on = { kind: 'toggleStrategy', strategyId: off.id, enabled: true };
    expect(pressKeys(['space'], { model, view: live }).commands).toEqual([]);
    expect(pressKeys(['space', 'y', 'y'], { model, view: live }).commands).toEqual([on]);
    expect(pressKeys(['space', 'space'], { model, view: live }).commands).toEqual([]);
    const running = aView({ mode: 'live', strategies: [aStrategy()] });
    expect(pressKeys(['space'], { model, view: running }).commands).toMatchObject([
      { kind: 'toggleStrategy', enabled: false },
    ]);
    const demo = aView({ strategies: [off] });
    expect(pressKeys(['space'], { model, view: demo }).commands).toEqual([on]);
  });
});
