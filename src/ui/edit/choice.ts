/** One of few values that keys go through. */

/** The value before or behind in a list that is a ring; as it is where the list is empty. */
export const neighbor = <T>(list: readonly T[], current: T, step: 1 | -1 = 1): T =>
  list[(list.indexOf(current) + step + list.length) % list.length] ?? current;
