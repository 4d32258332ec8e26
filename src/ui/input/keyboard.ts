/** From a byte source to key presses, in the turn the bytes were read. */
import type { KeyPress } from './action.ts';
import type { ByteSource } from './byte-source.ts';
import { KeyParser } from './key-parser.ts';

export interface Keyboard {
  readonly start: () => void;
  /** Nothing is read until the next `start`; a key half read is forgotten. */
  readonly stop: () => void;
}

export interface KeyboardListeners {
  readonly onKey: (key: KeyPress) => void;
  readonly onFocus: (focused: boolean) => void;
  /** No key can come any more. */
  readonly onEnd: () => void;
  /** Is a run of this character in one chunk a key held down? */
  readonly repeats: (character: string) => boolean;
}

export function createKeyboard(source: ByteSource, of: KeyboardListeners): Keyboard {
  const parser = new KeyParser({
    repeats: of.repeats,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    onEvent: (event) => {
      if (event.kind === 'focus') of.onFocus(event.focused);
      else of.onKey(event.key);
    },
  });
  return {
    start: () => source.start((chunk) => parser.feed(chunk), of.onEnd),
    stop() {
      source.stop();
      parser.reset();
    },
  };
}
