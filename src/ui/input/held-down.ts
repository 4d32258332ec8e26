import type { ActionId, Keymap } from './keymap.ts';

/** Moving a row too far and stopping twice do no harm; nothing else is safe to repeat. */
const HELD: ReadonlySet<ActionId> = new Set<ActionId>(['up', 'down', 'halt']);
/** Answers a question, whatever it does where none is asked. */
const YES = 'y';

/**
 * May this character, several times in one piece of input, count as a key held down? Not where it
 * has another meaning in any pane: nobody knows here which one it would be.
 */
export function isHeldDown(keymap: Keymap, character: string): boolean {
  const bound = keymap.filter(({ keys }) => keys.includes(character));
  return character !== YES && bound.length > 0 && bound.every(({ id }) => HELD.has(id));
}
