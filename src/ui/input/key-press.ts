/** Ink's key events under the canonical names of the keymap. */
import type { Key } from 'ink';

import type { KeyPress } from '../model.ts';

const SPECIAL = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const;

/**
 * More than one character at once is pasted or coalesced: it keeps its text and has no name, so
 * it can fill a field but never fire a key. Repeated Enter alone counts as one Enter.
 */
export function toKeyPress(input: string, key: Key): KeyPress {
  if (key.tab) return { name: key.shift ? 'shift+tab' : 'tab', text: '' };
  for (const [flag, name] of SPECIAL) {
    if (key[flag]) return { name, text: '' };
  }
  if (/^\r{1,3}$/.test(input)) return { name: 'enter', text: '' };
  if (key.ctrl && input.length === 1) return { name: `ctrl+${input.toLowerCase()}`, text: '' };
  // Alt or Super with a letter is no binding of ours, and not that letter either.
  if (key.meta || key.super || key.hyper) return { name: '', text: '' };
  if (input === ' ') return { name: 'space', text: ' ' };
  if (/^.$/u.test(input)) return { name: input, text: input };
  return { name: '', text: input.replace(/[\r\n]/g, '') };
}
