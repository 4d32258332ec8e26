import { KEYMAP } from '../../src/ui/input/keymap.ts';

const NAMED: Readonly<Record<string, string>> = {
  space: ' ',
  tab: '\t',
  'shift+tab': '\u001B[Z',
  enter: '\r',
  escape: '\u001B',
  backspace: '\u007F',
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  home: '\u001B[H',
  end: '\u001B[F',
  pageup: '\u001B[5~',
  pagedown: '\u001B[6~',
  delete: '\u001B[3~',
};

const MODIFIERS: Readonly<Record<string, string>> = { shift: '2', alt: '3', ctrl: '5' };

/** What a terminal sends for a key of the keymap. Throws for a name it does not know. */
export function keyBytes(name: string): string {
  const control = /^ctrl\+([a-z])$/.exec(name)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96);
  if (name.length === 1) return name;
  const [, modifier, arrow] = /^(shift|alt|ctrl)\+(up|down|right|left|home|end)$/.exec(name) ?? [];
  if (modifier !== undefined && arrow !== undefined) {
    return `\u001B[1;${MODIFIERS[modifier] ?? ''}${NAMED[arrow]?.at(-1) ?? ''}`;
  }
  const bytes = NAMED[name];
  if (bytes === undefined) throw new RangeError(`no bytes for the key ${name}`);
  return bytes;
}

/** What ends the run, stops the process or stops trading is pressed on purpose, never at random. */
const NOT_AT_RANDOM = new Set(['quit', 'suspend', 'halt', 'haltAnywhere', 'flatten']);

/** Keys of every action a random press may do. */
export function randomKeys(): readonly string[] {
  const kept = KEYMAP.filter(({ id }) => !NOT_AT_RANDOM.has(id));
  return kept.flatMap(({ keys }) => keys.map(keyBytes));
}
