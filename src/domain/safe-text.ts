/**
 * Text from outside (symbols, reasons, messages of venues and files) on its way to a terminal.
 * Only characters that every terminal draws in a known number of cells pass: scripts written from
 * left to right without joining marks, and the signs we use ourselves. Controls, escape
 * sequences, bidirectional and zero-width characters would let a message repaint the screen or
 * read differently than it is.
 */
const KNOWN = new RegExp(
  '[\\x20-\\x7e\\u00a1-\\u00ac\\u00ae-\\u0233\\u0386-\\u03ce\\u0400-\\u0482\\u048a-\\u04ff' +
    '\\u2010-\\u2027\\u2030-\\u205e\\u20a0-\\u20bf\\u2190-\\u2193\\u2200-\\u22ff' +
    '\\u2500-\\u25a1\\u25b2-\\u25cf\\u2713\\u2717' +
    '\\u3001-\\u3029\\u3041-\\u3096\\u30a1-\\u30ff\\u4e00-\\u9fff\\uac00-\\ud7a3' +
    '\\uff01-\\uff60]',
);
/** One-cell stand-in for whatever is not drawn. */
const STAND_IN = '?';
const LINE_BREAK = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Escape, the 8-bit sequence introducer, the bell that ends a title, and the 8-bit end of strings. */
const [ESC, CSI, BEL, ST] = [0x1b, 0x9b, 0x07, 0x9c].map((code) => String.fromCharCode(code));
/** What begins a string for the terminal: DCS, SOS, OSC, PM, APC, in 7 and in 8 bits. */
const STRING_START = `(?:${ESC}[PX\\]^_]|[\u0090\u0098\u009d-\u009f])`;
// Whole escape sequences vanish; what is left of broken ones becomes stand-ins.
const ESCAPE_SEQUENCE = new RegExp(
  `(?:${ESC}\\[|${CSI})[0-9:;<=>?]*[ -/]*[@-~]|` +
    `${STRING_START}[^${BEL}${ESC}${ST}]*(?:${BEL}|${ESC}\\\\|${ST})`,
  'g',
);
/** Marks and formatting characters take no cell: they are dropped, not replaced. */
const CELLLESS = /[\p{M}\p{Cf}]/u;
const PLAIN = /^[\x20-\x7e]*$/;
const MAX_SAFE_LENGTH = 400;

const UNSEEN = /[\p{Cf}\u007f-\u009f\u2028\u2029]/gu;

/**
 * JSON text whose strings show what cannot be seen, and could move a cursor or turn a line around,
 * as escapes. JSON itself escapes the other control characters; its meaning stays the same.
 */
export function escapeUnseen(json: string): string {
  return json.replace(UNSEEN, (one) =>
    one.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** What symbols are made of everywhere; lookalikes from other alphabets are not. */
const SYMBOL = /^[A-Za-z0-9][A-Za-z0-9:./_-]{1,39}$/;
const NOT_OF_SYMBOLS = /[^\x21-\x5b\x5d-\x7e]/gu;

/**
 * A symbol as it may be shown: one that is not of the usual letters and digits has its other
 * characters written as code points, `\u{412}TC/USDT`, so that it looks like no other.
 */
export function shownSymbol(symbol: string, maxLength: number = MAX_SAFE_LENGTH): string {
  if (symbol === '' || SYMBOL.test(symbol)) return safeText(symbol, maxLength);
  const escaped = symbol
    .slice(0, maxLength)
    .replace(NOT_OF_SYMBOLS, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
  return safeText(escaped, maxLength);
}

/**
 * The text on one line with only drawable characters, at most `maxLength` of them (the last is
 * then `…`). Never throws.
 */
export function safeText(text: string, maxLength: number = MAX_SAFE_LENGTH): string {
  if (text.length <= maxLength && PLAIN.test(text)) return text;
  // A hostile text may be megabytes long: what lies far behind the cap is never looked at.
  const head = text
    .slice(0, maxLength * 8)
    .replace(ESCAPE_SEQUENCE, '')
    .replace(LINE_BREAK, ' ');
  let safe = '';
  let length = 0;
  for (const character of head) {
    if (CELLLESS.test(character)) continue;
    if (length === maxLength) return safe.slice(0, -1) + '…';
    safe += KNOWN.test(character) && character.length === 1 ? character : STAND_IN;
    length++;
  }
  return safe;
}
