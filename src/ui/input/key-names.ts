/** Names of keys as people write them in a configuration. */

/** Keys that move within a field, a list or a dialog, and erase: they decide nothing. */
export const EDITING_KEYS: readonly string[] = [
  'tab',
  'shift+tab',
  'up',
  'down',
  'left',
  'right',
  'home',
  'end',
  'pageup',
  'pagedown',
  'backspace',
  'delete',
];

/** Every name that is no single character, modifiers apart. */
const NAMED: readonly string[] = [
  'space',
  'enter',
  'escape',
  'insert',
  ...EDITING_KEYS.filter((name) => !name.includes('+')),
  ...Array.from({ length: 12 }, (_, i) => `f${i + 1}`),
];

/** What a terminal sends for these is another key: they can never be told apart. */
const SAME_BYTES: Readonly<Record<string, string>> = {
  'ctrl+i': 'tab',
  'ctrl+j': 'enter',
  'ctrl+m': 'enter',
  'ctrl+h': 'backspace',
  'ctrl+[': 'escape',
};

export type KeyName =
  { readonly ok: true; readonly name: string } | { readonly ok: false; readonly problem: string };

/**
 * The canonical name of a key as written: names and modifiers in any case, characters as they
 * are. `problem` says what is wrong with it, `suggest` adds what was meant.
 */
export function toKeyName(
  written: string,
  suggest: (given: string, known: readonly string[]) => string,
): KeyName {
  const parts = written.length > 1 ? written.split(/\+(?=.)/su) : [written];
  const key = parts.at(-1) ?? '';
  const modifiers = parts.slice(0, -1).map((part) => part.toLowerCase());
  const unknown = modifiers.find((one) => !MODIFIERS.includes(one));
  if (unknown !== undefined || new Set(modifiers).size < modifiers.length) {
    return { ok: false, problem: `modifiers are ${MODIFIERS.join(', ')}, each once` };
  }
  const isCharacter = /^[^\p{C}\p{Z}\p{M}]$/u.test(key);
  const lower = key.toLowerCase();
  if (!isCharacter && !NAMED.includes(lower)) {
    return { ok: false, problem: `no key has this name${suggest(key, NAMED)}` };
  }
  if (isCharacter && modifiers.includes('shift')) {
    return { ok: false, problem: 'Shift is part of a character: write the one it makes' };
  }
  const last = isCharacter && !modifiers.includes('ctrl') ? key : lower;
  const name = [...MODIFIERS.filter((one) => modifiers.includes(one)), last].join('+');
  const same = SAME_BYTES[name];
  return same === undefined
    ? { ok: true, name }
    : { ok: false, problem: `a terminal sends the same for ${same}` };
}

/** In the order in which canonical names carry them. */
const MODIFIERS: readonly string[] = ['ctrl', 'alt', 'shift'];

/** Does this key put a character into a field? */
export const isCharacterKey = (name: string): boolean =>
  Array.from(name).length === 1 || name === 'space';
