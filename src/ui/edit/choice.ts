/** One of few values or fields that keys go through. */
import type { KeyPress } from '../input/action.ts';

/** The value before or behind in a list that is a ring; as it is where the list is empty. */
export const neighbor = <T>(list: readonly T[], current: T, step: 1 | -1 = 1): T =>
  list[(list.indexOf(current) + step + list.length) % list.length] ?? current;

/** To the next field of a dialog or back; null for every other key. */
export function fieldStep({ name }: KeyPress): 1 | -1 | null {
  if (name === 'down' || name === 'tab') return 1;
  return name === 'up' || name === 'shift+tab' ? -1 : null;
}
