import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { nearOrKnown } from '../../../src/config/nearest.ts';
import { InputError } from '../../../src/domain/errors.ts';
import { isHeldDown } from '../../../src/ui/input/held-down.ts';
import { KEYMAP, bindingOf, findBinding, keyName } from '../../../src/ui/input/keymap.ts';
import { rebind } from '../../../src/ui/input/rebind.ts';

const OF = { place: 'tapedeck.json: ui.keys', suggest: nearOrKnown };

const problemOf = (keys: Record<string, readonly string[]>): string => {
  try {
    rebind(keys, OF);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'none';
};

describe('keys of a configuration', () => {
  it('replace those of the table, action by action', () => {
    const keymap = rebind({ zoom: ['f5', 'Alt+Z'], order: [] }, OF);
    expect(bindingOf(keymap, 'zoom')?.keys).toEqual(['f5', 'alt+Z']);
    expect(findBinding(keymap, 'f5', 'log')?.id).toBe('zoom');
    expect(findBinding(keymap, 'z', 'log')).toBeUndefined();
    expect(findBinding(keymap, 'o', 'log')).toBeUndefined();
    const rest = keymap.filter(({ id }) => id !== 'zoom' && id !== 'order');
    expect(rest).toEqual(KEYMAP.filter(({ id }) => id !== 'zoom' && id !== 'order'));
  });

  it('are the table itself where there are none: it has no conflict', () => {
    expect(rebind({}, OF)).toEqual(KEYMAP);
  });

  test.each([
    ['Ctrl+T', 'ctrl+t'],
    ['ALT+Left', 'alt+left'],
    ['shift+ctrl+f5', 'ctrl+shift+f5'],
    ['Insert', 'insert'],
    ['Ctrl++', 'ctrl++'],
    ['é', 'é'],
  ])('write %j as the parser does: %s', (written, name) => {
    expect(bindingOf(rebind({ zoom: [written] }, OF), 'zoom')?.keys).toEqual([name]);
  });

  test.each([
    [{ hal: ['x'] }, 'tapedeck.json: ui.keys: action "hal" is unknown; did you mean "halt"?'],
    [{ zoom: ['pgeup'] }, 'zoom: key "pgeup": no key has this name; did you mean "pageup"?'],
    [{ zoom: ['cmd+x'] }, 'zoom: key "cmd+x": modifiers are ctrl, alt, shift, each once'],
    [{ zoom: ['shift+a'] }, 'Shift is part of a character'],
    [{ zoom: ['ctrl+i'] }, 'zoom: key "ctrl+i": a terminal sends the same for tab'],
    [{ zoom: [''] }, 'no key has this name'],
    [{ zoom: [' '] }, 'no key has this name'],
    [{ zoom: ['\u001b'] }, 'no key has this name'],
    [{ zoom: ['escape'] }, 'zoom: Escape leaves dialogs'],
    [{ halt: [] }, 'halt needs a key'],
    [{ quit: [] }, 'quit needs a key'],
    [{ haltAnywhere: [] }, 'haltAnywhere needs a key'],
    [{ haltAnywhere: ['Z'] }, 'haltAnywhere: "Z" is typed into fields'],
    [{ zoom: ['ctrl+x'] }, 'zoom: Ctrl+X always halts (haltAnywhere)'],
    [{ quit: ['enter'] }, 'quit: Enter answers dialogs'],
    [{ halt: ['y'] }, 'halt: y answers dialogs'],
  ] as const)('are refused: %j', (keys, problem) => {
    expect(problemOf(keys)).toContain(problem);
  });

  it('with two meanings are refused, both named', () => {
    expect(problemOf({ zoom: ['o'] })).toBe(
      'tapedeck.json: ui.keys: key "o" is bound to order (place an order) and zoom ' +
        '(the focused pane alone, and back); give one of them another key',
    );
    expect(problemOf({ hold: ['o'] }), 'market keys work everywhere').toContain('order');
    expect(problemOf({ close: ['H'] }), 'nothing stands before the halt').toContain('halt (');
    expect(problemOf({ zoom: ['x'] }), 'a pane may have its own').toBe('none');
    expect(problemOf({ zoom: ['o'], order: ['O'] })).toBe('none');
  });

  it('never take the emergency stop from Ctrl+X', () => {
    const keymap = rebind({ haltAnywhere: ['f12'], halt: ['!'] }, OF);
    expect(bindingOf(keymap, 'haltAnywhere')?.keys).toEqual(['ctrl+x', 'f12']);
    expect(isHeldDown(keymap, '!')).toBe(true);
    expect(isHeldDown(keymap, 'H')).toBe(false);
  });

  it('count as held down only where they move or stop, in every pane and dialog', () => {
    const held = (keys: Record<string, readonly string[]>, character: string): boolean =>
      isHeldDown(rebind(keys, OF), character);
    expect(held({}, 'j')).toBe(true);
    expect(held({}, 'o')).toBe(false);
    expect(held({}, '~')).toBe(false);
    expect(held({ down: ['d', '~'] }, '~')).toBe(true);
    // Cancels in the pane of orders; confirms in a dialog.
    expect(held({ down: ['c'] }, 'c')).toBe(false);
    expect(held({ down: ['y'] }, 'y')).toBe(false);
  });

  it('either have one meaning in each place, or say what is wrong', () => {
    const key = fc.oneof(
      fc.constantFrom(...KEYMAP.flatMap(({ keys }) => keys)),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const id = fc.oneof(fc.constantFrom(...KEYMAP.map((one) => one.id)), fc.string());
    const keys = fc.dictionary(id, fc.array(key, { maxLength: 3 }), { maxKeys: 4 });
    fc.assert(
      fc.property(keys, (given) => {
        if (problemOf(given) !== 'none') return;
        const keymap = rebind(given, OF);
        for (const name of ['halt', 'haltAnywhere', 'quit'] as const) {
          expect(bindingOf(keymap, name)?.keys.length).toBeGreaterThan(0);
        }
        const seen = new Set<string>();
        for (const { keys: bound, scope } of keymap) {
          for (const one of bound) {
            const place = `${scope === 'market clock' ? 'global' : scope} ${one}`;
            expect(seen.has(place), place).toBe(false);
            seen.add(place);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['H', 'H'],
  ['ctrl+x', 'Ctrl+X'],
  ['shift+tab', 'Shift+Tab'],
  ['alt+f5', 'Alt+F5'],
  ['ctrl+alt+left', 'Ctrl+Alt+←'],
  ['ctrl++', 'Ctrl++'],
  ['+', '+'],
  ['alt+q', 'Alt+q'],
])('%s is written for people as %s', (key, name) => {
  expect(keyName(key)).toBe(name);
});
