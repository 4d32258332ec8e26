import type { ActionId } from './keymap.ts';

/** The emergency stop that works everywhere: the one key that also counts among other bytes. */
export const HALT_KEY = 'ctrl+x';

/** What works in every dialog and every field; plain letters only where none is typed. */
export const URGENT: readonly ActionId[] = ['halt', 'haltAnywhere', 'repaint', 'suspend', 'quit'];
