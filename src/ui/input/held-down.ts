import { type ActionId, type Keymap, bindingOf } from './keymap.ts';

/** Moving a row too far and stopping twice do no harm; nothing else is safe to repeat. */
const HELD: readonly ActionId[] = ['up', 'down', 'halt'];

/** May this character, several times in one piece of input, count as a key held down? */
export const isHeldDown = (keymap: Keymap, character: string): boolean =>
  HELD.some((id) => bindingOf(keymap, id)?.keys.includes(character) === true);
