/** What the escape sequences of keys mean: legacy, xterm, rxvt, Linux console and kitty. */

/** A piece of input, before the rules about pieces that arrive together. */
export type Token =
  /** Characters as typed; one or more. */
  | { readonly kind: 'text'; readonly text: string }
  /** A key that is no character, by its canonical name. */
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'focus'; readonly focused: boolean }
  /** Broken or unknown; what arrives with it is not to be trusted as a key press. */
  | { readonly kind: 'junk' }
  /** Known, and means nothing here: a key let go, a modifier alone. */
  | { readonly kind: 'ignored' };

const JUNK: Token = { kind: 'junk' };
const IGNORED: Token = { kind: 'ignored' };

const LETTERS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};

const TILDES: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

/** Keys that CSI-u names by number: control characters, then kitty's keypad. */
const CODES: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'pageup',
  57422: 'pagedown',
  57423: 'home',
  57424: 'end',
  57425: 'insert',
  57426: 'delete',
};
const KEYPAD_FIRST = 57399;
const KEYPAD = '0123456789./*-+';

/** Bits of the modifier parameter, which is one more than their sum. */
const SHIFT = 1;
const ALT = 2;
const CTRL = 4;
/** Super, hyper and meta: belong to the window manager, never to us. */
const FOREIGN = 8 | 16 | 32;
const CAPS_LOCK = 64;

/** Longest parameters any key has; a sequence with more is broken. */
export const MAX_PARAMS = 48;

/** The key of `ESC [ params final`. Focus comes this way, too; marks of a paste do not. */
export function readCsi(params: string, final: string): Token {
  if (params === '' && (final === 'I' || final === 'O')) {
    return { kind: 'focus', focused: final === 'I' };
  }
  if (params === '' && final === 'Z') return { kind: 'key', name: 'shift+tab' };
  // The Linux console's F1 to F5.
  const functionKey = /^\[([A-E])$/.exec(params + final)?.[1];
  if (functionKey !== undefined)
    return { kind: 'key', name: `f${'ABCDE'.indexOf(functionKey) + 1}` };
  if (params === '' && /^[a-d]$/.test(final)) {
    return { kind: 'key', name: `shift+${LETTERS[final.toUpperCase()] ?? ''}` };
  }
  if (!/^[\d:;]*$/.test(params)) return JUNK;
  const fields = params.split(';').map((field) => field.split(':').map(Number));
  if (final === 'u') return readCode(fields);
  if (final === '~' && fields[0]?.[0] === 27) {
    return readCode([fields[2] ?? [], fields[1] ?? []]);
  }
  const [[first = 0] = [], [modifiers = 1, event = 1] = []] = fields;
  if (fields.length > 2) return JUNK;
  if (event === RELEASED) return IGNORED;
  const letter = LETTERS[final];
  // `1` stands before modifiers only: other numbers are answers and cursor commands.
  if (letter !== undefined && first <= 1) return named(letter, modifiers);
  const tilde = TILDES[String(first)];
  if (tilde === undefined) return JUNK;
  if (final === '~') return named(tilde, modifiers);
  // rxvt marks modifiers by the final character.
  const marked = { $: 1 + SHIFT, '^': 1 + CTRL, '@': 1 + SHIFT + CTRL }[final];
  return marked === undefined || fields.length > 1 ? JUNK : named(tilde, marked);
}

const RELEASED = 3;

const APPLICATION_KEYPAD = /^[j-yX]$/;

/** The key of `ESC O final`: arrows in application mode, F1 to F4, the keypad. */
export function readSs3(final: string): Token {
  const name = final === 'M' ? 'enter' : LETTERS[final];
  if (name !== undefined) return { kind: 'key', name };
  if (/^[a-d]$/.test(final)) {
    return { kind: 'key', name: `ctrl+${LETTERS[final.toUpperCase()] ?? ''}` };
  }
  if (!APPLICATION_KEYPAD.test(final)) return JUNK;
  return {
    kind: 'text',
    text: final === 'X' ? '=' : String.fromCharCode(final.charCodeAt(0) - 64),
  };
}

/** The key of one control byte, 0 to 31 or 127; escape itself is the parser's. */
export function readControl(byte: number): Token {
  const name = CODES[byte];
  if (name !== undefined) return { kind: 'key', name };
  if (byte === 0) return { kind: 'key', name: 'ctrl+space' };
  return { kind: 'key', name: `ctrl+${String.fromCharCode(byte + 64).toLowerCase()}` };
}

/** The name of a character pressed with Alt, which is `ESC character`. */
export const altName = (character: string): string =>
  `alt+${character === ' ' ? 'space' : character}`;

/** `key:shifted:base ; modifiers:event ; text` of kitty, and the same from modifyOtherKeys. */
function readCode(fields: readonly (readonly number[])[]): Token {
  const [[code = 0, shifted = 0, base = 0] = [], [modifiers = 1, event = 1] = [], typed = []] =
    fields;
  if (event === RELEASED) return IGNORED;
  const special = CODES[code];
  if (special !== undefined) return named(special, modifiers);
  const keypad = KEYPAD[code - KEYPAD_FIRST];
  if (keypad !== undefined) return { kind: 'text', text: keypad };
  if (!isPrintable(code)) return code >= 57344 && code <= 63743 ? IGNORED : JUNK;
  const bits = modifiers - 1;
  if (bits & FOREIGN) return IGNORED;
  if (bits & (CTRL | ALT)) {
    // Another alphabet: the key is known by its place, as Ctrl+X must be found everywhere.
    const key = code > 127 && isPrintable(base) && base < 128 ? base : code;
    return combined(String.fromCodePoint(key), bits);
  }
  const [first = 0] = typed;
  if (typed.length === 1 && isPrintable(first)) {
    return { kind: 'text', text: String.fromCodePoint(first) };
  }
  if (bits & SHIFT && isPrintable(shifted)) {
    return { kind: 'text', text: String.fromCodePoint(shifted) };
  }
  const character = String.fromCodePoint(code);
  const upper = (bits & SHIFT) !== 0 || (bits & CAPS_LOCK) !== 0;
  return { kind: 'text', text: upper ? upperCase(character) : character };
}

/** One character with Ctrl or Alt. Ctrl with a letter is the same with Shift, as in legacy. */
function combined(character: string, bits: number): Token {
  const key = character === ' ' ? 'space' : character;
  if (bits & CTRL) {
    const alt = bits & ALT ? 'alt+' : '';
    return { kind: 'key', name: `ctrl+${alt}${key.toLowerCase()}` };
  }
  return { kind: 'key', name: altName(bits & SHIFT ? upperCase(character) : character) };
}

function named(name: string, modifiers: number): Token {
  const bits = modifiers - 1;
  if (bits & FOREIGN) return IGNORED;
  const ctrl = bits & CTRL ? 'ctrl+' : '';
  const alt = bits & ALT ? 'alt+' : '';
  const shift = bits & SHIFT ? 'shift+' : '';
  return { kind: 'key', name: `${ctrl}${alt}${shift}${name}` };
}

/** Of one character; some letters become two, and stay as they are. */
function upperCase(character: string): string {
  const upper = character.toUpperCase();
  return Array.from(upper).length === 1 ? upper : character;
}

/** May this code point be text? Controls, C1 among them, and what is no character may not. */
export const isPrintable = (code: number): boolean =>
  (code >= 0x20 && code < 0x7f) ||
  (code >= 0xa0 && code < 0xd800) ||
  // Private use is kitty's range for keys, and no letter anybody types.
  (code >= 0xf900 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);
