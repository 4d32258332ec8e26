/** What may count as a key press among the pieces of one chunk of input. */
import { type KeyPress, PASTE } from './action.ts';
import { EDITING_KEYS } from './key-names.ts';
import type { Token } from './key-sequences.ts';
import { HALT_KEY } from './urgent.ts';

export type InputEvent =
  | { readonly kind: 'key'; readonly key: KeyPress }
  | { readonly kind: 'focus'; readonly focused: boolean };

export interface ChunkRules {
  /** Right after a piece of text so long that nobody types it: the rest of it may follow. */
  readonly inBurst: boolean;
  /** Is a run of this character a key held down (row down, halt), rather than a word? */
  readonly repeats: (character: string) => boolean;
}

/** These may come with text. */
const HARMLESS: ReadonlySet<string> = new Set(EDITING_KEYS);

/** Most presses that one chunk counts as, of a key held down on a line that stalled. */
const MAX_PRESSES = 256;

/**
 * Several characters that arrive at once were typed into a slow line, or pasted into a terminal
 * that does not mark a paste: they are text, and no key among them fires but the emergency stop,
 * because stopping is safe. Keys that are no characters count one by one while they come alone.
 */
export function toEvents(tokens: readonly Token[], rules: ChunkRules): InputEvent[] {
  const pieces = tokens.filter(({ kind }) => kind !== 'ignored' && kind !== 'focus');
  const mixed = rules.inBurst || pieces.some(({ kind }) => kind !== 'key');
  const once = new Set<string>();
  const events: InputEvent[] = [];
  for (const token of tokens) {
    if (events.length >= MAX_PRESSES && token.kind !== 'paste') continue;
    switch (token.kind) {
      case 'focus':
        events.push(token);
        break;
      case 'paste':
        events.push(press(PASTE, token.text));
        break;
      case 'text':
        events.push(...textEvents(token.text, pieces.length === 1 && !rules.inBurst, rules));
        break;
      case 'key':
        if (mixed && !HARMLESS.has(token.name)) break;
        if (firesOnce(token.name) && once.has(token.name)) break;
        once.add(token.name);
        events.push(press(token.name, ''));
        break;
      case 'junk':
      case 'ignored':
        break;
    }
  }
  // Found wherever it stood, and first: what came with it can wait.
  const halts = tokens.some((token) => token.kind === 'key' && token.name === HALT_KEY);
  const others = events.filter((one) => one.kind !== 'key' || one.key.name !== HALT_KEY);
  return halts ? [press(HALT_KEY, ''), ...others] : others;
}

function textEvents(text: string, alone: boolean, { repeats }: ChunkRules): InputEvent[] {
  const characters = Array.from(text);
  const [first = ''] = characters;
  const isRun = characters.every((one) => one === first);
  if (alone && isRun && (characters.length === 1 || repeats(first))) {
    const name = first === ' ' ? 'space' : first;
    return characters.slice(0, MAX_PRESSES).map(() => press(name, first));
  }
  return [press('', text)];
}

/** Held down on a slow line they arrive together, and are still one decision. */
const firesOnce = (name: string): boolean => name === 'enter' || name.startsWith('ctrl+');

const press = (name: string, text: string): InputEvent => ({ kind: 'key', key: { name, text } });
