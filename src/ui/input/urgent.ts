import { type ActionId, type Keymap, bindingOf } from './keymap.ts';
import type { KeyPress } from './action.ts';

/** The emergency stop that works everywhere: the one key that also counts among other bytes. */
export const HALT_KEY = 'ctrl+x';

/** What works in every dialog and every field; plain letters only where none is typed. */
export const URGENT: readonly ActionId[] = ['halt', 'haltAnywhere', 'repaint', 'suspend', 'quit'];

/** The emergency stop, by whichever of its keys. */
export const isHalt = ({ name }: KeyPress, keymap: Keymap): boolean =>
  name !== '' && (name === HALT_KEY || bindingOf(keymap, 'halt')?.keys.includes(name) === true);
