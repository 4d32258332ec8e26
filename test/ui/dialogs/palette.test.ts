import { describe, expect, it } from 'vitest';

import { KEYMAP } from '../../../src/ui/input/keymap.ts';
import { PASTE } from '../../../src/ui/input/action.ts';
import { createModel } from '../../../src/ui/model.ts';
import { paletteEntries, search } from '../../../src/ui/dialogs/palette/entries.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { aView } from '../session-fixture.ts';

const known = { view: aView(), keymap: KEYMAP, themes: ['dark', 'light'], model: createModel() };

/** Opens the palette, types into it, then presses the keys. */
const type = (text: string, ...keys: readonly string[]) =>
  pressKeys([':', ...letters(text), ...keys]);

const best = (text: string): string | undefined => search(paletteEntries(known), text)[0]?.text;

describe('the palette', () => {
  it('finds actions, symbols, strategies, limits, panes, workspaces and themes by a few letters', () => {
    expect(best('halt')).toContain('halt at once');
    expect(best('ethusdt')).toContain('ETH/USDT');
    expect(best('grid show')).toBe('grid: show');
    expect(best('maxpos')).toContain('risk.maxPositions');
    expect(best('theme li')).toBe('light');
    expect(best('monitor')).toBe('monitor');
    expect(best('hide book')).toBe('hide Book');
    expect(best('plce ordr')).toBe('place an order');
  });

  it('finds an action by its name and by the word of the footer', () => {
    expect(best('seek')).toBe('go to another time of the market');
    expect(best('export')).toBe('write the shown lines to a file');
    expect(best('speed')).toBe('faster');
  });

  it('keeps scattered letters out where something fits', () => {
    const found = search(paletteEntries(known), 'eth').map(({ text }) => text);
    expect(found[0]).toContain('ETH/USDT');
    expect(found).not.toContain('clear the selected breaker (asks)');
  });

  it('says of which pane an action is, and what a limit is set to', () => {
    const at = (text: string) => search(paletteEntries(known), text)[0];
    expect(at('least level')?.place).toBe('log');
    const limit = aView().limits.find(({ setting }) => setting === 'risk.dailyLossFraction');
    expect(limit?.limit).toBe(0.05);
    expect(at('risk.dailyLossFraction')?.hint).toBe('5.00 %');
  });

  it('shows a market that is looked for, without the price chosen in the last one', () => {
    const { model } = pressKeys(['4', 'up', ':', ...letters('ETH/USDT'), 'enter']);
    expect(model).toMatchObject({ focus: 'chart', symbol: 'ETH/USDT' });
    expect(model.panes.book.selected).toBeNull();
  });

  it('shows every action of the keymap with its key', () => {
    const actions = paletteEntries(known).filter(({ kind }) => kind === 'action');
    const pause = actions.find(({ text }) => text.startsWith('pause'));
    expect(pause?.hint).toBe('p');
    expect(actions.length).toBeGreaterThan(25);
  });

  it('does what is chosen, as its key would', () => {
    expect(type('pause', 'enter').commands).toMatchObject([{ kind: 'pause' }]);
    expect(type('flatten', 'enter').model.dialog).toMatchObject({ kind: 'phrase' });
    expect(type('theme light', 'enter').model).toMatchObject({ theme: 'light', dialog: null });
    expect(type('SOL/USDT', 'enter').model.symbol).toBe('SOL/USDT');
    const turned = type('bollinger turn', 'enter').commands;
    expect(turned).toEqual([{ kind: 'toggleStrategy', strategyId: 'bollinger', enabled: false }]);
  });

  it('says why an action cannot work now', () => {
    expect(type('resume trading', 'enter').model.note).toBe('already running');
  });

  it('moves through what it found, and leaves without a deed', () => {
    const { model } = type('theme', 'down', 'down', 'up', 'enter');
    expect(model.dialog).toBeNull();
    expect(type('pause', 'escape')).toMatchObject({ commands: [], model: { dialog: null } });
    expect(type('zzzz', 'enter')).toMatchObject({ commands: [], model: { dialog: null } });
  });

  it('keeps what was chosen when a key types nothing', () => {
    expect(type('theme', 'down', 'home').model.dialog).toMatchObject({ index: 1 });
    expect(type('theme', 'down', 's').model.dialog).toMatchObject({ text: 'themes', index: 0 });
  });

  it('takes a paste as text, which does nothing by itself', () => {
    const pasted = pressKeys([':', { name: PASTE, text: 'pause\r' }]);
    expect(pasted.commands).toEqual([]);
    expect(pasted.model.dialog).toMatchObject({ kind: 'palette', text: 'pause' });
  });

  it('halts by Ctrl+X while one types', () => {
    expect(type('', 'ctrl+x').commands).toMatchObject([{ kind: 'halt' }]);
    expect(type('H').commands).toEqual([]);
  });
});
