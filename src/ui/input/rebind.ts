/** The keys of a configuration: checked whole, so that every action stays where a hand finds it. */
import { InputError } from '../../domain/errors.ts';
import { EDITING_KEYS, isCharacterKey, toKeyName } from './key-names.ts';
import { type ActionId, KEYMAP, type KeyBinding, type Keymap, keyName } from './keymap.ts';
import { HALT_KEY, URGENT } from './urgent.ts';

export interface RebindOptions {
  /** Where the keys were written: begins every message. */
  readonly place: string;
  /** `; did you mean "x"?`, or all that are known. */
  readonly suggest: (given: string, known: readonly string[]) => string;
}

/** Without a key for these nobody could stop or leave. */
const NEVER_UNBOUND: readonly ActionId[] = ['halt', 'haltAnywhere', 'quit'];

/** Keys that answer dialogs and edit fields, where the urgent actions come first. */
const DIALOG_KEYS: ReadonlySet<string> = new Set([
  ...EDITING_KEYS,
  'enter',
  'escape',
  'space',
  'ctrl+u',
  'y',
  'j',
  'k',
]);

/**
 * The table of keys with those of the configuration (action id → its keys; none unbinds it).
 * Throws InputError about the first thing wrong: an unknown action or key, an action that must
 * keep one, or a key with two meanings, both named.
 */
export function rebind(
  keys: Readonly<Record<string, readonly string[]>>,
  of: RebindOptions,
): Keymap {
  const ids: readonly string[] = KEYMAP.map(({ id }) => id);
  const unknown = Object.keys(keys).find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    const given = JSON.stringify(unknown);
    throw new InputError(`${of.place}: action ${given} is unknown${of.suggest(unknown, ids)}`);
  }
  const keymap = KEYMAP.map((binding): KeyBinding => {
    const written = Object.hasOwn(keys, binding.id) ? keys[binding.id] : undefined;
    return written === undefined ? binding : { ...binding, keys: keysOf(binding, written, of) };
  });
  refuseConflicts(keymap, of.place);
  return keymap;
}

function keysOf(
  { id }: KeyBinding,
  written: readonly string[],
  { place, suggest }: RebindOptions,
): readonly string[] {
  const where = `${place}: ${id}`;
  const names = written.map((one) => {
    const key = toKeyName(one, suggest);
    if (key.ok) return key.name;
    throw new InputError(`${where}: key ${JSON.stringify(one)}: ${key.problem}`);
  });
  if (names.length === 0 && NEVER_UNBOUND.includes(id)) {
    throw new InputError(`${where} needs a key: it must always be at hand`);
  }
  for (const name of names) {
    if (name === 'escape') throw new InputError(`${where}: Escape leaves dialogs, nothing else`);
    if (name === HALT_KEY && id !== 'haltAnywhere') {
      throw new InputError(`${where}: ${keyName(HALT_KEY)} always halts (haltAnywhere)`);
    }
    if (URGENT.includes(id) && DIALOG_KEYS.has(name)) {
      throw new InputError(`${where}: ${keyName(name)} answers dialogs, where ${id} works, too`);
    }
    if (id === 'haltAnywhere' && isCharacterKey(name)) {
      throw new InputError(`${where}: "${name}" is typed into fields, where it must work, too`);
    }
  }
  // Known to the parser of keys as well, and the only one that counts among other bytes.
  const all = id === 'haltAnywhere' ? [HALT_KEY, ...names] : names;
  return [...new Set(all)];
}

/** A pane's own keys may stand before general ones; nothing stands before an urgent one. */
function refuseConflicts(keymap: Keymap, place: string): void {
  const layers = (binding: KeyBinding): string => {
    if (URGENT.includes(binding.id)) return 'urgent';
    return binding.scope === 'market clock' ? 'global' : binding.scope;
  };
  keymap.forEach((binding, index) => {
    for (const other of keymap.slice(index + 1)) {
      const [mine, theirs] = [layers(binding), layers(other)];
      if (mine !== theirs && mine !== 'urgent' && theirs !== 'urgent') continue;
      const key = binding.keys.find((one) => other.keys.includes(one));
      if (key === undefined) continue;
      const both = `${binding.id} (${binding.text}) and ${other.id} (${other.text})`;
      throw new InputError(
        `${place}: key "${key}" is bound to ${both}; give one of them another key`,
      );
    }
  });
}
