/** Typing into a field of one line: the same keys in every dialog and every filter. */
import { safeText } from '../../domain/safe-text.ts';
import type { KeyPress } from '../input/action.ts';

/** The text with more typed or pasted behind it; what has no place in the field is left out. */
export type Typing = (text: string, typed: string) => string;

/** The text after a key; the same text for a key that does not edit. */
export function editText(text: string, key: KeyPress, type: Typing): string {
  switch (key.name) {
    case 'backspace':
    case 'delete':
      return text.slice(0, -1);
    case 'ctrl+u':
      return '';
    default:
      return key.text === '' ? text : type(text, key.text);
  }
}

/** Words of at most `most` characters that every terminal draws; a line copied whole has no end. */
export const typeWords =
  (most: number): Typing =>
  (text, typed) =>
    `${text}${safeText(typed.replace(/[\r\n]+$/, ''))}`.slice(0, most);

/** Only characters of the given kind, at most `most` of them; `other` finds all the rest. */
export const typeOnly =
  (other: RegExp, most: number): Typing =>
  (text, typed) =>
    `${text}${typed.replace(other, '')}`.slice(0, most);
