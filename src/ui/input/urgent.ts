import { type ActionId, type Keymap, bindingOf } from './keymap.ts';
import type { KeyPress } from './action.ts';
import type { HaltKeys } from './byte-source.ts';
import { isHeldDown } from './held-down.ts';

/** The emergency stop that works everywhere: the one key that also counts among other bytes. */
export const HALT_KEY = 'ctrl+x';

/** What works in every dialog and every field; plain letters only where none is typed. */
export const URGENT: readonly ActionId[] = ['halt', 'haltAnywhere', 'repaint', 'suspend', 'quit'];

/** The emergency stop, by whichever of its keys. */
export const isHalt = ({ name }: KeyPress, keymap: Keymap): boolean =>
  name !== '' && (name === HALT_KEY || bindingOf(keymap, 'halt')?.keys.includes(name) === true);

/** What another owner of the keyboard has to know of this table. */
export function haltKeys(keymap: Keymap): HaltKeys {
  const names = (['halt', 'haltAnywhere'] as const).flatMap(
    (id) => bindingOf(keymap, id)?.keys ?? [],
  );
  return { names, held: names.filter((name) => isHeldDown(keymap, name)) };
}
